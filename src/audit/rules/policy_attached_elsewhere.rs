//! `policy-attached-elsewhere`.

use crate::audit::finding::{About, DocumentRef, Origin};
use crate::audit::gap::Cause;
use crate::audit::outcome::{Observation, Outcome};
use crate::audit::rule::{Group, Rule};
use crate::audit::subject::{Account, Subject};
use crate::inventory::{Carrier, CarrierKind, Fact, FactOwner, Inventory, ManagedPolicy, Unread};
use crate::model::{Arn, RoleName, Severity};

pub(super) static RULE: Rule = Rule {
    id: "policy-attached-elsewhere",
    group: Group::Policies,
    severity: Severity::Medium,
    what: "A managed policy that AWS reserves for a service-linked role is used by another \
          user, group or role.",
    why: "AWS documents that these policies cannot be attached to any other entity. One that \
          is gives a principal of the account a service's permissions, and AWS widens it \
          without notice.",
    example: "`AmazonConnectServiceLinkedRolePolicy` attached to the user `eve`.",
    remediation: "Detach the policy from that entity and give it a policy of its own.",
    false_positives: "None: AWS says that it cannot happen.",
    source: "https://docs.aws.amazon.com/IAM/latest/UserGuide/using-service-linked-roles.html",
    needs_owners: false,
    role: Some(check),
    account: Some(check_account),
};

fn check(subject: &Subject<'_>, outcome: &mut Outcome) {
    // Which role a finding names is decided for the account as a whole; here only the gaps.
    let managed = outcome.need(subject.about(), Fact::AttachedPolicies, &subject.managed);
    for managed in managed.into_iter().flatten() {
        if let Some(carriers) = &managed.carriers {
            let about = FactOwner::Policy(managed.arn.clone());
            outcome.need(about, Fact::Carriers, carriers);
        }
    }
}

fn check_account(account: &Account<'_>, outcome: &mut Outcome) {
    let inventory = account.inventory;
    outcome.need(
        FactOwner::Account,
        Fact::LinkedPolicies,
        &inventory.policy_listing,
    );
    for policy in inventory.policies.values() {
        let owner = owner(account, policy);
        if owner.is_none() && !account.whole {
            continue;
        }
        let Some(carriers) = &policy.carriers else {
            continue;
        };
        let about = FactOwner::Policy(policy.arn.clone());
        let Some(carriers) = outcome.need(about, Fact::Carriers, carriers) else {
            continue;
        };
        let strangers: Vec<String> = carriers
            .iter()
            .filter(|carrier| is_stranger(carrier, inventory, outcome))
            .map(|carrier| format!("{} `{}`", carrier.kind, carrier.name))
            .collect();
        if strangers.is_empty() {
            continue;
        }
        let summary = format!(
            "`{}` is reserved for service-linked roles and used by {}",
            policy.arn.name(),
            strangers.join(", ")
        );
        let version = policy.default_version.read().copied();
        let observation =
            Observation::new(Origin::Account, summary).in_document(&DocumentRef::Managed {
                arn: policy.arn.clone(),
                version,
            });
        let about = About {
            resource: policy.arn.clone(),
            linked: owner,
        };
        outcome.report_elsewhere(about, observation);
    }
}

/// Tells whether an entity is no service-linked role.
///
/// A role named like one that the inventory does not hold may be real: it was not listed, or came
/// into being meanwhile. That is a gap.
fn is_stranger(carrier: &Carrier, inventory: &Inventory, outcome: &mut Outcome) -> bool {
    if carrier.kind != CarrierKind::Role {
        return true;
    }
    let mut roles = inventory.roles.iter();
    if let Some(role) = roles.find(|role| role.name.as_str() == carrier.name) {
        return !role.path.is_reserved();
    }
    let claims = carrier
        .name
        .parse::<RoleName>()
        .is_ok_and(|name| name.claims_to_be_linked());
    if claims {
        outcome.gap(Cause::Unread {
            subject: FactOwner::Account,
            fact: Fact::Roles,
            unread: Unread::not_offered(
                "iam:ListRoles",
                &format!(
                    "role `{}` carries a policy and was not listed",
                    carrier.name
                ),
            ),
        });
    }
    !claims
}

/// Finds the first selected service-linked role that carries the policy by right.
fn owner(account: &Account<'_>, policy: &ManagedPolicy) -> Option<Arn> {
    let mut linked = account
        .subjects
        .iter()
        .filter(|subject| subject.linked.is_some());
    linked
        .find(|subject| {
            let attached = subject.role.attached.read();
            attached.is_some_and(|attached| attached.contains(&policy.arn))
        })
        .map(|subject| subject.role.arn.clone())
}
