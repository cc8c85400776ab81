//! For a person: the whole run in a few lines, then what was found, then an outcome per account.

use std::io::{Result, Write};

use anstyle::{AnsiColor, Style};

use super::{AccountResult, AccountSummary, Needs, OrganizationReport, Outcome};
use crate::model::Severity;
use crate::report::escape;
use crate::report::facts::{standing, waived};
use crate::report::terminal::{called, plural};

const BOLD: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();
const RED: Style = AnsiColor::Red.on_default();
const GREEN: Style = AnsiColor::Green.on_default();
const YELLOW: Style = AnsiColor::Yellow.on_default();

pub(super) fn render(report: &OrganizationReport<'_>, out: &mut dyn Write) -> Result<()> {
    let totals = report.totals;
    head(report, out)?;
    report.accounts.each(Needs::Findings, &mut |account| {
        findings(report, &account, out)
    })?;
    writeln!(out, "\n{BOLD}outcome of each account{BOLD:#}")?;
    report
        .accounts
        .each(Needs::Lines, &mut |account| outcome(&account.summary, out))?;
    if !totals.is_complete() {
        writeln!(out, "\n{YELLOW}{}{YELLOW:#}", totals.partial())?;
    }
    Ok(())
}

fn head(report: &OrganizationReport<'_>, out: &mut dyn Write) -> Result<()> {
    let totals = report.totals;
    writeln!(
        out,
        "{BOLD}{} account{}{BOLD:#}: {} {DIM}(run {}){DIM:#}",
        totals.accounts(),
        plural(totals.accounts()),
        totals.outcomes(),
        report.run
    )?;
    let roles: usize = totals.roles().values().sum();
    let statuses: Vec<String> = totals
        .roles()
        .iter()
        .map(|(status, count)| format!("{count} {}", escape::terminal(status)))
        .collect();
    write!(out, "{roles} role{}", plural(roles))?;
    if !statuses.is_empty() {
        write!(out, ": {}", statuses.join(", "))?;
    }
    let severities: Vec<String> = Severity::ALL
        .into_iter()
        .rev()
        .filter(|severity| totals.of_severity(*severity) > 0)
        .map(|severity| format!("{} {severity}", totals.of_severity(severity)))
        .collect();
    match (totals.findings(), totals.is_complete()) {
        (0, true) => writeln!(out, "; {GREEN}no findings{GREEN:#}")?,
        (0, false) => writeln!(out, "; {YELLOW}no findings in what was read{YELLOW:#}")?,
        (count, _) => writeln!(
            out,
            "; {count} finding{}: {}",
            plural(count),
            severities.join(", ")
        )?,
    }
    match totals.waived() {
        0 => {}
        count if report.show_waived => writeln!(out, "{count} waived")?,
        count => writeln!(out, "{count} waived {DIM}(--show-waived shows them){DIM:#}")?,
    }
    if let Some(new) = totals.new_findings(Severity::Info) {
        writeln!(out, "{new} new since earlier runs")?;
    }
    if totals.is_complete() {
        return Ok(());
    }
    writeln!(out, "{YELLOW}{}{YELLOW:#}", totals.partial())
}

fn findings(
    report: &OrganizationReport<'_>,
    account: &AccountResult,
    out: &mut dyn Write,
) -> Result<()> {
    let mut named = false;
    for kept in account.shown(report.show_waived) {
        let finding = &kept.finding;
        if !named {
            writeln!(out, "\n{BOLD}{}{BOLD:#}", name(&account.summary))?;
            named = true;
        }
        let severity = finding.rule.severity;
        let style = if severity >= Severity::High {
            RED
        } else {
            YELLOW
        };
        let marked = kept.show();
        let new = marked
            .standing
            .map(|own| format!("  {BOLD}{}{BOLD:#}", standing(own)));
        writeln!(
            out,
            "  {style}{severity}{style:#}  {}{}  {}: {}",
            finding.rule.id,
            new.unwrap_or_default(),
            called(&finding.resource),
            escape::terminal(&finding.summary)
        )?;
        if let Some(waiver) = marked.waiver {
            let why = escape::terminal(&waived(waiver));
            writeln!(out, "    {DIM}waived {why}{DIM:#}")?;
        }
        if let Some(proof) = &finding.proof {
            let request = proof.request.to_string();
            writeln!(out, "    {DIM}{}{DIM:#}", escape::terminal(&request))?;
        }
    }
    Ok(())
}

fn outcome(account: &AccountSummary, out: &mut dyn Write) -> Result<()> {
    let style = match account.outcome {
        Outcome::Complete => GREEN,
        Outcome::Incomplete | Outcome::Skipped => YELLOW,
        Outcome::Failed => RED,
    };
    write!(
        out,
        "  {}  {style}{}{style:#}",
        name(account),
        account.outcome.as_str()
    )?;
    let findings: usize = account.findings.values().sum();
    if account.outcome == Outcome::Complete || findings > 0 {
        let roles: usize = account.roles.values().sum();
        write!(
            out,
            "  {roles} role{}, {findings} finding{}",
            plural(roles),
            plural(findings)
        )?;
    }
    writeln!(out)?;
    for reason in &account.reasons {
        writeln!(out, "      {}", escape::terminal(reason))?;
    }
    Ok(())
}

fn name(account: &AccountSummary) -> String {
    match &account.name {
        Some(name) => format!("{} {}", account.account, escape::terminal(name)),
        None => account.account.to_string(),
    }
}
