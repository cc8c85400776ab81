//! Markdown for a GitHub job summary: counts, what could not be read, a table per rule.
//!
//! Stays under the limit of a job summary: what does not fit is left out from the end, the least
//! severe first, and the text says how much. Text of strangers is escaped character by character.
//! Limits: <https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#step-isolation-and-limits>.

use std::collections::BTreeMap;
use std::io::{Result, Write};

use super::facts::{of_run, shows, standing, waived};
use super::shorten::shorten;
use super::undecided::undecided;
use super::view::{Marked, View};
use super::{Report, escape};
use crate::audit::{Audit, Finding, Rule};
use crate::model::Severity;

/// Most bytes that are written: GitHub takes 1,048,576, and other tools of the same step add theirs.
pub(super) const MOST_BYTES: usize = 1_000_000;

/// Bytes kept for the sentence that tells what was left out.
pub(super) const LAST_SENTENCE: usize = 200;

/// Most characters of one cell, before it is escaped.
const MOST_OF_A_CELL: usize = 2_000;

/// Most causes of what could not be read.
const MOST_CAUSES: usize = 50;

pub(super) fn render(report: &Report, out: &mut dyn Write) -> Result<()> {
    let audit = &report.audit;
    let mut text = head(report);
    text.push_str(&counts(audit));
    text.push_str(&unread(audit));
    let mut shown = 0;
    'rules: for (rule, findings) in by_rule(report) {
        let mut part = section(rule, findings.len());
        for finding in findings {
            part.push_str(&row(report, finding));
            if text.len() + part.len() + LAST_SENTENCE > MOST_BYTES {
                break 'rules;
            }
            text.push_str(&part);
            part.clear();
            shown += 1;
        }
    }
    out.write_all(text.as_bytes())?;
    let missing = report.shown().count() - shown;
    if missing > 0 {
        writeln!(
            out,
            "\n**{missing} more findings are left out** to keep this summary under GitHub's limit; \
             `--format json=FILE` holds all."
        )?;
    }
    Ok(())
}

fn head(report: &Report) -> String {
    let facts: Vec<String> = of_run(&View::of(report))
        .into_iter()
        .map(|(label, value)| format!("{label}: {}", cell(&value)))
        .collect();
    format!(
        "## Service-linked roles of account {}\n\n{}\n",
        report.audit.account,
        facts.join(" · ")
    )
}

fn counts(audit: &Audit) -> String {
    let count = |severity| {
        let findings = audit.findings.iter();
        findings
            .filter(|finding| finding.rule.severity == severity)
            .count()
    };
    let mut severities = Severity::ALL;
    severities.reverse();
    let names = severities.map(|severity| format!(" {severity} |")).concat();
    let lines = severities.map(|_| " ---: |").concat();
    let counts = severities
        .map(|severity| format!(" {} |", count(severity)))
        .concat();
    format!("\n|{names}\n|{lines}\n|{counts}\n")
}

fn unread(audit: &Audit) -> String {
    let causes = undecided(audit);
    if causes.is_empty() {
        return String::new();
    }
    let mut lines = vec![
        "\n### ⚠ Could not be read or decided\n".to_owned(),
        "Nothing is claimed about these: neither drift nor conformance.\n".to_owned(),
    ];
    let shown = causes.iter().take(MOST_CAUSES);
    lines.extend(shown.map(|cause| format!("- {}", cell(&cause.sentence()))));
    if causes.len() > MOST_CAUSES {
        let more = causes.len() - MOST_CAUSES;
        lines.push(format!("- and {more} more causes"));
    }
    lines.join("\n") + "\n"
}

/// Groups findings by rule, the most severe rule first.
fn by_rule(report: &Report) -> Vec<(&'static Rule, Vec<&Finding>)> {
    let mut rules: BTreeMap<_, (&'static Rule, Vec<&Finding>)> = BTreeMap::new();
    for finding in report.shown() {
        let rule = finding.rule;
        let key = (std::cmp::Reverse(rule.severity), rule.id);
        let group = rules.entry(key).or_insert_with(|| (rule, Vec::new()));
        group.1.push(finding);
    }
    rules.into_values().collect()
}

fn section(rule: &Rule, count: usize) -> String {
    format!(
        "\n### {} `{}` ({count})\n\n{} {}\n\n*What to do:* {} [Source]({})\n\n\
         | resource | where | origin | finding | request | id |\n\
         | --- | --- | --- | --- | --- | --- |\n",
        rule.severity, rule.id, rule.what, rule.why, rule.remediation, rule.source
    )
}

fn row(report: &Report, finding: &Finding) -> String {
    let role = finding.role.iter();
    let resources: Vec<String> = std::iter::once(&finding.resource)
        .chain(role.filter(|role| **role != finding.resource))
        .map(|arn| cell(arn.as_str()))
        .collect();
    let place: Vec<String> = finding
        .document
        .iter()
        .map(ToString::to_string)
        .chain(finding.statement.iter().map(ToString::to_string))
        .chain(finding.file.iter().map(ToString::to_string))
        .map(|part| cell(&part))
        .collect();
    let request = finding.proof.as_ref().map(|proof| {
        cell(&format!(
            "{}: {}; compared with {}",
            shows(proof.gained),
            proof.request,
            proof.reference
        ))
    });
    format!(
        "| {} | {} | {} | {}{} | {} | {} |\n",
        resources.join("<br>"),
        place.join(", "),
        finding.origin.as_str(),
        cell(&finding.summary),
        marks(&Marked::of(report, finding)),
        request.unwrap_or_default(),
        finding.id
    )
}

/// Says whether a finding is new and whether it is waived, behind its summary.
pub(super) fn marks(marked: &Marked<'_>) -> String {
    let waived = marked
        .waiver
        .map(|waiver| format!("waived {}", waived(waiver)));
    let marks = marked.standing.map(standing).into_iter().chain(waived);
    let marks = marks.map(|mark| format!("<br>*{}*", cell(&mark)));
    marks.collect::<Vec<_>>().concat()
}

/// Makes unescaped text literal, in a table's cell and everywhere else in a line.
pub(super) fn cell(text: &str) -> String {
    let visible = shorten(&escape::terminal(text), MOST_OF_A_CELL);
    let mut safe = String::with_capacity(visible.len() * 2);
    for character in visible.chars() {
        match character {
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '&' => safe.push_str("&amp;"),
            // No mention, no mathematics, no link of its own.
            '@' => safe.push_str("<span>@</span>"),
            '$' => safe.push_str("<span>$</span>"),
            ':' => safe.push_str("&#58;"),
            '#' => safe.push_str("&#35;"),
            // `www.` would be a link too.
            '.' if safe.ends_with(['w', 'W']) => safe.push_str("\\."),
            '-' | '.' | ',' | ';' | '/' | '\'' | '"' | '?' | '%' => safe.push(character),
            _ if character.is_ascii_punctuation() => safe.extend(['\\', character]),
            _ => safe.push(character),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_has_no_meaning_to_markdown() {
        assert_eq!(
            cell("a|b <img> `c` **d** [e](f) ![g] ~h~\nx"),
            "a\\|b &lt;img&gt; \\`c\\` \\*\\*d\\*\\* \\[e\\]\\(f\\) \\!\\[g\\] \\~h\\~\\\\u\\{a\\}x"
        );
        assert_eq!(
            cell("@octocat $x$ https://example.com www.example.com #1"),
            "<span>@</span>octocat <span>$</span>x<span>$</span> https&#58;//example.com \
             www\\.example.com &#35;1"
        );
    }

    #[test]
    fn a_long_text_ends_in_what_is_missing() {
        let long = cell(&"x".repeat(100_000));
        assert!(
            long.len() < 2_100 && long.ends_with("characters left out\\]"),
            "{long}"
        );
    }
}
