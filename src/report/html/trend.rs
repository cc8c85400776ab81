//! How the account developed: what is new since an earlier run, and the runs of a store.

use super::page::readable;
use super::rich::Rich;
use crate::model::Severity;
use crate::report::{Report, escape};
use crate::store::{AccountHistory, Open, Pass, Previous};

/// Shows how the run differs from an earlier one.
pub(super) struct Since {
    pub(super) previous: Rich,
    pub(super) new: usize,
    pub(super) known: usize,
    pub(super) resolved: Vec<OpenView>,
    pub(super) not_looked_at: Vec<OpenView>,
    pub(super) resolved_count: usize,
    pub(super) not_looked_at_count: usize,
}

/// Shows a finding of an earlier run.
pub(super) struct OpenView {
    pub(super) severity: &'static str,
    pub(super) rule: String,
    pub(super) summary: Rich,
    pub(super) resource: String,
    pub(super) since: String,
}

/// Most findings of earlier runs that are listed, of each kind.
const MOST: usize = 200;

impl Since {
    pub(super) fn of(report: &Report) -> Option<Self> {
        let since = report.since.as_ref()?;
        let comparison = &since.comparison;
        let previous = match &since.previous {
            Previous::Nothing => "no earlier run of the account: every finding is new".to_owned(),
            Previous::Run(id) => format!("everything up to run `{id}`"),
            Previous::Report { path, .. } => format!("the report `{}`", path.display()),
        };
        let open = |list: &[Open]| list.iter().take(MOST).map(OpenView::of).collect();
        Some(Self {
            previous: Rich::new(&previous),
            new: comparison.new_count(),
            known: comparison.known_count(),
            resolved: open(&comparison.resolved),
            not_looked_at: open(&comparison.not_looked_at),
            resolved_count: comparison.resolved.len(),
            not_looked_at_count: comparison.not_looked_at.len(),
        })
    }
}

impl OpenView {
    fn of(open: &Open) -> Self {
        let record = &open.record;
        Self {
            severity: record.severity.as_str(),
            rule: escape::terminal(&record.rule),
            summary: Rich::new(&record.summary),
            resource: escape::terminal(record.resource.as_str()),
            since: open
                .since
                .map_or_else(|| "a time that is not known".to_owned(), readable),
        }
    }
}

/// Shows the runs of a store.
pub(super) struct Trend {
    /// The last runs, oldest first.
    pub(super) runs: Vec<RunView>,
    pub(super) earlier: usize,
    pub(super) width: usize,
}

/// Shows one run.
pub(super) struct RunView {
    pub(super) id: String,
    pub(super) read: String,
    pub(super) roles: usize,
    pub(super) findings: usize,
    pub(super) new: usize,
    pub(super) resolved: usize,
    pub(super) waived: usize,
    pub(super) is_complete: bool,
    pub(super) is_whole: bool,
    /// Where its bar stands.
    pub(super) x: usize,
    pub(super) bars: Vec<Bar>,
}

/// Shows the findings of one severity, of a height of 100.
pub(super) struct Bar {
    pub(super) severity: &'static str,
    pub(super) y: usize,
    pub(super) height: usize,
}

/// Most runs that are shown.
const MOST_RUNS: usize = 60;
/// How far bars are apart.
const STEP: usize = 32;

impl Trend {
    /// Shows a history; `None` where it has no run.
    pub(super) fn of(history: &AccountHistory) -> Option<Self> {
        let earlier = history.runs.len().saturating_sub(MOST_RUNS);
        let runs = history.runs.get(earlier..).unwrap_or_default();
        let count = |run: &Pass| run.findings.values().sum::<usize>();
        let most = runs.iter().map(count).max()?.max(1);
        let views = runs.iter().enumerate().map(|(place, run)| RunView {
            id: run.id.to_string(),
            read: readable(run.observed_at),
            roles: run.roles,
            findings: count(run),
            new: run.new,
            resolved: run.resolved,
            waived: run.waived,
            is_complete: run.complete,
            is_whole: run.whole,
            x: place * STEP + 4,
            bars: bars(run, most),
        });
        Some(Self {
            runs: views.collect(),
            earlier,
            width: runs.len() * STEP,
        })
    }
}

fn bars(run: &Pass, most: usize) -> Vec<Bar> {
    let mut below = 0;
    let mut severities = Severity::ALL;
    severities.reverse();
    let bars = severities.into_iter().filter_map(|severity| {
        let count = run
            .findings
            .get(&severity)
            .copied()
            .filter(|count| *count > 0)?;
        let height = |count: usize| count * 100 / most;
        let from = height(below);
        below += count;
        let to = height(below);
        Some(Bar {
            severity: severity.as_str(),
            y: 100 - to,
            height: to - from,
        })
    });
    bars.collect()
}
