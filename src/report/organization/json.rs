//! JSON of many accounts: the run as a whole, then each account with the lines of its NDJSON.

use std::io::{Result, Write};

use serde::Serialize;
use serde_json::value::RawValue;

use super::account::AccountSummary;
use super::ndjson::RunLine;
use super::{AccountResult, Needs, OrganizationReport};
use crate::report::{escape, ndjson_line};

pub(super) fn render(report: &OrganizationReport<'_>, out: &mut dyn Write) -> Result<()> {
    let summary = ndjson_line(&RunLine::of(report))?;
    let summary = summary.trim_end();
    write!(out, "{{\"summary\":{summary},\n\"accounts\":[")?;
    let mut first = true;
    report.accounts.each(Needs::Lines, &mut |account| {
        out.write_all(if first { b"\n" } else { b",\n" })?;
        first = false;
        let text = serde_json::to_string(&AccountEntry::of(&account)?)?;
        out.write_all(escape::json(&text).as_bytes())
    })?;
    out.write_all(b"\n]}\n")
}

#[derive(Serialize)]
struct AccountEntry<'a> {
    #[serde(flatten)]
    summary: &'a AccountSummary,
    /// Findings, what could not be decided, what was not read, and the summary of the account.
    lines: Vec<&'a RawValue>,
}

impl<'a> AccountEntry<'a> {
    fn of(account: &'a AccountResult) -> serde_json::Result<Self> {
        let lines = account.lines().map(serde_json::from_str);
        Ok(Self {
            summary: &account.summary,
            lines: lines.collect::<serde_json::Result<_>>()?,
        })
    }
}
