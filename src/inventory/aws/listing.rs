//! `ListRoles`: which roles there are, with trust, description and session duration.

use std::collections::BTreeMap;

use aws_sdk_iam::Client;
use aws_sdk_iam::types;

use super::convert::{RoleKey, nonsense, timestamp};
use super::failure::unread;
use super::pages::{self, Page};
use crate::inventory::operation;
use crate::inventory::{DocumentText, Inventory, Observed, Role, Unread};
use crate::model::{Arn, InvalidValue, RoleName, RolePath};

pub(super) const LIST_ROLES: &str = operation::LIST_ROLES.action;

/// The path under which AWS creates service-linked roles.
pub(super) const LINKED_PATH: &str = "/aws-service-role/";

/// The largest page that IAM gives.
pub(super) const PAGE: i32 = 1000;
/// The same, for counting.
pub(super) const PAGE_ROLES: usize = 1000;

/// Holds the wanted roles of a listing.
pub(super) struct Listing {
    pub(super) roles: Vec<ListedRole>,
    /// Whether the last page was reached.
    pub(super) complete: Observed<()>,
}

/// Holds what `ListRoles` tells of a role.
pub(super) struct ListedRole {
    pub(super) arn: Arn,
    pub(super) name: RoleName,
    pub(super) path: RolePath,
    created_at: Option<jiff::Timestamp>,
    trust: Observed<DocumentText>,
    description: Option<String>,
    max_session_seconds: Observed<u32>,
}

/// Lists roles, all or those under a path, and keeps those that an audit wants, each once.
pub(super) async fn roles(iam: &Client, path: Option<&str>) -> Listing {
    let (listed, end) = pages::follow(LIST_ROLES, async |marker| {
        let request = iam
            .list_roles()
            .set_path_prefix(path.map(ToOwned::to_owned))
            .max_items(PAGE)
            .set_marker(marker);
        let page = request
            .send()
            .await
            .map_err(|error| unread(LIST_ROLES, &error))?;
        Ok(Page {
            items: page.roles().iter().map(ListedRole::parse).collect(),
            truncated: page.is_truncated(),
            marker: page.marker().map(ToOwned::to_owned),
        })
    })
    .await;
    let mut roles = BTreeMap::new();
    let mut complete = end.map_or_else(Observed::NotRead, Observed::Read);
    for role in listed {
        match role {
            Ok(role) if Inventory::wants(&role.name, &role.path) => {
                roles.insert(role.arn.clone(), role);
            }
            Ok(_) => {}
            Err(error) => complete = Observed::NotRead(nonsense(LIST_ROLES, &error)),
        }
    }
    Listing {
        roles: roles.into_values().collect(),
        complete,
    }
}

/// Asks how many roles the account has; `None` where that is not told.
pub(super) async fn count(iam: &Client) -> Option<usize> {
    let summary = iam.get_account_summary().send().await.ok()?;
    let count = summary.summary_map()?.get(&types::SummaryKeyType::Roles)?;
    usize::try_from(*count).ok()
}

impl ListedRole {
    fn parse(role: &types::Role) -> Result<Self, InvalidValue> {
        let key = RoleKey::parse(role.arn(), role.role_name(), role.path())?;
        Ok(Self {
            arn: key.arn,
            name: key.name,
            path: key.path,
            created_at: timestamp(role.create_date()),
            trust: document(LIST_ROLES, role.assume_role_policy_document()),
            description: role.description().map(ToOwned::to_owned),
            max_session_seconds: session(LIST_ROLES, role.max_session_duration()),
        })
    }

    /// Adds to a role what this listing tells of it.
    pub(super) fn complete(self, role: &mut Role) {
        role.created_at = self.created_at;
        role.trust = self.trust;
        role.description = Observed::Read(self.description);
        role.max_session_seconds = self.max_session_seconds;
    }

    /// Makes a role of which everything else could not be read.
    pub(super) fn without_details(&self, unread: &Unread) -> Role {
        bare_role(
            RoleKey {
                arn: self.arn.clone(),
                name: self.name.clone(),
                path: self.path.clone(),
            },
            unread,
        )
    }
}

/// Makes a role of which nothing is known but its name.
pub(super) fn bare_role(key: RoleKey, unread: &Unread) -> Role {
    Role {
        arn: key.arn,
        name: key.name,
        path: key.path,
        created_at: None,
        trust: Observed::NotRead(unread.clone()),
        attached: Observed::NotRead(unread.clone()),
        inline: Observed::NotRead(unread.clone()),
        description: Observed::NotRead(unread.clone()),
        max_session_seconds: Observed::NotRead(unread.clone()),
        boundary: Observed::NotRead(unread.clone()),
        tags: Observed::NotRead(unread.clone()),
        last_use: Observed::NotRead(unread.clone()),
    }
}

/// Reads a session duration; IAM always gives one.
pub(super) fn session(operation: &str, seconds: Option<i32>) -> Observed<u32> {
    match seconds.and_then(|seconds| u32::try_from(seconds).ok()) {
        Some(seconds) => Observed::Read(seconds),
        None => Observed::NotRead(Unread::not_offered(
            operation,
            "no MaxSessionDuration in the answer",
        )),
    }
}

/// Reads a document that IAM always gives; an answer without it tells nothing.
pub(super) fn document(operation: &str, text: Option<&str>) -> Observed<DocumentText> {
    match text.filter(|text| !text.is_empty()) {
        Some(text) => Observed::Read(DocumentText::from_wire(text)),
        None => Observed::NotRead(Unread::not_offered(operation, "no document in the answer")),
    }
}
