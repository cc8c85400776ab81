//! `roledrift man`: the manual pages, made from the command line's own texts.

use std::path::Path;

use clap::CommandFactory;
use clap_mangen::Man;

use super::args::Arguments;
use super::exit::{Failure, Outcome};
use super::files;

/// Prints the page of one command, by its words (`policy diff`); none is roledrift's own page.
pub(super) fn show(words: &[String]) -> Result<Outcome, Failure> {
    let mut command = whole();
    for word in words {
        let Some(next) = command.find_subcommand(word) else {
            return Err(Failure::NoPage {
                command: words.join(" "),
            });
        };
        command = next.clone();
    }
    let mut text = Vec::new();
    Man::new(command)
        .render(&mut text)
        .map_err(Failure::Stdout)?;
    files::write_stdout(&text)
}

/// Writes the page of every command into a folder, as `roledrift-policy-diff.1` and so on.
pub(super) fn write(folder: &Path) -> Result<Outcome, Failure> {
    let failed = |source| Failure::Write {
        path: folder.to_owned(),
        source,
    };
    std::fs::create_dir_all(folder).map_err(failed)?;
    clap_mangen::generate_to(Arguments::command(), folder).map_err(failed)?;
    Ok(Outcome::Clean)
}

/// Returns the command with all that its parts inherit, such as the names of their pages.
fn whole() -> clap::Command {
    let mut command = Arguments::command().disable_help_subcommand(true);
    command.build();
    command
}
