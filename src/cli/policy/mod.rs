//! `roledrift policy`.

mod batch;
mod diff;
mod documents;
mod kind;
mod lines;

use super::args::PolicyCommand;
use super::exit::{Failure, Outcome};

pub(super) fn run(command: PolicyCommand) -> Result<Outcome, Failure> {
    match command {
        PolicyCommand::Diff(arguments) => diff::run(&arguments),
    }
}
