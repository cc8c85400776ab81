//! Small policy documents for the tests of the comparison.

#![allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

use roledrift::policy::{Document, Kind};

pub(crate) fn document(statements: &str, kind: Kind) -> Document {
    let text = format!(r#"{{"Version":"2012-10-17","Statement":[{statements}]}}"#);
    Document::parse(&text, kind).unwrap()
}

pub(crate) fn identity(statements: &str) -> Document {
    document(statements, Kind::Identity)
}

/// Makes a statement from its effect, actions, resources and conditions, the latter three as JSON.
pub(crate) fn statement(effect: &str, actions: &str, resources: &str, conditions: &str) -> String {
    format!(
        r#"{{"Effect":"{effect}","Action":{actions},"Resource":{resources},"Condition":{conditions}}}"#
    )
}

#[allow(dead_code, reason = "not every test needs it")]
pub(crate) fn allow(actions: &str, resources: &str) -> String {
    statement("Allow", actions, resources, "{}")
}
