//! `policy-attached-elsewhere`.

use std::collections::BTreeSet;

use crate::audit::finding::{About, DocumentRef, Origin};
use crate::audit::linked_roles;
use crate::audit::outcome::{Observation, Outcome};
use crate::audit::rule::{Group, Rule};
use crate::audit::subject::{Account, Subject};
use crate::inventory::{CarrierKind, Fact, ManagedPolicy, Observed, Subject as FactSubject};
use crate::model::{Arn, Severity};

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
    role: Some(check),
    account: Some(check_account),
};

fn check(subject: &Subject<'_>, outcome: &mut Outcome) {
    // Which role a finding names is decided for the account as a whole; here only the gaps.
    let Some(managed) = outcome.need(subject.about(), Fact::AttachedPolicies, &subject.managed)
    else {
        return;
    };
    for policy in managed.iter().filter_map(|managed| managed.policy) {
        if let Some(carriers) = &policy.carriers {
            let about = FactSubject::Policy(policy.arn.clone());
            outcome.need(about, Fact::Carriers, carriers);
        }
    }
}

fn check_account(account: &Account<'_>, outcome: &mut Outcome) {
    let linked: BTreeSet<&str> = linked_roles(account.inventory)
        .map(|role| role.name.as_str())
        .collect();
    for policy in account.inventory.policies.values() {
        let carriers = policy.carriers.as_ref().and_then(Observed::read);
        let strangers: Vec<String> = carriers
            .into_iter()
            .flatten()
            .filter(|carrier| {
                carrier.kind != CarrierKind::Role || !linked.contains(carrier.name.as_str())
            })
            .map(|carrier| format!("{} `{}`", carrier.kind, carrier.name))
            .collect();
        if strangers.is_empty() {
            continue;
        }
        let owner = owner(account, policy);
        if owner.is_none() && !account.whole {
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

/// Finds the first selected service-linked role that carries the policy by right.
fn owner(account: &Account<'_>, policy: &ManagedPolicy) -> Option<Arn> {
    account
        .subjects
        .iter()
        .filter(|subject| subject.linked.is_some())
        .find(|subject| {
            subject
                .role
                .attached
                .read()
                .is_some_and(|attached| attached.contains(&policy.arn))
        })
        .map(|subject| subject.role.arn.clone())
}
