//! What an owner has configured for a feature: the values that its grants' templates take.

use std::collections::BTreeSet;

use super::gap::Cause;
use super::served::{self, Owner};
use crate::baselines::{Bindings, ConfiguredBy, LexVersion, StorageSource, TargetKind, Variable};
use crate::inventory::{Bot, Fact, FactOwner, Observed, StorageTarget, Switch, Unread};
use crate::model::Arn;

/// Tells how a feature is configured.
#[derive(Debug, Default)]
pub(super) struct Configured {
    /// One entry per configured resource.
    pub(super) bindings: Vec<Bindings>,
    /// What was not read and could hold further ones.
    pub(super) unread: Vec<Cause>,
}

/// Reads an owner's configuration of a feature; `base` holds what is the same for all of them.
pub(super) fn configured(by: &ConfiguredBy, owner: Owner<'_>, base: &Bindings) -> Configured {
    let mut found = Configured::default();
    let instance = owner.instance;
    let here = base.clone().with(Variable::Region, owner.region.as_str());
    let mut itself = here
        .clone()
        .with(Variable::InstanceId, instance.id.as_str());
    if let Some(alias) = &instance.alias {
        itself = itself.with(Variable::Alias, alias.as_str());
    }
    match by {
        ConfiguredBy::Anything | ConfiguredBy::Always => found.bindings.push(base.clone()),
        ConfiguredBy::Instance => found.bindings.push(itself),
        ConfiguredBy::Storage(source) => storage(source, owner, base, &here, &mut found),
        ConfiguredBy::Bots(version) => {
            let bots = found.read(owner, Fact::Bots, &instance.bots);
            let bots = bots.into_iter().flatten();
            let of_version = bots.filter_map(|bot| lex_bot(*version, bot, &here));
            found.bindings.extend(of_version);
        }
        ConfiguredBy::Switch(switch) => {
            if switch_is_on(*switch, owner, &mut found) {
                found.bindings.push(itself);
            }
        }
        ConfiguredBy::Integration(kind) => {
            let all = found.read(owner, Fact::Integrations, &instance.integrations);
            let of_kind = all.into_iter().flatten().filter(|one| one.kind == *kind);
            let bindings: Vec<Bindings> = of_kind
                .map(|one| match one.resource.parse::<Arn>() {
                    Ok(arn) => named(&here, &arn),
                    Err(_) => here.clone().with(Variable::Name, one.resource.as_str()),
                })
                .collect();
            found.bindings.extend(bindings);
        }
        ConfiguredBy::CustomerProfilesDomains => {
            let domains = found.read(owner, Fact::InstanceDomains, &instance.domains);
            let domains = domains.into_iter().flatten();
            let named = domains.map(|name| here.clone().with(Variable::Domain, name.as_str()));
            found.bindings.extend(named);
        }
        ConfiguredBy::OutboundCampaigns => {
            // Either says it: the config of the campaigns themselves, or the instance's attribute.
            let mut attribute = Configured::default();
            if served::campaigns(instance).next().is_some()
                || switch_is_on(Switch::OutboundCampaigns, owner, &mut attribute)
            {
                found.bindings.push(itself);
            } else {
                found.unread.extend(served::unread_campaigns(instance));
                found.unread.extend(attribute.unread);
            }
        }
        ConfiguredBy::CampaignsIntegration(service) => {
            found.unread.extend(served::unread_campaigns(instance));
            for (version, known) in served::campaigns(instance) {
                let fact = Fact::CampaignIntegrations(version);
                let all = found.read(owner, fact, &known.integrations);
                let all = all.into_iter().flatten();
                let of_service = all.filter(|arn| arn.service() == service);
                found
                    .bindings
                    .extend(of_service.map(|arn| named(&here, arn)));
            }
        }
    }
    // Several kinds of data may go to one place.
    let mut seen = BTreeSet::new();
    found.bindings.retain(|one| seen.insert(one.clone()));
    found
}

impl Configured {
    /// Returns a fact of an instance, or notes that it was not read.
    fn read<'a, T>(
        &mut self,
        owner: Owner<'_>,
        fact: Fact,
        found: &'a Observed<T>,
    ) -> Option<&'a T> {
        let subject = FactOwner::Instance(owner.instance.arn.clone());
        self.unread.extend(served::unread(subject, fact, found));
        found.read()
    }

    /// Notes a fact that the inventory does not hold.
    fn not_asked(&mut self, owner: Owner<'_>, fact: Fact, operation: &str) {
        self.unread.push(Cause::Unread {
            subject: FactOwner::Instance(owner.instance.arn.clone()),
            fact,
            unread: Unread::not_offered(operation, "it was not asked for"),
        });
    }
}

fn storage(
    source: &StorageSource,
    owner: Owner<'_>,
    base: &Bindings,
    here: &Bindings,
    found: &mut Configured,
) {
    for of in &source.uses {
        // A use that was not asked about is one that this source does not know.
        let Some(targets) = owner.instance.storage.get(of) else {
            let operation = "connect:ListInstanceStorageConfigs";
            found.not_asked(owner, Fact::Storage(*of), operation);
            continue;
        };
        let targets = found.read(owner, Fact::Storage(*of), targets);
        for target in targets.into_iter().flatten() {
            let bindings = storage_target(source.target, target, base, here);
            found.bindings.extend(bindings);
        }
    }
}

fn storage_target(
    kind: TargetKind,
    target: &StorageTarget,
    base: &Bindings,
    here: &Bindings,
) -> Option<Bindings> {
    match (kind, target) {
        (TargetKind::S3, StorageTarget::S3 { bucket, prefix, .. }) => {
            let folder = if prefix.is_empty() || prefix.ends_with('/') {
                prefix.clone()
            } else {
                format!("{prefix}/")
            };
            Some(
                base.clone()
                    .with(Variable::Bucket, bucket.as_str())
                    .with(Variable::Prefix, prefix.as_str())
                    .with(Variable::Folder, folder),
            )
        }
        (TargetKind::KinesisStream, StorageTarget::KinesisStream(arn))
        | (TargetKind::KinesisFirehose, StorageTarget::KinesisFirehose(arn)) => {
            Some(located(here, arn).with(Variable::Stream, arn.name()))
        }
        (TargetKind::KinesisVideoStream, StorageTarget::KinesisVideoStream { prefix, .. }) => {
            Some(here.clone().with(Variable::Stream, prefix.as_str()))
        }
        _ => None,
    }
}

fn lex_bot(version: LexVersion, bot: &Bot, here: &Bindings) -> Option<Bindings> {
    match (version, bot) {
        (LexVersion::V1, Bot::V1 { name, region }) => Some(
            here.clone()
                .with(Variable::Region, region.as_str())
                .with(Variable::Bot, name.as_str()),
        ),
        (LexVersion::V2, Bot::V2 { alias }) => {
            let ids = alias.resource();
            let ids = ids.strip_prefix("bot-alias/").unwrap_or(ids);
            Some(located(here, alias).with(Variable::Bot, ids))
        }
        _ => None,
    }
}

fn switch_is_on(switch: Switch, owner: Owner<'_>, found: &mut Configured) -> bool {
    let fact = owner.instance.switches.get(&switch);
    let Some(fact) = fact else {
        found.not_asked(
            owner,
            Fact::Switch(switch),
            "connect:DescribeInstanceAttribute",
        );
        return false;
    };
    let on = found.read(owner, Fact::Switch(switch), fact);
    on.copied().unwrap_or(false)
}

/// Takes Region and account from a resource's ARN, where it tells them.
fn located(here: &Bindings, arn: &Arn) -> Bindings {
    let mut bindings = here.clone();
    if !arn.region().is_empty() {
        bindings = bindings.with(Variable::Region, arn.region());
    }
    if !arn.account().is_empty() {
        bindings = bindings.with(Variable::Account, arn.account());
    }
    bindings
}

fn named(here: &Bindings, arn: &Arn) -> Bindings {
    located(here, arn).with(Variable::Name, arn.name())
}
