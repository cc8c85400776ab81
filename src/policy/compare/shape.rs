//! The content of a statement free of order, repetition, case and `Sid`, for proofs that need no search.
//!
//! Must not know effects.

use std::collections::BTreeSet;

use crate::policy::budget::Budget;
use crate::policy::language::{Form, Reach, Token};
use crate::policy::{
    ActionPattern, Condition, PrincipalPattern, Quantifier, Selection, Statement, Template, Test,
};

/// What comparing two statements costs at least.
const COVER_COST: usize = 4;

#[derive(PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Shape<'d> {
    principals: Option<Set<&'d PrincipalPattern>>,
    actions: Set<&'d str>,
    resources: Option<Set<Form<'d>>>,
    conditions: BTreeSet<ConditionShape<'d>>,
}

/// A condition free of order, repetition and case: equal shapes hold for the same contexts.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct ConditionShape<'d> {
    key: &'d str,
    quantifier: Quantifier,
    test: Test,
    negated: bool,
    if_exists: bool,
    values: BTreeSet<Form<'d>>,
}

impl<'d> ConditionShape<'d> {
    pub(super) fn of(condition: &'d Condition) -> Self {
        let operator = condition.operator().value;
        Self {
            key: condition.key().value.folded(),
            quantifier: operator.quantifier(),
            test: operator.test(),
            negated: operator.is_negated(),
            if_exists: operator.if_exists(),
            values: condition.templates().map(Template::form).collect(),
        }
    }

    /// Tells whether wherever this condition holds the other one holds too, by their form alone; says no where the budget is used up.
    pub(super) fn plainly_implies(&self, other: &Self, budget: &Budget) -> bool {
        let comparable = (self.key, self.quantifier, self.test, self.negated)
            == (other.key, other.quantifier, other.test, other.negated)
            && self.test != Test::Null;
        if !budget.allows(4) || self.key != other.key {
            return false;
        }
        if !budget.allows(self.values.len().min(other.values.len())) {
            return false;
        }
        let values_imply = if self.negated {
            other.values.is_subset(&self.values)
        } else {
            self.values.is_subset(&other.values)
        };
        self == other || (comparable && values_imply && self.if_exists <= other.if_exists)
    }
}

/// A condition that is demanded to hold, or to fail.
pub(super) struct DemandShape<'s, 'd> {
    pub(super) condition: &'s ConditionShape<'d>,
    pub(super) holds: bool,
}

impl DemandShape<'_, '_> {
    fn wants_listed(&self) -> bool {
        self.holds != self.condition.negated
    }

    fn is_met_by_absence(&self) -> bool {
        (self.condition.negated || self.condition.if_exists) == self.holds
    }

    fn compares_one_value(&self) -> bool {
        self.condition.quantifier == Quantifier::Single && self.condition.test != Test::Null
    }

    /// Tells whether nothing meets this demand and another one on the same key, by their form alone; says no where the budget is used up.
    ///
    /// `StringEquals` that has to hold and `StringNotEquals` that has to fail are one and the same.
    pub(super) fn plainly_excludes(&self, other: &Self, budget: &Budget) -> bool {
        let (own, others) = (self.condition, other.condition);
        if self.holds && !other.holds && own.plainly_implies(others, budget) {
            return true;
        }
        let shorter = own.values.len().min(others.values.len());
        self.compares_one_value()
            && other.compares_one_value()
            && own.test == others.test
            && self.wants_listed()
            && !other.wants_listed()
            && !(self.is_met_by_absence() && other.is_met_by_absence())
            && budget.allows(4 + shorter)
            && own.values.is_subset(&others.values)
    }
}

impl<'d> Shape<'d> {
    pub(super) fn of(statement: &'d Statement) -> Self {
        Self {
            principals: statement
                .principals()
                .map(|selection| Set::of(selection, |own| own)),
            actions: Set::of(statement.actions(), ActionPattern::folded),
            resources: statement
                .resources()
                .map(|selection| Set::of(selection, Template::form)),
            conditions: statement
                .conditions()
                .iter()
                .map(ConditionShape::of)
                .collect(),
        }
    }

    /// Tells whether this statement applies wherever the other one does, by their form alone; says no where the budget is used up.
    pub(super) fn plainly_covers(&self, other: &Self, budget: &Budget) -> bool {
        const ANY_RESOURCE: Form<'_> = (&[Token::Many(Reach::Anything)], &[]);
        budget.allows(COVER_COST)
            && self.actions.includes(&other.actions, &"*", budget)
            && match (&self.resources, &other.resources) {
                (None, _) => true,
                (Some(own), Some(other)) => own.includes(other, &ANY_RESOURCE, budget),
                (Some(_), None) => false,
            }
            && self.asks_no_more(other, budget)
    }

    /// Tells whether this statement asks nothing of caller and context that the other one does not, by their form alone; says no where the budget is used up.
    pub(super) fn asks_no_more(&self, other: &Self, budget: &Budget) -> bool {
        budget.allows(COVER_COST)
            && covers(
                self.principals.as_ref(),
                other.principals.as_ref(),
                &PrincipalPattern::Everyone,
                budget,
            )
            && (self.conditions.iter()).all(|own| {
                other
                    .conditions
                    .iter()
                    .any(|other| other.plainly_implies(own, budget))
            })
    }
}

/// A statement without principals does not look at the caller; one with principals needs one.
fn covers(
    own: Option<&Set<&PrincipalPattern>>,
    other: Option<&Set<&PrincipalPattern>>,
    everyone: &PrincipalPattern,
    budget: &Budget,
) -> bool {
    own.is_none_or(|own| other.is_some_and(|other| own.includes(other, &everyone, budget)))
}

#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Set<T> {
    Only(BTreeSet<T>),
    AllBut(BTreeSet<T>),
}

impl<T: Ord> Set<T> {
    fn of<'d, P>(selection: &'d Selection<P>, key: impl Fn(&'d P) -> T) -> Self {
        let patterns = selection.patterns().map(key).collect();
        match selection {
            Selection::Only(_) => Self::Only(patterns),
            Selection::AllBut(_) => Self::AllBut(patterns),
        }
    }

    fn includes(&self, other: &Self, everything: &T, budget: &Budget) -> bool {
        let is_subset = |one: &BTreeSet<T>, other: &BTreeSet<T>| {
            // Most pairs differ in their first element, which is cheap to see.
            one.first().is_none_or(|first| other.contains(first))
                && budget.allows(one.len().min(other.len()))
                && one.is_subset(other)
        };
        match (self, other) {
            (Self::Only(own), Self::Only(other)) => {
                own.contains(everything) || is_subset(other, own)
            }
            (Self::Only(own), Self::AllBut(_)) => own.contains(everything),
            (Self::AllBut(own), Self::AllBut(other)) => is_subset(own, other),
            (Self::AllBut(_), Self::Only(_)) => false,
        }
    }
}
