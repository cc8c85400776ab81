//! What a rule declares about itself.

use super::outcome::Outcome;
use super::subject::{Account, Subject};
use crate::model::Severity;

/// Declares a rule: what it is called, what it means, and how it decides.
///
/// The pages `docs/rules.md` and `roledrift explain` are made of these texts (Markdown).
#[derive(Debug)]
pub struct Rule {
    /// Kebab-case, named after the problem; never reused.
    pub id: &'static str,
    /// The group it belongs to.
    pub group: Group,
    /// How much its findings matter.
    pub severity: Severity,
    /// What it reports, in one sentence.
    pub what: &'static str,
    /// Why that matters.
    pub why: &'static str,
    /// A case that it reports.
    pub example: &'static str,
    /// What to do about a finding.
    pub remediation: &'static str,
    /// When a finding is no problem.
    pub false_positives: &'static str,
    /// The AWS page that the rule rests on.
    pub source: &'static str,
    /// Whether it cannot decide without what the roles serve; it does not run where the user left
    /// that out.
    pub needs_owners: bool,
    /// Decides about one role.
    pub(super) role: Option<fn(&Subject<'_>, &mut Outcome)>,
    /// Decides about the account as a whole.
    pub(super) account: Option<fn(&Account<'_>, &mut Outcome)>,
}

impl Rule {
    /// Tells whether the rule decides about each role by itself.
    pub fn judges_roles(&self) -> bool {
        self.role.is_some()
    }

    /// Tells whether the rule decides about the account as a whole.
    pub fn judges_accounts(&self) -> bool {
        self.account.is_some()
    }
}

impl PartialEq for Rule {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl Eq for Rule {}

/// Groups rules by what they look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Group {
    /// Whether the role is what its name says.
    Identity,
    /// Who may assume the role.
    Trust,
    /// What the role may do.
    Policies,
    /// What AWS changed in its own policies.
    AwsChanges,
    /// Whether grants and the owners' configuration agree.
    Resources,
    /// Whether roles and what they serve come and go together.
    Lifecycle,
    /// What else is set on the role.
    Metadata,
    /// Whether the audit itself can be relied on.
    Hygiene,
}

impl Group {
    /// Returns the heading that outputs use.
    pub fn title(self) -> &'static str {
        match self {
            Self::Identity => "Identity",
            Self::Trust => "Trust",
            Self::Policies => "Policies",
            Self::AwsChanges => "AWS's own changes",
            Self::Resources => "Resources",
            Self::Lifecycle => "Lifecycle",
            Self::Metadata => "Metadata",
            Self::Hygiene => "Hygiene",
        }
    }
}
