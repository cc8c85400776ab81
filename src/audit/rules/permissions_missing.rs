//! `permissions-missing`.

use crate::audit::beyond::difference;
use crate::audit::finding::{Origin, Proof};
use crate::audit::outcome::{Observation, Outcome};
use crate::audit::rule::{Group, Rule};
use crate::audit::source::Source;
use crate::audit::subject::{Managed, Subject};
use crate::inventory::Fact;
use crate::model::Severity;
use crate::policy::{Decision, Document, Effect, evaluate, new_access};

pub(super) static RULE: Rule = Rule {
    id: "permissions-missing",
    group: Group::Policies,
    severity: Severity::Medium,
    what: "Another policy of a service-linked role denies what its managed policy allows.",
    why: "The service fails at something that it is documented to do, often silently.",
    example: "An inline policy denies `cloudwatch:PutMetricData` to the Customer Profiles role.",
    remediation: "Find the change in CloudTrail (`PutRolePolicy`, `AttachRolePolicy`) and remove the \
          deny through the service or AWS Support.",
    false_positives: "None known: no recorded service denies itself anything inline.",
    source: "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html",
    needs_owners: false,
    role: Some(check),
    account: None,
};

fn check(subject: &Subject<'_>, outcome: &mut Outcome) {
    let Some(baseline) = subject.baseline() else {
        return;
    };
    let Some(managed) = outcome.need(subject.about(), Fact::AttachedPolicies, &subject.managed)
    else {
        return;
    };
    let Some(inline) = outcome.need(subject.about(), Fact::InlinePolicies, &subject.inline) else {
        return;
    };
    let (floor, extra): (Vec<&Managed<'_>>, Vec<&Managed<'_>>) = managed
        .iter()
        .partition(|policy| policy.is_accepted(baseline));
    let others: Vec<&Source> = inline
        .iter()
        .chain(extra.iter().map(|policy| &policy.source))
        .collect();
    let mut documents = Vec::new();
    for source in &others {
        let Some(document) = outcome.document(source) else {
            return;
        };
        documents.push(document);
    }
    if !documents.iter().any(|document| denies(document)) {
        return;
    }
    for policy in floor {
        let Some(document) = outcome.document(&policy.source) else {
            continue;
        };
        let actual: Vec<&Document> = documents.iter().copied().chain([document]).collect();
        let Some(found) = difference(new_access(&actual, &[document]), &policy.source, outcome)
        else {
            continue;
        };
        let Decision::ExplicitDeny(by) = evaluate(&actual, &found.request) else {
            continue;
        };
        let Some(source) = others.get(by.document) else {
            continue;
        };
        let summary = format!("{} denies {}", source.which, found.request);
        let proof = Proof {
            request: found.request,
            gained: false,
            reference: policy.source.which.to_string(),
            actions: Vec::new(),
        };
        outcome.report(
            Observation::new(Origin::Account, summary)
                .in_document(&source.which)
                .at(source.location(by.statement))
                .with_proof(Some(proof)),
        );
    }
}

fn denies(document: &Document) -> bool {
    document
        .statements()
        .iter()
        .any(|statement| statement.effect() == Effect::Deny)
}
