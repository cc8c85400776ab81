//! JSON for programs, format version 1.

use std::collections::BTreeMap;
use std::io::Write;

use serde::Serialize;

use super::marks::{ComparisonEntry, Marks};
use super::principal::PrincipalEntry;
use super::undecided::kind;
use super::{Report, escape};
use crate::audit::{DocumentRef, Finding, Gap, RoleAudit, Status};
use crate::inventory::{CoverageEntry, Unread};
use crate::model::{AccountId, Arn, Partition, PolicyVersion, Severity};
use crate::policy::Value;

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

/// One finding.
#[derive(Serialize, schemars::JsonSchema)]
struct FindingEntry<'a> {
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
    statement: Option<Statement<'a>>,
    /// Who made the difference: `aws`, `service`, `account` or `undetermined`.
    origin: &'static str,
    /// What it rests on: `exact`, `by-count` (no API links these roles and what they serve), or
    /// `configuration-unread` (wildcards stood for what the owner has configured).
    confidence: &'static str,
    summary: &'a str,
    witness: Option<Witness<'a>>,
    #[serde(flatten)]
    marks: Marks<'a>,
    /// Why it matters.
    why: &'static str,
    /// What to do.
    remediation: &'static str,
    /// The AWS page that the rule rests on.
    source: &'static str,
}

/// The policy document that a finding is about.
#[derive(Serialize, schemars::JsonSchema)]
#[serde(tag = "kind", rename_all = "kebab-case")]
enum DocumentEntry<'a> {
    /// The trust policy.
    Trust,
    /// An inline policy.
    Inline { name: &'a str },
    /// The default version of a managed policy.
    Managed {
        arn: &'a Arn,
        version: Option<PolicyVersion>,
    },
}

/// A statement in that document.
#[derive(Serialize, schemars::JsonSchema)]
struct Statement<'a> {
    /// From 0.
    index: usize,
    sid: Option<&'a str>,
    /// From 1, in the document's text.
    line: u32,
    /// From 1, in characters.
    column: u32,
}

/// The request that shows the difference.
#[derive(Serialize, schemars::JsonSchema)]
struct Witness<'a> {
    /// `gained`: the account allows it and the reference does not; `lost`: the other way round.
    shows: &'static str,
    action: &'a str,
    resource: Option<&'a str>,
    principal: Option<PrincipalEntry<'a>>,
    /// Condition keys and their values.
    context: BTreeMap<&'a str, Vec<&'a str>>,
    /// What the account was compared with.
    reference: &'a str,
    /// All of it in one line.
    text: String,
    /// Every action published today that the difference is about, where they were listed.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    actions: &'a [&'static str],
}

/// A fact that was not read.
#[derive(Serialize, schemars::JsonSchema)]
struct UnreadEntry<'a> {
    /// The ARN of the role, policy or instance, or the Region; `null` for the account as a whole.
    subject: Option<&'a str>,
    fact: String,
    /// `denied`, `throttled`, `malformed`, `skipped`, `not-offered`, `unreachable` or `failed`.
    reason: &'static str,
    operation: &'a str,
    message: &'a str,
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
                .map(|finding| FindingEntry::of(report, finding))
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

impl<'a> FindingEntry<'a> {
    fn of(report: &'a Report, finding: &'a Finding) -> Self {
        Self {
            id: &finding.id,
            rule: finding.rule.id,
            severity: finding.rule.severity.as_str(),
            role: finding.role.as_ref(),
            role_name: finding.role.as_ref().map(Arn::name),
            resource: &finding.resource,
            document: finding.document.as_ref().map(|document| match document {
                DocumentRef::Trust => DocumentEntry::Trust,
                DocumentRef::Inline(name) => DocumentEntry::Inline { name },
                DocumentRef::Managed { arn, version } => DocumentEntry::Managed {
                    arn,
                    version: *version,
                },
            }),
            statement: finding.statement.as_ref().map(|statement| Statement {
                index: statement.index,
                sid: statement.sid.as_deref(),
                line: statement.position.line,
                column: statement.position.column,
            }),
            origin: finding.origin.as_str(),
            confidence: finding.confidence.as_str(),
            summary: &finding.summary,
            witness: finding.proof.as_ref().map(|proof| Witness {
                shows: if proof.gained { "gained" } else { "lost" },
                action: &proof.request.action,
                resource: proof.request.resource.as_deref(),
                principal: proof.request.principal.as_ref().map(PrincipalEntry::of),
                context: proof
                    .request
                    .context
                    .iter()
                    .map(|(key, value)| (key, Value::iter(value).collect()))
                    .collect(),
                reference: &proof.reference,
                text: proof.request.to_string(),
                actions: &proof.actions,
            }),
            marks: Marks::of(report, finding),
            why: finding.rule.why,
            remediation: finding.rule.remediation,
            source: finding.rule.source,
        }
    }
}

impl<'a> UnreadEntry<'a> {
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
