//! Why a request is decided as it is: what keeps each statement from applying.
//!
//! Asks the judge of the decision about every element.
//! Must not know how an element matches.

use super::decision::evaluate_under;
use super::statement::Matcher;
use crate::policy::budget::Budget;
use crate::policy::{Decision, Document, Effect, Reading, Request, Statement, StatementRef, Value};

/// Holds a decision and how each statement took part in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// What [`evaluate_under`] decides under the reading that was asked for.
    pub decision: Decision,
    /// What it decides under the other reading.
    pub other_reading: Decision,
    /// One judgement for each statement, in the order of documents and statements.
    pub judgements: Vec<Judgement>,
}

/// Says whether a statement applies to a request, and if not, why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judgement {
    /// The statement.
    pub statement: StatementRef,
    /// What it does where it applies.
    pub effect: Effect,
    /// Every element that keeps it from applying, in the order of [`Miss`]; empty where it applies.
    pub misses: Vec<Miss>,
}

/// Names an element that keeps a statement from applying.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Miss {
    /// `Principal` or `NotPrincipal`; always so where the request names no principal.
    Principal,
    /// `Action` or `NotAction`.
    Action,
    /// `Resource` or `NotResource`.
    Resource,
    /// One of the conditions.
    Condition(FailedCondition),
}

/// Points to a condition that does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FailedCondition {
    /// Its place among the statement's conditions, from 0.
    pub index: usize,
    /// What the request holds under its key, or `None` where the key is absent.
    pub held: Option<Value>,
}

/// Says how near a statement comes to applying; nearer is less.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Closeness {
    /// It applies.
    Applies,
    /// Principal, action and resource match, and some condition does not hold.
    ConditionsFail,
    /// The action matches; the principal or the resource does not.
    OtherPrincipalOrResource,
    /// The action does not match.
    OtherAction,
}

/// Explains what [`evaluate`](fn@crate::policy::evaluate) decides.
#[must_use]
pub fn explain(documents: &[&Document], request: &Request) -> Explanation {
    explain_under(Reading::BySegment, documents, request)
}

/// Explains what [`evaluate_under`] decides.
#[must_use]
pub fn explain_under(reading: Reading, documents: &[&Document], request: &Request) -> Explanation {
    let other = match reading {
        Reading::WholeText => Reading::BySegment,
        Reading::BySegment => Reading::WholeText,
    };
    let budget = Budget::unlimited();
    let matcher = Matcher::new(reading, request, &budget);
    let statements = documents
        .iter()
        .enumerate()
        .flat_map(|(document, content)| {
            let statements = content.statements().iter().enumerate();
            statements.map(move |(statement, content)| {
                let place = StatementRef {
                    document,
                    statement,
                };
                (place, content)
            })
        });
    let judgements = statements.map(|(statement, content)| Judgement {
        statement,
        effect: content.effect(),
        misses: misses(&matcher, content),
    });
    Explanation {
        decision: evaluate_under(reading, documents, request),
        other_reading: evaluate_under(other, documents, request),
        judgements: judgements.collect(),
    }
}

fn misses(matcher: &Matcher<'_>, statement: &Statement) -> Vec<Miss> {
    let elements = [
        (matcher.principal_matches(statement), Miss::Principal),
        (matcher.action_matches(statement), Miss::Action),
        (matcher.resource_matches(statement), Miss::Resource),
    ];
    let conditions = statement.conditions().iter().enumerate();
    let failed = conditions.filter(|(_, condition)| !matcher.holds(condition));
    let failed = failed.map(|(index, condition)| {
        Miss::Condition(FailedCondition {
            index,
            held: matcher.held(condition).cloned(),
        })
    });
    (elements.into_iter())
        .filter_map(|(matches, miss)| (!matches).then_some(miss))
        .chain(failed)
        .collect()
}

impl Explanation {
    /// Tells whether the request is decided differently under the two readings.
    ///
    /// Another statement with the same answer is no difference.
    #[must_use]
    pub fn depends_on_reading(&self) -> bool {
        use std::mem::discriminant;
        discriminant(&self.decision) != discriminant(&self.other_reading)
    }

    /// Returns the judgements, nearest first.
    ///
    /// First come the statements that apply, last those about other actions.
    /// Between them stand first those that would change the decision if they applied: denials of an allowed request, permissions of a denied one.
    /// Then counts the closeness, then how many elements miss, then the order of documents and statements.
    #[must_use]
    pub fn nearest_first(&self) -> Vec<&Judgement> {
        let telling = match self.decision {
            Decision::Allowed(_) => Effect::Deny,
            Decision::ExplicitDeny(_) | Decision::ImplicitDeny => Effect::Allow,
        };
        let mut judgements: Vec<_> = self.judgements.iter().collect();
        judgements.sort_by_key(|judgement| {
            let closeness = judgement.closeness();
            (
                closeness != Closeness::Applies,
                closeness == Closeness::OtherAction,
                judgement.effect != telling,
                closeness,
                judgement.misses.len(),
                judgement.statement,
            )
        });
        judgements
    }
}

impl Judgement {
    /// Tells whether the statement applies to the request.
    #[must_use]
    pub fn applies(&self) -> bool {
        self.misses.is_empty()
    }

    /// Returns how near the statement comes to applying.
    #[must_use]
    pub fn closeness(&self) -> Closeness {
        let of = |miss: &Miss| match miss {
            Miss::Condition(_) => Closeness::ConditionsFail,
            Miss::Principal | Miss::Resource => Closeness::OtherPrincipalOrResource,
            Miss::Action => Closeness::OtherAction,
        };
        let farthest = self.misses.iter().map(of).max();
        farthest.unwrap_or(Closeness::Applies)
    }

    /// Iterates over the conditions that do not hold.
    pub fn failed_conditions(&self) -> impl Iterator<Item = &FailedCondition> {
        self.misses.iter().filter_map(|miss| match miss {
            Miss::Condition(failed) => Some(failed),
            _ => None,
        })
    }
}
