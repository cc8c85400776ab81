//! JSON of many accounts: the run as a whole, then each account with the lines of its NDJSON.

use std::io::{Result, Write};

use serde::Serialize;
use serde_json::value::RawValue;

use super::account::AccountSummary;
use super::ndjson::RunLine;
use super::{AccountResult, OrganizationReport};
use crate::report::escape;

pub(super) fn render(report: &OrganizationReport<'_>, out: &mut dyn Write) -> Result<()> {
    let summary = escape::json(&serde_json::to_string(&RunLine::of(report))?);
    write!(out, "{{\"summary\":{summary},\n\"accounts\":[")?;
    let mut first = true;
    report.accounts.each(&mut |account| {
        out.write_all(if first { b"\n" } else { b",\n" })?;
        first = false;
        let text = serde_json::to_string(&AccountEntry::of(&account))?;
        out.write_all(escape::json(&text).as_bytes())
    })?;
    out.write_all(b"\n]}\n")
}

#[derive(Serialize)]
struct AccountEntry<'a> {
    #[serde(flatten)]
    summary: &'a AccountSummary,
    /// Findings, what could not be decided, what was not read, and the summary of the account.
    lines: &'a [Box<RawValue>],
}

impl<'a> AccountEntry<'a> {
    fn of(account: &'a AccountResult) -> Self {
        Self {
            summary: &account.summary,
            lines: &account.lines,
        }
    }
}
