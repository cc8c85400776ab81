//! Texts with policy variables and wildcards.
//!
//! Must not know which element a text stands in.

use std::borrow::Cow;
use std::sync::Arc;

use super::{Bounds, Glob, Key, Reach, Token, Version};
use crate::policy::{Context, Value};

/// Says whether `*` and `?` are wildcards in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wildcards {
    Interpreted,
    Literal,
}

/// A part of a template.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Piece<'t> {
    Token(Token),
    /// `${key}` or `${key, 'default'}`.
    Variable(&'t Variable),
}

impl Piece<'_> {
    pub(crate) fn token(self) -> Option<Token> {
        match self {
            Self::Token(token) => Some(token),
            Self::Variable(_) => None,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Variable {
    key: Key,
    default: Option<String>,
}

impl Variable {
    pub(crate) fn key(&self) -> &Key {
        &self.key
    }

    pub(crate) fn default(&self) -> Option<&str> {
        self.default.as_deref()
    }
}

/// Holds a resource or a condition value, which may have wildcards and policy variables.
///
/// Variables exist only under version `2012-10-17`: `${key}`, `${key, 'default'}`, and `${*}`, `${?}`, `${$}` for the bare characters.
/// What does not have this form stands for itself, and so does what has more than 1,024 bytes between the braces.
/// The value of a variable is never read for wildcards, nor does a `:` in it bound one.
/// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html>.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    text: Arc<str>,
    /// Everything but the variables.
    tokens: Glob,
    /// INVARIANT: in the order in which they stand.
    variables: Vec<Hole>,
    /// The same resource with wildcards confined to the segments of an ARN, where that makes a difference.
    confined: Option<Box<Self>>,
}

/// What a template says: templates of one form match the same in every request.
pub(crate) type Form<'t> = (&'t [Token], &'t [Hole]);

/// A place in a template where the value of a variable stands.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Hole {
    /// How many tokens stand before it.
    at: usize,
    variable: Variable,
}

impl Template {
    /// Reads a pattern of resources.
    ///
    /// An ARN with fewer than six fields is completed with `*`: `arn:aws:sqs` is `arn:aws:sqs:*:*:*`.
    /// One with variables is left as it is, because their values may hold the fields that are missing.
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html>
    /// and <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html>.
    pub(crate) fn resource(text: &str, version: Version) -> Self {
        let mut template = Self::parse(text, Wildcards::Interpreted, version);
        if let Some(complete) = template.fixed().and_then(Glob::completed) {
            template.tokens = complete;
        }
        let tokens = || template.tokens.tokens().iter().copied();
        let mut bounds = Bounds::of(tokens());
        let confined = Glob::new(tokens().map(|token| bounds.confine(token)).collect());
        if confined != template.tokens {
            template.confined = Some(Box::new(Self {
                tokens: confined,
                ..template.clone()
            }));
        }
        template
    }

    pub(crate) fn parse(text: &str, wildcards: Wildcards, version: Version) -> Self {
        let mut tokens = Vec::with_capacity(text.len());
        let mut variables = Vec::new();
        let mut rest = text;
        while let Some(c) = rest.chars().next() {
            if version == Version::V2012
                && let Some((found, after)) = read_variable(rest)
            {
                let at = tokens.len();
                match found {
                    Escape::Character(c) => tokens.push(Token::Char(c)),
                    Escape::Variable(variable) => variables.push(Hole { at, variable }),
                }
                rest = after;
                continue;
            }
            tokens.push(match (c, wildcards) {
                ('*', Wildcards::Interpreted) => Token::Many(Reach::Anything),
                ('?', Wildcards::Interpreted) => Token::One(Reach::Anything),
                _ => Token::Char(c),
            });
            rest = rest.get(c.len_utf8()..).unwrap_or_default();
        }
        Self {
            text: text.into(),
            tokens: Glob::new(tokens),
            variables,
            confined: None,
        }
    }

    /// Returns the text as the document writes it.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Returns the resource with its wildcards confined to the segments of an ARN.
    pub(crate) fn by_segment(&self) -> &Self {
        self.confined.as_deref().unwrap_or(self)
    }

    /// Tells whether confining wildcards to segments makes a difference.
    pub(crate) fn depends_on_reading(&self) -> bool {
        self.confined.is_some()
    }

    /// Iterates over the keys of the variables, in order, with repetitions.
    pub fn variables(&self) -> impl Iterator<Item = &Key> {
        self.variables.iter().map(|hole| &hole.variable.key)
    }

    /// Tells whether a variable has a default in at least one of its places.
    pub(crate) fn has_default(&self, key: &Key) -> bool {
        let mut holes = self.variables.iter();
        holes.any(|hole| hole.variable.key == *key && hole.variable.default.is_some())
    }

    /// Iterates over tokens and variables as they stand.
    pub(crate) fn pieces(&self) -> impl Iterator<Item = Piece<'_>> {
        let mut holes = self.variables.iter().peekable();
        let mut tokens = self.tokens.tokens().iter().enumerate().peekable();
        std::iter::from_fn(move || {
            let at = tokens.peek().map(|(at, _)| *at);
            let hole = holes.next_if(|hole| at.is_none_or(|at| hole.at <= at));
            hole.map(|hole| Piece::Variable(&hole.variable))
                .or_else(|| tokens.next().map(|(_, token)| Piece::Token(*token)))
        })
    }

    /// Returns what the template says, whatever it is written as.
    pub(crate) fn form(&self) -> Form<'_> {
        (self.tokens.tokens(), &self.variables)
    }

    /// Returns how many tokens and variables there are.
    pub(crate) fn len(&self) -> usize {
        self.tokens.tokens().len() + self.variables.len()
    }

    /// Returns the variable that the template consists of, where it is nothing else.
    pub(crate) fn as_variable(&self) -> Option<&Variable> {
        match self.variables.as_slice() {
            [lone] if self.tokens.tokens().is_empty() => Some(&lone.variable),
            _ => None,
        }
    }

    /// Returns the template with a value in place of a variable that is known to be set.
    pub(crate) fn with_value(&self, key: &Key, value: &str) -> Self {
        self.with_pattern(key, &Glob::literal(value))
    }

    /// Returns the template with a pattern in place of a variable that is known to be set.
    ///
    /// It matches at least what the template matches while the variable holds a text that the pattern matches.
    pub(crate) fn with_pattern(&self, key: &Key, pattern: &Glob) -> Self {
        if self.variables().all(|own| own != key) {
            return self.clone();
        }
        let (mut tokens, mut variables) = (Vec::with_capacity(self.len()), Vec::new());
        for piece in self.pieces() {
            match piece {
                Piece::Token(token) => tokens.push(token),
                Piece::Variable(variable) if variable.key == *key => {
                    tokens.extend_from_slice(pattern.tokens());
                }
                Piece::Variable(variable) => variables.push(Hole {
                    at: tokens.len(),
                    variable: variable.clone(),
                }),
            }
        }
        Self {
            text: Arc::clone(&self.text),
            tokens: Glob::new(tokens),
            variables,
            confined: (self.confined.as_ref()).map(|own| Box::new(own.with_pattern(key, pattern))),
        }
    }

    /// Returns the glob that the template stands for, where it does not depend on the request.
    pub(crate) fn fixed(&self) -> Option<&Glob> {
        self.variables.is_empty().then_some(&self.tokens)
    }

    /// Returns the glob that the template stands for in a request.
    ///
    /// Returns `None` where a variable without a default is unset or multivalued: such a template matches nothing.
    pub(crate) fn resolve(&self, context: &Context) -> Option<Cow<'_, Glob>> {
        if let Some(fixed) = self.fixed() {
            return Some(Cow::Borrowed(fixed));
        }
        let filled = self.fill(|key, default| {
            let value = match context.get(key) {
                Some(Value::One(value)) => Some(value.as_str()),
                Some(Value::Many(_)) => None,
                None => default,
            };
            value.map(|value| value.chars().map(Token::Char).collect())
        });
        filled.map(Cow::Owned)
    }

    /// Returns a glob that matches whatever the template matches in any request, and perhaps more.
    pub(crate) fn outline(&self) -> Glob {
        self.fill(|_, _| Some(vec![Token::Many(Reach::Anything)]))
            .unwrap_or_default()
    }

    fn fill<'t>(
        &'t self,
        value: impl Fn(&'t str, Option<&'t str>) -> Option<Vec<Token>>,
    ) -> Option<Glob> {
        let mut tokens = Vec::with_capacity(self.len());
        for piece in self.pieces() {
            match piece {
                Piece::Token(token) => tokens.push(token),
                Piece::Variable(variable) => {
                    tokens.extend(value(variable.key.text(), variable.default.as_deref())?);
                }
            }
        }
        Some(Glob::new(tokens))
    }
}

/// How many bytes can stand between the braces: many times what AWS allows for a key, and little enough to look through at each `${`.
const LONGEST_VARIABLE: usize = 1_024;

/// What `${…}` stands for.
enum Escape {
    Character(char),
    Variable(Variable),
}

/// Reads one `${…}` at the start of a text, and returns what follows it.
fn read_variable(text: &str) -> Option<(Escape, &str)> {
    let rest = text.strip_prefix("${")?;
    let longest = rest.len().min(LONGEST_VARIABLE);
    let start = (0..4).find_map(|less| rest.get(..longest.saturating_sub(less)))?;
    let end = start.find('}')?;
    let (inside, after) = (rest.get(..end)?, rest.get(end + 1..)?);
    let found = match inside {
        "" => return None,
        "*" | "?" | "$" => Escape::Character(inside.chars().next()?),
        _ => {
            let (key, default) = match inside.split_once(',') {
                Some((key, default)) => (key, Some(unquote(default.trim())?)),
                None => (inside, None),
            };
            Escape::Variable(Variable {
                key: Key::new(key.trim().to_owned()),
                default: default.map(str::to_owned),
            })
        }
    };
    Some((found, after))
}

fn unquote(text: &str) -> Option<&str> {
    text.strip_prefix('\'')?.strip_suffix('\'')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::budget::Budget;

    fn resolves(text: &str, context: &Context, sample: &str) -> bool {
        Template::parse(text, Wildcards::Interpreted, Version::V2012)
            .resolve(context)
            .is_some_and(|glob| glob.matches(sample, &Budget::unlimited()))
    }

    #[test]
    fn variables_take_the_value_the_default_or_nothing() {
        let context: Context = [("aws:username", "a*")].into_iter().collect();
        for (text, sample, expected) in [
            ("home/${aws:UserName}/*", "home/a*/x", true),
            ("home/${aws:username}/*", "home/ab/x", false),
            ("${aws:PrincipalTag/team, 'red'}", "red", true),
            ("${aws:username, 'red'}", "red", false),
            ("${aws:PrincipalTag/team}", "", false),
            ("a${*}b${?}c${$}", "a*b?c$", true),
            ("a${*}b", "axb", false),
            ("${}", "${}", true),
            ("${open", "${open", true),
        ] {
            assert_eq!(
                resolves(text, &context, sample),
                expected,
                "{text} {sample}"
            );
        }
    }

    #[test]
    fn a_multivalued_key_is_no_variable() {
        let context: Context = [("aws:TagKeys", Value::Many(vec!["a".into()]))]
            .into_iter()
            .collect();
        assert!(!resolves("${aws:TagKeys}", &context, "a"));
        assert!(!resolves("${aws:TagKeys, 'a'}", &context, "a"));
    }

    #[test]
    fn the_older_version_has_no_variables() {
        let template = Template::parse("${aws:username}", Wildcards::Literal, Version::V2008);
        assert!(
            template
                .fixed()
                .unwrap()
                .matches("${aws:username}", &Budget::unlimited())
        );
    }
}
