//! What formats show of one account, whether it was audited just now or is kept from a run of many.
//!
//! Must not know a format.

use jiff::Timestamp;
use jiff::civil::Date;

use super::organization::Outcome;
use super::undecided::{Undecided, undecided};
use super::{Report, facts};
use crate::audit::{FileLocation, Finding};
use crate::inventory::snapshot::Place;
use crate::model::{AccountId, Partition};
use crate::store::Standing;
use crate::waivers::Waiver;

/// Holds what is shown of an account.
pub(super) struct View<'a> {
    pub(super) account: &'a AccountId,
    /// Its name, where it is one of many and has any; unescaped.
    pub(super) name: Option<&'a str>,
    pub(super) partition: &'a Partition,
    /// When the account was read, where the source says so.
    pub(super) collected_at: Option<Timestamp>,
    /// Whether it is one of many.
    pub(super) is_of_many: bool,
    /// When its run was planned, where it is one of many.
    pub(super) planned_at: Option<Timestamp>,
    pub(super) outcome: Outcome,
    /// The rules that ran.
    pub(super) rules: &'a [&'static str],
    /// How many roles were judged.
    pub(super) roles: usize,
    pub(super) findings: Vec<Marked<'a>>,
    /// What could not be decided; of an account of which nothing is known, why.
    pub(super) undecided: Vec<Undecided<'a>>,
    /// How many facts were not read.
    pub(super) unread: usize,
    /// What was judged where that is not everything; unescaped.
    pub(super) selection: Option<String>,
    /// How the run differs from an earlier one, where it was compared with any.
    pub(super) compared: Option<String>,
}

/// Holds a finding with what waivers and earlier runs say about it.
pub(super) struct Marked<'a> {
    pub(super) finding: &'a Finding,
    pub(super) waiver: Option<Acceptance<'a>>,
    pub(super) standing: Option<Standing>,
    /// The file and the place in it that the finding is pointed at.
    pub(super) place: Option<(String, Place)>,
}

/// Says why, by whom and until when a finding is accepted; unescaped.
#[derive(Clone, Copy)]
pub(super) struct Acceptance<'a> {
    pub(super) reason: &'a str,
    pub(super) owner: &'a str,
    /// The last day, in UTC.
    pub(super) expires: Date,
    pub(super) location: &'a FileLocation,
}

impl<'a> View<'a> {
    /// Shows an account that was audited just now.
    pub(super) fn of(report: &'a Report) -> Self {
        let audit = &report.audit;
        let findings = audit.findings.iter();
        Self {
            account: &audit.account,
            name: None,
            partition: &audit.partition,
            collected_at: audit.collected_at,
            is_of_many: false,
            planned_at: None,
            outcome: if audit.is_complete() {
                Outcome::Complete
            } else {
                Outcome::Incomplete
            },
            rules: &audit.rules,
            roles: audit.roles.len(),
            findings: findings.map(|own| Marked::of(report, own)).collect(),
            undecided: undecided(audit),
            unread: report.coverage.unread().count(),
            selection: facts::selection(audit.rules.len(), audit.owners_skipped, &audit.role_globs),
            compared: report
                .since
                .as_ref()
                .map(|since| facts::compared(&since.comparison)),
        }
    }

    pub(super) fn is_complete(&self) -> bool {
        self.outcome == Outcome::Complete
    }

    /// Returns when what is told was so, as well as that is known.
    pub(super) fn time(&self) -> Option<Timestamp> {
        self.collected_at.or(self.planned_at)
    }

    /// Names the account; unescaped.
    pub(super) fn called(&self) -> String {
        match self.name {
            Some(name) => format!("{} {name}", self.account),
            None => self.account.to_string(),
        }
    }

    /// Counts the waived findings.
    pub(super) fn waived(&self) -> usize {
        let findings = self.findings.iter();
        findings.filter(|marked| marked.waiver.is_some()).count()
    }

    /// Says in one sentence that the account is not known completely.
    pub(super) fn problem(&self) -> String {
        let account = self.account;
        match self.outcome {
            Outcome::Complete | Outcome::Incomplete => {
                format!("part of account {account} could not be read or decided")
            }
            Outcome::Failed => format!("account {account} could not be audited"),
            Outcome::Skipped => format!("account {account} was skipped"),
        }
    }
}

impl<'a> Marked<'a> {
    /// Looks up what a report says about one of its findings.
    pub(super) fn of(report: &'a Report, finding: &'a Finding) -> Self {
        Self {
            finding,
            waiver: report.waiver(finding).map(Acceptance::of),
            standing: report.standing(finding),
            place: report.place(finding),
        }
    }
}

impl<'a> Acceptance<'a> {
    fn of(waiver: &'a Waiver) -> Self {
        Self {
            reason: &waiver.reason,
            owner: &waiver.owner,
            expires: waiver.expires,
            location: &waiver.location,
        }
    }
}
