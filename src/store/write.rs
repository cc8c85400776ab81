//! Keeps a run: whole or not at all.

use std::fmt::Write as _;
use std::io::Write as _;

use flate2::{Compression, GzBuilder};
use jiff::Timestamp;
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::ascii;
use super::manifest::{FORMAT, FORMAT_VERSION, Manifest, TableFile};
use super::read::{RUNS, TABLES, name_of};
use super::rows::{Common, CoverageRow, FindingRow, RoleRow};
use super::run::Run;
use super::run_id::RunId;
use super::{Store, StoreError};
use crate::audit::Audit;
use crate::inventory::Coverage;
use crate::waivers::Waived;

/// A table as it is written.
struct Table {
    name: &'static str,
    rows: usize,
    text: Vec<u8>,
}

impl Store {
    /// Keeps an audit as a new run, and returns the run's id.
    ///
    /// `waived` is `None` where no waivers were read; `observed_at` stands in where the audit does
    /// not know when the account was read; `chance` tells writers of the same moment apart.
    ///
    /// Each table appears whole, the manifest after them, so that a run without a manifest is one
    /// that was cut off, and is never read. Runs of other writers are not touched.
    ///
    /// # Errors
    /// Returns the error of an object that cannot be kept.
    pub fn keep(
        &self,
        audit: &Audit,
        coverage: &Coverage,
        waived: Option<&Waived>,
        observed_at: Timestamp,
        written_at: Timestamp,
        chance: u32,
    ) -> Result<RunId, StoreError> {
        let run = Run::of(audit, waived, observed_at);
        let observed_at = run.observed_at.unwrap_or(observed_at);
        let id = RunId::new(observed_at, written_at, chance)?;
        let common = Common {
            run_id: id.as_str(),
            account: &audit.account,
            aws_partition: &audit.partition,
            observed_at,
        };
        let findings = audit.findings.iter().map(|finding| {
            FindingRow::of(
                common,
                finding,
                waived.and_then(|waived| waived.get(finding)),
            )
        });
        let roles = audit.roles.iter().map(|role| RoleRow::of(common, role));
        let facts = coverage.entries().iter();
        let facts = facts.map(|entry| CoverageRow::of(common, entry));
        let [first, second, third] = TABLES;
        let tables = [
            table(first, findings)?,
            table(second, roles)?,
            table(third, facts)?,
        ];
        let manifest = Manifest {
            format: FORMAT.to_owned(),
            version: FORMAT_VERSION,
            tool_version: env!("CARGO_PKG_VERSION").to_owned(),
            run_id: id.to_string(),
            account: run.account.clone(),
            aws_partition: run.partition.clone(),
            observed_at,
            written_at,
            rules: run.reach.rules.iter().cloned().collect(),
            role_globs: audit.role_globs.clone(),
            complete: audit.is_complete(),
            listed: run.reach.listed,
            owners_skipped: audit.owners_skipped,
            locked: audit.locked,
            undecided: run.reach.undecided.iter().cloned().collect(),
            undecided_waivers: run
                .undecided_waivers
                .as_ref()
                .map(|ids| ids.iter().cloned().collect()),
            roles: audit.roles.len(),
            findings: audit.findings.len(),
            waived: run.findings.values().filter(|record| record.waived).count(),
            files: tables.iter().map(Table::file).collect(),
        };
        let manifest = ascii::line(&manifest).map_err(std::io::Error::from)?;
        let last = name_of(&id, RUNS, &audit.account);
        if self.objects.contains(&last)? {
            return Err(StoreError::Twice(id));
        }
        for table in &tables {
            let name = name_of(&id, table.name, &audit.account);
            self.objects.put(&name, &compressed(&table.text)?)?;
        }
        // The manifest is last: with it the run is there.
        self.objects
            .put(&name_of(&id, RUNS, &audit.account), &manifest)?;
        Ok(id)
    }
}

impl Table {
    fn file(&self) -> TableFile {
        TableFile {
            table: self.name.to_owned(),
            rows: self.rows,
            bytes: self.text.len() as u64,
            sha256: digest(&self.text),
        }
    }
}

/// Returns the SHA-256 of a text, hexadecimal.
pub(super) fn digest(text: &[u8]) -> String {
    let mut written = String::new();
    for byte in Sha256::digest(text) {
        // Writing to a string cannot fail.
        let _ = write!(written, "{byte:02x}");
    }
    written
}

fn table(name: &'static str, rows: impl Iterator<Item = impl Serialize>) -> std::io::Result<Table> {
    let lines: Vec<Vec<u8>> = rows
        .map(|row| ascii::line(&row))
        .collect::<Result<_, _>>()?;
    Ok(Table {
        name,
        rows: lines.len(),
        text: lines.concat(),
    })
}

/// Compresses with no time and no name in the header: the same text gives the same bytes.
fn compressed(text: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut file = GzBuilder::new().write(Vec::new(), Compression::default());
    file.write_all(text)?;
    file.finish()
}
