//! `roledrift policy`.

mod batch;
mod diff;
mod documents;
mod eval;
mod eval_batch;
mod kind;
mod lines;
pub(super) mod notation;
mod request;

use super::args::PolicyCommand;
use super::exit::{Failure, Outcome};

/// Answers a line of `policy diff --batch`.
#[cfg(fuzzing)]
pub(super) fn answer_pair(line: &str) -> Option<String> {
    batch::answer_line(line, None, true).ok()
}

/// Answers a line of `policy eval --batch`.
#[cfg(fuzzing)]
pub(super) fn answer_question(line: &str) -> Option<String> {
    eval_batch::answer_line(line, None).ok()
}

pub(super) fn run(command: PolicyCommand) -> Result<Outcome, Failure> {
    match command {
        PolicyCommand::Diff(arguments) => diff::run(&arguments),
        PolicyCommand::Eval(arguments) => eval::run(&arguments),
    }
}
