//! Asks the comparison engine, and turns its answer into what a rule reports.

use super::finding::{Proof, StatementLocation};
use super::outcome::Outcome;
use super::source::Source;
use crate::policy::{Difference, Document, Request, new_access};

/// What a document allows beyond a reference.
pub(super) struct Beyond {
    pub(super) request: Request,
    pub(super) statement: Option<StatementLocation>,
}

impl Beyond {
    /// Makes the proof of access that the reference does not give.
    pub(super) fn gained(&self, reference: impl Into<String>) -> Proof {
        Proof {
            request: self.request.clone(),
            gained: true,
            reference: reference.into(),
            actions: Vec::new(),
        }
    }
}

/// Finds a request that `source` allows and `reference` does not.
///
/// Notes a gap when the comparison is undecided or the document cannot be looked at.
pub(super) fn beyond(
    reference: &[&Document],
    source: &Source,
    outcome: &mut Outcome,
) -> Option<Beyond> {
    let document = outcome.document(source)?;
    difference(new_access(reference, &[document]), source, outcome)
}

/// Turns one direction of a comparison into what `source` allows beyond the other side.
///
/// What depends on the reading of wildcards is a gap like anything undecided.
pub(super) fn difference(
    difference: Difference,
    source: &Source,
    outcome: &mut Outcome,
) -> Option<Beyond> {
    match difference.under_any_reading() {
        Difference::Nothing | Difference::NothingBySegment(_) => None,
        Difference::Witness(witness) => Some(Beyond {
            statement: source.location(witness.allowed_by.statement),
            request: witness.request,
        }),
        Difference::Undecided(reason) => {
            outcome.undecided(&source.which, &reason);
            None
        }
    }
}
