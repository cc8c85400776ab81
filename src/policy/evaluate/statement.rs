//! Whether a statement applies to a request.
//!
//! Must not know the statement's effect.

use super::condition::holds;
use crate::policy::{Reading, Request, Statement, Template};

/// Tells whether principal, action, resource and every condition match.
///
/// `NotPrincipal` is the exact opposite of `Principal`; both need a request with a principal.
/// A request without resource is seen as `*`, and a statement without resources is about whatever it is attached to.
pub(super) fn matches(reading: Reading, statement: &Statement, request: &Request) -> bool {
    let principal_matches = statement.principals().is_none_or(|principals| {
        (request.principal.as_ref())
            .is_some_and(|caller| principals.selects(|pattern| pattern.matches(caller)))
    });
    let resource = request.resource.as_deref().unwrap_or("*");
    let resource_matches = |template: &Template| {
        let glob = template.resolve(&request.context);
        glob.is_some_and(|glob| match reading {
            Reading::WholeText => glob.matches(resource),
            Reading::BySegment => glob.by_segment().matches(resource),
        })
    };
    principal_matches
        && (statement.actions()).selects(|pattern| pattern.matches(&request.action))
        && (statement.resources()).is_none_or(|resources| resources.selects(resource_matches))
        && (statement.conditions().iter()).all(|condition| holds(condition, &request.context))
}
