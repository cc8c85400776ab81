//! The plan of a run: every account, whether it is looked at, and the shards.
//!
//! Written before the first account is read: whoever merges the results knows what must be there.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::choice::Shard;
use crate::model::AccountId;
use crate::store::RunId;

/// The version of plans and shard files; a newer one is not read.
const VERSION: u32 = 1;
/// What a plan says that it is.
const FORMAT: &str = "roledrift-plan";

/// Holds the accounts of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// The run.
    pub run: RunId,
    /// How many shards the run is done in.
    pub shards: usize,
    /// Every account, by id.
    pub accounts: Vec<Planned>,
}

/// Names an account of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Planned {
    /// The account.
    pub id: AccountId,
    /// What its owners call it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Why it is not looked at; `None` where it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub skip: Option<Skip>,
}

/// Says why an account is not looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Skip {
    /// Its organization suspended it.
    Suspended,
    /// The user left it out.
    Excluded,
}

impl Skip {
    /// Returns the name that outputs use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Suspended => "suspended",
            Self::Excluded => "excluded",
        }
    }
}

/// Says why a text is no plan or no file of shards.
#[derive(Debug, thiserror::Error)]
pub enum ShardsFileError {
    /// It has another shape.
    #[error("line {line}: {source}")]
    Shape {
        /// From 1.
        line: usize,
        /// What is wrong.
        source: serde_json::Error,
    },
    /// Its lines are not the shards of one run, each once.
    #[error("line {line}: {problem}")]
    Shards {
        /// From 1.
        line: usize,
        /// What is wrong.
        problem: &'static str,
    },
    /// It names an account twice.
    #[error("account {id} stands there twice")]
    Twice {
        /// The account.
        id: AccountId,
    },
    /// It holds fewer shards than it says, or none.
    #[error("{found} of {expected} shards are there")]
    Missing {
        /// How many there are.
        found: usize,
        /// How many there must be.
        expected: usize,
    },
    /// It is no plan of this tool, or one of a newer release.
    #[error("no plan that this roledrift reads (format `{format}`, version {version})")]
    Format {
        /// What it says that it is.
        format: String,
        /// Its version.
        version: u32,
    },
}

/// One line of a file of shards.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShardLine {
    /// The run.
    #[serde(with = "run_id")]
    pub run: RunId,
    /// From 1.
    pub shard: usize,
    /// How many there are.
    pub shards: usize,
    /// The accounts of this shard, by id; also those that are not looked at, for the report's sake.
    pub accounts: Vec<Planned>,
}

#[derive(Serialize, Deserialize)]
struct PlanFile {
    format: String,
    version: u32,
    #[serde(with = "run_id")]
    run: RunId,
    shards: usize,
    accounts: Vec<Planned>,
}

impl Plan {
    /// Returns the plan as it is kept in a store.
    ///
    /// # Errors
    /// Returns the error of a value that JSON cannot hold.
    pub fn to_json(&self) -> serde_json::Result<String> {
        let file = PlanFile {
            format: FORMAT.to_owned(),
            version: VERSION,
            run: self.run.clone(),
            shards: self.shards,
            accounts: self.accounts.clone(),
        };
        crate::report::ndjson_line(&file)
    }

    /// Reads a plan.
    ///
    /// # Errors
    /// Returns an error for a text that is none, or one of a newer release.
    pub fn from_json(text: &str) -> Result<Self, ShardsFileError> {
        let file: PlanFile =
            serde_json::from_str(text).map_err(|source| ShardsFileError::Shape {
                line: source.line(),
                source,
            })?;
        if file.format != FORMAT || file.version != VERSION {
            return Err(ShardsFileError::Format {
                format: file.format,
                version: file.version,
            });
        }
        check_once(&file.accounts)?;
        Ok(Self {
            run: file.run,
            shards: file.shards,
            accounts: file.accounts,
        })
    }
}

/// Writes the shards of a plan, one line each.
///
/// # Errors
/// Returns the error of a value that JSON cannot hold.
pub fn write_shards(plan: &Plan) -> serde_json::Result<String> {
    let mut text = String::new();
    for shard in Shard::all(plan.shards) {
        let line = ShardLine {
            run: plan.run.clone(),
            shard: shard.number(),
            shards: plan.shards,
            accounts: shard.cut(&plan.accounts),
        };
        text.push_str(&crate::report::ndjson_line(&line)?);
    }
    Ok(text)
}

/// Reads a file of shards: the lines, and the plan that they make up.
///
/// # Errors
/// Returns an error where a line is no shard, or the lines are not all shards of one run.
pub fn read_shards(text: &str) -> Result<(Plan, Vec<ShardLine>), ShardsFileError> {
    let mut lines: Vec<ShardLine> = Vec::new();
    let mut numbers = BTreeSet::new();
    for (index, content) in text.lines().enumerate() {
        let line = index + 1;
        if content.trim().is_empty() {
            continue;
        }
        let shard: ShardLine = serde_json::from_str(content)
            .map_err(|source| ShardsFileError::Shape { line, source })?;
        let failed = |problem| ShardsFileError::Shards { line, problem };
        if shard.shard == 0 || shard.shard > shard.shards {
            return Err(failed("its number is none of a shard"));
        }
        if let Some(first) = lines.first()
            && (first.run != shard.run || first.shards != shard.shards)
        {
            return Err(failed("of another run than the lines before"));
        }
        if !numbers.insert(shard.shard) {
            return Err(failed("this shard is there already"));
        }
        lines.push(shard);
    }
    let expected = lines.first().map_or(1, |line| line.shards);
    let Some(run) = lines.first().map(|line| line.run.clone()) else {
        return Err(ShardsFileError::Missing { found: 0, expected });
    };
    if lines.len() != expected {
        let found = lines.len();
        return Err(ShardsFileError::Missing { found, expected });
    }
    let mut accounts: Vec<Planned> = lines
        .iter()
        .flat_map(|line| line.accounts.clone())
        .collect();
    accounts.sort_by(|a, b| a.id.cmp(&b.id));
    check_once(&accounts)?;
    let plan = Plan {
        run,
        shards: expected,
        accounts,
    };
    Ok((plan, lines))
}

/// Refuses an account that stands there twice: it would be counted twice.
fn check_once(accounts: &[Planned]) -> Result<(), ShardsFileError> {
    let mut seen = BTreeSet::new();
    match accounts.iter().find(|account| !seen.insert(&account.id)) {
        Some(twice) => Err(ShardsFileError::Twice {
            id: twice.id.clone(),
        }),
        None => Ok(()),
    }
}

mod run_id {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    use crate::store::RunId;

    pub(super) fn serialize<S: Serializer>(id: &RunId, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(id.as_str())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(text: D) -> Result<RunId, D::Error> {
        String::deserialize(text)?.parse().map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan() -> Plan {
        let accounts = (0..7).map(|n| Planned {
            id: format!("{n:012}").parse().unwrap(),
            name: (n == 3).then(|| "three\u{202e}".to_owned()),
            skip: (n == 5).then_some(Skip::Suspended),
        });
        Plan {
            run: "20261102T060000Z-019a42c8d9b0-5f3c9a21".parse().unwrap(),
            shards: 3,
            accounts: accounts.collect(),
        }
    }

    #[test]
    fn a_plan_is_what_its_shards_make_up() {
        let text = write_shards(&plan()).unwrap();
        assert!(text.starts_with(
            r#"{"run":"20261102T060000Z-019a42c8d9b0-5f3c9a21","shard":1,"shards":3,"accounts":[{"id":"000000000000"},{"id":"000000000003","name":"three\u202e"}"#
        ));
        let (read, lines) = read_shards(&text).unwrap();
        assert_eq!(read, plan());
        assert_eq!(lines.len(), 3);
        assert_eq!(Plan::from_json(&plan().to_json().unwrap()).unwrap(), plan());
    }

    #[test]
    fn refuses_what_is_not_all_shards_of_one_run() {
        let text = write_shards(&plan()).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        let other = lines[1].replace("5f3c9a21", "00000000");
        for (text, expected) in [
            (String::new(), "0 of 1 shards are there"),
            (lines[..2].join("\n"), "2 of 3 shards are there"),
            (
                [lines[0], lines[0]].join("\n"),
                "line 2: this shard is there already",
            ),
            (
                [lines[0], &other].join("\n"),
                "line 2: of another run than the lines before",
            ),
            (
                lines[0].replace("\"shard\":1", "\"shard\":4"),
                "line 1: its number is none of a shard",
            ),
        ] {
            assert_eq!(read_shards(&text).unwrap_err().to_string(), expected);
        }
        let newer = plan().to_json().unwrap();
        let newer = newer.replace("\"version\":1", "\"version\":2");
        assert!(Plan::from_json(&newer).is_err());
    }
}
