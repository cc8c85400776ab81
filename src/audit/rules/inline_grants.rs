//! What inline policies allow beyond the managed policies and the features of a role.

use crate::audit::beyond::{Beyond, difference};
use crate::audit::finding::DocumentRef;
use crate::audit::outcome::Outcome;
use crate::audit::subject::{Managed, Subject};
use crate::baselines::Baseline;
use crate::inventory::Fact;
use crate::policy::{Difference, Document, new_access};

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
    features: &[&Document],
    outcome: &mut Outcome,
) -> Vec<InlineGrant> {
    let Some(inline) = outcome.need(subject.about(), Fact::InlinePolicies, &subject.inline) else {
        return Vec::new();
    };
    let mut ceiling = features.to_vec();
    let accepted: Vec<&Managed<'_>> = subject
        .managed
        .read()
        .into_iter()
        .flatten()
        .filter(|managed| managed.is_accepted(baseline))
        .collect();
    ceiling.extend(accepted.iter().filter_map(|managed| managed.document()));
    let mut grants = Vec::new();
    for source in inline {
        let Some(document) = outcome.document(source) else {
            continue;
        };
        let found = new_access(&ceiling, &[document]);
        if !matches!(found, Difference::Nothing) && !ceiling_is_known(subject, &accepted, outcome) {
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
