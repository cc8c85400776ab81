//! The file's shape, format version 1, laid out for reviews.
//!
//! Everything is sorted and has a line of its own, and the document in force stands in one place:
//! where AWS changes a policy, the difference shows the actions that came and went, the new version
//! and its digest. Documents of earlier versions are not kept: the repository's history has them.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{Error, Write};

use serde::ser::{Error as _, SerializeMap};
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

use super::{FORMAT, FORMAT_VERSION, Lock, LockedPolicy, Seen};
use crate::model::{Partition, PolicyVersion};
use crate::policy::NormalForm;

/// AWS-owned policies of service-linked roles as they were accepted last.
#[derive(Serialize, schemars::JsonSchema)]
#[schemars(title = "roledrift.lock", deny_unknown_fields)]
struct File<'a> {
    /// Always `roledrift-lock`.
    format: &'static str,
    /// The version of this format.
    version: u32,
    /// Policies under `/aws-service-role/` by name, by partition.
    partitions: BTreeMap<&'a Partition, BTreeMap<&'a str, PolicyEntry<'a>>>,
}

/// One policy.
#[derive(Serialize, schemars::JsonSchema)]
#[schemars(deny_unknown_fields)]
struct PolicyEntry<'a> {
    /// The version that was in force, one of `versions`.
    default_version: PolicyVersion,
    /// Every version that was seen, by its id.
    #[serde(serialize_with = "a_line_each")]
    versions: BTreeMap<PolicyVersion, SeenEntry<'a>>,
    /// The document of the version that was in force.
    document: &'a NormalForm,
}

/// One version.
#[derive(schemars::JsonSchema)]
#[schemars(deny_unknown_fields)]
struct SeenEntry<'a> {
    /// The day on which it was first seen, in UTC: 2026-11-21.
    #[schemars(extend("format" = "date"))]
    first_seen: String,
    /// SHA-256 of the document in its normal form, as JSON in UTF-8 without white space.
    #[schemars(extend("pattern" = "^[0-9a-f]{64}$"))]
    sha256: &'a str,
}

impl Lock {
    /// Writes the lock file, indented and ending in a line feed, in printable ASCII.
    ///
    /// # Errors
    /// Returns the writer's error.
    pub fn write(&self, out: &mut dyn Write) -> Result<(), Error> {
        let partitions = self.partitions.iter().map(|(partition, policies)| {
            let policies = policies.iter();
            let entries = policies.map(|(name, policy)| (name.as_str(), PolicyEntry::of(policy)));
            (partition, entries.collect())
        });
        let text = serde_json::to_string_pretty(&File {
            format: FORMAT,
            version: FORMAT_VERSION,
            partitions: partitions.collect(),
        })?;
        writeln!(out, "{}", ascii(&text))
    }
}

/// Returns the JSON Schema of the file.
pub fn schema() -> schemars::Schema {
    schemars::schema_for!(File<'static>)
}

impl<'a> PolicyEntry<'a> {
    fn of(policy: &'a LockedPolicy) -> Self {
        let versions = policy.versions.iter();
        Self {
            default_version: policy.accepted,
            versions: versions
                .map(|(version, seen)| (*version, SeenEntry::of(seen)))
                .collect(),
            document: &policy.form,
        }
    }
}

impl<'a> SeenEntry<'a> {
    fn of(seen: &'a Seen) -> Self {
        Self {
            first_seen: seen.on.to_string(),
            sha256: seen.digest.as_str(),
        }
    }
}

/// Writes each version on one line, newest first: a new one is one line more in a review.
fn a_line_each<S: Serializer>(
    versions: &BTreeMap<PolicyVersion, SeenEntry<'_>>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(Some(versions.len()))?;
    for (version, SeenEntry { first_seen, sha256 }) in versions.iter().rev() {
        let line = format!(r#"{{"first_seen": "{first_seen}", "sha256": "{sha256}"}}"#);
        let line = RawValue::from_string(line).map_err(S::Error::custom)?;
        map.serialize_entry(version, &line)?;
    }
    map.end()
}

/// Escapes what is not printable ASCII. Outside strings JSON holds no such character but its layout.
fn ascii(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    let mut units = [0; 2];
    for character in text.chars() {
        if matches!(character, '\n' | ' '..='~') {
            safe.push(character);
        } else {
            for unit in character.encode_utf16(&mut units) {
                // Writing to a string cannot fail.
                let _ = write!(safe, "\\u{unit:04x}");
            }
        }
    }
    safe
}
