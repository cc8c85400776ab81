//! What an audit could not decide, told once per cause: many roles miss the same permission.
//!
//! Must not know a format.

use std::collections::{BTreeMap, BTreeSet};

use crate::audit::{Audit, Cause};
use crate::model::Arn;

/// Holds one cause with everything that it left undecided.
pub(super) struct Undecided<'a> {
    /// `unread`, `malformed` or `undecided`.
    pub(super) kind: &'static str,
    /// What stood in the way; unescaped.
    pub(super) problem: String,
    /// The rules that made no claim; empty for every rule, about roles that were not listed.
    pub(super) rules: BTreeSet<&'static str>,
    /// The roles that they made no claim about; empty for the account as a whole.
    pub(super) roles: BTreeSet<&'a Arn>,
}

/// Groups the gaps of an audit by kind and cause, in that order.
pub(super) fn undecided(audit: &Audit) -> Vec<Undecided<'_>> {
    let mut causes: BTreeMap<(&'static str, String), Undecided<'_>> = BTreeMap::new();
    let whole = audit.gaps.iter().map(|gap| (gap, None));
    let single = audit
        .roles
        .iter()
        .flat_map(|role| role.gaps.iter().map(|gap| (gap, Some(&role.arn))));
    for (gap, role) in whole.chain(single) {
        let key = (kind(&gap.cause), gap.cause.to_string());
        let entry = causes.entry(key.clone()).or_insert_with(|| Undecided {
            kind: key.0,
            problem: key.1,
            rules: BTreeSet::new(),
            roles: BTreeSet::new(),
        });
        entry.rules.extend(gap.rule);
        entry.roles.extend(role);
    }
    causes.into_values().collect()
}

/// Names the kind of a cause as outputs do.
pub(super) fn kind(cause: &Cause) -> &'static str {
    match cause {
        Cause::Unread { .. } | Cause::NoTime { .. } => "unread",
        Cause::Malformed { .. } => "malformed",
        Cause::Undecided { .. } | Cause::Incomparable { .. } | Cause::Unsettled { .. } => {
            "undecided"
        }
    }
}

impl Undecided<'_> {
    /// Names the rules, or says that all are meant.
    pub(super) fn rules(&self) -> String {
        if self.rules.is_empty() {
            return "any rule".to_owned();
        }
        let rules: Vec<&str> = self.rules.iter().copied().collect();
        rules.join(", ")
    }

    /// Names the first roles and counts the others, or says that the account is meant; unescaped.
    pub(super) fn whose(&self) -> String {
        const SHOWN: usize = 3;
        if self.roles.is_empty() {
            return "the account as a whole".to_owned();
        }
        let names: Vec<&str> = self
            .roles
            .iter()
            .take(SHOWN)
            .map(|arn| arn.name())
            .collect();
        let names = names.join(", ");
        match self.roles.len().saturating_sub(SHOWN) {
            0 => names,
            1 => format!("{names} and 1 other role"),
            more => format!("{names} and {more} other roles"),
        }
    }

    /// Says all of it in one sentence; unescaped.
    pub(super) fn sentence(&self) -> String {
        format!(
            "{}; no claim by {} about {}",
            self.problem,
            self.rules(),
            self.whose()
        )
    }
}
