//! Where the results of a run are kept: an object per account, and the plan.
//!
//! `dt=2026-11-02/run=RUN/plan.json` and `dt=2026-11-02/run=RUN/account=111122223333.ndjson.gz`. An
//! object appears whole or not at all, and has the same name whoever writes it.

use std::collections::BTreeSet;
use std::fs;
use std::io::{Error, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::GzBuilder;
use flate2::read::GzDecoder;

use super::plan::{Plan, ShardsFileError};
use crate::model::AccountId;
use crate::report::organization::{self, AccountResult};
use crate::store::RunId;

const PLAN: &str = "plan.json";
const ACCOUNT: &str = "account=";
const SUFFIX: &str = ".ndjson.gz";
/// How the name of an object that is being written begins.
const STAGING: &str = ".writing-";

/// Holds the place of one run's results.
#[derive(Debug, Clone)]
pub struct Results {
    store: PathBuf,
    folder: PathBuf,
    run: RunId,
}

/// Says why results cannot be kept or read.
#[derive(Debug, thiserror::Error)]
pub enum ResultsError {
    /// The file system refused something.
    #[error("cannot {doing} `{path}`: {source}", path = path.display())]
    Io {
        /// What was tried.
        doing: &'static str,
        /// On which file or folder.
        path: PathBuf,
        /// What the system said.
        source: Error,
    },
    /// A plan is none.
    #[error("`{path}`: {source}", path = path.display())]
    Plan {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: ShardsFileError,
    },
    /// The run is planned already, and otherwise.
    #[error(
        "run `{run}` has another plan in the store already: plan anew, or use the shards that were \
         written then"
    )]
    OtherPlan {
        /// The run.
        run: RunId,
    },
    /// There is no such run.
    #[error("there is no run {run}of many accounts in `{folder}`", run = .run.as_ref().map_or_else(String::new, |run| format!("`{run}` ")), folder = folder.display())]
    NoRun {
        /// The id; `None` for the latest.
        run: Option<RunId>,
        /// The store.
        folder: PathBuf,
    },
    /// A plan cannot be written as JSON.
    #[error("cannot write the plan: {0}")]
    Json(#[from] serde_json::Error),
}

fn failed<'a>(doing: &'static str, path: &'a Path) -> impl FnOnce(Error) -> ResultsError + use<'a> {
    move |source| ResultsError::Io {
        doing,
        path: path.to_owned(),
        source,
    }
}

impl Results {
    /// Names the place of a run; nothing is read or made.
    pub fn of(store: &Path, run: &RunId) -> Self {
        Self {
            store: store.to_owned(),
            folder: store
                .join(format!("dt={}", run.day()))
                .join(format!("run={run}")),
            run: run.clone(),
        }
    }

    /// Finds a run that was planned, the latest one where none is named.
    ///
    /// # Errors
    /// Returns an error where there is none, and the file system's.
    pub fn find(store: &Path, run: Option<&RunId>) -> Result<Self, ResultsError> {
        let is_planned = |run: &RunId| Self::of(store, run).folder.join(PLAN).is_file();
        let found = match run {
            Some(run) => Some(run.clone()).filter(is_planned),
            None => runs(store)?.into_iter().rev().find(is_planned),
        };
        match found {
            Some(run) => Ok(Self::of(store, &run)),
            None => Err(ResultsError::NoRun {
                run: run.cloned(),
                folder: store.to_owned(),
            }),
        }
    }

    /// Returns the run.
    pub fn run(&self) -> &RunId {
        &self.run
    }

    /// Finds the runs of many accounts before this one, the latest first.
    ///
    /// # Errors
    /// Returns the file system's error.
    pub fn earlier(&self) -> Result<Vec<Self>, ResultsError> {
        let earlier = runs(&self.store)?.into_iter().rev();
        let earlier = earlier.filter(|run| *run < self.run);
        let found = earlier.map(|run| Self::of(&self.store, &run));
        Ok(found
            .filter(|results| results.folder.join(PLAN).is_file())
            .collect())
    }

    /// Keeps the plan; the same plan once more changes nothing.
    ///
    /// # Errors
    /// Returns an error where another plan is there, and the file system's.
    pub fn keep_plan(&self, plan: &Plan) -> Result<(), ResultsError> {
        let path = self.folder.join(PLAN);
        if path.is_file() {
            if self.plan()? == *plan {
                return Ok(());
            }
            let run = self.run.clone();
            return Err(ResultsError::OtherPlan { run });
        }
        self.put(&path, plan.to_json()?.as_bytes())
    }

    /// Reads the plan.
    ///
    /// # Errors
    /// Returns the file system's error, and one for a text that is no plan.
    pub fn plan(&self) -> Result<Plan, ResultsError> {
        let path = self.folder.join(PLAN);
        let text = fs::read_to_string(&path).map_err(failed("read", &path))?;
        Plan::from_json(&text).map_err(|source| ResultsError::Plan { path, source })
    }

    /// Keeps the result of an account; the text is what [`organization::write`] writes.
    ///
    /// # Errors
    /// Returns the file system's error.
    pub fn keep(&self, account: &AccountId, text: &[u8]) -> Result<(), ResultsError> {
        let path = self.path(account);
        let compressed = || {
            // No time and no name in the header: the same text gives the same bytes.
            let mut file = GzBuilder::new().write(Vec::new(), Compression::fast());
            file.write_all(text)?;
            file.finish()
        };
        let bytes = compressed().map_err(failed("write", &path))?;
        self.put(&path, &bytes)
    }

    /// Lists the accounts whose result is kept.
    ///
    /// # Errors
    /// Returns the file system's error.
    pub fn kept(&self) -> Result<BTreeSet<AccountId>, ResultsError> {
        let names = names(&self.folder)?;
        let ids = names.iter().filter_map(|name| {
            name.strip_prefix(ACCOUNT)?
                .strip_suffix(SUFFIX)?
                .parse()
                .ok()
        });
        Ok(ids.collect())
    }

    /// Reads the result of an account; `None` where none is kept.
    ///
    /// # Errors
    /// Returns what is wrong with what is kept.
    pub fn account(&self, account: &AccountId) -> std::io::Result<Option<AccountResult>> {
        let file = match fs::File::open(self.path(account)) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            file => file?,
        };
        let mut text = String::new();
        GzDecoder::new(std::io::BufReader::new(file)).read_to_string(&mut text)?;
        let result = organization::read(&text)?;
        if result.summary.account != *account {
            let problem = "it is of another account";
            return Err(Error::new(ErrorKind::InvalidData, problem));
        }
        Ok(Some(result))
    }

    fn path(&self, account: &AccountId) -> PathBuf {
        self.folder.join(format!("{ACCOUNT}{account}{SUFFIX}"))
    }

    /// Writes a file whole or not at all, for its owner only.
    fn put(&self, path: &Path, bytes: &[u8]) -> Result<(), ResultsError> {
        let mut builder = fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder
            .create(&self.folder)
            .map_err(failed("create", &self.folder))?;
        let mut file = tempfile::Builder::new()
            .prefix(STAGING)
            .tempfile_in(&self.folder)
            .map_err(failed("create", &self.folder))?;
        file.write_all(bytes).map_err(failed("write", path))?;
        // A process that is killed loses nothing that was renamed; a damaged object is told.
        file.persist(path)
            .map_err(|error| failed("write", path)(error.error))?;
        Ok(())
    }
}

/// Lists the runs of a store that have a folder of their own, oldest first.
fn runs(store: &Path) -> Result<BTreeSet<RunId>, ResultsError> {
    let mut found = BTreeSet::new();
    for day in names(store)? {
        let Some(date) = day.strip_prefix("dt=") else {
            continue;
        };
        for name in names(&store.join(&day))? {
            let run = name.strip_prefix("run=").map(str::parse::<RunId>);
            found.extend(run.and_then(Result::ok).filter(|run| run.day() == date));
        }
    }
    Ok(found)
}

/// Returns the names in a folder; one that is not there holds nothing.
fn names(folder: &Path) -> Result<BTreeSet<String>, ResultsError> {
    let entries = match fs::read_dir(folder) {
        Err(error) if [ErrorKind::NotFound, ErrorKind::NotADirectory].contains(&error.kind()) => {
            return Ok(BTreeSet::new());
        }
        entries => entries.map_err(failed("read", folder))?,
    };
    let mut found = BTreeSet::new();
    for entry in entries {
        let name = entry.map_err(failed("read", folder))?.file_name();
        found.extend(name.into_string().ok());
    }
    Ok(found)
}
