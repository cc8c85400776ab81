//! `missing-managed-policy`.

use crate::audit::finding::{DocumentRef, Origin};
use crate::audit::outcome::{Observation, Outcome};
use crate::audit::rule::{Group, Rule};
use crate::audit::subject::Subject;
use crate::inventory::Fact;
use crate::model::Severity;

pub(super) static RULE: Rule = Rule {
    id: "missing-managed-policy",
    group: Group::Policies,
    severity: Severity::Medium,
    what: "A service-linked role does not carry the managed policy that its baseline has.",
    why: "The service lost the permissions that it needs, or works with others that nobody \
          reviewed.",
    example: "`AWSServiceRoleForAmazonConnect_…` without `AmazonConnectServiceLinkedRolePolicy`.",
    remediation: "Delete and re-create the role through its service, or ask AWS Support: the account \
          cannot attach the policy.",
    false_positives: "AWS moved the role to another policy after this release.",
    source: "https://docs.aws.amazon.com/IAM/latest/UserGuide/using-service-linked-roles.html",
    needs_owners: false,
    role: Some(check),
    account: None,
};

fn check(subject: &Subject<'_>, outcome: &mut Outcome) {
    let Some(baseline) = subject
        .baseline()
        .filter(|baseline| baseline.knows_policies())
    else {
        return;
    };
    let Some(managed) = outcome.need(subject.about(), Fact::AttachedPolicies, &subject.managed)
    else {
        return;
    };
    for expected in &baseline.policies {
        let arn = expected.arn(&subject.inventory.partition);
        if managed.iter().all(|policy| *policy.arn != arn) {
            let summary = format!("does not carry `{arn}`");
            outcome.report(
                Observation::new(Origin::Undetermined, summary)
                    .in_document(&DocumentRef::Managed { arn, version: None }),
            );
        }
    }
}
