//! `unlocked-policy`.

use super::aws_changes::unlocked;
use crate::audit::finding::Origin;
use crate::audit::outcome::{Observation, Outcome};
use crate::audit::rule::{Group, Rule};
use crate::audit::subject::Subject;
use crate::model::Severity;

pub(super) static RULE: Rule = Rule {
    id: "unlocked-policy",
    group: Group::AwsChanges,
    severity: Severity::Info,
    what: "The account is compared with a lock file, and the lock does not hold a policy that AWS \
          attached to the role.",
    why: "What AWS changes in a policy that is not locked shows only where roledrift has a ledger \
          of its own, which it has for the four Amazon Connect families.",
    example: "A service was used for the first time since `roledrift.lock` was written.",
    remediation: "Look at the policy, then run `roledrift baseline lock` and commit the file.",
    false_positives: "None: the finding says what is not compared.",
    source: "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-versioning.html",
    needs_owners: false,
    role: Some(check),
    account: None,
};

fn check(subject: &Subject<'_>, outcome: &mut Outcome) {
    for managed in unlocked(subject, outcome) {
        let summary = format!("`{}` is not in the lock", managed.arn.name());
        let document = &managed.source.which;
        outcome.report(Observation::new(Origin::Undetermined, summary).in_document(document));
    }
}
