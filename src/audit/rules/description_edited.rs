//! `description-edited`.

use crate::audit::finding::Origin;
use crate::audit::outcome::{Observation, Outcome};
use crate::audit::rule::{Group, Rule};
use crate::audit::subject::Subject;
use crate::inventory::Fact;
use crate::model::Severity;

pub(super) static RULE: Rule = Rule {
    id: "description-edited",
    group: Group::Metadata,
    severity: Severity::Info,
    what: "The description of a service-linked role is not the one that its service gives it.",
    why: "The description is the one thing about the role that the account may edit. A changed \
          one is harmless, and worth knowing when somebody tells a story with it.",
    example: "The campaigns role described as \"do not touch, ask Bob\".",
    remediation: "Nothing, or edit it back with `iam:UpdateRole`.",
    false_positives: "Somebody created the role by hand with a description (`CreateServiceLinkedRole` \
          takes one).",
    source: "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_update-service-linked-role.html",
    needs_owners: false,
    role: Some(check),
    account: None,
};

fn check(subject: &Subject<'_>, outcome: &mut Outcome) {
    let Some(expected) = subject
        .baseline()
        .and_then(|baseline| baseline.description.as_ref())
    else {
        return;
    };
    let Some(found) = outcome.need(
        subject.about(),
        Fact::Description,
        &subject.role.description,
    ) else {
        return;
    };
    // IAM tells an empty description and none in the same way.
    let text = |description: &Option<String>| description.clone().unwrap_or_default();
    if text(found) != text(&expected.text) {
        let summary = match (found, &expected.text) {
            (Some(found), Some(expected)) => {
                format!("is described as `{found}`, created as `{expected}`")
            }
            (Some(found), None) => {
                format!("is described as `{found}`, created without description")
            }
            (None, Some(expected)) => format!("has no description, created as `{expected}`"),
            (None, None) => return,
        };
        outcome.report(Observation::new(Origin::Account, summary));
    }
}
