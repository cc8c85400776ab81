//! What `roledrift policy eval` shows: a view for people, JSON, and lines of NDJSON.

mod batch;
mod json;
mod miss;
mod text;

use crate::policy::{Decision, Document, Effect, Explanation, Request, Statement, StatementRef};

pub use batch::DecisionEntry;
pub use json::{SCHEMA_VERSION, json, schema};
pub use text::text;

/// Holds an explained request with the documents that it is about.
#[derive(Debug, Clone, Copy)]
pub struct Evaluation<'a> {
    /// The documents with the names that a reader knows them by, in the order of the explanation.
    pub documents: &'a [(String, Document)],
    /// The request.
    pub request: &'a Request,
    /// How it is decided.
    pub explanation: &'a Explanation,
}

impl<'a> Evaluation<'a> {
    /// Returns the document's name and the statement, or `None` where there is no such statement.
    fn find(&self, place: StatementRef) -> Option<(&'a str, &'a Statement)> {
        let (name, document) = self.documents.get(place.document)?;
        Some((name, document.statements().get(place.statement)?))
    }
}

/// Names a decision as outputs for programs do.
pub fn decision(decision: Decision) -> &'static str {
    match decision {
        Decision::Allowed(_) => "allowed",
        Decision::ExplicitDeny(_) => "explicit_deny",
        Decision::ImplicitDeny => "implicit_deny",
    }
}

fn effect(effect: Effect) -> &'static str {
    match effect {
        Effect::Allow => "allow",
        Effect::Deny => "deny",
    }
}

fn decided_by(decision: Decision) -> Option<StatementRef> {
    match decision {
        Decision::Allowed(statement) | Decision::ExplicitDeny(statement) => Some(statement),
        Decision::ImplicitDeny => None,
    }
}
