//! What has to hold of one key.
//!
//! Must not know which values there are.

use super::rules::Term;
use super::shape::DemandShape;
use super::typed::Sample;
use crate::policy::budget::Budget;
use crate::policy::evaluate::is_listed;
use crate::policy::{Context, Quantifier, Test, Value};

/// What a key holds.
#[derive(Debug, Clone)]
pub(super) enum Choice {
    Absent,
    One(Sample),
    Many(Vec<Sample>),
}

impl Choice {
    pub(super) fn value(&self) -> Option<Value> {
        match self {
            Self::Absent => None,
            Self::One(sample) => Some(Value::One(sample.text.clone())),
            Self::Many(samples) => {
                let texts = samples.iter().map(|sample| sample.text.clone());
                Some(Value::Many(texts.collect()))
            }
        }
    }
}

/// What a value can be read as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Text,
    Number,
    Instant,
    Address,
}

/// Demands that a condition holds, or that it does not.
#[derive(Clone, Copy)]
pub(super) struct Demand<'q, 'd> {
    pub(super) term: &'q Term<'d>,
    pub(super) holds: bool,
}

impl<'q, 'd> Demand<'q, 'd> {
    pub(super) fn shape(&self) -> DemandShape<'q, 'd> {
        DemandShape {
            condition: &self.term.shape,
            holds: self.holds,
        }
    }

    fn test(&self) -> Test {
        self.term.condition.operator().value.test()
    }

    /// Returns what the demand reads a value as.
    pub(super) fn kind(&self) -> Kind {
        match self.test() {
            Test::Numeric(_) => Kind::Number,
            Test::Date(_) => Kind::Instant,
            Test::IpAddress => Kind::Address,
            _ => Kind::Text,
        }
    }

    fn quantifier(&self) -> Quantifier {
        self.term.condition.operator().value.quantifier()
    }

    /// Tells whether the demand is met where the key is absent.
    pub(super) fn is_met_by_absence(&self) -> bool {
        let operator = self.term.condition.operator().value;
        let holds = match operator.quantifier() {
            _ if self.test() == Test::Null => self.term.wants_absence(true),
            _ if operator.if_exists() => true,
            Quantifier::Single => operator.is_negated(),
            Quantifier::ForAllValues => true,
            Quantifier::ForAnyValue => false,
        };
        holds == self.holds
    }

    /// Returns what the demand says of a single value: that it is listed, or that it is not.
    ///
    /// Returns `None` where the demand looks at nothing but presence.
    pub(super) fn wants_listed(&self) -> Option<bool> {
        let negated = self.term.condition.operator().value.is_negated();
        (self.test() != Test::Null).then_some(self.holds != negated)
    }

    /// Tells whether the demand is met by a value of which it is known whether it is listed.
    pub(super) fn is_met_by_one(&self, listed: bool) -> bool {
        match self.wants_listed() {
            Some(wanted) => wanted == listed,
            None => self.term.wants_absence(false) == self.holds,
        }
    }

    /// Tells whether the demand looks at all values of a multivalued key alike; then tells whether any such key meets it.
    pub(super) fn is_met_by_any_many(&self) -> Option<bool> {
        let negated = self.term.condition.operator().value.is_negated();
        match self.quantifier() {
            _ if self.test() == Test::Null => Some(self.term.wants_absence(false) == self.holds),
            Quantifier::Single => Some(negated == self.holds),
            Quantifier::ForAllValues | Quantifier::ForAnyValue => None,
        }
    }

    /// Tells whether each value of a multivalued key has to meet the demand, and not only one of them.
    pub(super) fn binds_each(&self) -> bool {
        (self.quantifier() == Quantifier::ForAllValues) == self.holds
    }

    /// Means nothing where the budget is used up.
    pub(super) fn is_listed(&self, sample: &Sample, context: &Context, budget: &Budget) -> bool {
        match &self.term.alternatives {
            Some(alternatives) => alternatives.match_sample(sample, budget),
            None => is_listed(self.term.condition, &sample.text, context, budget),
        }
    }

    /// Means nothing where the budget is used up.
    pub(super) fn is_met(&self, choice: &Choice, context: &Context, budget: &Budget) -> bool {
        let by_one = |sample: &Sample| self.is_met_by_one(self.is_listed(sample, context, budget));
        match choice {
            Choice::Absent => self.is_met_by_absence(),
            Choice::One(sample) => by_one(sample),
            Choice::Many(samples) => match self.is_met_by_any_many() {
                Some(is_met) => is_met,
                None if self.binds_each() => samples.iter().all(by_one),
                None => samples.iter().any(by_one),
            },
        }
    }
}

/// Returns values that together meet the demands of a multivalued key, should there be any.
///
/// Demands on each value bound which can be there, the others say which must be.
pub(super) fn many(
    samples: &[Sample],
    demands: &[Demand<'_, '_>],
    context: &Context,
    budget: &Budget,
) -> Option<Choice> {
    let meets = |sample: &Sample, demand: &&Demand<'_, '_>| {
        demand.is_met_by_one(demand.is_listed(sample, context, budget))
    };
    let sets = demands
        .iter()
        .filter(|demand| demand.is_met_by_any_many().is_none());
    let (each, some): (Vec<_>, Vec<_>) = sets.partition(|demand| demand.binds_each());
    let is_allowed = |sample: &&Sample| each.iter().all(|demand| meets(sample, demand));
    let allowed: Vec<&Sample> = samples.iter().filter(is_allowed).collect();
    let mut chosen: Vec<&Sample> = Vec::new();
    for demand in some {
        let fit = allowed.iter().find(|sample| meets(sample, &demand))?;
        if !chosen.iter().any(|own| own.text == fit.text) {
            chosen.push(fit);
        }
    }
    if chosen.is_empty() {
        chosen.extend(allowed.first());
    }
    (!chosen.is_empty()).then(|| Choice::Many(chosen.into_iter().cloned().collect()))
}
