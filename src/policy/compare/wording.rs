//! Readable texts for witnesses: what a person would write where a pattern has a wildcard.
//!
//! Only proposes: whoever asks checks that a text serves.

use crate::policy::budget::Budget;
use crate::policy::language::{Glob, Token};
use crate::policy::{ActionPattern, Selection};

/// The account of AWS's own documentation examples.
pub(super) const ACCOUNT: &str = "111122223333";
const OTHER_ACCOUNT: &str = "444455556666";
const REGION: &str = "us-east-1";
pub(super) const WORDS: [&str; 3] = ["example", "other", "unlisted"];

/// Proposes actions that the first of the patterns matches, and perhaps the others too; none where the budget is used up.
pub(super) fn actions(pattern: &str, others: &[&str], budget: &Budget) -> Vec<String> {
    // Each word stands once for each wildcard.
    let wildcards = pattern.matches('*').count();
    let lengths = others
        .iter()
        .map(|other| 8 + pattern.len() + (1 + wildcards) * other.len());
    if !budget.allows(8 * (1 + pattern.len()) + lengths.sum::<usize>()) {
        return Vec::new();
    }
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

/// Proposes resources that a pattern matches, for an action's service, none where the budget is used up; `*` is what actions without resources are seen with.
pub(super) fn resources(glob: &Glob, action: &str, budget: &Budget) -> Vec<String> {
    if !budget.allows(4 * WORDS.len() * glob.tokens().len()) {
        return Vec::new();
    }
    let everything = is_everything(glob).then(|| "*".to_owned());
    let filled = WORDS.map(|word| resource(glob, action, word));
    filled.into_iter().chain(everything).collect()
}

/// Proposes one resource, with a word where the pattern is open.
pub(super) fn resource(glob: &Glob, action: &str, word: &str) -> String {
    if !is_everything(glob) {
        return filled(glob, word);
    }
    let service = action.split(':').next().unwrap_or_default();
    format!("arn:aws:{service}:{REGION}:{ACCOUNT}:{word}")
}

fn is_everything(glob: &Glob) -> bool {
    matches!(glob.tokens(), [Token::Many(_)])
}

/// Returns an action in the spelling of a pattern that matches it: of what stands before and behind its wildcards.
pub(super) fn spelled(action: &str, selection: &Selection<ActionPattern>) -> String {
    let Selection::Only(listed) = selection else {
        return action.to_owned();
    };
    let mut patterns = listed.iter().map(|pattern| &pattern.value);
    let Some(pattern) = patterns.find(|pattern| pattern.matches(action)) else {
        return action.to_owned();
    };
    let text = pattern.text();
    let wildcards = text.find(['*', '?']).zip(text.rfind(['*', '?']));
    let spelled = wildcards.map_or_else(
        || Some(text.to_owned()),
        |(first, last)| {
            let (start, end) = (text.get(..first)?, text.get(last + 1..)?);
            let middle = action.get(first..action.len().checked_sub(end.len())?)?;
            Some([start, middle, end].concat())
        },
    );
    spelled.unwrap_or_else(|| action.to_owned())
}

/// Returns a value for a placeholder of a published shape.
pub(super) fn placeholder(name: &str, word: &str) -> String {
    match name {
        "Partition" => "aws".to_owned(),
        "BucketName" => format!("{word}-bucket"),
        _ if name.ends_with("Region") => REGION.to_owned(),
        _ if name.ends_with("Account") || name.ends_with("AccountId") => ACCOUNT.to_owned(),
        _ => word.to_owned(),
    }
}

/// Returns a word in the form in which it continues a text.
pub(super) fn continued(text: &str, word: &str) -> String {
    if text.ends_with(|c: char| c.is_ascii_alphanumeric()) {
        format!("-{word}")
    } else {
        word.to_owned()
    }
}

/// Proposes values of a condition key that a pattern matches, none where the budget is used up.
pub(super) fn values(glob: &Glob, budget: &Budget) -> Vec<String> {
    if !budget.allows(4 * WORDS.len() * glob.tokens().len()) {
        return Vec::new();
    }
    WORDS.map(|word| filled(glob, word)).into()
}

/// Proposes a value with a letter for each wildcard of a pattern: often no number, no time and no address.
pub(super) fn letters(glob: &Glob) -> String {
    let letter = |token: &Token| match *token {
        Token::Char(c) | Token::EitherCase(c) => c,
        Token::One(_) | Token::Many(_) => 'x',
    };
    glob.tokens().iter().map(letter).collect()
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
    let mut segment = 0;
    let tokens = glob.tokens();
    for (index, token) in tokens.iter().enumerate() {
        match *token {
            Token::Char(c) | Token::EitherCase(c) => {
                text.push(c);
                segment += usize::from(c == ':');
            }
            Token::One(_) => text.push('1'),
            Token::Many(_) => {
                let ends_segment = matches!(tokens.get(index + 1), None | Some(Token::Char(':')));
                let is_whole_segment = ends_segment && text.ends_with(':');
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
    use crate::policy::{Document, Kind};

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

    #[test]
    fn takes_the_spelling_of_the_document() {
        let spell = |actions: &str, action: &str| {
            let text = format!(
                r#"{{"Statement":{{"Effect":"Allow","Action":{actions},"Resource":"*"}}}}"#
            );
            let document = Document::parse(&text, Kind::Identity).unwrap();
            let [statement] = document.statements() else {
                panic!("one statement")
            };
            spelled(action, statement.actions())
        };
        for (actions, action, expected) in [
            (r#""S3:GetFoo""#, "s3:getfoo", "S3:GetFoo"),
            (r#""s3:Get*Foo""#, "s3:getafoo", "s3:GetaFoo"),
            (r#"["s3:Put","s3:G??Foo*"]"#, "s3:getfoob", "s3:Getfoob"),
            (r#""*""#, "s3:getfoo", "s3:getfoo"),
            (r#""s3:Put""#, "s3:getfoo", "s3:getfoo"),
        ] {
            assert_eq!(spell(actions, action), expected, "{actions}");
        }
    }

    #[test]
    fn fills_placeholders_by_their_names() {
        for (name, expected) in [
            ("Partition", "aws"),
            ("Region", "us-east-1"),
            ("Account", "111122223333"),
            ("ManagementAccountId", "111122223333"),
            ("BucketName", "example-bucket"),
            ("InstanceId", "example"),
        ] {
            assert_eq!(placeholder(name, "example"), expected);
        }
    }
}
