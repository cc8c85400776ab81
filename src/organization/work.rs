//! What is still to do of a run, or of one shard of it.

use super::choice::Shard;
use super::plan::{Plan, Planned};
use super::results::{Results, ResultsError};
use crate::objects::Objects;
use crate::store::RunId;

/// Holds a run, and which of its accounts somebody works on.
#[derive(Debug, Clone)]
pub struct Work {
    /// Where the run is kept.
    pub results: Results,
    /// The accounts of the run, or those of one shard.
    pub plan: Plan,
}

impl Work {
    /// Begins a run: its plan is kept before anything else. The same plan once more changes nothing.
    ///
    /// # Errors
    /// Returns an error where the run has another plan, or it cannot be kept.
    pub fn begin(objects: &Objects, plan: Plan) -> Result<Self, ResultsError> {
        let results = Results::of(objects, &plan.run);
        results.keep_plan(&plan)?;
        Ok(Self { results, plan })
    }

    /// Goes on with a run that was planned, the latest one where none is named.
    ///
    /// # Errors
    /// Returns an error where there is none, or its plan cannot be read.
    pub fn resume(objects: &Objects, run: Option<&RunId>) -> Result<Self, ResultsError> {
        let results = Results::find(objects, run)?;
        let plan = results.plan()?;
        Ok(Self { results, plan })
    }

    /// Leaves out the accounts of other shards.
    #[must_use]
    pub fn in_shard(mut self, shard: Shard) -> Self {
        self.plan.accounts = shard.cut(&self.plan.accounts);
        self
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
                Some(text) => self.results.keep(&account.id, &text)?,
                None => open.push(account.clone()),
            }
        }
        Ok(open)
    }
}
