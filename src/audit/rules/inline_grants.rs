//! What inline policies allow beyond the managed policies and the features of a role.

use crate::audit::beyond::{Beyond, difference};
use crate::audit::finding::DocumentRef;
use crate::audit::outcome::Outcome;
use crate::audit::subject::{Managed, Subject};
use crate::baselines::{Baseline, Feature};
use crate::inventory::Fact;
use crate::policy::{Difference, Document, new_access};

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
    let mut grants = Vec::new();
    for source in inline {
        let Some(document) = outcome.document(source) else {
            continue;
        };
        let found = new_access(&ceiling, &[document]);
        if matches!(found, Difference::Nothing) {
            if !matches!(new_access(&evidenced, &[document]), Difference::Nothing) {
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
