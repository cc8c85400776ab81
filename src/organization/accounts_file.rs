//! A list of accounts that the user wrote: an id per line, or a JSON object with id and name.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::inventory::Member;
use crate::model::{AccountId, InvalidValue};

/// Says what is wrong with a list of accounts, and where.
#[derive(Debug, thiserror::Error)]
#[error("line {line}: {problem}")]
pub struct AccountsFileError {
    /// From 1.
    pub line: usize,
    /// What is wrong.
    pub problem: AccountsFileProblem,
}

/// Says what is wrong with a line.
#[derive(Debug, thiserror::Error)]
pub enum AccountsFileProblem {
    /// It is neither an id nor an object.
    #[error("{0}; a line is an id, or {{\"id\": \"111122223333\", \"name\": \"…\"}}")]
    Id(#[source] InvalidValue),
    /// It begins as an object and is not one.
    #[error("column {column}: {message}", message = message(.0), column = .0.column())]
    Object(#[source] serde_json::Error),
    /// It holds a NUL character, in a comment even: the file is none of text.
    #[error("column {column}: a NUL character")]
    Nul {
        /// From 1, in Unicode scalar values.
        column: usize,
    },
    /// The account was named before.
    #[error("account {id} is on line {first} already")]
    Twice {
        /// The account.
        id: AccountId,
        /// Where it was named first.
        first: usize,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    id: AccountId,
    #[serde(default)]
    name: Option<String>,
}

/// Reads a list of accounts, in its order; `#` comments and blank lines are skipped.
///
/// # Errors
/// Returns the first line that names no account, or one that was named before.
pub fn read_accounts(text: &str) -> Result<Vec<Member>, AccountsFileError> {
    let mut first_lines = BTreeMap::new();
    let mut accounts = Vec::new();
    // A byte order mark is what some editors begin with.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    for (index, content) in text.lines().enumerate() {
        let line = index + 1;
        let failed = |problem| AccountsFileError { line, problem };
        if let Some(column) = content.chars().position(|c| c == '\0') {
            let column = column + 1;
            return Err(failed(AccountsFileProblem::Nul { column }));
        }
        let content = content.trim();
        if content.is_empty() || content.starts_with('#') {
            continue;
        }
        let member = member(content).map_err(failed)?;
        if let Some(first) = first_lines.insert(member.id.clone(), line) {
            let id = member.id;
            return Err(failed(AccountsFileProblem::Twice { id, first }));
        }
        accounts.push(member);
    }
    Ok(accounts)
}

fn member(content: &str) -> Result<Member, AccountsFileProblem> {
    if content.starts_with('{') {
        let entry: Entry = serde_json::from_str(content).map_err(AccountsFileProblem::Object)?;
        return Ok(Member {
            name: entry.name,
            ..Member::new(entry.id)
        });
    }
    let id = content.split('#').next().unwrap_or_default().trim();
    Ok(Member::new(id.parse().map_err(AccountsFileProblem::Id)?))
}

/// Returns what the parser says without its place: it saw one line only.
fn message(error: &serde_json::Error) -> String {
    let text = error.to_string();
    match text.rsplit_once(" at line ") {
        Some((message, _)) => message.to_owned(),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_ids_and_objects() {
        let text = "\u{feff}# all\n\n111122223333 # production\r\n  \
                    {\"id\": \"222233334444\", \"name\": \"build # 1\"}\n";
        let accounts = read_accounts(text).unwrap();
        let ids: Vec<&str> = accounts.iter().map(|member| member.id.as_str()).collect();
        assert_eq!(ids, ["111122223333", "222233334444"]);
        assert_eq!(accounts[1].name.as_deref(), Some("build # 1"));
        assert_eq!(read_accounts("").unwrap(), []);
    }

    #[test]
    fn tells_where_a_line_is_wrong() {
        for (text, expected) in [
            (
                "# x\n1111\n",
                "line 2: `1111` is not an AWS account id (12 digits); a line is an id, or \
                 {\"id\": \"111122223333\", \"name\": \"…\"}",
            ),
            (
                "{\"id\": \"1\"}",
                "line 1: column 11: `1` is not an AWS account id (12 digits)",
            ),
            (
                "{\"id\": \"111122223333\", \"alias\": \"\"}",
                "line 1: column 30: unknown field `alias`, expected `id` or `name`",
            ),
            ("{", "line 1: column 1: EOF while parsing an object"),
            ("\n# \0", "line 2: column 3: a NUL character"),
            (
                "111122223333\n\n111122223333",
                "line 3: account 111122223333 is on line 1 already",
            ),
        ] {
            assert_eq!(read_accounts(text).unwrap_err().to_string(), expected);
        }
    }
}
