//! What `roledrift baseline diff` shows: how one version of a managed policy became another.
//!
//! Shows a review and a list of changes as they are; must not compare anything.

use std::io::{Result, Write};

use anstyle::{AnsiColor, Style};
use jiff::Timestamp;
use serde::Serialize;

use super::comparison::{ComparisonEntry, Place, Shown, Side, shortened, text as comparison_text};
use super::escape;
use crate::model::PolicyVersion;
use crate::policy::{
    Change, ChangedStatement, Effect, Selection, Statement, StatementChanges, StatementRef,
};

const BOLD: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();
const RED: Style = AnsiColor::Red.on_default();
const GREEN: Style = AnsiColor::Green.on_default();
const YELLOW: Style = AnsiColor::Yellow.on_default();

/// How many values of an element are shown unless all are asked for.
const MOST_VALUES: usize = 8;

/// Two versions of a policy and how they differ; each side of the review holds one document.
#[derive(Debug, Clone, Copy)]
pub struct Versions<'a> {
    /// The policy's name.
    pub policy: &'a str,
    /// The older version and when it was created.
    pub from: (PolicyVersion, Timestamp),
    /// The newer version and when it was created.
    pub to: (PolicyVersion, Timestamp),
    /// What they allow: the older one is the reference.
    pub shown: Shown<'a>,
    /// What was done to the statements.
    pub changes: &'a StatementChanges,
}

impl Versions<'_> {
    /// Writes the difference for a person; `all` writes long lists in full.
    ///
    /// # Errors
    /// Returns the writer's error.
    pub fn text(&self, all: bool, out: &mut dyn Write) -> Result<()> {
        let name = escape::terminal(self.policy);
        let dated = |(version, created): (PolicyVersion, Timestamp)| {
            format!("{version} ({})", created.strftime("%Y-%m-%d"))
        };
        let (from, to) = (dated(self.from), dated(self.to));
        writeln!(out, "{BOLD}{name}{BOLD:#}: {from} to {to}")?;
        comparison_text(&self.shown, all, out)?;
        self.statements(if all { usize::MAX } else { MOST_VALUES }, out)
    }

    /// Writes the difference as indented JSON.
    ///
    /// # Errors
    /// Returns the writer's error.
    pub fn json(&self, out: &mut dyn Write) -> Result<()> {
        let text = serde_json::to_string_pretty(&VersionsEntry::of(self))?;
        writeln!(out, "{}", escape::json(&text))
    }

    fn statements(&self, most: usize, out: &mut dyn Write) -> Result<()> {
        let changes = self.changes;
        let (renamed, edited): (Vec<_>, Vec<_>) =
            (changes.changed.iter()).partition(|change| change.elements.is_empty());
        writeln!(
            out,
            "\n{BOLD}statements{BOLD:#}: {} added, {} removed, {} changed, {} renamed, {} unchanged",
            changes.added.len(),
            changes.removed.len(),
            edited.len(),
            renamed.len(),
            changes.unchanged
        )?;
        let (older, newer) = (self.shown.reference, self.shown.candidate);
        for &place in &changes.added {
            whole("added", GREEN, newer, place, most, out)?;
        }
        for &place in &changes.removed {
            whole("removed", RED, older, place, most, out)?;
        }
        for change in edited {
            changed(change, older, newer, most, out)?;
        }
        if renamed.is_empty() {
            return Ok(());
        }
        let sid = |side: &Side, place| {
            let sid = side.statement(at(place)).and_then(Statement::sid);
            sid.map_or("(no `Sid`)".to_owned(), |sid| format!("`{sid}`"))
        };
        let names = renamed.iter().map(|change| {
            let (before, after) = (sid(older, change.before), sid(newer, change.after));
            format!("{before} is now {after}")
        });
        let names = escape::terminal(&shortened(names, most));
        writeln!(out, "  {YELLOW}renamed{YELLOW:#} {names}")
    }
}

/// A statement in the only document of its side.
fn at(statement: usize) -> StatementRef {
    StatementRef {
        document: 0,
        statement,
    }
}

/// Writes a statement that only one version has.
fn whole(
    title: &str,
    style: Style,
    side: &Side,
    place: usize,
    most: usize,
    out: &mut dyn Write,
) -> Result<()> {
    let (Some(statement), Some(place)) = (side.statement(at(place)), side.place(at(place))) else {
        return Ok(());
    };
    let place = escape::terminal(&place.to_string());
    writeln!(out, "  {style}{title:<7}{style:#} {place}")?;
    for line in described(statement, most) {
        writeln!(out, "          {}", escape::terminal(&line))?;
    }
    Ok(())
}

fn described(statement: &Statement, most: usize) -> Vec<String> {
    let verb = match statement.effect() {
        Effect::Allow => "allows",
        Effect::Deny => "denies",
    };
    let mut lines = vec![format!(
        "{verb} {}",
        selected(statement.actions(), most, |own| own.text())
    )];
    let resources = statement.resources();
    lines.extend(resources.map(|own| format!("on {}", selected(own, most, |own| own.text()))));
    for condition in statement.conditions() {
        let values = (condition.values().iter()).map(|own| format!("`{}`", own.value.text()));
        let (operator, key) = (&condition.operator().value, &condition.key().value);
        let values = shortened(values, most);
        lines.push(format!("if {operator} `{key}` = {values}"));
    }
    lines
}

fn selected<T>(selection: &Selection<T>, most: usize, text: impl Fn(&T) -> &str) -> String {
    let but = match selection {
        Selection::Only(_) => "",
        Selection::AllBut(_) => "all but ",
    };
    let texts = (selection.located().iter()).map(|own| format!("`{}`", text(&own.value)));
    format!("{but}{}", shortened(texts, most))
}

/// Writes what changed in a statement that both versions have.
fn changed(
    change: &ChangedStatement,
    older: &Side,
    newer: &Side,
    most: usize,
    out: &mut dyn Write,
) -> Result<()> {
    let (Some(before), Some(after)) = (
        older.place(at(change.before)),
        newer.place(at(change.after)),
    ) else {
        return Ok(());
    };
    let place = escape::terminal(&after.to_string());
    writeln!(out, "  {YELLOW}changed{YELLOW:#} {place}")?;
    let old_place = escape::terminal(&format!("before: {before}"));
    writeln!(out, "          {DIM}{old_place}{DIM:#}")?;
    for (element, Change { added, removed }) in &change.elements {
        for (sign, style, values) in [("+", GREEN, added), ("-", RED, removed)] {
            if values.is_empty() {
                continue;
            }
            let count = values.len();
            let values = shortened(values.iter().map(|own| format!("`{own}`")), most);
            let values = escape::terminal(&values);
            let name = element.as_str();
            writeln!(
                out,
                "          {name:<9} {style}{sign}{count}{style:#}  {values}"
            )?;
        }
    }
    Ok(())
}

/// Two versions of a managed policy for programs.
#[derive(Serialize, schemars::JsonSchema)]
#[schemars(title = "roledrift versions of a policy")]
struct VersionsEntry<'a> {
    policy: &'a str,
    from: VersionEntry,
    to: VersionEntry,
    #[serde(flatten)]
    comparison: ComparisonEntry<'a>,
    statements: StatementsEntry<'a>,
}

/// One version.
#[derive(Serialize, schemars::JsonSchema)]
struct VersionEntry {
    version: PolicyVersion,
    /// RFC 3339.
    #[schemars(with = "String")]
    created: Timestamp,
}

/// What was done to the statements.
#[derive(Serialize, schemars::JsonSchema)]
struct StatementsEntry<'a> {
    /// In the newer version.
    added: Vec<Place<'a>>,
    /// In the older version.
    removed: Vec<Place<'a>>,
    changed: Vec<ChangedEntry<'a>>,
    /// How many say the same, wherever they stand.
    unchanged: usize,
}

/// A statement that both versions have, with differences.
#[derive(Serialize, schemars::JsonSchema)]
struct ChangedEntry<'a> {
    before: Option<Place<'a>>,
    after: Option<Place<'a>>,
    /// Empty where only the `Sid` changed.
    elements: Vec<ElementEntry<'a>>,
}

/// What changed in one element.
#[derive(Serialize, schemars::JsonSchema)]
struct ElementEntry<'a> {
    /// `Effect`, `Action`, `NotAction`, `Resource`, `NotResource`, `Principal`, `NotPrincipal` or `Condition`.
    element: &'static str,
    added: &'a [String],
    removed: &'a [String],
}

impl<'a> VersionsEntry<'a> {
    fn of(versions: &Versions<'a>) -> Self {
        let dated =
            |(version, created): (PolicyVersion, Timestamp)| VersionEntry { version, created };
        let (older, newer) = (versions.shown.reference, versions.shown.candidate);
        let changes = versions.changes;
        let places = |side: &'a Side, places: &[usize]| {
            let places = places.iter();
            places.filter_map(|&place| side.place(at(place))).collect()
        };
        let edited = |change: &'a ChangedStatement| ChangedEntry {
            before: older.place(at(change.before)),
            after: newer.place(at(change.after)),
            elements: (change.elements.iter())
                .map(|(element, change)| ElementEntry {
                    element: element.as_str(),
                    added: &change.added,
                    removed: &change.removed,
                })
                .collect(),
        };
        Self {
            policy: versions.policy,
            from: dated(versions.from),
            to: dated(versions.to),
            comparison: ComparisonEntry::of(&versions.shown),
            statements: StatementsEntry {
                added: places(newer, &changes.added),
                removed: places(older, &changes.removed),
                changed: changes.changed.iter().map(edited).collect(),
                unchanged: changes.unchanged,
            },
        }
    }
}

/// Returns the JSON Schema of [`Versions::json`].
pub fn json_schema() -> schemars::Schema {
    schemars::generate::SchemaSettings::draft2020_12()
        .for_serialize()
        .into_generator()
        .into_root_schema_for::<VersionsEntry<'static>>()
}
