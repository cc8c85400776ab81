//! What a rule could not decide, and why.

use super::finding::{DocumentRef, Origin};
use super::outcome::Observation;
use crate::inventory::{Fact, FactOwner, Unread};

/// Says that a rule made no claim.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Gap {
    /// What stood in the way.
    pub cause: Cause,
    /// The rule; `None` for every rule, about roles that were not listed.
    pub rule: Option<&'static str>,
}

/// Says what stood in a rule's way.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cause {
    /// A fact was not read.
    Unread {
        /// What the fact is about.
        subject: FactOwner,
        /// The fact.
        fact: Fact,
        /// Why it was not read.
        unread: Unread,
    },
    /// A document is not an IAM policy.
    Malformed {
        /// The document.
        document: DocumentRef,
        /// What is wrong with it, and where.
        problem: String,
    },
    /// The comparison came to no answer.
    Undecided {
        /// The document.
        document: DocumentRef,
        /// Why not.
        reason: String,
    },
    /// The comparison of something else than a document came to no answer.
    Incomparable {
        /// What was compared.
        what: String,
        /// Why not.
        reason: String,
    },
    /// Something came into being too shortly before the account was read.
    Unsettled {
        /// What, and when.
        what: String,
    },
    /// The time that something has to be measured against is not known.
    NoTime {
        /// What is missing.
        what: &'static str,
    },
}

impl std::fmt::Display for Cause {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Unread {
                subject: FactOwner::Policy(arn),
                fact,
                unread,
            } => {
                write!(f, "{fact} of `{}`: {unread}", arn.name())
            }
            Self::Unread {
                subject: FactOwner::Instance(arn),
                fact,
                unread,
            } => write!(f, "{fact} of `{arn}`: {unread}"),
            Self::Unread {
                subject: FactOwner::Region(region),
                fact,
                unread,
            } => write!(f, "{fact} in {region}: {unread}"),
            Self::Unread { fact, unread, .. } => write!(f, "{fact}: {unread}"),
            Self::Malformed { document, problem } => {
                write!(f, "{document} is malformed: {problem}")
            }
            Self::Incomparable { what, reason } => {
                write!(f, "{what} could not be compared: {reason}")
            }
            Self::Unsettled { what } => write!(f, "{what}: too recent to be judged"),
            Self::NoTime { what } => write!(f, "{what} is not known"),
            Self::Undecided { document, reason } => {
                write!(f, "{document} could not be compared: {reason}")
            }
        }
    }
}

/// Sums up gaps for `unread-input`.
pub(super) fn observation(gaps: &[Gap]) -> Observation {
    let mut causes: Vec<&Cause> = gaps.iter().map(|gap| &gap.cause).collect();
    causes.dedup();
    let mut rules: Vec<&str> = gaps.iter().filter_map(|gap| gap.rule).collect();
    rules.sort_unstable();
    rules.dedup();
    let causes: Vec<String> = causes.iter().map(ToString::to_string).collect();
    let summary = format!("undecided: {}; {}", rules.join(", "), causes.join("; "));
    Observation::new(Origin::Undetermined, summary)
}
