//! What the function answers: small, whatever was audited.

use roledrift::store::RunId;
use serde::Serialize;

/// Answers an event.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(crate) enum Answer {
    Planned(Planned),
    Sharded(Sharded),
    Merged(Box<Merged>),
}

/// Says where the plan's shards are.
#[derive(Debug, Serialize)]
pub(crate) struct Planned {
    pub(crate) run: String,
    /// The store, as later events name it.
    pub(crate) store: String,
    /// Where `shards.jsonl` is, for the reader of a Distributed Map; `null` for a folder.
    pub(crate) bucket: Option<String>,
    pub(crate) key: String,
    pub(crate) shards: usize,
    pub(crate) accounts: usize,
}

/// Says how much of a shard was done.
#[derive(Debug, Serialize)]
pub(crate) struct Sharded {
    pub(crate) run: String,
    pub(crate) shard: usize,
    /// Accounts of the shard.
    pub(crate) accounts: usize,
    /// Those that were asked now; the others were kept before, or are skipped.
    pub(crate) asked: usize,
    /// Those of them of which nothing is known.
    pub(crate) failed: usize,
}

/// Sums up a run.
#[derive(Debug, Serialize)]
pub(crate) struct Merged {
    pub(crate) run: String,
    /// Whether everything that was asked for is known and nothing was found that counts.
    pub(crate) clean: bool,
    pub(crate) accounts: usize,
    pub(crate) complete: usize,
    pub(crate) incomplete: usize,
    pub(crate) failed: usize,
    pub(crate) skipped: usize,
    /// Findings that count and that nobody decided to live with.
    pub(crate) findings: usize,
    /// Those of them that no earlier run knew; `null` for the first run.
    pub(crate) new: Option<usize>,
    /// Where the reports are.
    pub(crate) reports: Vec<String>,
    /// What a notification is headed by: ASCII, at most 100 characters.
    pub(crate) subject: String,
    /// What it says: at most 8 KiB of plain text.
    pub(crate) message: String,
}

impl Sharded {
    pub(crate) fn of(run: &RunId, shard: usize, accounts: usize) -> Self {
        Self {
            run: run.to_string(),
            shard,
            accounts,
            asked: 0,
            failed: 0,
        }
    }
}
