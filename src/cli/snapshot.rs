//! `roledrift snapshot`.

use std::path::Path;

use roledrift::inventory::snapshot;

use super::args::SnapshotArgs;
use super::config::Config;
use super::exit::{Failure, Outcome};
use super::{baseline, files, source};

pub(super) fn run(arguments: &SnapshotArgs) -> Result<Outcome, Failure> {
    let mut source = arguments.source.clone();
    Config::read(arguments.config.as_deref())?.complete_source(&mut source);
    // Where services are offered is all that is asked of them.
    let baselines = baseline::load(&[])?;
    let inventory = source::read(&source, &baselines)?;
    let mut text = Vec::new();
    snapshot::write(&inventory, &mut text).map_err(Failure::Stdout)?;
    if arguments.output == Path::new("-") {
        files::write_stdout(&text)
    } else {
        files::write(&arguments.output, &text).map(|()| Outcome::Clean)
    }
}
