//! Recorded accounts: one JSON file that holds an inventory whole.
//!
//! Auditing a snapshot gives what auditing the account gave, byte for byte.

mod dto;
mod fact;
mod owners;
mod places;

use std::io::Write;

pub use places::{DocumentPlace, Place, Places};

use super::Inventory;

/// The format version that this release writes, and the newest that it reads.
pub const FORMAT_VERSION: u32 = 1;

/// Says why a snapshot cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum SnapshotError {
    /// The file is not JSON, or not of the snapshot's shape; the source tells line and column.
    #[error("not a snapshot: {0}")]
    Shape(#[source] serde_json::Error),
    /// The file says that it is something else.
    #[error("`format` is `{0}`, not `{expected}`", expected = dto::FORMAT)]
    Format(String),
    /// A newer release wrote the file.
    #[error(
        "snapshot format version {found} is newer than this roledrift reads ({FORMAT_VERSION}): \
         upgrade roledrift"
    )]
    Newer {
        /// The version that the file gives.
        found: u32,
    },
    /// Versions count from 1.
    #[error("there is no snapshot format version 0")]
    NoVersion,
    /// Two parts of the file disagree.
    #[error("role `{arn}` does not fit: {problem}")]
    Role {
        /// The role's ARN as given.
        arn: String,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// The file names a role or policy twice.
    #[error("`{0}` stands in the snapshot twice")]
    Duplicate(String),
}

/// Reads a snapshot.
///
/// # Errors
/// Returns an error for text that is no snapshot, contradicts itself, or is of a newer format.
pub fn read(text: &str) -> Result<Inventory, SnapshotError> {
    let header: dto::Header = serde_json::from_str(text).map_err(SnapshotError::Shape)?;
    if header.format != dto::FORMAT {
        return Err(SnapshotError::Format(header.format));
    }
    if header.version == 0 {
        return Err(SnapshotError::NoVersion);
    }
    if header.version > FORMAT_VERSION {
        return Err(SnapshotError::Newer {
            found: header.version,
        });
    }
    let snapshot: dto::Snapshot = serde_json::from_str(text).map_err(SnapshotError::Shape)?;
    snapshot.into_inventory()
}

/// Writes a snapshot, indented and ending in a line feed.
///
/// # Errors
/// Returns the writer's error.
pub fn write(inventory: &Inventory, out: &mut dyn Write) -> std::io::Result<()> {
    let snapshot = dto::Snapshot::from_inventory(inventory);
    serde_json::to_writer_pretty(&mut *out, &snapshot)?;
    out.write_all(b"\n")
}

/// Returns the JSON Schema of the format.
pub fn schema() -> schemars::Schema {
    schemars::schema_for!(dto::Snapshot)
}

#[cfg(test)]
mod tests;
