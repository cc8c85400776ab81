//! What can be wrong with a lock file, and where.

use super::FORMAT_VERSION;
use crate::model::{InvalidValue, PolicyVersion};
use crate::policy::{ParseError, Position};

/// Says what is wrong with a lock file, and where.
///
/// Displays as `line 12, column 5: …`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{position}: {problem}")]
pub struct LockError {
    /// The place in the file.
    pub position: Position,
    /// What is wrong there.
    pub problem: LockProblem,
}

/// Says what is wrong with a lock file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LockProblem {
    /// The text is not JSON, or not of a lock file's shape.
    #[error("{}", .0.problem())]
    Shape(ParseError),
    /// The file says that it is something else.
    #[error("`format` is `{found}`, not `{}`", super::FORMAT)]
    Format {
        /// What it says.
        found: String,
    },
    /// The version is no number, or 0.
    #[error("there is no lock format version `{found}`")]
    NoVersion {
        /// The version as written.
        found: String,
    },
    /// A newer release wrote the file.
    #[error(
        "lock format version {found} is newer than this roledrift reads ({FORMAT_VERSION}): upgrade roledrift"
    )]
    Newer {
        /// The version that it gives.
        found: u32,
    },
    /// A value is not what it should be.
    #[error(transparent)]
    Value(InvalidValue),
    /// A member that has no place here.
    #[error("unknown member `{name}` in {place}")]
    UnknownMember {
        /// Its name.
        name: String,
        /// What it stands in.
        place: &'static str,
    },
    /// A member is missing; the place is that of the object.
    #[error("{place} lacks `{name}`")]
    MissingMember {
        /// Its name.
        name: &'static str,
        /// What should have it.
        place: &'static str,
    },
    /// The accepted version is not among those that were seen.
    #[error("`default_version` is {version}, which is not among `versions`")]
    UnseenDefault {
        /// The version.
        version: PolicyVersion,
    },
    /// A policy document is none.
    #[error("the policy document is malformed: {}", .0.problem())]
    Document(ParseError),
    /// A policy document that no lock writes.
    #[error("the policy document tests one condition key twice under one operator")]
    NoNormalForm,
    /// Document and digest do not belong together.
    #[error(
        "the document does not have the digest of {version} in `versions`: it was edited or merged by hand; take this policy out and run `roledrift baseline lock`"
    )]
    Digest {
        /// The version.
        version: PolicyVersion,
    },
}

impl From<ParseError> for LockError {
    fn from(error: ParseError) -> Self {
        Self {
            position: error.position(),
            problem: LockProblem::Shape(error),
        }
    }
}
