//! Batches: NDJSON in, one line out for each line in, in order.
//!
//! Must not know what is asked.

use std::path::Path;

use roledrift::report::ndjson_line;
use serde::Serialize;
use serde_json::value::RawValue;

use crate::cli::exit::{Failure, Outcome};
use crate::cli::files;

/// Says why a line has no answer.
pub(super) struct Unanswered<'l> {
    /// The line's own id, where it could be read.
    pub(super) id: Option<&'l RawValue>,
    pub(super) error: String,
}

impl From<serde_json::Error> for Unanswered<'_> {
    fn from(error: serde_json::Error) -> Self {
        Self {
            id: None,
            error: error.to_string(),
        }
    }
}

/// The line of a question that cannot be answered.
#[derive(Serialize)]
struct Problem<'l> {
    id: Option<&'l RawValue>,
    /// From 1.
    line: usize,
    error: String,
}

/// Answers every line; bad lines get an error line, and exit code 2 in the end.
pub(super) fn run(
    path: &Path,
    answer: impl for<'l> Fn(&'l str) -> Result<String, Unanswered<'l>>,
) -> Result<Outcome, Failure> {
    let text = files::read(path)?;
    let (mut lines, mut bad) = (0, 0);
    for (index, line) in text.lines().enumerate() {
        if line.trim().is_empty() {
            continue;
        }
        lines += 1;
        let answer = answer(line).unwrap_or_else(|Unanswered { id, error }| {
            bad += 1;
            let problem = Problem {
                id,
                line: index + 1,
                error,
            };
            ndjson_line(&problem).unwrap_or_default()
        });
        files::write_stdout(answer.as_bytes())?;
    }
    if bad > 0 {
        return Err(Failure::BadLines { bad, lines });
    }
    Ok(Outcome::Clean)
}
