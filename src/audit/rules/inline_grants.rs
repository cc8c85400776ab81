//! What inline policies allow beyond the managed policies and the features of a role.

use crate::audit::beyond::{Beyond, difference};
use crate::audit::finding::DocumentRef;
use crate::audit::outcome::Outcome;
use crate::audit::subject::{Managed, Subject};
use crate::baselines::{Baseline, Feature};
use crate::inventory::Fact;
use crate::policy::{Decision, Difference, Document, StatementRef, Witness, evaluate, new_access};

const UNEVIDENCED: &str = "it grants what only features explain whose grants nobody has seen";

/// An inline policy that allows more than the ceiling.
pub(super) struct InlineGrant {
    pub(super) document: DocumentRef,
    pub(super) beyond: Beyond,
}

/// Compares each inline policy with the ceiling: the role's own managed policies and `features`.
///
/// Where a managed policy could not be read, an inline policy within the features alone still
/// conforms; anything else is a gap.
pub(super) fn inline_beyond(
    subject: &Subject<'_>,
    baseline: &Baseline,
    features: &[Feature],
    outcome: &mut Outcome,
) -> Vec<InlineGrant> {
    let Some(inline) = outcome.need(subject.about(), Fact::InlinePolicies, &subject.inline) else {
        return Vec::new();
    };
    let accepted: Vec<&Managed<'_>> = subject
        .managed
        .read()
        .into_iter()
        .flatten()
        .filter(|managed| managed.is_accepted(baseline))
        .collect();
    let own: Vec<&Document> = accepted
        .iter()
        .filter_map(|managed| managed.document())
        .collect();
    let with = |evidenced_only: bool| -> Vec<&Document> {
        let features = features
            .iter()
            .filter(|feature| !evidenced_only || feature.evidence.is_evidence());
        let features = features.map(|feature| &feature.widest);
        own.iter().copied().chain(features).collect()
    };
    let (ceiling, evidenced) = (with(false), with(true));
    // Everything that the role carries: its denies hold for every other document too.
    let managed = subject.managed.read().into_iter().flatten();
    let whole: Vec<&Document> = inline
        .iter()
        .filter_map(|source| source.parsed().ok())
        .chain(managed.filter_map(Managed::document))
        .collect();
    let mut grants = Vec::new();
    for source in inline {
        let Some(document) = outcome.document(source) else {
            continue;
        };
        let found = effective(&ceiling, document, &whole);
        if matches!(found, Difference::Nothing) {
            if !matches!(effective(&evidenced, document, &whole), Difference::Nothing) {
                outcome.undecided(&source.which, &UNEVIDENCED);
            }
            continue;
        }
        if !ceiling_is_known(subject, &accepted, outcome) {
            continue;
        }
        if let Some(beyond) = difference(found, source, outcome) {
            grants.push(InlineGrant {
                document: source.which.clone(),
                beyond,
            });
        }
    }
    grants
}

/// Finds what a document allows beyond the ceiling, and no other document of the role denies.
///
/// Where the first request found is denied, the role as a whole decides: what it can still do beyond
/// the ceiling is told of the document that gives it.
fn effective(ceiling: &[&Document], document: &Document, whole: &[&Document]) -> Difference {
    let found = new_access(ceiling, &[document]).under_any_reading();
    let Difference::Witness(witness) = &found else {
        return found;
    };
    if !matches!(evaluate(whole, &witness.request), Decision::ExplicitDeny(_)) {
        return found;
    }
    match new_access(ceiling, whole).under_any_reading() {
        Difference::Witness(witness) => {
            let by = witness.allowed_by;
            let is_this = whole
                .get(by.document)
                .is_some_and(|giver| std::ptr::eq(*giver, document));
            if !is_this {
                return Difference::Nothing;
            }
            Difference::Witness(Witness {
                allowed_by: StatementRef { document: 0, ..by },
                ..witness
            })
        }
        other => other,
    }
}

/// Tells whether every managed policy of the ceiling was read, and notes those that were not.
fn ceiling_is_known(
    subject: &Subject<'_>,
    accepted: &[&Managed<'_>],
    outcome: &mut Outcome,
) -> bool {
    let listed = outcome
        .need(subject.about(), Fact::AttachedPolicies, &subject.managed)
        .is_some();
    let mut known = listed;
    for managed in accepted {
        known &= outcome.document(&managed.source).is_some();
    }
    known
}
