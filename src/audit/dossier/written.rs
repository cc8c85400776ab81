//! A policy document as it is written, with the places of its statements.
//!
//! Must not know what the document is compared with.

use crate::audit::finding::DocumentRef;
use crate::audit::source::Source;
use crate::policy::{Document, Position};

/// Holds a document's text, or why there is none to look at.
#[derive(Debug, Clone)]
pub struct Written {
    /// Which document it is.
    pub which: DocumentRef,
    /// The text as it was read; empty where it was not.
    pub text: String,
    /// Why it was not read, or is no policy.
    pub problem: Option<String>,
    /// Where its statements begin; none where it could not be parsed.
    pub statements: Vec<Position>,
    /// The service prefixes of its actions, in lower case, in alphabetical order.
    pub services: Vec<String>,
}

impl Written {
    pub(super) fn of(source: &Source) -> Self {
        let parsed = source.parsed();
        Self {
            which: source.which.clone(),
            text: source.text().to_owned(),
            statements: parsed
                .as_ref()
                .map_or_else(|_| Vec::new(), |own| places(own)),
            services: parsed
                .as_ref()
                .map_or_else(|_| Vec::new(), |own| services(own)),
            problem: parsed.err().map(|cause| cause.to_string()),
        }
    }
}

/// Returns where the statements of a document begin.
pub(super) fn places(document: &Document) -> Vec<Position> {
    let statements = document.statements().iter();
    statements.map(crate::policy::Statement::position).collect()
}

fn services(document: &Document) -> Vec<String> {
    let actions = document
        .statements()
        .iter()
        .flat_map(|own| own.actions().patterns());
    let services = actions.map(|action| {
        let (service, _) = action.folded().split_once(':').unwrap_or_default();
        service.to_owned()
    });
    let mut services: Vec<String> = services.collect();
    services.sort();
    services.dedup();
    services
}
