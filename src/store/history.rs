//! All runs of a folder, account by account.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::read::SetAside;
use super::run_id::RunId;
use super::trail::{Open, Trail};
use super::{Store, StoreError};
use crate::model::{AccountId, Partition, Severity};

/// Holds what a folder tells.
#[derive(Debug, Clone, Default)]
pub struct History {
    /// Every account, by number.
    pub accounts: Vec<AccountHistory>,
    /// Runs that are there and were not read.
    pub set_aside: Vec<SetAside>,
}

/// Holds what a folder tells about an account.
#[derive(Debug, Clone)]
pub struct AccountHistory {
    /// The account.
    pub account: AccountId,
    /// Its partition.
    pub partition: Partition,
    /// Its runs, oldest first.
    pub runs: Vec<Pass>,
    /// What is open after the last run, most severe first.
    pub open: Vec<Open>,
}

/// Sums up one run.
#[derive(Debug, Clone)]
pub struct Pass {
    /// The run.
    pub id: RunId,
    /// When the account was read.
    pub observed_at: Timestamp,
    /// The release that judged it.
    pub tool_version: String,
    /// How many roles were judged.
    pub roles: usize,
    /// How many rules ran.
    pub rules: usize,
    /// Whether every role was to be judged.
    pub whole: bool,
    /// Whether every rule could decide about every role.
    pub complete: bool,
    /// Findings by severity.
    pub findings: BTreeMap<Severity, usize>,
    /// How many of them were waived.
    pub waived: usize,
    /// How many of them no earlier run knew as open.
    pub new: usize,
    /// How many of them were open before.
    pub known: usize,
    /// How many earlier findings were seen to be gone.
    pub resolved: usize,
    /// How many earlier findings could not be decided about.
    pub not_looked_at: usize,
}

/// Follows every account's runs.
///
/// # Errors
/// Returns the file system's error. What is unfinished or damaged is in the history itself.
pub fn history(store: &Store, account: Option<&AccountId>) -> Result<History, StoreError> {
    let listing = store.list(account)?;
    let mut history = History {
        accounts: Vec::new(),
        set_aside: listing.set_aside,
    };
    let mut accounts: BTreeMap<AccountId, (AccountHistory, Trail)> = BTreeMap::new();
    for stored in listing.runs {
        let run = match store.load(&stored) {
            Ok(run) => run,
            Err(obstacle) => {
                history.set_aside.push(SetAside {
                    name: stored.id.to_string(),
                    obstacle,
                });
                continue;
            }
        };
        let (account, trail) = accounts.entry(run.account.clone()).or_insert_with(|| {
            let account = AccountHistory {
                account: run.account.clone(),
                partition: run.partition.clone(),
                runs: Vec::new(),
                open: Vec::new(),
            };
            (account, Trail::default())
        });
        let comparison = trail.advance(&run);
        let mut findings: BTreeMap<Severity, usize> = BTreeMap::new();
        for record in run.findings.values() {
            *findings.entry(record.severity).or_default() += 1;
        }
        account.runs.push(Pass {
            id: stored.id,
            observed_at: stored.manifest.observed_at,
            tool_version: stored.manifest.tool_version,
            roles: stored.manifest.roles,
            rules: run.reach.rules.len(),
            whole: run.reach.whole,
            complete: stored.manifest.complete,
            findings,
            waived: run.findings.values().filter(|record| record.waived).count(),
            new: comparison.new_count(),
            known: comparison.known_count(),
            resolved: comparison.resolved.len(),
            not_looked_at: comparison.not_looked_at.len(),
        });
    }
    history.accounts = accounts
        .into_values()
        .map(|(mut account, trail)| {
            account.open = trail.open().into_iter().cloned().collect();
            account
        })
        .collect();
    history.set_aside.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(history)
}
