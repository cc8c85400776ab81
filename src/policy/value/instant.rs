//! Points in time.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;

/// Reads a date in one of the W3C forms of ISO 8601, or seconds since 1970.
///
/// The forms are `2026`, `2026-05`, `2026-05-27`, and the last with `T21:57`, `:16`, a fraction, and `Z` or an offset.
/// What is left out is the earliest, and a time without offset is UTC.
/// Four digits are a year; any other whole number is seconds.
/// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_Date>.
pub(crate) fn parse_instant(text: &str) -> Option<Timestamp> {
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let utc = |text: &str| {
        let date: Date = text.parse().ok()?;
        Some(date.to_zoned(TimeZone::UTC).ok()?.timestamp())
    };
    if is_digits(text.strip_prefix('-').unwrap_or(text)) && text.len() != 4 {
        return Timestamp::from_second(text.parse().ok()?).ok();
    }
    match text.len() {
        4 if is_digits(text) => utc(&format!("{text}-01-01")),
        7 => utc(&format!("{text}-01")),
        10 => utc(text),
        _ if text.as_bytes().get(10) != Some(&b'T') => None,
        _ => text.parse().ok().or_else(|| {
            let time: DateTime = text.parse().ok()?;
            Some(time.to_zoned(TimeZone::UTC).ok()?.timestamp())
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_every_form() {
        for (text, seconds) in [
            ("1970", 0),
            ("1970-02", 2_678_400),
            ("1970-01-02", 86_400),
            ("1970-01-01T00:01Z", 60),
            ("1970-01-01T00:00:01Z", 1),
            ("1970-01-01T01:00:00+01:00", 0),
            ("1970-01-01T00:00:01", 1),
            ("86400", 86_400),
            ("-86400", -86_400),
            ("0", 0),
        ] {
            assert_eq!(
                parse_instant(text).map(Timestamp::as_second),
                Some(seconds),
                "{text}"
            );
        }
        let half = parse_instant("1970-01-01T00:00:00.5Z").unwrap();
        assert_eq!(half.as_nanosecond(), 500_000_000);
    }

    #[test]
    fn refuses_what_is_no_date() {
        for text in [
            "",
            "-",
            "soon",
            "1970-13",
            "1970-02-30",
            "1970-01-01T25:00Z",
            "12.5",
            "1970-01-01 00:00:00Z",
            "1970-01-01T00:00:00Z[UTC]x",
            "99999999999999999999",
        ] {
            assert_eq!(parse_instant(text), None, "{text}");
        }
    }
}
