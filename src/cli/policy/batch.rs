//! `roledrift policy diff --batch`: many comparisons.

use std::path::Path;
use std::time::Instant;

use roledrift::policy::review;
use roledrift::report::comparison::{ComparisonEntry, Shown, Side};
use roledrift::report::ndjson_line;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::documents;
use super::lines::{self, Unanswered};
use crate::cli::args::PolicyKind;
use crate::cli::exit::{Failure, Outcome};

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

/// Answers every line; bad lines get an error line, and exit code 2 in the end.
pub(super) fn run(
    path: &Path,
    policy_kind: Option<PolicyKind>,
    lists: bool,
) -> Result<Outcome, Failure> {
    lines::run(path, |line| answer_line(line, policy_kind, lists))
}

pub(super) fn answer_line(
    line: &str,
    policy_kind: Option<PolicyKind>,
    lists: bool,
) -> Result<String, Unanswered<'_>> {
    let pair: Pair<'_> = serde_json::from_str(line)?;
    answer(&pair, policy_kind, lists).map_err(|error| Unanswered { id: pair.id, error })
}

fn answer(pair: &Pair<'_>, policy_kind: Option<PolicyKind>, lists: bool) -> Result<String, String> {
    let side = |name, value| {
        let documents = documents::from_json(name, value, policy_kind)?;
        Ok::<_, String>(Side { documents })
    };
    let reference = side("reference", pair.reference)?;
    let candidate = side("candidate", pair.candidate)?;
    let begun = Instant::now();
    let review = review(&reference.documents(), &candidate.documents(), lists);
    let micros = begun.elapsed().as_micros();
    let answer = Answer {
        id: pair.id,
        comparison: ComparisonEntry::of(&Shown {
            review: &review,
            reference: &reference,
            candidate: &candidate,
            called: "the candidate",
        }),
        micros,
    };
    ndjson_line(&answer).map_err(|error| error.to_string())
}
