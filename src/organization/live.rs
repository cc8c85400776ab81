//! Reading the accounts of a run that are still to do.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::judge::Judge;
use super::results::ResultsError;
use super::work::Work;
use crate::inventory::Member;
use crate::inventory::aws::{Fleet, FleetError, Limits, Scope};

/// Counts the accounts that are still to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// How many there were.
    pub of: usize,
    /// How many of them are done.
    pub done: usize,
    /// How many of those nothing is known of.
    pub unread: usize,
}

impl Work {
    /// Reads and judges every account that is still to do; each result is kept as soon as it is there.
    ///
    /// `note` is called before the first account and after each.
    ///
    /// # Errors
    /// Returns an error where a result cannot be kept; then accounts stay to do.
    pub async fn carry_out(
        &self,
        fleet: &Fleet,
        judge: Judge,
        scope: &Scope,
        limits: Limits,
        note: impl Fn(Progress) + Send + Sync + 'static,
    ) -> Result<(), ResultsError> {
        let open = self.open()?;
        let of = open.len();
        let accounts = open.into_iter().map(|account| Member {
            name: account.name,
            ..Member::new(account.id)
        });
        let (done, unread) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let work = self.clone();
        note(Progress {
            of,
            done: 0,
            unread: 0,
        });
        let keep = move |member: Member, read: Result<_, FleetError>| {
            let inventory = read.map_err(|error| error.to_string());
            if let Err(reason) = &inventory {
                unread.fetch_add(1, Ordering::Relaxed);
                tracing::info!("account {}: {reason}", member.id);
            }
            let now = jiff::Timestamp::now();
            work.keep(&judge.result(&member.id, member.name, inventory, now)?)?;
            note(Progress {
                of,
                done: 1 + done.fetch_add(1, Ordering::Relaxed),
                unread: unread.load(Ordering::Relaxed),
            });
            Ok(())
        };
        fleet.read(accounts.collect(), scope, limits, keep).await
    }
}
