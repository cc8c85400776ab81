//! Where the configuration of a feature comes from, and which kind of resource owns a role.
//!
//! Names facts of the inventory and reads none.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::template::Variable;
use crate::inventory::{StorageUse, Switch};

/// Names the kind of resource that a role serves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum OwnerKind {
    /// An Amazon Connect instance, which names its role.
    ConnectInstance,
    /// An Amazon Connect instance that outbound campaigns were enabled for; they name the role.
    OutboundCampaigns,
    /// A Customer Profiles domain; nothing tells which role is whose, only how many there are.
    CustomerProfilesDomain,
}

impl OwnerKind {
    /// Returns what a reader calls it.
    pub fn title(self) -> &'static str {
        match self {
            Self::ConnectInstance => "Amazon Connect instance",
            Self::OutboundCampaigns => "Amazon Connect instance with outbound campaigns",
            Self::CustomerProfilesDomain => "Customer Profiles domain",
        }
    }
}

/// Says where an owner's configuration of a feature is found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ConfiguredBy {
    /// Nothing that is read: every resource may be configured.
    #[default]
    Anything,
    /// Nothing: the feature is always on.
    Always,
    /// The instance itself.
    Instance,
    /// Where the instance stores or streams data.
    Storage(StorageSource),
    /// The Amazon Lex bots added to the instance.
    Bots(LexVersion),
    /// An attribute of the instance.
    Switch(Switch),
    /// The integrations of this kind, as Connect's API names it.
    Integration(String),
    /// The Customer Profiles domains that the instance is integrated with.
    CustomerProfilesDomains,
    /// Whether outbound campaigns were enabled for the instance.
    OutboundCampaigns,
    /// The resources of this service, by its name in ARNs, that outbound campaigns may use.
    CampaignsIntegration(String),
}

/// Chooses storage configurations.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StorageSource {
    /// The kinds of data.
    pub uses: BTreeSet<StorageUse>,
    /// The kind of target.
    pub target: TargetKind,
}

/// Names a kind of storage target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum TargetKind {
    /// Objects of a bucket.
    S3,
    /// A stream of Kinesis Data Streams.
    KinesisStream,
    /// A delivery stream of Amazon Data Firehose.
    KinesisFirehose,
    /// Streams of Kinesis Video Streams.
    KinesisVideoStream,
}

/// Names a version of Amazon Lex.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub enum LexVersion {
    /// Version 1: bots by name.
    V1,
    /// Version 2: aliases of bots, by ARN.
    V2,
}

impl ConfiguredBy {
    /// Lists the variables that such a configuration gives values to.
    pub fn variables(&self) -> &'static [Variable] {
        use Variable as V;
        match self {
            Self::Anything => V::ALL,
            Self::Always => &[V::Partition, V::Account, V::Region],
            Self::Instance | Self::Switch(_) | Self::OutboundCampaigns => {
                &[V::Partition, V::Account, V::Region, V::InstanceId, V::Alias]
            }
            Self::Storage(source) => match source.target {
                TargetKind::S3 => &[V::Partition, V::Bucket, V::Prefix, V::Folder],
                TargetKind::KinesisStream
                | TargetKind::KinesisFirehose
                | TargetKind::KinesisVideoStream => {
                    &[V::Partition, V::Account, V::Region, V::Stream]
                }
            },
            Self::Bots(_) => &[V::Partition, V::Account, V::Region, V::Bot],
            Self::Integration(_) | Self::CampaignsIntegration(_) => {
                &[V::Partition, V::Account, V::Region, V::Name]
            }
            Self::CustomerProfilesDomains => &[V::Partition, V::Account, V::Region, V::Domain],
        }
    }
}

impl std::fmt::Display for ConfiguredBy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Anything => f.write_str("anything"),
            Self::Always => f.write_str("always on"),
            Self::Instance => f.write_str("the instance"),
            Self::Storage(source) => {
                let uses: Vec<&str> = source.uses.iter().map(|of| of.as_str()).collect();
                write!(f, "storage of {}", uses.join(", "))
            }
            Self::Bots(version) => write!(f, "Lex {version:?} bots"),
            Self::Switch(switch) => write!(f, "attribute {switch}"),
            Self::Integration(kind) => write!(f, "integration {kind}"),
            Self::CustomerProfilesDomains => f.write_str("integrated Customer Profiles domains"),
            Self::OutboundCampaigns => f.write_str("outbound campaigns"),
            Self::CampaignsIntegration(service) => {
                write!(f, "integration of outbound campaigns with {service}")
            }
        }
    }
}
