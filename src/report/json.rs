//! JSON for programs, format version 1.

use std::collections::BTreeMap;
use std::io::Write;

use serde::Serialize;

use super::finding::{FindingEntry, UnreadEntry};
use super::marks::ComparisonEntry;
use super::undecided::kind;
use super::view::Marked;
use super::{Report, escape};
use crate::audit::{Gap, RoleAudit, Status};
use crate::model::{AccountId, Arn, Partition, Severity};

/// The version of this format; it changes when a member changes its meaning or goes away.
pub const SCHEMA_VERSION: u32 = 1;

pub(super) fn render(report: &Report, out: &mut dyn Write) -> std::io::Result<()> {
    let text = serde_json::to_string_pretty(&Document::of(report))?;
    out.write_all(escape::json(&text).as_bytes())?;
    out.write_all(b"\n")
}

pub(super) fn schema() -> schemars::Schema {
    schemars::generate::SchemaSettings::draft2020_12()
        .for_serialize()
        .into_generator()
        .into_root_schema_for::<Document<'static>>()
}

/// The judgement of one account.
#[derive(Serialize, schemars::JsonSchema)]
#[schemars(title = "roledrift report")]
struct Document<'a> {
    /// The version of this format.
    schema: u32,
    tool: Tool,
    account: &'a AccountId,
    partition: &'a Partition,
    /// When the account was read (RFC 3339); `null` where the source does not say.
    #[schemars(with = "Option<String>")]
    collected_at: Option<jiff::Timestamp>,
    /// What was judged.
    selection: Selection<'a>,
    summary: Summary,
    /// What concerns no single role and could not be decided.
    undecided: Vec<Undecided>,
    /// Every judged role, by ARN.
    roles: Vec<Role<'a>>,
    /// Most severe first, then by role and rule.
    findings: Vec<FindingEntry<'a>>,
    /// Every fact that was asked for and not read, whether or not a rule needed it.
    unread: Vec<UnreadEntry<'a>>,
    /// How this run differs from an earlier one; `null` where it was compared with none.
    comparison: Option<ComparisonEntry<'a>>,
}

/// What made the report.
#[derive(Serialize, schemars::JsonSchema)]
struct Tool {
    name: &'static str,
    version: &'static str,
}

/// Which rules ran, about which roles.
#[derive(Serialize, schemars::JsonSchema)]
struct Selection<'a> {
    rules: &'a [&'static str],
    /// Whether the user left out what the roles serve; the rules that need it did not run then.
    owners_skipped: bool,
    /// Whether AWS's policies were compared with a lock file.
    locked: bool,
    /// Globs for role names; empty for all roles.
    roles: &'a [String],
}

/// Counts.
#[derive(Serialize, schemars::JsonSchema)]
struct Summary {
    /// Judged roles.
    roles: usize,
    /// Roles by status.
    statuses: BTreeMap<&'static str, usize>,
    /// Findings by severity, waived ones too.
    findings: BTreeMap<&'static str, usize>,
    /// How many of the findings are waived.
    waived: usize,
    /// Whether every rule could decide about every role.
    complete: bool,
}

/// One role.
#[derive(Serialize, schemars::JsonSchema)]
struct Role<'a> {
    arn: &'a Arn,
    name: &'a str,
    /// The baseline that it was judged by.
    baseline: Option<&'a str>,
    /// `conforms`, `drifted`, `inconclusive` or `uncatalogued`.
    status: &'static str,
    /// What could not be decided, and why.
    undecided: Vec<Undecided>,
}

/// A rule that made no claim.
#[derive(Serialize, schemars::JsonSchema)]
struct Undecided {
    /// `null` for every rule, about roles that were not listed.
    rule: Option<&'static str>,
    /// `unread`, `malformed` or `undecided`.
    kind: &'static str,
    problem: String,
}

impl<'a> Document<'a> {
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
        ]
        .into_iter()
        .map(|status| (status.as_str(), audit.count(status)))
        .collect();
        Self {
            schema: SCHEMA_VERSION,
            tool: Tool {
                name: env!("CARGO_PKG_NAME"),
                version: env!("CARGO_PKG_VERSION"),
            },
            account: &audit.account,
            partition: &audit.partition,
            collected_at: audit.collected_at,
            selection: Selection {
                rules: &audit.rules,
                owners_skipped: audit.owners_skipped,
                locked: audit.locked,
                roles: &audit.role_globs,
            },
            undecided: audit.gaps.iter().map(Undecided::of).collect(),
            summary: Summary {
                roles: audit.roles.len(),
                statuses,
                findings,
                waived: report.waived_count(),
                complete: audit.is_complete(),
            },
            roles: audit.roles.iter().map(Role::of).collect(),
            findings: audit
                .findings
                .iter()
                .map(|finding| FindingEntry::of(&Marked::of(report, finding), audit.collected_at))
                .collect(),
            unread: report.coverage.unread().map(UnreadEntry::of).collect(),
            comparison: report.since.as_ref().map(ComparisonEntry::of),
        }
    }
}

impl<'a> Role<'a> {
    fn of(role: &'a RoleAudit) -> Self {
        Self {
            arn: &role.arn,
            name: role.name.as_str(),
            baseline: role.baseline.as_deref(),
            status: role.status.as_str(),
            undecided: role.gaps.iter().map(Undecided::of).collect(),
        }
    }
}

impl Undecided {
    fn of(gap: &Gap) -> Self {
        Self {
            rule: gap.rule,
            kind: kind(&gap.cause),
            problem: gap.cause.to_string(),
        }
    }
}
