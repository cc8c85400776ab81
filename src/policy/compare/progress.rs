//! One grant and a group of actions: whether something new is allowed, place by place.
//!
//! Must not know how a single point is settled.

use std::collections::BTreeMap;

use foldhash::{HashSet, HashSetExt};

use super::actions::Group;
use super::point::{Point, Settled};
use super::principals::{Caller, callers};
use super::question::Question;
use super::resources::{Certainty, Place, divided_places, enlarged_places, places};
use super::rules::Rule;
use crate::policy::budget::{Budget, Exhausted};
use crate::policy::{Reason, Template};

/// What is known while a question is worked on.
pub(super) struct Progress<'b> {
    budget: &'b Budget,
    /// Grants that allow nothing new where these rules apply.
    closed: HashSet<(usize, BTreeMap<usize, Certainty>)>,
}

/// A grant, and what it is asked about.
struct Case<'q, 'd> {
    question: &'q Question<'q, 'd>,
    group: &'q Group,
    grant: usize,
    rule: &'q Rule<'d>,
    callers: Vec<Caller>,
}

impl<'b> Progress<'b> {
    pub(super) fn new(budget: &'b Budget) -> Self {
        Self {
            budget,
            closed: HashSet::new(),
        }
    }

    /// Settles one grant for a group of actions.
    pub(super) fn settle<'d>(
        &mut self,
        question: &Question<'_, 'd>,
        group: &Group,
        grant: usize,
        rule: &Rule<'d>,
    ) -> Result<Settled, Exhausted> {
        let involved: Vec<_> = question.members(group).map(|(_, rule)| rule).collect();
        let case = Case {
            question,
            group,
            grant,
            rule,
            callers: callers(&involved, rule, self.budget)?,
        };
        let all = places(question, group, rule, self.budget)?;
        let mut doubts: Vec<(&Place<'d>, Reason)> = Vec::new();
        for place in &all {
            match self.settle_place(&case, place)? {
                Settled::Open(reason) => doubts.push((place, reason)),
                Settled::Found(witness) => return Ok(Settled::Found(witness)),
                Settled::Closed => {}
            }
        }
        let mut left = None;
        let mut last: Option<&Template> = None;
        for (place, reason) in doubts {
            let is_same = |own: &Template| last.is_some_and(|last| std::ptr::eq(last, own));
            if place.template.is_some_and(is_same) {
                continue;
            }
            last = place.template;
            match self.settle_otherwise(&case, place)? {
                Settled::Open(_) => {
                    left.get_or_insert(reason);
                }
                Settled::Found(witness) => return Ok(Settled::Found(witness)),
                Settled::Closed => {}
            }
        }
        Ok(left.map_or(Settled::Closed, Settled::Open))
    }

    /// Settles a place that stayed open by other places that together hold at least its resources.
    fn settle_otherwise(
        &mut self,
        case: &Case<'_, '_>,
        place: &Place<'_>,
    ) -> Result<Settled, Exhausted> {
        let (question, group) = (case.question, case.group);
        let others = match place.template {
            Some(own) => enlarged_places(question, group, case.rule, own, self.budget)?,
            None => divided_places(question, group, place, self.budget)?,
        };
        let mut left = others.is_none();
        for other in others.iter().flatten() {
            match self.settle_place(case, other)? {
                Settled::Open(_) => left = true,
                Settled::Found(witness) => return Ok(Settled::Found(witness)),
                Settled::Closed => {}
            }
        }
        let open = Settled::Open(Reason::Unsettled(case.rule.at));
        Ok(if left { open } else { Settled::Closed })
    }

    /// Settles a place for each caller.
    fn settle_place<'d>(
        &mut self,
        case: &Case<'_, 'd>,
        place: &Place<'d>,
    ) -> Result<Settled, Exhausted> {
        let mut left = None;
        for caller in &case.callers {
            let point = Point::new(
                case.question,
                case.group,
                place,
                caller,
                case.grant,
                self.budget,
            );
            self.budget.check()?;
            let Some(point) = point else { continue };
            // A proof that rests on nothing else holds wherever the same rules apply.
            let is_plain = place.template.is_none() && caller.known.is_empty();
            let proof = (case.grant, point.rules.clone());
            if self.closed.contains(&proof) {
                continue;
            }
            match point.settle(self.budget)? {
                Settled::Found(witness) => return Ok(Settled::Found(witness)),
                Settled::Open(reason) => {
                    left.get_or_insert(reason);
                }
                Settled::Closed => {
                    if is_plain {
                        self.closed.insert(proof);
                    }
                }
            }
        }
        Ok(left.map_or(Settled::Closed, Settled::Open))
    }
}
