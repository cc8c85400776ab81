//! Names of runs: they sort by time, and no two are the same.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::StoreError;
use crate::model::InvalidValue;

/// Identifies a run: `20261102T060000Z-019a42c8d9b0-5f3c9a21`.
///
/// When the account was read (UTC, seconds), when the run was written (milliseconds since 1970, 12
/// hexadecimal digits), and chance (8 digits). Ids sort by these, so that two audits of the same
/// recording keep the order in which they were made.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
// INVARIANT: the text has this shape, so that it is one harmless part of a path.
pub struct RunId(String);

/// The shape: `0` stands for a decimal digit, `x` for a hexadecimal one, the rest for itself.
const SHAPE: &str = "00000000T000000Z-xxxxxxxxxxxx-xxxxxxxx";

impl RunId {
    /// Makes an id from when the account was read, when the run is written, and chance.
    ///
    /// # Errors
    /// Returns an error for a time whose year has not four digits.
    pub fn new(observed: Timestamp, written: Timestamp, chance: u32) -> Result<Self, StoreError> {
        let observed_text = observed.to_zoned(TimeZone::UTC).strftime("%Y%m%dT%H%M%SZ");
        let written =
            u64::try_from(written.as_millisecond()).unwrap_or_default() & 0xffff_ffff_ffff;
        format!("{observed_text}-{written:012x}-{chance:08x}")
            .parse()
            .map_err(|_| StoreError::Time(observed))
    }

    /// Returns the text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns when the account was read, or many accounts were planned, to the second; `None` for an
    /// id whose digits are no time.
    pub fn observed_at(&self) -> Option<Timestamp> {
        let text = self.0.get(..16)?;
        let time = jiff::civil::DateTime::strptime("%Y%m%dT%H%M%SZ", text).ok()?;
        Some(time.to_zoned(TimeZone::UTC).ok()?.timestamp())
    }

    /// Returns the day on which the account was read, `2026-11-02`, in UTC.
    pub fn day(&self) -> String {
        let part = |from, to| self.0.get(from..to).unwrap_or_default();
        format!("{}-{}-{}", part(0, 4), part(4, 6), part(6, 8))
    }
}

impl std::str::FromStr for RunId {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let fits = text.len() == SHAPE.len()
            && text
                .bytes()
                .zip(SHAPE.bytes())
                .all(|(byte, shape)| match shape {
                    b'0' => byte.is_ascii_digit(),
                    b'x' => byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte),
                    literal => byte == literal,
                });
        if fits {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidValue {
                value: text.to_owned(),
                expected: "the id of a run",
            })
        }
    }
}

impl std::fmt::Display for RunId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(observed: &str, written: &str, chance: u32) -> RunId {
        RunId::new(observed.parse().unwrap(), written.parse().unwrap(), chance).unwrap()
    }

    #[test]
    fn sorts_by_when_the_account_was_read_then_by_when_the_run_was_written() {
        let first = id("2026-11-01T23:59:59.9Z", "2026-12-01T00:00:00Z", 9);
        let second = id("2026-11-02T00:00:00Z", "2026-11-02T00:00:01Z", 5);
        let third = id("2026-11-02T00:00:00Z", "2026-11-02T00:00:02Z", 1);
        assert!(first < second && second < third);
        assert_eq!(first.day(), "2026-11-01");
        assert_eq!(first.observed_at(), "2026-11-01T23:59:59Z".parse().ok());
        let no_time: RunId = "99999999T000000Z-000000000000-00000000".parse().unwrap();
        assert_eq!(no_time.observed_at(), None);
        assert_eq!(second.as_str().parse(), Ok(second.clone()));
    }

    #[test]
    fn refuses_what_could_leave_its_folder() {
        for wrong in [
            "",
            "latest",
            "..",
            "20261102T060000Z-019a42c8d9b0-5f3c9a2",
            "20261102T060000Z-019a42c8d9b0-5f3c9a2/",
            "20261102T060000Z-019A42C8D9B0-5F3C9A21",
            "2026-11-02T06:00Z-019a42c8d9b0-5f3c9a2",
        ] {
            assert!(wrong.parse::<RunId>().is_err(), "{wrong}");
        }
        assert!(RunId::new(Timestamp::MIN, Timestamp::MIN, 0).is_err());
    }
}
