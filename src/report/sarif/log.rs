//! The shapes of SARIF 2.1.0 that are written here, in the order of the standard.

use serde::Serialize;

use crate::model::{AccountId, Arn, Partition};
use crate::report::evidence::{DocumentEntry, StatementEntry, WitnessEntry};
use crate::report::marks::{ComparisonEntry, Marks};

#[derive(Serialize)]
pub(super) struct Log<R> {
    #[serde(rename = "$schema")]
    pub(super) schema: &'static str,
    pub(super) version: &'static str,
    pub(super) runs: [R; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Run<N, R, P> {
    pub(super) tool: Tool,
    pub(super) invocations: [Invocation<N>; 1],
    pub(super) automation_details: AutomationDetails,
    pub(super) artifacts: Vec<Artifact>,
    /// A list of [`ResultEntry`].
    pub(super) results: R,
    pub(super) column_kind: &'static str,
    pub(super) properties: P,
}

#[derive(Serialize)]
pub(super) struct Tool {
    pub(super) driver: Driver,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Driver {
    pub(super) name: &'static str,
    pub(super) version: &'static str,
    pub(super) semantic_version: &'static str,
    pub(super) information_uri: &'static str,
    pub(super) rules: Vec<ReportingDescriptor>,
    pub(super) notifications: Vec<Descriptor>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ReportingDescriptor {
    pub(super) id: &'static str,
    pub(super) name: String,
    pub(super) short_description: Message,
    pub(super) full_description: Message,
    pub(super) help: Help,
    pub(super) help_uri: &'static str,
    pub(super) default_configuration: Configuration,
    pub(super) properties: RuleProperties,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Descriptor {
    pub(super) id: &'static str,
    pub(super) name: &'static str,
    pub(super) short_description: Message,
    pub(super) full_description: Message,
    pub(super) help: Message,
}

#[derive(Serialize)]
pub(super) struct Help {
    pub(super) text: String,
    pub(super) markdown: String,
}

#[derive(Serialize)]
pub(super) struct Configuration {
    pub(super) level: &'static str,
}

#[derive(Serialize)]
pub(super) struct RuleProperties {
    pub(super) tags: Vec<&'static str>,
    pub(super) precision: &'static str,
    #[serde(rename = "security-severity", skip_serializing_if = "Option::is_none")]
    pub(super) security_severity: Option<&'static str>,
    pub(super) severity: &'static str,
}

/// Text whose brackets and braces are escaped already.
#[derive(Serialize)]
pub(super) struct Message {
    pub(super) text: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Invocation<N> {
    pub(super) execution_successful: bool,
    /// A list of [`Notification`].
    pub(super) tool_execution_notifications: N,
}

#[derive(Serialize)]
pub(in crate::report) struct Notification<'a> {
    pub(super) level: &'static str,
    pub(super) message: Message,
    pub(super) descriptor: Identified,
    pub(super) properties: NotificationProperties<'a>,
}

#[derive(Serialize)]
pub(super) struct Identified {
    pub(super) id: &'static str,
}

#[derive(Serialize)]
pub(super) struct NotificationProperties<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) account: Option<&'a AccountId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) outcome: Option<&'static str>,
    pub(super) rules: Vec<&'static str>,
    pub(super) roles: Vec<&'a Arn>,
}

#[derive(Serialize)]
pub(super) struct AutomationDetails {
    pub(super) id: String,
}

#[derive(Serialize)]
pub(super) struct Artifact {
    pub(super) location: ArtifactLocation,
}

#[derive(Serialize)]
pub(super) struct ArtifactLocation {
    pub(super) uri: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::report) struct ResultEntry<'a> {
    pub(super) rule_id: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) rule_index: Option<usize>,
    pub(super) level: &'static str,
    pub(super) message: Message,
    pub(super) locations: [Location; 1],
    pub(super) partial_fingerprints: Fingerprints<'a>,
    /// Empty for what counts; absent where the user has no waivers at all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) suppressions: Option<Vec<Suppression>>,
    pub(super) properties: ResultProperties<'a>,
}

#[derive(Serialize)]
pub(super) struct Suppression {
    pub(super) kind: &'static str,
    pub(super) status: &'static str,
    pub(super) justification: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Location {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) physical_location: Option<PhysicalLocation>,
    pub(super) logical_locations: Vec<LogicalLocation>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PhysicalLocation {
    pub(super) artifact_location: ArtifactLocation,
    pub(super) region: Region,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Region {
    pub(super) start_line: u32,
    pub(super) start_column: u32,
    pub(super) end_line: u32,
    pub(super) end_column: u32,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct LogicalLocation {
    pub(super) name: String,
    pub(super) fully_qualified_name: String,
    pub(super) kind: &'static str,
}

#[derive(Serialize)]
pub(super) struct Fingerprints<'a> {
    #[serde(rename = "primaryLocationLineHash")]
    pub(super) primary_location_line_hash: &'a str,
    #[serde(rename = "roledriftFinding/v1")]
    pub(super) finding: &'a str,
    #[serde(
        rename = "roledriftAccount/v1",
        skip_serializing_if = "Option::is_none"
    )]
    pub(super) account: Option<&'a AccountId>,
}

/// What SARIF has no place for; a new member of findings is added here.
#[derive(Serialize)]
pub(super) struct ResultProperties<'a> {
    pub(super) id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) account: Option<&'a AccountId>,
    #[serde(rename = "accountName", skip_serializing_if = "Option::is_none")]
    pub(super) account_name: Option<&'a str>,
    pub(super) severity: &'static str,
    pub(super) role: Option<&'a Arn>,
    pub(super) resource: &'a Arn,
    pub(super) document: Option<DocumentEntry<'a>>,
    pub(super) statement: Option<StatementEntry<'a>>,
    pub(super) origin: &'static str,
    pub(super) confidence: &'static str,
    pub(super) summary: &'a str,
    pub(super) witness: Option<WitnessEntry<'a>>,
    #[serde(flatten)]
    pub(super) marks: Marks<'a>,
    pub(super) remediation: &'static str,
    pub(super) source: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct RunProperties<'a> {
    pub(super) account: &'a AccountId,
    pub(super) partition: &'a Partition,
    pub(super) collected_at: Option<jiff::Timestamp>,
    pub(super) rules: &'a [&'static str],
    pub(super) role_globs: &'a [String],
    pub(super) roles: usize,
    pub(super) unread: usize,
    pub(super) waived: usize,
    pub(super) comparison: Option<ComparisonEntry<'a>>,
    pub(super) complete: bool,
}
