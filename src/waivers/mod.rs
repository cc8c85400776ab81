//! Waivers: what the users of an account decided to live with, by whom, why, and until when.
//!
//! They annotate findings and take none away. Knows no file system and no clock: the text of
//! `roledrift.toml` and the time come in.

mod entry;

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jiff::civil::Date;

pub use entry::{Entry, WaiverError, WaiverProblem};

use crate::audit::{Audit, FileLocation, Finding, Reach};
use crate::model::{AccountId, Arn, Glob};

/// The rule that reports a waiver past its date.
const EXPIRED: &str = "expired-waiver";
/// The rule that reports a waiver without a finding.
const UNUSED: &str = "unused-waiver";

/// Holds the waivers of one file, in the file's order.
#[derive(Debug, Clone, Default)]
pub struct Waivers {
    list: Vec<Waiver>,
    /// Whether they are applied to one account of many.
    shared: bool,
}

/// Waives the findings of one rule about some resources.
#[derive(Debug, Clone)]
pub struct Waiver {
    /// The rule.
    pub rule: &'static str,
    /// The resources: an ARN, or a glob for ARNs in which `*` stands for any text.
    pub resource: String,
    /// The account; `None` for every account.
    pub account: Option<AccountId>,
    /// Why nobody mends it.
    pub reason: String,
    /// Who decided so.
    pub owner: String,
    /// The last day on which it holds, in UTC.
    pub expires: Date,
    /// Where it stands.
    pub location: FileLocation,
    matcher: Glob,
}

/// Tells which findings are waived, and by what.
#[derive(Debug, Clone, Default)]
pub struct Waived {
    waivers: Vec<Waiver>,
    by_finding: BTreeMap<String, usize>,
    count: usize,
    undecided: BTreeSet<String>,
}

impl Waiver {
    /// Tells whether it is written for a finding of an account, past its date or not.
    pub fn covers(&self, account: &AccountId, finding: &Finding) -> bool {
        self.concerns(account)
            && self.rule == finding.rule.id
            && self.matcher.is_match(finding.resource.as_str())
    }

    /// Tells whether its last day is over.
    pub fn is_expired(&self, now: Timestamp) -> bool {
        now.to_zoned(jiff::tz::TimeZone::UTC).date() > self.expires
    }

    fn concerns(&self, account: &AccountId) -> bool {
        self.account.as_ref().is_none_or(|own| own == account)
    }

    /// Tells it from the file's other waivers, wherever it stands.
    fn key(&self) -> String {
        let account = self.account.as_ref().map_or("*", AccountId::as_str);
        format!("waiver/{}/{account}/{}", self.rule, self.resource)
    }

    /// Tells whether an audit would have shown every finding that it could cover.
    fn is_decided(&self, reach: &Reach) -> bool {
        // It must have shown what any audit shows: one by every rule, with owners and a lock.
        let every: BTreeSet<String> = crate::audit::all()
            .iter()
            .map(|rule| rule.id.to_owned())
            .collect();
        let exact = self.resource.parse::<Arn>().ok().filter(|_| {
            !self
                .resource
                .contains(|character| "*?[{\\".contains(character))
        });
        reach.covers(self.rule, &every, true, true)
            && match exact {
                Some(arn) => reach.decides(self.rule, &arn),
                None => reach.decides_everywhere(self.rule),
            }
    }
}

impl Waivers {
    /// Checks the `[[waiver]]` tables of a file.
    ///
    /// `text` is the whole text that the entries were read from: errors point into it.
    ///
    /// # Errors
    /// Returns the first entry that waives nothing that there is, or says too little.
    pub fn new(file: &str, text: &str, entries: Vec<Entry>) -> Result<Self, WaiverError> {
        Ok(Self {
            list: entry::check(file, text, entries)?,
            shared: false,
        })
    }

    /// Says that these are the waivers of many accounts: one that names no account is not called
    /// unused where a single account has no use for it.
    #[must_use]
    pub fn of_many_accounts(mut self) -> Self {
        self.shared = true;
        self
    }

    /// Waives findings, and reports the waivers that are past their date or without a finding.
    ///
    /// Of several waivers that cover a finding the first one is named. A waiver is called unused
    /// only where the audit would have shown what it covers.
    pub fn apply(&self, audit: &mut Audit, now: Timestamp) -> Waived {
        let mut waived = Waived {
            waivers: self.list.clone(),
            ..Waived::default()
        };
        let reach = Reach::of(audit);
        let mut about = Vec::new();
        for (index, waiver) in self.list.iter().enumerate() {
            if !waiver.concerns(&audit.account) {
                continue;
            }
            let covered: Vec<&Finding> = audit
                .findings
                .iter()
                .filter(|finding| waiver.covers(&audit.account, finding))
                .collect();
            let report = |rule, summary| {
                audit.about_file(rule, &waiver.key(), summary, waiver.location.clone())
            };
            if waiver.is_expired(now) {
                about.extend(report(EXPIRED, expired(waiver, covered.len())));
                continue;
            }
            let is_elsewhere = self.shared && waiver.account.is_none();
            if covered.is_empty() && !is_elsewhere {
                let unused = report(UNUSED, unused(waiver));
                if waiver.is_decided(&reach) {
                    about.extend(unused);
                } else {
                    waived.undecided.extend(unused.map(|finding| finding.id));
                }
            }
            for finding in covered {
                waived.by_finding.entry(finding.id.clone()).or_insert(index);
            }
        }
        let findings = audit.findings.iter();
        waived.count = findings
            .filter(|finding| waived.get(finding).is_some())
            .count();
        audit.add(about);
        waived
    }
}

impl Waived {
    /// Returns the waiver of a finding.
    pub fn get(&self, finding: &Finding) -> Option<&Waiver> {
        self.waivers.get(*self.by_finding.get(&finding.id)?)
    }

    /// Counts the waived findings.
    pub fn count(&self) -> usize {
        self.count
    }

    /// Returns the ids of `unused-waiver` findings that could not be decided about.
    pub fn undecided(&self) -> &BTreeSet<String> {
        &self.undecided
    }
}

fn expired(waiver: &Waiver, covered: usize) -> String {
    let effect = match covered {
        0 => "it covers no finding".to_owned(),
        1 => "the finding that it covers counts again".to_owned(),
        more => format!("the {more} findings that it covers count again"),
    };
    format!(
        "{} expired on {} (owner: {}); {effect}",
        named(waiver),
        waiver.expires,
        waiver.owner
    )
}

fn unused(waiver: &Waiver) -> String {
    format!(
        "{} covers no finding (owner: {})",
        named(waiver),
        waiver.owner
    )
}

fn named(waiver: &Waiver) -> String {
    format!(
        "the waiver of `{}` for `{}` in line {} of `{}`",
        waiver.rule, waiver.resource, waiver.location.position.line, waiver.location.path
    )
}
