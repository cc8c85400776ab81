//! What the function is asked to do.

use std::num::{NonZeroU16, NonZeroU32};

use roledrift::model::{AccountId, Severity};
use roledrift::objects::Location;
use roledrift::report::Format;
use roledrift::store::RunId;
use serde::{Deserialize, Deserializer, de::Error as _};

/// An event; members that it does not have are refused.
#[derive(Debug, Deserialize)]
#[serde(tag = "do", rename_all = "kebab-case")]
pub(crate) enum Event {
    Plan(PlanEvent),
    Shard(ShardEvent),
    Merge(MergeEvent),
    Account(AccountEvent),
}

/// Lists the accounts, and keeps the plan and its shards.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PlanEvent {
    pub(crate) store: Option<Location>,
    /// The run's id, for whoever wants to choose it.
    #[serde(default, deserialize_with = "parsed")]
    pub(crate) run: Option<RunId>,
    /// How many accounts one invocation audits: it ends after at most 15 minutes.
    #[serde(default = "accounts_per_shard")]
    pub(crate) accounts_per_shard: usize,
    /// Organizational units or roots; none for the whole organization.
    #[serde(default)]
    pub(crate) ou: Vec<String>,
    /// Only these accounts.
    #[serde(default)]
    pub(crate) include: Vec<AccountId>,
    /// Not these accounts.
    #[serde(default)]
    pub(crate) exclude: Vec<AccountId>,
}

/// Audits the accounts of a shard that nothing is kept of.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ShardEvent {
    pub(crate) store: Option<Location>,
    #[serde(deserialize_with = "run_id")]
    pub(crate) run: RunId,
    /// From 1.
    pub(crate) shard: usize,
    pub(crate) role_name: Option<String>,
    pub(crate) external_id: Option<String>,
    pub(crate) concurrency: Option<NonZeroU16>,
    /// Seconds.
    pub(crate) account_timeout: Option<NonZeroU32>,
}

/// Makes the report.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct MergeEvent {
    pub(crate) store: Option<Location>,
    #[serde(deserialize_with = "run_id")]
    pub(crate) run: RunId,
    #[serde(default, deserialize_with = "all_parsed")]
    pub(crate) formats: Option<Vec<Format>>,
    #[serde(default, deserialize_with = "parsed")]
    pub(crate) fail_on: Option<Severity>,
    /// In percent of the accounts.
    pub(crate) min_coverage: Option<f64>,
}

/// Audits one account as a run of its own, and makes its report.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AccountEvent {
    pub(crate) store: Option<Location>,
    pub(crate) account: AccountId,
    pub(crate) role_name: Option<String>,
    pub(crate) external_id: Option<String>,
    pub(crate) concurrency: Option<NonZeroU16>,
    /// Seconds.
    pub(crate) account_timeout: Option<NonZeroU32>,
    #[serde(default, deserialize_with = "all_parsed")]
    pub(crate) formats: Option<Vec<Format>>,
    #[serde(default, deserialize_with = "parsed")]
    pub(crate) fail_on: Option<Severity>,
    /// In percent of the accounts.
    pub(crate) min_coverage: Option<f64>,
}

/// Says how accounts are entered; what is left out comes from the environment.
pub(crate) struct Entering {
    pub(crate) role_name: Option<String>,
    pub(crate) external_id: Option<String>,
    pub(crate) concurrency: Option<NonZeroU16>,
    pub(crate) account_timeout: Option<NonZeroU32>,
}

/// Says what the report is written as, and when a run is clean; what is left out comes from the
/// environment.
pub(crate) struct Reporting {
    pub(crate) formats: Option<Vec<Format>>,
    pub(crate) fail_on: Option<Severity>,
    pub(crate) min_coverage: Option<f64>,
}

fn accounts_per_shard() -> usize {
    50
}

fn run_id<'de, D: Deserializer<'de>>(text: D) -> Result<RunId, D::Error> {
    String::deserialize(text)?.parse().map_err(D::Error::custom)
}

fn parsed<'de, D, T>(text: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: std::str::FromStr<Err: std::fmt::Display>,
{
    let text = Option::<String>::deserialize(text)?;
    let value = text.map(|text| text.parse().map_err(D::Error::custom));
    value.transpose()
}

fn all_parsed<'de, D: Deserializer<'de>>(texts: D) -> Result<Option<Vec<Format>>, D::Error> {
    let Some(texts) = Option::<Vec<String>>::deserialize(texts)? else {
        return Ok(None);
    };
    let formats = texts
        .iter()
        .map(|text| text.parse().map_err(D::Error::custom));
    formats.collect::<Result<_, _>>().map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(text: &str) -> String {
        serde_json::from_str::<Event>(text).unwrap_err().to_string()
    }

    #[test]
    fn reads_events() {
        let event = r#"{"do": "plan", "store": "s3://runs/audit", "ou": ["ou-1"]}"#;
        let Event::Plan(plan) = serde_json::from_str(event).unwrap() else {
            panic!("another event");
        };
        assert_eq!(plan.store.unwrap().to_string(), "s3://runs/audit");
        assert_eq!((plan.accounts_per_shard, plan.ou.len()), (50, 1));
        let event = r#"{"do": "account", "account": "111122223333", "formats": ["sarif"]}"#;
        let Event::Account(account) = serde_json::from_str(event).unwrap() else {
            panic!("another event");
        };
        assert_eq!(account.formats, Some(vec![Format::Sarif]));
    }

    #[test]
    fn refuses_what_it_does_not_know() {
        for (event, expected) in [
            (r#"{"do": "sweep"}"#, "unknown variant `sweep`"),
            (r#"{"do": "plan", "shards": 3}"#, "unknown field `shards`"),
            (r#"{"do": "shard", "shard": 3}"#, "missing field `run`"),
            (r#"{"do": "merge", "run": "x"}"#, "`x` is not"),
            (
                r#"{"do": "account", "account": "1"}"#,
                "`1` is not an AWS account id",
            ),
        ] {
            let found = refusal(event);
            assert!(found.contains(expected), "{event}: {found}");
        }
    }
}
