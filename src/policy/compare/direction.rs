//! One direction after the other, and one reading of wildcards after the other.
//!
//! Must not know how a single point is settled.

use std::collections::BTreeMap;

use foldhash::{HashSet, HashSetExt};

use super::actions::{Group, groups};
use super::denials::Denials;
use super::point::{Point, Settled};
use super::principals::{Caller, callers};
use super::question::{Question, Sides};
use super::readable::readable;
use super::resources::{Certainty, Place, enlarged_places, places};
use super::rules::Rule;
use crate::policy::budget::{Budget, Exhausted};
use crate::policy::{
    Comparison, Difference, Document, Reading, Reason, Selection, Template, Witness,
};

/// Compares a candidate set of documents with a reference set, in both directions.
#[must_use]
pub fn compare(reference: &[&Document], candidate: &[&Document]) -> Comparison {
    Comparison::new(
        new_access(reference, candidate),
        new_access(candidate, reference),
        Denials::of(reference, candidate),
    )
}

/// Looks for something that the candidate allows and the reference does not.
///
/// The language decides, not the actions and resources that exist today: `wisdom:*` allows more than any list of actions.
/// Every request counts whose action is `service:name` and whose resource, where it has one, is not empty.
/// Context keys are taken as independent of each other and of the caller.
/// The witness is the most readable one at hand: an action that the reference allows nowhere, published, that changes something, on a resource of its shape.
/// Wildcards in resources are read by segment; where they would have another answer if they crossed `:`, the difference says so, and [`new_access_under`] tells each.
#[must_use]
pub fn new_access(reference: &[&Document], candidate: &[&Document]) -> Difference {
    under_both(Wording::Readable, reference, candidate, &budget()).unwrap_or(OUT_OF_STEPS)
}

/// Answers as [`new_access`] does, with whatever request settles it as witness: for who asks only whether there is one.
#[must_use]
pub fn any_new_access(reference: &[&Document], candidate: &[&Document]) -> Difference {
    under_both(Wording::AsFound, reference, candidate, &budget()).unwrap_or(OUT_OF_STEPS)
}

/// Looks for something new under one reading of wildcards in resources.
#[must_use]
pub fn new_access_under(
    reading: Reading,
    reference: &[&Document],
    candidate: &[&Document],
) -> Difference {
    under(reading, reference, candidate, &budget()).unwrap_or(OUT_OF_STEPS)
}

/// Says which of the requests that settle a question is told.
#[derive(Clone, Copy)]
pub(super) enum Wording {
    /// The most readable one.
    Readable,
    /// The first that was found.
    AsFound,
}

/// What answering one direction may take, under both readings together.
///
/// At least six times what any two versions of the Amazon Connect policies take, and less than fifty milliseconds.
pub(super) const SEARCH_STEPS: u64 = 4_000_000;

const OUT_OF_STEPS: Difference = Difference::Undecided(Reason::Budget);

fn budget() -> Budget {
    Budget::new(SEARCH_STEPS)
}

fn under(
    reading: Reading,
    reference: &[&Document],
    candidate: &[&Document],
    budget: &Budget,
) -> Result<Difference, Exhausted> {
    let sides = Sides::new(reference, candidate, budget)?;
    let question = Question::new(reading, reference, candidate, &sides, budget)?;
    let found = match answer(&question, budget)? {
        Difference::Witness(found) => found,
        other => return Ok(other),
    };
    let witness = readable(&question, &[reading], found);
    let other = match reading {
        Reading::WholeText => Reading::BySegment,
        Reading::BySegment => Reading::WholeText,
    };
    let stands = question.newly_allowed_by(other, &witness.request, budget)?;
    Ok(Difference::Witness(Witness {
        reading: stands.is_none().then_some(reading),
        ..witness
    }))
}

/// Answers by segment, and says where the other reading answers differently.
pub(super) fn under_both(
    wording: Wording,
    reference: &[&Document],
    candidate: &[&Document],
    budget: &Budget,
) -> Result<Difference, Exhausted> {
    const BOTH: [Reading; 2] = [Reading::BySegment, Reading::WholeText];
    let worded = |question: &Question<'_, '_>, readings: &[Reading], found| match wording {
        Wording::Readable => readable(question, readings, found),
        Wording::AsFound => found,
    };
    let only_under = |reading, found, question: &Question<'_, '_>| Witness {
        reading: Some(reading),
        ..worded(question, &[reading], found)
    };
    let sides = Sides::new(reference, candidate, budget)?;
    let question = Question::new(Reading::BySegment, reference, candidate, &sides, budget)?;
    let by_segment = answer(&question, budget)?;
    let matters = depends_on_reading(reference) || depends_on_reading(candidate);
    match by_segment {
        Difference::Witness(found) => {
            let is_new = |reading| question.newly_allowed_by(reading, &found.request, budget);
            if !matters || is_new(Reading::WholeText)?.is_some() {
                return Ok(Difference::Witness(worded(&question, &BOTH, found)));
            }
            // Some other request may be new under both readings.
            let other = question.under(Reading::WholeText);
            if let Ok(Difference::Witness(crossing)) = answer(&other, budget)
                && (other.newly_allowed_by(Reading::BySegment, &crossing.request, budget)?)
                    .is_some()
            {
                return Ok(Difference::Witness(worded(&other, &BOTH, crossing)));
            }
            let question = other.under(Reading::BySegment);
            let witness = only_under(Reading::BySegment, found, &question);
            Ok(Difference::Witness(witness))
        }
        Difference::Nothing if matters => {
            let question = question.under(Reading::WholeText);
            Ok(match answer(&question, budget)? {
                Difference::Witness(crossing) => Difference::NothingBySegment(only_under(
                    Reading::WholeText,
                    crossing,
                    &question,
                )),
                other => other,
            })
        }
        other => Ok(other),
    }
}

fn answer(question: &Question<'_, '_>, budget: &Budget) -> Result<Difference, Exhausted> {
    let mut progress = Progress {
        budget,
        closed: HashSet::new(),
        doubt: None,
    };
    for group in groups(&question.rules, budget)? {
        for (grant, rule) in question.grants(&group) {
            if let Some(witness) = progress.settle(question, &group, grant, rule)? {
                return Ok(Difference::Witness(witness));
            }
        }
    }
    // Nothing that was concluded counts where the budget is used up.
    budget.check()?;
    Ok(progress
        .doubt
        .map_or(Difference::Nothing, Difference::Undecided))
}

/// What is known while a question is worked on.
struct Progress<'b> {
    budget: &'b Budget,
    /// Grants that allow nothing new where these rules apply.
    closed: HashSet<(usize, BTreeMap<usize, Certainty>)>,
    doubt: Option<Reason>,
}

/// Places that were settled in vain, each with the reason and the template that it is made from.
type Doubts<'d> = Vec<(Option<&'d Template>, Reason)>;

impl Progress<'_> {
    /// Settles one grant for a group of actions; returns something new, should there be any.
    fn settle<'d>(
        &mut self,
        question: &Question<'_, 'd>,
        group: &Group,
        grant: usize,
        rule: &Rule<'d>,
    ) -> Result<Option<Witness>, Exhausted> {
        let involved: Vec<_> = question.members(group).map(|(_, rule)| rule).collect();
        let callers = callers(&involved, rule, self.budget)?;
        let all = places(question, group, rule, self.budget)?;
        let mut doubts = Doubts::new();
        for place in &all {
            let found = self.settle_place(question, group, grant, place, &callers, &mut doubts)?;
            if found.is_some() {
                return Ok(found);
            }
        }
        doubts.dedup_by_key(|(template, _)| template.map(std::ptr::from_ref));
        for (template, reason) in doubts {
            // Where all that a template may make is nothing new, what it makes is not.
            let enlarged = match template {
                Some(own) => enlarged_places(question, group, rule, own, self.budget)?,
                None => None,
            };
            let mut left = Doubts::new();
            for place in enlarged.iter().flatten() {
                let found =
                    self.settle_place(question, group, grant, place, &callers, &mut left)?;
                if found.is_some() {
                    return Ok(found);
                }
            }
            if enlarged.is_none() || !left.is_empty() {
                self.doubt.get_or_insert(reason);
            }
        }
        Ok(None)
    }

    fn settle_place<'d>(
        &mut self,
        question: &Question<'_, 'd>,
        group: &Group,
        grant: usize,
        place: &Place<'d>,
        callers: &[Caller],
        doubts: &mut Doubts<'d>,
    ) -> Result<Option<Witness>, Exhausted> {
        for caller in callers {
            let point = Point::new(question, group, place, caller, grant, self.budget);
            self.budget.check()?;
            let Some(point) = point else { continue };
            // A proof that rests on nothing else holds wherever the same rules apply.
            let is_plain = place.template.is_none() && caller.known.is_empty();
            let proof = (grant, point.rules.clone());
            if self.closed.contains(&proof) {
                continue;
            }
            match point.settle(self.budget)? {
                Settled::Found(witness) => return Ok(Some(witness)),
                Settled::Open(reason) => doubts.push((place.template, reason)),
                Settled::Closed => {
                    if is_plain {
                        self.closed.insert(proof);
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
    templates.any(Template::depends_on_reading)
}
