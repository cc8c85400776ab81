//! A role's AWS-owned policies with their places among known versions, for the rules about AWS's changes.

use crate::audit::outcome::Outcome;
use crate::audit::source::Source;
use crate::audit::standing::{Place, Standing};
use crate::audit::subject::{Managed, Subject};
use crate::inventory::Fact;

/// A policy that a lock or a ledger covers, and its place there.
pub(super) struct Placed<'a> {
    pub(super) policy: &'a str,
    pub(super) source: &'a Source,
    pub(super) place: &'a Place,
}

/// Returns the role's policies that a lock or a ledger covers; what could not be read becomes a gap.
pub(super) fn placed<'a>(subject: &'a Subject<'_>, outcome: &mut Outcome) -> Vec<Placed<'a>> {
    let has_ledger = subject.baseline().is_some_and(|baseline| {
        let mut policies = baseline.policies.iter();
        policies.any(|policy| policy.ledger.is_some())
    });
    if !has_ledger && !has_lock(subject) {
        return Vec::new();
    }
    let mut found = Vec::new();
    for managed in attached(subject, outcome) {
        match managed.standing(subject) {
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

/// Returns the role's policies that a lock could hold and does not.
pub(super) fn unlocked<'a>(
    subject: &'a Subject<'_>,
    outcome: &mut Outcome,
) -> Vec<&'a Managed<'a>> {
    if !has_lock(subject) {
        return Vec::new();
    }
    attached(subject, outcome)
        .iter()
        .filter(|managed| managed.is_lockable(subject) && managed.locked(subject).is_none())
        .collect()
}

/// Tells whether there is a lock, and it speaks of this role: of look-alikes it does not.
fn has_lock(subject: &Subject<'_>) -> bool {
    subject.linked.is_some() && subject.baselines.lock().is_some()
}

fn attached<'a>(subject: &'a Subject<'_>, outcome: &mut Outcome) -> &'a [Managed<'a>] {
    let about = subject.about();
    outcome
        .need(about, Fact::AttachedPolicies, &subject.managed)
        .map_or(&[], Vec::as_slice)
}
