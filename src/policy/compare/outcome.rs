//! What a comparison answers.
//!
//! Must not know how the answer was found.

use super::denials::Denials;
use crate::policy::{Request, StatementRef};

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
            (Difference::Nothing, Difference::Nothing) => Verdict::Equal,
            (Difference::Witness(_), Difference::Nothing) => Verdict::Widened,
            (Difference::Nothing, Difference::Witness(_)) => Verdict::Narrowed,
            (Difference::Witness(_), Difference::Witness(_)) => Verdict::Incomparable,
        };
        Self {
            verdict,
            gained,
            lost,
            denials,
        }
    }
}

/// Says how a candidate compares with its reference.
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
    /// Proven to be nothing.
    Nothing,
    /// At least this request.
    Witness(Witness),
    /// Not known.
    Undecided(Reason),
}

/// Holds a request that one side allows and the other does not, as judged by the point evaluator.
///
/// What [`compare`](crate::policy::compare) and [`new_access`](crate::policy::new_access) return was judged under both readings of wildcards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Witness {
    /// The request.
    pub request: Request,
    /// The first statement that allows it, on the side that does.
    pub allowed_by: StatementRef,
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
