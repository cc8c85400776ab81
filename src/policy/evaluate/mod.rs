//! The point evaluator: whether a set of documents allows one request.
//!
//! Written to be read and to judge the comparison; must not know how documents are compared.

mod caller;
mod condition;
mod decision;
mod explain;
mod statement;

pub(crate) use caller::{PRINCIPAL_ACCOUNT, PRINCIPAL_ARN, settled_keys};
pub(crate) use condition::{holds, is_listed};
pub(crate) use decision::decide;
pub use decision::{Decision, Reading, StatementRef, evaluate, evaluate_under};
pub use explain::{
    Closeness, Explanation, FailedCondition, Judgement, Miss, explain, explain_under,
};
