//! `permissions-boundary-attached`.

use crate::audit::finding::Origin;
use crate::audit::outcome::{Observation, Outcome};
use crate::audit::rule::{Group, Rule};
use crate::audit::subject::Subject;
use crate::inventory::Fact;
use crate::model::Severity;

pub(super) static RULE: Rule = Rule {
    id: "permissions-boundary-attached",
    group: Group::Metadata,
    severity: Severity::Medium,
    what: "A service-linked role has a permissions boundary.",
    why: "A boundary cuts what the service can do, and AWS does not let the account set one on \
          a service-linked role: how it got there matters.",
    example: "The boundary `arn:aws:iam::111122223333:policy/developer-boundary` on a Connect \
          role.",
    remediation: "Find the change in CloudTrail (`PutRolePermissionsBoundary`) and ask AWS Support to \
          remove it.",
    false_positives: "None known.",
    source: "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html",
    needs_owners: false,
    role: Some(check),
    account: None,
};

fn check(subject: &Subject<'_>, outcome: &mut Outcome) {
    if subject.linked.is_none() {
        return;
    }
    let boundary = outcome.need(
        subject.about(),
        Fact::PermissionsBoundary,
        &subject.role.boundary,
    );
    if let Some(Some(boundary)) = boundary {
        let summary = format!("is limited by the permissions boundary `{boundary}`");
        outcome.report(Observation::new(Origin::Account, summary));
    }
}
