//! Where a finding stands in a lock file, for formats that point into a file.

use std::collections::BTreeMap;

use crate::audit::{DocumentRef, Finding};
use crate::inventory::snapshot::Place;
use crate::lock::Lock;
use crate::model::Arn;
use crate::policy::Position;

/// Holds the lock file that a report points into where there is no snapshot.
#[derive(Debug, Clone)]
pub struct LockFile {
    /// The file as outputs name it, like that of a [`Recording`](super::Recording).
    pub path: String,
    places: BTreeMap<Arn, Place>,
}

/// Returns the place in the user's own file that a finding is about, if it is about one.
pub(super) fn own(finding: &Finding) -> Option<(String, Place)> {
    let file = finding.file.as_ref()?;
    let (line, column) = (file.position.line, file.position.column);
    Some((file.path.replace('\\', "/"), Place { line, column }))
}

/// Returns the place in a lock file, where there is one.
pub(super) fn locked(file: Option<&LockFile>, finding: &Finding) -> Option<(String, Place)> {
    file.map(|file| (file.path.clone(), file.place(finding)))
}

impl LockFile {
    /// Finds every policy in the file.
    pub fn new(path: String, lock: &Lock) -> Self {
        let place = |Position { line, column }| Place { line, column };
        let policies = lock.policies();
        Self {
            path,
            places: policies
                .map(|(arn, policy)| (arn, place(policy.position())))
                .collect(),
        }
    }

    /// Returns where the policy stands that a finding is about, else the file's first character.
    pub(super) fn place(&self, finding: &Finding) -> Place {
        let policy = match &finding.document {
            Some(DocumentRef::Managed { arn, .. }) => self.places.get(arn),
            _ => None,
        };
        policy.copied().unwrap_or(Place { line: 1, column: 1 })
    }
}
