//! One evaluation for a person.

use std::io::{Result, Write};

use anstyle::{AnsiColor, Style};

use super::miss::{MissedCondition, MissedElement};
use super::{Evaluation, decided_by, decision, effect};
use crate::policy::{
    Closeness, Decision, Judgement, Quantifier, Request, Statement, StatementRef, Test, Value,
};
use crate::report::escape;

const BOLD: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();
const RED: Style = AnsiColor::Red.on_default().bold();
const GREEN: Style = AnsiColor::Green.on_default().bold();
const YELLOW: Style = AnsiColor::Yellow.on_default();

/// How many statements that do not apply are shown, and how many values of each element.
const MOST_STATEMENTS: usize = 10;
const MOST_VALUES: usize = 4;

/// Writes an evaluation for a person: the decision, what decided, and the nearest misses.
///
/// # Errors
/// Returns the writer's error.
pub fn text(evaluation: &Evaluation<'_>, out: &mut dyn Write) -> Result<()> {
    let explanation = evaluation.explanation;
    let (style, title) = match explanation.decision {
        Decision::Allowed(_) => (GREEN, "allowed"),
        Decision::ExplicitDeny(_) => (RED, "explicit deny"),
        Decision::ImplicitDeny => (RED, "implicit deny"),
    };
    let request = escape::terminal(&evaluation.request.to_string());
    writeln!(out, "{style}{title}{style:#}: {request}")?;
    match decided_by(explanation.decision) {
        Some(place) => writeln!(out, "  decided by {}", named(evaluation, place))?,
        None => writeln!(out, "  no statement allows it")?,
    }
    if explanation.depends_on_reading() {
        let other = decision(explanation.other_reading).replace('_', " ");
        writeln!(
            out,
            "  {YELLOW}depends on whether a wildcard in a resource crosses `:`{YELLOW:#}; read the other way: {other}"
        )?;
    }
    let judgements = explanation.nearest_first();
    let of = |wanted: fn(Closeness) -> bool| {
        let judgements = judgements.iter().copied();
        judgements
            .filter(|own| wanted(own.closeness()))
            .collect::<Vec<_>>()
    };
    let applying = of(|own| own == Closeness::Applies);
    also(evaluation, &applying, out)?;
    let near = of(|own| {
        matches!(
            own,
            Closeness::ConditionsFail | Closeness::OtherPrincipalOrResource
        )
    });
    nearest(evaluation, &near, out)?;
    match of(|own| own == Closeness::OtherAction).len() {
        0 => Ok(()),
        1 => writeln!(out, "{DIM}1 statement is about other actions{DIM:#}"),
        more => writeln!(out, "{DIM}{more} statements are about other actions{DIM:#}"),
    }
}

/// Shows the statements that apply and did not decide.
fn also(evaluation: &Evaluation<'_>, applying: &[&Judgement], out: &mut dyn Write) -> Result<()> {
    let deciding = decided_by(evaluation.explanation.decision);
    let others = applying
        .iter()
        .filter(|own| Some(own.statement) != deciding);
    let others: Vec<_> = others.collect();
    for judgement in others.iter().take(MOST_STATEMENTS) {
        let place = named(evaluation, judgement.statement);
        writeln!(out, "  {DIM}also applies: {place}{DIM:#}")?;
    }
    more(others.len(), "  ", out)
}

fn nearest(evaluation: &Evaluation<'_>, near: &[&Judgement], out: &mut dyn Write) -> Result<()> {
    if !near.is_empty() {
        writeln!(out, "{BOLD}nearest misses{BOLD:#}")?;
    }
    for judgement in near.iter().take(MOST_STATEMENTS) {
        writeln!(out, "  {}", named(evaluation, judgement.statement))?;
        let Some((_, statement)) = evaluation.find(judgement.statement) else {
            continue;
        };
        for miss in &judgement.misses {
            if let Some(missed) = MissedElement::of(miss, statement) {
                missed_line(&missed, evaluation.request, out)?;
            }
        }
    }
    more(near.len(), "  ", out)
}

fn more(count: usize, indent: &str, out: &mut dyn Write) -> Result<()> {
    match count.saturating_sub(MOST_STATEMENTS) {
        0 => Ok(()),
        rest => writeln!(
            out,
            "{indent}{DIM}and {rest} more (`--format json` shows all){DIM:#}"
        ),
    }
}

/// Writes ``4:9  StringEquals `k`: policy `a`, `b`; request absent``.
fn missed_line(missed: &MissedElement<'_>, request: &Request, out: &mut dyn Write) -> Result<()> {
    let place = format!("{}:{}", missed.position.line, missed.position.column);
    let (subject, held) = match (&missed.condition, missed.name) {
        (Some(condition), _) => condition_words(condition),
        (None, "Principal" | "NotPrincipal") => {
            let caller = request.principal.as_ref();
            let caller = caller.map_or("names no principal".to_owned(), ToString::to_string);
            (missed.name.to_owned(), caller)
        }
        (None, name) => {
            let resource = request.resource.as_deref().unwrap_or("*");
            (name.to_owned(), format!("`{resource}`"))
        }
    };
    let policy = listed(&missed.values);
    let line = format!("{subject}: policy {policy}; request {held}");
    writeln!(
        out,
        "    {DIM}{place:<7}{DIM:#} {}",
        escape::terminal(&line)
    )
}

/// Returns operator and key, and what the request holds.
fn condition_words(condition: &MissedCondition<'_>) -> (String, String) {
    let operator = condition.content.operator().value;
    let subject = format!("{operator} `{}`", condition.content.key().value);
    let value = condition.failed.held.as_ref();
    let needs_set = matches!(value, Some(Value::Many(_)))
        && operator.quantifier() == Quantifier::Single
        && operator.test() != Test::Null;
    let hint = if needs_set {
        " (a multivalued key needs ForAllValues or ForAnyValue)"
    } else {
        ""
    };
    (subject, format!("{}{hint}", held(value)))
}

fn held(value: Option<&Value>) -> String {
    match value {
        None => "absent".to_owned(),
        Some(Value::One(value)) => format!("`{value}`"),
        Some(Value::Many(values)) => {
            let values: Vec<_> = values.iter().map(String::as_str).collect();
            format!("[{}]", listed(&values))
        }
    }
}

fn listed(values: &[&str]) -> String {
    let shown = values.iter().take(MOST_VALUES);
    let mut texts: Vec<_> = shown.map(|value| format!("`{value}`")).collect();
    if let Some(rest @ 1..) = values.len().checked_sub(MOST_VALUES) {
        texts.push(format!("{rest} more"));
    }
    texts.join(", ")
}

/// Names a statement as `file:line:column, statement 2 `Sid` (deny)`, escaped.
fn named(evaluation: &Evaluation<'_>, place: StatementRef) -> String {
    let Some((document, statement)) = evaluation.find(place) else {
        return place.to_string();
    };
    escape::terminal(&format!(
        "{document}:{}:{}, statement {}{} ({})",
        statement.position().line,
        statement.position().column,
        place.statement + 1,
        sid(statement),
        effect(statement.effect())
    ))
}

fn sid(statement: &Statement) -> String {
    let quoted = |sid| format!(" `{sid}`");
    statement.sid().map(quoted).unwrap_or_default()
}
