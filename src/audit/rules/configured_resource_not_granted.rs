//! `configured-resource-not-granted`.

use std::borrow::Cow;

use crate::audit::ceiling;
use crate::audit::finding::{Origin, Proof};
use crate::audit::outcome::{Observation, Outcome};
use crate::audit::rule::{Group, Rule};
use crate::audit::served::Owner;
use crate::audit::subject::{Managed, Subject};
use crate::baselines::{Baseline, Bindings, Feature};
use crate::inventory::Fact;
use crate::model::Severity;
use crate::policy::{ActionPattern, Decision, Difference, Document, evaluate, new_access};

pub(super) static RULE: Rule = Rule {
    id: "configured-resource-not-granted",
    group: Group::Resources,
    severity: Severity::Medium,
    what: "A feature is configured on a resource that the service-linked role may not use.",
    why: "The feature cannot work: recordings or contact records are lost, often without an error \
          that anybody sees.",
    example: "The instance streams contact records to a Kinesis stream, and neither managed nor inline \
          policies of its role allow `kinesis:PutRecord` on it.",
    remediation: "Configure the feature anew, so that Amazon Connect adds the grant; look for a failed \
          `PutRolePolicy` in CloudTrail, because whoever configures it needs `iam:PutRolePolicy` \
          on the role.",
    false_positives: "The resource's own policy gives the access instead. Only what a feature is known to need \
          is asked for; which features that is, `roledrift baseline show` tells.",
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
    let features = baseline.features.iter().flatten();
    let needing: Vec<&Feature> = features.filter(|feature| needs(feature)).collect();
    if needing.is_empty() {
        return;
    }
    for cause in &served.unread {
        outcome.gap(cause.clone());
    }
    if served.owners.is_empty() {
        return;
    }
    let Some(actual) = actual(subject, baseline, outcome) else {
        return;
    };
    let base = ceiling::base(subject.inventory, &subject.role.arn);
    for feature in needing {
        let found = ceiling::configuration(feature, Some(served), &base);
        for cause in found.unread {
            outcome.gap(cause);
        }
        for (bindings, owner) in &found.resources {
            if owner.is_some_and(is_onboarding) {
                continue;
            }
            resource(feature, bindings, *owner, &actual, outcome);
        }
    }
}

/// Tells whether evidence says that a feature needs anything.
fn needs(feature: &Feature) -> bool {
    feature.evidence.is_evidence() && feature.retired.is_none() && !feature.needs.is_empty()
}

/// Tells whether campaigns of an instance are not set up yet, or failed to be.
fn is_onboarding(owner: Owner<'_>) -> bool {
    let mut jobs = crate::audit::served::campaigns(owner.instance)
        .filter_map(|(_, known)| known.onboarding.read()?.as_ref());
    jobs.any(|job| job.status != "SUCCEEDED")
}

/// Holds what a role may do, apart from what its managed policy alone is to blame for.
struct Actual<'a> {
    /// The newest known documents of the managed policies that it should carry.
    managed: Vec<&'a Document>,
    all: Vec<Cow<'a, Document>>,
}

impl Actual<'_> {
    fn all(&self) -> Vec<&Document> {
        self.all.iter().map(Cow::as_ref).collect()
    }
}

/// Collects what a role may do; `None` where some of it was not read.
///
/// The managed policies count as they should be: what is wrong with them is told by other rules.
fn actual<'s>(
    subject: &'s Subject<'_>,
    baseline: &'s Baseline,
    outcome: &mut Outcome,
) -> Option<Actual<'s>> {
    let carried = outcome.need(subject.about(), Fact::AttachedPolicies, &subject.managed)?;
    let inline = outcome.need(subject.about(), Fact::InlinePolicies, &subject.inline)?;
    let expected = baseline.policies.iter().filter_map(|expected| {
        let ledger = expected.ledger.as_ref()?;
        Some(&ledger.newest()?.document)
    });
    let managed: Vec<&Document> = expected.collect();
    let mut all: Vec<Cow<'_, Document>> = managed.iter().copied().map(Cow::Borrowed).collect();
    for source in inline
        .iter()
        .chain(carried.iter().map(|one: &Managed<'_>| &one.source))
    {
        let document = outcome.document(source)?;
        all.push(document.for_principals_of(subject.inventory.account.as_str()));
    }
    Some(Actual { managed, all })
}

fn resource(
    feature: &Feature,
    bindings: &Bindings,
    owner: Option<Owner<'_>>,
    actual: &Actual<'_>,
    outcome: &mut Outcome,
) {
    let Some(floor) = feature.floor(std::slice::from_ref(bindings)) else {
        return;
    };
    let witness = match new_access(&actual.all(), &[&floor]).under_any_reading() {
        Difference::Nothing | Difference::NothingBySegment(_) => return,
        Difference::Witness(witness) => witness,
        Difference::Undecided(reason) => {
            outcome.undecided_about(&feature.title, &reason);
            return;
        }
    };
    let denied = matches!(
        evaluate(&actual.all(), &witness.request),
        Decision::ExplicitDeny(_)
    );
    if denied
        && matches!(
            evaluate(&actual.managed, &witness.request),
            Decision::Allowed(_)
        )
    {
        // `permissions-missing` tells of denies against the managed policy.
        return;
    }
    let whose = owner.map_or_else(String::new, |owner| format!(" of {}", owner.name()));
    let configured = feature.resources(bindings).join("`, `");
    let summary = format!(
        "{}{whose} is configured as `{configured}`, and the role is not allowed {}",
        feature.title, witness.request
    );
    let proof = Proof {
        request: witness.request,
        gained: false,
        reference: format!("what the feature needs: {}", needed_actions(feature)),
        actions: Vec::new(),
    };
    let instance = owner.map_or_else(String::new, |owner| owner.instance.arn.to_string());
    outcome.report(
        Observation::new(Origin::Undetermined, summary)
            .about(format!("{}/{instance}/{configured}", feature.id))
            .with_proof(Some(proof)),
    );
}

fn needed_actions(feature: &Feature) -> String {
    let actions = feature.needs.iter().flat_map(|grant| &grant.actions);
    let actions: Vec<&str> = actions.map(ActionPattern::text).collect();
    actions.join(", ")
}
