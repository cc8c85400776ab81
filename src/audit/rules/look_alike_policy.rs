//! `look-alike-policy`.

use crate::audit::beyond::beyond;
use crate::audit::finding::Origin;
use crate::audit::outcome::{Observation, Outcome};
use crate::audit::rule::{Group, Rule};
use crate::audit::subject::Subject;
use crate::inventory::Fact;
use crate::model::Severity;

pub(super) static RULE: Rule = Rule {
    id: "look-alike-policy",
    group: Group::Policies,
    severity: Severity::High,
    what: "A role carries a policy of the account's own that bears the name of an AWS \
          service-linked policy.",
    why: "The console and most reports show policies by name. A policy of the account's own \
          can say anything, and anybody who may edit it changes what the role can do.",
    example: "`arn:aws:iam::111122223333:policy/AmazonConnectServiceLinkedRolePolicy` in the place \
          of AWS's policy.",
    remediation: "Compare the ARN, find out who created the policy (`CreatePolicy` in CloudTrail), and \
          remove it.",
    false_positives: "None: nothing but AWS should use these names.",
    source: "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-vs-inline.html",
    needs_owners: false,
    role: Some(check),
    account: None,
};

fn check(subject: &Subject<'_>, outcome: &mut Outcome) {
    let Some(managed) = outcome.need(subject.about(), Fact::AttachedPolicies, &subject.managed)
    else {
        return;
    };
    for policy in managed {
        let name = policy.arn.name();
        if policy.arn.is_aws_owned() || !subject.baselines.names_linked_policy(name) {
            continue;
        }
        let real = subject.baselines.newest_document(name);
        let found = beyond(real.as_slice(), &policy.source, outcome);
        let summary = match &found {
            Some(found) => format!(
                "carries `{}`, which is not AWS's `{name}` and allows {}",
                policy.arn, found.request
            ),
            None => format!("carries `{}`, which is not AWS's `{name}`", policy.arn),
        };
        let reference = if real.is_some() {
            format!("AWS's `{name}`")
        } else {
            "no policy at all".to_owned()
        };
        let proof = found.as_ref().map(|found| found.gained(reference));
        outcome.report(
            Observation::new(Origin::Account, summary)
                .in_document(&policy.source.which)
                .at(found.and_then(|found| found.statement))
                .with_proof(proof),
        );
    }
}
