//! What is open, run after run: new, known, resolved, or not looked at.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use jiff::Timestamp;

use super::run::{Record, Run};
use super::run_id::RunId;

/// Holds what is open after some runs of one account.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Trail {
    open: BTreeMap<String, Open>,
}

/// Holds a finding that was seen and not seen mended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Open {
    /// The finding as it was last seen.
    pub record: Record,
    /// When it was first seen without a run in between that saw it gone.
    pub since: Option<Timestamp>,
    /// When it was last seen.
    pub last_seen: Option<Timestamp>,
    /// Whether the last run could tell.
    pub looked_at: bool,
    /// The rules of the run that last saw it.
    pub(super) beside: BTreeSet<String>,
    /// Whether that run was to look at what the roles serve.
    pub(super) owners: bool,
    /// Whether that run had a lock file.
    pub(super) locked: bool,
}

/// Tells how a run differs from what was known before it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Comparison {
    /// The standing of each finding of the run, by id.
    pub standings: BTreeMap<String, Standing>,
    /// What was open and is seen to be gone; most severe first.
    pub resolved: Vec<Open>,
    /// What was open and could not be decided about; most severe first.
    pub not_looked_at: Vec<Open>,
}

/// Tells whether a finding was known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// No earlier run knew it as open.
    New,
    /// It was open before.
    Known {
        /// When it was first seen.
        since: Option<Timestamp>,
    },
}

/// Names what a run was compared with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Previous {
    /// No earlier run of the account was there: every finding is new.
    Nothing,
    /// Everything up to this run of the store.
    Run(RunId),
    /// A report.
    Report {
        /// Its file, as the user gave it.
        path: PathBuf,
        /// When the account was read; `None` where the report does not say.
        observed_at: Option<Timestamp>,
    },
}

impl Comparison {
    /// Tells whether a finding of the run is new.
    pub fn is_new(&self, id: &str) -> bool {
        matches!(self.standings.get(id), Some(Standing::New))
    }

    /// Counts the new findings.
    pub fn new_count(&self) -> usize {
        let standings = self.standings.values();
        standings
            .filter(|standing| matches!(standing, Standing::New))
            .count()
    }

    /// Counts the known findings.
    pub fn known_count(&self) -> usize {
        self.standings.len() - self.new_count()
    }
}

impl Trail {
    /// Adds the next run, and tells how it differs from what was open before.
    ///
    /// A finding that the run does not hold is resolved only where the run could decide about it.
    pub fn advance(&mut self, run: &Run) -> Comparison {
        let mut comparison = Comparison::default();
        let before = std::mem::take(&mut self.open);
        for (id, record) in &run.findings {
            let known = before.get(id);
            let standing = known.map_or(Standing::New, |known| Standing::Known {
                since: known.since,
            });
            comparison.standings.insert(id.clone(), standing);
            let open = Open {
                record: record.clone(),
                since: known.map_or(run.observed_at, |known| known.since),
                last_seen: run.observed_at,
                looked_at: true,
                beside: run.reach.rules.clone(),
                owners: run.reach.owners,
                locked: run.reach.locked,
            };
            self.open.insert(id.clone(), open);
        }
        for (id, mut open) in before {
            if run.findings.contains_key(&id) {
                continue;
            }
            if decides(run, &open) {
                comparison.resolved.push(open);
            } else {
                open.looked_at = false;
                comparison.not_looked_at.push(open.clone());
                self.open.insert(id, open);
            }
        }
        comparison.resolved.sort_by_key(Open::order);
        comparison.not_looked_at.sort_by_key(Open::order);
        comparison
    }

    /// Returns what is open, most severe first.
    pub fn open(&self) -> Vec<&Open> {
        let mut open: Vec<&Open> = self.open.values().collect();
        open.sort_by_key(|open| open.order());
        open
    }

    /// Adds what a report said was open.
    pub(super) fn insert(&mut self, open: Open) {
        self.open.insert(open.record.id.clone(), open);
    }
}

impl Open {
    fn order(&self) -> impl Ord + use<> {
        (
            std::cmp::Reverse(self.record.severity),
            self.record.resource.clone(),
            self.record.rule.clone(),
            self.record.id.clone(),
        )
    }
}

/// Tells whether a run that does not hold a finding would have reported it.
fn decides(run: &Run, open: &Open) -> bool {
    let rule = open.record.rule.as_str();
    let reach = &run.reach;
    if ["expired-waiver", "unused-waiver"].contains(&rule) {
        // These are about the user's file, not about what was read of the account.
        let undecided = run.undecided_waivers.as_ref();
        return reach.rules.contains(rule)
            && undecided.is_some_and(|undecided| !undecided.contains(&open.record.id));
    }
    reach.decides(rule, &open.record.resource)
        && reach.covers(rule, &open.beside, open.owners, open.locked)
}
