//! How roledrift's own JSON formats write a finding, and a fact that was not read.
//!
//! The report and the NDJSON lines share them: both count their version up when a member changes its
//! meaning or goes away.

use serde::Serialize;

use super::evidence::{DocumentEntry, StatementEntry, WitnessEntry};
use super::marks::Marks;
use super::view::Marked;
use crate::inventory::{CoverageEntry, Unread};
use crate::model::Arn;

/// One finding.
#[derive(Serialize, schemars::JsonSchema)]
pub(super) struct FindingEntry<'a> {
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

/// A fact that was not read.
#[derive(Serialize, schemars::JsonSchema)]
pub(super) struct UnreadEntry<'a> {
    /// The ARN of the role, policy or instance, or the Region; `null` for the account as a whole.
    subject: Option<&'a str>,
    fact: String,
    /// `denied`, `throttled`, `malformed`, `skipped`, `not-offered`, `unreachable` or `failed`.
    reason: &'static str,
    operation: &'a str,
    message: &'a str,
}

impl<'a> FindingEntry<'a> {
    /// Shows a finding of an account that was read at a time.
    pub(super) fn of(marked: &Marked<'a>, collected_at: Option<jiff::Timestamp>) -> Self {
        let finding = marked.finding;
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
            marks: Marks::of(marked, collected_at),
            why: finding.rule.why,
            remediation: finding.rule.remediation,
            source: finding.rule.source,
        }
    }
}

impl<'a> UnreadEntry<'a> {
    pub(super) fn of((entry, unread): (&'a CoverageEntry, &'a Unread)) -> Self {
        Self {
            subject: entry.subject.name(),
            fact: entry.fact.to_string(),
            reason: unread.reason.as_str(),
            operation: &unread.operation,
            message: &unread.message,
        }
    }
}
