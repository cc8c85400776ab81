//! `session-duration-edited`.

use crate::audit::finding::Origin;
use crate::audit::outcome::{Observation, Outcome};
use crate::audit::rule::{Group, Rule};
use crate::audit::subject::Subject;
use crate::inventory::Fact;
use crate::model::Severity;

pub(super) static RULE: Rule = Rule {
    id: "session-duration-edited",
    group: Group::Metadata,
    severity: Severity::Low,
    what: "A service-linked role has another maximum session duration than one hour.",
    why: "All recorded service-linked roles are created with 3,600 seconds. A longer session \
          outlives the withdrawal of access; that the value could be changed at all is \
          unusual.",
    example: "`MaxSessionDuration` is 43200.",
    remediation: "Find the change in CloudTrail (`UpdateRole`).",
    false_positives: "A service that creates its roles with another duration.",
    source: "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_update-role-settings.html",
    needs_owners: false,
    role: Some(check),
    account: None,
};

/// The duration, in seconds, that every recorded service-linked role was created with.
const CREATED_WITH: u32 = 3600;

fn check(subject: &Subject<'_>, outcome: &mut Outcome) {
    if subject.baseline().is_none() {
        return;
    }
    let seconds = &subject.role.max_session_seconds;
    let Some(&seconds) = outcome.need(subject.about(), Fact::SessionDuration, seconds) else {
        return;
    };
    if seconds != CREATED_WITH {
        let summary = format!("allows sessions of {seconds} seconds, created with {CREATED_WITH}");
        outcome.report(Observation::new(Origin::Account, summary));
    }
}
