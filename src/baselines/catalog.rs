//! The shape of `catalog.json`.

use serde::{Deserialize, Serialize};

use super::feature::FeatureEntry;
use super::{Description, Evidence, Suffix};
use crate::model::ServicePrincipal;

/// Every service-linked role outside the families.
#[derive(Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "roledrift role catalogue")]
pub(super) struct CatalogFile {
    /// The JSON Schema of this file.
    #[serde(rename = "$schema", default)]
    _json_schema: Option<String>,
    /// The version of this format.
    pub(super) schema: u32,
    /// The day of the last change.
    #[schemars(with = "String")]
    pub(super) as_of: jiff::civil::Date,
    pub(super) roles: Vec<CatalogEntry>,
    /// The names of all AWS managed policies under `/aws-service-role/`.
    pub(super) linked_policies: Vec<String>,
}

/// One role.
#[derive(Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CatalogEntry {
    /// The role name without its suffix.
    pub(super) name: String,
    pub(super) suffix: Suffix,
    pub(super) principal: ServicePrincipal,
    /// How well name and principal are known.
    pub(super) evidence: Evidence,
    /// The names of its managed policies under `/aws-service-role/`.
    pub(super) policies: Vec<String>,
    /// How well the policies are known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) policy_evidence: Option<Evidence>,
    /// The description that roles are created with, where known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) description: Option<Description>,
    /// What the service adds inline for enabled features; absent where nobody knows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) features: Option<Vec<FeatureEntry>>,
}
