//! OCSF 1.9.0 Compliance Finding (class 2003) events, for security lakes: a JSON array.
//!
//! One event per finding. Where something could not be decided, one more event about the account
//! says so, with the compliance status `Warning`.
//! Schema: <https://schema.ocsf.io/1.9.0/classes/compliance_finding>.

use std::io::{Result, Write};

use serde::Serialize;

use super::evidence::{DocumentEntry, StatementEntry, WitnessEntry};
use super::marks::Marks;
use super::organization::Outcome;
use super::view::{Marked, View};
use super::{Report, escape, resource};
use crate::audit::{Rule, by_id};
use crate::model::{AccountId, Arn, Partition, Severity};

/// The version of the schema that the events follow.
const VERSION: &str = "1.9.0";

/// The rule that gaps are reported by.
const UNREAD_INPUT: &str = "unread-input";

pub(super) fn render(report: &Report, out: &mut dyn Write) -> Result<()> {
    let mut events = Events::new(out);
    events.add(&View::of(report))?;
    events.finish()
}

/// Writes events, one a line: readable by line, and one document all the same.
pub(super) struct Events<'o> {
    out: &'o mut dyn Write,
    separator: &'static str,
}

impl<'o> Events<'o> {
    pub(super) fn new(out: &'o mut dyn Write) -> Self {
        let separator = "[\n";
        Self { out, separator }
    }

    /// Writes the findings of an account, and what is to be said of the account itself.
    pub(super) fn add(&mut self, view: &View<'_>) -> Result<()> {
        let findings = view.findings.iter();
        let events = findings
            .map(|marked| Event::of_finding(view, marked))
            .chain(Event::of_account(view));
        for event in events {
            let text = serde_json::to_string(&event)?;
            write!(self.out, "{}{}", self.separator, escape::json(&text))?;
            self.separator = ",\n";
        }
        Ok(())
    }

    pub(super) fn finish(self) -> Result<()> {
        let is_empty = self.separator == "[\n";
        self.out
            .write_all(if is_empty { b"[]\n" } else { b"\n]\n" })
    }
}

#[derive(Serialize)]
struct Event<'a> {
    activity_id: u8,
    activity_name: &'static str,
    category_uid: u8,
    category_name: &'static str,
    class_uid: u16,
    class_name: &'static str,
    type_uid: u32,
    type_name: &'static str,
    /// Milliseconds since 1970; 0 where the source does not tell when it was read.
    time: i64,
    severity_id: u8,
    severity: &'static str,
    status_id: u8,
    status: &'static str,
    message: String,
    metadata: Metadata,
    cloud: Cloud<'a>,
    finding_info: FindingInfo,
    compliance: Compliance,
    remediation: Remediation,
    resources: Vec<Resource<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    evidences: Vec<Evidence<'a>>,
    unmapped: Unmapped<'a>,
}

#[derive(Serialize)]
struct Metadata {
    version: &'static str,
    profiles: [&'static str; 1],
    product: Product,
    event_code: &'static str,
}

#[derive(Serialize)]
struct Product {
    name: &'static str,
    vendor_name: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
struct Cloud<'a> {
    provider: &'static str,
    account: Account<'a>,
}

#[derive(Serialize)]
struct Account<'a> {
    uid: &'a AccountId,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    #[serde(rename = "type")]
    kind: &'static str,
    type_id: u8,
}

#[derive(Serialize)]
struct FindingInfo {
    uid: String,
    title: &'static str,
    desc: String,
    types: [&'static str; 1],
    #[serde(skip_serializing_if = "Option::is_none")]
    last_seen_time: Option<i64>,
}

#[derive(Serialize)]
struct Compliance {
    control: &'static str,
    desc: &'static str,
    standards: [&'static str; 1],
    status_id: u8,
    status: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    status_details: Vec<String>,
}

#[derive(Serialize)]
struct Remediation {
    desc: &'static str,
    references: [&'static str; 1],
}

#[derive(Serialize)]
struct Resource<'a> {
    uid: &'a str,
    name: &'a str,
    #[serde(rename = "type")]
    kind: &'static str,
    cloud_partition: &'a Partition,
}

#[derive(Serialize)]
struct Evidence<'a> {
    name: &'static str,
    data: WitnessEntry<'a>,
}

/// What OCSF has no attribute for; a new member of findings is added here.
#[derive(Serialize)]
struct Unmapped<'a> {
    collected_at: Option<jiff::Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    selection: Option<&'a str>,
    /// Whether every rule could decide about every role.
    complete: bool,
    /// What became of the account, where the event is about that.
    #[serde(skip_serializing_if = "Option::is_none")]
    outcome: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    finding: Option<FindingPart<'a>>,
}

#[derive(Serialize)]
struct FindingPart<'a> {
    role: Option<&'a Arn>,
    resource: &'a Arn,
    document: Option<DocumentEntry<'a>>,
    statement: Option<StatementEntry<'a>>,
    origin: &'static str,
    confidence: &'static str,
    summary: &'a str,
    #[serde(flatten)]
    marks: Marks<'a>,
    why: &'static str,
}

impl<'a> Event<'a> {
    fn of_finding(view: &'a View<'_>, marked: &'a Marked<'_>) -> Self {
        let finding = marked.finding;
        let rule = finding.rule;
        let summary = escape::terminal(&finding.summary);
        let partition = view.partition;
        let mut event = Self::new(view, rule, finding.id.clone(), summary);
        event.resources = std::iter::once(&finding.resource)
            .chain(
                finding
                    .role
                    .iter()
                    .filter(|role| **role != finding.resource),
            )
            .map(|arn| Resource::of(arn, partition))
            .collect();
        let proofs = finding.proof.iter();
        event.evidences = proofs
            .map(|proof| Evidence {
                name: "request",
                data: WitnessEntry::of(proof),
            })
            .collect();
        if marked.waiver.is_some() {
            (event.status_id, event.status) = (3, "Suppressed");
        }
        event.unmapped.finding = Some(FindingPart {
            role: finding.role.as_ref(),
            resource: &finding.resource,
            document: finding.document.as_ref().map(DocumentEntry::of),
            statement: finding.statement.as_ref().map(StatementEntry::of),
            origin: finding.origin.as_str(),
            confidence: finding.confidence.as_str(),
            summary: &finding.summary,
            marks: Marks::of(marked, view.collected_at),
            why: rule.why,
        });
        event
    }

    /// Returns the event that says what could not be decided, or that the account is not known.
    fn of_account(view: &'a View<'_>) -> Option<Self> {
        let rule = by_id(UNREAD_INPUT).filter(|_| !view.is_complete())?;
        let uid = format!("incomplete-{}", view.account);
        let mut event = Self::new(view, rule, uid, view.problem());
        if view.outcome == Outcome::Skipped {
            (event.severity_id, event.severity) = severity(Severity::Info);
        }
        event.unmapped.outcome = Some(view.outcome.as_str());
        event.compliance.status_details = view
            .undecided
            .iter()
            .map(|cause| escape::terminal(&cause.sentence()))
            .collect();
        Some(event)
    }

    /// Makes an event about the account as a whole.
    fn new(view: &'a View<'_>, rule: &'static Rule, uid: String, message: String) -> Self {
        let (severity_id, severity) = severity(rule.severity);
        let (status_id, status) = if rule.id == UNREAD_INPUT {
            (2, "Warning")
        } else {
            (3, "Fail")
        };
        Self {
            activity_id: 1,
            activity_name: "Create",
            category_uid: 2,
            category_name: "Findings",
            class_uid: 2003,
            class_name: "Compliance Finding",
            type_uid: 200_301,
            type_name: "Compliance Finding: Create",
            time: view.time().map_or(0, jiff::Timestamp::as_millisecond),
            severity_id,
            severity,
            status_id: 1,
            status: "New",
            finding_info: FindingInfo {
                uid,
                title: rule.what,
                desc: message.clone(),
                types: [rule.id],
                last_seen_time: view.time().map(jiff::Timestamp::as_millisecond),
            },
            message,
            metadata: Metadata {
                version: VERSION,
                profiles: ["cloud"],
                product: Product {
                    name: env!("CARGO_PKG_NAME"),
                    vendor_name: env!("CARGO_PKG_NAME"),
                    version: env!("CARGO_PKG_VERSION"),
                },
                event_code: rule.id,
            },
            cloud: Cloud {
                provider: "AWS",
                account: Account {
                    uid: view.account,
                    name: view.name,
                    kind: "AWS Account",
                    type_id: 10,
                },
            },
            compliance: Compliance {
                control: rule.id,
                desc: rule.what,
                standards: ["roledrift baselines of service-linked roles"],
                status_id,
                status,
                status_details: Vec::new(),
            },
            remediation: Remediation {
                desc: rule.remediation,
                references: [rule.source],
            },
            resources: vec![Resource {
                uid: view.account.as_str(),
                name: view.account.as_str(),
                kind: "AWS::::Account",
                cloud_partition: view.partition,
            }],
            evidences: Vec::new(),
            unmapped: Unmapped {
                collected_at: view.collected_at,
                selection: view.selection.as_deref(),
                complete: view.is_complete(),
                outcome: None,
                finding: None,
            },
        }
    }
}

impl<'a> Resource<'a> {
    fn of(arn: &'a Arn, partition: &'a Partition) -> Self {
        Self {
            uid: arn.as_str(),
            name: arn.name(),
            kind: resource::Kind::of(arn).cloud_formation(),
            cloud_partition: partition,
        }
    }
}

fn severity(severity: Severity) -> (u8, &'static str) {
    match severity {
        Severity::Info => (1, "Informational"),
        Severity::Low => (2, "Low"),
        Severity::Medium => (3, "Medium"),
        Severity::High => (4, "High"),
        Severity::Critical => (5, "Critical"),
    }
}
