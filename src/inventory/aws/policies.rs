//! Managed policies: which version is in force, its text, and who else carries it.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_iam::Client;
use aws_sdk_iam::types::PolicyScopeType;
use futures_util::StreamExt;

use super::PARALLEL;
use super::convert::nonsense;
use super::failure::unread;
use super::listing::PAGE;
use crate::inventory::carriers::{Counts, KnownCarriers};
use crate::inventory::{Carrier, CarrierKind, DocumentText, ManagedPolicy, Observed, Role, Unread};
use crate::model::{Arn, InvalidValue, PolicyVersion};

const LIST_POLICIES: &str = "iam:ListPolicies";
const GET_POLICY: &str = "iam:GetPolicy";
const GET_VERSION: &str = "iam:GetPolicyVersion";
const LIST_ENTITIES: &str = "iam:ListEntitiesForPolicy";

/// Holds what `ListPolicies` tells of AWS's service-linked policies.
pub(super) struct LinkedPolicies {
    by_arn: BTreeMap<Arn, LinkedPolicy>,
    unread: Option<Unread>,
}

struct LinkedPolicy {
    default_version: PolicyVersion,
    counts: Counts,
}

/// Lists AWS's service-linked policies: default versions and how many entities carry each.
pub(super) async fn list_linked(iam: &Client) -> LinkedPolicies {
    let mut linked = LinkedPolicies {
        by_arn: BTreeMap::new(),
        unread: None,
    };
    let mut pages = iam
        .list_policies()
        .scope(PolicyScopeType::Aws)
        .path_prefix("/aws-service-role/")
        .max_items(PAGE)
        .into_paginator()
        .send();
    while let Some(page) = pages.next().await {
        match page {
            Ok(page) => {
                for policy in page.policies() {
                    if let Err(error) = linked.add(policy) {
                        linked.unread = Some(nonsense(LIST_POLICIES, &error));
                    }
                }
            }
            Err(error) => {
                linked.unread = Some(unread(LIST_POLICIES, &error));
                break;
            }
        }
    }
    linked
}

impl LinkedPolicies {
    fn add(&mut self, policy: &aws_sdk_iam::types::Policy) -> Result<(), InvalidValue> {
        let count = |count: Option<i32>| usize::try_from(count.unwrap_or(0)).unwrap_or(0);
        let entry = LinkedPolicy {
            default_version: policy.default_version_id().unwrap_or_default().parse()?,
            counts: Counts {
                attachments: count(policy.attachment_count()),
                // IAM always tells it; servers that do not, know no boundaries.
                boundaries: count(policy.permissions_boundary_usage_count()),
            },
        };
        self.by_arn
            .insert(policy.arn().unwrap_or_default().parse()?, entry);
        Ok(())
    }

    /// Returns the policies that some entity carries.
    fn carried(&self) -> impl Iterator<Item = &Arn> {
        self.by_arn
            .iter()
            .filter(|(_, policy)| policy.counts.attachments + policy.counts.boundaries > 0)
            .map(|(arn, _)| arn)
    }
}

/// Tells whether IAM's counts include every role that is known to carry a policy.
///
/// Nothing documents whether service-linked roles are counted. Where a single policy shows that
/// they are not, no count is believed.
fn confirms_counts(known: &KnownCarriers, linked: &LinkedPolicies) -> bool {
    linked
        .by_arn
        .iter()
        .all(|(arn, policy)| !known.exceed(arn, policy.counts))
}

/// Reads every managed policy that the roles carry, and every service-linked policy that anything
/// carries; each (ARN, version) once.
pub(super) async fn read(
    iam: &Client,
    roles: &[Role],
    linked: &LinkedPolicies,
    known: &KnownCarriers,
) -> BTreeMap<Arn, ManagedPolicy> {
    let wanted: BTreeSet<&Arn> = roles
        .iter()
        .flat_map(|role| role.attached.read().into_iter().flatten())
        .chain(linked.carried())
        .collect();
    let counts_hold = confirms_counts(known, linked);
    let policies: Vec<ManagedPolicy> = futures_util::stream::iter(
        wanted
            .into_iter()
            .map(|arn| policy(iam, arn, linked, known, counts_hold)),
    )
    .buffered(PARALLEL)
    .collect()
    .await;
    policies
        .into_iter()
        .map(|policy| (policy.arn.clone(), policy))
        .collect()
}

async fn policy(
    iam: &Client,
    arn: &Arn,
    linked: &LinkedPolicies,
    known: &KnownCarriers,
    counts_hold: bool,
) -> ManagedPolicy {
    let listed = linked.by_arn.get(arn);
    let default_version = match (listed, &linked.unread) {
        (Some(listed), _) => Observed::Read(listed.default_version),
        (None, Some(unread)) if arn.is_linked_policy() => Observed::NotRead(unread.clone()),
        (None, _) => default_version(iam, arn).await,
    };
    let document = match &default_version {
        Observed::Read(version) => document(iam, arn, *version).await,
        Observed::NotRead(unread) => Observed::NotRead(unread.clone()),
    };
    let carriers = if !arn.is_linked_policy() {
        None
    } else if counts_hold && listed.is_some_and(|listed| known.account_for(arn, listed.counts)) {
        Some(Observed::Read(known.of(arn)))
    } else {
        Some(carriers(iam, arn).await)
    };
    ManagedPolicy {
        arn: arn.clone(),
        default_version,
        document,
        carriers,
    }
}

async fn default_version(iam: &Client, arn: &Arn) -> Observed<PolicyVersion> {
    match iam.get_policy().policy_arn(arn.as_str()).send().await {
        Ok(output) => {
            let version = output
                .policy()
                .and_then(|policy| policy.default_version_id());
            match version.unwrap_or_default().parse() {
                Ok(version) => Observed::Read(version),
                Err(error) => Observed::NotRead(nonsense(GET_POLICY, &error)),
            }
        }
        Err(error) => Observed::NotRead(unread(GET_POLICY, &error)),
    }
}

async fn document(iam: &Client, arn: &Arn, version: PolicyVersion) -> Observed<DocumentText> {
    let request = iam
        .get_policy_version()
        .policy_arn(arn.as_str())
        .version_id(version.to_string());
    match request.send().await {
        Ok(output) => match output
            .policy_version()
            .and_then(|version| version.document())
        {
            Some(text) => Observed::Read(DocumentText::from_wire(text)),
            None => Observed::NotRead(Unread::not_offered(
                GET_VERSION,
                "no document in the answer",
            )),
        },
        Err(error) => Observed::NotRead(unread(GET_VERSION, &error)),
    }
}

async fn carriers(iam: &Client, arn: &Arn) -> Observed<Vec<Carrier>> {
    let mut carriers = BTreeSet::new();
    let mut pages = iam
        .list_entities_for_policy()
        .policy_arn(arn.as_str())
        .max_items(PAGE)
        .into_paginator()
        .send();
    while let Some(page) = pages.next().await {
        let page = match page {
            Ok(page) => page,
            Err(error) => return Observed::NotRead(unread(LIST_ENTITIES, &error)),
        };
        let users = page
            .policy_users()
            .iter()
            .filter_map(|user| user.user_name());
        let groups = page
            .policy_groups()
            .iter()
            .filter_map(|group| group.group_name());
        let roles = page
            .policy_roles()
            .iter()
            .filter_map(|role| role.role_name());
        let entities = users
            .map(|name| (CarrierKind::User, name))
            .chain(groups.map(|name| (CarrierKind::Group, name)))
            .chain(roles.map(|name| (CarrierKind::Role, name)));
        carriers.extend(entities.map(|(kind, name)| Carrier {
            kind,
            name: name.to_owned(),
        }));
    }
    Observed::Read(carriers.into_iter().collect())
}
