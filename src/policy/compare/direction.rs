//! One direction after the other, and one reading of wildcards after the other.
//!
//! Must not know how a single point is settled.

use std::collections::{BTreeMap, BTreeSet};

use super::actions::{Group, groups};
use super::budget::{Budget, Exhausted};
use super::point::{Point, Settled};
use super::principals::callers;
use super::question::Question;
use super::resources::{Certainty, places};
use super::rules::{Rule, gather};
use crate::policy::{
    Comparison, Decision, Difference, Document, Reading, Reason, Selection, Template, Witness,
    evaluate_under,
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
/// What is answered holds under both readings of wildcards in resources; where they disagree, the answer is [`Reason::Reading`], and [`new_access_under`] tells each.
#[must_use]
pub fn new_access(reference: &[&Document], candidate: &[&Document]) -> Difference {
    let whole_text = new_access_under(Reading::WholeText, reference, candidate);
    let holds_under = |reading, witness: &Witness| {
        let allowed = |documents| {
            let decision = evaluate_under(reading, documents, &witness.request);
            matches!(decision, Decision::Allowed(_))
        };
        allowed(candidate) && !allowed(reference)
    };
    match &whole_text {
        Difference::Witness(witness) if holds_under(Reading::BySegment, witness) => {
            return whole_text;
        }
        _ if !depends_on_reading(reference) && !depends_on_reading(candidate) => return whole_text,
        _ => {}
    }
    let by_segment = new_access_under(Reading::BySegment, reference, candidate);
    match (whole_text, by_segment) {
        (_, Difference::Witness(witness)) if holds_under(Reading::WholeText, &witness) => {
            Difference::Witness(witness)
        }
        (Difference::Nothing, Difference::Nothing) => Difference::Nothing,
        (Difference::Undecided(reason), Difference::Nothing | Difference::Undecided(_))
        | (Difference::Nothing, Difference::Undecided(reason)) => Difference::Undecided(reason),
        (Difference::Witness(_), _) | (_, Difference::Witness(_)) => {
            Difference::Undecided(Reason::Reading)
        }
    }
}

/// Looks for something new under one reading of wildcards in resources.
#[must_use]
pub fn new_access_under(
    reading: Reading,
    reference: &[&Document],
    candidate: &[&Document],
) -> Difference {
    search(reading, reference, candidate).unwrap_or(Difference::Undecided(Reason::Budget))
}

fn search(
    reading: Reading,
    reference: &[&Document],
    candidate: &[&Document],
) -> Result<Difference, Exhausted> {
    let question = Question {
        reading,
        reference,
        candidate,
        rules: gather(reference, candidate),
    };
    let mut progress = Progress {
        budget: Budget::new(),
        closed: BTreeSet::new(),
        doubt: None,
    };
    for group in groups(&question.rules, &mut progress.budget)? {
        for (grant, rule) in question.grants(&group) {
            if let Some(witness) = progress.settle(&question, &group, grant, rule)? {
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
