//! Globs: texts with the wildcards `*` and `?`.
//!
//! Must not know what the texts mean, except that `:` can bound a wildcard.

/// Says how far a wildcard reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Reach {
    /// Over any character.
    Anything,
    /// Over any character but `:`.
    Segment,
}

impl Reach {
    fn covers(self, c: char) -> bool {
        self == Self::Anything || c != ':'
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Token {
    /// Exactly this character.
    Char(char),
    /// This character in either ASCII case.
    EitherCase(char),
    /// Any one character, written `?`.
    One(Reach),
    /// Any number of characters, written `*`.
    Many(Reach),
}

impl Token {
    /// Tells whether the token can consume a character.
    pub(crate) fn accepts(self, c: char) -> bool {
        match self {
            Self::Char(own) => own == c,
            Self::EitherCase(own) => own.eq_ignore_ascii_case(&c),
            Self::One(reach) | Self::Many(reach) => reach.covers(c),
        }
    }

    fn is_fixed(self) -> bool {
        matches!(self, Self::Char(_) | Self::EitherCase(_))
    }
}

/// Matches whole texts, character by character (Unicode scalar values).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(crate) struct Glob {
    tokens: Vec<Token>,
}

impl Glob {
    pub(crate) fn new(tokens: Vec<Token>) -> Self {
        Self { tokens }
    }

    /// Reads `*` and `?` as wildcards.
    pub(crate) fn with_wildcards(text: &str) -> Self {
        let token = |c| match c {
            '*' => Token::Many(Reach::Anything),
            '?' => Token::One(Reach::Anything),
            c => Token::Char(c),
        };
        Self::new(text.chars().map(token).collect())
    }

    /// Reads every character as itself.
    pub(crate) fn literal(text: &str) -> Self {
        Self::new(text.chars().map(Token::Char).collect())
    }

    pub(crate) fn tokens(&self) -> &[Token] {
        &self.tokens
    }

    pub(crate) fn has_wildcards(&self) -> bool {
        !self.tokens.iter().all(|token| token.is_fixed())
    }

    /// Returns the same glob ignoring ASCII case.
    pub(crate) fn ignoring_case(&self) -> Self {
        let fold = |token: &Token| match *token {
            Token::Char(c) => Token::EitherCase(c),
            other => other,
        };
        Self::new(self.tokens.iter().map(fold).collect())
    }

    /// Returns the same glob with wildcards confined to the segments of an ARN.
    ///
    /// The first five literal `:` part the segments; the last segment is the rest of the text, where wildcards cross `:`.
    pub(crate) fn by_segment(&self) -> Self {
        let mut bounds_ahead = self.colons().min(ARN_COLONS);
        let confine = |token: &Token| match *token {
            Token::Char(':') => {
                bounds_ahead = bounds_ahead.saturating_sub(1);
                Token::Char(':')
            }
            Token::One(_) if bounds_ahead > 0 => Token::One(Reach::Segment),
            Token::Many(_) if bounds_ahead > 0 => Token::Many(Reach::Segment),
            other => other,
        };
        Self::new(self.tokens.iter().map(confine).collect())
    }

    /// Tells whether the glob spells out all six segments of an ARN.
    pub(crate) fn is_whole_arn(&self) -> bool {
        self.colons() >= ARN_COLONS
    }

    fn colons(&self) -> usize {
        let is_colon = |token: &&Token| **token == Token::Char(':');
        self.tokens.iter().filter(is_colon).count()
    }

    /// Tells whether the glob matches the whole text.
    ///
    /// Follows all ways to match at once, so that no glob takes exponential time.
    pub(crate) fn matches(&self, text: &str) -> bool {
        let mut chars = text.chars();
        let fixed = self.tokens.iter().take_while(|t| t.is_fixed()).count();
        let (prefix, rest) = self.tokens.split_at(fixed);
        let prefix_matches = prefix
            .iter()
            .all(|token| chars.next().is_some_and(|c| token.accepts(c)));
        let takes_all = matches!(rest, [Token::Many(Reach::Anything)]);
        prefix_matches && (takes_all || matches_rest(rest, chars))
    }
}

const ARN_COLONS: usize = 5;

/// `places` holds every number of tokens that the characters so far can have used up.
fn matches_rest(tokens: &[Token], chars: std::str::Chars<'_>) -> bool {
    let mut places = Vec::new();
    push_with_skips(tokens, 0, &mut places);
    for c in chars {
        let mut next = Vec::with_capacity(places.len() + 1);
        for &place in &places {
            match tokens.get(place) {
                Some(token @ Token::Many(_)) if token.accepts(c) => {
                    push_with_skips(tokens, place, &mut next);
                }
                Some(token) if token.accepts(c) => push_with_skips(tokens, place + 1, &mut next),
                _ => {}
            }
        }
        next.sort_unstable();
        next.dedup();
        places = next;
        if places.is_empty() {
            return false;
        }
    }
    places.last() == Some(&tokens.len())
}

/// Adds a place, and those behind it that are reached by letting a `*` stand for nothing.
fn push_with_skips(tokens: &[Token], mut place: usize, places: &mut Vec<usize>) {
    places.push(place);
    while let Some(Token::Many(_)) = tokens.get(place) {
        place += 1;
        places.push(place);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards_match_runs_and_single_characters() {
        for (glob, text, expected) in [
            ("", "", true),
            ("", "a", false),
            ("*", "", true),
            ("a*c", "abbc", true),
            ("a*c", "ac", true),
            ("a*c", "acb", false),
            ("a?c", "aéc", true),
            ("a?c", "ac", false),
            ("*ab*ab", "abab", true),
            ("*ab*ab", "abaab", true),
            ("*a?b", "ab", false),
            ("*a?b", "aaxb", true),
            ("arn:*:x", "arn:a:b:x", true),
        ] {
            assert_eq!(
                Glob::with_wildcards(glob).matches(text),
                expected,
                "{glob} {text}"
            );
        }
    }

    #[test]
    fn segments_bound_wildcards_before_the_last_colon() {
        for (glob, text, expected) in [
            ("arn:aws:s3:::b/*", "arn:aws:s3:::b/x:y", true),
            ("arn:aws:x:*:*:y", "arn:aws:x:r:a:y", true),
            ("arn:aws:x:*:*:y", "arn:aws:x:r:a:b:y", false),
            ("arn:aws:x:*:1:f/*", "arn:aws:x:r:2:s:1:f/d", false),
            ("arn:aws:x:?:1:f", "arn:aws:x:::1:f", false),
            ("arn:aws:s3*", "arn:aws:s3:::b", true),
            ("*", "arn:aws:s3:::b", true),
        ] {
            let glob = Glob::with_wildcards(glob).by_segment();
            assert_eq!(glob.matches(text), expected, "{glob:?} {text}");
        }
    }

    #[test]
    fn many_wildcards_take_no_exponential_time() {
        let glob = Glob::with_wildcards(&"*a".repeat(60));
        assert!(!glob.matches(&"a".repeat(59)));
        assert!(!glob.matches(&format!("{}b", "a".repeat(2_000))));
    }
}
