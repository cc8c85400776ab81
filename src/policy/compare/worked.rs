//! Worked questions: what each pair of policies is answered with, and how many steps that takes.
//!
//! `tests/worked` holds the questions, in the lines that `roledrift policy diff --batch` reads, and the answers.
//! An answer in other words, or for more steps, is seen in the change that brings it.
//! `ROLEDRIFT_BLESS=1 cargo test --no-default-features --lib worked` writes the answers anew.
//!
//! Must not know how the comparison works.

use std::fmt::Write as _;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::gains::{ActionLists, Gain, GainedActions};
use crate::policy::budget::paid;
use crate::policy::{
    Denial, Difference, Document, Kind, Reading, Witness, any_new_access, compare, new_access_under,
};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/worked");

/// What filling one list may take.
const LIST_STEPS: u64 = 400_000;

#[derive(Deserialize)]
struct Question<'l> {
    id: String,
    #[serde(borrow)]
    reference: &'l RawValue,
    #[serde(borrow)]
    candidate: &'l RawValue,
}

/// Does a piece of work, and returns what it took.
fn counted<T>(work: impl FnOnce() -> T) -> (T, u64) {
    let before = paid();
    let done = work();
    (done, paid() - before)
}

fn witness(witness: &Witness) -> String {
    let reading = witness.reading.map(|own| format!(", read {own:?}"));
    let (request, by) = (&witness.request, witness.allowed_by);
    format!("{request}, by {by}{}", reading.unwrap_or_default())
}

fn difference(found: &Difference) -> String {
    match found {
        Difference::Nothing => "nothing".to_owned(),
        Difference::NothingBySegment(own) => format!("nothing by segment: {}", witness(own)),
        Difference::Witness(own) => witness(own),
        Difference::Undecided(reason) => format!("undecided: {reason}"),
    }
}

fn denial(found: &Denial) -> String {
    match found {
        Denial::Nothing => "nothing".to_owned(),
        Denial::Witness { request, denied_by } => format!("{request}, by {denied_by}"),
        Denial::Undecided(reason) => format!("undecided: {reason}"),
    }
}

fn gain(gain: &Gain) -> String {
    let some = |of: usize| {
        if of == 0 {
            String::new()
        } else {
            format!(", {of} in all")
        }
    };
    let first = gain
        .actions
        .first()
        .map_or("none published", |own| own.text());
    format!(
        "{:?}: {first}{}; {:?}; {:?}; by {:?}; {}",
        gain.extent,
        some(gain.actions.len()),
        gain.unpublished,
        gain.future
            .iter()
            .map(|own| (&own.pattern, own.statement.to_string()))
            .collect::<Vec<_>>(),
        gain.allowed_by
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>(),
        witness(&gain.example)
    )
}

fn lists(found: &GainedActions) -> String {
    let mut text = String::new();
    for own in &found.gains {
        let _ = write!(text, "\n    {}", gain(own));
    }
    for own in &found.undecided {
        let _ = write!(text, "\n    undecided: {}", own.text());
    }
    if found.is_cut_short {
        text.push_str("\n    cut short");
    }
    text
}

/// Answers one question by everything that compares.
fn answer(question: &Question<'_>, kind: Kind) -> String {
    let read = |text: &RawValue| Document::parse(text.get(), kind).unwrap();
    let (reference, candidate) = (read(question.reference), read(question.candidate));
    let (reference, candidate) = (&[&reference][..], &[&candidate][..]);
    let (compared, steps) = counted(|| compare(reference, candidate));
    let mut text = format!("{}: {:?}, {steps} steps\n", question.id, compared.verdict);
    for (name, one, other, found) in [
        ("gained", reference, candidate, &compared.gained),
        ("lost", candidate, reference, &compared.lost),
    ] {
        let (asked, asking) = counted(|| any_new_access(one, other));
        let (whole, reading) = counted(|| new_access_under(Reading::WholeText, one, other));
        let (listed, listing) =
            counted(|| ActionLists::new(LIST_STEPS, LIST_STEPS).gained(one, other));
        let _ = writeln!(text, "  {name}: {}", difference(found));
        let _ = writeln!(text, "  any, {asking} steps: {}", difference(&asked));
        let _ = writeln!(text, "  whole, {reading} steps: {}", difference(&whole));
        let _ = writeln!(text, "  lists, {listing} steps{}", lists(&listed));
    }
    let _ = writeln!(text, "  denied: {}", denial(&compared.denials.gained));
    let _ = writeln!(text, "  not denied: {}", denial(&compared.denials.lost));
    text
}

fn assert_answers(name: &str, kind: Kind) {
    let questions = std::fs::read_to_string(format!("{FOLDER}/{name}.ndjson")).unwrap();
    let questions = questions
        .lines()
        .map(|line| serde_json::from_str(line).unwrap());
    let answers: Vec<_> = questions.map(|own| answer(&own, kind)).collect();
    let file = format!("{FOLDER}/{name}.txt");
    if std::env::var_os("ROLEDRIFT_BLESS").is_some() {
        std::fs::write(file, answers.concat()).unwrap();
        return;
    }
    let expected = std::fs::read_to_string(file).unwrap();
    let mut rest = expected.as_str();
    for answer in answers {
        // Only the question that is answered differently.
        let known = rest.get(..answer.len().min(rest.len()));
        assert_eq!(known, Some(answer.as_str()), "see the head of {}", file!());
        rest = rest.get(answer.len()..).unwrap();
    }
    assert_eq!(rest, "", "answers without a question");
}

#[test]
fn identity_policies() {
    assert_answers("identity", Kind::Identity);
}

#[test]
fn trust_policies() {
    assert_answers("trust", Kind::Trust);
}

#[test]
fn resource_policies() {
    assert_answers("resource", Kind::Resource);
}
