//! Finds the runs of a folder and reads them; what is unfinished or damaged is told, never read.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use flate2::read::GzDecoder;
use serde::de::DeserializeOwned;

use super::manifest::{FORMAT, FORMAT_VERSION, Header, Manifest};
use super::rows::{StoredFinding, StoredRole};
use super::run::{Record, Run};
use super::run_id::RunId;
use super::trail::{Previous, Trail};
use super::write::digest;
use super::{Listing, Store, StoreError, failed};
use crate::audit::Reach;
use crate::model::AccountId;

/// The folders of the tables.
pub(super) const TABLES: [&str; 3] = ["findings", "roles", "coverage"];
/// The folder of the manifests.
pub(super) const RUNS: &str = "runs";
/// How the folder of a run that is being written begins.
pub(super) const STAGING: &str = ".writing-";

/// Names a finished run.
#[derive(Debug, Clone)]
pub struct Stored {
    /// Its id.
    pub id: RunId,
    pub(super) manifest: Manifest,
}

/// Names what was left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetAside {
    /// The run, or the folder of one that did not come so far.
    pub name: String,
    /// Why.
    pub obstacle: Obstacle,
}

/// Says why a run is not read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Obstacle {
    /// It has no manifest: it is being written, or was cut off.
    #[error(
        "unfinished: it is still being written, or was cut off; remove it if no scan is running"
    )]
    Unfinished,
    /// A newer release wrote it.
    #[error(
        "its format version {found} is newer than this roledrift reads ({FORMAT_VERSION}): upgrade roledrift"
    )]
    Newer {
        /// The version that it gives.
        found: u32,
    },
    /// A file is missing or is not what the manifest says.
    #[error("damaged: `{path}` {problem}", path = path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        problem: &'static str,
    },
}

impl Stored {
    /// Returns the account.
    pub fn account(&self) -> &AccountId {
        &self.manifest.account
    }
}

impl Store {
    /// Lists the runs of one account, or of all, oldest first.
    ///
    /// A folder that is not there holds no runs.
    ///
    /// # Errors
    /// Returns the file system's error.
    pub fn list(&self, account: Option<&AccountId>) -> Result<Listing, StoreError> {
        let mut listing = Listing::default();
        // Before the manifests: a run that ends meanwhile must not pass for unfinished.
        let mut begun = BTreeSet::new();
        for table in TABLES {
            begun.extend(self.folders(table)?.into_keys());
        }
        let finished = self.folders(RUNS)?;
        for (id, folder) in &finished {
            for file in names(folder)? {
                let owner = file.strip_suffix(".json").map(str::parse::<AccountId>);
                let Some(Ok(owner)) = owner else { continue };
                if account.is_some_and(|account| *account != owner) {
                    continue;
                }
                match manifest(&folder.join(&file), id, &owner) {
                    Ok(manifest) => listing.runs.push(Stored {
                        id: id.clone(),
                        manifest,
                    }),
                    Err(obstacle) => listing.set_aside.push(SetAside {
                        name: id.to_string(),
                        obstacle,
                    }),
                }
            }
        }
        let unfinished = begun.into_iter().filter(|id| !finished.contains_key(id));
        let unfinished = unfinished.map(|id| id.to_string());
        let staged = names(&self.folder)?.into_iter();
        let staged = staged.filter(|name| name.starts_with(STAGING));
        listing
            .set_aside
            .extend(unfinished.chain(staged).map(|name| SetAside {
                name,
                obstacle: Obstacle::Unfinished,
            }));
        Ok(listing)
    }

    /// Reads a run whole.
    ///
    /// # Errors
    /// Returns what is missing, or not what its manifest says.
    pub fn load(&self, stored: &Stored) -> Result<Run, Obstacle> {
        let manifest = &stored.manifest;
        let [findings, roles, _] = TABLES;
        let findings: Vec<StoredFinding> = self.table(stored, findings)?;
        let roles: Vec<StoredRole> = self.table(stored, roles)?;
        let findings = findings
            .into_iter()
            .map(|row| row.into_record().map(|record| (record.id.clone(), record)))
            .collect::<Option<_>>()
            .ok_or_else(|| {
                self.damaged(stored, "findings", "has a row with an unknown severity")
            })?;
        Ok(Run {
            account: manifest.account.clone(),
            partition: manifest.aws_partition.clone(),
            observed_at: Some(manifest.observed_at),
            reach: Reach {
                rules: manifest.rules.iter().cloned().collect(),
                whole: manifest.role_globs.is_empty(),
                listed: manifest.listed,
                owners: !manifest.owners_skipped,
                locked: manifest.locked,
                undecided: manifest.undecided.iter().cloned().collect(),
                roles: roles
                    .into_iter()
                    .map(|role| (role.arn, role.undecided.into_iter().collect()))
                    .collect(),
            },
            undecided_waivers: manifest
                .undecided_waivers
                .as_ref()
                .map(|ids| ids.iter().cloned().collect()),
            findings,
        })
    }

    /// Follows an account's runs up to one of them, or up to now, and tells what is open then.
    ///
    /// `last` names the run to stop after; without it, runs up to the time `until` count. What
    /// cannot be read is left out and returned.
    ///
    /// # Errors
    /// Returns an error where `last` is not there, is another account's, or cannot be read, and the
    /// file system's.
    pub fn trail(
        &self,
        account: &AccountId,
        last: Option<&RunId>,
        until: jiff::Timestamp,
    ) -> Result<(Trail, Previous, Vec<SetAside>), StoreError> {
        let Listing {
            runs,
            mut set_aside,
        } = self.list(Some(account))?;
        if let Some(id) = last
            && !runs.iter().any(|run| run.id == *id)
        {
            return Err(self.not_this_account(id, account, &set_aside)?);
        }
        let mut trail = Trail::default();
        let mut previous = Previous::Nothing;
        for stored in runs {
            let wanted = match last {
                Some(last) => stored.id <= *last,
                None => stored.manifest.observed_at <= until,
            };
            if !wanted {
                continue;
            }
            match self.load(&stored) {
                Ok(run) => {
                    trail.advance(&run);
                    previous = Previous::Run(stored.id);
                }
                Err(obstacle) if last == Some(&stored.id) => {
                    let id = stored.id;
                    return Err(StoreError::Unreadable { id, obstacle });
                }
                Err(obstacle) => set_aside.push(SetAside {
                    name: stored.id.to_string(),
                    obstacle,
                }),
            }
        }
        Ok((trail, previous, set_aside))
    }

    fn not_this_account(
        &self,
        id: &RunId,
        account: &AccountId,
        set_aside: &[SetAside],
    ) -> Result<StoreError, StoreError> {
        let mut aside = set_aside.iter();
        if let Some(found) = aside.find(|aside| aside.name == id.as_str()) {
            return Ok(StoreError::Unreadable {
                id: id.clone(),
                obstacle: found.obstacle.clone(),
            });
        }
        let other = self.list(None)?.runs.into_iter().find(|run| run.id == *id);
        Ok(match other {
            Some(other) => StoreError::OtherAccount {
                id: id.clone(),
                found: other.account().to_string(),
                wanted: account.to_string(),
            },
            None => StoreError::NoSuchRun {
                id: id.clone(),
                folder: self.folder.clone(),
            },
        })
    }

    /// Returns the folders of a table's runs.
    fn folders(&self, table: &str) -> Result<BTreeMap<RunId, PathBuf>, StoreError> {
        let top = self.folder.join(table);
        let mut found = BTreeMap::new();
        for day in names(&top)? {
            if !day.starts_with("dt=") {
                continue;
            }
            for name in names(&top.join(&day))? {
                let id = name.strip_prefix("run=").map(str::parse::<RunId>);
                if let Some(Ok(id)) = id
                    && day.strip_prefix("dt=") == Some(id.day().as_str())
                {
                    found.insert(id, top.join(&day).join(name));
                }
            }
        }
        Ok(found)
    }

    fn path(&self, stored: &Stored, table: &str) -> PathBuf {
        self.folder
            .join(table)
            .join(format!("dt={}", stored.id.day()))
            .join(format!("run={}", stored.id))
            .join(format!("{}.ndjson.gz", stored.account()))
    }

    fn damaged(&self, stored: &Stored, table: &str, problem: &'static str) -> Obstacle {
        Obstacle::Damaged {
            path: self.path(stored, table),
            problem,
        }
    }

    /// Reads a table and checks it against the manifest; never more than the manifest says.
    fn table<T: DeserializeOwned>(&self, stored: &Stored, table: &str) -> Result<Vec<T>, Obstacle> {
        let damaged = |problem| self.damaged(stored, table, problem);
        let mut files = stored.manifest.files.iter();
        let file = files
            .find(|file| file.table == table)
            .ok_or_else(|| damaged("is not in the manifest"))?;
        let compressed =
            fs::File::open(self.path(stored, table)).map_err(|_| damaged("cannot be read"))?;
        let mut text = Vec::new();
        GzDecoder::new(std::io::BufReader::new(compressed))
            .take(file.bytes.saturating_add(1))
            .read_to_end(&mut text)
            .map_err(|_| damaged("is not whole"))?;
        if text.len() as u64 != file.bytes || digest(&text) != file.sha256 {
            return Err(damaged("is not what the manifest says"));
        }
        text.split(|byte| *byte == b'\n')
            .filter(|line| !line.is_empty())
            .map(|line| {
                serde_json::from_slice(line).map_err(|_| damaged("has a row of another shape"))
            })
            .collect()
    }
}

impl StoredFinding {
    fn into_record(self) -> Option<Record> {
        Some(Record {
            severity: self.severity.parse().ok()?,
            id: self.id,
            rule: self.rule,
            role: self.role,
            resource: self.resource,
            summary: self.summary,
            waived: self.waived,
        })
    }
}

fn manifest(path: &Path, id: &RunId, account: &AccountId) -> Result<Manifest, Obstacle> {
    let damaged = |problem| Obstacle::Damaged {
        path: path.to_owned(),
        problem,
    };
    let text = fs::read(path).map_err(|_| damaged("cannot be read"))?;
    let header: Header = serde_json::from_slice(&text).map_err(|_| damaged("is no manifest"))?;
    if header.format != FORMAT || header.version == 0 {
        return Err(damaged("is no manifest"));
    }
    if header.version > FORMAT_VERSION {
        let found = header.version;
        return Err(Obstacle::Newer { found });
    }
    let manifest: Manifest =
        serde_json::from_slice(&text).map_err(|_| damaged("is no manifest of its version"))?;
    if manifest.account != *account || manifest.run_id != id.as_str() {
        return Err(damaged("is of another account or run"));
    }
    Ok(manifest)
}

/// Returns the names in a folder, sorted; a folder that is not there holds nothing.
fn names(folder: &Path) -> Result<BTreeSet<String>, StoreError> {
    let entries = match fs::read_dir(folder) {
        Err(error)
            if [
                std::io::ErrorKind::NotFound,
                std::io::ErrorKind::NotADirectory,
            ]
            .contains(&error.kind()) =>
        {
            return Ok(BTreeSet::new());
        }
        entries => entries.map_err(failed("read", folder))?,
    };
    let mut found = BTreeSet::new();
    for entry in entries {
        let name = entry.map_err(failed("read", folder))?.file_name();
        // Nothing of ours has a name that is no text.
        found.extend(name.into_string().ok());
    }
    Ok(found)
}
