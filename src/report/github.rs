//! GitHub annotations: workflow commands that a step prints.
//!
//! GitHub shows ten errors, ten warnings and ten notices of a step. Where there are more of a kind,
//! the tenth says how many are left out.
//! Commands: <https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands>.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::io::{Result, Write};

use super::facts::{Fact, of_finding, of_run};
use super::shorten::shorten;
use super::undecided::Undecided;
use super::view::{Marked, View};
use super::{Report, escape};
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
pub(super) const MOST_CAUSES: usize = 20;

pub(super) fn render(report: &Report, out: &mut dyn Write) -> Result<()> {
    let view = View::of(report);
    let mut annotations = Annotations::default();
    let causes = view.undecided.iter().take(MOST_CAUSES);
    annotations.add_problem(
        Kind::Warning,
        "part of the account could not be read or decided",
        view.undecided.len(),
        &causes.map(Undecided::sentence).collect::<Vec<_>>(),
    );
    annotations.add_findings(&view, report.show_waived);
    annotations.write(&of_run(&view), out)
}

/// Gathers annotations, of each kind no more than GitHub shows.
///
/// Problems stand first, then the most severe findings.
#[derive(Default)]
pub(super) struct Annotations {
    problems: Vec<(Kind, Annotation)>,
    findings: BTreeMap<Reverse<Severity>, Gathered>,
}

/// The first findings of a severity.
#[derive(Default)]
struct Gathered {
    first: Vec<Annotation>,
    count: usize,
}

impl Annotations {
    /// Adds one annotation of `count` things that are wrong, where there are any, with the first of
    /// them; texts unescaped.
    pub(super) fn add_problem(&mut self, kind: Kind, title: &str, count: usize, first: &[String]) {
        if count == 0 {
            return;
        }
        let shown = first.iter().take(MOST_CAUSES);
        let mut lines: Vec<String> = shown.map(|cause| escape::terminal(cause)).collect();
        if count > lines.len() {
            lines.push(format!("and {} more", count - lines.len()));
        }
        let annotation = Annotation {
            title: format!("roledrift: {title}"),
            message: lines.join("\n"),
            place: None,
        };
        self.problems.push((kind, annotation));
    }

    /// Adds the findings of an account, waived ones if they are to be shown.
    pub(super) fn add_findings(&mut self, view: &View<'_>, waived: bool) {
        for marked in &view.findings {
            if waived || marked.waiver.is_none() {
                let severity = Reverse(marked.finding.rule.severity);
                let gathered = self.findings.entry(severity).or_default();
                gathered.count += 1;
                if gathered.first.len() < MOST_OF_A_KIND {
                    gathered.first.push(annotation(view, marked));
                }
            }
        }
    }

    /// Takes the annotations of a kind out, and counts those that GitHub would not show.
    fn take(&mut self, kind: Kind) -> (Vec<Annotation>, usize) {
        let is_of_kind = |(own, _): &mut (Kind, _)| *own == kind;
        let problems = self.problems.extract_if(.., is_of_kind);
        let mut taken: Vec<Annotation> = problems.map(|(_, own)| own).collect();
        let mut count = taken.len();
        for (Reverse(severity), gathered) in &mut self.findings {
            if Kind::of(*severity) == kind {
                count += gathered.count;
                taken.append(&mut gathered.first);
            }
        }
        if count > MOST_OF_A_KIND {
            taken.truncate(MOST_OF_A_KIND - 1);
        }
        let missing = count - taken.len();
        (taken, missing)
    }

    /// Writes them, and a line of what the run says about itself.
    pub(super) fn write(mut self, facts: &[Fact], out: &mut dyn Write) -> Result<()> {
        for kind in [Kind::Error, Kind::Warning, Kind::Notice] {
            let (mut annotations, missing) = self.take(kind);
            if missing > 0 {
                annotations.push(Annotation::of_missing(missing));
            }
            for annotation in annotations {
                writeln!(out, "{}", annotation.command(kind))?;
            }
        }
        let facts: Vec<String> = facts
            .iter()
            .map(|(label, value)| format!("{label}: {value}"))
            .collect();
        writeln!(out, "{}", data(&facts.join("; ")))
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
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
    fn of_missing(count: usize) -> Self {
        Self {
            title: format!("roledrift: {count} more"),
            message: format!(
                "{count} more findings of this level are left out, because GitHub shows ten of a \
                 kind per step; another format holds all"
            ),
            place: None,
        }
    }

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

fn annotation(view: &View<'_>, marked: &Marked<'_>) -> Annotation {
    let finding = marked.finding;
    // An account of many is told; a single one stands in the last line.
    let account = view.is_of_many.then(|| ("account", view.called()));
    let lines: Vec<String> = account
        .into_iter()
        .chain(of_finding(marked))
        .map(|(label, value)| {
            let value = shorten(&escape::terminal(&value), MOST_OF_A_FACT);
            format!("{label}: {value}")
        })
        .collect();
    let summary = shorten(&escape::terminal(&finding.summary), MOST_OF_A_FACT);
    let whose = if view.is_of_many {
        format!(" in account {}", view.account)
    } else {
        String::new()
    };
    Annotation {
        title: format!("{}: {}{whose}", finding.rule.id, finding.resource.name()),
        message: format!("{summary}\n\n{}", lines.join("\n")),
        place: marked.place.clone(),
    }
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
