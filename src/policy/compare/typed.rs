//! The values of one condition, read once for all the values that they are compared with.
//!
//! Must not know keys, presence or negation.

use std::borrow::Cow;
use std::collections::HashSet;
use std::net::IpAddr;

use jiff::Timestamp;

use crate::policy::budget::Budget;
use crate::policy::language::Glob;
use crate::policy::value::{Number, parse_address, parse_instant, parse_range};
use crate::policy::{Condition, Order, Template, Test};

/// A value of a key, read as every type that it can be read as.
#[derive(Debug, Clone)]
pub(super) struct Sample {
    pub(super) text: String,
    number: Option<Number>,
    instant: Option<Timestamp>,
    address: Option<Flat>,
}

impl Sample {
    pub(super) fn new(text: String) -> Self {
        Self {
            number: Number::parse(&text),
            instant: parse_instant(&text),
            address: parse_address(&text).map(flat),
            text,
        }
    }
}

/// The values of a condition without policy variables.
#[derive(Debug)]
pub(super) enum Alternatives {
    Texts {
        literals: HashSet<String>,
        globs: Vec<Glob>,
    },
    /// In ascending order.
    Numbers(Order, Vec<Number>),
    /// In ascending order.
    Instants(Order, Vec<Timestamp>),
    /// First and last addresses, in ascending order and apart from each other.
    Ranges(Vec<(Flat, Flat)>),
    /// No comparison of values.
    None,
}

impl Alternatives {
    pub(super) fn of(condition: &Condition) -> Self {
        let texts = || condition.templates().map(Template::text);
        match condition.operator().value.test() {
            Test::Numeric(order) => {
                Self::Numbers(order, sorted(texts().filter_map(Number::parse).collect()))
            }
            Test::Date(order) => {
                Self::Instants(order, sorted(texts().filter_map(parse_instant).collect()))
            }
            Test::IpAddress => {
                let ranges = texts().filter_map(parse_range);
                Self::Ranges(joined(
                    ranges
                        .map(|range| (flat(range.network()), flat(range.broadcast())))
                        .collect(),
                ))
            }
            Test::Null => Self::None,
            _ => {
                let (mut literals, mut globs) = (HashSet::new(), Vec::new());
                for glob in patterns(condition) {
                    match glob.as_literal() {
                        Some(literal) => {
                            literals.insert(literal);
                        }
                        None => globs.push(glob),
                    }
                }
                Self::Texts { literals, globs }
            }
        }
    }

    /// Tells whether one of the values matches a sample; says no where the budget is used up.
    pub(super) fn match_sample(&self, sample: &Sample, budget: &Budget) -> bool {
        if !budget.allows(4) {
            return false;
        }
        match self {
            Self::Texts { literals, globs } => {
                literals.contains(&sample.text)
                    || globs.iter().any(|glob| glob.matches(&sample.text, budget))
            }
            Self::Numbers(order, values) => in_order(*order, sample.number.as_ref(), values),
            Self::Instants(order, values) => in_order(*order, sample.instant.as_ref(), values),
            Self::Ranges(ranges) => sample.address.is_some_and(|address| {
                let place = ranges.partition_point(|(_, last)| *last < address);
                ranges
                    .get(place)
                    .is_some_and(|(first, _)| *first <= address)
            }),
            Self::None => false,
        }
    }
}

/// Returns the patterns of a condition on texts, those of its values that need no policy variable.
pub(super) fn patterns(condition: &Condition) -> Vec<Glob> {
    let globs = || {
        let templates = condition.templates();
        templates.filter_map(Template::fixed).map(Cow::Borrowed)
    };
    match condition.operator().value.test() {
        Test::StringEquals | Test::StringLike => globs().map(Cow::into_owned).collect(),
        Test::StringEqualsIgnoreCase => globs().map(|glob| glob.ignoring_case()).collect(),
        Test::Arn => {
            let whole = globs().filter(|glob| glob.is_whole_arn());
            whole.map(|glob| glob.by_segment()).collect()
        }
        Test::Bool => booleans(condition),
        Test::BinaryEquals => {
            let texts = condition.templates().map(Template::text);
            texts.map(Glob::literal).collect()
        }
        Test::Numeric(_) | Test::Date(_) | Test::IpAddress | Test::Null => Vec::new(),
    }
}

fn booleans(condition: &Condition) -> Vec<Glob> {
    let texts = || condition.templates().map(Template::text);
    let known = ["true", "false"].into_iter();
    let listed = known.filter(|word| texts().any(|text| text.eq_ignore_ascii_case(word)));
    listed
        .map(|word| Glob::literal(word).ignoring_case())
        .collect()
}

fn sorted<T: Ord>(mut values: Vec<T>) -> Vec<T> {
    values.sort();
    values
}

/// Tells whether a value stands in an order to any of the others.
fn in_order<T: Ord>(order: Order, value: Option<&T>, others: &[T]) -> bool {
    let (Some(value), Some(first), Some(last)) = (value, others.first(), others.last()) else {
        return false;
    };
    match order {
        Order::Equals => others.binary_search(value).is_ok(),
        Order::LessThan => value < last,
        Order::LessThanEquals => value <= last,
        Order::GreaterThan => value > first,
        Order::GreaterThanEquals => value >= first,
    }
}

/// An address as a number, those of version 6 behind those of version 4.
type Flat = (bool, u128);

fn flat(address: IpAddr) -> Flat {
    match address {
        IpAddr::V4(address) => (false, u32::from(address).into()),
        IpAddr::V6(address) => (true, address.into()),
    }
}

fn joined(mut ranges: Vec<(Flat, Flat)>) -> Vec<(Flat, Flat)> {
    ranges.sort_unstable();
    let mut joined: Vec<(Flat, Flat)> = Vec::new();
    for (first, last) in ranges {
        match joined.last_mut() {
            Some(before) if first <= before.1 => before.1 = before.1.max(last),
            _ => joined.push((first, last)),
        }
    }
    joined
}
