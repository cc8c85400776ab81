//! Shows what became of many accounts: an outcome for each, and everything that was found.
//!
//! Accounts are looked at one by one and never held together, so that ten thousand of them need no
//! more memory than one. No format calls a partial run clean.

mod account;
mod findings;
mod json;
mod markdown;
mod ndjson;
mod terminal;
mod totals;

use std::io::{Error, ErrorKind, Result, Write};

pub use account::{AccountResult, AccountSummary, Outcome, SCHEMA_VERSION, read, write};
pub use totals::{Totals, Verdict};

use super::Format;

/// Gives the results of accounts, in the order of their ids, as often as a format asks.
pub trait Accounts {
    /// Shows each account to `see`.
    ///
    /// # Errors
    /// Returns the first error of `see`.
    fn each(&self, see: &mut dyn FnMut(AccountResult) -> Result<()>) -> Result<()>;
}

/// Holds what a report of many accounts may show.
pub struct OrganizationReport<'a> {
    /// The run's id.
    pub run: &'a str,
    /// Everything counted.
    pub totals: &'a Totals,
    /// The accounts themselves.
    pub accounts: &'a dyn Accounts,
    /// Whether formats for people show waived findings in full; those for programs always do.
    pub show_waived: bool,
}

/// Lists the formats that can show many accounts.
pub const FORMATS: [Format; 4] = [
    Format::Terminal,
    Format::Json,
    Format::Ndjson,
    Format::Markdown,
];

/// Writes a report of many accounts.
///
/// # Errors
/// Returns the writer's error, and one of kind [`ErrorKind::Unsupported`] for a format that is none
/// of [`FORMATS`].
pub fn render(report: &OrganizationReport<'_>, format: Format, out: &mut dyn Write) -> Result<()> {
    match format {
        Format::Terminal => terminal::render(report, out),
        Format::Json => json::render(report, out),
        Format::Ndjson => ndjson::render(report, out),
        Format::Markdown => markdown::render(report, out),
        _ => Err(Error::new(
            ErrorKind::Unsupported,
            format!("`{}` cannot show many accounts yet", format.as_str()),
        )),
    }
}

/// Returns the JSON Schema of the lines that only reports of many accounts have.
pub fn ndjson_schema() -> schemars::Schema {
    ndjson::schema()
}
