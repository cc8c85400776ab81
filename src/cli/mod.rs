//! The command line: arguments, configuration, progress and exit codes.
//!
//! Holds no logic that another front end would need.

mod args;
mod baseline;
mod config;
mod exit;
mod files;
#[cfg(fuzzing)]
pub(crate) mod fuzzed;
mod history;
mod lock;
mod man;
mod many;
mod objects;
mod permissions;
mod plan;
mod policy;
mod progress;
mod recording;
mod rules;
mod runs;
mod scan;
mod snapshot;
mod source;

use std::process::ExitCode;

use clap::{CommandFactory, Parser};
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use args::{Arguments, Command};
use exit::{Failure, Outcome};

/// Runs the command that the process was called with.
pub(crate) fn run() -> ExitCode {
    forbid_core_dumps();
    let arguments = Arguments::parse();
    start_logging(arguments.quiet, arguments.verbose);
    match execute(arguments.command) {
        Ok(outcome) => outcome.into(),
        Err(failure) => exit::report(&failure),
    }
}

fn execute(command: Command) -> Result<Outcome, Failure> {
    match command {
        Command::Scan(arguments) => scan::run(*arguments),
        Command::Plan(arguments) => plan::run(*arguments),
        Command::Merge(arguments) => many::merge_store(&arguments),
        Command::Snapshot(arguments) => snapshot::run(&arguments),
        Command::Baseline { command } => baseline::run(command),
        Command::Policy { command } => policy::run(command),
        Command::History(arguments) => history::run(&arguments),
        Command::Rules => rules::list(),
        Command::Explain { rule } => rules::explain(&rule),
        Command::Permissions(arguments) => permissions::run(&arguments),
        Command::Completions { shell } => {
            let mut command = Arguments::command();
            let mut text = Vec::new();
            clap_complete::generate(shell, &mut command, "roledrift", &mut text);
            files::write_stdout(&text)
        }
        Command::Man { dir: None, words } => man::show(&words),
        Command::Man { dir: Some(dir), .. } => man::write(&dir),
    }
}

/// Keeps credentials out of core files, whatever the shell allows.
fn forbid_core_dumps() {
    #[cfg(all(unix, not(fuzzing)))]
    {
        use rustix::process::{Resource, Rlimit, setrlimit};
        let none = Rlimit {
            current: Some(0),
            maximum: Some(0),
        };
        // Lowering a limit is everybody's right: where the system forbids it, it also forbids what it limits.
        let _ = setrlimit(Resource::Core, none);
    }
}

/// Logs to stderr: this tool's own words, and with `-v` what its dependencies warn of.
///
/// Dependencies never log below info: their debug lines hold signed requests.
fn start_logging(quiet: bool, verbose: u8) {
    let (own, others) = match (quiet, verbose) {
        (true, _) => (LevelFilter::ERROR, LevelFilter::OFF),
        (false, 0) => (LevelFilter::WARN, LevelFilter::OFF),
        (false, 1) => (LevelFilter::INFO, LevelFilter::WARN),
        (false, 2) => (LevelFilter::DEBUG, LevelFilter::INFO),
        (false, _) => (LevelFilter::TRACE, LevelFilter::INFO),
    };
    let lines = tracing_subscriber::fmt::layer()
        .with_writer(std::io::stderr)
        .with_ansi(std::io::IsTerminal::is_terminal(&std::io::stderr()))
        .with_target(false)
        .without_time();
    tracing_subscriber::registry()
        .with(lines)
        .with(
            Targets::new()
                .with_default(others)
                .with_target("roledrift", own),
        )
        .init();
}
