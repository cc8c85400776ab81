//! Statements that name every action and resource, each pair of which some other statement plainly covers.
//!
//! A proof without search: a request that such a statement allows is one of its pairs. Must not know
//! effects.

use super::shape::Shape;
use crate::policy::budget::Budget;
use crate::policy::{Selection, Statement, Template};

/// Looking at more pairs is left to the search.
const MOST_PAIRS: usize = 256;

/// Holds the actions and resources of a statement that has no wildcards and no variables in them.
pub(super) struct Pairs {
    actions: Vec<String>,
    resources: Vec<String>,
}

impl Pairs {
    /// Returns the pairs of a statement; `None` where it names others than these, or very many.
    pub(super) fn of(statement: &Statement) -> Option<Self> {
        let (Selection::Only(actions), Some(Selection::Only(resources))) =
            (statement.actions(), statement.resources())
        else {
            return None;
        };
        if actions.len().saturating_mul(resources.len()) > MOST_PAIRS {
            return None;
        }
        let actions = actions.iter();
        let actions = actions.map(|own| own.value.glob().as_literal_ignoring_case());
        let resources = resources.iter().map(|own| own.value.fixed()?.as_literal());
        Some(Self {
            actions: actions.collect::<Option<_>>()?,
            resources: resources.collect::<Option<_>>()?,
        })
    }

    /// Tells whether for each pair there is a statement that applies to it wherever this one does, however
    /// wildcards are read; says no where the budget is used up.
    pub(super) fn are_covered<'s, 'd: 's>(
        &self,
        shape: &Shape<'d>,
        others: impl Iterator<Item = (&'s Statement, &'s Shape<'d>)> + Clone,
        budget: &Budget,
    ) -> bool {
        let asked_as_little = others.filter(|(_, other)| other.asks_no_more(shape, budget));
        self.actions.iter().all(|action| {
            let about = asked_as_little.clone().filter(|(other, _)| {
                let actions = other.actions();
                actions.selects(|own| own.glob().matches(action, budget))
            });
            let about: Vec<&Statement> = about.map(|(other, _)| other).collect();
            self.resources.iter().all(|resource| {
                let mut about = about.iter();
                about.any(|other| applies_to(other, resource, budget))
            })
        })
    }
}

/// Tells whether a statement is about a resource under both readings of wildcards, whatever the context.
fn applies_to(statement: &Statement, resource: &str, budget: &Budget) -> bool {
    let matches = |template: &Template| {
        let glob = template.fixed();
        glob.is_some_and(|glob| glob.matches(resource, budget))
    };
    match statement.resources() {
        None => true,
        Some(Selection::Only(own)) => own
            .iter()
            .any(|own| budget.allows(1) && matches(&own.value) && matches(own.value.by_segment())),
        // What is left out may have variables: the search looks at it.
        Some(Selection::AllBut(_)) => false,
    }
}
