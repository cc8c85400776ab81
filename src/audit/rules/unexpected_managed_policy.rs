//! `unexpected-managed-policy`.

use crate::audit::beyond::beyond;
use crate::audit::finding::Origin;
use crate::audit::outcome::{Observation, Outcome};
use crate::audit::rule::{Group, Rule};
use crate::audit::subject::{Managed, Subject};
use crate::inventory::Fact;
use crate::model::Severity;
use crate::policy::Document;

pub(super) static RULE: Rule = Rule {
    id: "unexpected-managed-policy",
    group: Group::Policies,
    severity: Severity::High,
    what: "A service-linked role carries a managed policy that its baseline does not have.",
    why: "Everything that policy allows, the service can do in the account beyond what AWS \
          documents for the role.",
    example: "`arn:aws:iam::aws:policy/AdministratorAccess` is attached to \
          `AWSServiceRoleForSupport`.",
    remediation: "Look up who attached it (`AttachRolePolicy` in CloudTrail). The account cannot \
          detach it; the linked service or AWS Support can.",
    false_positives: "AWS attached a further policy to the role after this release.",
    source: "https://docs.aws.amazon.com/IAM/latest/UserGuide/using-service-linked-roles.html",
    needs_owners: false,
    role: Some(check),
    account: None,
};

fn check(subject: &Subject<'_>, outcome: &mut Outcome) {
    if subject.linked.is_none() {
        return;
    }
    let Some(managed) = outcome.need(subject.about(), Fact::AttachedPolicies, &subject.managed)
    else {
        return;
    };
    for policy in managed
        .iter()
        .filter(|policy| is_unexpected(subject, policy))
    {
        let baseline: Vec<&Document> = managed
            .iter()
            .filter(|other| other.expected.is_some())
            .filter_map(Managed::document)
            .collect();
        let found = beyond(&baseline, &policy.source, outcome);
        let origin = if policy.arn.is_aws_owned() {
            Origin::Undetermined
        } else {
            Origin::Account
        };
        let summary = match &found {
            Some(found) => format!("carries `{}`, which allows {}", policy.arn, found.request),
            None => format!("carries `{}`", policy.arn),
        };
        let proof = found
            .as_ref()
            .map(|found| found.gained("the policies of the baseline"));
        outcome.report(
            Observation::new(origin, summary)
                .in_document(&policy.source.which)
                .at(found.and_then(|found| found.statement))
                .with_proof(proof),
        );
    }
}

/// Tells whether a policy may not be there, as far as evidence goes.
///
/// Every recorded service-linked role carries AWS's policies under `/aws-service-role/` and nothing
/// else. Among those, one only counts where the role's own are known, or where it is known to be
/// another role's. Look-alikes are reported by their own rule.
fn is_unexpected(subject: &Subject<'_>, policy: &Managed<'_>) -> bool {
    if policy.expected.is_some() {
        return false;
    }
    let name = policy.arn.name();
    if !policy.arn.is_aws_owned() {
        return !subject.baselines.names_linked_policy(name);
    }
    let own_partition = policy.arn.partition() == subject.inventory.partition.as_str();
    if !policy.arn.is_linked_policy() || !own_partition {
        return true;
    }
    // Nobody knows whether a role that is not catalogued shares another one's policy.
    subject.baseline().is_some_and(|baseline| {
        baseline.knows_policies() || subject.baselines.belongs_elsewhere(name, baseline)
    })
}
