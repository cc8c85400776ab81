//! The statements that a question is about, each with its part in it.
//!
//! Must not know how the question is answered.

use std::collections::BTreeSet;

use super::pairs::Pairs;
use super::pinned::Placed;
use super::shape::{ConditionShape, Shape};
use super::typed::Alternatives;
use crate::policy::budget::{Budget, Exhausted};
use crate::policy::language::Services;
use crate::policy::{Condition, Effect, Key, Statement, StatementRef, Template};

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
    /// The statement's conditions.
    pub(super) terms: Vec<Term<'d>>,
}

/// A condition and its shape.
pub(super) struct Term<'d> {
    pub(super) condition: &'d Condition,
    pub(super) shape: ConditionShape<'d>,
    /// The condition's values read once; `None` where they have policy variables.
    pub(super) alternatives: Option<Alternatives>,
}

impl<'d> Term<'d> {
    pub(super) fn key(&self) -> &'d Key {
        &self.condition.key().value
    }

    pub(super) fn has_variables(&self) -> bool {
        self.alternatives.is_none()
    }

    /// Tells whether a condition on presence holds where the key is absent or not.
    pub(super) fn wants_absence(&self, absent: bool) -> bool {
        let mut texts = self.condition.templates().map(Template::text);
        texts.any(|text| text.eq_ignore_ascii_case(if absent { "true" } else { "false" }))
    }
}

/// Gathers all statements but those that are seen to be irrelevant by their form.
///
/// What is about no service of the grants changes nothing about what they allow.
/// What a denial of the candidate plainly covers need not be withheld by the reference.
/// Where nothing is withheld, a grant that the reference plainly covers is nothing new.
pub(super) fn gather<'d>(
    reference: &'d [Placed<'d>],
    candidate: &'d [Placed<'d>],
    budget: &Budget,
) -> Result<Vec<Rule<'d>>, Exhausted> {
    let granting = candidate.iter().map(|own| own.statement.as_ref());
    let granting = granting.filter(|own| own.effect() == Effect::Allow);
    let services = Services::of(granting, budget)?;
    let shaped = |side, effect| shaped(side, effect, &services, budget);
    let known = shaped(reference, Effect::Allow)?;
    let blocks = shaped(candidate, Effect::Deny)?;
    let mut withheld = shaped(reference, Effect::Deny)?;
    leave_out_covered(&mut withheld, &blocks, budget)?;
    let mut grants = shaped(candidate, Effect::Allow)?;
    if withheld.is_empty() {
        leave_out_covered(&mut grants, &known, budget)?;
        leave_out_covered_pairs(&mut grants, &known, budget)?;
    }
    let parts = [
        (Part::Grant, grants),
        (Part::Block, blocks),
        (Part::Known, known),
        (Part::Withheld, withheld),
    ];
    let rules = parts.into_iter().flat_map(|(part, statements)| {
        let rules = statements.into_iter();
        rules.map(move |own| Rule {
            part,
            at: own.at,
            statement: own.statement,
            terms: terms(own.statement),
        })
    });
    Ok(rules.collect())
}

struct Shaped<'d> {
    at: StatementRef,
    statement: &'d Statement,
    shape: Shape<'d>,
}

/// What the shape of one pattern or statement costs.
const SHAPE_COST: usize = 16;

fn shaped<'d>(
    placed: &'d [Placed<'d>],
    effect: Effect,
    services: &Services<'_>,
    budget: &Budget,
) -> Result<Vec<Shaped<'d>>, Exhausted> {
    let mut found = Vec::new();
    for own in placed {
        let statement = own.statement.as_ref();
        if statement.effect() != effect || !services.concern(statement, budget) {
            continue;
        }
        budget.spend(SHAPE_COST * (1 + statement.len()))?;
        found.push(Shaped {
            at: own.at,
            statement,
            shape: Shape::of(statement),
        });
    }
    // What is found rests on what the statements say, not on their order.
    found.sort_by(|one, other| one.shape.cmp(&other.shape));
    found.dedup_by(|later, first| later.shape == first.shape);
    Ok(found)
}

fn terms(statement: &Statement) -> Vec<Term<'_>> {
    let conditions = statement.conditions().iter();
    let terms = conditions.map(|condition| Term {
        condition,
        shape: ConditionShape::of(condition),
        alternatives: (!condition.has_variables()).then(|| Alternatives::of(condition)),
    });
    let mut terms: Vec<Term<'_>> = terms.collect();
    terms.sort_by(|one, other| one.shape.cmp(&other.shape));
    terms.dedup_by(|later, first| later.shape == first.shape);
    terms
}

/// Leaves out what some other statement plainly covers; one of the same shape is found at once.
fn leave_out_covered<'d>(
    statements: &mut Vec<Shaped<'d>>,
    others: &[Shaped<'d>],
    budget: &Budget,
) -> Result<(), Exhausted> {
    let shapes: BTreeSet<&Shape<'d>> = others.iter().map(|other| &other.shape).collect();
    statements.retain(|own| {
        let covers = |other: &Shaped<'d>| other.shape.plainly_covers(&own.shape, budget);
        !shapes.contains(&own.shape) && !others.iter().any(covers)
    });
    budget.check()
}

/// Leaves out what names its actions and resources, each pair of which some other statement plainly covers.
fn leave_out_covered_pairs<'d>(
    statements: &mut Vec<Shaped<'d>>,
    others: &[Shaped<'d>],
    budget: &Budget,
) -> Result<(), Exhausted> {
    statements.retain(|own| {
        let others = others.iter().map(|other| (other.statement, &other.shape));
        let pairs = Pairs::of(own.statement);
        !pairs.is_some_and(|pairs| pairs.are_covered(&own.shape, others, budget))
    });
    budget.check()
}
