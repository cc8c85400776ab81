//! Role by role: `GetRole`, `ListAttachedRolePolicies`, `ListRolePolicies`, `GetRolePolicy`.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_iam::Client;
use futures_util::{StreamExt, stream};

use super::PARALLEL;
use super::convert::{RoleKey, attached, boundary, last_use, nonsense, tags};
use super::failure::Failure;
use super::listing::{LIST_ROLES, ListedRole, PAGE, bare_role, session};
use super::pages::{self, Page};
use crate::inventory::operation;
use crate::inventory::{DocumentText, InlinePolicy, Observed, Role, Unread};
use crate::model::{Arn, RoleName};

const GET_ROLE: &str = operation::GET_ROLE.action;
const LIST_ATTACHED: &str = operation::LIST_ATTACHED_ROLE_POLICIES.action;
const LIST_INLINE: &str = operation::LIST_ROLE_POLICIES.action;
const GET_INLINE: &str = operation::GET_ROLE_POLICY.action;

/// Reads listed roles; those that vanished meanwhile are left out.
pub(super) async fn roles(
    iam: &Client,
    listed: impl Iterator<Item = &ListedRole>,
) -> BTreeMap<RoleName, Role> {
    let read = stream::iter(listed.map(|listed| role(iam, listed)));
    by_name(read.buffered(PARALLEL).collect().await)
}

/// Adds to roles what `GetRole` tells; those that vanished meanwhile are left out.
pub(super) async fn metadata_of(iam: &Client, roles: Vec<Role>) -> BTreeMap<RoleName, Role> {
    let read = roles.into_iter().map(|mut role| async move {
        metadata(iam, &mut role).await?;
        Some(role)
    });
    by_name(stream::iter(read).buffered(PARALLEL).collect().await)
}

fn by_name(roles: Vec<Option<Role>>) -> BTreeMap<RoleName, Role> {
    roles
        .into_iter()
        .flatten()
        .map(|role| (role.name.clone(), role))
        .collect()
}

/// Reads one role, or `None` when IAM no longer knows it.
async fn role(iam: &Client, listed: &ListedRole) -> Option<Role> {
    let key = RoleKey {
        arn: listed.arn.clone(),
        name: listed.name.clone(),
        path: listed.path.clone(),
    };
    let mut role = bare_role(key, &Unread::not_offered(LIST_ROLES, ""));
    metadata(iam, &mut role).await?;
    role.attached = known(attached_policies(iam, &role.name).await)?;
    role.inline = match known(inline_names(iam, &role.name).await)? {
        Observed::Read(names) => Observed::Read(inline_policies(iam, &role.name, names).await),
        Observed::NotRead(unread) => Observed::NotRead(unread),
    };
    Some(role)
}

/// Reads what `GetRole` tells of a role; `None` when IAM no longer knows it.
async fn metadata(iam: &Client, role: &mut Role) -> Option<()> {
    let answer = iam.get_role().role_name(role.name.as_str()).send().await;
    let answer = known(answer.map_err(|error| Failure::of(GET_ROLE, &error)))?;
    let unread = match &answer {
        Observed::Read(output) => match output.role() {
            Some(found) => {
                role.boundary = match boundary(found.permissions_boundary()) {
                    Ok(boundary) => Observed::Read(boundary),
                    Err(error) => Observed::NotRead(nonsense(GET_ROLE, &error)),
                };
                role.tags = Observed::Read(tags(found.tags()));
                role.last_use = Observed::Read(last_use(found.role_last_used()));
                role.description = Observed::Read(found.description().map(ToOwned::to_owned));
                role.max_session_seconds = session(GET_ROLE, found.max_session_duration());
                return Some(());
            }
            None => &Unread::not_offered(GET_ROLE, "no role in the answer"),
        },
        Observed::NotRead(unread) => unread,
    };
    leave_metadata_unread(role, unread);
    Some(())
}

/// Says why what `GetRole` tells was not read; what another call already told stays.
fn leave_metadata_unread(role: &mut Role, unread: &Unread) {
    fn keep<T>(fact: &mut Observed<T>, unread: &Unread) {
        if fact.unread().is_some() {
            *fact = Observed::NotRead(unread.clone());
        }
    }
    keep(&mut role.boundary, unread);
    keep(&mut role.tags, unread);
    keep(&mut role.last_use, unread);
    keep(&mut role.description, unread);
    keep(&mut role.max_session_seconds, unread);
}

async fn attached_policies(iam: &Client, role: &RoleName) -> Result<Vec<Arn>, Failure> {
    let (arns, end) = pages::follow(LIST_ATTACHED, async |marker| {
        let request = iam
            .list_attached_role_policies()
            .role_name(role.as_str())
            .max_items(PAGE)
            .set_marker(marker);
        let page = request
            .send()
            .await
            .map_err(|error| Failure::of(LIST_ATTACHED, &error))?;
        Ok(Page {
            items: attached(page.attached_policies())
                .map_err(|error| Failure::Unread(nonsense(LIST_ATTACHED, &error)))?,
            truncated: page.is_truncated(),
            marker: page.marker().map(ToOwned::to_owned),
        })
    })
    .await;
    end.map(|()| each_once(arns))
}

async fn inline_names(iam: &Client, role: &RoleName) -> Result<Vec<String>, Failure> {
    let (names, end) = pages::follow(LIST_INLINE, async |marker| {
        let request = iam
            .list_role_policies()
            .role_name(role.as_str())
            .max_items(PAGE)
            .set_marker(marker);
        let page = request
            .send()
            .await
            .map_err(|error| Failure::of(LIST_INLINE, &error))?;
        Ok(Page {
            items: page.policy_names().to_vec(),
            truncated: page.is_truncated(),
            marker: page.marker().map(ToOwned::to_owned),
        })
    })
    .await;
    end.map(|()| each_once(names))
}

/// Sorts, and drops what a page brought a second time.
fn each_once<T: Ord>(items: Vec<T>) -> Vec<T> {
    let items: BTreeSet<T> = items.into_iter().collect();
    items.into_iter().collect()
}

/// Reads inline documents; a policy that vanished after it was listed is left out.
async fn inline_policies(iam: &Client, role: &RoleName, names: Vec<String>) -> Vec<InlinePolicy> {
    let mut policies = Vec::new();
    for name in names {
        let answer = iam
            .get_role_policy()
            .role_name(role.as_str())
            .policy_name(&name)
            .send()
            .await;
        let document = match answer {
            Ok(output) => Observed::Read(DocumentText::from_wire(output.policy_document())),
            Err(error) => match Failure::of(GET_INLINE, &error) {
                Failure::Gone => continue,
                Failure::Unread(unread) => Observed::NotRead(unread),
            },
        };
        policies.push(InlinePolicy { name, document });
    }
    policies
}

/// Turns an answer into a fact; `None` when its subject is gone.
fn known<T>(answer: Result<T, Failure>) -> Option<Observed<T>> {
    match answer {
        Ok(value) => Some(Observed::Read(value)),
        Err(Failure::Gone) => None,
        Err(Failure::Unread(unread)) => Some(Observed::NotRead(unread)),
    }
}
