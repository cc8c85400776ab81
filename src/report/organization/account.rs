//! What is kept of one account: NDJSON of which the first line tells the outcome.
//!
//! The other lines are those of the account's own NDJSON report. A result of one account is some
//! hundred bytes where nothing was found.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Result, Write};

use serde::{Deserialize, Serialize};

use super::OrganizationReport;
use super::kept::{Kept, KeptFinding, invalid, view};
use crate::audit::{Finding, Status};
use crate::model::{AccountId, Partition, Severity};
use crate::report::undecided::undecided;
use crate::report::view::View;
use crate::report::{Format, Report, ndjson_line, render};

/// The version of the lines that only reports of many accounts have.
pub const SCHEMA_VERSION: u32 = 1;

/// Most reasons that an outcome gives; the account's other lines have all.
const MOST_REASONS: usize = 10;

/// Says what became of an account.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// Every rule could decide about every role.
    Complete,
    /// Something could not be decided.
    Incomplete,
    /// Nothing is known of the account.
    Failed,
    /// Nobody was to look at it, or nobody can: the organization suspended it.
    Skipped,
}

impl Outcome {
    /// Lists every outcome.
    pub const ALL: [Self; 4] = [
        Self::Complete,
        Self::Incomplete,
        Self::Failed,
        Self::Skipped,
    ];

    /// Returns the name that outputs use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Complete => "complete",
            Self::Incomplete => "incomplete",
            Self::Failed => "failed",
            Self::Skipped => "skipped",
        }
    }
}

/// Sums up an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct AccountSummary {
    /// The version of this line.
    pub schema: u32,
    /// The release of roledrift that wrote it.
    pub tool_version: String,
    /// `account`.
    pub kind: String,
    /// The account.
    pub account: AccountId,
    /// Its name, as its organization or the user's list has it.
    pub name: Option<String>,
    /// What became of it.
    pub outcome: Outcome,
    /// Why it is not complete; the first ten.
    pub reasons: Vec<String>,
    /// Judged roles by status.
    pub roles: BTreeMap<String, usize>,
    /// Findings by severity, waived ones too.
    pub findings: BTreeMap<String, usize>,
    /// Findings by severity that nobody decided to live with.
    pub unwaived: BTreeMap<String, usize>,
    /// Those of them that no earlier run of the store knew; `null` where the account was compared
    /// with none.
    #[serde(default)]
    pub new: Option<BTreeMap<String, usize>>,
}

/// Holds what is kept of one account.
#[derive(Debug)]
pub struct AccountResult {
    /// The first line.
    pub summary: AccountSummary,
    /// The other lines, as they were kept.
    text: String,
    /// What they say, where the account was audited and they were understood.
    kept: Option<Kept>,
}

impl AccountSummary {
    /// Sums up an account that was audited.
    pub fn of(report: &Report, name: Option<String>) -> Self {
        let audit = &report.audit;
        let causes = undecided(audit);
        let mut reasons: Vec<String> = causes
            .iter()
            .take(MOST_REASONS)
            .map(|cause| cause.problem.clone())
            .collect();
        if let Some(more) = causes.len().checked_sub(MOST_REASONS).filter(|n| *n > 0) {
            reasons.push(format!("and {more} more"));
        }
        let outcome = if audit.is_complete() {
            Outcome::Complete
        } else {
            Outcome::Incomplete
        };
        let statuses = [
            Status::Conforms,
            Status::Drifted,
            Status::Inconclusive,
            Status::Uncatalogued,
        ];
        let roles = statuses.map(|status| (status.as_str().to_owned(), audit.count(status)));
        Self {
            roles: roles.into_iter().filter(|(_, count)| *count > 0).collect(),
            findings: by_severity(audit.findings.iter()),
            unwaived: by_severity(report.unwaived()),
            ..Self::without_audit(audit.account.clone(), name, outcome, reasons)
        }
    }

    /// Sums up an account of which nothing is known.
    pub fn without_audit(
        account: AccountId,
        name: Option<String>,
        outcome: Outcome,
        reasons: Vec<String>,
    ) -> Self {
        Self {
            schema: SCHEMA_VERSION,
            tool_version: env!("CARGO_PKG_VERSION").to_owned(),
            kind: "account".to_owned(),
            account,
            name,
            outcome,
            reasons,
            roles: BTreeMap::new(),
            findings: BTreeMap::new(),
            unwaived: BTreeMap::new(),
            new: None,
        }
    }
}

impl AccountResult {
    /// Holds an account of which only the outcome is known.
    pub fn bare(summary: AccountSummary) -> Self {
        Self {
            summary,
            text: String::new(),
            kept: None,
        }
    }

    /// Returns the other lines.
    pub(super) fn lines(&self) -> impl Iterator<Item = &str> {
        self.text.lines().filter(|line| !line.is_empty())
    }

    /// Reads what the lines say, which reports show.
    ///
    /// # Errors
    /// Returns an error of kind [`std::io::ErrorKind::InvalidData`] for lines that this release does
    /// not understand in full: of rules that it does not know, for instance.
    pub fn understand(&mut self) -> Result<()> {
        let lines: Vec<&str> = self.lines().collect();
        self.kept = Kept::read(&self.summary, &lines)?;
        Ok(())
    }

    /// Returns the ids of all findings, also of a result that this release does not understand.
    ///
    /// # Errors
    /// Returns an error of kind [`std::io::ErrorKind::InvalidData`] for lines that are not whole.
    pub fn ids(&self) -> Result<BTreeSet<String>> {
        let mut ids = BTreeSet::new();
        for line in self.lines() {
            let line: Id = serde_json::from_str(line)?;
            ids.extend(line.id.filter(|_| line.kind == "finding"));
        }
        Ok(ids)
    }

    /// Tells what is known from what is new, and counts the new findings that nobody decided to live
    /// with.
    pub fn compare(&mut self, known: &BTreeSet<String>) {
        let mut new = BTreeMap::new();
        if let Some(kept) = &mut self.kept {
            kept.compare(|id| known.contains(id));
        }
        for kept in self.findings() {
            let finding = &kept.finding;
            if kept.waiver.is_none() && !known.contains(&finding.id) {
                let severity = finding.rule.severity.as_str().to_owned();
                *new.entry(severity).or_default() += 1;
            }
        }
        self.summary.new = Some(new);
    }

    /// Returns the account's partition, where it was audited.
    pub fn partition(&self) -> Option<&Partition> {
        self.kept.as_ref().map(|kept| &kept.partition)
    }

    /// Shows the account as formats do.
    pub(in crate::report) fn view<'a>(&'a self, report: &OrganizationReport<'a>) -> View<'a> {
        view(&self.summary, self.kept.as_ref(), report)
    }

    /// Returns the findings to show to people: those that ask for something, and that nobody decided
    /// to live with unless `waived`.
    pub(super) fn shown(&self, waived: bool) -> impl Iterator<Item = &KeptFinding> {
        self.findings().filter(move |kept| {
            kept.finding.rule.severity > Severity::Info && (waived || kept.waiver.is_none())
        })
    }

    fn findings(&self) -> impl Iterator<Item = &KeptFinding> {
        self.kept.iter().flat_map(|kept| &kept.findings)
    }
}

/// What tells findings apart.
#[derive(Deserialize)]
struct Id {
    kind: String,
    id: Option<String>,
}

fn by_severity<'a>(findings: impl Iterator<Item = &'a Finding>) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for finding in findings {
        *counts
            .entry(finding.rule.severity.as_str().to_owned())
            .or_default() += 1;
    }
    counts
}

/// Counts the entries of a map by severity that are at least as severe.
pub(super) fn at_least(counts: &BTreeMap<String, usize>, severity: Severity) -> usize {
    let known = counts.iter().filter(|(name, _)| {
        // A severity that this release does not know counts as severe.
        name.parse::<Severity>()
            .map_or(true, |found| found >= severity)
    });
    known.map(|(_, count)| count).sum()
}

/// Writes what is to be kept of an account; `report` is `None` where there was no audit.
///
/// # Errors
/// Returns the writer's error.
pub fn write(summary: &AccountSummary, report: Option<&Report>, out: &mut dyn Write) -> Result<()> {
    out.write_all(ndjson_line(summary)?.as_bytes())?;
    match report {
        Some(report) => render(report, Format::Ndjson, out),
        None => Ok(()),
    }
}

/// Reads what was kept of an account; [`AccountResult::understand`] says what is in it.
///
/// # Errors
/// Returns an error of kind [`std::io::ErrorKind::InvalidData`] for a text that [`write()`] did not write.
pub fn read(text: &str) -> Result<AccountResult> {
    let (first, rest) = text.split_once('\n').unwrap_or((text, ""));
    let summary: AccountSummary = serde_json::from_str(first).map_err(invalid)?;
    if summary.kind != "account" {
        return Err(invalid("the first line tells no outcome"));
    }
    if summary.schema > SCHEMA_VERSION {
        let found = summary.schema;
        return Err(invalid(format!(
            "format version {found} is newer than this roledrift reads ({SCHEMA_VERSION}): upgrade \
             roledrift"
        )));
    }
    Ok(AccountResult {
        summary,
        text: rest.to_owned(),
        kept: None,
    })
}
