//! One role's baseline.

use std::collections::BTreeSet;

use super::{Evidence, Feature, Ledger, OwnerKind};
use crate::model::{Arn, Partition, Region, RoleName, ServicePrincipal};

/// Describes what one service-linked role should look like.
#[derive(Debug, Clone)]
pub struct Baseline {
    /// The family's id, or the role name for a catalogued role.
    pub id: String,
    /// What a reader calls it.
    pub title: String,
    /// Which role names it covers.
    pub role: RolePattern,
    /// The service that the role is linked to, in its path and its trust policy.
    pub principal: ServicePrincipal,
    /// What the role serves, where roledrift reads that.
    pub owner: Option<OwnerKind>,
    /// How well name and principal are known.
    pub role_evidence: Evidence,
    /// The managed policies that the role carries.
    pub policies: Vec<Expected>,
    /// How well these policies are known.
    pub policy_evidence: Option<Evidence>,
    /// The description that the role is created with, where that is known.
    pub description: Option<Description>,
    /// What the service adds inline for enabled features; `None` where nobody knows.
    pub features: Option<Vec<Feature>>,
    /// Where the service is offered; `None` where nobody knows.
    pub regions: Option<Offered>,
    /// The AWS pages that this rests on.
    pub sources: Vec<String>,
}

impl Baseline {
    /// Tells whether a finding may rest on the list of managed policies.
    pub fn knows_policies(&self) -> bool {
        self.policy_evidence.is_some_and(Evidence::is_evidence)
    }

    /// Finds the expectation that a managed policy fulfils: the exact ARN, not only the name.
    pub fn expects(&self, arn: &Arn, partition: &Partition) -> Option<&Expected> {
        self.policies
            .iter()
            .find(|expected| expected.arn(partition) == *arn)
    }

    pub(super) fn describes_same_as(&self, other: &Self) -> bool {
        self.role.name == other.role.name && self.principal == other.principal
    }
}

/// Names a managed policy under `/aws-service-role/` that a role should carry.
#[derive(Debug, Clone)]
pub struct Expected {
    /// The policy's name.
    pub name: String,
    /// Its known versions, where they are part of the baseline.
    pub ledger: Option<Ledger>,
}

impl Expected {
    /// Returns the policy's ARN in a partition.
    pub fn arn(&self, partition: &Partition) -> Arn {
        Arn::linked_policy(partition, &self.name)
    }
}

/// Lists the Regions that offer a service.
#[derive(Debug, Clone)]
pub struct Offered {
    /// The Regions.
    pub regions: BTreeSet<Region>,
    /// How well that is known.
    pub evidence: Evidence,
    /// The page that lists them.
    pub source: String,
    /// The day on which they were looked up.
    pub as_of: jiff::civil::Date,
}

/// Covers role names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RolePattern {
    /// The name, without the suffix that some services add.
    pub name: String,
    /// Whether the service adds `_` and an id.
    pub suffix: Suffix,
    /// Names of earlier days that still exist.
    pub legacy_names: Vec<String>,
}

impl RolePattern {
    /// Tells whether a role may have this name.
    pub fn matches(&self, name: &RoleName) -> bool {
        self.is_legacy(name) || self.matches_current(name)
    }

    /// Tells whether evidence, and not only a guess about suffixes, says that a role has this name.
    pub fn surely_matches(&self, name: &RoleName) -> bool {
        name.as_str() == self.name || (self.suffix == Suffix::Optional && self.matches(name))
    }

    fn matches_current(&self, name: &RoleName) -> bool {
        match name.as_str().strip_prefix(&self.name) {
            Some("") => true,
            Some(rest) => {
                self.suffix != Suffix::None
                    && rest.strip_prefix('_').is_some_and(|id| !id.is_empty())
            }
            None => false,
        }
    }

    /// Tells whether the name is one that the service no longer gives.
    pub fn is_legacy(&self, name: &RoleName) -> bool {
        self.legacy_names
            .iter()
            .any(|legacy| legacy == name.as_str())
    }
}

/// Says whether role names end in `_` and an id.
///
/// An underscore alone says nothing: `AWSServiceRoleForApplicationAutoScaling_ECSService` is a
/// whole name.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Suffix {
    /// Never.
    None,
    /// Sometimes or always.
    Optional,
    /// Nobody knows; both are accepted.
    Unknown,
}

/// Holds the description that a service gives its role.
#[derive(
    Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize, schemars::JsonSchema,
)]
#[serde(deny_unknown_fields)]
pub struct Description {
    /// The text; `null` where roles are created without one.
    pub text: Option<String>,
}
