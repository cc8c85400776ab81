//! `cross-account-grant`.

use super::inline_grants::{and_more, judged, note_open, wrong};
use crate::audit::finding::{Origin, Proof};
use crate::audit::inline::Wrong;
use crate::audit::outcome::{Observation, Outcome};
use crate::audit::rule::{Group, Rule};
use crate::audit::subject::Subject;
use crate::model::Severity;

pub(super) static RULE: Rule = Rule {
    id: "cross-account-grant",
    group: Group::Resources,
    severity: Severity::High,
    what: "An inline policy of a service-linked role reaches resources of another account that a \
          feature needs in its own account only.",
    why: "Streams, bots and domains of a contact centre belong to its own account. A grant that \
          reaches another one can carry recordings and contact records out of it.",
    example: "A Connect role may `kinesis:PutRecord` on `arn:aws:kinesis:eu- \
          west-2:444455556666:stream/contacts`, and no instance streams there.",
    remediation: "Find the change in CloudTrail (`PutRolePolicy`) and who owns the other account; switch \
          the feature off and on again, or ask AWS Support.",
    false_positives: "A resource of another account that the instance is configured to use is no finding where \
          the configuration was read. ARNs of Amazon S3 name no account, so that another account's \
          bucket is told as `grant-on-unconfigured-resource`.",
    source: "https://docs.aws.amazon.com/connect/latest/adminguide/connect-slr.html",
    needs_owners: false,
    role: Some(check),
    account: None,
};

fn check(subject: &Subject<'_>, outcome: &mut Outcome) {
    let Some(baseline) = subject.baseline() else {
        return;
    };
    if baseline.features.is_none() {
        return;
    }
    let Some(judgement) = judged(subject, outcome) else {
        return;
    };
    note_open(judgement, Wrong::OtherAccount, outcome);
    for grant in wrong(judgement, Wrong::OtherAccount) {
        let summary = format!(
            "{} allows {}{}, outside of account {}, whose own resources {} needs",
            grant.document,
            grant.request,
            and_more(grant),
            subject.inventory.account,
            baseline.title
        );
        let proof = Proof {
            request: grant.request.clone(),
            gained: true,
            reference: "the managed policy and every feature within the account".to_owned(),
            actions: Vec::new(),
        };
        outcome.report(
            Observation::new(Origin::Account, summary)
                .in_document(&grant.document)
                .at(grant.statement.clone())
                .with_confidence(judgement.confidence)
                .with_proof(Some(proof)),
        );
    }
}
