//! Shows a report: one file per format, each with its own versioned shape.
//!
//! Filters, ranks and computes nothing: what is shown is what the audit says, escaped for its target.

pub mod comparison;
mod context;
mod escape;
pub mod evaluation;
mod json;
mod principal;
mod rules;
mod terminal;

use std::io::Write;

pub use escape::{json as escape_json, terminal as escape_for_terminal};
pub use json::SCHEMA_VERSION as JSON_SCHEMA_VERSION;
pub use rules::{explain, list, page};

use crate::audit::Audit;
use crate::inventory::Coverage;
use crate::model::InvalidValue;

/// Holds everything that a format may show.
#[derive(Debug, Clone)]
pub struct Report {
    /// The judgement.
    pub audit: Audit,
    /// What was read and what was not.
    pub coverage: Coverage,
}

/// Names a format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// For a person in front of a terminal; styled with ANSI sequences.
    Terminal,
    /// JSON with a published schema.
    Json,
}

impl Format {
    /// Lists every format.
    pub const ALL: [Self; 2] = [Self::Terminal, Self::Json];

    /// Returns the name that flags use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Terminal => "terminal",
            Self::Json => "json",
        }
    }
}

impl std::str::FromStr for Format {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|format| format.as_str() == text)
            .ok_or_else(|| InvalidValue {
                value: text.to_owned(),
                expected: "a format (terminal, json)",
            })
    }
}

/// Writes a report.
///
/// # Errors
/// Returns the writer's error.
pub fn render(report: &Report, format: Format, out: &mut dyn Write) -> std::io::Result<()> {
    match format {
        Format::Terminal => terminal::render(report, out),
        Format::Json => json::render(report, out),
    }
}

/// Returns a value as one line of NDJSON, escaped like every output and ending in a line feed.
///
/// # Errors
/// Returns the error of a value that JSON cannot hold.
pub fn ndjson_line(value: &impl serde::Serialize) -> serde_json::Result<String> {
    let mut line = escape::json(&serde_json::to_string(value)?);
    line.push('\n');
    Ok(line)
}

/// Returns the JSON Schema of [`Format::Json`].
pub fn json_schema() -> schemars::Schema {
    json::schema()
}
