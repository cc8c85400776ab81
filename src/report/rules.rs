//! What rules say about themselves: the list, one rule for the terminal, and the page of all rules.

use std::io::{Result, Write};

use anstyle::Style;

use crate::audit::{Group, Rule, all};

const BOLD: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();

/// Writes one line per rule, by group.
///
/// # Errors
/// Returns the writer's error.
pub fn list(out: &mut dyn Write) -> Result<()> {
    let mut group = None;
    for rule in all() {
        heading(&mut group, rule.group, |title| {
            writeln!(out, "{BOLD}{title}{BOLD:#}")
        })?;
        writeln!(out, "  {:<29} {:<8} {}", rule.id, rule.severity, rule.what)?;
    }
    Ok(())
}

/// Writes everything about one rule.
///
/// # Errors
/// Returns the writer's error.
pub fn explain(rule: &Rule, out: &mut dyn Write) -> Result<()> {
    writeln!(
        out,
        "{BOLD}{}{BOLD:#}  {} · {}\n",
        rule.id,
        rule.severity,
        rule.group.title()
    )?;
    writeln!(out, "{}\n", rule.what)?;
    for (title, text) in sections(rule) {
        writeln!(out, "{BOLD}{title}{BOLD:#}\n{text}\n")?;
    }
    writeln!(out, "{DIM}{}{DIM:#}", rule.source)
}

/// Writes the page of all rules, Markdown.
///
/// # Errors
/// Returns the writer's error.
pub fn page(out: &mut dyn Write) -> Result<()> {
    out.write_all(HEAD.as_bytes())?;
    for rule in all() {
        let (id, severity, what) = (rule.id, rule.severity, rule.what);
        writeln!(out, "| [`{id}`](#{id}) | {severity} | {what} |")?;
    }
    let mut group = None;
    for rule in all() {
        heading(&mut group, rule.group, |title| {
            writeln!(out, "\n## {title}")
        })?;
        let (id, severity, what) = (rule.id, rule.severity, rule.what);
        writeln!(out, "\n### {id}\n\n**{severity}.** {what}")?;
        for (title, text) in sections(rule) {
            writeln!(out, "\n*{title}:* {text}")?;
        }
        writeln!(out, "\n*Source:* <{}>", rule.source)?;
    }
    Ok(())
}

const HEAD: &str = "\
# Rules

<!-- Made from the rules' own declarations; `just bless` writes it anew. -->

Every rule has three answers: silent, a finding, or \"could not be read\", which `unread-input` reports.
`roledrift explain RULE` shows the same text.

| rule | severity | reports |
| --- | --- | --- |
";

fn sections(rule: &Rule) -> [(&'static str, &'static str); 4] {
    [
        ("Why it matters", rule.why),
        ("Example", rule.example),
        ("What to do", rule.remediation),
        ("When it is no problem", rule.false_positives),
    ]
}

fn heading(
    last: &mut Option<Group>,
    group: Group,
    write: impl FnOnce(&str) -> Result<()>,
) -> Result<()> {
    if *last == Some(group) {
        return Ok(());
    }
    *last = Some(group);
    write(group.title())
}
