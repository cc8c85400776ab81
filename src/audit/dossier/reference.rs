//! What a role's policies are compared with: AWS's own policies, and what features may be granted.

use crate::audit::source::Source;
use crate::audit::subject::{Managed, Subject};
use crate::baselines::Ledger;
use crate::model::PolicyVersion;
use crate::policy::Document;

/// Names a part of the baseline that a role is compared with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reference {
    /// The newest known version of a policy.
    Known(String, PolicyVersion),
    /// A policy whose versions are not bundled: its text in the account stands for itself.
    AsObserved(String),
    /// A policy whose text is not known at all.
    Unknown(String),
    /// What features may be granted, as they are configured, or anywhere where that was not read.
    Features(usize),
}

/// A baseline's documents.
pub(super) struct Baseline<'s> {
    pub(super) managed: Vec<&'s Document>,
    pub(super) features: Vec<Document>,
    pub(super) references: Vec<Reference>,
    /// Whether what is beyond it can be told.
    pub(super) is_known: bool,
    /// Whether what the role lacks can be told.
    pub(super) is_whole: bool,
}

impl<'s> Baseline<'s> {
    /// Finds the documents of a role's baseline.
    pub(super) fn of(subject: &'s Subject<'_>, managed: &'s [Managed<'_>]) -> Self {
        let known = subject.baseline().filter(|own| own.knows_policies());
        let mut found = Self {
            managed: Vec::new(),
            features: Vec::new(),
            references: Vec::new(),
            is_known: known.is_some(),
            is_whole: known.is_some(),
        };
        let partition = &subject.inventory.partition;
        for expected in known.into_iter().flat_map(|own| &own.policies) {
            let ledger = expected
                .ledger
                .as_ref()
                .filter(|own| own.partition() == partition);
            let arn = expected.arn(partition);
            let observed = managed.iter().find(|own| *own.arn == arn);
            let name = expected.name.clone();
            if let Some(newest) = ledger.and_then(Ledger::newest) {
                found.managed.push(&newest.document);
                found
                    .references
                    .push(Reference::Known(name, newest.version));
            } else if let Some(document) = observed.and_then(Managed::document) {
                found.managed.push(document);
                found.references.push(Reference::AsObserved(name));
            } else {
                found.is_whole = false;
                // Its text may hold whatever the role has.
                found.is_known = false;
                found.references.push(Reference::Unknown(name));
            }
        }
        if let Some(ceiling) = subject.ceiling().filter(|_| found.is_known) {
            found.features = ceiling.certain();
            if !found.features.is_empty() {
                found
                    .references
                    .push(Reference::Features(found.features.len()));
            }
        }
        // What was not read may allow what seems to be lost.
        let all_read = subject.inline.read().is_some()
            && subject.managed.read().is_some()
            && managed.iter().all(|own| own.document().is_some());
        let inline = subject.inline.read().into_iter().flatten();
        found.is_whole &= all_read && inline.map(Source::parsed).all(|own| own.is_ok());
        found
    }
}
