//! What the rules about inline grants share: each takes what stands under its own heading.

use crate::audit::ceiling::Configuration;
use crate::audit::finding::{Origin, Proof};
use crate::audit::judgement::{Grant, Wrong};
use crate::audit::outcome::{Observation, Outcome};
use crate::audit::subject::Subject;
use crate::baselines::Baseline;
use crate::inventory::Fact;

/// Says how a rule tells the grants under its heading.
pub(super) struct Heading {
    pub(super) wrong: Wrong,
    pub(super) origin: Origin,
    /// What the grants go beyond.
    pub(super) reference: &'static str,
}

/// Reports each grant under a heading, of roles whose service's features are known.
pub(super) fn report_beyond_features(
    subject: &Subject<'_>,
    outcome: &mut Outcome,
    heading: &Heading,
    summary: impl Fn(&Grant, &Baseline) -> String,
) {
    let baseline = subject.baseline();
    if let Some(baseline) = baseline.filter(|baseline| baseline.features.is_some()) {
        report(subject, outcome, heading, |grant| summary(grant, baseline));
    }
}

/// Reports each grant under a heading; notes what could not be looked at and what is open.
pub(super) fn report(
    subject: &Subject<'_>,
    outcome: &mut Outcome,
    heading: &Heading,
    summary: impl Fn(&Grant) -> String,
) {
    let Some(inline) = outcome.need(subject.about(), Fact::InlinePolicies, &subject.inline) else {
        return;
    };
    for source in inline {
        outcome.document(source);
    }
    let judgement = subject.inline_judgement();
    for open in &judgement.open {
        if open.under.is_none_or(|under| under == heading.wrong) {
            outcome.gap(open.cause.clone());
        }
    }
    let grants = judgement.grants.iter();
    for grant in grants.filter(|grant| grant.wrong == heading.wrong) {
        let proof = Proof {
            request: grant.request.clone(),
            gained: true,
            reference: heading.reference.to_owned(),
            actions: Vec::new(),
        };
        outcome.report(
            Observation::new(heading.origin, summary(grant))
                .in_document(&grant.document)
                .at(grant.statement.clone())
                .with_confidence(judgement.confidence)
                .with_proof(Some(proof)),
        );
    }
}

/// Says how many more grants are wrong in the same way.
pub(super) fn and_more(grant: &Grant) -> String {
    match grant.more {
        0 => String::new(),
        1 => " (and one more such grant)".to_owned(),
        more => format!(" (and {more} more such grants)"),
    }
}

/// Names instance and configured resources of a feature: `` instance `acme` has `arn:…` ``.
pub(super) fn configured(one: &Configuration<'_>) -> String {
    let texts: Vec<String> = one
        .resources
        .iter()
        .map(|(bindings, owner)| {
            let resources = one.feature.resources(bindings).join("`, `");
            match owner {
                Some(owner) => format!("`{resources}` on {}", owner.name()),
                None => format!("`{resources}`"),
            }
        })
        .collect();
    texts.join("; ")
}
