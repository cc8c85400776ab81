//! Managed policies as observed.

use super::{DocumentText, Observed};
use crate::model::{Arn, PolicyVersion};

/// Holds a managed policy that a role carries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ManagedPolicy {
    /// The policy's ARN.
    pub arn: Arn,
    /// Which version is in force.
    pub default_version: Observed<PolicyVersion>,
    /// The text of that version.
    pub document: Observed<DocumentText>,
    /// Which users, groups and roles carry it, sorted; `None` where nobody asks, because the
    /// policy is not one that AWS reserves for service-linked roles.
    pub carriers: Option<Observed<Vec<Carrier>>>,
}

/// Names an entity that carries a managed policy, attached or as permissions boundary.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Carrier {
    /// What kind of entity it is.
    pub kind: CarrierKind,
    /// Its name, without path.
    pub name: String,
}

/// Tells users, groups and roles apart.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    serde::Serialize,
    serde::Deserialize,
    schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum CarrierKind {
    /// An IAM user.
    User,
    /// An IAM group.
    Group,
    /// A role.
    Role,
}

impl std::fmt::Display for CarrierKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::User => "user",
            Self::Group => "group",
            Self::Role => "role",
        })
    }
}
