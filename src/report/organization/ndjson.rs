//! NDJSON of many accounts: for each the line of its outcome and its own lines; last the whole run.

use std::io::{Result, Write};

use serde::Serialize;

use super::account::{AccountSummary, SCHEMA_VERSION};
use super::{Needs, OrganizationReport, Totals};
use crate::report::ndjson_line;

pub(super) fn render(report: &OrganizationReport<'_>, out: &mut dyn Write) -> Result<()> {
    report.accounts.each(Needs::Lines, &mut |account| {
        out.write_all(ndjson_line(&account.summary)?.as_bytes())?;
        for line in account.lines() {
            out.write_all(line.as_bytes())?;
            out.write_all(b"\n")?;
        }
        Ok(())
    })?;
    out.write_all(ndjson_line(&RunLine::of(report))?.as_bytes())
}

/// The run as a whole; the last line.
#[derive(Serialize, schemars::JsonSchema)]
pub(super) struct RunLine<'a> {
    schema: u32,
    tool: &'static str,
    tool_version: &'static str,
    /// `organization`.
    kind: &'static str,
    /// The run's id.
    run: &'a str,
    /// How many accounts there are.
    accounts: usize,
    #[serde(flatten)]
    totals: &'a Totals,
    waived: usize,
    /// The share of the accounts that were to be audited and were so completely, in percent.
    coverage_percent: f64,
    /// Whether that is all of them.
    complete: bool,
}

impl<'a> RunLine<'a> {
    pub(super) fn of(report: &OrganizationReport<'a>) -> Self {
        let totals = report.totals;
        Self {
            schema: SCHEMA_VERSION,
            tool: env!("CARGO_PKG_NAME"),
            tool_version: env!("CARGO_PKG_VERSION"),
            kind: "organization",
            run: report.run,
            accounts: totals.accounts(),
            totals,
            waived: totals.waived(),
            coverage_percent: totals.coverage(),
            complete: totals.is_complete(),
        }
    }
}

/// A line that only reports of many accounts have.
#[derive(Serialize, schemars::JsonSchema)]
#[serde(untagged)]
#[schemars(title = "roledrift NDJSON line of many accounts")]
#[expect(dead_code, reason = "gathers the shapes for the schema")]
enum Line<'a> {
    Account(AccountSummary),
    Run(RunLine<'a>),
}

pub(super) fn schema() -> schemars::Schema {
    schemars::generate::SchemaSettings::draft2020_12()
        .for_serialize()
        .into_generator()
        .into_root_schema_for::<Line<'static>>()
}
