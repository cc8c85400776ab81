//! The command line: arguments, configuration, progress and exit codes.
//!
//! Holds no logic that another front end would need.

mod args;
mod baseline;
mod config;
mod exit;
mod files;
mod progress;
mod rules;
mod scan;
mod snapshot;
mod source;

use std::process::ExitCode;

use clap::{CommandFactory, Parser};

use args::{Arguments, Command};
use exit::{Failure, Outcome};

/// Runs the command that the process was called with.
pub(crate) fn run() -> ExitCode {
    let arguments = Arguments::parse();
    start_logging(arguments.verbose);
    match execute(arguments.command) {
        Ok(outcome) => outcome.into(),
        Err(failure) => exit::report(&failure),
    }
}

fn execute(command: Command) -> Result<Outcome, Failure> {
    match command {
        Command::Scan(arguments) => scan::run(*arguments),
        Command::Snapshot(arguments) => snapshot::run(&arguments),
        Command::Baseline { command } => baseline::run(command),
        Command::Rules => rules::list(),
        Command::Explain { rule } => rules::explain(&rule),
        Command::Completions { shell } => {
            let mut command = Arguments::command();
            let mut text = Vec::new();
            clap_complete::generate(shell, &mut command, "roledrift", &mut text);
            files::write_stdout(&text)
        }
        Command::Man => {
            let mut text = Vec::new();
            clap_mangen::Man::new(Arguments::command())
                .render(&mut text)
                .map_err(Failure::Stdout)?;
            files::write_stdout(&text)
        }
    }
}

fn start_logging(verbose: u8) {
    let level = match verbose {
        0 => tracing::Level::WARN,
        1 => tracing::Level::INFO,
        2 => tracing::Level::DEBUG,
        _ => tracing::Level::TRACE,
    };
    tracing_subscriber::fmt()
        .with_max_level(level)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::IsTerminal::is_terminal(&std::io::stderr()))
        .with_target(verbose > 1)
        .without_time()
        .init();
}
