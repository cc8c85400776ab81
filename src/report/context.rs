//! How JSON outputs write what a condition key holds.

use serde::Serialize;

use crate::policy::Value;

/// What a request holds under a condition key: a text for a single-valued key, a list for a multivalued one.
#[derive(Serialize, schemars::JsonSchema)]
#[serde(untagged)]
pub(super) enum ValueEntry<'a> {
    /// The value of a single-valued key.
    One(&'a str),
    /// The values of a multivalued key, also where it holds only one.
    Many(&'a [String]),
}

impl<'a> ValueEntry<'a> {
    pub(super) fn of(value: &'a Value) -> Self {
        match value {
            Value::One(value) => Self::One(value),
            Value::Many(values) => Self::Many(values),
        }
    }
}
