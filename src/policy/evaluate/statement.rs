//! Whether a statement applies to a request.
//!
//! Must not know the statement's effect.

use super::condition::holds;
use crate::policy::budget::Budget;
use crate::policy::{Reading, Request, Statement, Template};

/// Holds a request and how it is looked at.
pub(super) struct Matcher<'r> {
    reading: Reading,
    request: &'r Request,
    /// INVARIANT: the request's action in lowercase.
    action: String,
    budget: &'r Budget,
}

impl<'r> Matcher<'r> {
    pub(super) fn new(reading: Reading, request: &'r Request, budget: &'r Budget) -> Self {
        Self {
            reading,
            request,
            action: request.action.to_ascii_lowercase(),
            budget,
        }
    }

    /// Tells whether principal, action, resource and every condition match; says no where the budget is used up.
    ///
    /// `NotPrincipal` is the exact opposite of `Principal`; both need a request with a principal.
    /// A request without resource is seen as `*`, and a statement without resources is about whatever it is attached to.
    pub(super) fn matches(&self, statement: &Statement) -> bool {
        let (request, budget) = (self.request, self.budget);
        let principal_matches = || {
            statement.principals().is_none_or(|principals| {
                (request.principal.as_ref()).is_some_and(|caller| {
                    principals.selects(|pattern| budget.allows(8) && pattern.matches(caller))
                })
            })
        };
        let action_matches = || {
            let actions = statement.actions();
            actions.selects(|pattern| pattern.glob().matches(&self.action, budget))
        };
        let resource_matches = || {
            let resources = statement.resources();
            resources.is_none_or(|resources| resources.selects(|own| self.resource_matches(own)))
        };
        budget.allows(1)
            && principal_matches()
            && action_matches()
            && resource_matches()
            && (statement.conditions().iter())
                .all(|condition| holds(condition, &request.context, budget))
    }

    fn resource_matches(&self, template: &Template) -> bool {
        let resource = self.request.resource.as_deref().unwrap_or("*");
        let Some(glob) = template.resolve(&self.request.context) else {
            return false;
        };
        match self.reading {
            Reading::WholeText => glob.matches(resource, self.budget),
            Reading::BySegment => {
                self.budget.allows(glob.tokens().len())
                    && glob.by_segment().matches(resource, self.budget)
            }
        }
    }
}
