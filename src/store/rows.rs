//! The rows of each table: flat, with names that SQL engines take unquoted.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::audit::{DocumentRef, Finding, RoleAudit};
use crate::inventory::CoverageEntry;
use crate::model::{AccountId, Arn, Partition, PolicyVersion, Severity};
use crate::waivers::Waiver;

/// What every row begins with.
#[derive(Clone, Copy, Serialize)]
pub(super) struct Common<'a> {
    pub(super) run_id: &'a str,
    pub(super) account: &'a AccountId,
    pub(super) aws_partition: &'a Partition,
    /// When the account was read; where nobody knows, when it was judged.
    pub(super) observed_at: Timestamp,
}

/// A row of `findings`.
#[derive(Serialize)]
pub(super) struct FindingRow<'a> {
    #[serde(flatten)]
    common: Common<'a>,
    id: &'a str,
    rule: &'a str,
    severity: &'static str,
    /// 0 for info to 4 for critical.
    severity_rank: usize,
    origin: &'static str,
    confidence: &'static str,
    role: Option<&'a Arn>,
    role_name: Option<&'a str>,
    resource: &'a Arn,
    /// `trust`, `inline` or `managed`.
    document_kind: Option<&'static str>,
    /// The inline policy's name or the managed policy's ARN.
    document: Option<&'a str>,
    document_version: Option<PolicyVersion>,
    /// From 0.
    statement_index: Option<usize>,
    statement_sid: Option<&'a str>,
    statement_line: Option<u32>,
    statement_column: Option<u32>,
    summary: &'a str,
    /// `gained` or `lost`.
    witness_shows: Option<&'static str>,
    witness_action: Option<&'a str>,
    witness_resource: Option<&'a str>,
    /// The request in one line.
    witness: Option<String>,
    /// The user's file and line, for findings about that file.
    file: Option<&'a str>,
    file_line: Option<u32>,
    waived: bool,
    waiver_reason: Option<&'a str>,
    waiver_owner: Option<&'a str>,
    waiver_expires: Option<jiff::civil::Date>,
}

impl<'a> FindingRow<'a> {
    pub(super) fn of(common: Common<'a>, finding: &'a Finding, waiver: Option<&'a Waiver>) -> Self {
        let (document_kind, document, document_version) = match &finding.document {
            None => (None, None, None),
            Some(DocumentRef::Trust) => (Some("trust"), None, None),
            Some(DocumentRef::Inline(name)) => (Some("inline"), Some(name.as_str()), None),
            Some(DocumentRef::Managed { arn, version }) => {
                (Some("managed"), Some(arn.as_str()), *version)
            }
        };
        let statement = finding.statement.as_ref();
        let proof = finding.proof.as_ref();
        let file = finding.file.as_ref();
        Self {
            common,
            id: &finding.id,
            rule: finding.rule.id,
            severity: finding.rule.severity.as_str(),
            severity_rank: rank(finding.rule.severity),
            origin: finding.origin.as_str(),
            confidence: finding.confidence.as_str(),
            role: finding.role.as_ref(),
            role_name: finding.role.as_ref().map(Arn::name),
            resource: &finding.resource,
            document_kind,
            document,
            document_version,
            statement_index: statement.map(|statement| statement.index),
            statement_sid: statement.and_then(|statement| statement.sid.as_deref()),
            statement_line: statement.map(|statement| statement.position.line),
            statement_column: statement.map(|statement| statement.position.column),
            summary: &finding.summary,
            witness_shows: proof.map(|proof| if proof.gained { "gained" } else { "lost" }),
            witness_action: proof.map(|proof| proof.request.action.as_str()),
            witness_resource: proof.and_then(|proof| proof.request.resource.as_deref()),
            witness: proof.map(|proof| proof.request.to_string()),
            file: file.map(|file| file.path.as_str()),
            file_line: file.map(|file| file.position.line),
            waived: waiver.is_some(),
            waiver_reason: waiver.map(|waiver| waiver.reason.as_str()),
            waiver_owner: waiver.map(|waiver| waiver.owner.as_str()),
            waiver_expires: waiver.map(|waiver| waiver.expires),
        }
    }
}

/// What is read back of a row of `findings`.
#[derive(Deserialize)]
pub(super) struct StoredFinding {
    pub(super) id: String,
    pub(super) rule: String,
    pub(super) severity: String,
    pub(super) role: Option<Arn>,
    pub(super) resource: Arn,
    pub(super) summary: String,
    pub(super) waived: bool,
}

/// A row of `roles`.
#[derive(Serialize)]
pub(super) struct RoleRow<'a> {
    #[serde(flatten)]
    common: Common<'a>,
    arn: &'a Arn,
    name: &'a str,
    baseline: Option<&'a str>,
    status: &'static str,
    /// Rules that could not decide about the role.
    undecided: Vec<&'static str>,
}

impl<'a> RoleRow<'a> {
    pub(super) fn of(common: Common<'a>, role: &'a RoleAudit) -> Self {
        let mut undecided: Vec<_> = role.gaps.iter().filter_map(|gap| gap.rule).collect();
        undecided.sort_unstable();
        undecided.dedup();
        Self {
            common,
            arn: &role.arn,
            name: role.name.as_str(),
            baseline: role.baseline.as_deref(),
            status: role.status.as_str(),
            undecided,
        }
    }
}

/// What is read back of a row of `roles`.
#[derive(Deserialize)]
pub(super) struct StoredRole {
    pub(super) arn: Arn,
    pub(super) undecided: Vec<String>,
}

/// A row of `coverage`: one fact, read or not.
#[derive(Serialize)]
pub(super) struct CoverageRow<'a> {
    #[serde(flatten)]
    common: Common<'a>,
    /// The ARN of the role, policy or instance, or the Region; `null` for the account as a whole.
    subject: Option<&'a str>,
    fact: String,
    was_read: bool,
    reason: Option<&'static str>,
    operation: Option<&'a str>,
    message: Option<&'a str>,
}

impl<'a> CoverageRow<'a> {
    pub(super) fn of(common: Common<'a>, entry: &'a CoverageEntry) -> Self {
        let unread = entry.unread.as_ref();
        Self {
            common,
            subject: entry.subject.name(),
            fact: entry.fact.to_string(),
            was_read: unread.is_none(),
            reason: unread.map(|unread| unread.reason.as_str()),
            operation: unread.map(|unread| unread.operation.as_str()),
            message: unread.map(|unread| unread.message.as_str()),
        }
    }
}

fn rank(severity: Severity) -> usize {
    Severity::ALL
        .into_iter()
        .take_while(|lower| *lower < severity)
        .count()
}
