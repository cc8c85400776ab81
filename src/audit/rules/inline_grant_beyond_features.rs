//! `inline-grant-beyond-features`.

use super::inline_grants::inline_beyond;
use crate::audit::finding::Origin;
use crate::audit::outcome::{Observation, Outcome};
use crate::audit::rule::{Group, Rule};
use crate::audit::subject::Subject;
use crate::model::Severity;

pub(super) static RULE: Rule = Rule {
    id: "inline-grant-beyond-features",
    group: Group::Policies,
    severity: Severity::High,
    what: "An inline policy of a service-linked role allows what no feature of its service \
          explains.",
    why: "Services add inline policies as features are switched on: a bucket for recordings, a \
          stream for contact records. Whatever goes beyond every such feature was not put \
          there for one.",
    example: "An inline policy with `s3:*` on a Connect role, whose features never need more than \
          reading and writing objects of one bucket.",
    remediation: "Find the change in CloudTrail (`PutRolePolicy`). The account cannot delete the \
          policy; switch the feature off and on again, or ask AWS Support.",
    false_positives: "A feature that AWS introduced after this release. The templates accept any bucket, \
          stream or bot, because the owner's configuration is not read yet.",
    source: "https://docs.aws.amazon.com/connect/latest/adminguide/connect-slr.html",
    role: Some(check),
    account: None,
};

fn check(subject: &Subject<'_>, outcome: &mut Outcome) {
    let Some(baseline) = subject.baseline() else {
        return;
    };
    let Some(features) = &baseline.features else {
        return;
    };
    for found in inline_beyond(subject, baseline, features, outcome) {
        let summary = format!(
            "{} allows {}, which no feature of {} needs",
            found.document, found.beyond.request, baseline.title
        );
        let proof = found
            .beyond
            .gained("the managed policy and every known feature");
        outcome.report(
            Observation::new(Origin::Account, summary)
                .in_document(&found.document)
                .at(found.beyond.statement)
                .with_proof(Some(proof)),
        );
    }
}
