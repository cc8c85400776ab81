//! `trust-narrowed`.

use super::expected_trust::expected_trust;
use crate::audit::finding::{DocumentRef, Origin, Proof};
use crate::audit::outcome::{Observation, Outcome};
use crate::audit::rule::{Group, Rule};
use crate::audit::subject::Subject;
use crate::model::Severity;
use crate::policy::{Decision, Difference, evaluate, new_access};

pub(super) static RULE: Rule = Rule {
    id: "trust-narrowed",
    group: Group::Trust,
    severity: Severity::Medium,
    what: "The trust policy of a service-linked role no longer lets its service assume it.",
    why: "The service cannot work for the account any more, and nothing tells why.",
    example: "The trusted principal was replaced, or a condition was added that the service does \
          not meet.",
    remediation: "Delete and re-create the role through its service, or ask AWS Support: the account \
          cannot edit the trust policy.",
    false_positives: "None known.",
    source: "https://docs.aws.amazon.com/IAM/latest/UserGuide/using-service-linked-roles.html",
    needs_owners: false,
    role: Some(check),
    account: None,
};

fn check(subject: &Subject<'_>, outcome: &mut Outcome) {
    let Some((linked, expected)) = expected_trust(subject, outcome) else {
        return;
    };
    let Some(trust) = outcome.document(&subject.trust) else {
        return;
    };
    match new_access(&[trust], &[&expected]).under_any_reading() {
        Difference::Nothing | Difference::NothingBySegment(_) => {}
        Difference::Undecided(reason) => outcome.undecided(&DocumentRef::Trust, &reason),
        Difference::Witness(witness) => {
            let summary = format!(
                "the trust policy refuses what `{linked}` needs: {}",
                witness.request
            );
            // The statement that denies, or the one that should have allowed.
            let refusing = match evaluate(&[trust], &witness.request) {
                Decision::ExplicitDeny(by) => subject.trust.location(by.statement),
                _ => subject.trust.location(0),
            };
            let proof = Proof {
                request: witness.request,
                gained: false,
                reference: format!("`{linked}` may `sts:AssumeRole`"),
                actions: Vec::new(),
            };
            outcome.report(
                Observation::new(Origin::Account, summary)
                    .in_document(&DocumentRef::Trust)
                    .at(refusing)
                    .with_proof(Some(proof)),
            );
        }
    }
}
