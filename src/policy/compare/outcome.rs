//! What a comparison answers.
//!
//! Must not know how the answer was found.

use super::denials::Denials;
use crate::policy::{Reading, Request, StatementRef};

/// Holds both directions of a comparison and their verdict.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comparison {
    /// The verdict that follows from both directions.
    pub verdict: Verdict,
    /// What the candidate allows and the reference does not.
    pub gained: Difference,
    /// What the reference allows and the candidate does not.
    pub lost: Difference,
    /// How they differ in what they deny explicitly, which changes no verdict.
    pub denials: Denials,
}

impl Comparison {
    pub(super) fn new(gained: Difference, lost: Difference, denials: Denials) -> Self {
        let verdict = match (&gained, &lost) {
            (Difference::Undecided(reason), _) | (_, Difference::Undecided(reason)) => {
                Verdict::Undecided(*reason)
            }
            (Difference::Witness(_), Difference::Witness(_)) => Verdict::Incomparable,
            (Difference::Witness(_), _) => Verdict::Widened,
            (_, Difference::Witness(_)) => Verdict::Narrowed,
            _ => Verdict::Equal,
        };
        Self {
            verdict,
            gained,
            lost,
            denials,
        }
    }

    /// Returns the same comparison with every answer that the reading of wildcards decides undecided.
    #[must_use]
    pub fn under_any_reading(self) -> Self {
        Self::new(
            self.gained.under_any_reading(),
            self.lost.under_any_reading(),
            self.denials,
        )
    }
}

/// Says how a candidate compares with its reference, wildcards in resources read by segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Both allow the same requests.
    Equal,
    /// The candidate allows less, and nothing new.
    Narrowed,
    /// The candidate allows more, and all that the reference does.
    Widened,
    /// Each allows something that the other does not.
    Incomparable,
    /// At least one direction is undecided; what the other one says stands.
    Undecided(Reason),
}

/// Says what one side allows and the other does not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Difference {
    /// Proven to be nothing, under both readings of wildcards in resources.
    Nothing,
    /// Proven to be nothing where wildcards are read by segment; where they cross `:`, at least this request.
    NothingBySegment(Witness),
    /// At least this request; [`Witness::reading`] says where the other reading answers differently.
    Witness(Witness),
    /// Not known.
    Undecided(Reason),
}

impl Difference {
    /// Returns the answer where both readings of wildcards agree on it, and otherwise that it is undecided.
    #[must_use]
    pub fn under_any_reading(self) -> Self {
        match self {
            Self::NothingBySegment(_)
            | Self::Witness(Witness {
                reading: Some(_), ..
            }) => Self::Undecided(Reason::Reading),
            other => other,
        }
    }
}

/// Holds a request that one side allows and the other does not, as judged by the point evaluator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Witness {
    /// The request.
    pub request: Request,
    /// The first statement that allows it, on the side that does.
    pub allowed_by: StatementRef,
    /// The only reading of wildcards in resources under which this is so, or `None` where it is so under both.
    pub reading: Option<Reading>,
}

/// Says why a question is undecided; statements are those of the side that may allow more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    /// Neither a proof nor a request was found.
    #[error("no proof and no request was found for {0}")]
    Unsettled(StatementRef),
    /// The same, and the statements at hand have policy variables.
    #[error("{0} meets policy variables that were not settled")]
    Variable(StatementRef),
    /// The readings of wildcards in resources give different answers.
    #[error("the answer depends on whether a wildcard in a resource crosses `:`")]
    Reading,
    /// The search took more steps than it may: a fixed number, the same on every machine.
    #[error("the search took more steps than it may")]
    Budget,
    /// The evaluator refused a request that should have been a witness: a bug.
    #[error("a request found for {0} did not stand its check, which is a bug")]
    Internal(StatementRef),
}
