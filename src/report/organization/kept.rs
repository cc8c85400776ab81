//! What is kept of an audited account, read again: findings as the audit made them, and what it could
//! not decide.
//!
//! A result that this release does not understand in full is an error, so that nothing of it is left
//! out in silence.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::io::{Error, ErrorKind, Result};

use jiff::Timestamp;

use super::OrganizationReport;
use super::account::{AccountSummary, Outcome};
use super::line::{FindingLine, Head, SummaryLine, UndecidedLine};
use crate::audit::{FileLocation, Finding, by_id};
use crate::model::{Arn, Partition};
use crate::report::facts;
use crate::report::lock_file::{locked, own};
use crate::report::ndjson::SCHEMA_VERSION;
use crate::report::undecided::Undecided;
use crate::report::view::{Acceptance, Marked, View};
use crate::store::Standing;

/// Holds what an audit said.
#[derive(Debug)]
pub(super) struct Kept {
    pub(super) partition: Partition,
    collected_at: Option<Timestamp>,
    pub(super) findings: Vec<KeptFinding>,
    causes: Vec<KeptCause>,
    rules: Vec<&'static str>,
    roles: usize,
    unread: usize,
    selection: Option<String>,
}

/// Holds a finding with what was said about it.
#[derive(Debug)]
pub(super) struct KeptFinding {
    pub(super) finding: Finding,
    pub(super) waiver: Option<KeptWaiver>,
    pub(super) standing: Option<Standing>,
}

#[derive(Debug)]
pub(super) struct KeptWaiver {
    pub(super) reason: String,
    pub(super) owner: String,
    pub(super) expires: jiff::civil::Date,
    pub(super) location: FileLocation,
}

#[derive(Debug)]
struct KeptCause {
    kind: &'static str,
    problem: String,
    rules: Vec<&'static str>,
    roles: Vec<Arn>,
}

/// Says what is wrong with what was kept.
pub(super) fn invalid(problem: impl Display) -> Error {
    Error::new(ErrorKind::InvalidData, problem.to_string())
}

/// Finds a rule of this release.
pub(super) fn rule(id: &str) -> Result<&'static crate::audit::Rule> {
    by_id(id).ok_or_else(|| {
        invalid(format!(
            "its rule `{id}` is none of this release ({})",
            env!("CARGO_PKG_VERSION")
        ))
    })
}

fn rules(ids: &[String]) -> Result<Vec<&'static str>> {
    ids.iter().map(|id| Ok(rule(id)?.id)).collect()
}

impl Kept {
    /// Reads the lines of an account; `None` where it was not audited.
    ///
    /// # Errors
    /// Returns an error of kind [`ErrorKind::InvalidData`] for lines that are not whole, are not what
    /// the outcome says, or come from a release that says something else by them.
    pub(super) fn read(account: &AccountSummary, lines: &[&str]) -> Result<Option<Self>> {
        if matches!(account.outcome, Outcome::Failed | Outcome::Skipped) {
            return match lines {
                [] => Ok(None),
                _ => Err(invalid(
                    "there are findings of an account that was not audited",
                )),
            };
        }
        let Some((last, lines)) = lines.split_last() else {
            return Err(invalid("there is no summary of the account"));
        };
        let (head, summary) = (head(account, last)?, *last);
        if head.kind != "summary" {
            return Err(invalid("the account's last line is no summary"));
        }
        let summary: SummaryLine = serde_json::from_str(summary)?;
        let mut kept = Self {
            partition: head.partition,
            collected_at: head.collected_at,
            findings: Vec::new(),
            causes: Vec::new(),
            rules: rules(&summary.rules)?,
            roles: summary.roles.values().sum(),
            unread: 0,
            selection: facts::selection(
                summary.rules.len(),
                summary.owners_skipped,
                &summary.role_globs,
            ),
        };
        for line in lines {
            kept.add(account, line)?;
        }
        let is_complete = account.outcome == Outcome::Complete;
        if summary.complete != is_complete
            || is_complete != kept.causes.is_empty()
            || summary.unread != kept.unread
            || account.findings != kept.by_severity(|_| true)
            || account.unwaived != kept.by_severity(|finding| finding.waiver.is_none())
        {
            return Err(invalid("its lines are not those that its outcome sums up"));
        }
        Ok(Some(kept))
    }

    /// Counts findings by severity.
    fn by_severity(&self, counts: impl Fn(&KeptFinding) -> bool) -> BTreeMap<String, usize> {
        let mut found = BTreeMap::new();
        for kept in self.findings.iter().filter(|kept| counts(kept)) {
            let severity = kept.finding.rule.severity.as_str().to_owned();
            *found.entry(severity).or_default() += 1;
        }
        found
    }

    fn add(&mut self, account: &AccountSummary, text: &str) -> Result<()> {
        match head(account, text)?.kind.as_str() {
            "finding" => {
                let line: FindingLine = serde_json::from_str(text)?;
                self.findings.push(line.finding()?);
            }
            "undecided" => {
                let line: UndecidedLine = serde_json::from_str(text)?;
                let kinds = ["unread", "malformed", "undecided"];
                let kind = kinds.into_iter().find(|kind| *kind == line.cause);
                self.causes.push(KeptCause {
                    kind: kind.ok_or_else(|| invalid(format!("unknown cause `{}`", line.cause)))?,
                    problem: line.problem,
                    rules: rules(&line.rules)?,
                    roles: line.roles,
                });
            }
            "unread" => self.unread += 1,
            other => {
                return Err(invalid(format!(
                    "there is a line of unknown kind `{other}`"
                )));
            }
        }
        Ok(())
    }

    /// Says which findings earlier runs did not know.
    pub(super) fn compare(&mut self, is_known: impl Fn(&str) -> bool) {
        for kept in &mut self.findings {
            kept.standing = Some(if is_known(&kept.finding.id) {
                Standing::Known { since: None }
            } else {
                Standing::New
            });
        }
    }
}

fn head(account: &AccountSummary, line: &str) -> Result<Head> {
    let head: Head = serde_json::from_str(line)?;
    if head.schema > SCHEMA_VERSION {
        let found = head.schema;
        return Err(invalid(format!(
            "format version {found} is newer than this roledrift reads ({SCHEMA_VERSION}): upgrade \
             roledrift"
        )));
    }
    if head.account != account.account {
        return Err(invalid(format!("a line is of account {}", head.account)));
    }
    Ok(head)
}

/// Shows an account of a run; `kept` is what its audit said, where there was one.
pub(super) fn view<'a>(
    summary: &'a AccountSummary,
    kept: Option<&'a Kept>,
    report: &OrganizationReport<'a>,
) -> View<'a> {
    let mut undecided: Vec<Undecided<'a>> = kept
        .iter()
        .flat_map(|kept| &kept.causes)
        .map(KeptCause::show)
        .collect();
    if kept.is_none() {
        let kind = summary.outcome.as_str();
        undecided.extend(summary.reasons.iter().map(|reason| Undecided {
            kind,
            problem: reason.clone(),
            rules: [].into(),
            roles: [].into(),
        }));
    }
    View {
        account: &summary.account,
        name: summary.name.as_deref(),
        partition: kept.map_or(report.partition, |kept| &kept.partition),
        collected_at: kept.and_then(|kept| kept.collected_at),
        is_of_many: true,
        planned_at: report.planned_at,
        outcome: summary.outcome,
        rules: kept.map_or(&[], |kept| &kept.rules),
        roles: kept.map_or(0, |kept| kept.roles),
        findings: kept
            .iter()
            .flat_map(|kept| &kept.findings)
            .map(|kept| Marked {
                place: own(&kept.finding).or_else(|| locked(report.lock, &kept.finding)),
                ..kept.show()
            })
            .collect(),
        undecided,
        unread: kept.map_or(0, |kept| kept.unread),
        selection: kept.and_then(|kept| kept.selection.clone()),
        compared: None,
    }
}

impl KeptCause {
    fn show(&self) -> Undecided<'_> {
        Undecided {
            kind: self.kind,
            problem: self.problem.clone(),
            rules: self.rules.iter().copied().collect(),
            roles: self.roles.iter().collect(),
        }
    }
}

impl KeptFinding {
    pub(super) fn show(&self) -> Marked<'_> {
        Marked {
            finding: &self.finding,
            waiver: self.waiver.as_ref().map(|waiver| Acceptance {
                reason: &waiver.reason,
                owner: &waiver.owner,
                expires: waiver.expires,
                location: &waiver.location,
            }),
            standing: self.standing,
            place: None,
        }
    }
}
