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

pub(super) fn run(command: PolicyCommand) -> Result<Outcome, Failure> {
    match command {
        PolicyCommand::Diff(arguments) => diff::run(&arguments),
        PolicyCommand::Eval(arguments) => eval::run(&arguments),
    }
}
