//! Shows the runs of a store: what came, what went, and since when each finding is open.

mod json;
mod terminal;

use std::io::Write;

use crate::store::History;

/// Writes a history for a person, styled with ANSI sequences.
///
/// # Errors
/// Returns the writer's error.
pub fn text(history: &History, out: &mut dyn Write) -> std::io::Result<()> {
    terminal::render(history, out)
}

/// Writes a history as JSON with a published schema.
///
/// # Errors
/// Returns the writer's error.
pub fn json(history: &History, out: &mut dyn Write) -> std::io::Result<()> {
    json::render(history, out)
}

/// Returns the JSON Schema of [`json`].
pub fn schema() -> schemars::Schema {
    json::schema()
}
