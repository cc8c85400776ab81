//! A request as it came over the wire, and its parameters whatever the protocol.
//!
//! Must not know what any parameter means.

use std::collections::BTreeMap;

use hyper::body::Bytes;
use hyper::{HeaderMap, Method};
use percent_encoding::percent_decode_str;
use serde_json::Value;

/// Holds a request that was read to its end.
#[derive(Debug)]
pub(crate) struct Request {
    pub(crate) method: Method,
    /// The path, still encoded.
    pub(crate) path: String,
    /// What follows the question mark, still encoded.
    pub(crate) query: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Request {
    /// Returns a header's text, or nothing.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

/// Holds the parameters of a call, flattened: `Filter.member.1`, `filters.instanceIdFilter.value`.
#[derive(Debug, Default)]
pub(crate) struct Parameters {
    values: BTreeMap<String, String>,
}

impl Parameters {
    /// Reads `a=b&c=d`: the body of the query protocol, or the query of a URI.
    pub(crate) fn add_form(&mut self, text: &str) {
        for (name, value) in pairs(text) {
            self.values.insert(name, value);
        }
    }

    /// Reads a JSON object; anything else tells nothing.
    pub(crate) fn add_json(&mut self, body: &[u8]) {
        if let Ok(Value::Object(members)) = serde_json::from_slice(body) {
            for (name, value) in members {
                self.flatten(name, &value);
            }
        }
    }

    /// Sets one value.
    pub(crate) fn set(&mut self, name: &str, value: String) {
        self.values.insert(name.to_owned(), value);
    }

    fn flatten(&mut self, name: String, value: &Value) {
        match value {
            Value::Null => {}
            Value::String(text) => {
                self.values.insert(name, text.clone());
            }
            Value::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    self.flatten(format!("{name}.member.{}", index + 1), item);
                }
            }
            Value::Object(members) => {
                for (member, value) in members {
                    self.flatten(format!("{name}.{member}"), value);
                }
            }
            other => {
                self.values.insert(name, other.to_string());
            }
        }
    }

    /// Returns a value.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.values.get(name).map(String::as_str)
    }

    /// Returns a list's values.
    pub(crate) fn list(&self, name: &str) -> Vec<&str> {
        let prefix = format!("{name}.member.");
        self.values
            .range(prefix.clone()..)
            .take_while(|(key, _)| key.starts_with(&prefix))
            .map(|(_, value)| value.as_str())
            .collect()
    }

    /// Lists all names and values.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        let pairs = self.values.iter();
        pairs.map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Lists all values.
    pub(crate) fn values(&self) -> impl Iterator<Item = &str> {
        self.values.values().map(String::as_str)
    }
}

/// Splits `a=b&c=d` and decodes both sides.
pub(crate) fn pairs(text: &str) -> impl Iterator<Item = (String, String)> {
    text.split('&').filter(|pair| !pair.is_empty()).map(|pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        (decode(name), decode(value))
    })
}

fn decode(text: &str) -> String {
    let spaced = text.replace('+', " ");
    percent_decode_str(&spaced).decode_utf8_lossy().into_owned()
}
