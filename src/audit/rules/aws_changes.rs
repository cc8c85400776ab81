//! A role's AWS-owned policies with their places in the ledger, for the rules about AWS's changes.

use crate::audit::outcome::Outcome;
use crate::audit::source::Source;
use crate::audit::standing::{Place, Standing};
use crate::audit::subject::Subject;
use crate::inventory::Fact;

/// A policy that a ledger covers, and its place there.
pub(super) struct Placed<'a> {
    pub(super) policy: &'a str,
    pub(super) source: &'a Source,
    pub(super) place: &'a Place,
}

/// Returns the role's policies that a ledger covers; what could not be read becomes a gap.
pub(super) fn placed<'a>(subject: &'a Subject<'_>, outcome: &mut Outcome) -> Vec<Placed<'a>> {
    let has_ledger = subject.baseline().is_some_and(|baseline| {
        let mut policies = baseline.policies.iter();
        policies.any(|policy| policy.ledger.is_some())
    });
    if !has_ledger {
        return Vec::new();
    }
    let about = subject.about();
    let Some(managed) = outcome.need(about, Fact::AttachedPolicies, &subject.managed) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for managed in managed {
        match managed.standing(subject.inventory) {
            Standing::NotCovered => {}
            Standing::Unknown(cause) => outcome.gap(cause.clone()),
            Standing::Placed(place) => found.push(Placed {
                policy: managed.arn.name(),
                source: &managed.source,
                place,
            }),
        }
    }
    found
}
