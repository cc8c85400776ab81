//! Statements each of whose pairs of action and resource some other statement plainly covers.
//!
//! A proof without search: a request that such a statement allows is one of its pairs. Must not know
//! effects.

use super::shape::Shape;
use crate::policy::budget::Budget;
use crate::policy::language::Glob;
use crate::policy::{Located, Selection, Statement, Template};

/// Looking at more pairs is left to the search.
const MOST_PAIRS: usize = 256;

/// Holds the actions and resources that a statement lists.
pub(super) struct Pairs<'d> {
    actions: Vec<&'d Glob>,
    resources: &'d [Located<Template>],
}

impl<'d> Pairs<'d> {
    /// Returns the pairs of a statement; `None` where it names others than these, or very many.
    pub(super) fn of(statement: &'d Statement) -> Option<Self> {
        let (Selection::Only(actions), Some(Selection::Only(resources))) =
            (statement.actions(), statement.resources())
        else {
            return None;
        };
        if actions.len().saturating_mul(resources.len()) > MOST_PAIRS {
            return None;
        }
        let actions = actions.iter().map(|own| own.value.glob());
        Some(Self {
            actions: actions.collect(),
            resources,
        })
    }

    /// Tells whether for each pair there is a statement that applies to it wherever this one does, however
    /// wildcards are read; says no where the budget is used up.
    pub(super) fn are_covered<'s>(
        &self,
        shape: &Shape<'d>,
        others: impl Iterator<Item = (&'s Statement, &'s Shape<'d>)> + Clone,
        budget: &Budget,
    ) -> bool
    where
        'd: 's,
    {
        let asked_as_little = others.filter(|(_, other)| other.asks_no_more(shape, budget));
        self.actions.iter().all(|action| {
            let about = asked_as_little.clone().map(|(other, _)| other);
            let about: Vec<&Statement> = about
                .filter(|other| is_about(other, action, budget))
                .collect();
            self.resources.iter().all(|resource| {
                let mut about = about.iter();
                about.any(|other| applies_to(other, &resource.value, budget))
            })
        })
    }
}

/// Tells whether a statement is about all actions that a pattern matches.
fn is_about(statement: &Statement, action: &Glob, budget: &Budget) -> bool {
    let mut own = statement.actions().patterns();
    match statement.actions() {
        Selection::Only(_) => own.any(|own| own.glob().plainly_includes(action, budget)),
        // Some of what a wildcard matches may be left out.
        Selection::AllBut(_) => {
            !action.has_wildcards() && !own.any(|own| own.glob().plainly_includes(action, budget))
        }
    }
}

/// Tells whether a statement is about all that a resource stands for under both readings of wildcards,
/// whatever the context.
fn applies_to(statement: &Statement, resource: &Template, budget: &Budget) -> bool {
    let includes = |own: &Template, other: &Template| {
        let (own, other) = (own.fixed(), other.fixed());
        own.zip(other)
            .is_some_and(|(own, other)| own.plainly_includes(other, budget))
    };
    let includes_as_read = |own: &Template| {
        includes(own, resource) && includes(own.by_segment(), resource.by_segment())
    };
    match statement.resources() {
        None => true,
        Some(Selection::Only(own)) => own
            .iter()
            .any(|own| budget.allows(1) && includes_as_read(&own.value)),
        // What is left out may have variables: the search looks at it.
        Some(Selection::AllBut(_)) => false,
    }
}
