//! The one report of a run: what is kept of each planned account, and what is missing.

use std::collections::BTreeSet;
use std::io::{Error, Result};

use super::plan::{Plan, Planned};
use super::results::{Results, ResultsError};
use super::work::{Counted, Work};
use crate::model::Partition;
use crate::report::organization::{
    AccountResult, AccountSummary, Accounts, Needs, OrganizationReport, Outcome, Totals,
};

/// Holds a run whose accounts were counted; they themselves are read again for each report.
#[derive(Debug)]
pub struct Merged {
    results: Results,
    /// The latest first.
    earlier: Vec<Results>,
    plan: Plan,
    totals: Totals,
    partition: Partition,
    /// Whether this process kept all of them itself, and nothing has to be compared: then they say what this
    /// release says.
    is_own: bool,
}

/// Counts the accounts of a plan: one without a result, or with a damaged one, has failed.
///
/// The plan may be that of one shard of the run. Earlier runs of the store tell what is new. Where
/// this process kept all of them itself they are counted already, unless there are earlier runs.
///
/// # Errors
/// Returns an error where the store cannot be listed.
pub fn merge(work: Work) -> std::result::Result<Merged, ResultsError> {
    let earlier = work.results.earlier()?;
    let counted = work.take_counted();
    let is_own = earlier.is_empty() && counted.totals.accounts() == work.plan.accounts.len();
    let mut merged = Merged {
        earlier,
        results: work.results,
        plan: work.plan,
        totals: Totals::default(),
        partition: Partition::commercial(),
        is_own,
    };
    let Counted { totals, partition } = if is_own { counted } else { merged.count() };
    merged.totals = totals;
    // The roles that are assumed lie in the caller's partition.
    merged.partition = partition.unwrap_or(merged.partition);
    Ok(merged)
}

impl Merged {
    /// Returns what was counted.
    pub fn totals(&self) -> &Totals {
        &self.totals
    }

    /// Returns what formats show.
    pub fn report(&self, show_waived: bool) -> OrganizationReport<'_> {
        OrganizationReport {
            run: self.plan.run.as_str(),
            planned_at: self.plan.run.observed_at(),
            partition: &self.partition,
            totals: &self.totals,
            lock: None,
            accounts: self,
            show_waived,
        }
    }

    fn count(&self) -> Counted {
        let mut counted = Counted::default();
        for account in &self.plan.accounts {
            let result = self.account(account, Needs::Findings);
            counted.totals.add(&result.summary);
            let partition = counted.partition.take();
            counted.partition = partition.or_else(|| result.partition().cloned());
        }
        counted
    }

    fn account(&self, planned: &Planned, needs: Needs) -> AccountResult {
        let kept = self.results.account(&planned.id);
        let understood = kept.and_then(|mut kept| {
            if !(self.is_own && needs == Needs::Lines) {
                kept.as_mut().map_or(Ok(()), AccountResult::understand)?;
            }
            Ok(kept)
        });
        let problem = match understood {
            Ok(Some(mut result)) => {
                result.summary.name = planned.name.clone().or(result.summary.name);
                if let Some(known) = self.known(&result) {
                    result.compare(&known);
                }
                return result;
            }
            Ok(None) => "no result is kept: the run was cut off, or a shard is missing".to_owned(),
            Err(error) => format!("its kept result cannot be read: {error}"),
        };
        AccountResult::bare(AccountSummary::without_audit(
            planned.id.clone(),
            planned.name.clone(),
            Outcome::Failed,
            vec![problem],
        ))
    }
}

impl Merged {
    /// Returns the findings that earlier runs knew of an account that was audited: up to the last
    /// one that could decide about all of it. `None` where the store has no earlier run.
    fn known(&self, result: &AccountResult) -> Option<BTreeSet<String>> {
        let was_audited = |outcome| matches!(outcome, Outcome::Complete | Outcome::Incomplete);
        if self.earlier.is_empty() || !was_audited(result.summary.outcome) {
            return None;
        }
        let mut known = BTreeSet::new();
        for run in &self.earlier {
            let earlier = run.account(&result.summary.account).ok().flatten();
            let earlier = earlier.filter(|earlier| was_audited(earlier.summary.outcome));
            let ids = earlier.as_ref().and_then(|earlier| earlier.ids().ok());
            let (Some(earlier), Some(ids)) = (earlier, ids) else {
                continue;
            };
            known.extend(ids);
            if earlier.summary.outcome == Outcome::Complete {
                break;
            }
        }
        Some(known)
    }
}

impl Accounts for Merged {
    fn each(&self, needs: Needs, see: &mut dyn FnMut(AccountResult) -> Result<()>) -> Result<()> {
        let mut seen = Totals::default();
        for account in &self.plan.accounts {
            let account = self.account(account, needs);
            seen.add(&account.summary);
            see(account)?;
        }
        if seen == self.totals {
            Ok(())
        } else {
            Err(Error::other(
                "results that were counted have changed or gone in the store",
            ))
        }
    }
}
