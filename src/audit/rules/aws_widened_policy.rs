//! `aws-widened-policy`.

use super::aws_changes::placed;
use crate::audit::beyond::difference;
use crate::audit::finding::Origin;
use crate::audit::outcome::{Observation, Outcome};
use crate::audit::rule::{Group, Rule};
use crate::audit::subject::Subject;
use crate::model::Severity;

pub(super) static RULE: Rule = Rule {
    id: "aws-widened-policy",
    group: Group::AwsChanges,
    severity: Severity::Medium,
    what: "AWS's managed policy of the role allows more than the version in the lock file, or, where \
          no lock holds it, than the newest version that the baseline knows.",
    why: "AWS widens these policies about 150 times a year, without asking and without an \
          event in the account. The service can now do something that nobody here has seen.",
    example: "`AmazonConnectServiceLinkedRolePolicy` v56 allows `s3:DeleteBucket`.",
    remediation: "Read the witness and decide whether the account accepts it; `roledrift baseline lock` \
          takes the policy over as it is, and so does a newer release for what it knows.",
    false_positives: "None: the finding is the news itself.",
    source: "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-versioning.html",
    needs_owners: false,
    role: Some(check),
    account: None,
};

fn check(subject: &Subject<'_>, outcome: &mut Outcome) {
    for placed in placed(subject, outcome) {
        // An older version is the matter of `aws-rolled-back-policy`, unless its text is new.
        if !placed.place.has_reference {
            continue;
        }
        let source = placed.source;
        let Some(found) = difference(placed.place.text.gained.clone(), source, outcome) else {
            continue;
        };
        let reference = placed
            .place
            .reference(placed.policy, placed.place.compared_with);
        let proof = found
            .gained(reference)
            .with_actions(&placed.place.actions.gained);
        let summary = format!(
            "AWS widened `{}`: {} now allows {}{}",
            placed.policy,
            placed.place.version,
            found.request,
            proof.summary()
        );
        outcome.report(
            Observation::new(Origin::Aws, summary)
                .in_document(&source.which)
                .with_proof(Some(proof))
                .at(found.statement),
        );
    }
}
