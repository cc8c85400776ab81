//! What the rules about inline grants share: each takes what stands under its own heading.

use crate::audit::ceiling::Configuration;
use crate::audit::inline::{Grant, Judgement, Wrong};
use crate::audit::outcome::Outcome;
use crate::audit::subject::Subject;
use crate::inventory::Fact;

/// Returns the judgement of a role's inline policies; notes what could not be looked at.
///
/// `None` where the list was not read.
pub(super) fn judged<'s>(subject: &'s Subject<'_>, outcome: &mut Outcome) -> Option<&'s Judgement> {
    let inline = outcome.need(subject.about(), Fact::InlinePolicies, &subject.inline)?;
    for source in inline {
        outcome.document(source);
    }
    Some(subject.inline_judgement())
}

/// Returns what stands under one heading.
pub(super) fn wrong(judgement: &Judgement, wrong: Wrong) -> impl Iterator<Item = &Grant> {
    let grants = judgement.grants.iter();
    grants.filter(move |grant| grant.wrong == wrong)
}

/// Notes what leaves open whether something stands under a heading.
pub(super) fn note_open(judgement: &Judgement, wrong: Wrong, outcome: &mut Outcome) {
    for open in &judgement.open {
        if open.under.is_none_or(|under| under == wrong) {
            outcome.gap(open.cause.clone());
        }
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
