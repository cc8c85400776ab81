//! How the objects of runs are named.

use std::collections::BTreeSet;

use super::run_id::RunId;
use crate::objects::{Objects, ObjectsError};

/// Returns what the names of a run's objects begin with.
pub(crate) fn folder_of(run: &RunId) -> String {
    format!("dt={}/run={run}", run.day())
}

/// Lists the runs that have objects below a name, oldest first.
pub(crate) fn runs_below(objects: &Objects, name: &str) -> Result<BTreeSet<RunId>, ObjectsError> {
    let mut found = BTreeSet::new();
    for day in objects.below(name)? {
        let Some(date) = day.strip_prefix("dt=") else {
            continue;
        };
        let within = if name.is_empty() {
            day.clone()
        } else {
            format!("{name}/{day}")
        };
        let names = objects.below(&within)?;
        let ids = names
            .iter()
            .filter_map(|name| name.strip_prefix("run=")?.parse().ok());
        found.extend(ids.filter(|id: &RunId| id.day() == date));
    }
    Ok(found)
}
