//! What is still to do of a run, or of one shard of it.

use std::sync::{Arc, Mutex, PoisonError};

use super::choice::Shard;
use super::judge::Judged;
use super::plan::{Plan, Planned};
use super::results::{Results, ResultsError};
use crate::model::Partition;
use crate::objects::Objects;
use crate::report::organization::Totals;
use crate::store::RunId;

/// Holds a run, and which of its accounts somebody works on.
#[derive(Debug, Clone)]
pub struct Work {
    /// Where the run is kept.
    pub results: Results,
    /// The accounts of the run, or those of one shard.
    pub plan: Plan,
    counted: Arc<Mutex<Counted>>,
}

/// Counts accounts whose results this process kept itself, each once, so that nobody has to read them for
/// that where they are all of them.
#[derive(Debug, Default)]
pub(super) struct Counted {
    pub(super) totals: Totals,
    pub(super) partition: Option<Partition>,
}

impl Counted {
    fn add(&mut self, judged: &Judged) {
        self.totals.add(&judged.summary);
        self.partition = self.partition.take().or_else(|| judged.partition.clone());
    }
}

impl Work {
    /// Begins a run: its plan is kept before anything else. The same plan once more changes nothing.
    ///
    /// # Errors
    /// Returns an error where the run has another plan, or it cannot be kept.
    pub fn begin(objects: &Objects, plan: Plan) -> Result<Self, ResultsError> {
        let results = Results::of(objects, &plan.run);
        results.keep_plan(&plan)?;
        Ok(Self::of(results, plan))
    }

    fn of(results: Results, plan: Plan) -> Self {
        Self {
            results,
            plan,
            counted: Arc::default(),
        }
    }

    /// Goes on with a run that was planned, the latest one where none is named.
    ///
    /// # Errors
    /// Returns an error where there is none, or its plan cannot be read.
    pub fn resume(objects: &Objects, run: Option<&RunId>) -> Result<Self, ResultsError> {
        let results = Results::find(objects, run)?;
        let plan = results.plan()?;
        Ok(Self::of(results, plan))
    }

    /// Leaves out the accounts of other shards.
    #[must_use]
    pub fn in_shard(mut self, shard: Shard) -> Self {
        self.plan.accounts = shard.cut(&self.plan.accounts);
        self
    }

    /// Keeps what became of an account, and counts it.
    pub(super) fn keep(&self, judged: &Judged) -> Result<(), ResultsError> {
        self.results.keep(&judged.summary.account, &judged.text)?;
        let mut counted = self.counted.lock().unwrap_or_else(PoisonError::into_inner);
        counted.add(judged);
        Ok(())
    }

    /// Returns what was counted, and begins anew.
    pub(super) fn take_counted(&self) -> Counted {
        std::mem::take(&mut *self.counted.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Keeps the accounts that are not looked at, and returns those that still have to be: those of
    /// which nothing is kept.
    ///
    /// # Errors
    /// Returns an error where the store cannot be listed, or does not keep something.
    pub fn open(&self) -> Result<Vec<Planned>, ResultsError> {
        let kept = self.results.kept()?;
        let mut open = Vec::new();
        for account in &self.plan.accounts {
            if kept.contains(&account.id) {
                continue;
            }
            match account.skipped()? {
                Some(skipped) => self.keep(&skipped)?,
                None => open.push(account.clone()),
            }
        }
        Ok(open)
    }
}
