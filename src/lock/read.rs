//! From a lock file's text to what it says, every error with its place.

use std::collections::BTreeMap;

use super::{
    Digest, FORMAT, FORMAT_VERSION, Lock, LockError, LockProblem, LockedPolicy, Policies, Seen,
};
use crate::model::{Arn, InvalidValue, Partition, PolicyVersion};
use crate::policy::{Document, Kind, Located, ParseError, Position, Reader};

/// In bytes: some thousand policies.
const LONGEST: usize = 64 << 20;

type Result<T, E = LockError> = std::result::Result<T, E>;

impl Lock {
    /// Reads a lock file.
    ///
    /// Layout and the order of members are free; a member that stands in an object twice is an error.
    ///
    /// # Errors
    /// Returns the first error, with its place: text that is no lock file, is of a newer format, or
    /// holds a document that does not have the digest beside it.
    pub fn parse(text: &str) -> Result<Self> {
        check_header(text)?;
        let mut reader = Reader::up_to(LONGEST, text)?;
        let mut partitions = None;
        let start = members(&mut reader, "the lock file", |reader, key| {
            match key.value.as_str() {
                "format" | "version" => reader.raw().map(|_| ())?,
                "partitions" => partitions = Some(read_partitions(reader)?),
                _ => return Err(unknown(key, "the lock file")),
            }
            Ok(())
        })?;
        reader.finish()?;
        let partitions = partitions.ok_or_else(|| missing("partitions", "the lock file", start))?;
        Ok(Self { partitions })
    }
}

/// Looks at format and version alone: what else a newer file holds is not known.
fn check_header(text: &str) -> Result<()> {
    let mut reader = Reader::up_to(LONGEST, text)?;
    let (mut format, mut version) = (None, None);
    let start = members(&mut reader, "the lock file", |reader, key| {
        match key.value.as_str() {
            "format" => format = Some(reader.string("format")?),
            "version" => version = Some(reader.scalar("version", "a number")?),
            _ => reader.raw().map(|_| ())?,
        }
        Ok(())
    })?;
    reader.finish()?;
    let format = format.ok_or_else(|| missing("format", "the lock file", start))?;
    let version = version.ok_or_else(|| missing("version", "the lock file", start))?;
    if format.value != FORMAT {
        let found = format.value;
        return Err(at(format.position, LockProblem::Format { found }));
    }
    let problem = match version.value.parse::<u32>() {
        Ok(found) if found > FORMAT_VERSION => LockProblem::Newer { found },
        Ok(found) if found > 0 => return Ok(()),
        _ => LockProblem::NoVersion {
            found: version.value,
        },
    };
    Err(at(version.position, problem))
}

fn read_partitions(reader: &mut Reader<'_>) -> Result<BTreeMap<Partition, Policies>> {
    let mut partitions = BTreeMap::new();
    members(reader, "partitions", |reader, key| {
        let partition: Partition = value(&key)?;
        let mut policies = Policies::new();
        members(reader, &key.value, |reader, key| {
            check_name(&partition, &key)?;
            let policy = read_policy(reader, &key)?;
            policies.insert(key.value, policy);
            Ok(())
        })?;
        partitions.insert(partition, policies);
        Ok(())
    })?;
    Ok(partitions)
}

fn check_name(partition: &Partition, name: &Located<String>) -> Result<()> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || "_+=,.@-".contains(c);
    let is_name = name.value.chars().all(is_part)
        && Arn::linked_policy(partition, &name.value).is_linked_policy();
    if is_name {
        return Ok(());
    }
    let expected = "the name of a policy under `/aws-service-role/`";
    let value = name.value.clone();
    let problem = LockProblem::Value(InvalidValue { value, expected });
    Err(at(name.position, problem))
}

fn read_policy(reader: &mut Reader<'_>, name: &Located<String>) -> Result<LockedPolicy> {
    const PLACE: &str = "the policy";
    let (mut accepted, mut versions, mut document) = (None, None, None);
    let start = members(reader, &name.value, |reader, key| {
        match key.value.as_str() {
            "default_version" => accepted = Some(reader.string(&key.value)?),
            "versions" => versions = Some(read_versions(reader)?),
            "document" => document = Some(reader.raw()?),
            _ => return Err(unknown(key, PLACE)),
        }
        Ok(())
    })?;
    let accepted = accepted.ok_or_else(|| missing("default_version", PLACE, start))?;
    let versions = versions.ok_or_else(|| missing("versions", PLACE, start))?;
    let text = document.ok_or_else(|| missing("document", PLACE, start))?;
    let version: PolicyVersion = value(&accepted)?;
    let Some(seen) = versions.get(&version) else {
        let problem = LockProblem::UnseenDefault { version };
        return Err(at(accepted.position, problem));
    };
    let document = read_document(&text)?;
    let form = document
        .normal_form()
        .ok_or_else(|| at(text.position, LockProblem::NoNormalForm))?;
    if Digest::of(&form) != seen.digest {
        return Err(at(text.position, LockProblem::Digest { version }));
    }
    Ok(LockedPolicy {
        position: name.position,
        accepted: version,
        versions,
        document,
        form,
    })
}

fn read_document(text: &Located<&str>) -> Result<Document> {
    Document::parse(text.value, Kind::Identity).map_err(|error: ParseError| {
        at(
            text.position.of_inner(error.position()),
            LockProblem::Document(error),
        )
    })
}

fn read_versions(reader: &mut Reader<'_>) -> Result<BTreeMap<PolicyVersion, Seen>> {
    let mut versions = BTreeMap::new();
    members(reader, "versions", |reader, key| {
        let version: PolicyVersion = value(&key)?;
        versions.insert(version, read_seen(reader, &key.value)?);
        Ok(())
    })?;
    Ok(versions)
}

fn read_seen(reader: &mut Reader<'_>, version: &str) -> Result<Seen> {
    const PLACE: &str = "the version";
    let (mut on, mut digest) = (None, None);
    let start = members(reader, version, |reader, key| {
        match key.value.as_str() {
            "first_seen" => on = Some(date(reader.string(&key.value)?)?),
            "sha256" => digest = Some(value(&reader.string(&key.value)?)?),
            _ => return Err(unknown(key, PLACE)),
        }
        Ok(())
    })?;
    Ok(Seen {
        on: on.ok_or_else(|| missing("first_seen", PLACE, start))?,
        digest: digest.ok_or_else(|| missing("sha256", PLACE, start))?,
    })
}

fn date(text: Located<String>) -> Result<jiff::civil::Date> {
    let is_plain = text.value.len() == 10;
    match text.value.parse() {
        Ok(date) if is_plain => Ok(date),
        _ => {
            let expected = "a day such as `2026-11-21`";
            let value = text.value;
            let problem = LockProblem::Value(InvalidValue { value, expected });
            Err(at(text.position, problem))
        }
    }
}

/// Reads an object member by member, and returns its place.
fn members<'t>(
    reader: &mut Reader<'t>,
    name: &str,
    visit: impl FnMut(&mut Reader<'t>, Located<String>) -> Result<()>,
) -> Result<Position> {
    let (position, _) = reader.peek()?;
    reader.object(name, visit)?;
    Ok(position)
}

fn value<T: std::str::FromStr<Err = InvalidValue>>(text: &Located<String>) -> Result<T> {
    let parsed = text.value.parse();
    parsed.map_err(|error| at(text.position, LockProblem::Value(error)))
}

fn at(position: Position, problem: LockProblem) -> LockError {
    LockError { position, problem }
}

fn unknown(key: Located<String>, place: &'static str) -> LockError {
    let name = key.value;
    at(key.position, LockProblem::UnknownMember { name, place })
}

fn missing(name: &'static str, place: &'static str, position: Position) -> LockError {
    at(position, LockProblem::MissingMember { name, place })
}
