//! One evaluation as a part of an NDJSON line.

use serde::Serialize;

use super::json::{ConditionEntry, StatementPlace};
use super::miss::MissedElement;
use super::{Evaluation, decision, effect};
use crate::policy::{Closeness, Judgement};

/// How a request is decided.
#[derive(Serialize, schemars::JsonSchema)]
#[schemars(title = "roledrift policy decision")]
pub struct DecisionEntry<'a> {
    /// `allowed`, `explicit_deny` or `implicit_deny`.
    decision: &'static str,
    /// The statement that decided; `null` where none applies.
    decided_by: Option<StatementPlace<'a>>,
    /// The decision where wildcards in resources are read the other way about `:`; `null` where it is the same.
    other_reading: Option<&'static str>,
    /// The conditions that alone keep a statement from applying, nearest statement first.
    failed_conditions: Vec<FailedEntry<'a>>,
}

/// A condition that does not hold, in a statement that matches otherwise.
#[derive(Serialize, schemars::JsonSchema)]
struct FailedEntry<'a> {
    /// The document's name.
    document: &'a str,
    /// From 0.
    statement: usize,
    sid: Option<&'a str>,
    /// `allow` or `deny`.
    effect: &'static str,
    /// The line of the condition's key, from 1.
    line: u32,
    /// The column of the condition's key, from 1, in characters.
    column: u32,
    #[serde(flatten)]
    condition: ConditionEntry<'a>,
}

impl<'a> DecisionEntry<'a> {
    /// Makes the entry of an evaluation.
    pub fn of(evaluation: &Evaluation<'a>) -> Self {
        let explanation = evaluation.explanation;
        let other = explanation.depends_on_reading();
        let near = explanation.nearest_first().into_iter();
        let near = near.filter(|own| own.closeness() == Closeness::ConditionsFail);
        Self {
            decision: decision(explanation.decision),
            decided_by: StatementPlace::of_decision(evaluation),
            other_reading: other.then(|| decision(explanation.other_reading)),
            failed_conditions: near
                .flat_map(|judgement| FailedEntry::all_of(evaluation, judgement))
                .collect(),
        }
    }
}

impl<'a> FailedEntry<'a> {
    fn all_of(evaluation: &Evaluation<'a>, judgement: &'a Judgement) -> Vec<Self> {
        let Some((document, statement)) = evaluation.find(judgement.statement) else {
            return Vec::new();
        };
        let entry = |missed: MissedElement<'a>| {
            Some(Self {
                document,
                statement: judgement.statement.statement,
                sid: statement.sid(),
                effect: effect(judgement.effect),
                line: missed.position.line,
                column: missed.position.column,
                condition: ConditionEntry::of(missed.condition.as_ref()?, missed.values),
            })
        };
        let misses = judgement.misses.iter();
        misses
            .filter_map(|miss| entry(MissedElement::of(miss, statement)?))
            .collect()
    }
}
