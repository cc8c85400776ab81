//! `roledrift policy eval --batch`: many requests.

use std::path::Path;
use std::time::Instant;

use roledrift::policy::{Document, explain};
use roledrift::report::evaluation::{DecisionEntry, Evaluation};
use roledrift::report::ndjson_line;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::documents;
use super::lines::{self, Unanswered};
use super::request::RequestLine;
use crate::cli::args::PolicyKind;
use crate::cli::exit::{Failure, Outcome};

/// One line to read.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Question<'a> {
    #[serde(borrow, default)]
    id: Option<&'a RawValue>,
    #[serde(borrow)]
    policies: &'a RawValue,
    #[serde(borrow)]
    request: &'a RawValue,
}

/// One line to write.
#[derive(Serialize)]
struct Answer<'a> {
    id: Option<&'a RawValue>,
    #[serde(flatten)]
    decision: DecisionEntry<'a>,
    micros: u128,
}

/// Answers every line; bad lines get an error line, and exit code 2 in the end.
pub(super) fn run(path: &Path, policy_kind: Option<PolicyKind>) -> Result<Outcome, Failure> {
    lines::run(path, |line| answer_line(line, policy_kind))
}

pub(super) fn answer_line(
    line: &str,
    policy_kind: Option<PolicyKind>,
) -> Result<String, Unanswered<'_>> {
    let question: Question<'_> = serde_json::from_str(line)?;
    answer(&question, policy_kind).map_err(|error| Unanswered {
        id: question.id,
        error,
    })
}

fn answer(question: &Question<'_>, policy_kind: Option<PolicyKind>) -> Result<String, String> {
    let documents = documents::from_json("policies", question.policies, policy_kind)?;
    let request = RequestLine::read(question.request.get())?;
    let set: Vec<&Document> = documents.iter().map(|(_, document)| document).collect();
    let begun = Instant::now();
    let explanation = explain(&set, &request);
    let micros = begun.elapsed().as_micros();
    let evaluation = Evaluation {
        documents: &documents,
        request: &request,
        explanation: &explanation,
    };
    let answer = Answer {
        id: question.id,
        decision: DecisionEntry::of(&evaluation),
        micros,
    };
    ndjson_line(&answer).map_err(|error| error.to_string())
}
