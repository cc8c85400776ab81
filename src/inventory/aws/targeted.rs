//! Role by role: `GetRole`, `ListAttachedRolePolicies`, `ListRolePolicies`, `GetRolePolicy`.

use std::collections::BTreeMap;

use aws_sdk_iam::Client;
use futures_util::StreamExt;

use super::PARALLEL;
use super::convert::{RoleKey, attached, boundary, last_use, nonsense, tags};
use super::failure::Failure;
use super::listing::{LIST_ROLES, ListedRole, PAGE, bare_role, session};
use crate::inventory::{DocumentText, InlinePolicy, Observed, Role, Unread};
use crate::model::{Arn, RoleName};

const GET_ROLE: &str = "iam:GetRole";
const LIST_ATTACHED: &str = "iam:ListAttachedRolePolicies";
const LIST_INLINE: &str = "iam:ListRolePolicies";
const GET_INLINE: &str = "iam:GetRolePolicy";

/// Reads the listed roles; those that vanished meanwhile are left out.
pub(super) async fn roles(iam: &Client, listed: &[ListedRole]) -> BTreeMap<RoleName, Role> {
    let read: Vec<Option<Role>> =
        futures_util::stream::iter(listed.iter().map(|listed| role(iam, listed)))
            .buffered(PARALLEL)
            .collect()
            .await;
    read.into_iter()
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
pub(super) async fn metadata(iam: &Client, role: &mut Role) -> Option<()> {
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
    role.leave_metadata_unread(unread);
    Some(())
}

async fn attached_policies(iam: &Client, role: &RoleName) -> Result<Vec<Arn>, Failure> {
    let mut arns = Vec::new();
    let mut pages = iam
        .list_attached_role_policies()
        .role_name(role.as_str())
        .max_items(PAGE)
        .into_paginator()
        .send();
    while let Some(page) = pages.next().await {
        let page = page.map_err(|error| Failure::of(LIST_ATTACHED, &error))?;
        let parsed = attached(page.attached_policies());
        arns.extend(parsed.map_err(|error| Failure::Unread(nonsense(LIST_ATTACHED, &error)))?);
    }
    arns.sort();
    Ok(arns)
}

async fn inline_names(iam: &Client, role: &RoleName) -> Result<Vec<String>, Failure> {
    let mut names = Vec::new();
    let mut pages = iam
        .list_role_policies()
        .role_name(role.as_str())
        .max_items(PAGE)
        .into_paginator()
        .send();
    while let Some(page) = pages.next().await {
        let page = page.map_err(|error| Failure::of(LIST_INLINE, &error))?;
        names.extend(page.policy_names().iter().cloned());
    }
    names.sort();
    Ok(names)
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
