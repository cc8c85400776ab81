//! NDJSON for programs that read line by line, format version 1: every line stands for itself.
//!
//! One line per finding; then one per cause of what could not be decided and one per fact that was
//! not read; last a summary, so that a cut file is told from a clean account.

use std::collections::BTreeMap;
use std::io::{Result, Write};

use serde::Serialize;

use super::finding::{FindingEntry, UnreadEntry};
use super::marks::ComparisonEntry;
use super::undecided::{Undecided, undecided};
use super::view::Marked;
use super::{Report, ndjson_line};
use crate::audit::Status;
use crate::model::{AccountId, Arn, Partition, Severity};

/// The version of this format; it changes when a member changes its meaning or goes away.
pub const SCHEMA_VERSION: u32 = 1;

pub(super) fn render(report: &Report, out: &mut dyn Write) -> Result<()> {
    let findings = report.audit.findings.iter().map(|finding| {
        let marked = Marked::of(report, finding);
        let line = FindingEntry::of(&marked, report.audit.collected_at);
        What::Finding(Box::new(line))
    });
    let undecided = undecided(&report.audit);
    let causes = undecided
        .iter()
        .map(|cause| What::Undecided(UndecidedLine::of(cause)));
    let unread = report
        .coverage
        .unread()
        .map(|unread| What::Unread(UnreadEntry::of(unread)));
    let summary = std::iter::once_with(|| What::Summary(Box::new(SummaryLine::of(report))));
    for what in findings.chain(causes).chain(unread).chain(summary) {
        out.write_all(ndjson_line(&Line::of(report, what))?.as_bytes())?;
    }
    Ok(())
}

pub(super) fn schema() -> schemars::Schema {
    schemars::generate::SchemaSettings::draft2020_12()
        .for_serialize()
        .into_generator()
        .into_root_schema_for::<Line<'static>>()
}

/// One line: what it says, and of which account.
#[derive(Serialize, schemars::JsonSchema)]
#[schemars(title = "roledrift NDJSON line")]
struct Line<'a> {
    /// The version of this format.
    schema: u32,
    tool: &'static str,
    tool_version: &'static str,
    account: &'a AccountId,
    partition: &'a Partition,
    /// When the account was read (RFC 3339); `null` where the source does not say.
    #[schemars(with = "Option<String>")]
    collected_at: Option<jiff::Timestamp>,
    #[serde(flatten)]
    what: What<'a>,
}

/// What a line says.
#[derive(Serialize, schemars::JsonSchema)]
#[serde(tag = "kind", rename_all = "kebab-case")]
enum What<'a> {
    /// One finding.
    Finding(Box<FindingEntry<'a>>),
    /// Something that could not be decided, with everything that it concerns.
    Undecided(UndecidedLine<'a>),
    /// A fact that was asked for and not read, whether or not a rule needed it.
    Unread(UnreadEntry<'a>),
    /// The audit as a whole; the last line.
    Summary(Box<SummaryLine<'a>>),
}

#[derive(Serialize, schemars::JsonSchema)]
struct UndecidedLine<'a> {
    /// `unread`, `malformed` or `undecided`.
    cause: &'static str,
    problem: &'a str,
    /// The rules that made no claim; empty for every rule, about roles that were not listed.
    rules: Vec<&'static str>,
    /// The ARNs of the roles concerned; empty for the account as a whole.
    roles: Vec<&'a Arn>,
}

#[derive(Serialize, schemars::JsonSchema)]
struct SummaryLine<'a> {
    /// The rules that ran.
    rules: &'a [&'static str],
    /// Whether the user left out what the roles serve; the rules that need it did not run then.
    owners_skipped: bool,
    /// Whether AWS's policies were compared with a lock file.
    locked: bool,
    /// Globs for role names; empty for all roles.
    role_globs: &'a [String],
    /// Judged roles by status.
    roles: BTreeMap<&'static str, usize>,
    /// Findings by severity, waived ones too.
    findings: BTreeMap<&'static str, usize>,
    /// How many of the findings are waived.
    waived: usize,
    /// How this run differs from an earlier one; `null` where it was compared with none.
    comparison: Option<ComparisonEntry<'a>>,
    /// Facts that were not read.
    unread: usize,
    /// Whether every rule could decide about every role.
    complete: bool,
}

impl<'a> Line<'a> {
    fn of(report: &'a Report, what: What<'a>) -> Self {
        Self {
            schema: SCHEMA_VERSION,
            tool: env!("CARGO_PKG_NAME"),
            tool_version: env!("CARGO_PKG_VERSION"),
            account: &report.audit.account,
            partition: &report.audit.partition,
            collected_at: report.audit.collected_at,
            what,
        }
    }
}

impl<'a> UndecidedLine<'a> {
    fn of(cause: &'a Undecided<'a>) -> Self {
        Self {
            cause: cause.kind,
            problem: &cause.problem,
            rules: cause.rules.iter().copied().collect(),
            roles: cause.roles.iter().copied().collect(),
        }
    }
}

impl<'a> SummaryLine<'a> {
    fn of(report: &'a Report) -> Self {
        let audit = &report.audit;
        let mut findings: BTreeMap<&'static str, usize> = Severity::ALL
            .into_iter()
            .map(|severity| (severity.as_str(), 0))
            .collect();
        for finding in &audit.findings {
            *findings.entry(finding.rule.severity.as_str()).or_default() += 1;
        }
        let statuses = [
            Status::Conforms,
            Status::Drifted,
            Status::Inconclusive,
            Status::Uncatalogued,
        ];
        Self {
            rules: &audit.rules,
            owners_skipped: audit.owners_skipped,
            locked: audit.locked,
            role_globs: &audit.role_globs,
            roles: statuses
                .into_iter()
                .map(|status| (status.as_str(), audit.count(status)))
                .collect(),
            findings,
            waived: report.waived_count(),
            comparison: report.since.as_ref().map(ComparisonEntry::of),
            unread: report.coverage.unread().count(),
            complete: audit.is_complete(),
        }
    }
}
