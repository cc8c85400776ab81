//! The statements that a question is about, each with its part in it.
//!
//! Must not know how the question is answered.

use super::shape::Shape;
use crate::policy::{Document, Effect, Statement, StatementRef};

/// What a statement does for the question whether the candidate allows something new.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// The candidate allows it: it may be new.
    Grant,
    /// The candidate denies it: it is not new.
    Block,
    /// The reference allows it: it is not new, unless withheld.
    Known,
    /// The reference denies it: it may be new whatever is known.
    Withheld,
}

pub(super) struct Rule<'d> {
    pub(super) part: Part,
    pub(super) at: StatementRef,
    pub(super) statement: &'d Statement,
}

/// Gathers all statements but those that are seen to be irrelevant by their form.
///
/// What a denial of the candidate plainly covers need not be withheld by the reference.
/// Where nothing is withheld, a grant that the reference plainly covers is nothing new.
pub(super) fn gather<'d>(reference: &[&'d Document], candidate: &[&'d Document]) -> Vec<Rule<'d>> {
    let known = shaped(Part::Known, reference, Effect::Allow);
    let blocks = shaped(Part::Block, candidate, Effect::Deny);
    let mut withheld = shaped(Part::Withheld, reference, Effect::Deny);
    withheld.retain(|(_, own)| !blocks.iter().any(|(_, block)| block.plainly_covers(own)));
    let mut grants = shaped(Part::Grant, candidate, Effect::Allow);
    if withheld.is_empty() {
        grants.retain(|(_, own)| !known.iter().any(|(_, known)| known.plainly_covers(own)));
    }
    let parts = [grants, blocks, known, withheld].into_iter().flatten();
    parts.map(|(rule, _)| rule).collect()
}

fn shaped<'d>(
    part: Part,
    documents: &[&'d Document],
    effect: Effect,
) -> Vec<(Rule<'d>, Shape<'d>)> {
    let statements = documents
        .iter()
        .enumerate()
        .flat_map(|(document, content)| {
            let statements = content.statements().iter().enumerate();
            statements.map(move |(statement, content)| {
                let at = StatementRef {
                    document,
                    statement,
                };
                (at, content)
            })
        });
    statements
        .filter(|(_, statement)| statement.effect() == effect)
        .map(|(at, statement)| {
            let rule = Rule {
                part,
                at,
                statement,
            };
            (rule, Shape::of(statement))
        })
        .collect()
}
