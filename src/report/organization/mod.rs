//! Shows what became of many accounts: an outcome for each, and everything that was found.
//!
//! Accounts are looked at one by one and never held together, so that ten thousand of them need no
//! more memory than one. No format calls a partial run clean.

mod account;
mod asff;
mod csv;
mod github;
mod json;
mod junit;
mod kept;
mod line;
mod markdown;
mod ndjson;
mod ocsf;
mod sarif;
mod streamed;
mod terminal;
mod totals;

use std::io::{Result, Write};

pub use account::{AccountResult, AccountSummary, Outcome, SCHEMA_VERSION, read, write};
pub use totals::{Totals, Verdict};

use super::facts::{Fact, TOOL};
use super::{Format, LockFile, html};
use crate::model::{Partition, Severity};

/// Gives the results of accounts, in the order of their ids, as often as a format asks.
pub trait Accounts {
    /// Shows each account to `see`.
    ///
    /// # Errors
    /// Returns the first error of `see`.
    fn each(&self, needs: Needs, see: &mut dyn FnMut(AccountResult) -> Result<()>) -> Result<()>;
}

/// Says what a format shows of accounts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needs {
    /// Their outcomes, or their lines as they were kept.
    Lines,
    /// What the lines say.
    Findings,
}

/// Holds what a report of many accounts may show.
pub struct OrganizationReport<'a> {
    /// The run's id.
    pub run: &'a str,
    /// When the run was planned.
    pub planned_at: Option<jiff::Timestamp>,
    /// The partition that the accounts lie in: an organization has one.
    pub partition: &'a Partition,
    /// Everything counted.
    pub totals: &'a Totals,
    /// The lock file that findings are pointed at in.
    pub lock: Option<&'a LockFile>,
    /// The accounts themselves.
    pub accounts: &'a dyn Accounts,
    /// Whether formats for people show waived findings in full; those for programs always do.
    pub show_waived: bool,
}

impl OrganizationReport<'_> {
    /// Returns what the run says about itself, for formats of text; unescaped.
    pub(super) fn facts(&self) -> Vec<Fact> {
        let totals = self.totals;
        let complete = if totals.is_complete() { "yes" } else { "no" };
        let roles: usize = totals.roles().values().sum();
        let mut facts = vec![
            ("tool", TOOL.to_owned()),
            ("run", self.run.to_owned()),
            ("accounts", totals.accounts().to_string()),
            ("outcomes", totals.outcomes()),
            ("coverage", format!("{} %", totals.coverage_text())),
            ("complete", complete.to_owned()),
            ("roles", roles.to_string()),
            ("findings", totals.findings().to_string()),
        ];
        if totals.waived() > 0 {
            facts.push(("waived", totals.waived().to_string()));
        }
        let new = totals.new_findings(Severity::Info);
        facts.extend(new.map(|new| ("new", new.to_string())));
        facts
    }
}

/// Writes a report of many accounts.
///
/// # Errors
/// Returns the writer's error.
pub fn render(report: &OrganizationReport<'_>, format: Format, out: &mut dyn Write) -> Result<()> {
    match format {
        Format::Terminal => terminal::render(report, out),
        Format::Json => json::render(report, out),
        Format::Ndjson => ndjson::render(report, out),
        Format::Sarif => sarif::render(report, out),
        Format::Ocsf => ocsf::render(report, out),
        Format::Asff => asff::render(report, out),
        Format::Junit => junit::render(report, out),
        Format::Csv => csv::render(report, out),
        Format::Markdown => markdown::render(report, out),
        Format::Github => github::render(report, out),
        Format::Html => html::organization::render(report, out),
    }
}

/// Returns the JSON Schema of the lines that only reports of many accounts have.
pub fn ndjson_schema() -> schemars::Schema {
    ndjson::schema()
}
