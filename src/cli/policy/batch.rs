//! `roledrift policy diff --batch`: many comparisons, one line each, in order.

use std::path::Path;
use std::time::Instant;

use roledrift::policy::compare;
use roledrift::report::comparison::{ComparisonEntry, Side};
use roledrift::report::ndjson_line;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::kind;
use crate::cli::args::PolicyKind;
use crate::cli::exit::{Failure, Outcome};
use crate::cli::files;

/// One line to read.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Pair<'a> {
    #[serde(borrow, default)]
    id: Option<&'a RawValue>,
    #[serde(borrow)]
    reference: &'a RawValue,
    #[serde(borrow)]
    candidate: &'a RawValue,
}

/// One line to write.
#[derive(Serialize)]
struct Answer<'a> {
    id: Option<&'a RawValue>,
    #[serde(flatten)]
    comparison: ComparisonEntry<'a>,
    micros: u128,
}

/// The line of a pair that cannot be compared.
#[derive(Serialize)]
struct Problem<'a> {
    id: Option<&'a RawValue>,
    line: usize,
    error: String,
}

/// Answers every line; bad lines get an error line, and exit code 2 in the end.
pub(super) fn run(path: &Path, policy_kind: Option<PolicyKind>) -> Result<Outcome, Failure> {
    let text = files::read(path)?;
    let (mut lines, mut bad) = (0, 0);
    for (index, line) in text.lines().enumerate() {
        if line.trim().is_empty() {
            continue;
        }
        lines += 1;
        let answer = match serde_json::from_str::<Pair<'_>>(line) {
            Ok(pair) => match answer(&pair, policy_kind) {
                Ok(answer) => answer,
                Err(error) => {
                    bad += 1;
                    problem(pair.id, index, error)
                }
            },
            Err(error) => {
                bad += 1;
                problem(None, index, error.to_string())
            }
        };
        files::write_stdout(answer.as_bytes())?;
    }
    if bad > 0 {
        return Err(Failure::BadLines { bad, lines });
    }
    Ok(Outcome::Clean)
}

fn answer(pair: &Pair<'_>, policy_kind: Option<PolicyKind>) -> Result<String, String> {
    let reference = side("reference", pair.reference, policy_kind)?;
    let candidate = side("candidate", pair.candidate, policy_kind)?;
    let begun = Instant::now();
    let comparison = compare(&reference.documents(), &candidate.documents());
    let answer = Answer {
        id: pair.id,
        comparison: ComparisonEntry::of(&comparison, &reference, &candidate),
        micros: begun.elapsed().as_micros(),
    };
    ndjson_line(&answer).map_err(|error| error.to_string())
}

/// Reads a document, or a list of documents.
fn side(name: &str, value: &RawValue, policy_kind: Option<PolicyKind>) -> Result<Side, String> {
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
    Ok(Side {
        documents: documents.collect::<Result<_, _>>()?,
    })
}

fn problem(id: Option<&RawValue>, index: usize, error: String) -> String {
    let problem = Problem {
        id,
        line: index + 1,
        error,
    };
    ndjson_line(&problem).unwrap_or_default()
}
