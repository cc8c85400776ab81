//! IAM policy documents: the parser with exact source positions, the point evaluator, and the comparison of two sets of documents.
//!
//! Does no I/O and must not know AWS SDKs, roles, accounts under audit or audit rules.

mod budget;
mod changes;
mod compare;
mod context;
mod error;
mod evaluate;
mod language;
mod normal;
mod parse;
mod position;
pub mod published;
mod request;
mod value;

pub use changes::{Change, ChangedStatement, Element, StatementChanges, statement_changes};
pub use compare::{
    ActionLists, Comparison, Denial, Denials, Details, Difference, Extent, FutureActions, Gain,
    GainedActions, Reason, Refusal, Review, Verdict, Witness, any_new_access, compare,
    gained_actions, new_access, new_access_under, new_denials, review,
};
pub use context::{Context, Value};
pub use error::ParseError;
pub(crate) use error::Problem;
pub use evaluate::{
    Closeness, Decision, Explanation, FailedCondition, Judgement, Miss, Reading, StatementRef,
    evaluate, evaluate_under, explain, explain_under,
};
pub(crate) use language::Services;
pub use language::{
    ActionPattern, Condition, Document, Effect, Key, Kind, Operator, Order, PrincipalPattern,
    Quantifier, Selection, Statement, Template, Test, Version,
};
pub use normal::NormalForm;
pub(crate) use parse::Reader;
pub(crate) use position::Locator;
pub use position::{Located, Position};
pub use request::{Principal, Request};
