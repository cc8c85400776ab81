//! Policy documents with the names that a reader knows them by: from files, and from JSON.

use std::path::Path;

use roledrift::policy::Document;
use serde_json::value::RawValue;

use super::kind;
use crate::cli::args::PolicyKind;
use crate::cli::exit::Failure;
use crate::cli::files::{self, Input};

/// Reads a file, or stdin for `-`.
pub(super) fn from_file(
    path: &Path,
    policy_kind: Option<PolicyKind>,
) -> Result<(String, Document), Failure> {
    let text = files::read(path, Input::Policy)?;
    let document = kind::parse(&text, policy_kind).map_err(|source| Failure::Policy {
        path: path.to_owned(),
        source,
    })?;
    Ok((path.display().to_string(), document))
}

/// Reads a document, or a list of documents; the first one is called `name[0]`.
pub(super) fn from_json(
    name: &str,
    value: &RawValue,
    policy_kind: Option<PolicyKind>,
) -> Result<Vec<(String, Document)>, String> {
    let texts: Vec<&RawValue> = if value.get().starts_with('[') {
        serde_json::from_str(value.get()).map_err(|error| format!("{name}: {error}"))?
    } else {
        vec![value]
    };
    let documents = texts.iter().enumerate().map(|(index, text)| {
        let name = format!("{name}[{index}]");
        match kind::parse(text.get(), policy_kind) {
            Ok(document) => Ok((name, document)),
            Err(error) => Err(format!("{name}: {error}")),
        }
    });
    documents.collect()
}
