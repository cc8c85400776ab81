//! Times the engine in-process, for `benches/engine.py`: reads what to do, writes one line of JSON for each answer.
//!
//! `directed DIRECTORY` compares every ordered pair of versions below `DIRECTORY/*/policies`, one direction each.
//! `evaluate FILE` answers the requests of each line of FILE, `{"policy": …, "requests": […]}`.

#![allow(
    clippy::expect_used,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a bench ends where something is wrong with its input"
)]

use std::collections::BTreeMap;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use roledrift::policy::{
    Context, Decision, Difference, Document, Kind, Reason, Request, Value, evaluate, new_access,
};
use serde::Deserialize;
use serde_json::json;
use serde_json::value::RawValue;

/// How often each question is asked; the median counts.
const ROUNDS: usize = 5;

fn main() {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    match arguments
        .iter()
        .map(String::as_str)
        .collect::<Vec<_>>()
        .as_slice()
    {
        ["directed", directory, ..] => directed(Path::new(directory)),
        ["evaluate", file, ..] => evaluation(Path::new(file)),
        _ => println!("run by benches/engine.py; see benches/README.md"),
    }
}

fn directed(directory: &Path) {
    for family in entries(directory) {
        let versions: Vec<_> = entries(&family.join("policies"))
            .into_iter()
            .map(|path| {
                let text = std::fs::read_to_string(&path).expect("a readable policy");
                (
                    path,
                    Document::parse(&text, Kind::Identity).expect("a policy"),
                )
            })
            .collect();
        for (reference, known) in &versions {
            for (candidate, document) in &versions {
                let (answer, took) = timed(|| new_access(&[known], &[document]));
                let line = json!({
                    "reference": reference,
                    "candidate": candidate,
                    "answer": name(&answer),
                    "nanos": nanos(took),
                });
                println!("{line}");
            }
        }
    }
}

/// Returns what a folder holds, in order; nothing where there is none.
fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten();
    let mut paths: Vec<_> = entries
        .map(|entry| entry.expect("a readable folder").path())
        .collect();
    paths.sort();
    paths
}

fn name(difference: &Difference) -> &'static str {
    if let Difference::Undecided(reason) = difference {
        return if *reason == Reason::Budget {
            "undecided (budget)"
        } else {
            "undecided"
        };
    }
    if matches!(difference, Difference::Witness(_)) {
        "witness"
    } else {
        "nothing"
    }
}

/// Asks once to warm up, then several times, and returns the answer with the median time.
fn timed<T>(ask: impl Fn() -> T) -> (T, Duration) {
    let answer = ask();
    let mut times: Vec<_> = (0..ROUNDS)
        .map(|_| {
            let begun = Instant::now();
            black_box(ask());
            begun.elapsed()
        })
        .collect();
    times.sort();
    let median = times.get(ROUNDS / 2).copied().unwrap_or_default();
    (answer, median)
}

fn nanos(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

#[derive(Deserialize)]
struct Case {
    policy: Box<RawValue>,
    requests: Vec<Asked>,
}

#[derive(Deserialize)]
struct Asked {
    action: String,
    resource: String,
    context: BTreeMap<String, String>,
}

impl Asked {
    fn request(self) -> Request {
        let context: Context = self
            .context
            .into_iter()
            .map(|(key, value)| (key, Value::One(value)))
            .collect();
        Request {
            action: self.action,
            resource: Some(self.resource),
            principal: None,
            context,
        }
    }
}

fn evaluation(file: &Path) {
    let text = std::fs::read_to_string(file).expect("a readable file of cases");
    for line in text.lines() {
        let case: Case = serde_json::from_str(line).expect("a case");
        let parse = || Document::parse(case.policy.get(), Kind::Identity).expect("a policy");
        let (document, parsing) = timed(parse);
        let requests: Vec<_> = case.requests.into_iter().map(Asked::request).collect();
        let (answers, took) = timed(|| {
            let answers = requests
                .iter()
                .map(|request| evaluate(&[&document], request));
            answers
                .map(|decision| matches!(decision, Decision::Allowed(_)))
                .collect::<Vec<_>>()
        });
        println!(
            "{}",
            json!({"allowed": answers, "nanos": nanos(took), "parsing": nanos(parsing)})
        );
    }
}
