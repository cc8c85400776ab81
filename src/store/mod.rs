//! Runs over time, without a server: each audit kept as compressed NDJSON in a folder, and what is
//! new, known or resolved since.
//!
//! Decides nothing about drift, shows nothing, and knows no clock: times and chance come in.
//!
//! The layout is what DuckDB and Athena read; `docs/history.md` has it with its queries.

mod ascii;
mod history;
mod manifest;
mod read;
mod report_file;
mod rows;
mod run;
mod run_id;
mod trail;
mod write;

use std::path::{Path, PathBuf};

pub use history::{AccountHistory, History, Pass, history};
pub use manifest::FORMAT_VERSION;
pub use read::{Obstacle, SetAside, Stored};
pub use report_file::{READS_REPORT_VERSION, ReportFileError, previous_report};
pub use run::{Record, Run};
pub use run_id::RunId;
pub use trail::{Comparison, Open, Previous, Standing, Trail};

/// Names a folder that keeps runs.
#[derive(Debug, Clone)]
pub struct Store {
    folder: PathBuf,
}

/// Holds a folder's runs, oldest first, and what is there and cannot be read.
#[derive(Debug, Clone, Default)]
pub struct Listing {
    /// Finished runs.
    pub runs: Vec<Stored>,
    /// What was left out, and why.
    pub set_aside: Vec<SetAside>,
}

/// Says why a folder cannot keep or show runs.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The file system refused something.
    #[error("cannot {doing} `{path}`: {source}", path = path.display())]
    Io {
        /// What was tried: `read`, `create`, `write`, `rename`.
        doing: &'static str,
        /// On which file or folder.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The name is that of something else.
    #[error("`{path}` is no folder", path = path.display())]
    NoFolder {
        /// The path.
        path: PathBuf,
    },
    /// The account was read at a time that no calendar folder has.
    #[error("the account says it was read at {0}, a time outside the years 0 to 9999")]
    Time(jiff::Timestamp),
    /// No run bears this id.
    #[error("there is no run `{id}` in `{folder}`; `roledrift history` lists them", folder = folder.display())]
    NoSuchRun {
        /// The id.
        id: RunId,
        /// The folder.
        folder: PathBuf,
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
    /// Names a folder, which need not be there yet; nothing is read or made.
    ///
    /// # Errors
    /// Returns an error where the name is that of something else.
    pub fn new(folder: impl Into<PathBuf>) -> Result<Self, StoreError> {
        let folder = folder.into();
        if folder.exists() && !folder.is_dir() {
            return Err(StoreError::NoFolder { path: folder });
        }
        Ok(Self { folder })
    }

    /// Returns the folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }
}

/// Adds what was tried, and where, to an error of the file system.
fn failed<'a>(
    doing: &'static str,
    path: &'a Path,
) -> impl FnOnce(std::io::Error) -> StoreError + use<'a> {
    move |source| StoreError::Io {
        doing,
        path: path.to_owned(),
        source,
    }
}
