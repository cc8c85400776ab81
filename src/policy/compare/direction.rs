//! One direction after the other, and one reading of wildcards after the other.
//!
//! Must not know how a single point is settled.

use std::collections::{BTreeMap, BTreeSet};

use super::actions::{Group, groups};
use super::budget::{Budget, Exhausted};
use super::point::{Point, Settled};
use super::principals::callers;
use super::question::Question;
use super::readable::readable;
use super::resources::{Certainty, places};
use super::rules::Rule;
use crate::policy::{
    Comparison, Difference, Document, Reading, Reason, Selection, Template, Witness,
};

/// Compares a candidate set of documents with a reference set, in both directions.
#[must_use]
pub fn compare(reference: &[&Document], candidate: &[&Document]) -> Comparison {
    Comparison::new(
        new_access(reference, candidate),
        new_access(candidate, reference),
    )
}

/// Looks for something that the candidate allows and the reference does not.
///
/// The language decides, not the actions and resources that exist today: `wisdom:*` allows more than any list of actions.
/// Every request counts whose action is `service:name` and whose resource, where it has one, is not empty.
/// Context keys are taken as independent of each other and of the caller.
/// The witness is the most readable one at hand: an action that the reference allows nowhere, published, that changes something, on a resource of its shape.
/// What is answered holds under both readings of wildcards in resources; where they disagree, the answer is [`Reason::Reading`], and [`new_access_under`] tells each.
#[must_use]
pub fn new_access(reference: &[&Document], candidate: &[&Document]) -> Difference {
    const BOTH: [Reading; 2] = [Reading::WholeText, Reading::BySegment];
    let question = Question::new(Reading::WholeText, reference, candidate);
    let whole_text = answer(&question);
    match &whole_text {
        Difference::Witness(witness) if is_new(&question, Reading::BySegment, witness) => {
            return reworded(whole_text, &question, &BOTH);
        }
        _ if !depends_on_reading(reference) && !depends_on_reading(candidate) => {
            return reworded(whole_text, &question, &BOTH);
        }
        _ => {}
    }
    let question = question.under(Reading::BySegment);
    match (whole_text, answer(&question)) {
        (_, Difference::Witness(witness)) if is_new(&question, Reading::WholeText, &witness) => {
            reworded(Difference::Witness(witness), &question, &BOTH)
        }
        (Difference::Nothing, Difference::Nothing) => Difference::Nothing,
        (Difference::Undecided(reason), Difference::Nothing | Difference::Undecided(_))
        | (Difference::Nothing, Difference::Undecided(reason)) => Difference::Undecided(reason),
        (Difference::Witness(_), _) | (_, Difference::Witness(_)) => {
            Difference::Undecided(Reason::Reading)
        }
    }
}

fn is_new(question: &Question<'_, '_>, reading: Reading, witness: &Witness) -> bool {
    let allowed_by = question.newly_allowed_by(reading, &witness.request);
    allowed_by.is_some()
}

/// Looks for something new under one reading of wildcards in resources.
#[must_use]
pub fn new_access_under(
    reading: Reading,
    reference: &[&Document],
    candidate: &[&Document],
) -> Difference {
    let question = Question::new(reading, reference, candidate);
    reworded(answer(&question), &question, &[reading])
}

/// Makes a witness readable, and leaves any other answer as it is.
fn reworded(
    difference: Difference,
    question: &Question<'_, '_>,
    readings: &[Reading],
) -> Difference {
    match difference {
        Difference::Witness(witness) => Difference::Witness(readable(question, readings, witness)),
        other => other,
    }
}

fn answer(question: &Question<'_, '_>) -> Difference {
    search(question).unwrap_or(Difference::Undecided(Reason::Budget))
}

fn search(question: &Question<'_, '_>) -> Result<Difference, Exhausted> {
    let mut progress = Progress {
        budget: Budget::new(),
        closed: BTreeSet::new(),
        doubt: None,
    };
    for group in groups(&question.rules, &mut progress.budget)? {
        for (grant, rule) in question.grants(&group) {
            if let Some(witness) = progress.settle(question, &group, grant, rule)? {
                return Ok(Difference::Witness(witness));
            }
        }
    }
    Ok(progress
        .doubt
        .map_or(Difference::Nothing, Difference::Undecided))
}

/// What is known while a question is worked on.
struct Progress {
    budget: Budget,
    /// Grants that allow nothing new where these rules apply.
    closed: BTreeSet<(usize, BTreeMap<usize, Certainty>)>,
    doubt: Option<Reason>,
}

impl Progress {
    /// Settles one grant for a group of actions; returns something new, should there be any.
    fn settle<'d>(
        &mut self,
        question: &Question<'_, 'd>,
        group: &Group,
        grant: usize,
        rule: &Rule<'d>,
    ) -> Result<Option<Witness>, Exhausted> {
        let involved: Vec<_> = question.members(group).map(|(_, rule)| rule).collect();
        let callers = callers(&involved, rule);
        for place in places(question, group, rule, &mut self.budget)? {
            let points = callers
                .iter()
                .filter_map(|caller| Point::new(question, group, &place, caller.as_ref(), grant));
            for point in points {
                if self.closed.contains(&(grant, point.rules.clone())) {
                    continue;
                }
                match point.settle(&mut self.budget)? {
                    Settled::Found(witness) => return Ok(Some(witness)),
                    Settled::Open(reason) => {
                        self.doubt.get_or_insert(reason);
                    }
                    Settled::Closed => {
                        self.closed.insert((grant, point.rules));
                    }
                }
            }
        }
        Ok(None)
    }
}

fn depends_on_reading(documents: &[&Document]) -> bool {
    let statements = documents.iter().flat_map(|document| document.statements());
    let mut templates = statements
        .filter_map(|statement| statement.resources())
        .flat_map(Selection::patterns);
    templates.any(|template: &Template| {
        template
            .fixed()
            .is_none_or(|glob| *glob != glob.by_segment())
    })
}
