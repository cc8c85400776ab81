//! Decimal numbers of any length, compared exactly.

use std::cmp::Ordering;
use std::fmt;

/// Holds an integer or decimal number.
///
/// Has no exponent: AWS documents integers and decimals only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Number {
    /// INVARIANT: false for zero.
    negative: bool,
    /// INVARIANT: digits without leading zeros.
    whole: String,
    /// INVARIANT: digits without trailing zeros.
    fraction: String,
}

impl Number {
    /// Reads digits with an optional sign and an optional fraction.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (negative, digits) = match text.strip_prefix('-') {
            Some(digits) => (true, digits),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
        let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        if !is_digits(whole) || !is_digits(fraction) {
            return None;
        }
        let whole = whole.trim_start_matches('0').to_owned();
        let fraction = fraction.trim_end_matches('0').to_owned();
        Some(Self {
            negative: negative && !(whole.is_empty() && fraction.is_empty()),
            whole,
            fraction,
        })
    }

    /// Returns a number between this one and any other with at most `places` decimal places, on the side away from zero.
    pub(crate) fn nudged(&self, places: usize) -> Self {
        let zeros = "0".repeat(places.saturating_sub(self.fraction.len()));
        let fraction = [&self.fraction, zeros.as_str(), "1"].concat();
        Self {
            fraction,
            ..self.clone()
        }
    }

    /// Returns the whole part, where it is of moderate size.
    pub(crate) fn whole(&self) -> Option<i64> {
        let whole: i64 = match self.whole.as_str() {
            "" => 0,
            digits => digits.parse().ok()?,
        };
        Some(if self.negative { -whole } else { whole })
    }

    pub(crate) fn negated(&self) -> Self {
        let is_zero = self.whole.is_empty() && self.fraction.is_empty();
        Self {
            negative: !self.negative && !is_zero,
            ..self.clone()
        }
    }

    pub(crate) fn digits(&self) -> usize {
        self.whole.len() + self.fraction.len()
    }

    pub(crate) fn places(&self) -> usize {
        self.fraction.len()
    }

    fn cmp_magnitude(&self, other: &Self) -> Ordering {
        (self.whole.len(), &self.whole, &self.fraction).cmp(&(
            other.whole.len(),
            &other.whole,
            &other.fraction,
        ))
    }
}

impl Ord for Number {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self.negative, other.negative) {
            (false, false) => self.cmp_magnitude(other),
            (true, true) => other.cmp_magnitude(self),
            (false, true) => Ordering::Greater,
            (true, false) => Ordering::Less,
        }
    }
}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.negative { "-" } else { "" };
        let whole = if self.whole.is_empty() {
            "0"
        } else {
            &self.whole
        };
        write!(f, "{sign}{whole}")?;
        if self.fraction.is_empty() {
            return Ok(());
        }
        write!(f, ".{}", self.fraction)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn orders_exactly() {
        let ascending = [
            "-10",
            "-9.5",
            "-9",
            "-0.1",
            "0",
            "0.09",
            "0.1",
            "9",
            "10",
            "9007199254740992",
            "9007199254740993",
        ];
        let numbers: Vec<_> = ascending
            .iter()
            .map(|text| Number::parse(text).unwrap())
            .collect();
        assert!(numbers.is_sorted_by(|a, b| a < b));
    }

    #[test]
    fn equal_values_are_equal() {
        for (a, b) in [("1", "1.0"), ("01", "1"), ("-0", "0"), ("+1.50", "1.5")] {
            assert_eq!(Number::parse(a), Number::parse(b), "{a} {b}");
        }
    }

    #[test]
    fn refuses_what_is_no_decimal() {
        for text in ["", "-", ".", "1.", ".5", "1e3", "0x1", "1,000", " 1", "NaN"] {
            assert_eq!(Number::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_nudged_number_lies_before_the_next() {
        let number = |text| Number::parse(text).unwrap();
        assert_eq!(number("5").nudged(2), number("5.001"));
        assert_eq!(number("-5").nudged(0), number("-5.1"));
        assert_eq!(number("0.5").nudged(1).to_string(), "0.51");
        assert_eq!(number("5").nudged(100_000).places(), 100_001);
    }
}
