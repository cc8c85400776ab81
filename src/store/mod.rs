//! Runs over time, without a server: each audit kept as compressed NDJSON, and what is new, known or
//! resolved since.
//!
//! Decides nothing about drift, shows nothing, and knows no clock: times and chance come in.
//!
//! The layout is what DuckDB and Athena read; `docs/history.md` has it with its queries.

mod ascii;
mod history;
mod layout;
mod manifest;
mod read;
mod report_file;
mod rows;
mod run;
mod run_id;
mod trail;
mod write;

pub use history::{AccountHistory, History, Pass, history};
pub(crate) use layout::{folder_of, runs_below};
pub use manifest::FORMAT_VERSION;
pub use read::{Obstacle, SetAside, Stored};
pub use report_file::{READS_REPORT_VERSION, ReportFileError, previous_report};
pub use run::{Record, Run};
pub use run_id::RunId;
pub use trail::{Comparison, Open, Previous, Standing, Trail};

use crate::objects::{Objects, ObjectsError};

/// Keeps runs.
#[derive(Debug, Clone)]
pub struct Store {
    objects: Objects,
}

/// Holds a store's runs, oldest first, and what is there and cannot be read.
#[derive(Debug, Clone, Default)]
pub struct Listing {
    /// Finished runs.
    pub runs: Vec<Stored>,
    /// What was left out, and why.
    pub set_aside: Vec<SetAside>,
}

/// Says why runs cannot be kept or shown.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// An object cannot be kept or read.
    #[error(transparent)]
    Objects(#[from] ObjectsError),
    /// A row cannot be written as JSON.
    #[error("cannot write the run: {0}")]
    Write(#[from] std::io::Error),
    /// The account was read at a time that no calendar folder has.
    #[error("the account says it was read at {0}, a time outside the years 0 to 9999")]
    Time(jiff::Timestamp),
    /// The run is there already.
    #[error("run `{0}` is kept already")]
    Twice(RunId),
    /// No run bears this id.
    #[error("there is no run `{id}` in `{place}`; `roledrift history` lists them")]
    NoSuchRun {
        /// The id.
        id: RunId,
        /// The store.
        place: String,
    },
    /// The run is of another account.
    #[error("run `{id}` is of account {found}, not {wanted}")]
    OtherAccount {
        /// The id.
        id: RunId,
        /// Whose run it is.
        found: String,
        /// The audited account.
        wanted: String,
    },
    /// The run is there and cannot be read.
    #[error("cannot compare with run `{id}`: {obstacle}")]
    Unreadable {
        /// The id.
        id: RunId,
        /// Why not.
        obstacle: Obstacle,
    },
}

impl Store {
    /// Keeps runs as objects; nothing is read or made.
    pub fn new(objects: Objects) -> Self {
        Self { objects }
    }
}
