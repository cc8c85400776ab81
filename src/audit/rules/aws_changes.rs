//! A role's AWS-owned policies with their places in the ledger, for the rules about AWS's changes.

use crate::audit::outcome::Outcome;
use crate::audit::source::Source;
use crate::audit::standing::Standing;
use crate::audit::subject::Subject;
use crate::inventory::Fact;
use crate::model::PolicyVersion;
use crate::policy::Comparison;

/// A policy that a ledger covers, and how it differs.
pub(super) struct Placed<'a> {
    pub(super) policy: &'a str,
    pub(super) source: &'a Source,
    pub(super) version: PolicyVersion,
    pub(super) newest: PolicyVersion,
    pub(super) listed: bool,
    pub(super) compared_with: PolicyVersion,
    pub(super) text: &'a Comparison,
    pub(super) since_newest: &'a Comparison,
}

impl Placed<'_> {
    /// Tells whether an older version than the newest known one is in force.
    pub(super) fn is_behind(&self) -> bool {
        self.version < self.newest
    }
}

/// Returns the role's policies that a ledger covers; what could not be read becomes a gap.
pub(super) fn placed<'a>(subject: &'a Subject<'_>, outcome: &mut Outcome) -> Vec<Placed<'a>> {
    if subject.baseline().is_none_or(|baseline| {
        baseline
            .policies
            .iter()
            .all(|policy| policy.ledger.is_none())
    }) {
        return Vec::new();
    }
    let Some(managed) = outcome.need(subject.about(), Fact::AttachedPolicies, &subject.managed)
    else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for managed in managed {
        match managed.standing(subject.inventory) {
            Standing::NotCovered => {}
            Standing::Unknown(cause) => outcome.gap(cause.clone()),
            Standing::Placed {
                version,
                newest,
                listed,
                compared_with,
                text,
                since_newest,
            } => {
                found.push(Placed {
                    policy: managed.arn.name(),
                    source: &managed.source,
                    version: *version,
                    newest: *newest,
                    listed: *listed,
                    compared_with: *compared_with,
                    text,
                    since_newest,
                });
            }
        }
    }
    found
}
