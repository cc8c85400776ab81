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
mod direction;
mod fitting;
#[cfg(test)]
mod hostile;
mod offers;
mod outcome;
mod pinned;
mod point;
mod principals;
mod proofs;
mod question;
mod readable;
mod resources;
mod rules;
mod samples;
mod shape;
mod typed;
mod variables;
mod wording;

pub use direction::{compare, new_access, new_access_under};
pub use outcome::{Comparison, Difference, Reason, Verdict, Witness};
