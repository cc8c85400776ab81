//! A history for programs, format version 1.

use std::collections::BTreeMap;
use std::io::Write;

use serde::Serialize;

use crate::model::{AccountId, Partition};
use crate::report::escape;
use crate::report::marks::OpenEntry;
use crate::store::{AccountHistory, History, Pass, SetAside};

/// The version of this format; it changes when a member changes its meaning or goes away.
const SCHEMA_VERSION: u32 = 1;

pub(super) fn render(history: &History, out: &mut dyn Write) -> std::io::Result<()> {
    let text = serde_json::to_string_pretty(&Document::of(history))?;
    out.write_all(escape::json(&text).as_bytes())?;
    out.write_all(b"\n")
}

pub(super) fn schema() -> schemars::Schema {
    schemars::generate::SchemaSettings::draft2020_12()
        .for_serialize()
        .into_generator()
        .into_root_schema_for::<Document<'static>>()
}

/// The runs of a store.
#[derive(Serialize, schemars::JsonSchema)]
#[schemars(title = "roledrift history")]
struct Document<'a> {
    /// The version of this format.
    schema: u32,
    /// By number.
    accounts: Vec<AccountEntry<'a>>,
    /// Runs that are there and were not read.
    set_aside: Vec<SetAsideEntry<'a>>,
}

/// One account.
#[derive(Serialize, schemars::JsonSchema)]
struct AccountEntry<'a> {
    account: &'a AccountId,
    partition: &'a Partition,
    /// Oldest first.
    runs: Vec<RunEntry<'a>>,
    /// What is open after the last run; most severe first.
    open: Vec<OpenEntry<'a>>,
}

/// One run.
#[derive(Serialize, schemars::JsonSchema)]
struct RunEntry<'a> {
    run: &'a str,
    /// When the account was read (RFC 3339).
    #[schemars(with = "String")]
    observed_at: jiff::Timestamp,
    /// The release that judged it.
    tool_version: &'a str,
    /// Judged roles.
    roles: usize,
    /// Rules that ran.
    rules: usize,
    /// Whether every role was to be judged.
    all_roles: bool,
    /// Whether every rule could decide about every role.
    complete: bool,
    /// Findings by severity, waived ones too.
    findings: BTreeMap<&'static str, usize>,
    /// How many of them were waived.
    waived: usize,
    /// How many of them no earlier run knew as open.
    new: usize,
    /// How many of them were open before.
    known: usize,
    /// How many earlier findings were seen to be gone.
    resolved: usize,
    /// How many earlier findings could not be decided about.
    not_looked_at: usize,
}

/// A run that was not read.
#[derive(Serialize, schemars::JsonSchema)]
struct SetAsideEntry<'a> {
    /// Its id, or the name of its folder.
    name: &'a str,
    problem: String,
}

impl<'a> Document<'a> {
    fn of(history: &'a History) -> Self {
        Self {
            schema: SCHEMA_VERSION,
            accounts: history.accounts.iter().map(AccountEntry::of).collect(),
            set_aside: history.set_aside.iter().map(SetAsideEntry::of).collect(),
        }
    }
}

impl<'a> AccountEntry<'a> {
    fn of(account: &'a AccountHistory) -> Self {
        Self {
            account: &account.account,
            partition: &account.partition,
            runs: account.runs.iter().map(RunEntry::of).collect(),
            open: account.open.iter().map(OpenEntry::of).collect(),
        }
    }
}

impl<'a> RunEntry<'a> {
    fn of(run: &'a Pass) -> Self {
        Self {
            run: run.id.as_str(),
            observed_at: run.observed_at,
            tool_version: &run.tool_version,
            roles: run.roles,
            rules: run.rules,
            all_roles: run.whole,
            complete: run.complete,
            findings: run
                .findings
                .iter()
                .map(|(severity, count)| (severity.as_str(), *count))
                .collect(),
            waived: run.waived,
            new: run.new,
            known: run.known,
            resolved: run.resolved,
            not_looked_at: run.not_looked_at,
        }
    }
}

impl<'a> SetAsideEntry<'a> {
    fn of(aside: &'a SetAside) -> Self {
        Self {
            name: &aside.name,
            problem: aside.obstacle.to_string(),
        }
    }
}
