//! NDJSON for programs that read line by line, format version 1: every line stands for itself.
//!
//! One line per finding; then one per cause of what could not be decided and one per fact that was
//! not read; last a summary, so that a cut file is told from a clean account.

use std::collections::BTreeMap;
use std::io::{Result, Write};

use serde::Serialize;

use super::evidence::{DocumentEntry, StatementEntry, WitnessEntry};
use super::marks::{ComparisonEntry, Marks};
use super::undecided::{Undecided, undecided};
use super::{Report, ndjson_line};
use crate::audit::{Finding, Status};
use crate::inventory::{CoverageEntry, Unread};
use crate::model::{AccountId, Arn, Partition, Severity};

/// The version of this format; it changes when a member changes its meaning or goes away.
pub const SCHEMA_VERSION: u32 = 1;

pub(super) fn render(report: &Report, out: &mut dyn Write) -> Result<()> {
    let findings = report.audit.findings.iter().map(|finding| {
        let line = FindingLine::of(report, finding);
        What::Finding(Box::new(line))
    });
    let undecided = undecided(&report.audit);
    let causes = undecided
        .iter()
        .map(|cause| What::Undecided(UndecidedLine::of(cause)));
    let unread = report
        .coverage
        .unread()
        .map(|unread| What::Unread(UnreadLine::of(unread)));
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
    Finding(Box<FindingLine<'a>>),
    /// Something that could not be decided, with everything that it concerns.
    Undecided(UndecidedLine<'a>),
    /// A fact that was asked for and not read, whether or not a rule needed it.
    Unread(UnreadLine<'a>),
    /// The audit as a whole; the last line.
    Summary(Box<SummaryLine<'a>>),
}

#[derive(Serialize, schemars::JsonSchema)]
struct FindingLine<'a> {
    /// The same in every run.
    id: &'a str,
    rule: &'static str,
    /// `info`, `low`, `medium`, `high` or `critical`.
    severity: &'static str,
    /// The role's ARN.
    role: Option<&'a Arn>,
    role_name: Option<&'a str>,
    /// The ARN of what drifted: the role, a managed policy, an instance, a domain, or the account.
    resource: &'a Arn,
    document: Option<DocumentEntry<'a>>,
    statement: Option<StatementEntry<'a>>,
    /// Who made the difference: `aws`, `service`, `account` or `undetermined`.
    origin: &'static str,
    /// What it rests on: `exact`, `by-count` (no API links these roles and what they serve), or
    /// `configuration-unread` (wildcards stood for what the owner has configured).
    confidence: &'static str,
    summary: &'a str,
    witness: Option<WitnessEntry<'a>>,
    #[serde(flatten)]
    marks: Marks<'a>,
    /// Why it matters.
    why: &'static str,
    /// What to do.
    remediation: &'static str,
    /// The AWS page that the rule rests on.
    source: &'static str,
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
struct UnreadLine<'a> {
    /// The ARN of the role, policy or instance, or the Region; `null` for the account as a whole.
    subject: Option<&'a str>,
    fact: String,
    /// `denied`, `throttled`, `malformed`, `skipped`, `not-offered`, `unreachable` or `failed`.
    reason: &'static str,
    operation: &'a str,
    message: &'a str,
}

#[derive(Serialize, schemars::JsonSchema)]
struct SummaryLine<'a> {
    /// The rules that ran.
    rules: &'a [&'static str],
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

impl<'a> FindingLine<'a> {
    fn of(report: &'a Report, finding: &'a Finding) -> Self {
        Self {
            id: &finding.id,
            rule: finding.rule.id,
            severity: finding.rule.severity.as_str(),
            role: finding.role.as_ref(),
            role_name: finding.role.as_ref().map(Arn::name),
            resource: &finding.resource,
            document: finding.document.as_ref().map(DocumentEntry::of),
            statement: finding.statement.as_ref().map(StatementEntry::of),
            origin: finding.origin.as_str(),
            confidence: finding.confidence.as_str(),
            summary: &finding.summary,
            witness: finding.proof.as_ref().map(WitnessEntry::of),
            marks: Marks::of(report, finding),
            why: finding.rule.why,
            remediation: finding.rule.remediation,
            source: finding.rule.source,
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

impl<'a> UnreadLine<'a> {
    fn of((entry, unread): (&'a CoverageEntry, &'a Unread)) -> Self {
        Self {
            subject: entry.subject.name(),
            fact: entry.fact.to_string(),
            reason: unread.reason.as_str(),
            operation: &unread.operation,
            message: &unread.message,
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
