//! What an audit could decide about: the difference between "it is gone" and "nobody looked".
//!
//! Holds names, not rules: a stored audit may have run rules that this release does not have.

use std::collections::{BTreeMap, BTreeSet};

use super::rule::Rule;
use super::rules;
use super::{Audit, Gap};
use crate::model::Arn;

/// Says which rules could decide about which resources.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each answers a question of its own"
)]
pub struct Reach {
    /// The rules that ran.
    pub rules: BTreeSet<String>,
    /// Whether every role of the account was to be judged.
    pub whole: bool,
    /// Whether every role of the account was listed.
    pub listed: bool,
    /// The rules that could not decide about the account as a whole.
    pub undecided: BTreeSet<String>,
    /// Whether the audit was to look at what the roles serve.
    pub owners: bool,
    /// Whether the audit compared AWS's policies with a lock file.
    pub locked: bool,
    /// Every judged role, with the rules that could not decide about it.
    pub roles: BTreeMap<Arn, BTreeSet<String>>,
}

impl Reach {
    /// Returns what an audit could decide about.
    pub fn of(audit: &Audit) -> Self {
        Self {
            rules: names(audit.rules.iter().copied()),
            whole: audit.role_globs.is_empty(),
            listed: audit.gaps.iter().all(|gap| gap.rule.is_some()),
            undecided: undecided(&audit.gaps),
            owners: !audit.owners_skipped,
            locked: audit.locked,
            roles: audit
                .roles
                .iter()
                .map(|role| (role.arn.clone(), undecided(&role.gaps)))
                .collect(),
        }
    }

    /// Tells whether the audit would have reported a rule's finding about a resource.
    ///
    /// A role that the audit does not hold is gone where all roles were listed and wanted.
    pub fn decides(&self, rule: &str, resource: &Arn) -> bool {
        if !self.rules.contains(rule) || self.undecided.contains(rule) {
            return false;
        }
        if let Some(undecided) = self.roles.get(resource) {
            return !undecided.contains(rule);
        }
        let is_role = resource.resource().starts_with("role/");
        self.whole && self.listed && (is_role || self.decides_about_every_role(rule))
    }

    /// Tells whether the audit would have reported any finding of a rule.
    pub fn decides_everywhere(&self, rule: &str) -> bool {
        self.rules.contains(rule)
            && !self.undecided.contains(rule)
            && self.whole
            && self.listed
            && self.decides_about_every_role(rule)
    }

    /// Tells whether what a rule saw in an earlier audit would have shown here too.
    ///
    /// `unread-input` tells what other rules lacked, so that it says less where fewer of them ran;
    /// some rules see less where the user left out what the roles serve, or gave no lock file,
    /// which is no gap. `earlier`, `owners` and `locked` are the earlier audit's [`Reach::rules`],
    /// [`Reach::owners`] and [`Reach::locked`].
    pub fn covers(
        &self,
        rule: &str,
        earlier: &BTreeSet<String>,
        owners: bool,
        locked: bool,
    ) -> bool {
        let among = |rules: &[&Rule]| rules.iter().any(|of| of.id == rule);
        if owners && !self.owners && among(&rules::blunted_without_owners()) {
            return false;
        }
        if locked && !self.locked && among(&rules::blunted_without_lock()) {
            return false;
        }
        rule != rules::unread_input().id || self.rules.is_superset(earlier)
    }

    fn decides_about_every_role(&self, rule: &str) -> bool {
        self.roles
            .values()
            .all(|undecided| !undecided.contains(rule))
    }
}

fn undecided(gaps: &[Gap]) -> BTreeSet<String> {
    names(gaps.iter().filter_map(|gap| gap.rule))
}

fn names<'a>(names: impl Iterator<Item = &'a str>) -> BTreeSet<String> {
    names.map(ToOwned::to_owned).collect()
}
