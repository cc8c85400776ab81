//! Counts what was asked and how it ended.
//!
//! Must not know the wire.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Mutex, PoisonError};

use serde::Serialize;

/// Says how a call ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// It was answered.
    Answered,
    /// It was over the rate, or a rule said so.
    Throttled,
    /// It was refused for another reason.
    Refused,
    /// The connection was reset.
    Reset,
}

/// Holds the counts of one operation.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Counts {
    pub(crate) calls: u64,
    pub(crate) throttled: u64,
    pub(crate) refused: u64,
    pub(crate) reset: u64,
}

/// Holds all counts: as many as there are operations, and accounts that asked for something.
#[derive(Debug, Default)]
pub(crate) struct Log {
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    operations: BTreeMap<&'static str, Counts>,
    accounts: HashMap<u64, HashMap<&'static str, u32>>,
    unsigned: u64,
    /// Never reset.
    ever: BTreeSet<&'static str>,
    /// Never reset.
    unknown: BTreeSet<String>,
}

/// Holds what was counted so far.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Summary {
    /// Calls whose signature held.
    pub(crate) requests: u64,
    pub(crate) throttled: u64,
    /// Requests that were not signed, or wrongly.
    pub(crate) unsigned: u64,
    pub(crate) operations: BTreeMap<String, Counts>,
    /// Every operation that was called since the server began, resets notwithstanding.
    pub(crate) ever: BTreeSet<String>,
    /// Everything that was asked for since then and is no operation of here.
    pub(crate) unknown: BTreeSet<String>,
    /// Calls of each account by operation, where they were asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) accounts: Option<BTreeMap<String, BTreeMap<String, u32>>>,
}

impl Log {
    fn kept(&self) -> std::sync::MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts a call.
    pub(crate) fn count(&self, operation: &'static str, account: &str, end: End) {
        let mut kept = self.kept();
        let counts = kept.operations.entry(operation).or_default();
        counts.calls += 1;
        match end {
            End::Answered => {}
            End::Throttled => counts.throttled += 1,
            End::Refused => counts.refused += 1,
            End::Reset => counts.reset += 1,
        }
        if counts.calls == 1 {
            kept.ever.insert(operation);
        }
        let of_account = kept.accounts.entry(account.parse().unwrap_or_default());
        *of_account.or_default().entry(operation).or_default() += 1;
    }

    /// Counts a request that was not signed, or wrongly.
    pub(crate) fn count_unsigned(&self) {
        self.kept().unsigned += 1;
    }

    /// Notes a request for something that is no operation of here.
    pub(crate) fn note_unknown(&self, what: String) {
        self.kept().unknown.insert(what);
    }

    /// Returns what was asked for and is no operation of here, and forgets it.
    pub(crate) fn take_unknown(&self) -> BTreeSet<String> {
        std::mem::take(&mut self.kept().unknown)
    }

    /// Begins anew.
    pub(crate) fn reset(&self) {
        let mut kept = self.kept();
        let ever = std::mem::take(&mut kept.ever);
        let unknown = std::mem::take(&mut kept.unknown);
        *kept = Kept {
            ever,
            unknown,
            ..Kept::default()
        };
    }

    /// Tells what was counted.
    pub(crate) fn summary(&self, with_accounts: bool) -> Summary {
        let kept = self.kept();
        let sum = |of: fn(&Counts) -> u64| kept.operations.values().map(of).sum();
        let accounts = with_accounts.then(|| {
            let by_id = kept.accounts.iter().map(|(account, operations)| {
                let operations = operations.iter();
                let named = operations.map(|(name, calls)| ((*name).to_owned(), *calls));
                (format!("{account:012}"), named.collect())
            });
            by_id.collect()
        });
        Summary {
            requests: sum(|counts| counts.calls),
            throttled: sum(|counts| counts.throttled),
            unsigned: kept.unsigned,
            operations: kept
                .operations
                .iter()
                .map(|(name, counts)| ((*name).to_owned(), *counts))
                .collect(),
            unknown: kept.unknown.clone(),
            ever: kept.ever.iter().map(|name| (*name).to_owned()).collect(),
            accounts,
        }
    }
}
