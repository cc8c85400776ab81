//! Readable texts for witnesses: what a person would write where a pattern has a wildcard.
//!
//! Only proposes: whoever asks checks that a text serves.

use crate::policy::language::{Glob, Token};

/// The account of AWS's own documentation examples.
pub(super) const ACCOUNT: &str = "111122223333";
const OTHER_ACCOUNT: &str = "444455556666";
const REGION: &str = "us-east-1";
const WORDS: [&str; 3] = ["example", "other", "unlisted"];

/// Proposes actions that the first of the patterns matches, and perhaps the others too.
pub(super) fn actions(pattern: &str, others: &[&str]) -> Vec<String> {
    let pattern = if pattern == "*" { "example:*" } else { pattern };
    let glob = Glob::with_wildcards(pattern);
    let cores = others.iter().map(|other| {
        let name = other.split_once(':').map_or(*other, |(_, name)| name);
        name.replace(['*', '?'], "")
    });
    let words = ["Example", "Other", "Unlisted"].map(str::to_owned);
    let words = words.into_iter().chain(cores);
    words.map(|word| filled(&glob, &word)).collect()
}

/// Proposes resources that a pattern matches, for an action's service; `*` is what actions without resources are seen with.
pub(super) fn resources(glob: &Glob, action: &str) -> Vec<String> {
    if !matches!(glob.tokens(), [Token::Many(_)]) {
        return WORDS.map(|word| filled(glob, word)).into();
    }
    let service = action.split(':').next().unwrap_or_default();
    let arns = WORDS.map(|word| format!("arn:aws:{service}:{REGION}:{ACCOUNT}:{word}"));
    arns.into_iter().chain(["*".to_owned()]).collect()
}

/// Proposes values of a condition key that a pattern matches.
pub(super) fn values(glob: &Glob) -> Vec<String> {
    WORDS.map(|word| filled(glob, word)).into()
}

/// Proposes a value for a key that a policy variable names.
pub(super) fn variable(key: &str) -> &'static str {
    match key {
        key if key.ends_with("account") => ACCOUNT,
        key if key.ends_with("region") => REGION,
        key if key.ends_with("principalarn") => "arn:aws:iam::111122223333:role/example",
        _ => "example",
    }
}

/// Proposes values for a key whose known values are to be avoided.
pub(super) fn other_values(key: &str) -> Vec<String> {
    let first = if key.ends_with("account") {
        OTHER_ACCOUNT
    } else {
        "other"
    };
    [first, "unlisted"].map(str::to_owned).into()
}

/// Fills wildcards: a whole region or account segment of an ARN with a region or account, any other with the word.
fn filled(glob: &Glob, word: &str) -> String {
    let mut text = String::new();
    let tokens = glob.tokens();
    for (index, token) in tokens.iter().enumerate() {
        match *token {
            Token::Char(c) | Token::EitherCase(c) => text.push(c),
            Token::One(_) => text.push('1'),
            Token::Many(_) => {
                let ends_segment = matches!(tokens.get(index + 1), None | Some(Token::Char(':')));
                let is_whole_segment = ends_segment && text.ends_with(':');
                let segment = text.matches(':').count();
                text.push_str(match segment {
                    3 if is_whole_segment && text.starts_with("arn:") => REGION,
                    4 if is_whole_segment && text.starts_with("arn:") => ACCOUNT,
                    _ => word,
                });
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fills_regions_accounts_and_words() {
        for (pattern, expected) in [
            (
                "arn:aws:logs:*:*:log-group:/aws/connect/*:*",
                "arn:aws:logs:us-east-1:111122223333:log-group:/aws/connect/example:example",
            ),
            (
                "arn:aws:s3:::amazon-connect-*/*",
                "arn:aws:s3:::amazon-connect-example/example",
            ),
            (
                "arn:aws:iam::*:role/x?",
                "arn:aws:iam::111122223333:role/x1",
            ),
            ("*", "example"),
        ] {
            assert_eq!(filled(&Glob::with_wildcards(pattern), "example"), expected);
        }
    }
}
