//! The comparison of two sets of documents: what one allows that the other does not, with a request as proof.
//!
//! May leave a question undecided, never answers it wrongly: each witness is judged by the point evaluator before it is given out.
//! Must not know why documents are compared.

mod actions;
mod arns;
mod assignment;
mod automaton;
mod cells;
mod contexts;
mod demand;
mod denials;
mod direction;
mod excerpt;
mod extents;
mod families;
mod fitting;
mod gains;
#[cfg(test)]
mod hostile;
mod listing;
mod offers;
mod outcome;
mod pairs;
mod pinned;
mod point;
mod principals;
mod progress;
mod proofs;
mod question;
mod readable;
mod resources;
mod review;
mod rules;
mod samples;
mod shape;
mod shaped;
mod shown;
mod typed;
mod variables;
mod wording;
#[cfg(test)]
mod worked;

pub use denials::{Denial, Denials, new_denials};
pub use direction::{any_new_access, compare, new_access, new_access_under};
pub use gains::{ActionLists, Extent, FutureActions, Gain, GainedActions, gained_actions};
pub use outcome::{Comparison, Difference, Reason, Verdict, Witness};
pub use review::{Details, Refusal, Review, review};
