//! The outermost object of a document.
//!
//! Must not know what stands inside a statement.

use super::reader::{Reader, Result};
use super::statement::{Draft, draft};
use crate::policy::error::Problem;
use crate::policy::{Document, Kind, Located, ParseError, Version};

impl Document {
    /// Parses a document's JSON text.
    ///
    /// Element names and the values of `Version` and `Effect` are case-sensitive, as the grammar page spells them out as literal strings.
    /// Element order is free.
    /// Each list needs at least one value, the list of statements too: the grammar has no empty list.
    /// An empty `Condition`, which many tools write, means no condition.
    /// `Id` is accepted in every kind, as it has no effect.
    /// Condition operators are accepted in any case, and condition values may be strings, numbers or booleans.
    /// A text of more than 1 MiB is refused; AWS accepts no policy nearly as long.
    ///
    /// # Errors
    /// Returns the first problem found, with its place: a text that is too long, text that is no JSON, a duplicate, unknown, missing or forbidden element, a value of the wrong type, or a value that the element cannot have.
    pub fn parse(text: &str, kind: Kind) -> Result<Self, ParseError> {
        document(text, kind)
    }
}

/// Statements are finished last: `Version`, which may stand behind them, decides how their texts are read.
fn document(text: &str, kind: Kind) -> Result<Document> {
    let mut reader = Reader::new(text)?;
    let (position, _) = reader.peek()?;
    let mut version = Version::default();
    let mut id = None;
    let mut drafts: Option<Vec<Draft>> = None;
    reader.object("the document", |reader, key| {
        match key.value.as_str() {
            "Version" => version = parse_version(reader.string("Version")?)?,
            "Id" => id = Some(reader.string("Id")?),
            "Statement" => {
                drafts = Some(reader.one_or_many("Statement", |reader| draft(reader, kind))?);
            }
            _ => {
                let problem = Problem::UnknownElement {
                    name: key.value,
                    place: "the document",
                };
                return Err(ParseError::new(key.position, problem));
            }
        }
        Ok(())
    })?;
    reader.finish()?;
    let name = "Statement";
    let drafts =
        drafts.ok_or_else(|| ParseError::new(position, Problem::MissingElement { name }))?;
    let statements = drafts.into_iter().map(|draft| draft.finish(version));
    Ok(Document {
        version,
        id,
        statements: statements.collect(),
    })
}

fn parse_version(version: Located<String>) -> Result<Version> {
    match version.value.as_str() {
        "2012-10-17" => Ok(Version::V2012),
        "2008-10-17" => Ok(Version::V2008),
        _ => {
            let problem = Problem::UnknownVersion {
                version: version.value,
            };
            Err(ParseError::new(version.position, problem))
        }
    }
}
