//! A history for a person: a line per run, then what is open and since when.

use std::io::{Result, Write};

use anstyle::{AnsiColor, Style};

use crate::report::escape;
use crate::report::terminal::called;
use crate::store::{AccountHistory, History, Open, Pass};

const BOLD: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();
const YELLOW: Style = AnsiColor::Yellow.on_default();

pub(super) fn render(history: &History, out: &mut dyn Write) -> Result<()> {
    for (index, account) in history.accounts.iter().enumerate() {
        if index > 0 {
            writeln!(out)?;
        }
        account_lines(account, out)?;
    }
    if history.accounts.is_empty() {
        writeln!(out, "no runs")?;
    }
    if !history.set_aside.is_empty() {
        writeln!(out, "\n{YELLOW}not read{YELLOW:#}")?;
    }
    for aside in &history.set_aside {
        let text = format!("{}  {}", aside.name, aside.obstacle);
        writeln!(out, "  {}", escape::terminal(&text))?;
    }
    Ok(())
}

fn account_lines(account: &AccountHistory, out: &mut dyn Write) -> Result<()> {
    let count = account.runs.len();
    let plural = if count == 1 { "" } else { "s" };
    writeln!(
        out,
        "{BOLD}account {}{BOLD:#} ({}): {count} run{plural}\n",
        account.account, account.partition
    )?;
    writeln!(
        out,
        "  {DIM}{:<38}  {:>8} {:>6} {:>5} {:>5} {:>8} {:>10}{DIM:#}",
        "run", "findings", "waived", "new", "known", "resolved", "not looked"
    )?;
    for run in &account.runs {
        run_line(run, out)?;
    }
    if account.open.is_empty() {
        return writeln!(out, "\n  nothing is open");
    }
    writeln!(out, "\n{BOLD}open{BOLD:#}")?;
    for open in &account.open {
        open_lines(open, out)?;
    }
    Ok(())
}

fn run_line(run: &Pass, out: &mut dyn Write) -> Result<()> {
    let findings: usize = run.findings.values().sum();
    write!(
        out,
        "  {}  {findings:>8} {:>6} {:>5} {:>5} {:>8} {:>10}",
        run.id, run.waived, run.new, run.known, run.resolved, run.not_looked_at
    )?;
    let mut notes = Vec::new();
    if !run.whole {
        notes.push("some roles only");
    }
    if !run.complete {
        notes.push("not everything could be read or decided");
    }
    if notes.is_empty() {
        writeln!(out)
    } else {
        writeln!(out, "  {YELLOW}{}{YELLOW:#}", notes.join("; "))
    }
}

fn open_lines(open: &Open, out: &mut dyn Write) -> Result<()> {
    let record = &open.record;
    let day = |time: Option<jiff::Timestamp>| match time {
        Some(time) => time.strftime("%Y-%m-%d").to_string(),
        None => "?".to_owned(),
    };
    write!(
        out,
        "  since {}  {:<8} {}  {}",
        day(open.since),
        record.severity,
        escape::terminal(&record.rule),
        called(&record.resource)
    )?;
    if record.waived {
        write!(out, "  {DIM}waived{DIM:#}")?;
    }
    if !open.looked_at {
        let seen = day(open.last_seen);
        write!(
            out,
            "  {YELLOW}last seen {seen}, not looked at since{YELLOW:#}"
        )?;
    }
    writeln!(
        out,
        "\n                    {}",
        escape::terminal(&record.summary)
    )
}
