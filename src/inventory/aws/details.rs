//! Chooses how roles are read, and puts what the calls tell together.
//!
//! Bulk needs `ListRoles` under `/aws-service-role/` for what only it tells (description, session
//! duration) and one page of `GetAccountAuthorizationDetails` per thousand roles; targeted needs all
//! of `ListRoles` and three calls per service-linked role.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_iam::Client;

use super::Strategy;
use super::bulk::{self, Bulk};
use super::listing::{self, LINKED_PATH, ListedRole, Listing};
use super::targeted;
use crate::inventory::carriers::KnownCarriers;
use crate::inventory::{CarrierKind, Observed, Role, Unread, UnreadReason};
use crate::model::RoleName;

/// Requests per role when roles are read one by one, inline documents aside.
const TARGETED_REQUESTS: usize = 3;

/// Holds the roles that an audit wants, and who carries service-linked policies.
pub(super) struct Details {
    /// By ARN.
    pub(super) roles: Vec<Role>,
    pub(super) carriers: KnownCarriers,
    /// Whether every role of the account was seen.
    pub(super) listing: Observed<()>,
}

/// Reads the roles; an error when none could even be listed.
pub(super) async fn read(iam: &Client, strategy: Strategy) -> Result<Details, Unread> {
    if strategy == Strategy::Targeted {
        return one_by_one(iam).await;
    }
    let (listing, bulk) = tokio::join!(
        listing::roles(iam, Some(LINKED_PATH)),
        bulk::first_page(iam)
    );
    if strategy == Strategy::Auto && prefers_targeted(iam, &listing, &bulk).await {
        return one_by_one(iam).await;
    }
    at_once(iam, listing, bulk.rest(iam).await).await
}

/// Decides, once the first page is there, whether reading one by one needs fewer requests.
async fn prefers_targeted(iam: &Client, listing: &Listing, bulk: &Bulk) -> bool {
    if let Some(unread) = bulk.obstacle() {
        let denied = unread.reason == UnreadReason::Denied;
        if denied {
            tracing::info!("{unread}; reading role by role instead");
        }
        return denied;
    }
    if bulk.is_complete() || listing.complete.unread().is_some() {
        return false;
    }
    let Some(total) = listing::count(iam).await else {
        return false;
    };
    let page = bulk.seen().max(1);
    let further_pages = total.saturating_sub(page).div_ceil(page);
    let targeted = total.div_ceil(listing::PAGE_ROLES) + listing.roles.len() * TARGETED_REQUESTS;
    targeted < further_pages
}

async fn one_by_one(iam: &Client) -> Result<Details, Unread> {
    let listing = listing::roles(iam, None).await;
    if let (true, Observed::NotRead(reason)) = (listing.roles.is_empty(), &listing.complete) {
        return Err(reason.clone());
    }
    let roles = targeted::roles(iam, listing.roles.iter()).await;
    let mut carriers = KnownCarriers::default();
    for role in roles.values() {
        let attached = role.attached.read().into_iter().flatten();
        let boundary = role.boundary.read().and_then(Option::as_ref);
        carriers.add(CarrierKind::Role, role.name.as_str(), attached, boundary);
    }
    let complete = listing.complete.clone();
    Ok(Details {
        roles: join(listing, roles),
        carriers,
        listing: complete,
    })
}

async fn at_once(iam: &Client, listing: Listing, bulk: Bulk) -> Result<Details, Unread> {
    let obstacle = bulk.obstacle().cloned();
    let (mut roles, carriers) = bulk.into_parts();
    let Some(unread) = obstacle else {
        complete_each_other(iam, &listing, &mut roles).await;
        return Ok(Details {
            roles: join(listing, roles),
            carriers,
            listing: Observed::Read(()),
        });
    };
    let nothing = roles.is_empty() && listing.roles.is_empty();
    if nothing && listing.complete.unread().is_some() {
        return Err(unread);
    }
    complete_unlisted(iam, &listing, &mut roles).await;
    for listed in &listing.roles {
        roles
            .entry(listed.name.clone())
            .or_insert_with(|| listed.without_details(&unread));
    }
    Ok(Details {
        roles: join(listing, roles),
        carriers,
        listing: Observed::NotRead(unread),
    })
}

/// Asks for what only the other of the two calls could have told: they see different moments.
async fn complete_each_other(
    iam: &Client,
    listing: &Listing,
    roles: &mut BTreeMap<RoleName, Role>,
) {
    complete_unlisted(iam, listing, roles).await;
    if listing.complete.unread().is_none() {
        let missing = |role: &&ListedRole| !roles.contains_key(&role.name);
        let appeared = targeted::roles(iam, listing.roles.iter().filter(missing)).await;
        roles.extend(appeared);
    }
}

/// Asks about roles that are not in the listing under `/aws-service-role/`, look-alikes among them,
/// for what it would have told.
async fn complete_unlisted(iam: &Client, listing: &Listing, roles: &mut BTreeMap<RoleName, Role>) {
    if let Some(unread) = listing.complete.unread() {
        for role in roles.values_mut() {
            role.description = Observed::NotRead(unread.clone());
            role.max_session_seconds = Observed::NotRead(unread.clone());
        }
        return;
    }
    let listed: BTreeSet<&RoleName> = listing.roles.iter().map(|listed| &listed.name).collect();
    let unlisted = roles
        .values()
        .filter(|role| !listed.contains(&role.name))
        .cloned()
        .collect();
    let completed = targeted::metadata_of(iam, unlisted).await;
    roles.retain(|name, _| listed.contains(name));
    roles.extend(completed);
}

/// Completes each role with what the listing tells; roles that vanished meanwhile are left out.
fn join(listing: Listing, mut details: BTreeMap<RoleName, Role>) -> Vec<Role> {
    for listed in listing.roles {
        if let Some(role) = details.get_mut(&listed.name) {
            listed.complete(role);
        } else {
            tracing::info!("role `{}` vanished while the account was read", listed.name);
        }
    }
    let mut roles: Vec<Role> = details.into_values().collect();
    roles.sort_by(|a, b| a.arn.cmp(&b.arn));
    roles
}
