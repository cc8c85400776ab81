//! `aws-narrowed-policy`.

use super::aws_changes::placed;
use crate::audit::finding::{Origin, Proof};
use crate::audit::outcome::{Observation, Outcome};
use crate::audit::rule::{Group, Rule};
use crate::audit::subject::Subject;
use crate::model::Severity;
use crate::policy::Difference;

pub(super) static RULE: Rule = Rule {
    id: "aws-narrowed-policy",
    group: Group::AwsChanges,
    severity: Severity::Low,
    what: "AWS's managed policy of the role no longer allows what the version in the lock file does, \
          or, where no lock holds it, the newest version that the baseline knows.",
    why: "The service gave something up. That is rarely a problem, but a feature may stop \
          working.",
    example: "`AmazonConnectSynchronizationServiceRolePolicy` without `connect:DeleteUser`.",
    remediation: "Read the witness; `roledrift baseline lock` takes the policy over as it is, and so \
          does a newer release for what it knows.",
    false_positives: "None: the finding is the news itself.",
    source: "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-versioning.html",
    needs_owners: false,
    role: Some(check),
    account: None,
};

fn check(subject: &Subject<'_>, outcome: &mut Outcome) {
    for placed in placed(subject, outcome) {
        if !placed.place.has_reference {
            continue;
        }
        match &placed.place.text.lost {
            Difference::Nothing | Difference::NothingBySegment(_) => {}
            Difference::Undecided(reason) => outcome.undecided(&placed.source.which, reason),
            Difference::Witness(witness) => {
                let proof = Proof {
                    request: witness.request.clone(),
                    gained: false,
                    reference: placed
                        .place
                        .reference(placed.policy, placed.place.compared_with),
                    actions: Vec::new(),
                };
                let proof = proof.with_actions(&placed.place.actions.lost);
                let summary = format!(
                    "AWS narrowed `{}`: {} no longer allows {}{}",
                    placed.policy,
                    placed.place.version,
                    witness.request,
                    proof.summary()
                );
                outcome.report(
                    Observation::new(Origin::Aws, summary)
                        .in_document(&placed.source.which)
                        .with_proof(Some(proof)),
                );
            }
        }
    }
}
