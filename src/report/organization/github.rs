//! GitHub annotations of many accounts: first those that are not known completely, then findings.
//!
//! GitHub shows ten annotations of a kind, so accounts of one outcome share one.

use std::collections::BTreeMap;
use std::io::{Result, Write};

use super::{AccountSummary, Needs, OrganizationReport, Outcome};
use crate::report::github::{Annotations, Kind, MOST_CAUSES};
use crate::report::shorten::shorten;

/// Most characters of an account's reasons, so that they do not hide other accounts.
const MOST_OF_REASONS: usize = 300;

pub(super) fn render(report: &OrganizationReport<'_>, out: &mut dyn Write) -> Result<()> {
    let mut annotations = Annotations::default();
    let mut first: BTreeMap<Outcome, Vec<String>> = BTreeMap::new();
    report.accounts.each(Needs::Findings, &mut |account| {
        annotations.add_findings(&account.view(report), report.show_waived);
        let lines = first.entry(account.summary.outcome).or_default();
        if lines.len() < MOST_CAUSES {
            lines.push(line(&account.summary));
        }
        Ok(())
    })?;
    for (outcome, kind, what) in [
        (Outcome::Failed, Kind::Error, "could not be audited"),
        (
            Outcome::Incomplete,
            Kind::Warning,
            "could not be audited completely",
        ),
        (Outcome::Skipped, Kind::Notice, "skipped"),
    ] {
        let count = report.totals.count(outcome);
        let title = match count {
            1 => format!("1 account {what}"),
            _ => format!("{count} accounts {what}"),
        };
        let lines = first.get(&outcome).map_or(&[][..], Vec::as_slice);
        annotations.add_problem(kind, &title, count, lines);
    }
    annotations.write(&report.facts(), out)
}

fn line(account: &AccountSummary) -> String {
    let name = account.name.iter().map(|name| format!(" {name}"));
    format!(
        "{}{}: {}",
        account.account,
        name.collect::<String>(),
        shorten(&account.reasons.join("; "), MOST_OF_REASONS)
    )
}
