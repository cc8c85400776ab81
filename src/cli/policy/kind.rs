//! Which kind of policy a comparison is about, where the user does not say.

use roledrift::policy::{Document, Kind, ParseError};

use crate::cli::args::PolicyKind;

/// The kinds in the order in which they are tried: no document fits two of them.
const KINDS: [Kind; 3] = [Kind::Identity, Kind::Trust, Kind::Resource];

impl From<PolicyKind> for Kind {
    fn from(kind: PolicyKind) -> Self {
        match kind {
            PolicyKind::Identity => Self::Identity,
            PolicyKind::Trust => Self::Trust,
            PolicyKind::Resource => Self::Resource,
        }
    }
}

/// Parses a document as the given kind, or as the one that it fits.
///
/// A document that fits none is told what is wrong with it as the kind that its elements suggest.
pub(super) fn parse(text: &str, kind: Option<PolicyKind>) -> Result<Document, ParseError> {
    if let Some(kind) = kind {
        return Document::parse(text, kind.into());
    }
    if let Some(document) = KINDS
        .into_iter()
        .find_map(|kind| Document::parse(text, kind).ok())
    {
        return Ok(document);
    }
    let suggested = match (text.contains("Principal\""), text.contains("Resource\"")) {
        (false, _) => Kind::Identity,
        (true, false) => Kind::Trust,
        (true, true) => Kind::Resource,
    };
    Document::parse(text, suggested)
}
