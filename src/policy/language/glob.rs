//! Globs: texts with the wildcards `*` and `?`.
//!
//! Must not know what the texts mean, except that `:` can bound a wildcard.

use crate::policy::budget::Budget;

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

    /// Tells whether a run of characters within this reach may hold whatever a token consumes.
    fn absorbs(self, token: Token) -> bool {
        match token {
            Token::Char(c) | Token::EitherCase(c) => self.covers(c),
            Token::One(reach) | Token::Many(reach) => self == Self::Anything || self == reach,
        }
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

    /// Tells whether the token, which is no `*`, can consume whatever another one consumes.
    fn absorbs(self, other: Self) -> bool {
        match (self, other) {
            (_, Self::Many(_)) | (Self::Char(_) | Self::EitherCase(_), Self::One(_)) => false,
            (Self::One(reach) | Self::Many(reach), other) => reach.absorbs(other),
            (own, Self::Char(c)) => own.accepts(c),
            (Self::EitherCase(own), Self::EitherCase(c)) => own.eq_ignore_ascii_case(&c),
            (Self::Char(own), Self::EitherCase(c)) => own == c && !c.is_ascii_alphabetic(),
        }
    }

    fn is_fixed(self) -> bool {
        matches!(self, Self::Char(_) | Self::EitherCase(_))
    }
}

/// Matches whole texts, character by character (Unicode scalar values).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(crate) struct Glob {
    /// INVARIANT: no wildcard confined to a segment stands behind one that is not.
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

    /// Returns the only text that the glob matches, where there is only one.
    pub(crate) fn as_literal(&self) -> Option<String> {
        let own = |token: &Token| match *token {
            Token::Char(c) => Some(c),
            _ => None,
        };
        self.tokens.iter().map(own).collect()
    }

    /// Returns the only text that the glob matches but for ASCII case, where there is only one.
    pub(crate) fn as_literal_ignoring_case(&self) -> Option<String> {
        let own = |token: &Token| match *token {
            Token::Char(c) | Token::EitherCase(c) => Some(c),
            Token::One(_) | Token::Many(_) => None,
        };
        self.tokens.iter().map(own).collect()
    }

    /// Tells whether the glob has no wildcards and matches only this text.
    pub(crate) fn is_literally(&self, text: &str) -> bool {
        let mut chars = text.chars();
        let is_own = |token: &Token| chars.next().map(Token::Char) == Some(*token);
        self.tokens.iter().all(is_own) && chars.next().is_none()
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
        let mut bounds = Bounds::of(self.tokens.iter().copied());
        let confined = self.tokens.iter().map(|token| bounds.confine(*token));
        Self::new(confined.collect())
    }

    /// Returns an ARN with all six fields in place of one that has fewer, those that are missing being `*`.
    pub(crate) fn completed(&self) -> Option<Self> {
        let starts_as_arn = self
            .tokens
            .starts_with(&['a', 'r', 'n', ':'].map(Token::Char));
        let missing = ARN_COLONS.saturating_sub(self.colons());
        (starts_as_arn && missing > 0).then(|| {
            let field = [Token::Char(':'), Token::Many(Reach::Anything)];
            Self::new([self.tokens.clone(), field.repeat(missing)].concat())
        })
    }

    /// Tells whether the glob spells out all six segments of an ARN.
    pub(crate) fn is_whole_arn(&self) -> bool {
        self.colons() >= ARN_COLONS
    }

    fn colons(&self) -> usize {
        let is_colon = |token: &&Token| **token == Token::Char(':');
        self.tokens.iter().filter(is_colon).count()
    }

    /// Tells whether the glob matches the whole text; says no where the budget is used up.
    ///
    /// Takes at most as many steps as the text has characters times the longest run of tokens between two `*`.
    pub(crate) fn matches(&self, text: &str, budget: &Budget) -> bool {
        self.consumes(text.chars(), Token::accepts, Reach::covers, budget)
    }

    /// Tells whether the glob plainly matches whatever another one matches: it takes the other's tokens one by
    /// one, each wildcard with one that reaches as far; says no where the budget is used up.
    pub(crate) fn plainly_includes(&self, other: &Self, budget: &Budget) -> bool {
        let tokens = other.tokens.iter().copied();
        self.consumes(tokens, Token::absorbs, Reach::absorbs, budget)
    }

    /// Tells whether the tokens take a whole sequence, given what one token takes and what a `*` does.
    ///
    /// Where what follows a `*` fails, only the last one met takes more: whatever an earlier one could take, the last one can take as well.
    /// A `*` confined to a segment cannot take the `:` that ends it, and neither can those before it.
    fn consumes<S: Copy>(
        &self,
        mut rest: impl Iterator<Item = S> + Clone,
        accepts: impl Fn(Token, S) -> bool,
        covers: impl Fn(Reach, S) -> bool,
        budget: &Budget,
    ) -> bool {
        let mut place = 0;
        let mut paid = 0;
        // The place behind the last `*`, how far that reaches, and what comes behind what it takes.
        let mut last = None;
        loop {
            let token = self.tokens.get(place).copied();
            if let Some(Token::Many(reach)) = token {
                place += 1;
                if !budget.allows(place - paid) {
                    return false;
                }
                if reach == Reach::Anything && place == self.tokens.len() {
                    return true;
                }
                paid = place;
                last = Some((place, reach, rest.clone()));
                continue;
            }
            let mut ahead = rest.clone();
            let next = ahead.next();
            if token
                .zip(next)
                .is_some_and(|(own, next)| accepts(own, next))
            {
                place += 1;
                rest = ahead;
                continue;
            }
            if !budget.allows(1 + place - paid) {
                return false;
            }
            if token.is_none() && next.is_none() {
                return true;
            }
            let Some((behind, reach, from)) = &mut last else {
                return false;
            };
            if !from.next().is_some_and(|next| covers(*reach, next)) {
                return false;
            }
            (place, paid) = (*behind, *behind);
            rest = from.clone();
        }
    }
}

const ARN_COLONS: usize = 5;

/// Counts the `:` of a pattern that are still ahead and part the segments of an ARN.
pub(crate) struct Bounds {
    ahead: usize,
}

impl Bounds {
    pub(crate) fn of(tokens: impl Iterator<Item = Token>) -> Self {
        let colons = tokens.filter(|token| *token == Token::Char(':')).count();
        Self {
            ahead: colons.min(ARN_COLONS),
        }
    }

    /// Confines the next token of the pattern to its segment.
    pub(crate) fn confine(&mut self, token: Token) -> Token {
        match token {
            Token::Char(':') => {
                self.ahead = self.ahead.saturating_sub(1);
                token
            }
            Token::One(_) if self.ahead > 0 => Token::One(Reach::Segment),
            Token::Many(_) if self.ahead > 0 => Token::Many(Reach::Segment),
            other => other,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn matches(glob: &Glob, text: &str) -> bool {
        glob.matches(text, &Budget::unlimited())
    }

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
                matches(&Glob::with_wildcards(glob), text),
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
            assert_eq!(matches(&glob, text), expected, "{glob:?} {text}");
        }
    }

    #[test]
    fn steps_are_bounded_by_text_and_longest_run() {
        for (glob, text) in [
            ("*a".repeat(60), "a".repeat(59)),
            ("*a".repeat(60), "a".repeat(2_000) + "b"),
            ("*a".repeat(5_000), "a".repeat(9_000) + "b"),
            ("*".repeat(5_000) + "b", "a".repeat(5_000)),
            (format!("*{}b", "a".repeat(50)), "a".repeat(5_000)),
        ] {
            let budget = Budget::unlimited();
            assert!(!Glob::with_wildcards(&glob).matches(&text, &budget));
            let runs = glob.split('*').map(str::len);
            let most = (text.len() + 2) * (runs.max().unwrap() + 2) + glob.len();
            assert!(budget.spent() <= most as u64, "{}", budget.spent());
        }
    }

    #[test]
    fn says_no_where_the_budget_is_used_up() {
        let budget = Budget::new(50);
        let glob = Glob::with_wildcards("*ab");
        assert!(!glob.matches(&("a".repeat(100) + "b"), &budget));
        assert!(budget.check().is_err());
    }

    /// Tries every way to match.
    fn matches_somehow(tokens: &[Token], text: &str) -> bool {
        let mut ahead = text.chars();
        let next = ahead.next();
        match tokens.split_first() {
            None => next.is_none(),
            Some((token, rest)) => {
                let accepts = next.is_some_and(|c| token.accepts(c));
                let is_many = matches!(token, Token::Many(_));
                (is_many && matches_somehow(rest, text))
                    || (accepts
                        && matches_somehow(if is_many { tokens } else { rest }, ahead.as_str()))
            }
        }
    }

    #[test]
    fn a_glob_plainly_includes_narrower_ones() {
        for (glob, other, expected) in [
            ("*", "", true),
            ("*", "a*b?", true),
            ("a*", "a*b", true),
            ("a*b", "a*", false),
            ("a?c*", "abc?", true),
            ("a?c", "a*c", false),
            ("a*c", "a?c", true),
            ("*b*", "a*b*c", true),
            ("ab", "ab", true),
            ("ab", "a?", false),
        ] {
            let [glob, other] = [glob, other].map(Glob::with_wildcards);
            let includes = glob.plainly_includes(&other, &Budget::unlimited());
            assert_eq!(includes, expected, "{glob:?} {other:?}");
        }
        let either = |text| Glob::literal(text).ignoring_case();
        for (glob, other, expected) in [
            (either("a1"), Glob::literal("A1"), true),
            (either("a1"), either("A1"), true),
            (Glob::literal("a1"), either("a1"), false),
            (Glob::literal("1:"), either("1:"), true),
        ] {
            let includes = glob.plainly_includes(&other, &Budget::unlimited());
            assert_eq!(includes, expected, "{glob:?} {other:?}");
        }
    }

    /// Returns all texts of at most so many characters of an alphabet.
    fn texts(alphabet: &str, length: usize) -> Vec<String> {
        let mut all = vec![String::new()];
        let mut last = all.clone();
        for _ in 0..length {
            let longer = |text: &String| alphabet.chars().map(|c| format!("{text}{c}")).collect();
            last = last
                .iter()
                .flat_map(|text| -> Vec<String> { longer(text) })
                .collect();
            all.extend(last.iter().cloned());
        }
        all
    }

    #[test]
    fn what_is_plainly_included_is_matched_by_all_that_are_short() {
        let globs = texts("a:*?", 3).into_iter().flat_map(|source| {
            let whole = Glob::with_wildcards(&source);
            [whole.by_segment(), whole]
        });
        let globs: Vec<Glob> = globs.collect();
        let texts = texts("a:", 4);
        let unlimited = Budget::unlimited();
        for (glob, other) in globs
            .iter()
            .flat_map(|own| globs.iter().map(move |other| (own, other)))
        {
            if glob.plainly_includes(other, &unlimited) {
                let mut included = texts.iter().filter(|text| matches(other, text));
                assert!(
                    included.all(|text| matches(glob, text)),
                    "{glob:?} {other:?}"
                );
            }
        }
    }

    proptest! {
        #[test]
        fn what_is_plainly_included_is_matched(
            glob in "[ab:*?]{0,6}",
            other in "[ab:*?]{0,6}",
            text in "[ab:]{0,6}",
            segmented in any::<(bool, bool)>(),
        ) {
            let read = |source: &str, segmented: bool| {
                let glob = Glob::with_wildcards(source);
                if segmented { glob.by_segment() } else { glob }
            };
            let (glob, other) = (read(&glob, segmented.0), read(&other, segmented.1));
            if glob.plainly_includes(&other, &Budget::unlimited()) && matches(&other, &text) {
                prop_assert!(matches(&glob, &text));
            }
        }

        #[test]
        fn matching_agrees_with_trying_every_way(
            source in "[aab:*?]{0,9}",
            text in "[aab:]{0,9}",
            segmented in any::<bool>(),
        ) {
            let glob = Glob::with_wildcards(&source);
            let glob = if segmented { glob.by_segment() } else { glob };
            prop_assert_eq!(matches(&glob, &text), matches_somehow(glob.tokens(), &text));
        }
    }
}
