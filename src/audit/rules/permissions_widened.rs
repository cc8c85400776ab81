//! `permissions-widened`.

use super::inline_grants::{Heading, and_more, report};
use crate::audit::finding::Origin;
use crate::audit::judgement::Wrong;
use crate::audit::outcome::Outcome;
use crate::audit::rule::{Group, Rule};
use crate::audit::subject::Subject;
use crate::model::Severity;

pub(super) static RULE: Rule = Rule {
    id: "permissions-widened",
    group: Group::Policies,
    severity: Severity::Medium,
    what: "An inline policy gives a service-linked role access that its managed policy does \
          not, and no feature of the service is known that adds any.",
    why: "Recorded roles of these services carry no inline policy. What one grants is outside \
          of every baseline and every review.",
    example: "An inline policy with `iam:PassRole` on `AWSServiceRoleForSupport`.",
    remediation: "Find the change in CloudTrail (`PutRolePolicy`) and compare it with what was \
          configured in the service at that time.",
    false_positives: "Some services do add inline grants per feature; describe them in a baseline of your \
          own (`--baseline-dir`) and the finding goes away.",
    source: "https://docs.aws.amazon.com/IAM/latest/UserGuide/using-service-linked-roles.html",
    needs_owners: false,
    role: Some(check),
    account: None,
};

fn check(subject: &Subject<'_>, outcome: &mut Outcome) {
    let judged_here = subject
        .baseline()
        .is_some_and(|baseline| baseline.features.is_none() && baseline.knows_policies());
    if !judged_here {
        return;
    }
    let heading = Heading {
        wrong: Wrong::Unexplained,
        origin: Origin::Undetermined,
        reference: "the managed policies of the role",
    };
    report(subject, outcome, &heading, |grant| {
        format!(
            "{} allows {}{}, which the managed policy does not",
            grant.document,
            grant.request,
            and_more(grant)
        )
    });
}
