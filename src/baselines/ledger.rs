//! The known versions of a managed policy.

use crate::model::{Partition, PolicyVersion};
use crate::policy::Document;

/// Holds every captured version of a managed policy, oldest first.
#[derive(Debug, Clone)]
// INVARIANT: at least one entry; versions strictly ascending.
pub struct Ledger {
    partition: Partition,
    entries: Vec<LedgerEntry>,
}

/// Holds one version.
#[derive(Debug, Clone)]
pub struct LedgerEntry {
    /// Its id.
    pub version: PolicyVersion,
    /// When AWS created it.
    pub created: jiff::Timestamp,
    /// Its document.
    pub document: Document,
    /// The document as its file writes it.
    pub text: String,
}

impl Ledger {
    /// Makes a ledger; `None` when there is no entry or the versions do not ascend.
    pub(super) fn new(partition: Partition, entries: Vec<LedgerEntry>) -> Option<Self> {
        let ascending = entries.is_sorted_by(|a, b| a.version < b.version);
        (ascending && !entries.is_empty()).then_some(Self { partition, entries })
    }

    /// Returns the partition whose versions these are; others count on their own.
    pub fn partition(&self) -> &Partition {
        &self.partition
    }

    /// Returns every version, oldest first.
    pub fn entries(&self) -> &[LedgerEntry] {
        &self.entries
    }

    /// Returns the newest known version.
    pub fn newest(&self) -> Option<&LedgerEntry> {
        self.entries.last()
    }

    /// Finds a version.
    pub fn get(&self, version: PolicyVersion) -> Option<&LedgerEntry> {
        self.entries.iter().find(|entry| entry.version == version)
    }
}
