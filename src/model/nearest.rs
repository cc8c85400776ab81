//! Guesses which of the known names somebody meant.

/// How alike two names must be, from 0 to 1, before one is offered for the other.
const ALIKE: f64 = 0.82;

/// Returns the known name that a mistyped one resembles most, or nothing when none does.
///
/// A name that is part of a known one (`widened` of `trust-widened`) counts as resembling it.
pub fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let name = name.trim().to_lowercase().replace('_', "-");
    if name.is_empty() {
        return None;
    }
    let mut best: Option<(f64, &str)> = None;
    for candidate in known {
        let plain = candidate.to_lowercase().replace('_', "-");
        let part = plain.split('-').any(|word| word == name) || plain.contains(&name);
        let alike = if part {
            strsim::jaro_winkler(&name, &plain).max(ALIKE)
        } else {
            strsim::jaro_winkler(&name, &plain)
        };
        // Of equals the first stays.
        if alike >= ALIKE && best.is_none_or(|(most, _)| alike > most) {
            best = Some((alike, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    const NAMES: [&str; 4] = ["trust-widened", "trust-narrowed", "unread-input", "fail-on"];

    #[test]
    fn offers_what_a_typing_error_resembles() {
        for (typed, meant) in [
            ("trust-widend", "trust-widened"),
            ("trust_narrowed", "trust-narrowed"),
            ("Unread-Inputs", "unread-input"),
            ("fail_on", "fail-on"),
            ("trust", "trust-widened"),
            ("widened", "trust-widened"),
        ] {
            assert_eq!(nearest(typed, NAMES), Some(meant), "{typed}");
        }
    }

    #[test]
    fn offers_nothing_for_what_resembles_nothing() {
        for typed in ["", " ", "qqq", "colour", "resource"] {
            assert_eq!(nearest(typed, NAMES), None, "{typed}");
        }
    }
}
