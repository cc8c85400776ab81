//! What can be wrong with a document's text.
//!
//! Must not know how documents are read or evaluated.

use crate::policy::{Kind, Position};

/// Tells what is wrong with a document, and where.
///
/// Displays as a lowercase fragment such as ``line 3, column 5: duplicate element `Action` ``.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{position}: {problem}")]
pub struct ParseError {
    position: Position,
    problem: Problem,
}

impl ParseError {
    pub(crate) fn new(position: Position, problem: Problem) -> Self {
        Self { position, problem }
    }

    /// Returns the place of the offending key or value.
    ///
    /// A missing element is reported at the opening brace of the object that lacks it.
    #[must_use]
    pub fn position(&self) -> Position {
        self.position
    }

    /// Returns what is wrong, without the place.
    pub(crate) fn problem(&self) -> &Problem {
        &self.problem
    }
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Problem {
    #[error("the document is longer than {most} bytes")]
    TooLong { most: usize },
    #[error("not valid JSON: {0}")]
    Json(jiter::JsonErrorType),
    #[error("`{element}` must be {expected}, not {found}")]
    WrongType {
        element: String,
        expected: &'static str,
        found: &'static str,
    },
    #[error("duplicate element `{name}`")]
    DuplicateElement { name: String },
    #[error("duplicate condition key `{key}` (key names ignore case)")]
    DuplicateKey { key: String },
    #[error("unknown element `{name}` in {place}")]
    UnknownElement { name: String, place: &'static str },
    #[error("missing element `{name}`")]
    MissingElement { name: &'static str },
    #[error("`{second}` cannot stand beside `{first}`")]
    Exclusive {
        first: &'static str,
        second: &'static str,
    },
    #[error("`{name}` is not allowed in {kind}")]
    Forbidden { name: &'static str, kind: Kind },
    #[error("`{element}` must not be empty")]
    Empty { element: String },
    #[error("unknown policy language version `{version}`, use `2012-10-17` or `2008-10-17`")]
    UnknownVersion { version: String },
    #[error("unknown effect `{effect}`, use `Allow` or `Deny`")]
    UnknownEffect { effect: String },
    #[error("malformed action `{action}`, use `service:name` or `*`")]
    MalformedAction { action: String },
    #[error("unknown condition operator `{name}`")]
    UnknownOperator { name: String },
    #[error(
        "unknown principal type `{name}`, use `AWS`, `Service`, `Federated` or `CanonicalUser`"
    )]
    UnknownPrincipalType { name: String },
    #[error("`*` cannot be part of the principal `{principal}`, it can only stand alone")]
    PartialPrincipalWildcard { principal: String },
}
