//! Keeps a run: whole or not at all.

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::Path;

use flate2::{Compression, GzBuilder};
use jiff::Timestamp;
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::ascii;
use super::manifest::{FORMAT, FORMAT_VERSION, Manifest, TableFile};
use super::read::{RUNS, STAGING, TABLES};
use super::rows::{Common, CoverageRow, FindingRow, RoleRow};
use super::run::Run;
use super::run_id::RunId;
use super::{Store, StoreError, failed};
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
    /// that was cut off, and is never read. Every folder and file is readable by its owner only.
    /// Runs of other writers are not touched.
    ///
    /// # Errors
    /// Returns the file system's error; what was staged until then is removed.
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
        let encode = |error: serde_json::Error| failed("write", &self.folder)(error.into());
        let tables = [
            table(first, findings).map_err(encode)?,
            table(second, roles).map_err(encode)?,
            table(third, facts).map_err(encode)?,
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
        let manifest = ascii::line(&manifest).map_err(encode)?;
        self.write(&id, audit.account.as_str(), &tables, &manifest)?;
        Ok(id)
    }

    fn write(
        &self,
        id: &RunId,
        account: &str,
        tables: &[Table],
        manifest: &[u8],
    ) -> Result<(), StoreError> {
        make_folder(&self.folder)?;
        // Gone again when this function ends, however it ends.
        let staging = tempfile::Builder::new()
            .prefix(STAGING)
            .tempdir_in(&self.folder)
            .map_err(failed("create", &self.folder))?;
        let stage = |table: &str, file: &str, bytes: &[u8]| {
            let folder = staging.path().join(table);
            make_folder(&folder)?;
            write_file(&folder.join(file), bytes)?;
            sync(&folder)
        };
        for table in tables {
            let path = staging.path().join(table.name);
            let bytes = compressed(&table.text).map_err(failed("write", &path))?;
            stage(table.name, &format!("{account}.ndjson.gz"), &bytes)?;
        }
        stage(RUNS, &format!("{account}.json"), manifest)?;
        // The manifest is last: with it the run is there.
        for table in tables.iter().map(|table| table.name).chain([RUNS]) {
            let day = self.folder.join(table).join(format!("dt={}", id.day()));
            make_folder(&day)?;
            let target = day.join(format!("run={id}"));
            fs::rename(staging.path().join(table), &target).map_err(failed("rename", &target))?;
            sync(&day)?;
        }
        sync(&self.folder)
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

fn table(
    name: &'static str,
    rows: impl Iterator<Item = impl Serialize>,
) -> serde_json::Result<Table> {
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

/// Makes a folder and those above it, each for its owner only; one that is there stays as it is.
fn make_folder(path: &Path) -> Result<(), StoreError> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path).map_err(failed("create", path))
}

fn write_file(path: &Path, bytes: &[u8]) -> Result<(), StoreError> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path).map_err(failed("create", path))?;
    file.write_all(bytes)
        .and_then(|()| file.sync_all())
        .map_err(failed("write", path))
}

/// Makes sure that a folder's entries outlast a power cut, where the system can.
fn sync(folder: &Path) -> Result<(), StoreError> {
    if cfg!(unix) {
        let open = fs::File::open(folder).map_err(failed("read", folder))?;
        open.sync_all().map_err(failed("write", folder))?;
    }
    Ok(())
}
