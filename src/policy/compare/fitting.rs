//! Resources that have the shape of a published one and that a pattern matches.
//!
//! Must not know actions or statements.

use std::collections::BTreeSet;

use super::wording;
use crate::policy::budget::{Budget, Exhausted};
use crate::policy::language::{Glob, Token};
use crate::policy::published::{Part, Shape};

/// Returns a readable text that a pattern matches and that has a shape, or `None` where none is found.
///
/// Takes the literal parts of the pattern, and fills what it leaves open with values for the shape's placeholders.
/// Follows pattern and shape side by side, the more readable way first; no pair of places is visited twice.
pub(super) fn fitted(
    pattern: &Glob,
    shape: Shape,
    word: &str,
    budget: &Budget,
) -> Result<Option<String>, Exhausted> {
    let slots: Vec<Slot> = shape.parts().flat_map(|part| slots(part, word)).collect();
    budget.spend(200 + 8 * slots.len())?;
    let mut visited = BTreeSet::new();
    let mut text = String::new();
    let mut ahead = vec![Step::default()];
    while let Some(step) = ahead.pop() {
        text.truncate(step.kept);
        text.push_str(&step.adds);
        if !visited.insert(step.place) {
            continue;
        }
        budget.spend(16)?;
        let place = step.place;
        let (token, slot) = (
            pattern.tokens().get(place.token).copied(),
            slots.get(place.slot),
        );
        if token.is_none() && slot.is_none() {
            return Ok(Some(text));
        }
        let mut next = place.next(token, slot, word, &text);
        next.reverse();
        ahead.extend(next.into_iter().map(|(place, adds)| Step {
            place,
            kept: text.len(),
            adds,
        }));
    }
    Ok(None)
}

/// One character of a shape, or one placeholder.
enum Slot {
    Char(char),
    Blank { value: String, holds_paths: bool },
}

fn slots(part: Part, word: &str) -> Vec<Slot> {
    match part {
        Part::Literal(text) => text.chars().map(Slot::Char).collect(),
        Part::Placeholder(name) => vec![Slot::Blank {
            value: wording::placeholder(name, word),
            holds_paths: holds_paths(name),
        }],
    }
}

/// Tells whether values of a placeholder can hold `/`, going by its name.
fn holds_paths(name: &str) -> bool {
    const OTHERS: [&str; 5] = [
        "LogGroupName",
        "ObjectName",
        "ParameterNameWithoutLeadingSlash",
        "RepositoryName",
        "SecretId",
    ];
    name.ends_with("Path") || OTHERS.contains(&name)
}

/// How far pattern and shape are followed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    token: usize,
    slot: usize,
    /// Whether the blank at `slot` has characters already.
    is_begun: bool,
}

/// A place to go to, and the text on the way there: what is kept of the text so far, and what is added.
#[derive(Default)]
struct Step {
    place: Place,
    kept: usize,
    adds: String,
}

impl Place {
    /// Returns the places that can follow and the texts on the way, the most readable first.
    fn next(
        self,
        token: Option<Token>,
        slot: Option<&Slot>,
        word: &str,
        text: &str,
    ) -> Vec<(Self, String)> {
        let mut next = Vec::new();
        let slot_done = Self {
            slot: self.slot + 1,
            is_begun: false,
            ..self
        };
        let token_done = Self {
            token: self.token + 1,
            ..self
        };
        let begun = Self {
            is_begun: true,
            ..token_done
        };
        let both_done = Self {
            token: self.token + 1,
            ..slot_done
        };
        match (token, slot) {
            (Some(Token::Many(_)), None) => next.push((token_done, String::new())),
            (Some(Token::Many(reach)), Some(Slot::Char(c))) => {
                next.push((token_done, String::new()));
                if Token::Many(reach).accepts(*c) {
                    next.push((slot_done, c.to_string()));
                }
            }
            (Some(Token::Many(_)), Some(Slot::Blank { value, .. })) => {
                let (whole, start) = if self.is_begun {
                    let word = wording::continued(text, word);
                    (word.clone(), word)
                } else {
                    (value.clone(), word.to_owned())
                };
                let nothing = String::new();
                next.extend([(slot_done, whole), (begun, start), (token_done, nothing)]);
            }
            (Some(token), Some(Slot::Char(c))) => {
                if token.accepts(*c) {
                    next.push((both_done, c.to_string()));
                }
            }
            (token, Some(Slot::Blank { holds_paths, .. })) => {
                let own = match token {
                    Some(Token::Char(c) | Token::EitherCase(c)) => Some(c),
                    Some(Token::One(_)) => Some('1'),
                    _ => None,
                };
                if let Some(c) = own.filter(|&c| c != ':' && (c != '/' || *holds_paths)) {
                    next.push((begun, c.to_string()));
                }
                if self.is_begun {
                    next.push((slot_done, String::new()));
                }
            }
            (_, None) | (None, Some(Slot::Char(_))) => {}
        }
        next
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::published::{find, resource_shapes};

    #[test]
    fn fills_shapes_with_what_the_pattern_says() {
        for (pattern, action, expected) in [
            ("*", "s3:DeleteBucket", Some("arn:aws:s3:::example-bucket")),
            (
                "arn:aws:s3:::*",
                "s3:GetObject",
                Some("arn:aws:s3:::example-bucket/example"),
            ),
            (
                "arn:aws:s3:::amazon-connect-*/*",
                "s3:GetObject",
                Some("arn:aws:s3:::amazon-connect-example/example"),
            ),
            (
                "arn:aws:s3:::logs-?/a/*",
                "s3:GetObject",
                Some("arn:aws:s3:::logs-1/a/example"),
            ),
            ("arn:aws:s3:::bucket/*", "s3:DeleteBucket", None),
            (
                "arn:aws:iam::*:role/service-role/*",
                "iam:PassRole",
                Some("arn:aws:iam::111122223333:role/service-role/example"),
            ),
            (
                "arn:aws-cn:connect:cn-north-1:*:instance/abc*",
                "connect:CreateQueue",
                Some(
                    "arn:aws-cn:connect:cn-north-1:111122223333:instance/abc-example/queue/example",
                ),
            ),
            (
                "arn:aws:logs:*:*:log-group:/aws/connect/*",
                "logs:CreateLogGroup",
                Some("arn:aws:logs:us-east-1:111122223333:log-group:/aws/connect/example"),
            ),
            ("arn:aws:sqs:*:*:*", "s3:DeleteBucket", None),
        ] {
            let pattern = Glob::with_wildcards(pattern);
            let mut shapes = resource_shapes(find(action).unwrap());
            let fit = |shape| fitted(&pattern, shape, "example", &Budget::unlimited());
            let fitted = shapes.find_map(|shape| fit(shape).unwrap());
            assert_eq!(fitted.as_deref(), expected, "{pattern:?} {action}");
        }
    }

    #[test]
    fn many_wildcards_take_no_exponential_time() {
        let pattern = Glob::with_wildcards(&format!("arn:{}:", "*a".repeat(100)));
        let shape = resource_shapes(find("connect:CreateQueue").unwrap()).next();
        let found = fitted(&pattern, shape.unwrap(), "example", &Budget::unlimited());
        assert_eq!(found, Ok(None));
    }
}
