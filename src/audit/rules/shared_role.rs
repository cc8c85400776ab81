//! `shared-role`.

use crate::audit::finding::Origin;
use crate::audit::outcome::{Observation, Outcome};
use crate::audit::rule::{Group, Rule};
use crate::audit::served::Owner;
use crate::audit::subject::Subject;
use crate::baselines::OwnerKind;
use crate::model::Severity;

pub(super) static RULE: Rule = Rule {
    id: "shared-role",
    group: Group::Lifecycle,
    severity: Severity::Low,
    what: "Several instances name the same service-linked role.",
    why: "A role belongs to one instance: what is granted for one is granted for all that share \
          it, and the role cannot go away with its instance.",
    example: "Two instances in different Regions name `AWSServiceRoleForAmazonConnect_a1`.",
    remediation: "Find out which instance the role was made for, and give the others one of their own on \
          their account overview.",
    false_positives: "The role without an id in its name, of the first years, was meant to be shared and is \
          not reported here.",
    source: "https://docs.aws.amazon.com/connect/latest/adminguide/connect-slr.html",
    needs_owners: true,
    role: Some(check),
    account: None,
};

fn check(subject: &Subject<'_>, outcome: &mut Outcome) {
    let Some(baseline) = subject.baseline() else {
        return;
    };
    let Some(served) = &subject.served else {
        return;
    };
    if served.kind == OwnerKind::CustomerProfilesDomain
        || baseline.role.is_legacy(&subject.role.name)
    {
        return;
    }
    if served.owners.len() < 2 {
        for cause in &served.unread {
            outcome.gap(cause.clone());
        }
        return;
    }
    let names: Vec<String> = served.owners.iter().map(Owner::name).collect();
    let summary = format!("serves {} instances: {}", names.len(), names.join(", "));
    outcome.report(Observation::new(Origin::Undetermined, summary));
}
