//! What one rule says about one subject: findings, gaps, or nothing.

use super::finding::{About, Confidence, DocumentRef, Origin, Proof, StatementLocation};
use super::gap::{Cause, Gap};
use super::rule::Rule;
use super::source::Source;
use crate::inventory::{Fact, FactOwner, Observed};
use crate::policy::Document;

/// Collects what a rule says.
pub(super) struct Outcome {
    rule: &'static str,
    pub(super) observations: Vec<Observation>,
    /// Observations of rules about the account, with what they are about.
    pub(super) elsewhere: Vec<(About, Observation)>,
    pub(super) gaps: Vec<Gap>,
}

/// Describes one departure; who it is about is added later.
#[derive(Debug, Clone)]
pub(super) struct Observation {
    pub(super) document: Option<DocumentRef>,
    pub(super) statement: Option<StatementLocation>,
    pub(super) origin: Origin,
    pub(super) confidence: Confidence,
    /// What tells it from other observations of the same rule on the same document.
    pub(super) topic: Option<String>,
    pub(super) summary: String,
    pub(super) proof: Option<Proof>,
}

impl Observation {
    pub(super) fn new(origin: Origin, summary: impl Into<String>) -> Self {
        Self {
            document: None,
            statement: None,
            origin,
            confidence: Confidence::Exact,
            topic: None,
            summary: summary.into(),
            proof: None,
        }
    }

    pub(super) fn in_document(mut self, document: &DocumentRef) -> Self {
        self.document = Some(document.clone());
        self
    }

    pub(super) fn at(mut self, statement: Option<StatementLocation>) -> Self {
        self.statement = statement;
        self
    }

    pub(super) fn with_confidence(mut self, confidence: Confidence) -> Self {
        self.confidence = confidence;
        self
    }

    pub(super) fn about(mut self, topic: impl Into<String>) -> Self {
        self.topic = Some(topic.into());
        self
    }

    pub(super) fn with_proof(mut self, proof: Option<Proof>) -> Self {
        self.proof = proof;
        self
    }
}

impl Outcome {
    pub(super) fn new(rule: &'static Rule) -> Self {
        Self {
            rule: rule.id,
            observations: Vec::new(),
            elsewhere: Vec::new(),
            gaps: Vec::new(),
        }
    }

    pub(super) fn report(&mut self, observation: Observation) {
        self.observations.push(observation);
    }

    pub(super) fn report_elsewhere(&mut self, about: About, observation: Observation) {
        self.elsewhere.push((about, observation));
    }

    /// Returns a fact, or notes that the rule cannot decide without it.
    pub(super) fn need<'a, T>(
        &mut self,
        subject: FactOwner,
        fact: Fact,
        observed: &'a Observed<T>,
    ) -> Option<&'a T> {
        match observed {
            Observed::Read(value) => Some(value),
            Observed::NotRead(unread) => {
                self.gap(Cause::Unread {
                    subject,
                    fact,
                    unread: unread.clone(),
                });
                None
            }
        }
    }

    /// Returns a document, or notes that the rule cannot decide without it.
    pub(super) fn document<'a>(&mut self, source: &'a Source) -> Option<&'a Document> {
        match source.parsed() {
            Ok(document) => Some(document),
            Err(cause) => {
                self.gap(cause);
                None
            }
        }
    }

    pub(super) fn undecided(&mut self, document: &DocumentRef, reason: &impl ToString) {
        self.gap(Cause::Undecided {
            document: document.clone(),
            reason: reason.to_string(),
        });
    }

    /// Notes that a question which concerns no document of its own came to no answer.
    pub(super) fn undecided_about(&mut self, what: &str, reason: &impl ToString) {
        self.gap(Cause::Incomparable {
            what: what.to_owned(),
            reason: reason.to_string(),
        });
    }

    pub(super) fn gap(&mut self, cause: Cause) {
        self.gaps.push(Gap {
            cause,
            rule: Some(self.rule),
        });
    }
}
