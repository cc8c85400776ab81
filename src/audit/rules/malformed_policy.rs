//! `malformed-policy`.

use crate::audit::finding::Origin;
use crate::audit::outcome::{Observation, Outcome};
use crate::audit::rule::{Group, Rule};
use crate::audit::subject::Subject;
use crate::inventory::Fact;
use crate::model::Severity;

pub(super) static RULE: Rule = Rule {
    id: "malformed-policy",
    group: Group::Policies,
    severity: Severity::Medium,
    what: "A policy document of the role is not a valid IAM policy.",
    why: "What it grants cannot be told, so no rule that depends on it claims anything. IAM \
          stores no such document; whoever recorded or edited it changed it.",
    example: "A recorded inline policy with the element `Action` twice in one statement.",
    remediation: "Look at the place that the finding names. Record the account again; if AWS really \
          returns this text, report it to AWS and to this project.",
    false_positives: "An element of the policy language that this release does not know.",
    source: "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html",
    needs_owners: false,
    role: Some(check),
    account: None,
};

fn check(subject: &Subject<'_>, outcome: &mut Outcome) {
    let inline = outcome.need(subject.about(), Fact::InlinePolicies, &subject.inline);
    let managed = outcome.need(subject.about(), Fact::AttachedPolicies, &subject.managed);
    let managed = managed.into_iter().flatten().map(|managed| &managed.source);
    let sources = std::iter::once(&subject.trust)
        .chain(inline.into_iter().flatten())
        .chain(managed);
    for source in sources {
        match source.malformed() {
            Some(error) => {
                let summary = format!("{} is not an IAM policy: {error}", source.which);
                let observation = Observation::new(Origin::Undetermined, summary);
                outcome.report(observation.in_document(&source.which));
            }
            // A document that was not read cannot be called valid either.
            None => {
                outcome.document(source);
            }
        }
    }
}
