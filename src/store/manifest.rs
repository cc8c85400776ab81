//! The manifest of a run: written last, so that a run without one is unfinished.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::model::{AccountId, Partition};

/// The version of the layout and of every row; a newer one is not read.
pub const FORMAT_VERSION: u32 = 1;

/// What a manifest says that it is.
pub(super) const FORMAT: &str = "roledrift-run";

/// What can be read of a manifest of any version.
#[derive(Deserialize)]
pub(super) struct Header {
    pub(super) format: String,
    pub(super) version: u32,
}

/// One run; also a row of the table `runs`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "a row: each is a column of its own"
)]
pub(super) struct Manifest {
    pub(super) format: String,
    pub(super) version: u32,
    pub(super) tool_version: String,
    pub(super) run_id: String,
    pub(super) account: AccountId,
    pub(super) aws_partition: Partition,
    pub(super) observed_at: Timestamp,
    pub(super) written_at: Timestamp,
    /// The rules that ran.
    pub(super) rules: Vec<String>,
    /// Globs for role names; empty for all roles.
    pub(super) role_globs: Vec<String>,
    /// Whether every rule could decide about every role.
    pub(super) complete: bool,
    /// Whether every role of the account was listed.
    pub(super) listed: bool,
    /// Whether the user left out what the roles serve.
    pub(super) owners_skipped: bool,
    /// Whether AWS's policies were compared with a lock file; absent before there were any.
    #[serde(default)]
    pub(super) locked: bool,
    /// Rules that could not decide about the account as a whole.
    pub(super) undecided: Vec<String>,
    /// Findings about waivers that could not be decided about; `null` where none were read.
    pub(super) undecided_waivers: Option<Vec<String>>,
    pub(super) roles: usize,
    pub(super) findings: usize,
    pub(super) waived: usize,
    /// The run's tables.
    pub(super) files: Vec<TableFile>,
}

/// A table's file, and how to tell that it is whole.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct TableFile {
    pub(super) table: String,
    pub(super) rows: usize,
    /// Of the text before compression.
    pub(super) bytes: u64,
    /// Of the text before compression, hexadecimal.
    pub(super) sha256: String,
}
