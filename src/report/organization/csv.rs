//! Comma-separated values of many accounts: the rows of each, of which the last, of kind `account`,
//! tells its outcome; the row `summary` at the end sums the run up.

use std::io::{Result, Write};

use super::{Needs, OrganizationReport};
use crate::report::csv::{SUMMARY, Table};

pub(super) fn render(report: &OrganizationReport<'_>, out: &mut dyn Write) -> Result<()> {
    let mut table = Table::new(out)?;
    report.accounts.each(Needs::Findings, &mut |account| {
        table.add(&account.view(report), "account")
    })?;
    let totals = report.totals;
    let mut sentences = vec![format!(
        "run {}: {} accounts: {}; {} findings, {} waived",
        report.run,
        totals.accounts(),
        totals.outcomes(),
        totals.findings(),
        totals.waived()
    )];
    if !totals.is_complete() {
        sentences.push(totals.partial());
    }
    table.add_values(vec![
        ("kind", SUMMARY.to_owned()),
        ("partition", report.partition.to_string()),
        ("complete", totals.is_complete().to_string()),
        ("summary", sentences.join("; ")),
    ])?;
    table.finish()
}
