//! A role's documents, each parsed once.

use std::sync::Arc;

use super::finding::{DocumentRef, StatementLocation};
use super::gap::Cause;
use super::memory::Text;
use super::parts::{self, Part};
use crate::inventory::{DocumentText, Fact, FactOwner, Observed};
use crate::policy::{Document, ParseError};

/// Holds a document of a role, or why there is none to look at.
#[derive(Debug)]
pub(super) struct Source {
    pub(super) which: DocumentRef,
    content: Result<Arc<Text>, Cause>,
}

impl Source {
    pub(super) fn new(
        which: DocumentRef,
        text: &Observed<DocumentText>,
        subject: FactOwner,
        fact: Fact,
        parse: impl FnOnce(&DocumentText) -> Arc<Text>,
    ) -> Self {
        let content = match text {
            Observed::Read(text) => Ok(parse(text)),
            Observed::NotRead(unread) => Err(Cause::Unread {
                subject,
                fact,
                unread: unread.clone(),
            }),
        };
        Self { which, content }
    }

    /// Returns the document, or what stands in the way of it.
    pub(super) fn parsed(&self) -> Result<&Document, Cause> {
        self.known_and_parsed().map(|(_, document)| document)
    }

    /// Returns the text and the document, or what stands in the way of it.
    pub(super) fn known_and_parsed(&self) -> Result<(&Text, &Document), Cause> {
        let text = self.content.as_deref().map_err(Cause::clone)?;
        match &text.parsed {
            Ok(document) => Ok((text, document)),
            Err(error) => Err(Cause::Malformed {
                document: self.which.clone(),
                problem: error.to_string(),
            }),
        }
    }

    /// Returns the document; `None` where it was not read or is none.
    pub(super) fn document(&self) -> Option<&Document> {
        self.known()?.parsed.as_ref().ok()
    }

    /// Returns the text with what follows from it; `None` where it was not read.
    pub(super) fn known(&self) -> Option<&Text> {
        self.content.as_deref().ok()
    }

    /// Returns the text as it was read; empty where it was not.
    pub(super) fn text(&self) -> &str {
        self.known().map_or("", |content| &content.written)
    }

    /// Returns the parse error of a document that was read and is none.
    pub(super) fn malformed(&self) -> Option<&ParseError> {
        self.known()?.parsed.as_ref().err()
    }

    /// Splits what the document allows by statement and resource; `None` where that cannot be done.
    pub(super) fn parts(&self) -> Option<Vec<Part>> {
        parts::by_resource(self.text(), self.document()?)
    }

    /// Returns what the document denies; `None` where that is nothing.
    pub(super) fn denies(&self) -> Option<&Document> {
        self.known()?.denied()
    }

    /// Points at a statement of the document.
    pub(super) fn location(&self, index: usize) -> Option<StatementLocation> {
        let statement = self.document()?.statements().get(index)?;
        Some(StatementLocation {
            index,
            sid: statement.sid().map(ToOwned::to_owned),
            position: statement.position(),
        })
    }
}
