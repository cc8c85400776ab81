//! What many roles and accounts have in common, worked out once: AWS's own policies, and trust policies.
//!
//! Remembers only what follows from a text and from the baselines; which account it was read in changes
//! nothing. Must not know rules.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use super::parts;
use super::standing::Place;
use crate::inventory::DocumentText;
use crate::model::{Arn, PolicyVersion};
use crate::policy::{Document, Kind, ParseError};

/// The most bytes of text that are remembered; what comes later is worked out each time.
const MOST: usize = 32 << 20;

/// Remembers texts; it belongs to one set of baselines.
#[derive(Debug, Default)]
pub(super) struct Memory {
    trust: Mutex<Texts>,
    identity: Mutex<Texts>,
}

#[derive(Debug, Default)]
struct Texts {
    known: BTreeMap<Arc<str>, Arc<Text>>,
    bytes: usize,
}

/// Holds a document's text with what follows from it.
#[derive(Debug)]
pub(super) struct Text {
    pub(super) written: Arc<str>,
    pub(super) parsed: Result<Document, ParseError>,
    /// What the document denies.
    denied: OnceLock<Option<Document>>,
    /// Where the text stands as a version of a policy, by who expects it: a baseline's id, or none.
    places: Mutex<BTreeMap<PlaceKey, Arc<Place>>>,
}

type PlaceKey = (Arn, PolicyVersion, Option<String>);

impl Memory {
    /// Returns a text of this kind, parsed once.
    pub(super) fn text(&self, text: &DocumentText, kind: Kind) -> Arc<Text> {
        let texts = match kind {
            Kind::Trust => &self.trust,
            Kind::Identity | Kind::Resource => &self.identity,
        };
        let lock = || texts.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = lock().known.get(text.as_str()) {
            return Arc::clone(known);
        }
        // Not under the lock: others go on meanwhile.
        let new = Arc::new(Text::new(text, kind));
        let mut texts = lock();
        let length = text.as_str().len();
        if texts.bytes + length <= MOST {
            texts.bytes += length;
            texts
                .known
                .insert(Arc::clone(&new.written), Arc::clone(&new));
        }
        new
    }
}

impl Text {
    /// Parses a text that is not to be remembered.
    pub(super) fn new(text: &DocumentText, kind: Kind) -> Self {
        Self {
            written: Arc::clone(text.shared()),
            parsed: Document::parse(text.as_str(), kind),
            denied: OnceLock::new(),
            places: Mutex::default(),
        }
    }

    /// Returns what the document denies; `None` where that is nothing, or it is no document.
    pub(super) fn denied(&self) -> Option<&Document> {
        let of = || parts::denies(&self.written, self.parsed.as_ref().ok()?);
        self.denied.get_or_init(of).as_ref()
    }

    /// Returns where the text stands as a version of a policy that a baseline expects.
    pub(super) fn place(&self, key: PlaceKey, find: impl FnOnce() -> Place) -> Arc<Place> {
        let lock = || self.places.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = lock().get(&key) {
            return Arc::clone(known);
        }
        let found = Arc::new(find());
        lock().insert(key, Arc::clone(&found));
        found
    }
}
