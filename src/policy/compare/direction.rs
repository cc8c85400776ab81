//! One direction after the other, and one reading of wildcards after the other.
//!
//! Must not know how a single grant is settled.

use super::actions::groups;
use super::denials::Denials;
use super::point::Settled;
use super::progress::Progress;
use super::question::{Question, Sides};
use super::readable::readable;
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
/// Context keys are taken as independent of each other and of the caller, but for `aws:PrincipalArn` and `aws:PrincipalAccount`:
/// they follow from an AWS caller, and no service, identity provider or canonical user has an ARN.
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
    let mut progress = Progress::new(budget);
    let mut doubt = None;
    for group in groups(&question.rules, budget)? {
        for (grant, rule) in question.grants(&group) {
            match progress.settle(question, &group, grant, rule)? {
                Settled::Found(witness) => return Ok(Difference::Witness(witness)),
                Settled::Open(reason) => {
                    doubt.get_or_insert(reason);
                }
                Settled::Closed => {}
            }
        }
    }
    // Nothing that was concluded counts where the budget is used up.
    budget.check()?;
    Ok(doubt.map_or(Difference::Nothing, Difference::Undecided))
}

fn depends_on_reading(documents: &[&Document]) -> bool {
    let statements = documents.iter().flat_map(|document| document.statements());
    let mut templates = statements
        .filter_map(|statement| statement.resources())
        .flat_map(Selection::patterns);
    templates.any(Template::depends_on_reading)
}
