//! One grant and a group of actions: whether something new is allowed, place by place.
//!
//! Must not know how a single point is settled.

use std::collections::BTreeMap;

use foldhash::{HashSet, HashSetExt};

use super::actions::Group;
use super::point::{Point, Settled};
use super::principals::{Caller, callers};
use super::question::Question;
use super::resources::{Certainty, Place, division, enlarged_places, made_places, places};
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

impl Case<'_, '_> {
    fn settled(&self, is_closed: bool) -> Settled {
        if is_closed {
            Settled::Closed
        } else {
            Settled::Open(Reason::Unsettled(self.rule.at))
        }
    }
}

/// Templates of which it is known whether the grant allows nothing new of what they make.
#[derive(Default)]
struct Seen<'d> {
    /// Templates of the grant, by more than they make.
    enlarged: Vec<(&'d Template, bool)>,
    /// Templates of any rule, by just what they make.
    made: Vec<(&'d Template, bool)>,
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
        let mut seen = Seen::default();
        for (place, reason) in doubts {
            let settled = match place.template {
                Some(own) => self.settle_enlarged(&case, own, &mut seen)?,
                None => self.settle_divided(&case, place, &mut seen)?,
            };
            match settled {
                Settled::Open(_) => {
                    left.get_or_insert(reason);
                }
                Settled::Found(witness) => return Ok(Settled::Found(witness)),
                Settled::Closed => {}
            }
        }
        Ok(left.map_or(Settled::Closed, Settled::Open))
    }

    /// Settles what a template of the grant makes by more: all that it makes from what conditions leave to its variables.
    fn settle_enlarged<'d>(
        &mut self,
        case: &Case<'_, 'd>,
        template: &'d Template,
        seen: &mut Seen<'d>,
    ) -> Result<Settled, Exhausted> {
        let known = seen.enlarged.iter().find(|(own, _)| *own == template);
        if let Some((_, is_closed)) = known {
            return Ok(case.settled(*is_closed));
        }
        let (question, group) = (case.question, case.group);
        let enlarged = enlarged_places(question, group, case.rule, template, self.budget)?;
        let settled = match enlarged {
            Some(places) => self.settle_all(case, &places)?,
            None => case.settled(false),
        };
        seen.enlarged
            .push((template, matches!(settled, Settled::Closed)));
        Ok(settled)
    }

    /// Settles a place by its parts: what templates of other rules make, and the rest.
    fn settle_divided<'d>(
        &mut self,
        case: &Case<'_, 'd>,
        place: &Place<'d>,
        seen: &mut Seen<'d>,
    ) -> Result<Settled, Exhausted> {
        let (question, group) = (case.question, case.group);
        let Some(division) = division(question, group, place, self.budget)? else {
            return Ok(case.settled(false));
        };
        let rest = self.settle_place(case, &division.rest)?;
        if !matches!(rest, Settled::Closed) {
            return Ok(rest);
        }
        for template in division.templates {
            let known = (seen.made.iter()).find(|(own, _)| own.form() == template.form());
            let settled = if let Some((_, is_closed)) = known {
                case.settled(*is_closed)
            } else {
                let made = made_places(question, group, template, self.budget)?;
                self.settle_all(case, &made)?
            };
            let is_closed = matches!(settled, Settled::Closed);
            seen.made.push((template, is_closed));
            if !is_closed {
                return Ok(settled);
            }
        }
        Ok(Settled::Closed)
    }

    fn settle_all<'d>(
        &mut self,
        case: &Case<'_, 'd>,
        places: &[Place<'d>],
    ) -> Result<Settled, Exhausted> {
        let mut left = Settled::Closed;
        for place in places {
            match self.settle_place(case, place)? {
                Settled::Found(witness) => return Ok(Settled::Found(witness)),
                Settled::Open(reason) => left = Settled::Open(reason),
                Settled::Closed => {}
            }
        }
        Ok(left)
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
