//! Condition operators.
//!
//! Must not know how conditions are decided.

use std::fmt;

/// Says how a condition reads a multivalued key.
///
/// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html>.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Quantifier {
    /// No set operator: the key has one value.
    Single,
    /// `ForAllValues:` — every value of the key; true without values.
    ForAllValues,
    /// `ForAnyValue:` — at least one value of the key; false without values.
    ForAnyValue,
}

/// Says on which side of the policy's value a key's value has to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Order {
    /// The same.
    Equals,
    /// Less, or earlier.
    LessThan,
    /// Less or the same.
    LessThanEquals,
    /// Greater, or later.
    GreaterThan,
    /// Greater or the same.
    GreaterThanEquals,
}

/// Says what one value of a key is compared for, before any negation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Test {
    /// The same text.
    StringEquals,
    /// The same text but for ASCII case.
    StringEqualsIgnoreCase,
    /// A text that the policy's wildcards match.
    StringLike,
    /// A decimal number in this order.
    Numeric(Order),
    /// A point in time in this order.
    Date(Order),
    /// The same boolean.
    Bool,
    /// The same base-64 text.
    BinaryEquals,
    /// An address inside a range.
    IpAddress,
    /// An ARN that matches segment by segment; `ArnEquals` and `ArnLike` are the same.
    Arn,
    /// The key's absence.
    Null,
}

impl Test {
    /// Tells whether policy variables are replaced in the policy's values: only under string and ARN operators.
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html>.
    pub(crate) fn takes_variables(self) -> bool {
        matches!(
            self,
            Self::StringEquals | Self::StringEqualsIgnoreCase | Self::StringLike | Self::Arn
        )
    }

    /// Tells whether `*` and `?` are wildcards in the policy's values.
    pub(crate) fn takes_wildcards(self) -> bool {
        matches!(self, Self::StringLike | Self::Arn)
    }
}

/// Names a condition operator, such as `ForAnyValue:StringLikeIfExists`.
///
/// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html>.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Operator {
    name: &'static str,
    quantifier: Quantifier,
    test: Test,
    negated: bool,
    if_exists: bool,
}

const POSITIVE: bool = false;
const NEGATED: bool = true;

const OPERATORS: [(&str, Test, bool); 27] = [
    ("StringEquals", Test::StringEquals, POSITIVE),
    ("StringNotEquals", Test::StringEquals, NEGATED),
    (
        "StringEqualsIgnoreCase",
        Test::StringEqualsIgnoreCase,
        POSITIVE,
    ),
    (
        "StringNotEqualsIgnoreCase",
        Test::StringEqualsIgnoreCase,
        NEGATED,
    ),
    ("StringLike", Test::StringLike, POSITIVE),
    ("StringNotLike", Test::StringLike, NEGATED),
    ("NumericEquals", Test::Numeric(Order::Equals), POSITIVE),
    ("NumericNotEquals", Test::Numeric(Order::Equals), NEGATED),
    ("NumericLessThan", Test::Numeric(Order::LessThan), POSITIVE),
    (
        "NumericLessThanEquals",
        Test::Numeric(Order::LessThanEquals),
        POSITIVE,
    ),
    (
        "NumericGreaterThan",
        Test::Numeric(Order::GreaterThan),
        POSITIVE,
    ),
    (
        "NumericGreaterThanEquals",
        Test::Numeric(Order::GreaterThanEquals),
        POSITIVE,
    ),
    ("DateEquals", Test::Date(Order::Equals), POSITIVE),
    ("DateNotEquals", Test::Date(Order::Equals), NEGATED),
    ("DateLessThan", Test::Date(Order::LessThan), POSITIVE),
    (
        "DateLessThanEquals",
        Test::Date(Order::LessThanEquals),
        POSITIVE,
    ),
    ("DateGreaterThan", Test::Date(Order::GreaterThan), POSITIVE),
    (
        "DateGreaterThanEquals",
        Test::Date(Order::GreaterThanEquals),
        POSITIVE,
    ),
    ("Bool", Test::Bool, POSITIVE),
    ("BinaryEquals", Test::BinaryEquals, POSITIVE),
    ("IpAddress", Test::IpAddress, POSITIVE),
    ("NotIpAddress", Test::IpAddress, NEGATED),
    ("ArnEquals", Test::Arn, POSITIVE),
    ("ArnLike", Test::Arn, POSITIVE),
    ("ArnNotEquals", Test::Arn, NEGATED),
    ("ArnNotLike", Test::Arn, NEGATED),
    ("Null", Test::Null, POSITIVE),
];

impl Operator {
    /// Reads an operator's name, in any case; returns `None` where there is no such operator.
    ///
    /// AWS documents one spelling and no rule about case.
    /// Accepting the others refuses no document that AWS keeps.
    /// `Null` takes neither `IfExists` nor a set operator.
    pub(crate) fn parse(name: &str) -> Option<Self> {
        let (quantifier, rest) = match name.split_once(':') {
            None => (Quantifier::Single, name),
            Some((set, rest)) if set.eq_ignore_ascii_case("ForAllValues") => {
                (Quantifier::ForAllValues, rest)
            }
            Some((set, rest)) if set.eq_ignore_ascii_case("ForAnyValue") => {
                (Quantifier::ForAnyValue, rest)
            }
            Some(_) => return None,
        };
        let (base, if_exists) = match strip_suffix_ignoring_case(rest, "IfExists") {
            Some(base) => (base, true),
            None => (rest, false),
        };
        let &(name, test, negated) = OPERATORS
            .iter()
            .find(|(name, ..)| name.eq_ignore_ascii_case(base))?;
        let qualified = if_exists || quantifier != Quantifier::Single;
        (test != Test::Null || !qualified).then_some(Self {
            name,
            quantifier,
            test,
            negated,
            if_exists,
        })
    }

    /// Returns how the operator reads a multivalued key.
    #[must_use]
    pub fn quantifier(self) -> Quantifier {
        self.quantifier
    }

    /// Returns the comparison, before any negation.
    #[must_use]
    pub fn test(self) -> Test {
        self.test
    }

    /// Tells whether the operator holds where the comparison fails for each of the policy's values.
    #[must_use]
    pub fn is_negated(self) -> bool {
        self.negated
    }

    /// Tells whether the operator also holds where the key is absent.
    #[must_use]
    pub fn if_exists(self) -> bool {
        self.if_exists
    }
}

impl fmt::Display for Operator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.quantifier {
            Quantifier::Single => "",
            Quantifier::ForAllValues => "ForAllValues:",
            Quantifier::ForAnyValue => "ForAnyValue:",
        })?;
        f.write_str(self.name)?;
        f.write_str(if self.if_exists { "IfExists" } else { "" })
    }
}

fn strip_suffix_ignoring_case<'t>(text: &'t str, suffix: &str) -> Option<&'t str> {
    let start = text.len().checked_sub(suffix.len())?;
    let (base, end) = text.split_at_checked(start)?;
    end.eq_ignore_ascii_case(suffix).then_some(base)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_reads_back_as_itself() {
        for (name, ..) in OPERATORS {
            assert_eq!(Operator::parse(name).unwrap().to_string(), name);
        }
        for name in [
            "ForAllValues:StringLike",
            "ForAnyValue:ArnNotLikeIfExists",
            "BoolIfExists",
        ] {
            assert_eq!(Operator::parse(name).unwrap().to_string(), name);
        }
    }

    #[test]
    fn case_does_not_matter() {
        let operator = Operator::parse("foranyvalue:stringequalsifexists").unwrap();
        assert_eq!(operator.to_string(), "ForAnyValue:StringEqualsIfExists");
    }

    #[test]
    fn refuses_names_outside_the_list() {
        for name in [
            "",
            "String",
            "StringEqual",
            "IfExists",
            "NullIfExists",
            "ForAllValues:Null",
            "ForSome:Bool",
        ] {
            assert!(Operator::parse(name).is_none(), "{name}");
        }
    }
}
