//! One evaluation as JSON for programs, format version 1.

use std::collections::BTreeMap;
use std::io::{Result, Write};

use serde::Serialize;

use super::miss::{MissedCondition, MissedElement};
use super::{Evaluation, decided_by, decision, effect};
use crate::policy::{Closeness, Judgement, Request, Statement, StatementRef};
use crate::report::context::ValueEntry;
use crate::report::escape;
use crate::report::principal::PrincipalEntry;

/// The version of this format; it changes when a member changes its meaning or goes away.
pub const SCHEMA_VERSION: u32 = 1;

/// Writes an evaluation as indented JSON.
///
/// # Errors
/// Returns the writer's error.
pub fn json(evaluation: &Evaluation<'_>, out: &mut dyn Write) -> Result<()> {
    let text = serde_json::to_string_pretty(&Answer::of(evaluation))?;
    writeln!(out, "{}", escape::json(&text))
}

/// Returns the JSON Schema of what [`json`] writes.
pub fn schema() -> schemars::Schema {
    schemars::generate::SchemaSettings::draft2020_12()
        .for_serialize()
        .into_generator()
        .into_root_schema_for::<Answer<'static>>()
}

/// How a request is decided, and why.
#[derive(Serialize, schemars::JsonSchema)]
#[schemars(title = "roledrift policy evaluation")]
struct Answer<'a> {
    /// The version of this format.
    schema: u32,
    request: RequestEntry<'a>,
    /// `allowed`, `explicit_deny` or `implicit_deny`.
    decision: &'static str,
    /// The statement that decided; `null` where none applies.
    decided_by: Option<StatementPlace<'a>>,
    /// The decision where wildcards in resources are read the other way about `:`; `null` where it is the same.
    other_reading: Option<&'static str>,
    /// Every statement, nearest first.
    statements: Vec<StatementEntry<'a>>,
}

/// The request.
#[derive(Serialize, schemars::JsonSchema)]
struct RequestEntry<'a> {
    action: &'a str,
    resource: Option<&'a str>,
    principal: Option<PrincipalEntry<'a>>,
    /// Condition keys and what they hold.
    context: BTreeMap<&'a str, ValueEntry<'a>>,
}

/// Where a statement stands.
#[derive(Serialize, schemars::JsonSchema)]
pub(super) struct StatementPlace<'a> {
    /// The document's name.
    document: &'a str,
    /// From 0.
    statement: usize,
    sid: Option<&'a str>,
    /// From 1.
    line: u32,
    /// From 1, in characters.
    column: u32,
}

/// One statement.
#[derive(Serialize, schemars::JsonSchema)]
struct StatementEntry<'a> {
    #[serde(flatten)]
    place: StatementPlace<'a>,
    /// `allow` or `deny`.
    effect: &'static str,
    /// `applies`, `conditions-fail`, `other-principal-or-resource` or `other-action`.
    closeness: &'static str,
    /// Every element that keeps the statement from applying.
    misses: Vec<MissEntry<'a>>,
}

/// An element that keeps a statement from applying.
#[derive(Serialize, schemars::JsonSchema)]
struct MissEntry<'a> {
    /// `Principal`, `NotPrincipal`, `Action`, `NotAction`, `Resource`, `NotResource` or `Condition`.
    element: &'static str,
    /// The line of the element's first value, or of the condition's key, from 1.
    line: u32,
    /// The column of the same, from 1, in characters.
    column: u32,
    /// The condition; `null` for another element.
    condition: Option<ConditionEntry<'a>>,
}

/// A condition that does not hold.
#[derive(Serialize, schemars::JsonSchema)]
pub(super) struct ConditionEntry<'a> {
    operator: String,
    key: &'a str,
    /// The policy's values, as the policy writes them.
    values: Vec<&'a str>,
    /// What the request holds under the key; `null` where the key is absent.
    held: Option<ValueEntry<'a>>,
}

impl<'a> Answer<'a> {
    fn of(evaluation: &Evaluation<'a>) -> Self {
        let explanation = evaluation.explanation;
        let other = explanation.depends_on_reading();
        let judgements = explanation.nearest_first();
        Self {
            schema: SCHEMA_VERSION,
            request: RequestEntry::of(evaluation.request),
            decision: decision(explanation.decision),
            decided_by: StatementPlace::of_decision(evaluation),
            other_reading: other.then(|| decision(explanation.other_reading)),
            statements: (judgements.into_iter())
                .filter_map(|judgement| StatementEntry::of(evaluation, judgement))
                .collect(),
        }
    }
}

impl<'a> RequestEntry<'a> {
    fn of(request: &'a Request) -> Self {
        let context = request.context.iter();
        Self {
            action: &request.action,
            resource: request.resource.as_deref(),
            principal: request.principal.as_ref().map(PrincipalEntry::of),
            context: context
                .map(|(key, value)| (key, ValueEntry::of(value)))
                .collect(),
        }
    }
}

impl<'a> StatementPlace<'a> {
    pub(super) fn of_decision(evaluation: &Evaluation<'a>) -> Option<Self> {
        let place = decided_by(evaluation.explanation.decision)?;
        let (document, statement) = evaluation.find(place)?;
        Some(Self::of(place, document, statement))
    }

    fn of(place: StatementRef, document: &'a str, statement: &'a Statement) -> Self {
        let position = statement.position();
        Self {
            document,
            statement: place.statement,
            sid: statement.sid(),
            line: position.line,
            column: position.column,
        }
    }
}

impl<'a> StatementEntry<'a> {
    fn of(evaluation: &Evaluation<'a>, judgement: &'a Judgement) -> Option<Self> {
        let (document, statement) = evaluation.find(judgement.statement)?;
        let misses = judgement.misses.iter();
        let misses = misses.filter_map(|miss| MissedElement::of(miss, statement));
        Some(Self {
            place: StatementPlace::of(judgement.statement, document, statement),
            effect: effect(judgement.effect),
            closeness: match judgement.closeness() {
                Closeness::Applies => "applies",
                Closeness::ConditionsFail => "conditions-fail",
                Closeness::OtherPrincipalOrResource => "other-principal-or-resource",
                Closeness::OtherAction => "other-action",
            },
            misses: misses.map(MissEntry::of).collect(),
        })
    }
}

impl<'a> MissEntry<'a> {
    fn of(missed: MissedElement<'a>) -> Self {
        Self {
            element: missed.name,
            line: missed.position.line,
            column: missed.position.column,
            condition: (missed.condition).map(|own| ConditionEntry::of(&own, missed.values)),
        }
    }
}

impl<'a> ConditionEntry<'a> {
    pub(super) fn of(missed: &MissedCondition<'a>, values: Vec<&'a str>) -> Self {
        Self {
            operator: missed.content.operator().value.to_string(),
            key: missed.content.key().value.text(),
            values,
            held: missed.failed.held.as_ref().map(ValueEntry::of),
        }
    }
}
