//! The request context: what is known about a request beyond action, resource and principal.
//!
//! Must not know which keys AWS defines, nor how conditions read them.

use std::collections::BTreeMap;

/// Holds what a context key says in one request.
///
/// AWS fixes for each key whether it is single-valued or multivalued, and the two behave differently under conditions.
/// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html>.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Value {
    /// The value of a single-valued key.
    One(String),
    /// The values of a multivalued key, also where it happens to hold only one.
    Many(Vec<String>),
}

impl Value {
    /// Iterates over the values, one or many.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        match self {
            Self::One(value) => std::slice::from_ref(value),
            Self::Many(values) => values.as_slice(),
        }
        .iter()
        .map(String::as_str)
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Self::One(value.to_owned())
    }
}

impl From<String> for Value {
    fn from(value: String) -> Self {
        Self::One(value)
    }
}

impl From<Vec<String>> for Value {
    fn from(values: Vec<String>) -> Self {
        Self::Many(values)
    }
}

/// Maps condition keys to their values in one request, ordered by key, ignoring the case of keys.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Context {
    /// INVARIANT: the map's key is the lowercase form of the entry's key.
    entries: BTreeMap<String, Entry>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Entry {
    key: String,
    value: Value,
}

impl Context {
    /// Makes a context without keys.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets a key and returns what it held before.
    ///
    /// An empty list of values removes the key: AWS treats a key without values as absent.
    pub fn insert(&mut self, key: impl Into<String>, value: impl Into<Value>) -> Option<Value> {
        let (key, value) = (key.into(), value.into());
        let folded = key.to_ascii_lowercase();
        let before = if value.iter().next().is_none() {
            self.entries.remove(&folded)
        } else {
            self.entries.insert(folded, Entry { key, value })
        };
        before.map(|entry| entry.value)
    }

    /// Returns what a key holds, or `None` where the request lacks it.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.entries
            .get(&key.to_ascii_lowercase())
            .map(|entry| &entry.value)
    }

    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    /// Iterates over keys, spelled as they were inserted, and their values.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.entries
            .values()
            .map(|entry| (entry.key.as_str(), &entry.value))
    }
}

impl<K: Into<String>, V: Into<Value>> FromIterator<(K, V)> for Context {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(entries: I) -> Self {
        let mut context = Self::new();
        for (key, value) in entries {
            context.insert(key, value);
        }
        context
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_ignore_case_and_keep_their_latest_spelling() {
        let mut context = Context::new();
        context.insert("aws:SourceAccount", "111122223333");
        assert_eq!(
            context.insert("AWS:sourceaccount", "444455556666"),
            Some(Value::from("111122223333"))
        );
        assert_eq!(
            context.iter().collect::<Vec<_>>(),
            [("AWS:sourceaccount", &Value::from("444455556666"))]
        );
    }

    #[test]
    fn an_empty_list_is_an_absent_key() {
        let context: Context = [("aws:TagKeys", Value::Many(Vec::new()))]
            .into_iter()
            .collect();
        assert_eq!(context.get("aws:TagKeys"), None);
    }
}
