//! Whether a condition holds.
//!
//! Must not know statements.

use std::cmp::Ordering;

use crate::policy::budget::Budget;
use crate::policy::value::{Number, parse_address, parse_instant, parse_range};
use crate::policy::{Condition, Context, Order, Quantifier, Template, Test, Value};

/// Tells whether a condition holds in a request's context.
///
/// - An absent key fails a positive operator and `ForAnyValue`, and satisfies a negated operator, `IfExists` and `ForAllValues`.
/// - The policy's values are alternatives; a negated operator holds where none of them matches.
/// - An operator without set operator compares single-valued keys: no value matches a multivalued key, as AWS requires a set operator there.
/// - A value that cannot be read as its type, and one with an unset variable, matches nothing.
///
/// The answer means nothing where the budget is used up.
///
/// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html>.
pub(crate) fn holds(condition: &Condition, context: &Context, budget: &Budget) -> bool {
    let operator = condition.operator().value;
    let present = context.get(condition.key().value.text());
    if operator.test() == Test::Null {
        return null_holds(condition, present.is_none());
    }
    let Some(value) = present else {
        return operator.if_exists()
            || match operator.quantifier() {
                Quantifier::Single => operator.is_negated(),
                Quantifier::ForAllValues => true,
                Quantifier::ForAnyValue => false,
            };
    };
    let satisfies =
        |value: &str| is_listed(condition, value, context, budget) != operator.is_negated();
    match (operator.quantifier(), value) {
        (Quantifier::Single, Value::One(value)) => satisfies(value),
        (Quantifier::Single, Value::Many(_)) => operator.is_negated(),
        (Quantifier::ForAllValues, value) => value.iter().all(satisfies),
        (Quantifier::ForAnyValue, value) => value.iter().any(satisfies),
    }
}

/// Tells whether one of the policy's values matches a value, before any negation.
pub(crate) fn is_listed(
    condition: &Condition,
    value: &str,
    context: &Context,
    budget: &Budget,
) -> bool {
    let test = condition.operator().value.test();
    let mut templates = condition.templates();
    templates.any(|own| value_matches(test, own, value, context, budget))
}

fn null_holds(condition: &Condition, absent: bool) -> bool {
    condition
        .templates()
        .any(|own| parse_boolean(own.text()) == Some(absent))
}

fn value_matches(
    test: Test,
    own: &Template,
    value: &str,
    context: &Context,
    budget: &Budget,
) -> bool {
    let lengths = own.text().len() + value.len();
    let cost = match test {
        Test::Date(_) => 16 + lengths / 4,
        Test::Numeric(_) | Test::IpAddress => 4 + lengths / 4,
        _ => 1,
    };
    if !budget.allows(cost) {
        return false;
    }
    let glob = || own.resolve(context);
    match test {
        Test::StringEquals | Test::StringLike => {
            glob().is_some_and(|glob| glob.matches(value, budget))
        }
        Test::StringEqualsIgnoreCase => glob().is_some_and(|glob| {
            budget.allows(glob.tokens().len()) && glob.ignoring_case().matches(value, budget)
        }),
        Test::Arn => glob().is_some_and(|glob| {
            budget.allows(glob.tokens().len())
                && glob.is_whole_arn()
                && glob.by_segment().matches(value, budget)
        }),
        Test::Numeric(order) => in_order(order, Number::parse(value), Number::parse(own.text())),
        Test::Date(order) => in_order(order, parse_instant(value), parse_instant(own.text())),
        Test::Bool => {
            parse_boolean(value).is_some_and(|value| parse_boolean(own.text()) == Some(value))
        }
        Test::BinaryEquals => own.text() == value,
        Test::IpAddress => parse_range(own.text())
            .zip(parse_address(value))
            .is_some_and(|(range, address)| range.contains(&address)),
        Test::Null => false,
    }
}

fn in_order<T: Ord>(order: Order, value: Option<T>, own: Option<T>) -> bool {
    value.zip(own).is_some_and(|(value, own)| {
        let ordering = value.cmp(&own);
        match order {
            Order::Equals => ordering == Ordering::Equal,
            Order::LessThan => ordering == Ordering::Less,
            Order::LessThanEquals => ordering != Ordering::Greater,
            Order::GreaterThan => ordering == Ordering::Greater,
            Order::GreaterThanEquals => ordering != Ordering::Less,
        }
    })
}

fn parse_boolean(text: &str) -> Option<bool> {
    if text.eq_ignore_ascii_case("true") {
        Some(true)
    } else if text.eq_ignore_ascii_case("false") {
        Some(false)
    } else {
        None
    }
}
