//! AWS Regions.

use super::text::text_type;

text_type!(
    /// Names an AWS Region: lowercase letters, digits and hyphens, as in `us-east-1`.
    Region,
    "a Region (`us-east-1` for instance)",
    |text| {
        let mut parts = text.split('-');
        let is_word = |part: &str| {
            !part.is_empty()
                && part
                    .bytes()
                    .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
        };
        text.len() <= 32 && parts.clone().count() >= 3 && parts.all(is_word)
    }
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accepts_words_joined_by_hyphens() {
        for right in ["us-east-1", "us-gov-west-1", "eusc-de-east-1"] {
            assert!(right.parse::<Region>().is_ok(), "{right}");
        }
        for wrong in [
            "",
            "us",
            "us-east",
            "US-EAST-1",
            "us--1",
            "../x-y-z",
            "us-east-1.evil",
        ] {
            assert!(wrong.parse::<Region>().is_err(), "{wrong}");
        }
    }
}
