//! What `roledrift policy diff` shows: a view for people, JSON, and lines of NDJSON.
//!
//! Shows a review as it is; must not compare anything.

mod entry;
mod lists;
mod text;

use std::io::{Result, Write};

use serde::Serialize;

use super::escape;
use crate::policy::{Document, Review, Statement, StatementRef, Verdict};

pub use entry::ComparisonEntry;
pub(super) use lists::shortened;
pub use text::text;

const WITNESS_BY_SEGMENT: &str = "only where wildcards in resources are read by segment";

/// One side of a comparison: its documents with the names that a reader knows them by.
#[derive(Debug, Clone)]
pub struct Side {
    /// Names and documents, in order.
    pub documents: Vec<(String, Document)>,
}

impl Side {
    /// Borrows the documents.
    pub fn documents(&self) -> Vec<&Document> {
        self.documents
            .iter()
            .map(|(_, document)| document)
            .collect()
    }

    fn name(&self) -> String {
        let names: Vec<&str> = self
            .documents
            .iter()
            .map(|(name, _)| name.as_str())
            .collect();
        names.join(", ")
    }

    pub(super) fn statement(&self, at: StatementRef) -> Option<&Statement> {
        let (_, document) = self.documents.get(at.document)?;
        document.statements().get(at.statement)
    }

    pub(super) fn place(&self, at: StatementRef) -> Option<Place<'_>> {
        let (name, _) = self.documents.get(at.document)?;
        let statement = self.statement(at)?;
        let position = statement.position();
        Some(Place {
            document: name,
            statement: at.statement,
            sid: statement.sid(),
            line: position.line,
            column: position.column,
        })
    }
}

/// A review with the names of its sides.
#[derive(Debug, Clone, Copy)]
pub struct Shown<'a> {
    /// The review.
    pub review: &'a Review,
    /// What was compared with.
    pub reference: &'a Side,
    /// What may allow more.
    pub candidate: &'a Side,
    /// What the verdict calls the candidate, `the candidate` for instance.
    pub called: &'a str,
}

/// Names a verdict as outputs do.
pub fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Equal => "equal",
        Verdict::Narrowed => "narrowed",
        Verdict::Widened => "widened",
        Verdict::Incomparable => "incomparable",
        Verdict::Undecided(_) => "undecided",
    }
}

/// Writes a comparison as indented JSON.
///
/// # Errors
/// Returns the writer's error.
pub fn json(shown: &Shown<'_>, out: &mut dyn Write) -> Result<()> {
    let text = serde_json::to_string_pretty(&ComparisonEntry::of(shown))?;
    writeln!(out, "{}", escape::json(&text))
}

/// Returns the JSON Schema of what [`json()`] writes.
pub fn json_schema() -> schemars::Schema {
    schemars::generate::SchemaSettings::draft2020_12()
        .for_serialize()
        .into_generator()
        .into_root_schema_for::<ComparisonEntry<'static>>()
}

/// A statement.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub(super) struct Place<'a> {
    /// The document's name.
    document: &'a str,
    /// From 0.
    statement: usize,
    sid: Option<&'a str>,
    /// From 1.
    line: u32,
    /// From 1, in characters.
    column: u32,
}

/// Writes document, line, column, the statement counted from 1 and its `Sid`; not escaped.
impl std::fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            document,
            line,
            column,
            ..
        } = self;
        write!(
            f,
            "{document}:{line}:{column}, statement {}",
            self.statement + 1
        )?;
        self.sid.map_or(Ok(()), |sid| write!(f, " `{sid}`"))
    }
}
