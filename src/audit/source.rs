//! A role's documents, each parsed once.

use super::finding::{DocumentRef, StatementLocation};
use super::gap::Cause;
use super::parts::{self, Part};
use crate::inventory::{DocumentText, Fact, FactOwner, Observed};
use crate::policy::{Document, Kind, ParseError};

/// Holds a document of a role, or why there is none to look at.
#[derive(Debug)]
pub(super) struct Source {
    pub(super) which: DocumentRef,
    parsed: Result<Document, Obstacle>,
    text: String,
}

#[derive(Debug)]
enum Obstacle {
    Unread(Cause),
    Malformed(ParseError),
}

impl Source {
    pub(super) fn new(
        which: DocumentRef,
        text: &Observed<DocumentText>,
        kind: Kind,
        subject: FactOwner,
        fact: Fact,
    ) -> Self {
        let written = text.read().map(DocumentText::as_str).unwrap_or_default();
        let parsed = match text {
            Observed::Read(text) => {
                Document::parse(text.as_str(), kind).map_err(Obstacle::Malformed)
            }
            Observed::NotRead(unread) => Err(Obstacle::Unread(Cause::Unread {
                subject,
                fact,
                unread: unread.clone(),
            })),
        };
        Self {
            which,
            parsed,
            text: written.to_owned(),
        }
    }

    /// Returns the document, or what stands in the way of it.
    pub(super) fn parsed(&self) -> Result<&Document, Cause> {
        self.parsed.as_ref().map_err(|obstacle| match obstacle {
            Obstacle::Unread(cause) => cause.clone(),
            Obstacle::Malformed(error) => Cause::Malformed {
                document: self.which.clone(),
                problem: error.to_string(),
            },
        })
    }

    /// Returns the text as it was read; empty where it was not.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Returns the parse error of a document that was read and is none.
    pub(super) fn malformed(&self) -> Option<&ParseError> {
        match &self.parsed {
            Err(Obstacle::Malformed(error)) => Some(error),
            _ => None,
        }
    }

    /// Splits what the document allows by statement and resource; `None` where that cannot be done.
    pub(super) fn parts(&self) -> Option<Vec<Part>> {
        parts::by_resource(&self.text, self.parsed.as_ref().ok()?)
    }

    /// Returns what the document denies; `None` where that is nothing.
    pub(super) fn denies(&self) -> Option<Document> {
        parts::denies(&self.text, self.parsed.as_ref().ok()?)
    }

    /// Points at a statement of the document.
    pub(super) fn location(&self, index: usize) -> Option<StatementLocation> {
        let statement = self.parsed.as_ref().ok()?.statements().get(index)?;
        Some(StatementLocation {
            index,
            sid: statement.sid().map(ToOwned::to_owned),
            position: statement.position(),
        })
    }
}
