//! `GetAccountAuthorizationDetails`: every role's policies in a few large pages.

use std::collections::BTreeMap;

use aws_sdk_iam::Client;
use aws_sdk_iam::types::{EntityType, RoleDetail};

use super::convert::{RoleKey, attached, boundary, last_use, nonsense, tags, timestamp};
use super::failure::unread;
use super::listing::{LIST_ROLES, PAGE, bare_role, document};
use super::pages::Chain;
use crate::inventory::carriers::KnownCarriers;
use crate::inventory::operation;
use crate::inventory::{CarrierKind, InlinePolicy, Inventory, Observed, Role, Unread};
use crate::model::{InvalidValue, RoleName};

const OPERATION: &str = operation::GET_ACCOUNT_AUTHORIZATION_DETAILS.action;

/// Holds what the pages so far told.
#[derive(Default)]
pub(super) struct Bulk {
    roles: BTreeMap<RoleName, Role>,
    carriers: KnownCarriers,
    /// Roles on the pages so far, wanted or not.
    seen: usize,
    chain: Chain,
    next: Option<String>,
    /// Why no further page was read.
    failure: Option<Unread>,
    /// What one of the answers held that no role can be.
    nonsense: Option<Unread>,
}

/// Reads the first page.
pub(super) async fn first_page(iam: &Client) -> Bulk {
    let mut bulk = Bulk::default();
    bulk.page(iam, None).await;
    bulk
}

impl Bulk {
    /// Tells whether there is no further page.
    pub(super) fn is_complete(&self) -> bool {
        self.next.is_none() && self.obstacle().is_none()
    }

    /// Returns why not every role was read.
    pub(super) fn obstacle(&self) -> Option<&Unread> {
        self.failure.as_ref().or(self.nonsense.as_ref())
    }

    /// Returns how many roles the pages so far held, wanted or not.
    pub(super) fn seen(&self) -> usize {
        self.seen
    }

    /// Reads the further pages, up to the first that fails.
    pub(super) async fn rest(mut self, iam: &Client) -> Self {
        while let (Some(marker), None) = (self.next.take(), &self.failure) {
            self.page(iam, Some(marker)).await;
        }
        self
    }

    /// Returns the wanted roles, and every known carrier of service-linked policies.
    pub(super) fn into_parts(self) -> (BTreeMap<RoleName, Role>, KnownCarriers) {
        (self.roles, self.carriers)
    }

    async fn page(&mut self, iam: &Client, marker: Option<String>) {
        let answer = iam
            .get_account_authorization_details()
            .filter(EntityType::Role)
            .max_items(PAGE)
            .set_marker(marker)
            .send()
            .await;
        let page = match answer {
            Ok(page) => page,
            Err(error) => {
                self.failure = Some(unread(OPERATION, &error));
                return;
            }
        };
        for detail in page.role_detail_list() {
            self.seen += 1;
            if let Err(error) = self.add(detail) {
                self.nonsense = Some(nonsense(OPERATION, &error));
            }
        }
        let truncated = page.is_truncated();
        match self.chain.next(OPERATION, truncated, page.marker()) {
            Ok(next) => self.next = next,
            Err(unread) => self.failure = Some(unread),
        }
    }

    fn add(&mut self, detail: &RoleDetail) -> Result<(), InvalidValue> {
        let key = RoleKey::parse(
            detail.arn().unwrap_or_default(),
            detail.role_name().unwrap_or_default(),
            detail.path().unwrap_or_default(),
        )?;
        let attached = attached(detail.attached_managed_policies());
        let boundary = boundary(detail.permissions_boundary());
        // An unreadable carrier is missing from the known ones; the counts tell.
        self.carriers.add(
            CarrierKind::Role,
            key.name.as_str(),
            attached.iter().flatten(),
            boundary.as_ref().ok().and_then(Option::as_ref),
        );
        if !Inventory::wants(&key.name, &key.path) {
            return Ok(());
        }
        let mut inline: Vec<InlinePolicy> = detail
            .role_policy_list()
            .iter()
            .map(|policy| InlinePolicy {
                name: policy.policy_name().unwrap_or_default().to_owned(),
                document: document(OPERATION, policy.policy_document()),
            })
            .collect();
        inline.sort_by(|a, b| a.name.cmp(&b.name));
        let only_listed = Unread::not_offered(LIST_ROLES, "the role was not in that list");
        let role = Role {
            created_at: detail.create_date().and_then(timestamp),
            trust: document(OPERATION, detail.assume_role_policy_document()),
            attached: read(attached),
            inline: Observed::Read(inline),
            boundary: read(boundary),
            tags: Observed::Read(tags(detail.tags())),
            last_use: Observed::Read(last_use(detail.role_last_used())),
            ..bare_role(key, &only_listed)
        };
        self.roles.insert(role.name.clone(), role);
        Ok(())
    }
}

/// Turns a value into a fact; one that cannot be parsed was not read.
fn read<T>(value: Result<T, InvalidValue>) -> Observed<T> {
    match value {
        Ok(value) => Observed::Read(value),
        Err(error) => Observed::NotRead(nonsense(OPERATION, &error)),
    }
}
