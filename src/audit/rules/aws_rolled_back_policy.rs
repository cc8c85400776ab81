//! `aws-rolled-back-policy`.

use super::aws_changes::placed;
use crate::audit::finding::{Origin, Proof};
use crate::audit::outcome::{Observation, Outcome};
use crate::audit::rule::{Group, Rule};
use crate::audit::standing::KnownBy;
use crate::audit::subject::Subject;
use crate::model::Severity;
use crate::policy::Difference;

pub(super) static RULE: Rule = Rule {
    id: "aws-rolled-back-policy",
    group: Group::AwsChanges,
    severity: Severity::Medium,
    what: "The default version of AWS's managed policy is older than the one in the lock file, or, \
          where no lock holds it, than the newest one that the baseline knows.",
    why: "AWS can put an older version back in force, and did (`AWSSupportServiceRolePolicy` \
          went from v20 to v19). The role then has the permissions of that day.",
    example: "`AmazonConnectServiceLinkedRolePolicy` v30 in force while v55 is known.",
    remediation: "Read what the older version allows or lacks. If the account works with it, \
          `roledrift baseline lock` takes it over.",
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
        let reference = placed.place.reference(placed.policy, placed.place.newest);
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
        let (version, newest) = (placed.place.version, placed.place.newest);
        let known = match placed.place.known_by {
            KnownBy::Ledger => format!("is in force, {newest} is the newest known"),
            KnownBy::Lock { before: None } => format!("is in force, {newest} is locked"),
            KnownBy::Lock { before: Some(day) } => {
                format!("is in force again, as first seen on {day}; {newest} is locked")
            }
        };
        let summary = format!("`{}` {version} {known}: {change}", placed.policy);
        outcome.report(
            Observation::new(Origin::Aws, summary)
                .in_document(&source.which)
                .at(statement)
                .with_proof(proof),
        );
    }
}
