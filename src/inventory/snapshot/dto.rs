//! The file's shape, format version 1.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::fact::{Document, Fact};
use super::owners::OwnersEntry;
use super::{FORMAT_VERSION, SnapshotError};
use crate::inventory::{
    Carrier, CarrierKind, InlinePolicy, Inventory, LastUse, ManagedPolicy, Owners, Role,
};
use crate::model::{AccountId, Arn, Partition, PolicyVersion, RoleName, RolePath, UniqueMap};

pub(super) const FORMAT: &str = "roledrift-snapshot";

/// What every version of the format has.
#[derive(Deserialize)]
pub(super) struct Header {
    pub(super) format: String,
    pub(super) version: u32,
}

/// A recorded account.
#[derive(Serialize, Deserialize, schemars::JsonSchema)]
#[schemars(title = "roledrift snapshot")]
#[serde(deny_unknown_fields)]
pub(super) struct Snapshot {
    /// Always `roledrift-snapshot`.
    format: String,
    /// The version of this format.
    version: u32,
    /// The account that was read.
    account: AccountId,
    /// The partition that it lies in.
    partition: Partition,
    /// When it was read (RFC 3339).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    collected_at: Option<jiff::Timestamp>,
    /// Whether every role was listed.
    listing: Fact<()>,
    /// Whether every service-linked policy in use was listed.
    policy_listing: Fact<()>,
    /// Service-linked roles, and roles named like them.
    roles: Vec<RoleEntry>,
    /// Managed policies that they carry.
    policies: Vec<PolicyEntry>,
    /// What the roles serve; absent where the recording is older than this field.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    owners: Option<OwnersEntry>,
}

/// One role.
#[derive(Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
struct RoleEntry {
    arn: Arn,
    name: RoleName,
    path: RolePath,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    created_at: Option<jiff::Timestamp>,
    trust: Fact<Document>,
    attached: Fact<Vec<Arn>>,
    inline: Fact<Vec<InlineEntry>>,
    description: Fact<Option<String>>,
    /// Seconds.
    max_session_seconds: Fact<u32>,
    boundary: Fact<Option<Arn>>,
    tags: Fact<UniqueMap<String, String>>,
    last_use: Fact<Option<LastUseEntry>>,
}

/// One inline policy.
#[derive(Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
struct InlineEntry {
    name: String,
    document: Fact<Document>,
}

/// When and where a role was last used.
#[derive(Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
struct LastUseEntry {
    #[schemars(with = "String")]
    at: jiff::Timestamp,
    region: String,
}

/// One managed policy.
#[derive(Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
struct PolicyEntry {
    arn: Arn,
    default_version: Fact<PolicyVersion>,
    document: Fact<Document>,
    /// Absent for policies that AWS does not reserve for service-linked roles.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    carriers: Option<Fact<Vec<CarrierEntry>>>,
}

/// An entity that carries a managed policy.
#[derive(Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
struct CarrierEntry {
    kind: CarrierKind,
    name: String,
}

impl Snapshot {
    pub(super) fn from_inventory(inventory: &Inventory) -> Self {
        Self {
            format: FORMAT.to_owned(),
            version: FORMAT_VERSION,
            account: inventory.account.clone(),
            partition: inventory.partition.clone(),
            collected_at: inventory.collected_at,
            listing: Fact::of(&inventory.listing, |()| ()),
            policy_listing: Fact::of(&inventory.policy_listing, |()| ()),
            roles: inventory.roles.iter().map(RoleEntry::from).collect(),
            policies: inventory.policies.values().map(PolicyEntry::from).collect(),
            owners: Some(OwnersEntry::of(&inventory.owners)),
        }
    }

    pub(super) fn into_inventory(self) -> Result<Inventory, SnapshotError> {
        let mut seen = BTreeSet::new();
        let mut roles = Vec::new();
        for entry in self.roles {
            if !seen.insert(entry.arn.clone()) {
                return Err(SnapshotError::Duplicate(entry.arn.to_string()));
            }
            roles.push(entry.into_role(&self.account, &self.partition)?);
        }
        roles.sort_by(|a: &Role, b: &Role| a.arn.cmp(&b.arn));
        let mut policies = BTreeMap::new();
        for entry in self.policies {
            let policy = ManagedPolicy::from(entry);
            if let Some(twice) = policies.insert(policy.arn.clone(), policy) {
                return Err(SnapshotError::Duplicate(twice.arn.to_string()));
            }
        }
        Ok(Inventory {
            account: self.account,
            partition: self.partition,
            collected_at: self.collected_at,
            listing: self.listing.into_observed(|()| ()),
            policy_listing: self.policy_listing.into_observed(|()| ()),
            roles,
            policies,
            owners: match self.owners {
                Some(owners) => owners.into_owners()?,
                None => Owners::not_offered("the snapshot has no `owners`"),
            },
        })
    }
}

impl From<&Role> for RoleEntry {
    fn from(role: &Role) -> Self {
        Self {
            arn: role.arn.clone(),
            name: role.name.clone(),
            path: role.path.clone(),
            created_at: role.created_at,
            trust: Fact::of(&role.trust, Document::of),
            attached: Fact::of(&role.attached, Clone::clone),
            inline: Fact::of(&role.inline, |policies| {
                policies
                    .iter()
                    .map(|policy| InlineEntry {
                        name: policy.name.clone(),
                        document: Fact::of(&policy.document, Document::of),
                    })
                    .collect()
            }),
            description: Fact::of(&role.description, Clone::clone),
            max_session_seconds: Fact::of(&role.max_session_seconds, |seconds| *seconds),
            boundary: Fact::of(&role.boundary, Clone::clone),
            tags: Fact::of(&role.tags, |tags| UniqueMap(tags.clone())),
            last_use: Fact::of(&role.last_use, |last_use| {
                last_use.as_ref().map(|last_use| LastUseEntry {
                    at: last_use.at,
                    region: last_use.region.clone(),
                })
            }),
        }
    }
}

impl RoleEntry {
    fn into_role(self, account: &AccountId, partition: &Partition) -> Result<Role, SnapshotError> {
        if self.arn != Arn::role(partition, account.as_str(), &self.path, &self.name) {
            return Err(SnapshotError::Role {
                arn: self.arn.to_string(),
                problem: "the ARN is not made of this account, path and name",
            });
        }
        let wrong = |problem| {
            Err(SnapshotError::Role {
                arn: self.arn.to_string(),
                problem,
            })
        };
        if !Inventory::wants(&self.name, &self.path) {
            return wrong("it is neither under `/aws-service-role/` nor named like a linked role");
        }
        if repeats(self.attached.read().map(|arns| arns.iter())) {
            return wrong("a policy is attached twice");
        }
        let inline = self.inline.read();
        if repeats(inline.map(|policies| policies.iter().map(|policy| &policy.name))) {
            return wrong("two inline policies have one name");
        }
        Ok(Role {
            arn: self.arn,
            name: self.name,
            path: self.path,
            created_at: self.created_at,
            trust: self.trust.into_observed(Into::into),
            attached: self.attached.into_observed(|mut arns| {
                arns.sort();
                arns
            }),
            inline: self.inline.into_observed(|entries| {
                let mut policies: Vec<InlinePolicy> = entries
                    .into_iter()
                    .map(|entry| InlinePolicy {
                        name: entry.name,
                        document: entry.document.into_observed(Into::into),
                    })
                    .collect();
                policies.sort_by(|a, b| a.name.cmp(&b.name));
                policies
            }),
            description: self.description.into_observed(|text| text),
            max_session_seconds: self.max_session_seconds.into_observed(|seconds| seconds),
            boundary: self.boundary.into_observed(|arn| arn),
            tags: self.tags.into_observed(|UniqueMap(tags)| tags),
            last_use: self.last_use.into_observed(|entry| {
                entry.map(|entry| LastUse {
                    at: entry.at,
                    region: entry.region,
                })
            }),
        })
    }
}

/// Tells whether something stands in a list twice.
fn repeats<T: Ord>(items: Option<impl Iterator<Item = T>>) -> bool {
    let mut seen = BTreeSet::new();
    items.into_iter().flatten().any(|item| !seen.insert(item))
}

impl From<&ManagedPolicy> for PolicyEntry {
    fn from(policy: &ManagedPolicy) -> Self {
        Self {
            arn: policy.arn.clone(),
            default_version: Fact::of(&policy.default_version, |version| *version),
            document: Fact::of(&policy.document, Document::of),
            carriers: policy.carriers.as_ref().map(|carriers| {
                Fact::of(carriers, |carriers| {
                    carriers.iter().map(CarrierEntry::from).collect()
                })
            }),
        }
    }
}

impl From<PolicyEntry> for ManagedPolicy {
    fn from(entry: PolicyEntry) -> Self {
        Self {
            arn: entry.arn,
            default_version: entry.default_version.into_observed(|version| version),
            document: entry.document.into_observed(Into::into),
            carriers: entry.carriers.map(|carriers| {
                carriers.into_observed(|entries| {
                    let mut carriers: Vec<Carrier> = entries.into_iter().map(Into::into).collect();
                    carriers.sort();
                    carriers
                })
            }),
        }
    }
}

impl From<&Carrier> for CarrierEntry {
    fn from(carrier: &Carrier) -> Self {
        Self {
            kind: carrier.kind,
            name: carrier.name.clone(),
        }
    }
}

impl From<CarrierEntry> for Carrier {
    fn from(entry: CarrierEntry) -> Self {
        Self {
            kind: entry.kind,
            name: entry.name,
        }
    }
}
