//! An account as observed: its service-linked roles, and what could not be read about them.
//!
//! Every fact is [`Observed`]: read, or not read and why. Nothing here interprets a policy.
//! Sources fill an [`Inventory`]: `aws` asks a live account, [`snapshot`] and [`gaad`] read
//! recorded ones.

#[cfg(feature = "aws")]
pub mod aws;
mod carriers;
mod coverage;
mod document;
pub mod gaad;
mod managed_policy;
mod member;
mod observed;
mod operation;
mod owners;
mod permissions;
mod role;
pub mod snapshot;

use std::collections::BTreeMap;

pub use coverage::{Coverage, CoverageEntry, FactOwner};
pub use document::DocumentText;
pub use managed_policy::{Carrier, CarrierKind, ManagedPolicy};
pub use member::Member;
pub use observed::{Fact, Observed, Unread, UnreadReason};
pub use operation::{Need, OPERATIONS, Operation, Rate};
pub use owners::{
    Bot, Campaigns, CampaignsApi, Domain, DomainSettings, Instance, Integration, Onboarding,
    Owners, RegionOwners, StorageTarget, StorageUse, Switch,
};
pub use permissions::{Grant, Permissions};
pub use role::{InlinePolicy, LastUse, Role};

use crate::model::{AccountId, Arn, Partition};

/// Holds what one account said about its service-linked roles.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inventory {
    /// The account that was read.
    pub account: AccountId,
    /// The partition that it lies in.
    pub partition: Partition,
    /// When it was read; `None` where the source does not say.
    pub collected_at: Option<jiff::Timestamp>,
    /// Whether every role of the account was listed.
    pub listing: Observed<()>,
    /// Roles under `/aws-service-role/`, and every role whose name claims to be one; by ARN.
    pub roles: Vec<Role>,
    /// Whether every service-linked policy that anything carries was listed.
    pub policy_listing: Observed<()>,
    /// Managed policies that these roles carry, and AWS's service-linked policies that anything
    /// else carries.
    pub policies: BTreeMap<Arn, ManagedPolicy>,
    /// What the roles serve: Connect instances, Customer Profiles domains, campaigns.
    pub owners: Owners,
}

impl Inventory {
    /// Tells whether a role belongs in an inventory: by its path, or by its name wherever it is.
    pub fn wants(name: &crate::model::RoleName, path: &crate::model::RolePath) -> bool {
        path.is_reserved() || name.claims_to_be_linked()
    }

    /// Lists what was read and what was not, subject by subject.
    pub fn coverage(&self) -> Coverage {
        Coverage::of(self)
    }
}
