//! Cuts text to what a format allows, with a mark that tells how much is missing.

/// Returns the text in at most `limit` characters; a cut text ends in the number of characters
/// that were left out.
///
/// A limit too small for the mark gives the beginning of the text alone.
pub(super) fn shorten(text: &str, limit: usize) -> String {
    let length = text.chars().count();
    if length <= limit {
        return text.to_owned();
    }
    // The mark names what it replaces, so its own length may change the number's: one digit at most.
    let longest = mark(length).chars().count();
    let kept = limit.saturating_sub(longest);
    if kept == 0 {
        return text.chars().take(limit).collect();
    }
    let mut short: String = text.chars().take(kept).collect();
    short.push_str(&mark(length - kept));
    short
}

/// Returns the text in about `limit` characters: its first three quarters and its end, and between
/// them how many characters were left out.
pub fn shorten_middle(text: &str, limit: usize) -> String {
    let length = text.chars().count();
    if length <= limit {
        return text.to_owned();
    }
    let end = limit / 4;
    let mut short: String = text.chars().take(limit - end).collect();
    short.push_str(&mark(length - limit));
    short.push_str(" …");
    short.extend(text.chars().skip(length - end));
    short
}

fn mark(missing: usize) -> String {
    format!("… [{missing} characters left out]")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_what_fits() {
        assert_eq!(shorten("häuser", 6), "häuser");
        assert_eq!(shorten("", 0), "");
    }

    #[test]
    fn tells_how_much_is_missing() {
        let text = "é".repeat(1_000);
        let short = shorten(&text, 100);
        assert!(short.chars().count() <= 100);
        let kept = short.chars().take_while(|c| *c == 'é').count();
        assert!(
            short.ends_with(&format!("… [{} characters left out]", 1_000 - kept)),
            "{short}"
        );
    }

    #[test]
    fn keeps_the_end_where_a_place_stands() {
        let text = format!("bad `{}` at line 7", "é".repeat(1_000));
        let short = shorten_middle(&text, 100);
        assert!(short.chars().count() < 140);
        assert!(
            short.starts_with("bad `éé") && short.ends_with("é` at line 7"),
            "{short}"
        );
        assert!(short.contains("[916 characters left out]"), "{short}");
        assert_eq!(shorten_middle("short", 5), "short");
    }

    #[test]
    fn never_exceeds_a_limit_too_small_for_the_mark() {
        assert_eq!(shorten("abcdef", 3), "abc");
    }
}
