//! Where the results of a run are kept: an object per account, and the plan.
//!
//! `dt=2026-11-02/run=RUN/plan.json` and `dt=2026-11-02/run=RUN/account=111122223333.ndjson.gz`. An
//! object appears whole or not at all, and has the same name whoever writes it. In a temporary place it has
//! no `.gz`.

use std::collections::BTreeSet;
use std::io::{Error, ErrorKind};

use super::packing::Packing;
use super::plan::{Plan, ShardsFileError};
use crate::model::AccountId;
use crate::objects::{Objects, ObjectsError};
use crate::report::organization::{self, AccountResult};
use crate::store::{RunId, folder_of, runs_below};

const PLAN: &str = "plan.json";
const ACCOUNT: &str = "account=";
const LINES: &str = ".ndjson";
/// The most bytes of a plan: a million accounts.
const PLAN_MOST: u64 = 128 << 20;

/// Holds the place of one run's results.
#[derive(Debug, Clone)]
pub struct Results {
    objects: Objects,
    run: RunId,
    packing: Packing,
}

/// Says why results cannot be kept or read.
#[derive(Debug, thiserror::Error)]
pub enum ResultsError {
    /// An object cannot be kept or read.
    #[error(transparent)]
    Objects(#[from] ObjectsError),
    /// A plan is none.
    #[error("`{place}`: {source}")]
    Plan {
        /// Its path or address.
        place: String,
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
    #[error("there is no run {run}of many accounts in `{place}`", run = .run.as_ref().map_or_else(String::new, |run| format!("`{run}` ")))]
    NoRun {
        /// The id; `None` for the latest.
        run: Option<RunId>,
        /// The store.
        place: String,
    },
    /// A plan or a result cannot be written.
    #[error("cannot write it: {0}")]
    Write(#[from] Error),
}

impl Results {
    /// Names the place of a run; nothing is read or made.
    pub fn of(objects: &Objects, run: &RunId) -> Self {
        Self {
            objects: objects.clone(),
            run: run.clone(),
            packing: Packing::of(objects),
        }
    }

    /// Finds a run that was planned, the latest one where none is named.
    ///
    /// # Errors
    /// Returns an error where there is none, or the store cannot be listed.
    pub fn find(objects: &Objects, run: Option<&RunId>) -> Result<Self, ResultsError> {
        let candidates = match run {
            Some(run) => [run.clone()].into(),
            None => runs_below(objects, "")?,
        };
        for run in candidates.into_iter().rev() {
            let results = Self::of(objects, &run);
            if results.is_planned()? {
                return Ok(results);
            }
        }
        Err(ResultsError::NoRun {
            run: run.cloned(),
            place: objects.address(""),
        })
    }

    /// Returns the run.
    pub fn run(&self) -> &RunId {
        &self.run
    }

    /// Finds the runs of many accounts before this one, the latest first.
    ///
    /// # Errors
    /// Returns an error where the store cannot be listed.
    pub fn earlier(&self) -> Result<Vec<Self>, ResultsError> {
        let mut found = Vec::new();
        for run in runs_below(&self.objects, "")?.into_iter().rev() {
            let results = Self::of(&self.objects, &run);
            if run < self.run && results.is_planned()? {
                found.push(results);
            }
        }
        Ok(found)
    }

    /// Keeps the plan; the same plan once more changes nothing.
    ///
    /// # Errors
    /// Returns an error where another plan is there, or it cannot be kept.
    pub fn keep_plan(&self, plan: &Plan) -> Result<(), ResultsError> {
        if self.is_planned()? {
            if self.plan()? == *plan {
                return Ok(());
            }
            let run = self.run.clone();
            return Err(ResultsError::OtherPlan { run });
        }
        let text = plan.to_json().map_err(Error::from)?;
        Ok(self.objects.put(&self.name(PLAN), text.as_bytes())?)
    }

    /// Reads the plan.
    ///
    /// # Errors
    /// Returns an error where it cannot be read, or is none.
    pub fn plan(&self) -> Result<Plan, ResultsError> {
        let name = self.name(PLAN);
        let text = self.objects.get(&name, PLAN_MOST)?.unwrap_or_default();
        Plan::from_json(&String::from_utf8_lossy(&text)).map_err(|source| ResultsError::Plan {
            place: self.objects.address(&name),
            source,
        })
    }

    /// Keeps the result of an account; the text is what [`organization::write`] writes.
    ///
    /// # Errors
    /// Returns an error where it cannot be kept.
    pub fn keep(&self, account: &AccountId, text: &[u8]) -> Result<(), ResultsError> {
        let packed = self.packing.pack(text)?;
        Ok(self.objects.put(&self.name_of(account), &packed)?)
    }

    /// Keeps something else of the run, and returns its path or address.
    ///
    /// # Errors
    /// Returns an error where it cannot be kept.
    pub fn keep_file(&self, name: &str, bytes: &[u8]) -> Result<String, ResultsError> {
        let name = self.name(name);
        self.objects.put(&name, bytes)?;
        Ok(self.objects.address(&name))
    }

    /// Lists the accounts whose result is kept.
    ///
    /// # Errors
    /// Returns an error where the store cannot be listed.
    pub fn kept(&self) -> Result<BTreeSet<AccountId>, ResultsError> {
        let names = self.objects.below(&folder_of(&self.run))?;
        let ids = names.iter().filter_map(|name| {
            name.strip_prefix(ACCOUNT)?
                .strip_suffix(self.packing.suffix())?
                .strip_suffix(LINES)?
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
        let invalid = |problem: &str| Error::new(ErrorKind::InvalidData, problem);
        let name = self.name_of(account);
        let object = self.objects.get(&name, self.packing.most());
        let Some(object) = object.map_err(|error| error.source)? else {
            return Ok(None);
        };
        let result = organization::read(&self.packing.unpack(object)?)?;
        if result.summary.account != *account {
            return Err(invalid("it is of another account"));
        }
        Ok(Some(result))
    }

    fn is_planned(&self) -> Result<bool, ResultsError> {
        Ok(self.objects.contains(&self.name(PLAN))?)
    }

    fn name(&self, name: &str) -> String {
        format!("{}/{name}", folder_of(&self.run))
    }

    fn name_of(&self, account: &AccountId) -> String {
        let suffix = self.packing.suffix();
        self.name(&format!("{ACCOUNT}{account}{LINES}{suffix}"))
    }
}
