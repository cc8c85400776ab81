//! What the roles serve, in the file's shape.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::SnapshotError;
use super::fact::Fact;
use crate::inventory::{
    Bot, Campaigns, CampaignsApi, Domain, DomainSettings, Instance, Integration, Observed,
    Onboarding, Owners, RegionOwners, StorageTarget, StorageUse, Switch,
};
use crate::model::{Arn, Region, UniqueMap};

/// What the roles serve, Region by Region.
#[derive(Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct OwnersEntry {
    /// Whether every Region was asked that could hold any.
    listing: Fact<()>,
    regions: Vec<RegionEntry>,
}

/// One Region.
#[derive(Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
struct RegionEntry {
    region: Region,
    instances: Fact<Vec<InstanceEntry>>,
    domains: Fact<Vec<DomainEntry>>,
}

/// One Amazon Connect instance.
#[derive(Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
struct InstanceEntry {
    arn: Arn,
    id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    alias: Option<String>,
    /// As Connect names it; absent where it says nothing.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    status: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    created_at: Option<jiff::Timestamp>,
    /// Its service-linked role; absent where it has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    role: Option<Arn>,
    storage: UniqueMap<StorageUse, Fact<Vec<TargetEntry>>>,
    bots: Fact<Vec<BotEntry>>,
    integrations: Fact<Vec<IntegrationEntry>>,
    switches: UniqueMap<Switch, Fact<bool>>,
    /// Names of Customer Profiles domains.
    domains: Fact<Vec<String>>,
    /// `null` where the instance is not enabled for campaigns.
    campaigns: UniqueMap<CampaignsApi, Fact<Option<CampaignsEntry>>>,
}

/// Where data is stored or streamed.
#[derive(Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "type", rename_all = "SCREAMING_SNAKE_CASE", deny_unknown_fields)]
enum TargetEntry {
    S3 {
        bucket: String,
        prefix: String,
        /// The ARN of an AWS KMS key.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        key: Option<String>,
    },
    KinesisStream {
        arn: Arn,
    },
    KinesisFirehose {
        arn: Arn,
    },
    KinesisVideoStream {
        prefix: String,
        /// The ARN of an AWS KMS key.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        key: Option<String>,
    },
}

/// One Amazon Lex bot.
#[derive(Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "version", deny_unknown_fields)]
enum BotEntry {
    V1 { name: String, region: String },
    V2 { alias: Arn },
}

/// Something that an instance is integrated with.
#[derive(Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
struct IntegrationEntry {
    kind: String,
    resource: String,
}

/// What outbound campaigns know of an instance.
#[derive(Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
struct CampaignsEntry {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    role: Option<Arn>,
    /// The ARN of an AWS KMS key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    key: Option<String>,
    /// `null` where there is no such job.
    onboarding: Fact<Option<OnboardingEntry>>,
    integrations: Fact<Vec<Arn>>,
    campaigns: Fact<Vec<Arn>>,
}

/// How onboarding went.
#[derive(Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
struct OnboardingEntry {
    status: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    failure: Option<String>,
}

/// One Customer Profiles domain.
#[derive(Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
struct DomainEntry {
    name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    created_at: Option<jiff::Timestamp>,
    settings: Fact<SettingsEntry>,
}

/// How a domain is set up.
#[derive(Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
struct SettingsEntry {
    /// An AWS KMS key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    key: Option<String>,
    /// The URL of an Amazon SQS queue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    dead_letter_queue: Option<String>,
}

impl OwnersEntry {
    pub(super) fn of(owners: &Owners) -> Self {
        let region = |(region, owners): (&Region, &RegionOwners)| RegionEntry {
            region: region.clone(),
            instances: Fact::of(&owners.instances, |instances| {
                instances.iter().map(InstanceEntry::from).collect()
            }),
            domains: Fact::of(&owners.domains, |domains| {
                domains.iter().map(DomainEntry::from).collect()
            }),
        };
        Self {
            listing: Fact::of(&owners.listing, |()| ()),
            regions: owners.regions.iter().map(region).collect(),
        }
    }

    pub(super) fn into_owners(self) -> Result<Owners, SnapshotError> {
        let mut seen = BTreeSet::new();
        let mut regions = BTreeMap::new();
        for entry in self.regions {
            let instances = entry.instances.into_observed(|instances| {
                let mut instances: Vec<Instance> =
                    instances.into_iter().map(Instance::from).collect();
                instances.sort_by(|a, b| a.arn.cmp(&b.arn));
                instances
            });
            for instance in instances.read().into_iter().flatten() {
                if !seen.insert(instance.arn.clone()) {
                    return Err(SnapshotError::Duplicate(instance.arn.to_string()));
                }
            }
            let owners = RegionOwners {
                instances,
                domains: domains(entry.domains)?,
            };
            if regions.insert(entry.region.clone(), owners).is_some() {
                return Err(SnapshotError::Duplicate(entry.region.to_string()));
            }
        }
        Ok(Owners {
            listing: self.listing.into_observed(|()| ()),
            regions,
        })
    }
}

fn domains(entries: Fact<Vec<DomainEntry>>) -> Result<Observed<Vec<Domain>>, SnapshotError> {
    let domains = entries.into_observed(|domains| {
        let mut domains: Vec<Domain> = domains.into_iter().map(Domain::from).collect();
        domains.sort_by(|a, b| a.name.cmp(&b.name));
        domains
    });
    let mut seen = BTreeSet::new();
    for domain in domains.read().into_iter().flatten() {
        if !seen.insert(domain.name.as_str()) {
            return Err(SnapshotError::Duplicate(domain.name.clone()));
        }
    }
    Ok(domains)
}

impl From<&Instance> for InstanceEntry {
    fn from(instance: &Instance) -> Self {
        Self {
            arn: instance.arn.clone(),
            id: instance.id.clone(),
            alias: instance.alias.clone(),
            status: instance.status.clone(),
            created_at: instance.created_at,
            role: instance.role.clone(),
            storage: facts(&instance.storage, |targets| entries(targets)),
            bots: Fact::of(&instance.bots, |bots| entries(bots)),
            integrations: Fact::of(&instance.integrations, |integrations| entries(integrations)),
            switches: facts(&instance.switches, |on| *on),
            domains: Fact::of(&instance.domains, Clone::clone),
            campaigns: facts(&instance.campaigns, |campaigns| {
                campaigns.as_ref().map(CampaignsEntry::from)
            }),
        }
    }
}

impl From<InstanceEntry> for Instance {
    fn from(entry: InstanceEntry) -> Self {
        Self {
            arn: entry.arn,
            id: entry.id,
            alias: entry.alias,
            status: entry.status,
            created_at: entry.created_at,
            role: entry.role,
            storage: observed(entry.storage, sorted),
            bots: entry.bots.into_observed(sorted),
            integrations: entry.integrations.into_observed(sorted),
            switches: observed(entry.switches, |on| on),
            domains: entry.domains.into_observed(sorted),
            campaigns: observed(entry.campaigns, |campaigns| campaigns.map(Campaigns::from)),
        }
    }
}

impl From<&StorageTarget> for TargetEntry {
    fn from(target: &StorageTarget) -> Self {
        match target.clone() {
            StorageTarget::S3 {
                bucket,
                prefix,
                key,
            } => Self::S3 {
                bucket,
                prefix,
                key,
            },
            StorageTarget::KinesisStream(arn) => Self::KinesisStream { arn },
            StorageTarget::KinesisFirehose(arn) => Self::KinesisFirehose { arn },
            StorageTarget::KinesisVideoStream { prefix, key } => {
                Self::KinesisVideoStream { prefix, key }
            }
        }
    }
}

impl From<TargetEntry> for StorageTarget {
    fn from(entry: TargetEntry) -> Self {
        match entry {
            TargetEntry::S3 {
                bucket,
                prefix,
                key,
            } => Self::S3 {
                bucket,
                prefix,
                key,
            },
            TargetEntry::KinesisStream { arn } => Self::KinesisStream(arn),
            TargetEntry::KinesisFirehose { arn } => Self::KinesisFirehose(arn),
            TargetEntry::KinesisVideoStream { prefix, key } => {
                Self::KinesisVideoStream { prefix, key }
            }
        }
    }
}

impl From<&Bot> for BotEntry {
    fn from(bot: &Bot) -> Self {
        match bot.clone() {
            Bot::V1 { name, region } => Self::V1 { name, region },
            Bot::V2 { alias } => Self::V2 { alias },
        }
    }
}

impl From<BotEntry> for Bot {
    fn from(entry: BotEntry) -> Self {
        match entry {
            BotEntry::V1 { name, region } => Self::V1 { name, region },
            BotEntry::V2 { alias } => Self::V2 { alias },
        }
    }
}

impl From<&Integration> for IntegrationEntry {
    fn from(integration: &Integration) -> Self {
        Self {
            kind: integration.kind.clone(),
            resource: integration.resource.clone(),
        }
    }
}

impl From<IntegrationEntry> for Integration {
    fn from(entry: IntegrationEntry) -> Self {
        Self {
            kind: entry.kind,
            resource: entry.resource,
        }
    }
}

impl From<&Campaigns> for CampaignsEntry {
    fn from(campaigns: &Campaigns) -> Self {
        Self {
            role: campaigns.role.clone(),
            key: campaigns.key.clone(),
            onboarding: Fact::of(&campaigns.onboarding, |job| {
                job.as_ref().map(|job| OnboardingEntry {
                    status: job.status.clone(),
                    failure: job.failure.clone(),
                })
            }),
            integrations: Fact::of(&campaigns.integrations, Clone::clone),
            campaigns: Fact::of(&campaigns.campaigns, Clone::clone),
        }
    }
}

impl From<CampaignsEntry> for Campaigns {
    fn from(entry: CampaignsEntry) -> Self {
        Self {
            role: entry.role,
            key: entry.key,
            onboarding: entry.onboarding.into_observed(|job| {
                job.map(|job| Onboarding {
                    status: job.status,
                    failure: job.failure,
                })
            }),
            integrations: entry.integrations.into_observed(sorted),
            campaigns: entry.campaigns.into_observed(sorted),
        }
    }
}

impl From<&Domain> for DomainEntry {
    fn from(domain: &Domain) -> Self {
        Self {
            name: domain.name.clone(),
            created_at: domain.created_at,
            settings: Fact::of(&domain.settings, |settings| SettingsEntry {
                key: settings.key.clone(),
                dead_letter_queue: settings.dead_letter_queue.clone(),
            }),
        }
    }
}

impl From<DomainEntry> for Domain {
    fn from(entry: DomainEntry) -> Self {
        Self {
            name: entry.name,
            created_at: entry.created_at,
            settings: entry.settings.into_observed(|settings| DomainSettings {
                key: settings.key,
                dead_letter_queue: settings.dead_letter_queue,
            }),
        }
    }
}

fn entries<T, E>(values: &[T]) -> Vec<E>
where
    for<'a> E: From<&'a T>,
{
    values.iter().map(E::from).collect()
}

/// Brings what a file lists into the order of an inventory.
fn sorted<E, T: From<E> + Ord>(entries: Vec<E>) -> Vec<T> {
    let mut values: Vec<T> = entries.into_iter().map(T::from).collect();
    values.sort();
    values
}

fn facts<K: Ord + Copy, T, E>(
    observed: &BTreeMap<K, Observed<T>>,
    convert: impl Fn(&T) -> E,
) -> UniqueMap<K, Fact<E>> {
    let facts = observed.iter();
    UniqueMap(
        facts
            .map(|(key, value)| (*key, Fact::of(value, &convert)))
            .collect(),
    )
}

fn observed<K: Ord, T, E>(
    UniqueMap(facts): UniqueMap<K, Fact<E>>,
    convert: impl Fn(E) -> T,
) -> BTreeMap<K, Observed<T>> {
    facts
        .into_iter()
        .map(|(key, fact)| (key, fact.into_observed(&convert)))
        .collect()
}
