//! Whom a role serves: the owners that name it, and what could hide further ones.

use super::gap::Cause;
use crate::baselines::OwnerKind;
use crate::inventory::{
    Campaigns, Domain, Instance, Inventory, Observed, Owners, Unread, UnreadReason,
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
    let listing = owners.listing.unread().map(|unread| Cause::OwnerUnread {
        what: "the Regions to ask".to_owned(),
        unread: unread.clone(),
    });
    let regions = owners.regions.iter().filter_map(|(region, found)| {
        let (unread, what) = match kind {
            OwnerKind::ConnectInstance | OwnerKind::OutboundCampaigns => {
                (found.instances.unread(), "Amazon Connect instances")
            }
            OwnerKind::CustomerProfilesDomain => {
                (found.domains.unread(), "Customer Profiles domains")
            }
        };
        unread.map(|unread| Cause::OwnerUnread {
            what: format!("{what} in {region}"),
            unread: unread.clone(),
        })
    });
    listing.into_iter().chain(regions).collect()
}

/// Iterates over what outbound campaigns know of an instance, by version of their API.
pub(super) fn campaigns(instance: &Instance) -> impl Iterator<Item = &Campaigns> {
    let known = instance.campaigns.values().filter_map(Observed::read);
    known.flatten()
}

/// Lists what was not read of an instance's outbound campaigns.
pub(super) fn unread_campaigns(instance: &Instance) -> Vec<Cause> {
    let unread = instance.campaigns.iter().filter_map(|(version, found)| {
        found.unread().map(|unread| Cause::OwnerUnread {
            what: format!("outbound campaigns ({version}) of `{}`", instance.arn),
            unread: unread.clone(),
        })
    });
    unread.collect()
}

/// Tells whether campaigns of an instance act in a role, and what could hide that they do.
fn campaigns_name(owner: Owner<'_>, role: &Arn) -> (bool, Vec<Cause>) {
    let named = campaigns(owner.instance).any(|known| known.role.as_ref() == Some(role));
    let mut hidden = unread_campaigns(owner.instance);
    // One version of the API that names a role answers for the other.
    let mut roles = campaigns(owner.instance).map(|known| known.role.is_some());
    if campaigns(owner.instance).next().is_some() && !roles.any(|known| known) {
        hidden.push(Cause::OwnerUnread {
            what: format!("the campaigns role of `{}`", owner.instance.arn),
            unread: Unread::not_offered(
                "connect-campaigns:GetConnectInstanceConfig",
                "the answer names no role",
            ),
        });
    }
    (named, hidden)
}
