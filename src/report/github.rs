//! GitHub annotations: workflow commands that a step prints.
//!
//! GitHub shows ten errors, ten warnings and ten notices of a step. Where there are more of a kind,
//! the tenth says how many are left out.
//! Commands: <https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands>.

use std::io::{Result, Write};

use super::facts::{of_finding, of_run};
use super::shorten::shorten;
use super::undecided::undecided;
use super::{Report, escape};
use crate::audit::Finding;
use crate::inventory::snapshot::Place;
use crate::model::Severity;

/// How many annotations of a kind GitHub shows per step.
const MOST_OF_A_KIND: usize = 10;

/// Most characters of a message; GitHub takes 64 KiB.
const MOST_OF_A_MESSAGE: usize = 10_000;

/// Most characters of one fact, so that a long one does not hide the others.
const MOST_OF_A_FACT: usize = 2_000;

/// Most characters of a title; GitHub takes 255.
const MOST_OF_A_TITLE: usize = 200;

/// Most causes of what could not be read that one message tells.
const MOST_CAUSES: usize = 20;

pub(super) fn render(report: &Report, out: &mut dyn Write) -> Result<()> {
    for kind in [Kind::Error, Kind::Warning, Kind::Notice] {
        let mut annotations: Vec<Annotation> = Vec::new();
        if kind == Kind::Warning {
            annotations.extend(incomplete(report));
        }
        let findings: Vec<&Finding> = report
            .shown()
            .filter(|finding| Kind::of(finding.rule.severity) == kind)
            .collect();
        let room = MOST_OF_A_KIND - annotations.len();
        let shown = if findings.len() > room {
            room - 1
        } else {
            findings.len()
        };
        annotations.extend(
            findings
                .iter()
                .take(shown)
                .map(|one| annotation(report, one)),
        );
        let missing = findings.len() - shown;
        if missing > 0 {
            annotations.push(Annotation {
                title: format!("roledrift: {missing} more"),
                message: format!(
                    "{missing} more findings of this level are left out, because GitHub shows ten \
                     of a kind per step; another format holds all"
                ),
                place: None,
            });
        }
        for annotation in annotations {
            writeln!(out, "{}", annotation.command(kind))?;
        }
    }
    let facts: Vec<String> = of_run(report)
        .into_iter()
        .map(|(label, value)| format!("{label}: {value}"))
        .collect();
    writeln!(out, "{}", data(&facts.join("; ")))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Error,
    Warning,
    Notice,
}

impl Kind {
    fn of(severity: Severity) -> Self {
        match severity {
            Severity::Critical | Severity::High => Self::Error,
            Severity::Medium => Self::Warning,
            Severity::Low | Severity::Info => Self::Notice,
        }
    }

    fn command(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Notice => "notice",
        }
    }
}

/// One annotation; texts unescaped.
struct Annotation {
    title: String,
    message: String,
    place: Option<(String, Place)>,
}

impl Annotation {
    fn command(&self, kind: Kind) -> String {
        let place = self.place.as_ref().map(|(path, place)| {
            let (line, column) = (place.line, place.column);
            format!("file={},line={line},col={column},", property(path))
        });
        format!(
            "::{} {}title={}::{}",
            kind.command(),
            place.unwrap_or_default(),
            property(&shorten(&escape::terminal(&self.title), MOST_OF_A_TITLE)),
            data(&shorten(&self.message, MOST_OF_A_MESSAGE))
        )
    }
}

fn annotation(report: &Report, finding: &Finding) -> Annotation {
    let lines: Vec<String> = of_finding(report, finding)
        .into_iter()
        .map(|(label, value)| {
            let value = shorten(&escape::terminal(&value), MOST_OF_A_FACT);
            format!("{label}: {value}")
        })
        .collect();
    let summary = shorten(&escape::terminal(&finding.summary), MOST_OF_A_FACT);
    Annotation {
        title: format!("{}: {}", finding.rule.id, finding.resource.name()),
        message: format!("{summary}\n\n{}", lines.join("\n")),
        place: report.place(finding),
    }
}

fn incomplete(report: &Report) -> Option<Annotation> {
    let causes = undecided(&report.audit);
    if causes.is_empty() {
        return None;
    }
    let mut lines: Vec<String> = causes
        .iter()
        .take(MOST_CAUSES)
        .map(|cause| escape::terminal(&cause.sentence()))
        .collect();
    if causes.len() > MOST_CAUSES {
        lines.push(format!("and {} more causes", causes.len() - MOST_CAUSES));
    }
    Some(Annotation {
        title: "roledrift: part of the account could not be read or decided".to_owned(),
        message: lines.join("\n"),
        place: None,
    })
}

/// Escapes what stands behind `::`.
///
/// `##[` begins a command of the older syntax wherever it stands.
fn data(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for (index, line) in text.split('\n').enumerate() {
        if index > 0 {
            safe.push_str("%0A");
        }
        let visible = escape::terminal(line).replace("##[", "#\\u{23}[");
        safe.push_str(&visible.replace('%', "%25"));
    }
    safe
}

/// Escapes the value of a property.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_ends_neither_its_property_nor_its_line() {
        assert_eq!(
            property("a,b::c%0A\r##[error]"),
            r"a%2Cb%3A%3Ac%250A\u{d}#\u{23}[error]"
        );
        assert_eq!(data("one\ntwo: 100%"), "one%0Atwo: 100%25");
        assert_eq!(data("\n::error::x"), "%0A::error::x");
    }
}
