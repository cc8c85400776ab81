//! Finds the runs of a store and reads them; what is unfinished or damaged is told, never read.

use std::collections::BTreeSet;
use std::io::Read as _;

use flate2::read::GzDecoder;
use serde::de::DeserializeOwned;

use super::layout::{folder_of, runs_below};
use super::manifest::{FORMAT, FORMAT_VERSION, Header, Manifest};
use super::rows::{StoredFinding, StoredRole};
use super::run::{Record, Run};
use super::run_id::RunId;
use super::trail::{Previous, Trail};
use super::write::digest;
use super::{Listing, Store, StoreError};
use crate::audit::Reach;
use crate::model::AccountId;

/// The folders of the tables.
pub(super) const TABLES: [&str; 3] = ["findings", "roles", "coverage"];
/// The folder of the manifests.
pub(super) const RUNS: &str = "runs";
/// The most bytes of a manifest.
const MANIFEST_MOST: u64 = 16 << 20;
/// The most bytes of a table's text, whatever its manifest says.
const TABLE_MOST: u64 = 256 << 20;
/// How much larger than its text a table may be that does not compress.
const OVERHEAD: u64 = 1 << 16;

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
    /// The run.
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
    #[error("damaged: `{address}` {problem}")]
    Damaged {
        /// The path or address of the object.
        address: String,
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
    /// A place that is not there holds no runs.
    ///
    /// # Errors
    /// Returns an error where the store cannot be listed.
    pub fn list(&self, account: Option<&AccountId>) -> Result<Listing, StoreError> {
        let mut listing = Listing::default();
        // Before the manifests: a run that ends meanwhile must not pass for unfinished.
        let mut begun = BTreeSet::new();
        for table in TABLES {
            begun.extend(runs_below(&self.objects, table)?);
        }
        let finished = runs_below(&self.objects, RUNS)?;
        for id in &finished {
            for file in self.objects.below(&format!("{RUNS}/{}", folder_of(id)))? {
                let owner = file.strip_suffix(".json").map(str::parse::<AccountId>);
                let Some(Ok(owner)) = owner else { continue };
                if account.is_some_and(|account| *account != owner) {
                    continue;
                }
                match self.manifest(id, &owner) {
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
        let unfinished = begun.difference(&finished).map(|id| SetAside {
            name: id.to_string(),
            obstacle: Obstacle::Unfinished,
        });
        listing.set_aside.extend(unfinished);
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
                place: self.objects.address(""),
            },
        })
    }

    fn damaged(&self, stored: &Stored, table: &str, problem: &'static str) -> Obstacle {
        self.damaged_object(&name_of(&stored.id, table, stored.account()), problem)
    }

    fn damaged_object(&self, name: &str, problem: &'static str) -> Obstacle {
        Obstacle::Damaged {
            address: self.objects.address(name),
            problem,
        }
    }

    fn manifest(&self, id: &RunId, account: &AccountId) -> Result<Manifest, Obstacle> {
        let name = name_of(id, RUNS, account);
        let damaged = |problem| self.damaged_object(&name, problem);
        let text = self.objects.get(&name, MANIFEST_MOST).ok().flatten();
        let text = text.ok_or_else(|| damaged("cannot be read"))?;
        let header: Header =
            serde_json::from_slice(&text).map_err(|_| damaged("is no manifest"))?;
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

    /// Reads a table and checks it against the manifest; never more than the manifest says.
    fn table<T: DeserializeOwned>(&self, stored: &Stored, table: &str) -> Result<Vec<T>, Obstacle> {
        let damaged = |problem| self.damaged(stored, table, problem);
        let mut files = stored.manifest.files.iter();
        let file = files
            .find(|file| file.table == table)
            .ok_or_else(|| damaged("is not in the manifest"))?;
        if file.bytes > TABLE_MOST {
            return Err(damaged("is larger than any table"));
        }
        let name = name_of(&stored.id, table, stored.account());
        let compressed = self.objects.get(&name, file.bytes.saturating_add(OVERHEAD));
        let compressed = compressed.ok().flatten();
        let compressed = compressed.ok_or_else(|| damaged("cannot be read"))?;
        let mut text = Vec::new();
        GzDecoder::new(compressed.as_slice())
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

/// Returns the name of a run's object in a table, or of its manifest.
pub(super) fn name_of(id: &RunId, table: &str, account: &AccountId) -> String {
    let suffix = if table == RUNS { "json" } else { "ndjson.gz" };
    format!("{table}/{}/{account}.{suffix}", folder_of(id))
}
