//! The AWS Security Finding Format, for Security Hub: what `BatchImportFindings` takes.
//!
//! One entry per finding. Where something could not be decided, one more about the account says so,
//! with the compliance status `NOT_AVAILABLE`. Texts are cut to AWS's limits, with a mark.
//! Format: <https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_AwsSecurityFinding.html>.

use std::collections::BTreeMap;
use std::io::{Result, Write};

use serde::Serialize;

use super::facts::of_finding;
use super::organization::Outcome;
use super::resource::Kind;
use super::shorten::shorten;
use super::undecided::Undecided;
use super::view::{Marked, View};
use super::{Report, escape};
use crate::audit::{Rule, by_id};
use crate::model::{AccountId, Arn, Partition, Severity};

/// The longest texts that AWS takes, in characters.
mod limit {
    pub(super) const ID: usize = 512;
    pub(super) const TITLE: usize = 256;
    pub(super) const DESCRIPTION: usize = 1024;
    pub(super) const RECOMMENDATION: usize = 512;
    pub(super) const FIELD: usize = 2048;
}

/// The rule that gaps are reported by.
const UNREAD_INPUT: &str = "unread-input";

pub(super) fn render(report: &Report, out: &mut dyn Write) -> Result<()> {
    let view = View::of(report);
    let list = FindingList {
        findings: entries(&view).collect::<Vec<_>>(),
    };
    escape::write_json(&list, out)
}

/// Writes the findings of an account, and what is to be said of the account itself.
pub(super) fn entries<'v>(view: &'v View<'_>) -> impl Iterator<Item = Entry<'v>> {
    let findings = view.findings.iter();
    findings
        .map(|marked| Entry::of_finding(view, marked))
        .chain(Entry::of_account(view))
}

/// The request, of a list of entries.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct FindingList<F> {
    pub(super) findings: F,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Entry<'a> {
    schema_version: &'static str,
    id: String,
    product_arn: String,
    product_name: &'static str,
    generator_id: String,
    aws_account_id: &'a AccountId,
    created_at: jiff::Timestamp,
    updated_at: jiff::Timestamp,
    title: String,
    description: String,
    remediation: Remediation,
    product_fields: BTreeMap<String, String>,
    resources: Vec<Resource>,
    compliance: Compliance,
    record_state: &'static str,
    finding_provider_fields: ProviderFields,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Remediation {
    recommendation: Recommendation,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Recommendation {
    text: String,
    url: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Resource {
    #[serde(rename = "Type")]
    kind: &'static str,
    id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    partition: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Compliance {
    status: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct ProviderFields {
    severity: SeverityEntry,
    types: [&'static str; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct SeverityEntry {
    label: &'static str,
    original: &'static str,
}

impl<'a> Entry<'a> {
    fn of_finding(view: &'a View<'_>, marked: &Marked<'_>) -> Self {
        let finding = marked.finding;
        let rule = finding.rule;
        let title = format!("{}: {}", finding.resource.name(), rule.what);
        let mut entry = Self::new(view, rule, &finding.id, &title, &finding.summary);
        entry.resources = std::iter::once(&finding.resource)
            .chain(
                finding
                    .role
                    .iter()
                    .filter(|role| **role != finding.resource),
            )
            .map(|arn| Resource::of(arn, view.partition))
            .collect();
        if marked.waiver.is_some() {
            // Not `Workflow`: a provider cannot take that back when the waiver ends.
            entry.record_state = "ARCHIVED";
        }
        entry.add_fields(of_finding(marked));
        entry
    }

    /// Returns the entry that says what could not be decided, or that the account is not known.
    fn of_account(view: &'a View<'_>) -> Option<Self> {
        let rule = by_id(UNREAD_INPUT).filter(|_| !view.is_complete())?;
        let id = format!("incomplete-{}", view.account);
        let mut title = view.problem();
        if let Some(first) = title.get_mut(..1) {
            first.make_ascii_uppercase();
        }
        let causes = &view.undecided;
        let sentences: Vec<String> = causes.iter().map(Undecided::sentence).collect();
        let mut entry = Self::new(view, rule, &id, &title, &sentences.join("; "));
        if view.outcome == Outcome::Skipped {
            entry.finding_provider_fields.severity = SeverityEntry {
                label: label(Severity::Info),
                original: Severity::Info.as_str(),
            };
        }
        entry.add_fields([("outcome", view.outcome.as_str().to_owned())]);
        // Security Hub takes 50 fields.
        let shown = causes.iter().take(40).enumerate();
        entry.add_fields(
            shown.map(|(index, cause)| (format!("cause {}", index + 1), cause.sentence())),
        );
        entry.add_fields([("causes", causes.len().to_string())]);
        Some(entry)
    }

    /// Makes an entry about the account as a whole.
    fn new(
        view: &'a View<'_>,
        rule: &'static Rule,
        id: &str,
        title: &str,
        description: &str,
    ) -> Self {
        let (account, partition) = (view.account, view.partition);
        // Required; 1970 where the source does not tell when it was read.
        let time = view.time().unwrap_or(jiff::Timestamp::UNIX_EPOCH);
        let mut entry = Self {
            schema_version: "2018-10-08",
            id: cut(&format!("roledrift/{account}/{id}"), limit::ID),
            product_arn: product_arn(account, partition),
            product_name: env!("CARGO_PKG_NAME"),
            generator_id: format!("roledrift/{}", rule.id),
            aws_account_id: account,
            created_at: time,
            updated_at: time,
            title: cut(title, limit::TITLE),
            description: cut(description, limit::DESCRIPTION),
            remediation: Remediation {
                recommendation: Recommendation {
                    text: cut(rule.remediation, limit::RECOMMENDATION),
                    url: rule.source,
                },
            },
            product_fields: BTreeMap::new(),
            resources: vec![Resource {
                kind: Kind::Account.security_hub(),
                id: format!("AWS::::Account:{account}"),
                partition: known(partition),
            }],
            compliance: Compliance {
                status: if rule.id == UNREAD_INPUT {
                    "NOT_AVAILABLE"
                } else {
                    "FAILED"
                },
            },
            record_state: "ACTIVE",
            finding_provider_fields: ProviderFields {
                severity: SeverityEntry {
                    label: label(rule.severity),
                    original: rule.severity.as_str(),
                },
                types: [
                    "Software and Configuration Checks/AWS Security Best Practices/Service-linked role drift",
                ],
            },
        };
        entry.add_fields([
            ("version", env!("CARGO_PKG_VERSION").to_owned()),
            ("partition", partition.to_string()),
            ("complete", view.is_complete().to_string()),
        ]);
        entry.add_fields(view.name.map(|name| ("account-name", name.to_owned())));
        let selection = view.selection.clone();
        entry.add_fields(selection.map(|selection| ("selection", selection)));
        let read = view.collected_at.map(|time| ("read", time.to_string()));
        entry.add_fields(read);
        entry
    }

    fn add_fields(&mut self, fields: impl IntoIterator<Item = (impl ToString, String)>) {
        for (label, value) in fields {
            // AWS refuses values without a visible character.
            if value.chars().any(|character| !character.is_whitespace()) {
                let key = format!("roledrift/{}", label.to_string().replace(' ', "-"));
                self.product_fields.insert(key, cut(&value, limit::FIELD));
            }
        }
    }
}

impl Resource {
    fn of(arn: &Arn, partition: &Partition) -> Self {
        Self {
            kind: Kind::of(arn).security_hub(),
            id: cut(arn.as_str(), limit::ID),
            partition: known(partition),
        }
    }
}

fn cut(text: &str, limit: usize) -> String {
    shorten(&escape::terminal(text), limit)
}

/// Returns a partition that Security Hub's `Partition` knows.
fn known(partition: &Partition) -> Option<String> {
    matches!(partition.as_str(), "aws" | "aws-cn" | "aws-us-gov").then(|| partition.to_string())
}

/// Names the account's own product in the Region where IAM is at home: roles lie in no Region, and
/// Security Hub in each.
///
/// See <https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-custom-providers.html>.
fn product_arn(account: &AccountId, partition: &Partition) -> String {
    let region = match partition.as_str() {
        "aws-cn" => "cn-north-1",
        "aws-us-gov" => "us-gov-west-1",
        "aws-iso" => "us-iso-east-1",
        "aws-iso-b" => "us-isob-east-1",
        "aws-eusc" => "eusc-de-east-1",
        _ => "us-east-1",
    };
    format!("arn:{partition}:securityhub:{region}:{account}:product/{account}/default")
}

fn label(severity: Severity) -> &'static str {
    match severity {
        Severity::Info => "INFORMATIONAL",
        Severity::Low => "LOW",
        Severity::Medium => "MEDIUM",
        Severity::High => "HIGH",
        Severity::Critical => "CRITICAL",
    }
}
