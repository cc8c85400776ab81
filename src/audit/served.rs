//! Whom a role serves: the owners that name it, and what could hide further ones.

use super::gap::Cause;
use crate::baselines::OwnerKind;
use crate::inventory::{
    Campaigns, CampaignsApi, Domain, Fact, FactOwner, Instance, Inventory, Observed, Owners,
    Unread, UnreadReason,
};
use crate::model::{Arn, Region};

/// Holds an instance and where it is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Owner<'a> {
    pub(super) region: &'a Region,
    pub(super) instance: &'a Instance,
}

impl Owner<'_> {
    /// Names the instance: by alias where it has one, and by ARN.
    pub(super) fn name(&self) -> String {
        match &self.instance.alias {
            Some(alias) => format!("instance `{alias}` (`{}`)", self.instance.arn),
            None => format!("instance `{}`", self.instance.arn),
        }
    }
}

/// Tells whom a role serves.
#[derive(Debug)]
pub(super) struct Served<'a> {
    pub(super) kind: OwnerKind,
    /// The instances that name the role; none for Customer Profiles, where nothing does.
    pub(super) owners: Vec<Owner<'a>>,
    /// What was not read and could hold further owners.
    pub(super) unread: Vec<Cause>,
}

impl<'a> Served<'a> {
    /// Finds the owners of a role; `None` where the user left owners out.
    pub(super) fn of(inventory: &'a Inventory, kind: OwnerKind, role: &Arn) -> Option<Self> {
        if are_skipped(&inventory.owners) {
            return None;
        }
        let mut unread = unread_regions(&inventory.owners, kind);
        let mut owners = Vec::new();
        for owner in instances(&inventory.owners) {
            let names_it = match kind {
                OwnerKind::ConnectInstance => owner.instance.role.as_ref() == Some(role),
                OwnerKind::OutboundCampaigns => {
                    let (named, hidden) = campaigns_name(owner, role);
                    if !named {
                        unread.extend(hidden);
                    }
                    named
                }
                OwnerKind::CustomerProfilesDomain => false,
            };
            if names_it {
                owners.push(owner);
            }
        }
        Some(Self {
            kind,
            owners,
            unread,
        })
    }
}

/// Tells whether the user asked for no owners at all; a narrowed list of Regions is something else.
pub(super) fn are_skipped(owners: &Owners) -> bool {
    let skipped = |unread: &Unread| unread.reason == UnreadReason::Skipped;
    owners.regions.is_empty() && owners.listing.unread().is_some_and(skipped)
}

/// Iterates over every instance that was read, by Region and ARN.
pub(super) fn instances(owners: &Owners) -> impl Iterator<Item = Owner<'_>> {
    owners.regions.iter().flat_map(|(region, found)| {
        let instances = found.instances.read().into_iter().flatten();
        instances.map(move |instance| Owner { region, instance })
    })
}

/// Iterates over every domain that was read, by Region and name.
pub(super) fn domains(owners: &Owners) -> impl Iterator<Item = (&Region, &Domain)> {
    owners.regions.iter().flat_map(|(region, found)| {
        let domains = found.domains.read().into_iter().flatten();
        domains.map(move |domain| (region, domain))
    })
}

/// Lists what was not read and could hold owners of this kind.
pub(super) fn unread_regions(owners: &Owners, kind: OwnerKind) -> Vec<Cause> {
    let listing = unread(FactOwner::Account, Fact::Regions, &owners.listing);
    let regions = owners.regions.iter().filter_map(|(region, found)| {
        let region = FactOwner::Region(region.clone());
        match kind {
            OwnerKind::ConnectInstance | OwnerKind::OutboundCampaigns => {
                unread(region, Fact::Instances, &found.instances)
            }
            OwnerKind::CustomerProfilesDomain => unread(region, Fact::Domains, &found.domains),
        }
    });
    listing.into_iter().chain(regions).collect()
}

/// Returns the cause of a gap where a fact was not read.
pub(super) fn unread<T>(subject: FactOwner, fact: Fact, observed: &Observed<T>) -> Option<Cause> {
    observed.unread().map(|unread| Cause::Unread {
        subject,
        fact,
        unread: unread.clone(),
    })
}

/// Iterates over what outbound campaigns know of an instance, by version of their API.
pub(super) fn campaigns(instance: &Instance) -> impl Iterator<Item = (CampaignsApi, &Campaigns)> {
    instance.campaigns.iter().filter_map(|(version, found)| {
        let known = found.read()?.as_ref()?;
        Some((*version, known))
    })
}

/// Lists what was not read of an instance's outbound campaigns.
pub(super) fn unread_campaigns(instance: &Instance) -> Vec<Cause> {
    let facts = instance.campaigns.iter();
    let causes = facts.filter_map(|(version, found)| {
        let subject = FactOwner::Instance(instance.arn.clone());
        unread(subject, Fact::Campaigns(*version), found)
    });
    causes.collect()
}

/// Tells whether campaigns of an instance act in a role, and what could hide that they do.
fn campaigns_name(owner: Owner<'_>, role: &Arn) -> (bool, Vec<Cause>) {
    let named = campaigns(owner.instance).any(|(_, known)| known.role.as_ref() == Some(role));
    let mut hidden = unread_campaigns(owner.instance);
    // One version of the API that names a role answers for the other.
    let mut roles = campaigns(owner.instance).map(|(_, known)| known.role.is_some());
    if campaigns(owner.instance).next().is_some() && !roles.any(|known| known) {
        let nameless = owner.instance.campaigns.iter().find(|(_, found)| {
            let known = found.read().and_then(Option::as_ref);
            known.is_some_and(|known| known.role.is_none())
        });
        hidden.extend(nameless.map(|(version, _)| Cause::Unread {
            subject: FactOwner::Instance(owner.instance.arn.clone()),
            fact: Fact::Campaigns(*version),
            unread: Unread::not_offered(
                "connect-campaigns:GetConnectInstanceConfig",
                "the answer names no role",
            ),
        }));
    }
    (named, hidden)
}
