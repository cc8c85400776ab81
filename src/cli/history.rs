//! `roledrift history`.

use roledrift::report::history;
use roledrift::store::{self, Obstacle, Store};

use super::args::{HistoryArgs, HistoryFormat};
use super::config::Config;
use super::exit::{Failure, Outcome};
use super::{files, objects};

pub(super) fn run(arguments: &HistoryArgs) -> Result<Outcome, Failure> {
    let config = Config::read(arguments.config.as_deref())?;
    let location = arguments.store.clone().or_else(|| config.store());
    let objects = objects::open_existing(&location.ok_or(Failure::NoStore)?)?;
    let found = store::history(&Store::new(objects), arguments.account.as_ref())?;
    let mut text = Vec::new();
    match arguments.format {
        HistoryFormat::Terminal => {
            history::text(&found, &mut text).map_err(Failure::Stdout)?;
            files::write_styled(&text)?;
        }
        HistoryFormat::Json => {
            history::json(&found, &mut text).map_err(Failure::Stdout)?;
            files::write_stdout(&text)?;
        }
    }
    // An unfinished run is none yet; one that is damaged is missing from what was shown.
    let mut set_aside = found.set_aside.iter();
    Ok(
        if set_aside.any(|aside| aside.obstacle != Obstacle::Unfinished) {
            Outcome::Incomplete
        } else {
            Outcome::Clean
        },
    )
}
