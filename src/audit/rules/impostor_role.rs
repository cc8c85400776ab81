//! `impostor-role`.

use crate::audit::finding::{DocumentRef, Origin, Proof};
use crate::audit::outcome::{Observation, Outcome};
use crate::audit::rule::{Group, Rule};
use crate::audit::subject::Subject;
use crate::model::Severity;
use crate::policy::{Difference, new_access};

pub(super) static RULE: Rule = Rule {
    id: "impostor-role",
    group: Group::Identity,
    severity: Severity::High,
    what: "A role is named like a service-linked role but does not lie under \
          `/aws-service-role/<service>/`.",
    why: "Only AWS can create roles under that path, but anybody with `iam:CreateRole` can \
          give a role on another path the name `AWSServiceRoleFor…`. Reviewers and allow-lists \
          that go by the name skip it.",
    example: "`AWSServiceRoleForAmazonConnect_backup` on path `/`, trusted by another account.",
    remediation: "Find out who created the role and what uses it (`iam:GetRole`, CloudTrail \
          `CreateRole`); rename it if it is meant, delete it if not.",
    false_positives: "A role of your own that somebody named carelessly. Rename it: nothing but AWS should \
          use the prefix.",
    source: "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create-service-linked-role.html",
    needs_owners: false,
    role: Some(check),
    account: None,
};

fn check(subject: &Subject<'_>, outcome: &mut Outcome) {
    let role = subject.role;
    if role.path.is_reserved() {
        return;
    }
    let summary = format!(
        "`{}` on path `{}` is named like a service-linked role and is none",
        role.name, role.path
    );
    // Who may assume it is worth showing, but the path alone makes the finding: it is the same
    // one where the trust policy was not read.
    let mut observation =
        Observation::new(Origin::Account, summary).in_document(&DocumentRef::Trust);
    if let Ok(trust) = subject.trust.parsed()
        && let Difference::Witness(witness) = new_access(&[], &[trust]).under_any_reading()
    {
        observation = observation
            .at(subject.trust.location(witness.allowed_by.statement))
            .with_proof(Some(Proof {
                request: witness.request,
                gained: true,
                reference: "no trust at all".to_owned(),
                actions: Vec::new(),
            }));
    }
    outcome.report(observation);
}
