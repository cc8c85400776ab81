//! `roledrift.lock`: the AWS-owned policies of service-linked roles as the user accepted them last.
//!
//! Of each policy it keeps the version in force with its document, and day and digest of every
//! version that was seen, so that a rollback is told apart from a change. One file serves all
//! accounts: AWS's policies are the same in every account of a partition. Does no I/O and knows no
//! clock, no baseline and no rule: the file's text and the day come in.

mod digest;
mod error;
mod observe;
mod read;
mod write;

use std::collections::BTreeMap;

use jiff::civil::Date;

pub use digest::Digest;
pub use error::{LockError, LockProblem};
pub use observe::{Changed, Obstacle, Update};
pub use write::schema;

use crate::model::{Arn, Partition, PolicyVersion};
use crate::policy::{Document, NormalForm, Position};

/// The format version that this release writes, and the newest that it reads.
pub const FORMAT_VERSION: u32 = 1;

/// What a lock file says that it is.
const FORMAT: &str = "roledrift-lock";

/// Holds what one lock file says; empty where there is no file yet.
#[derive(Debug, Clone, Default)]
pub struct Lock {
    partitions: BTreeMap<Partition, Policies>,
}

/// The policies of one partition under `/aws-service-role/`, by name.
type Policies = BTreeMap<String, LockedPolicy>;

/// Holds one policy as it was accepted.
#[derive(Debug, Clone)]
// INVARIANT: `versions` holds `accepted`, with the digest of `form`, which is `document`'s.
pub struct LockedPolicy {
    /// Where the file names it; the file's beginning where no file does yet.
    position: Position,
    accepted: PolicyVersion,
    versions: BTreeMap<PolicyVersion, Seen>,
    document: Document,
    form: NormalForm,
}

/// Tells when a version was first seen, and with which document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// The day, in UTC.
    pub on: Date,
    /// The digest of its document.
    pub digest: Digest,
}

impl Lock {
    /// Finds the policy of an ARN; `None` also for ARNs of policies that no lock holds.
    pub fn policy(&self, arn: &Arn) -> Option<&LockedPolicy> {
        if !arn.is_linked_policy() {
            return None;
        }
        let partition: Partition = arn.partition().parse().ok()?;
        self.partitions.get(&partition)?.get(arn.name())
    }

    /// Iterates over the policies of all partitions.
    pub fn policies(&self) -> impl Iterator<Item = (Arn, &LockedPolicy)> {
        self.partitions.iter().flat_map(|(partition, policies)| {
            let policies = policies.iter();
            policies.map(move |(name, policy)| (Arn::linked_policy(partition, name), policy))
        })
    }

    /// Counts the policies of all partitions.
    pub fn len(&self) -> usize {
        self.partitions.values().map(BTreeMap::len).sum()
    }

    /// Tells whether it holds no policy.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl LockedPolicy {
    /// Returns where the file that was read names the policy.
    pub fn position(&self) -> Position {
        self.position
    }

    /// Returns the version that was in force when the user accepted the policy last.
    pub fn accepted(&self) -> PolicyVersion {
        self.accepted
    }

    /// Returns every version that was seen, oldest first.
    pub fn versions(&self) -> &BTreeMap<PolicyVersion, Seen> {
        &self.versions
    }

    /// Returns the document of the accepted version.
    pub fn document(&self) -> &Document {
        &self.document
    }

    /// Returns the day on which a version was first seen, if it had this document then.
    pub fn seen(&self, version: PolicyVersion, document: &Document) -> Option<Date> {
        let seen = self.versions.get(&version)?;
        let digest = Digest::of(&document.normal_form()?);
        (digest == seen.digest).then_some(seen.on)
    }
}
