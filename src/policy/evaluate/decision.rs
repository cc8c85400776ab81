//! The decision about a request.
//!
//! Must not know how a single statement matches.

use std::fmt;

use super::statement::Matcher;
use crate::policy::budget::Budget;
use crate::policy::{Document, Effect, Request};

/// Points to a statement within a list of documents; both indices start at 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StatementRef {
    /// The document's place in the list.
    pub document: usize,
    /// The statement's place in the document.
    pub statement: usize,
}

/// Counts from 1, as people do.
impl fmt::Display for StatementRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "statement {} of document {}",
            self.statement + 1,
            self.document + 1
        )
    }
}

/// Says what a wildcard in a `Resource` can stand for.
///
/// AWS describes wildcards both as any combination of characters and as standing within one segment of an ARN, and never says which holds for the `:` between segments.
/// `CheckNoNewAccess` of IAM Access Analyzer reads by segment, as AWS's published pairs of policies show, and so do verdicts here.
/// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html>.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reading {
    /// A wildcard crosses every character.
    WholeText,
    /// A wildcard does not cross the first five `:` that the pattern spells out, and in the last segment crosses every character.
    BySegment,
}

/// Says what a set of documents decides about a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// Allowed by this statement, the first that allows it, and denied by none.
    Allowed(StatementRef),
    /// Denied by this statement, the first that denies it.
    ExplicitDeny(StatementRef),
    /// Neither allowed nor denied, which is a denial.
    ImplicitDeny,
}

/// Decides a request with wildcards in resources read as [`Reading::BySegment`], as AWS's own comparison of policies reads them.
///
/// Takes any time that the documents and the request call for, and never more than the product of their lengths: matching a wildcard never tries combinations.
/// An explicit deny wins over an allow, and what no statement allows is denied.
/// `aws:PrincipalArn` and `aws:PrincipalAccount` follow from the request's principal where the context does not set them; a context that contradicts the principal is taken at its word.
/// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html>.
#[must_use]
pub fn evaluate(documents: &[&Document], request: &Request) -> Decision {
    evaluate_under(Reading::BySegment, documents, request)
}

/// Decides a request under a given reading of wildcards in resources.
#[must_use]
pub fn evaluate_under(reading: Reading, documents: &[&Document], request: &Request) -> Decision {
    decide(reading, documents, request, &Budget::unlimited())
}

/// Decides a request within a budget; the decision means nothing where the budget is used up.
pub(crate) fn decide(
    reading: Reading,
    documents: &[&Document],
    request: &Request,
    budget: &Budget,
) -> Decision {
    let matcher = Matcher::new(reading, request, budget);
    let first = |effect| first_match(documents, effect, &matcher);
    if let Some(statement) = first(Effect::Deny) {
        Decision::ExplicitDeny(statement)
    } else if let Some(statement) = first(Effect::Allow) {
        Decision::Allowed(statement)
    } else {
        Decision::ImplicitDeny
    }
}

fn first_match(
    documents: &[&Document],
    effect: Effect,
    matcher: &Matcher<'_>,
) -> Option<StatementRef> {
    documents
        .iter()
        .enumerate()
        .find_map(|(document, content)| {
            let statement = content
                .statements()
                .iter()
                .position(|statement| statement.effect() == effect && matcher.matches(statement))?;
            Some(StatementRef {
                document,
                statement,
            })
        })
}
