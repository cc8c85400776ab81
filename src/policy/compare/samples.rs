//! Values of one condition key that stand for all its values.
//!
//! Must not know statements.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashSet};

use ipnet::IpNet;
use jiff::{Timestamp, ToSpan};

use super::cells::{Cell, cells, matched};
use super::rules::Term;
use super::wording;
use crate::policy::budget::{Budget, Exhausted};
use crate::policy::evaluate::holds;
use crate::policy::language::Glob;
use crate::policy::value::{Number, parse_instant, parse_range};
use crate::policy::{Condition, Context, Key, Quantifier, Template, Test, Value};

/// Demands that a condition holds, or that it does not.
#[derive(Clone, Copy)]
pub(super) struct Demand<'q, 'd> {
    pub(super) term: &'q Term<'d>,
    pub(super) holds: bool,
}

impl Demand<'_, '_> {
    /// Means nothing where the budget is used up.
    fn is_met(&self, context: &Context, budget: &Budget) -> bool {
        holds(self.term.condition, context, budget) == self.holds
    }

    /// Takes a present key for good where a policy variable decides.
    fn may_be_met(&self, context: &Context, budget: &Budget) -> bool {
        self.is_met(context, budget)
            || (self.term.condition.has_variables()
                && context.get(self.term.key().text()).is_some())
    }
}

/// Tells whether demands on one key are proven to contradict each other, whatever the values of policy variables.
pub(super) fn contradict(
    key: &Key,
    demands: &[Demand<'_, '_>],
    budget: &Budget,
) -> Result<bool, Exhausted> {
    let shapes = |holds| {
        let demands = demands.iter().filter(move |demand| demand.holds == holds);
        demands.map(|demand| &demand.term.shape)
    };
    if shapes(true).any(|yes| shapes(false).any(|no| yes.plainly_implies(no, budget))) {
        return Ok(true);
    }
    let samples = Samples::new(key, demands, &Context::new(), budget)?;
    let is_possible = samples.values.iter().any(|value| {
        let context = with(&Context::new(), key, value.as_ref(), budget);
        demands
            .iter()
            .all(|demand| demand.may_be_met(&context, budget))
    });
    budget.check()?;
    Ok(samples.is_complete && !is_possible)
}

/// What a key holds; `None` where it is absent.
pub(super) type Choice = Option<Value>;

/// Returns a choice for one key that meets all demands on it, given the other keys so far.
///
/// Prefers absence, or a single value where `present` says so.
pub(super) fn choose(
    key: &Key,
    demands: &[Demand<'_, '_>],
    context: &Context,
    present: bool,
    budget: &Budget,
) -> Result<Option<Choice>, Exhausted> {
    let mut samples = Samples::new(key, demands, context, budget)?;
    if present {
        samples
            .values
            .sort_by_key(|value| !matches!(value, Some(Value::One(_))));
    }
    let is_fit = |value: &Choice| {
        let context = with(context, key, value.as_ref(), budget);
        demands.iter().all(|demand| demand.is_met(&context, budget))
    };
    let choice = samples.values.into_iter().find(is_fit);
    budget.check()?;
    Ok(choice)
}

/// Adds a key to a context; leaves it out where the budget is used up.
fn with(context: &Context, key: &Key, value: Option<&Value>, budget: &Budget) -> Context {
    if !budget.allows(16 * (1 + context.len() + value.map_or(0, |value| value.iter().count()))) {
        return Context::new();
    }
    let mut context = context.clone();
    if let Some(value) = value {
        context.insert(key.text(), value.clone());
    }
    context
}

struct Samples {
    values: Vec<Choice>,
    /// Whether every other choice is treated like one of the samples, variables aside.
    is_complete: bool,
}

impl Samples {
    fn new(
        key: &Key,
        demands: &[Demand<'_, '_>],
        context: &Context,
        budget: &Budget,
    ) -> Result<Self, Exhausted> {
        let borders = Borders::of(demands, context, budget)?;
        let singles = borders.singles(key, budget)?;
        let many = many(key, &singles, demands, budget);
        let absent = [None];
        let ones = singles.into_iter().map(|single| Some(Value::One(single)));
        Ok(Self {
            values: absent.into_iter().chain(ones).chain([many]).collect(),
            is_complete: borders.kinds() <= 1,
        })
    }
}

/// What parts the values of a key into ranges that conditions treat alike.
#[derive(Default)]
struct Borders {
    /// The alternatives of each condition on texts.
    texts: BTreeSet<Vec<Glob>>,
    numbers: BTreeSet<Number>,
    instants: BTreeSet<Timestamp>,
    ranges: BTreeSet<IpNet>,
}

impl Borders {
    fn of(
        demands: &[Demand<'_, '_>],
        context: &Context,
        budget: &Budget,
    ) -> Result<Self, Exhausted> {
        let mut borders = Self::default();
        for condition in demands.iter().map(|demand| demand.term.condition) {
            let lengths = condition.templates().map(|own| 8 + own.pieces().len());
            budget.spend(2 * lengths.sum::<usize>())?;
            borders.add(condition, context);
        }
        Ok(borders)
    }

    fn add(&mut self, condition: &Condition, context: &Context) {
        let values = || condition.templates().map(Template::text);
        let globs = || {
            condition
                .templates()
                .filter_map(|value| value.resolve(context))
        };
        match condition.operator().value.test() {
            Test::StringEquals | Test::StringLike => {
                self.texts.insert(globs().map(Cow::into_owned).collect());
            }
            Test::StringEqualsIgnoreCase => {
                self.texts
                    .insert(globs().map(|glob| glob.ignoring_case()).collect());
            }
            Test::Arn => {
                let whole = globs().filter(|glob| glob.is_whole_arn());
                self.texts
                    .insert(whole.map(|glob| glob.by_segment()).collect());
            }
            Test::Bool => {
                let literal = |text| vec![Glob::literal(text).ignoring_case()];
                self.texts.extend(["true", "false"].map(literal));
            }
            Test::BinaryEquals => {
                self.texts.insert(values().map(Glob::literal).collect());
            }
            Test::Numeric(_) => self.numbers.extend(values().filter_map(Number::parse)),
            Test::Date(_) => self.instants.extend(values().filter_map(parse_instant)),
            Test::IpAddress => self.ranges.extend(values().filter_map(parse_range)),
            Test::Null => {}
        }
    }

    fn kinds(&self) -> usize {
        let kinds = [
            self.texts.is_empty(),
            self.numbers.is_empty(),
            self.instants.is_empty(),
            self.ranges.is_empty(),
        ];
        kinds.into_iter().filter(|is_empty| !is_empty).count()
    }

    /// Returns at least one value of each range between borders, and one that is of no type.
    fn singles(&self, key: &Key, budget: &Budget) -> Result<Vec<String>, Exhausted> {
        let texts = self.texts(key, budget)?;
        // As many numbers as there are, each as long as the longest, in several forms.
        let longest = self.numbers.iter().map(Number::digits).max().unwrap_or(0);
        budget.spend((8 + 2 * longest).saturating_mul(2 + self.numbers.len()))?;
        budget.spend(200 * (self.instants.len() + self.ranges.len()))?;
        let typed = [self.decimals(), self.times(), self.addresses()].concat();
        Ok([typed, texts].concat())
    }

    fn texts(&self, key: &Key, budget: &Budget) -> Result<Vec<String>, Exhausted> {
        if self.texts.is_empty() {
            return Ok(vec!["other".to_owned()]);
        }
        let everything = Glob::with_wildcards("*");
        let own_classes = self.texts.iter().map(|own| own.iter().collect());
        let classes: Vec<Vec<&Glob>> = own_classes.chain([vec![&everything]]).collect();
        let base = BTreeSet::from([self.texts.len()]);
        let mut found = cells(&everything, &classes, &base, budget)?;
        found.sort_by_key(|cell| cell.matched == base);
        let literals: HashSet<String> = (self.texts.iter().flatten())
            .filter_map(Glob::as_literal)
            .collect();
        let text_of = |cell: Cell| {
            if literals.contains(&cell.text) {
                return cell.text;
            }
            let globs = self.texts.iter().flatten();
            let filled = globs
                .filter(|glob| glob.matches(&cell.text, budget))
                .flat_map(|glob| wording::values(glob, budget));
            let mut proposals = filled.chain(wording::other_values(key.folded()));
            let readable = proposals.find(|text| matched(&classes, text, budget) == cell.matched);
            readable.unwrap_or(cell.text)
        };
        let texts = found.into_iter().map(text_of).collect();
        budget.check()?;
        Ok(texts)
    }

    /// Between two neighbours lies the nudged one that is farther from zero, or zero itself.
    fn decimals(&self) -> Vec<String> {
        let Some(places) = self.numbers.iter().map(Number::places).max() else {
            return Vec::new();
        };
        let zero = Number::parse("0");
        let with_zero = || self.numbers.iter().chain(&zero);
        let below_zero = zero.iter().map(|zero| zero.nudged(places).negated());
        let between = with_zero().map(|number| number.nudged(places));
        let all = with_zero().cloned().chain(between).chain(below_zero);
        all.map(|number| number.to_string()).collect()
    }

    /// Time is counted in nanoseconds, so the neighbours of each border are the ends of the ranges beside it.
    fn times(&self) -> Vec<String> {
        let steps = [
            0.seconds(),
            (-1).seconds(),
            1.second(),
            (-1).nanoseconds(),
            1.nanosecond(),
        ];
        let moved = steps.iter().flat_map(|step| {
            self.instants
                .iter()
                .filter_map(move |instant| instant.checked_add(*step).ok())
        });
        moved.map(|instant| instant.to_string()).collect()
    }

    /// Each range of addresses begins where a policy's range begins, behind one, or at the first address.
    fn addresses(&self) -> Vec<String> {
        let mut addresses = Vec::new();
        for range in &self.ranges {
            let (first, next) = match range {
                IpNet::V4(range) => {
                    let next = u32::from(range.broadcast()).checked_add(1);
                    (
                        range.network().to_string(),
                        next.map(|n| std::net::Ipv4Addr::from(n).to_string()),
                    )
                }
                IpNet::V6(range) => {
                    let next = u128::from(range.broadcast()).checked_add(1);
                    (
                        range.network().to_string(),
                        next.map(|n| std::net::Ipv6Addr::from(n).to_string()),
                    )
                }
            };
            addresses.push(first);
            addresses.extend(next);
        }
        if !addresses.is_empty() {
            addresses.extend(["0.0.0.0", "::"].map(str::to_owned));
        }
        addresses
    }
}

/// Returns the values of a multivalued key that meets the demands, should there be any.
///
/// `ForAllValues` demands bound which values may be there, failed ones which must be, and the other way round for `ForAnyValue`.
/// Operators without set operator treat all multivalued keys alike.
fn many(key: &Key, singles: &[String], demands: &[Demand<'_, '_>], budget: &Budget) -> Choice {
    let quantifier = |demand: &Demand<'_, '_>| demand.term.condition.operator().value.quantifier();
    // A single value meets both set operators alike: that it satisfies the comparison.
    let meets = |single: &str, demand: &Demand<'_, '_>| {
        let context = with(&Context::new(), key, Some(&Value::from(single)), budget);
        demand.may_be_met(&context, budget)
    };
    let (mut every, mut some) = (Vec::new(), Vec::new());
    for demand in demands {
        match (quantifier(demand), demand.holds) {
            (Quantifier::Single, _) => {}
            (Quantifier::ForAllValues, true) | (Quantifier::ForAnyValue, false) => {
                every.push(demand);
            }
            (Quantifier::ForAllValues, false) | (Quantifier::ForAnyValue, true) => {
                some.push(demand);
            }
        }
    }
    let is_allowed = |single: &&String| every.iter().all(|demand| meets(single, demand));
    let allowed: Vec<&String> = singles.iter().filter(is_allowed).collect();
    let mut chosen = BTreeSet::new();
    for demand in some {
        chosen.extend(allowed.iter().find(|single| meets(single, demand)));
    }
    if chosen.is_empty() {
        chosen.extend(allowed.first());
    }
    let values: Vec<String> = chosen.into_iter().cloned().collect();
    (!values.is_empty()).then_some(Value::Many(values))
}
