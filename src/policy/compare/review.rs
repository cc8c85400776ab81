//! Everything that a reviewer of two sets of documents is told.
//!
//! Must not know how it is shown.

use super::direction::compare;
use super::gains::{GainedActions, gained_actions};
use super::outcome::{Comparison, Difference};
use crate::policy::{Decision, Document, Reading, StatementRef, evaluate_under};

/// Holds a comparison, and what explains it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Review {
    /// The comparison.
    pub comparison: Comparison,
    /// What more there is to say about what was gained.
    pub gained: Details,
    /// What more there is to say about what was lost.
    pub lost: Details,
}

/// Explains one direction of a comparison.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Details {
    /// Why the other side does not allow the witness; `None` where there is no witness.
    pub refusal: Option<Refusal>,
    /// The actions that the direction is about, where they were asked for.
    pub actions: Option<GainedActions>,
}

/// Says why a set of documents does not allow a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// No statement allows it.
    NoStatement,
    /// This statement denies it, the first that does.
    Denied(StatementRef),
}

/// Compares two sets of documents and explains the answer; `lists` asks for the actions, which takes several times as long.
#[must_use]
pub fn review(reference: &[&Document], candidate: &[&Document], lists: bool) -> Review {
    let comparison = compare(reference, candidate);
    Review {
        gained: details(&comparison.gained, reference, candidate, lists),
        lost: details(&comparison.lost, candidate, reference, lists),
        comparison,
    }
}

fn details(
    difference: &Difference,
    refusing: &[&Document],
    allowing: &[&Document],
    lists: bool,
) -> Details {
    Details {
        refusal: match difference {
            Difference::Witness(witness) => {
                match evaluate_under(Reading::BySegment, refusing, &witness.request) {
                    Decision::ExplicitDeny(at) => Some(Refusal::Denied(at)),
                    Decision::ImplicitDeny => Some(Refusal::NoStatement),
                    Decision::Allowed(_) => None,
                }
            }
            Difference::Nothing | Difference::NothingBySegment(_) | Difference::Undecided(_) => {
                None
            }
        },
        actions: lists.then(|| gained_actions(difference, refusing, allowing)),
    }
}
