//! `trust-widened`.

use super::expected_trust::expected_trust;
use crate::audit::beyond::beyond;
use crate::audit::finding::{DocumentRef, Origin};
use crate::audit::outcome::{Observation, Outcome};
use crate::audit::rule::{Group, Rule};
use crate::audit::subject::Subject;
use crate::model::Severity;

pub(super) static RULE: Rule = Rule {
    id: "trust-widened",
    group: Group::Trust,
    severity: Severity::Critical,
    what: "The trust policy of a service-linked role lets somebody other than its service \
          assume it, or lets the service do more than assume it.",
    why: "Whoever can assume the role acts with all its permissions, and almost no review \
          looks at it. Trust policies of service-linked roles cannot be edited from the \
          account, so a difference is serious.",
    example: "A second statement trusts `arn:aws:iam::444455556666:root`.",
    remediation: "Treat it as an incident: find the change in CloudTrail (`UpdateAssumeRolePolicy`), \
          see who assumed the role since (`AssumeRole` with this role ARN), and open a case \
          with AWS Support, since the account itself cannot restore the policy.",
    false_positives: "None known: all recorded roles trust exactly the service in their path.",
    source: "https://docs.aws.amazon.com/IAM/latest/UserGuide/using-service-linked-roles.html",
    needs_owners: false,
    role: Some(check),
    account: None,
};

fn check(subject: &Subject<'_>, outcome: &mut Outcome) {
    let Some((linked, expected)) = expected_trust(subject, outcome) else {
        return;
    };
    let Some(found) = beyond(&[&expected], &subject.trust, outcome) else {
        return;
    };
    let summary = format!("trusts more than `{linked}`: {}", found.request);
    outcome.report(
        Observation::new(Origin::Account, summary)
            .in_document(&DocumentRef::Trust)
            .with_proof(Some(
                found.gained(format!("`{linked}` may `sts:AssumeRole`")),
            ))
            .at(found.statement),
    );
}
