//! `legacy-role-name`.

use crate::audit::finding::Origin;
use crate::audit::outcome::{Observation, Outcome};
use crate::audit::rule::{Group, Rule};
use crate::audit::subject::Subject;
use crate::model::Severity;

pub(super) static RULE: Rule = Rule {
    id: "legacy-role-name",
    group: Group::Identity,
    severity: Severity::Info,
    what: "A service-linked role bears a name that its service no longer gives.",
    why: "Roles of that time were shared and predate the per-instance roles of today; whether \
          anything still uses them deserves a look.",
    example: "`AWSServiceRoleForAmazonConnect` without a unique id behind it.",
    remediation: "See when the role was last used; where nothing uses it, delete it with \
          `iam:DeleteServiceLinkedRole`.",
    false_positives: "The role still serves an instance of those years.",
    source: "https://docs.aws.amazon.com/connect/latest/adminguide/connect-slr.html",
    needs_owners: false,
    role: Some(check),
    account: None,
};

fn check(subject: &Subject<'_>, outcome: &mut Outcome) {
    let Some(baseline) = subject.baseline() else {
        return;
    };
    if baseline.role.is_legacy(&subject.role.name) {
        let summary = format!(
            "{} no longer names its roles `{}`",
            baseline.title, subject.role.name
        );
        outcome.report(Observation::new(Origin::Service, summary));
    }
}
