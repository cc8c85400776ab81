//! Markdown of many accounts, for a GitHub job summary: the run, accounts that are not complete,
//! findings, and the complete accounts.
//!
//! Stays under the limit of a job summary as the report of one account does; what is not complete
//! comes first, so that it is what is left out last.

use std::io::{Result, Write};

use super::{AccountSummary, Needs, OrganizationReport, Outcome};
use crate::model::Severity;
use crate::report::markdown::{LAST_SENTENCE, MOST_BYTES, cell, marks};

pub(super) fn render(report: &OrganizationReport<'_>, out: &mut dyn Write) -> Result<()> {
    let totals = report.totals;
    let mut page = Page {
        text: format!(
            "## Service-linked roles of {} accounts\n\nrun: {} · {} · {} findings, {} waived\n",
            totals.accounts(),
            cell(report.run),
            totals.outcomes(),
            totals.findings(),
            totals.waived()
        ),
        ..Page::default()
    };
    if !totals.is_complete() {
        let partial = totals.partial();
        page.text.extend(["\n**", &partial, "**\n"]);
    }
    let severities = Severity::ALL.map(|severity| {
        let count = totals.of_severity(severity);
        format!("| {severity} | {count} |\n")
    });
    page.text.push_str("\n| severity | findings |\n|---|---|\n");
    page.text.extend(severities.into_iter().rev());

    let heading = "\n### Accounts\n\n| account | outcome | findings | why |\n|---|---|---|---|\n";
    page.part(heading);
    report.accounts.each(Needs::Lines, &mut |account| {
        if account.summary.outcome != Outcome::Complete {
            page.row(&outcome(&account.summary));
        }
        Ok(())
    })?;
    report.accounts.each(Needs::Lines, &mut |account| {
        if account.summary.outcome == Outcome::Complete {
            page.row(&outcome(&account.summary));
        }
        Ok(())
    })?;
    let heading = "\n### Findings\n\n| severity | rule | account | resource | what | request | id \
                   |\n|---|---|---|---|---|---|---|\n";
    page.part(heading);
    report.accounts.each(Needs::Findings, &mut |account| {
        for kept in account.shown(report.show_waived) {
            let finding = &kept.finding;
            let request = finding
                .proof
                .as_ref()
                .map(|proof| proof.request.to_string());
            page.row(&format!(
                "| {} | {} | {} | {} | {}{} | {} | {} |\n",
                finding.rule.severity,
                finding.rule.id,
                account.summary.account,
                cell(finding.resource.as_str()),
                cell(&finding.summary),
                marks(&kept.show()),
                cell(&request.unwrap_or_default()),
                cell(&finding.id)
            ));
        }
        Ok(())
    })?;
    out.write_all(page.text.as_bytes())?;
    if page.left_out > 0 {
        writeln!(
            out,
            "\n**{} more lines are left out** to keep this summary under GitHub's limit; \
             `--format json=FILE` holds all.",
            page.left_out
        )?;
    }
    Ok(())
}

fn outcome(account: &AccountSummary) -> String {
    let name = account.name.as_deref().unwrap_or_default();
    let reasons: Vec<String> = account.reasons.iter().map(|reason| cell(reason)).collect();
    format!(
        "| {} {} | {} | {} | {} |\n",
        account.account,
        cell(name),
        account.outcome.as_str(),
        account.findings.values().sum::<usize>(),
        reasons.join("<br>")
    )
}

/// A text that stays under the limit.
#[derive(Default)]
struct Page {
    text: String,
    /// The heading of a table that has no row yet.
    heading: &'static str,
    left_out: usize,
}

impl Page {
    /// Begins a table, which is not there without a row.
    fn part(&mut self, heading: &'static str) {
        self.heading = heading;
    }

    fn row(&mut self, row: &str) {
        let length = self.text.len() + self.heading.len() + row.len();
        if self.left_out > 0 || length + LAST_SENTENCE > MOST_BYTES {
            self.left_out += 1;
            return;
        }
        self.text.push_str(std::mem::take(&mut self.heading));
        self.text.push_str(row);
    }
}
