//! The shape of `<family>/family.json`.

use serde::{Deserialize, Serialize};

use super::feature::FeatureEntry;
use super::{Description, Evidence, OwnerKind, Suffix};
use crate::model::{Partition, PolicyVersion, Region, ServicePrincipal};

/// A family of service-linked roles with its managed policy's known versions.
#[derive(Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "roledrift family baseline")]
pub(super) struct FamilyFile {
    /// The JSON Schema of this file.
    #[serde(rename = "$schema", default)]
    _json_schema: Option<String>,
    /// The version of this format.
    pub(super) schema: u32,
    /// The family's id: the name of its folder.
    pub(super) family: String,
    /// What a reader calls it.
    pub(super) title: String,
    pub(super) role: RoleEntry,
    pub(super) policy: PolicyEntry,
    /// Where the service is offered; absent where that is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) regions: Option<RegionsEntry>,
    /// What the service adds inline for enabled features.
    pub(super) features: Vec<FeatureEntry>,
    /// The AWS pages that the family rests on.
    pub(super) sources: Vec<String>,
}

/// Which roles belong to the family.
#[derive(Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RoleEntry {
    /// The role name without its suffix.
    pub(super) name: String,
    pub(super) suffix: Suffix,
    /// Names that the service no longer gives.
    pub(super) legacy_names: Vec<String>,
    pub(super) principal: ServicePrincipal,
    pub(super) evidence: Evidence,
    /// What a role of this family serves, where that can be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) owner: Option<OwnerKind>,
    /// The description that roles are created with, where known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) description: Option<Description>,
}

/// The managed policy.
#[derive(Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PolicyEntry {
    /// Its name under `/aws-service-role/`.
    pub(super) name: String,
    pub(super) evidence: Evidence,
    /// The partition that the versions were captured in.
    pub(super) partition: Partition,
    pub(super) provenance: Provenance,
    /// Oldest first.
    pub(super) versions: Vec<VersionEntry>,
}

/// Where the documents come from.
#[derive(Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Provenance {
    /// What the texts are.
    text: String,
    /// AWS's page about the policy.
    page: String,
    /// The day of the last capture.
    #[schemars(with = "String")]
    as_of: jiff::civil::Date,
}

/// The Regions that offer a service.
#[derive(Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RegionsEntry {
    pub(super) names: Vec<Region>,
    pub(super) evidence: Evidence,
    /// The page that lists them.
    pub(super) source: String,
    /// The day on which they were looked up.
    #[schemars(with = "String")]
    pub(super) as_of: jiff::civil::Date,
}

/// One version.
#[derive(Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct VersionEntry {
    pub(super) version: PolicyVersion,
    /// When AWS created it (RFC 3339).
    #[schemars(with = "String")]
    pub(super) created: jiff::Timestamp,
    /// The document's file, relative to the family's folder.
    pub(super) document: String,
}
