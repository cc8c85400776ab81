//! Policy documents of recorded accounts, encoded once as IAM sends them.
//!
//! Must not know what a policy means.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, OnceLock};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;
use serde::de::Error as _;
use serde_json::value::RawValue;

/// Everything that RFC 3986 does not leave as it is.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// Holds a policy document, URL-encoded. Copies share the text.
///
/// In a recording it is the JSON document itself, a string with its exact text, or
/// `{"baseline": "connect/v55"}`: the file `baselines/connect/policies/v55.json`.
#[derive(Debug, Clone)]
pub(crate) struct Document {
    encoded: Arc<str>,
}

/// Refers to a document in `baselines/`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Reference {
    baseline: String,
}

impl Document {
    /// Encodes a document's text.
    pub(crate) fn of(text: &str) -> Self {
        let encoded: String = utf8_percent_encode(text, RESERVED).collect();
        Self {
            encoded: encoded.into(),
        }
    }

    /// Returns the text as IAM sends it: URL-encoded.
    pub(crate) fn encoded(&self) -> &str {
        &self.encoded
    }

    /// Returns the document at `family/version` of the project's baselines, read once.
    pub(crate) fn baseline(name: &str) -> Result<Self, std::io::Error> {
        static READ: OnceLock<Mutex<BTreeMap<String, Document>>> = OnceLock::new();
        let mut read = READ
            .get_or_init(Mutex::default)
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some(document) = read.get(name) {
            return Ok(document.clone());
        }
        let (family, version) = name.split_once('/').unwrap_or((name, ""));
        let path = baselines().join(format!("{family}/policies/{version}.json"));
        let document = Self::of(std::fs::read_to_string(path)?.trim_end());
        read.insert(name.to_owned(), document.clone());
        Ok(document)
    }
}

/// Returns the folder of the project's baselines.
pub(crate) fn baselines() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("baselines")
}

impl<'de> Deserialize<'de> for Document {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = Box::<RawValue>::deserialize(deserializer)?;
        if let Ok(text) = serde_json::from_str::<String>(raw.get()) {
            return Ok(Self::of(&text));
        }
        match serde_json::from_str::<Reference>(raw.get()) {
            Ok(reference) => Self::baseline(&reference.baseline).map_err(|error| {
                D::Error::custom(format!("baseline `{}`: {error}", reference.baseline))
            }),
            Err(_) => Ok(Self::of(&compact(raw.get()))),
        }
    }
}

/// Takes the space between tokens away, so that a recording's layout is not the document's.
fn compact(json: &str) -> String {
    let mut text = String::with_capacity(json.len());
    let (mut in_string, mut is_escaped) = (false, false);
    for character in json.chars() {
        if in_string {
            in_string = is_escaped || character != '"';
            is_escaped = !is_escaped && character == '\\';
        } else if character.is_ascii_whitespace() {
            continue;
        } else {
            in_string = character == '"';
        }
        text.push(character);
    }
    text
}
