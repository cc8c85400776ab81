//! `unknown-policy-version`.

use super::aws_changes::placed;
use crate::audit::finding::Origin;
use crate::audit::outcome::{Observation, Outcome};
use crate::audit::rule::{Group, Rule};
use crate::audit::standing::is_equal;
use crate::audit::subject::Subject;
use crate::model::Severity;

pub(super) static RULE: Rule = Rule {
    id: "unknown-policy-version",
    group: Group::AwsChanges,
    severity: Severity::Info,
    what: "AWS's managed policy of the role is at a version that neither lock file nor baseline \
          knows, and it allows the same.",
    why: "A version id alone says nothing: the Connect policy went from v31 to v53 with one \
          text. The finding says that somebody looked.",
    example: "`AmazonConnectServiceLinkedRolePolicy` v56 with the text of v55.",
    remediation: "Nothing to do; `roledrift baseline lock` records the version, and a newer release \
          will know it.",
    false_positives: "None.",
    source: "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-versioning.html",
    needs_owners: false,
    role: Some(check),
    account: None,
};

fn check(subject: &Subject<'_>, outcome: &mut Outcome) {
    for placed in placed(subject, outcome) {
        if placed.place.listed || placed.place.is_behind() || !is_equal(&placed.place.text) {
            continue;
        }
        let summary = format!(
            "`{}` {} is not known yet and allows what {} allows",
            placed.policy, placed.place.version, placed.place.newest
        );
        outcome.report(Observation::new(Origin::Aws, summary).in_document(&placed.source.which));
    }
}
