//! An account from the JSON that `aws iam get-account-authorization-details` prints.
//!
//! The call tells trust, inline and attached policies, boundary, tags and last use of every role.
//! It tells neither description nor maximum session duration, and the text of a managed policy
//! only when the dump was not filtered: all that becomes "not read".
//! See <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html>.

mod dto;

use std::collections::{BTreeMap, BTreeSet};

use super::carriers::{Counts, KnownCarriers};
use super::{
    Carrier, CarrierKind, Fact, InlinePolicy, Inventory, LastUse, ManagedPolicy, Observed, Owners,
    Role, Unread, UnreadReason,
};
use crate::model::{AccountId, Arn, InvalidValue, Partition};

const OPERATION: &str = "iam:GetAccountAuthorizationDetails";

/// Says why a dump cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum GaadError {
    /// The text is not JSON, or not what the call prints; the source tells line and column.
    #[error("not the output of `aws iam get-account-authorization-details`: {0}")]
    Shape(#[source] serde_json::Error),
    /// The dump holds no role, so that it does not even tell its account.
    #[error("no role in it: dump the account with `--filter Role` or without a filter")]
    NoRoles,
    /// Two members of a role disagree, or two roles do.
    #[error("role `{arn}`: {problem}")]
    Role {
        /// The role's ARN as given.
        arn: Arn,
        /// What is wrong.
        problem: &'static str,
    },
    /// A role's ARN names no account.
    #[error("role `{arn}`: {source}")]
    Owner {
        /// The role's ARN.
        arn: Arn,
        /// What is wrong with its account or partition.
        source: InvalidValue,
    },
    /// The dump names something twice that there is once.
    #[error("{what} stands in the dump twice")]
    Duplicate {
        /// What it is, with its name.
        what: String,
    },
    /// Dumps of several accounts were put together.
    #[error("roles of two accounts, {0} and {1}: audit one dump at a time")]
    TwoAccounts(AccountId, AccountId),
}

/// Reads a dump: one JSON object, or several pages one after another.
///
/// # Errors
/// Returns an error for text that is no such dump, holds no role, or mixes accounts.
pub fn read(text: &str) -> Result<Inventory, GaadError> {
    let dump = dto::Dump::parse(text).map_err(GaadError::Shape)?;
    let (account, partition) = owner(&dump)?;
    check_names(&dump)?;
    let known = known_carriers(&dump);
    let listing = if dump.truncated {
        Observed::NotRead(Unread {
            reason: UnreadReason::Malformed,
            operation: OPERATION.to_owned(),
            message: "the dump ends before the last page".to_owned(),
        })
    } else {
        Observed::Read(())
    };
    let mut roles: Vec<Role> = dump
        .roles
        .iter()
        .filter(|role| Inventory::wants(&role.name, &role.path))
        .map(role)
        .collect();
    roles.sort_by(|a, b| a.arn.cmp(&b.arn));
    let policies = policies(&dump, &roles, &known);
    Ok(Inventory {
        account,
        partition,
        collected_at: None,
        listing,
        policy_listing: missing(&Fact::LinkedPolicies),
        roles,
        policies,
        owners: Owners::not_offered("the dump holds roles only"),
    })
}

/// Tells the one account of a dump, and checks that its roles are what their ARNs say.
fn owner(dump: &dto::Dump) -> Result<(AccountId, Partition), GaadError> {
    let mut owner: Option<(AccountId, Partition)> = None;
    let mut seen = BTreeSet::new();
    for role in &dump.roles {
        let unowned = |source| GaadError::Owner {
            arn: role.arn.clone(),
            source,
        };
        let wrong = |problem| GaadError::Role {
            arn: role.arn.clone(),
            problem,
        };
        let account: AccountId = role.arn.account().parse().map_err(unowned)?;
        let partition: Partition = role.arn.partition().parse().map_err(unowned)?;
        if role.arn != Arn::role(&partition, account.as_str(), &role.path, &role.name) {
            return Err(wrong("the ARN is not made of this path and name"));
        }
        if !seen.insert(&role.arn) {
            return Err(wrong("it stands in the dump twice"));
        }
        match &owner {
            Some((first, _)) if *first != account => {
                return Err(GaadError::TwoAccounts(first.clone(), account));
            }
            Some((_, first)) if *first != partition => {
                return Err(wrong(
                    "it lies in another partition than the roles before it",
                ));
            }
            Some(_) => {}
            None => owner = Some((account, partition)),
        }
    }
    owner.ok_or(GaadError::NoRoles)
}

/// Refuses what stands there twice: nobody could tell which of the two counts.
fn check_names(dump: &dto::Dump) -> Result<(), GaadError> {
    let twice = |what: String| Err(GaadError::Duplicate { what });
    for role in &dump.roles {
        let arn = &role.arn;
        let names = role.inline.iter().flatten().map(|policy| &policy.name);
        if let Some(name) = repeated(names) {
            return twice(format!("inline policy `{name}` of role `{arn}`"));
        }
        let arns = role.attached.iter().flatten().map(|policy| &policy.arn);
        if let Some(policy) = repeated(arns) {
            return twice(format!("attached policy `{policy}` of role `{arn}`"));
        }
        if let Some(key) = repeated(role.tags.iter().map(|tag| &tag.key)) {
            return twice(format!("tag `{key}` of role `{arn}`"));
        }
    }
    if let Some(arn) = repeated(dump.policies.iter().map(|policy| &policy.arn)) {
        return twice(format!("policy `{arn}`"));
    }
    for policy in &dump.policies {
        if let Some(id) = repeated(policy.versions.iter().map(|version| version.id)) {
            return twice(format!("version {id} of policy `{}`", policy.arn));
        }
    }
    Ok(())
}

/// Finds what comes a second time.
fn repeated<T: Ord + Copy>(items: impl Iterator<Item = T>) -> Option<T> {
    let mut seen = BTreeSet::new();
    let mut items = items;
    items.find(|item| !seen.insert(*item))
}

fn role(role: &dto::RoleDetail) -> Role {
    let attached = role.attached.as_ref().map(|policies| {
        let mut arns: Vec<Arn> = policies.iter().map(|policy| policy.arn.clone()).collect();
        arns.sort();
        arns
    });
    let inline = role.inline.as_ref().map(|policies| {
        let mut inline: Vec<InlinePolicy> = policies
            .iter()
            .map(|policy| InlinePolicy {
                name: policy.name.clone(),
                document: told(
                    policy.document.text(),
                    &Fact::InlineDocument(policy.name.clone()),
                ),
            })
            .collect();
        inline.sort_by(|a, b| a.name.cmp(&b.name));
        inline
    });
    Role {
        arn: role.arn.clone(),
        name: role.name.clone(),
        path: role.path.clone(),
        created_at: role.created_at.map(|time| time.0),
        trust: told(
            role.trust.as_ref().and_then(dto::Document::text),
            &Fact::Trust,
        ),
        attached: told(attached, &Fact::AttachedPolicies),
        inline: told(inline, &Fact::InlinePolicies),
        description: missing(&Fact::Description),
        max_session_seconds: missing(&Fact::SessionDuration),
        boundary: Observed::Read(role.boundary.as_ref().map(|boundary| boundary.arn.clone())),
        tags: Observed::Read(
            role.tags
                .iter()
                .map(|tag| (tag.key.clone(), tag.value.clone()))
                .collect(),
        ),
        last_use: Observed::Read(role.last_use.as_ref().and_then(|last_use| {
            Some(LastUse {
                at: last_use.date?.0,
                region: last_use.region.clone().unwrap_or_default(),
            })
        })),
    }
}

fn known_carriers(dump: &dto::Dump) -> KnownCarriers {
    let mut known = KnownCarriers::default();
    for role in &dump.roles {
        let boundary = role.boundary.as_ref().map(|boundary| &boundary.arn);
        let attached = role.attached.iter().flatten().map(|policy| &policy.arn);
        known.add(CarrierKind::Role, role.name.as_str(), attached, boundary);
    }
    for (kind, entities) in [
        (CarrierKind::User, &dump.users),
        (CarrierKind::Group, &dump.groups),
    ] {
        for entity in entities {
            let boundary = entity.boundary.as_ref().map(|boundary| &boundary.arn);
            known.add(
                kind,
                &entity.name,
                entity.attached.iter().map(|policy| &policy.arn),
                boundary,
            );
        }
    }
    known
}

/// Returns who carries a policy, if the dump shows as many entities as AWS counts.
///
/// A filtered dump leaves users and groups out without saying so; only the counts tell.
fn carriers(
    arn: &Arn,
    detail: Option<&dto::PolicyDetail>,
    known: &KnownCarriers,
) -> Observed<Vec<Carrier>> {
    let counts = detail.and_then(|detail| {
        let boundaries = detail.permissions_boundary_usage_count.unwrap_or(0);
        Some(Counts {
            attachments: detail.attachment_count?,
            boundaries,
        })
    });
    if counts.is_some_and(|counts| known.account_for(arn, counts)) {
        return Observed::Read(known.of(arn));
    }
    let message = "the dump does not tell every user, group and role that carries the policy";
    Observed::NotRead(Unread::not_offered(OPERATION, message))
}

fn policies(
    dump: &dto::Dump,
    roles: &[Role],
    known: &KnownCarriers,
) -> BTreeMap<Arn, ManagedPolicy> {
    let carried: BTreeSet<&Arn> = roles
        .iter()
        .flat_map(|role| role.attached.read().into_iter().flatten())
        .collect();
    let details: BTreeMap<&Arn, &dto::PolicyDetail> = dump
        .policies
        .iter()
        .map(|detail| (&detail.arn, detail))
        .collect();
    carried
        .into_iter()
        .chain(known.policies())
        .map(|arn| {
            let detail = details.get(arn).copied();
            let version = detail.and_then(|detail| detail.default_version);
            let document = detail
                .and_then(|detail| detail.default_document())
                .and_then(dto::Document::text);
            let policy = ManagedPolicy {
                arn: arn.clone(),
                default_version: told(version, &Fact::DefaultVersion),
                document: told(document, &Fact::PolicyDocument),
                carriers: arn.is_linked_policy().then(|| carriers(arn, detail, known)),
            };
            (arn.clone(), policy)
        })
        .collect()
}

/// Turns what a dump holds into a fact.
fn told<T>(value: Option<T>, fact: &Fact) -> Observed<T> {
    value.map_or_else(|| missing(fact), Observed::Read)
}

fn missing<T>(fact: &Fact) -> Observed<T> {
    Observed::NotRead(Unread::not_offered(
        OPERATION,
        &format!("the dump holds no {fact}"),
    ))
}

#[cfg(test)]
mod tests;
