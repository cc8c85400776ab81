//! `GetAccountAuthorizationDetails`: every role's policies in a few large pages.

use std::collections::BTreeMap;

use aws_sdk_iam::Client;
use aws_sdk_iam::types::{EntityType, RoleDetail};

use super::convert::{RoleKey, attached, boundary, last_use, nonsense, tags, timestamp};
use super::failure::unread;
use super::listing::{LIST_ROLES, PAGE, bare_role};
use crate::inventory::carriers::KnownCarriers;
use crate::inventory::{
    CarrierKind, DocumentText, InlinePolicy, Inventory, Observed, Role, Unread, UnreadReason,
};
use crate::model::{InvalidValue, RoleName};

const OPERATION: &str = "iam:GetAccountAuthorizationDetails";

/// Holds what the pages so far told.
#[derive(Default)]
pub(super) struct Bulk {
    roles: BTreeMap<RoleName, Role>,
    carriers: KnownCarriers,
    /// Roles on the pages so far, wanted or not.
    seen: usize,
    next: Option<String>,
    failure: Option<Unread>,
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
        self.next.is_none() && self.failure.is_none()
    }

    /// Returns why not every role was read.
    pub(super) fn failure(&self) -> Option<&Unread> {
        self.failure.as_ref()
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
            .set_marker(marker.clone())
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
                self.failure = Some(nonsense(OPERATION, &error));
            }
        }
        self.next = page
            .marker()
            .filter(|_| page.is_truncated())
            .map(ToOwned::to_owned);
        let stuck = self.next.is_some() && self.next == marker;
        if stuck || (page.is_truncated() && self.next.is_none()) {
            self.failure = Some(Unread {
                reason: UnreadReason::Malformed,
                operation: OPERATION.to_owned(),
                message: "the answer does not lead to the next page".to_owned(),
            });
        }
    }

    fn add(&mut self, detail: &RoleDetail) -> Result<(), InvalidValue> {
        let key = RoleKey::parse(
            detail.arn().unwrap_or_default(),
            detail.role_name().unwrap_or_default(),
            detail.path().unwrap_or_default(),
        )?;
        let attached = attached(detail.attached_managed_policies())?;
        let boundary = boundary(detail.permissions_boundary())?;
        self.carriers.add(
            CarrierKind::Role,
            key.name.as_str(),
            &attached,
            boundary.as_ref(),
        );
        if !Inventory::wants(&key.name, &key.path) {
            return Ok(());
        }
        let mut inline: Vec<InlinePolicy> = detail
            .role_policy_list()
            .iter()
            .map(|policy| InlinePolicy {
                name: policy.policy_name().unwrap_or_default().to_owned(),
                document: Observed::Read(DocumentText::from_wire(
                    policy.policy_document().unwrap_or_default(),
                )),
            })
            .collect();
        inline.sort_by(|a, b| a.name.cmp(&b.name));
        let only_listed = Unread::not_offered(LIST_ROLES, "the role was not in that list");
        let role = Role {
            created_at: detail.create_date().and_then(timestamp),
            trust: Observed::Read(DocumentText::from_wire(
                detail.assume_role_policy_document().unwrap_or_default(),
            )),
            attached: Observed::Read(attached),
            inline: Observed::Read(inline),
            boundary: Observed::Read(boundary),
            tags: Observed::Read(tags(detail.tags())),
            last_use: Observed::Read(last_use(detail.role_last_used())),
            ..bare_role(key, &only_listed)
        };
        self.roles.insert(role.name.clone(), role);
        Ok(())
    }
}
