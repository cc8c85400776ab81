//! `permissions-widened`.

use super::inline_grants::inline_beyond;
use crate::audit::finding::Origin;
use crate::audit::outcome::{Observation, Outcome};
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
    role: Some(check),
    account: None,
};

fn check(subject: &Subject<'_>, outcome: &mut Outcome) {
    let Some(baseline) = subject
        .baseline()
        .filter(|baseline| baseline.features.is_none() && baseline.knows_policies())
    else {
        return;
    };
    for found in inline_beyond(subject, baseline, &[], outcome) {
        let summary = format!(
            "{} allows {}, which the managed policy does not",
            found.document, found.beyond.request
        );
        let proof = found.beyond.gained("the managed policies of the role");
        outcome.report(
            Observation::new(Origin::Undetermined, summary)
                .in_document(&found.document)
                .at(found.beyond.statement)
                .with_proof(Some(proof)),
        );
    }
}
