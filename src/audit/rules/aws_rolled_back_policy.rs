//! `aws-rolled-back-policy`.

use super::aws_changes::placed;
use crate::audit::finding::{Origin, Proof};
use crate::audit::outcome::{Observation, Outcome};
use crate::audit::rule::{Group, Rule};
use crate::audit::subject::Subject;
use crate::model::Severity;
use crate::policy::Difference;

pub(super) static RULE: Rule = Rule {
    id: "aws-rolled-back-policy",
    group: Group::AwsChanges,
    severity: Severity::Medium,
    what: "The default version of AWS's managed policy is older than the newest one that the \
          baseline knows.",
    why: "AWS can put an older version back in force, and did (`AWSSupportServiceRolePolicy` \
          went from v20 to v19). The role then has the permissions of that day.",
    example: "`AmazonConnectServiceLinkedRolePolicy` v30 in force while v55 is known.",
    remediation: "Read what the older version allows or lacks. If the account works with it, pin it in \
          a baseline of your own (`--baseline-dir`).",
    false_positives: "A recorded account from before the newest version was published.",
    source: "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-versioning.html",
    needs_owners: false,
    role: Some(check),
    account: None,
};

fn check(subject: &Subject<'_>, outcome: &mut Outcome) {
    for placed in placed(subject, outcome)
        .into_iter()
        .filter(|placed| placed.place.is_behind())
    {
        let reference = format!("{} {}", placed.policy, placed.place.newest);
        let source = placed.source;
        let (proof, statement, change) = match (
            &placed.place.since_newest.gained,
            &placed.place.since_newest.lost,
        ) {
            (Difference::Witness(gained), _) => (
                Some(Proof {
                    request: gained.request.clone(),
                    gained: true,
                    reference,
                    actions: Vec::new(),
                }),
                source.location(gained.allowed_by.statement),
                format!("it still allows {}", gained.request),
            ),
            (_, Difference::Witness(lost)) => (
                Some(Proof {
                    request: lost.request.clone(),
                    gained: false,
                    reference,
                    actions: Vec::new(),
                }),
                None,
                format!("it does not yet allow {}", lost.request),
            ),
            (Difference::Undecided(reason), _) | (_, Difference::Undecided(reason)) => (
                None,
                None,
                format!("what differs could not be decided ({reason})"),
            ),
            _ => (None, None, "both allow the same".to_owned()),
        };
        let summary = format!(
            "`{}` {} is in force, {} is the newest known: {change}",
            placed.policy, placed.place.version, placed.place.newest
        );
        outcome.report(
            Observation::new(Origin::Aws, summary)
                .in_document(&source.which)
                .at(statement)
                .with_proof(proof),
        );
    }
}
