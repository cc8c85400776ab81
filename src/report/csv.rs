//! Comma-separated values (RFC 4180) for spreadsheets, format version 1: a row per finding.
//!
//! A row per cause of what could not be decided follows, and one that sums up. Every row is one
//! line: control characters are visible, as `\u{a}`. No cell is a formula: see [`cell`].

use std::io::{Error, Result, Write};

use csv::{QuoteStyle, Terminator, Writer, WriterBuilder};

use super::organization::Outcome;
use super::undecided::Undecided;
use super::view::{Marked, View};
use super::{Report, escape, facts};
use crate::audit::DocumentRef;
use crate::model::Arn;

/// The columns, in order; new ones are added at the end.
const COLUMNS: [&str; 33] = [
    "kind",
    "account",
    "partition",
    "collected_at",
    "tool",
    "complete",
    "id",
    "severity",
    "rule",
    "role_name",
    "role",
    "resource",
    "document_kind",
    "document",
    "document_version",
    "statement",
    "sid",
    "line",
    "column",
    "origin",
    "confidence",
    "summary",
    "witness",
    "witness_shows",
    "compared_with",
    "why",
    "remediation",
    "source",
    "file",
    "waived",
    "standing",
    "account_name",
    "outcome",
];

pub(super) fn render(report: &Report, out: &mut dyn Write) -> Result<()> {
    let mut table = Table::new(out)?;
    table.add(&View::of(report), SUMMARY)?;
    table.finish()
}

/// What the last row is called.
pub(super) const SUMMARY: &str = "summary";

/// Writes rows.
pub(super) struct Table<'o> {
    rows: Writer<&'o mut dyn Write>,
}

impl<'o> Table<'o> {
    pub(super) fn new(out: &'o mut dyn Write) -> Result<Self> {
        let mut rows = WriterBuilder::new()
            .terminator(Terminator::CRLF)
            // Where `;` separates cells, a quoted cell stays one.
            .quote_style(QuoteStyle::Always)
            .from_writer(out);
        rows.write_record(COLUMNS).map_err(Error::other)?;
        Ok(Self { rows })
    }

    /// Adds the findings of an account, what could not be decided, and a row that sums it up.
    pub(super) fn add(&mut self, view: &View<'_>, kind: &'static str) -> Result<()> {
        let findings = view.findings.iter().map(Row::of_finding);
        let causes = view.undecided.iter().map(Row::of_cause);
        let summary = std::iter::once_with(|| Row::of_account(view, kind));
        for row in findings.chain(causes).chain(summary) {
            self.write(&row, Some(view))?;
        }
        Ok(())
    }

    /// Adds a row about no single account.
    pub(super) fn add_values(&mut self, values: Vec<(&'static str, String)>) -> Result<()> {
        self.write(&Row { values }, None)
    }

    pub(super) fn finish(mut self) -> Result<()> {
        self.rows.flush()
    }

    fn write(&mut self, row: &Row, view: Option<&View<'_>>) -> Result<()> {
        let cells = COLUMNS.map(|column| cell(&row.value(column, view)));
        self.rows.write_record(&cells).map_err(Error::other)
    }
}

/// Makes a cell of unescaped text that no spreadsheet takes for a formula.
///
/// A text that begins like one gets an apostrophe in front, and so does one that begins with an
/// apostrophe: taking one away gives the text back.
/// What begins a formula: <https://owasp.org/www-community/attacks/CSV_Injection>.
fn cell(text: &str) -> String {
    let visible = escape::terminal(text);
    let formula = ['=', '+', '-', '@', '\'', '＝', '＋', '－', '＠'];
    // Spreadsheets trim what they read.
    if visible.trim_start().starts_with(formula) {
        return format!("'{visible}");
    }
    visible
}

/// A row's own values by column; the account's are the same in all.
struct Row {
    values: Vec<(&'static str, String)>,
}

impl Row {
    fn of_finding(marked: &Marked<'_>) -> Self {
        let finding = marked.finding;
        let rule = finding.rule;
        let mut values = vec![
            ("kind", "finding".to_owned()),
            ("id", finding.id.clone()),
            ("severity", rule.severity.to_string()),
            ("rule", rule.id.to_owned()),
            ("resource", finding.resource.to_string()),
            ("origin", finding.origin.as_str().to_owned()),
            ("confidence", finding.confidence.as_str().to_owned()),
            ("summary", finding.summary.clone()),
            ("why", rule.why.to_owned()),
            ("remediation", rule.remediation.to_owned()),
            ("source", rule.source.to_owned()),
        ];
        if let Some(role) = &finding.role {
            values.push(("role", role.to_string()));
            values.push(("role_name", role.name().to_owned()));
        }
        if let Some(document) = &finding.document {
            values.extend(document_cells(document));
        }
        if let Some(statement) = &finding.statement {
            values.push(("statement", (statement.index + 1).to_string()));
            values.push(("sid", statement.sid.clone().unwrap_or_default()));
            values.push(("line", statement.position.line.to_string()));
            values.push(("column", statement.position.column.to_string()));
        }
        if let Some(proof) = &finding.proof {
            values.push(("witness", proof.request.to_string()));
            values.push(("witness_shows", facts::shows(proof.gained).to_owned()));
            values.push(("compared_with", proof.reference.clone()));
        }
        let file = finding.file.as_ref().map(ToString::to_string);
        values.extend(file.map(|file| ("file", file)));
        let waiver = marked.waiver.map(facts::waived);
        values.extend(waiver.map(|waiver| ("waived", waiver)));
        let standing = marked.standing.map(facts::standing);
        values.extend(standing.map(|standing| ("standing", standing)));
        Self { values }
    }

    fn of_cause(cause: &Undecided<'_>) -> Self {
        let rules: Vec<&str> = cause.rules.iter().copied().collect();
        let arns: Vec<&str> = cause.roles.iter().map(|arn| Arn::as_str(arn)).collect();
        let values = vec![
            ("kind", "undecided".to_owned()),
            ("rule", rules.join(" ")),
            ("role", arns.join(" ")),
            ("summary", cause.problem.clone()),
        ];
        Self { values }
    }

    fn of_account(view: &View<'_>, kind: &'static str) -> Self {
        let summary = match view.outcome {
            Outcome::Complete | Outcome::Incomplete => format!(
                "{} roles, {} findings, {} waived, {} facts not read; {}",
                view.roles,
                view.findings.len(),
                view.waived(),
                view.unread,
                view.selection.as_deref().unwrap_or("all rules, all roles")
            ),
            Outcome::Failed | Outcome::Skipped => view.problem(),
        };
        Self {
            values: vec![
                ("kind", kind.to_owned()),
                ("summary", summary),
                ("standing", view.compared.clone().unwrap_or_default()),
            ],
        }
    }

    fn value(&self, column: &str, view: Option<&View<'_>>) -> String {
        let mut own = self.values.iter();
        if let Some((_, value)) = own.find(|(name, _)| *name == column) {
            return value.clone();
        }
        let of_account = view.and_then(|view| match column {
            "account" => Some(view.account.to_string()),
            "account_name" => view.name.map(ToOwned::to_owned),
            "partition" => Some(view.partition.to_string()),
            "collected_at" => view.collected_at.map(|time| time.to_string()),
            "complete" => Some(view.is_complete().to_string()),
            "outcome" => Some(view.outcome.as_str().to_owned()),
            _ => None,
        });
        match (column, of_account) {
            ("tool", _) => facts::TOOL.to_owned(),
            (_, value) => value.unwrap_or_default(),
        }
    }
}

fn document_cells(document: &DocumentRef) -> Vec<(&'static str, String)> {
    match document {
        DocumentRef::Trust => vec![("document_kind", "trust".to_owned())],
        DocumentRef::Inline(name) => vec![
            ("document_kind", "inline".to_owned()),
            ("document", name.clone()),
        ],
        DocumentRef::Managed { arn, version } => vec![
            ("document_kind", "managed".to_owned()),
            ("document", arn.to_string()),
            (
                "document_version",
                version
                    .map(|version| version.to_string())
                    .unwrap_or_default(),
            ),
        ],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula_and_none_loses_text() {
        for formula in [
            "=cmd()", "+1", "-1", "@SUM(A1)", " =1", "＝1", "'quoted", "''",
        ] {
            let safe = cell(formula);
            assert_eq!(safe.strip_prefix('\''), Some(formula), "{safe}");
        }
        assert_eq!(cell("a=b"), "a=b");
        assert_eq!(cell("\t=1\r\n"), r"\u{9}=1\u{d}\u{a}");
        assert_eq!(cell(""), "");
    }
}
