//! Managed policies: which version is in force, its text, and who else carries it.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_iam::Client;
use aws_sdk_iam::types::PolicyScopeType;
use futures_util::StreamExt;

use super::PARALLEL;
use super::convert::nonsense;
use super::documents::Documents;
use super::failure::unread;
use super::listing::{LINKED_PATH, PAGE};
use super::pages::{self, Page};
use crate::inventory::carriers::{Counts, KnownCarriers};
use crate::inventory::operation;
use crate::inventory::{Carrier, CarrierKind, DocumentText, ManagedPolicy, Observed, Role, Unread};
use crate::model::{Arn, InvalidValue, PolicyVersion};

const LIST_POLICIES: &str = operation::LIST_POLICIES.action;
const GET_POLICY: &str = operation::GET_POLICY.action;
const GET_VERSION: &str = operation::GET_POLICY_VERSION.action;
const LIST_ENTITIES: &str = operation::LIST_ENTITIES_FOR_POLICY.action;

/// Holds what is known of AWS's service-linked policies that anything carries.
pub(super) struct LinkedPolicies {
    by_arn: BTreeMap<Arn, LinkedPolicy>,
    unread: Option<Unread>,
}

struct LinkedPolicy {
    default_version: PolicyVersion,
    document: Observed<DocumentText>,
    counts: Counts,
}

/// Lists AWS's service-linked policies in use, and fetches each default version once.
///
/// A policy that is nobody's but some user's boundary is not listed; it gives nobody anything.
pub(super) async fn linked(iam: &Client, documents: &Documents) -> LinkedPolicies {
    let (found, end) = pages::follow(LIST_POLICIES, async |marker| {
        let request = iam
            .list_policies()
            .scope(PolicyScopeType::Aws)
            .path_prefix(LINKED_PATH)
            .only_attached(true)
            .max_items(PAGE)
            .set_marker(marker);
        let page = request
            .send()
            .await
            .map_err(|error| unread(LIST_POLICIES, &error))?;
        Ok(Page {
            items: page.policies().iter().map(parse).collect(),
            truncated: page.is_truncated(),
            marker: page.marker().map(ToOwned::to_owned),
        })
    })
    .await;
    let mut unread_list: Option<Unread> = end.err();
    let mut listed = BTreeMap::new();
    for policy in found {
        match policy {
            Ok((arn, version, counts)) => {
                listed.insert(arn, (version, counts));
            }
            Err(error) => unread_list = Some(nonsense(LIST_POLICIES, &error)),
        }
    }
    let fetched = listed
        .into_iter()
        .map(|(arn, (default_version, counts))| async move {
            let document = document(iam, documents, &arn, default_version).await;
            let policy = LinkedPolicy {
                default_version,
                document,
                counts,
            };
            (arn, policy)
        });
    LinkedPolicies {
        by_arn: futures_util::stream::iter(fetched)
            .buffered(PARALLEL)
            .collect()
            .await,
        unread: unread_list,
    }
}

fn parse(
    policy: &aws_sdk_iam::types::Policy,
) -> Result<(Arn, PolicyVersion, Counts), InvalidValue> {
    let count = |count: Option<i32>| usize::try_from(count.unwrap_or(0)).unwrap_or(0);
    let counts = Counts {
        attachments: count(policy.attachment_count()),
        // IAM always tells it; servers that do not, know no boundaries.
        boundaries: count(policy.permissions_boundary_usage_count()),
    };
    Ok((
        policy.arn().unwrap_or_default().parse()?,
        policy.default_version_id().unwrap_or_default().parse()?,
        counts,
    ))
}

impl LinkedPolicies {
    /// Tells whether every service-linked policy in use was listed.
    pub(super) fn complete(&self) -> Observed<()> {
        match &self.unread {
            Some(unread) => Observed::NotRead(unread.clone()),
            None => Observed::Read(()),
        }
    }

    /// Tells whether IAM's counts include every role that is known to carry a policy.
    ///
    /// Nothing documents whether service-linked roles are counted. Where a single policy shows that
    /// they are not, no count is believed; a policy that is carried and not listed counts as none.
    fn counts_include(&self, known: &KnownCarriers) -> bool {
        let none = Counts {
            attachments: 0,
            boundaries: 0,
        };
        known.policies().all(|arn| {
            let counts = self.by_arn.get(arn).map_or(none, |policy| policy.counts);
            !known.exceed(arn, counts)
        })
    }
}

/// Puts together every managed policy that the roles carry, and every service-linked policy that
/// anything carries; asks for what is still missing.
pub(super) async fn complete(
    iam: &Client,
    documents: &Documents,
    roles: &[Role],
    linked: &LinkedPolicies,
    known: &KnownCarriers,
) -> BTreeMap<Arn, ManagedPolicy> {
    let wanted: BTreeSet<&Arn> = roles
        .iter()
        .flat_map(|role| role.attached.read().into_iter().flatten())
        .chain(linked.by_arn.keys())
        .collect();
    let counts_hold = linked.counts_include(known);
    let policies = wanted
        .into_iter()
        .map(|arn| policy(iam, documents, arn, linked, known, counts_hold));
    let policies: Vec<ManagedPolicy> = futures_util::stream::iter(policies)
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
    documents: &Documents,
    arn: &Arn,
    linked: &LinkedPolicies,
    known: &KnownCarriers,
    counts_hold: bool,
) -> ManagedPolicy {
    let listed = linked.by_arn.get(arn);
    let (default_version, document) = match (listed, &linked.unread) {
        (Some(listed), _) => (
            Observed::Read(listed.default_version),
            listed.document.clone(),
        ),
        (None, Some(unread)) if arn.is_linked_policy() => (
            Observed::NotRead(unread.clone()),
            Observed::NotRead(unread.clone()),
        ),
        (None, _) => version_in_force(iam, documents, arn).await,
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

async fn version_in_force(
    iam: &Client,
    documents: &Documents,
    arn: &Arn,
) -> (Observed<PolicyVersion>, Observed<DocumentText>) {
    match default_version(iam, arn).await {
        Observed::Read(version) => (
            Observed::Read(version),
            document(iam, documents, arn, version).await,
        ),
        Observed::NotRead(unread) => (Observed::NotRead(unread.clone()), Observed::NotRead(unread)),
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

async fn document(
    iam: &Client,
    documents: &Documents,
    arn: &Arn,
    version: PolicyVersion,
) -> Observed<DocumentText> {
    let fetch = async || fetched(iam, arn, version).await;
    documents.get(arn, version, fetch).await
}

async fn fetched(iam: &Client, arn: &Arn, version: PolicyVersion) -> Observed<DocumentText> {
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
    let (found, end) = pages::follow(LIST_ENTITIES, async |marker| {
        let request = iam
            .list_entities_for_policy()
            .policy_arn(arn.as_str())
            .max_items(PAGE)
            .set_marker(marker);
        let page = request
            .send()
            .await
            .map_err(|error| unread(LIST_ENTITIES, &error))?;
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
        let carriers = entities.map(|(kind, name)| Carrier {
            kind,
            name: name.to_owned(),
        });
        Ok(Page {
            items: carriers.collect(),
            truncated: page.is_truncated(),
            marker: page.marker().map(ToOwned::to_owned),
        })
    })
    .await;
    match end {
        Ok(()) => {
            let carriers: BTreeSet<Carrier> = found.into_iter().collect();
            Observed::Read(carriers.into_iter().collect())
        }
        Err(unread) => Observed::NotRead(unread),
    }
}
