//! Conditions of a statement.
//!
//! Must not know how conditions are decided.

use std::cmp::Ordering;
use std::fmt;

use super::{Operator, Template};
use crate::policy::Located;

/// Names a condition key, such as `aws:SourceAccount`; keys that differ only in case are equal.
#[derive(Debug, Clone)]
pub struct Key {
    text: String,
    folded: String,
}

impl Key {
    pub(crate) fn new(text: String) -> Self {
        Self {
            folded: text.to_ascii_lowercase(),
            text,
        }
    }

    /// Returns the key as the document writes it.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Returns the key in lowercase.
    pub(crate) fn folded(&self) -> &str {
        &self.folded
    }
}

impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        self.folded == other.folded
    }
}

impl Eq for Key {}

impl PartialOrd for Key {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Key {
    fn cmp(&self, other: &Self) -> Ordering {
        self.folded.cmp(&other.folded)
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// Holds one test of one key: the key's values against the policy's values.
///
/// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition.html>.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    pub(crate) operator: Located<Operator>,
    pub(crate) key: Located<Key>,
    /// INVARIANT: not empty.
    pub(crate) values: Vec<Located<Template>>,
}

impl Condition {
    /// Returns the operator.
    #[must_use]
    pub fn operator(&self) -> &Located<Operator> {
        &self.operator
    }

    /// Returns the key.
    #[must_use]
    pub fn key(&self) -> &Located<Key> {
        &self.key
    }

    /// Returns the policy's values, any of which can match; there is always at least one.
    ///
    /// Numbers and booleans are kept as their text.
    #[must_use]
    pub fn values(&self) -> &[Located<Template>] {
        &self.values
    }

    pub(crate) fn templates(&self) -> impl Iterator<Item = &Template> {
        self.values.iter().map(|value| &value.value)
    }

    pub(crate) fn has_variables(&self) -> bool {
        self.templates().any(|template| template.fixed().is_none())
    }
}
