//! Where a finding stands in a recorded account, for formats that point into a file.

use crate::audit::{DocumentRef, Finding};
use crate::inventory::snapshot::{Place, Places};
use crate::model::Arn;

/// Holds the snapshot that a report points into.
#[derive(Debug, Clone)]
pub struct Recording {
    /// The file as outputs name it: with `/`, relative to the folder that reports are read in
    /// where it lies inside, absolute otherwise.
    pub path: String,
    /// Where things stand in it.
    pub places: Places,
}

impl Recording {
    /// Returns where a finding stands: its statement, else its document, else the entry of what it
    /// is about, else the file's first character.
    ///
    /// A statement of a document that the file holds as a string counts as that document.
    pub(super) fn place(&self, finding: &Finding) -> Place {
        self.document(finding)
            .or_else(|| self.entry(&finding.resource))
            .or_else(|| finding.role.as_ref().and_then(|role| self.entry(role)))
            .unwrap_or(Place { line: 1, column: 1 })
    }

    /// Tells whether a path begins at a root or names a drive.
    pub(super) fn is_absolute(path: &str) -> bool {
        let drive = |bytes: &[u8]| matches!(bytes, [letter, b':', b'/', ..] if letter.is_ascii_alphabetic());
        path.starts_with('/') || drive(path.as_bytes())
    }

    fn document(&self, finding: &Finding) -> Option<Place> {
        let owner = finding.role.as_ref().unwrap_or(&finding.resource).as_str();
        let document = match finding.document.as_ref()? {
            DocumentRef::Trust => self.places.trust(owner),
            DocumentRef::Inline(name) => self.places.inline(owner, name),
            DocumentRef::Managed { arn, .. } => self.places.managed(arn.as_str()),
        }?;
        Some(match &finding.statement {
            Some(statement) => document.inside(statement.position.line, statement.position.column),
            None => document.start,
        })
    }

    fn entry(&self, arn: &Arn) -> Option<Place> {
        self.places.entry(arn.as_str())
    }
}
