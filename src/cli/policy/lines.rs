//! Batches: NDJSON in, one line out for each line in, in order.
//!
//! Must not know what is asked.

use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use roledrift::report::{ndjson_line, shorten_middle};
use serde::Serialize;
use serde_json::value::RawValue;

use crate::cli::exit::{Failure, LONGEST_MESSAGE, Outcome};
use crate::cli::files;

/// In bytes: two sets of documents of the greatest length that there is, and room to spare.
const LONGEST_LINE: usize = 16 << 20;

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

/// Says why the bytes of a line are no text to look at.
#[derive(Debug, thiserror::Error)]
enum BadLine {
    #[error("longer than {LONGEST_LINE} bytes, the most for a line")]
    TooLong,
    #[error("not UTF-8 at column {column}")]
    Encoding { column: usize },
}

impl From<BadLine> for Unanswered<'_> {
    fn from(problem: BadLine) -> Self {
        Self {
            id: None,
            error: problem.to_string(),
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
///
/// However long the file is, one line of it is held at a time.
pub(super) fn run(
    path: &Path,
    answer: impl for<'l> Fn(&'l str) -> Result<String, Unanswered<'l>>,
) -> Result<Outcome, Failure> {
    let mut file = BufReader::new(files::open(path)?);
    let mut bytes = Vec::new();
    let (mut lines, mut bad) = (0, 0);
    for number in 1.. {
        let text = match next(&mut file, &mut bytes) {
            Ok(Some(text)) => text,
            Ok(None) => break,
            Err(source) => {
                let path = path.to_owned();
                return Err(Failure::Read { path, source });
            }
        };
        if text.as_ref().is_ok_and(|line| line.trim().is_empty()) {
            continue;
        }
        lines += 1;
        let answer = text.map_err(Unanswered::from).and_then(&answer);
        let answer = answer.unwrap_or_else(|Unanswered { id, error }| {
            bad += 1;
            let problem = Problem {
                id,
                line: number,
                error: shorten_middle(&error, LONGEST_MESSAGE),
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

/// Reads the next line, without its end; `None` behind the last one.
fn next<'b>(
    file: &mut impl BufRead,
    bytes: &'b mut Vec<u8>,
) -> std::io::Result<Option<Result<&'b str, BadLine>>> {
    bytes.clear();
    file.by_ref()
        .take(LONGEST_LINE as u64 + 1)
        .read_until(b'\n', bytes)?;
    if bytes.is_empty() {
        return Ok(None);
    }
    let line = match bytes.strip_suffix(b"\n") {
        Some(line) => line.strip_suffix(b"\r").unwrap_or(line),
        None if bytes.len() > LONGEST_LINE => {
            file.skip_until(b'\n')?;
            return Ok(Some(Err(BadLine::TooLong)));
        }
        None => bytes,
    };
    Ok(Some(std::str::from_utf8(line).map_err(|error| {
        let before = line.get(..error.valid_up_to()).unwrap_or_default();
        BadLine::Encoding {
            column: String::from_utf8_lossy(before).chars().count() + 1,
        }
    })))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_lines_of_every_ending() {
        let long = "x".repeat(LONGEST_LINE + 9);
        let mut text = b"a\r\nb\rc\n\n\xc3\xa9\xff\n".to_vec();
        text.extend(format!("{long}\nlast").bytes());
        let (mut file, mut bytes) = (text.as_slice(), Vec::new());
        let mut read = || {
            let line = next(&mut file, &mut bytes).unwrap()?;
            Some(match line {
                Ok(line) => line.to_owned(),
                Err(problem) => problem.to_string(),
            })
        };
        let expected = [
            "a",
            "b\rc",
            "",
            "not UTF-8 at column 2",
            "longer than 16777216 bytes, the most for a line",
            "last",
        ];
        for line in expected {
            assert_eq!(read().as_deref(), Some(line));
        }
        assert_eq!(read(), None);
    }
}
