//! One action, one resource and one caller: whether a grant allows there what the reference does not.
//!
//! Must not know how these three were chosen.

use std::collections::BTreeMap;

use super::actions::Group;
use super::contexts::{Demands, Outcome, Setting, search};
use super::principals::Caller;
use super::question::Question;
use super::resources::{Certainty, Place};
use super::rules::{Part, Rule};
use super::wording;
use crate::policy::budget::{Budget, Exhausted};
use crate::policy::{Condition, Context, Reason, Witness};

pub(super) struct Point<'q, 'd> {
    pub(super) question: &'q Question<'q, 'd>,
    pub(super) group: &'q Group,
    pub(super) place: &'q Place<'d>,
    pub(super) caller: &'q Caller,
    pub(super) grant: &'q Rule<'d>,
    /// The rules that are or may be about the point, conditions aside.
    pub(super) rules: BTreeMap<usize, Certainty>,
}

pub(super) enum Settled {
    /// The grant allows nothing new here.
    Closed,
    /// It allows this.
    Found(Witness),
    /// Not known.
    Open(Reason),
}

impl<'q, 'd> Point<'q, 'd> {
    /// Returns a point of a question, or `None` where the grant is not about it or the budget is used up.
    pub(super) fn new(
        question: &'q Question<'q, 'd>,
        group: &'q Group,
        place: &'q Place<'d>,
        caller: &'q Caller,
        grant: usize,
        budget: &Budget,
    ) -> Option<Self> {
        let is_about_caller = |rule: &Rule<'d>| {
            let principals = rule.statement.principals();
            principals.is_none_or(|principals| {
                caller.principal.as_ref().is_some_and(|caller| {
                    principals.selects(|pattern| budget.allows(8) && pattern.matches(caller))
                })
            })
        };
        if !budget.allows(8 * (1 + place.rules.len())) {
            return None;
        }
        let involved = (place.rules.iter())
            .filter(|(rule, _)| question.rules.get(**rule).is_some_and(is_about_caller));
        let point = Self {
            question,
            group,
            place,
            caller,
            grant: question.rules.get(grant)?,
            rules: involved
                .map(|(rule, certainty)| (*rule, *certainty))
                .collect(),
        };
        point.rules.contains_key(&grant).then_some(point)
    }

    /// Settles the point: something is new where nothing known allows it, or where something withheld denies it.
    ///
    /// A rule that is only possibly about the point proves nothing and is feared all the same.
    pub(super) fn settle(&self, budget: &Budget) -> Result<Settled, Exhausted> {
        let of_part = |part| self.rules().filter(move |(rule, _)| rule.part == part);
        let sure = |part| {
            let rules = of_part(part).filter(|(_, certainty)| *certainty == Certainty::Sure);
            rules.map(|(rule, _)| rule.terms.as_slice())
        };
        let blocks: Vec<_> = sure(Part::Block).collect();
        budget.spend(8 * self.rules.len())?;
        let grant = &self.grant.terms;
        let unknown = Demands {
            all_hold: grant.iter().collect(),
            one_fails: blocks.iter().copied().chain(sure(Part::Known)).collect(),
        };
        let withheld = of_part(Part::Withheld).map(|(rule, _)| Demands {
            all_hold: grant.iter().chain(&rule.terms).collect(),
            one_fails: blocks.clone(),
        });
        let setting = Setting {
            known: &self.caller.known,
            template: self.place.template,
            hints: &self.place.values,
        };
        let mut reason = None;
        for demands in [unknown].into_iter().chain(withheld) {
            budget.spend(4 * (1 + blocks.len()))?;
            let visit = |context: Context| self.witness(&context, budget);
            match search(&demands, setting, budget, visit)? {
                Outcome::Impossible => {}
                Outcome::Found(witness) => return Ok(Settled::Found(witness)),
                Outcome::Open { visited } => {
                    reason.get_or_insert_with(|| self.reason(visited));
                }
            }
        }
        Ok(reason.map_or(Settled::Closed, Settled::Open))
    }

    fn rules(&self) -> impl Iterator<Item = (&Rule<'d>, Certainty)> {
        let rules = self.rules.iter();
        rules.filter_map(|(&rule, &certainty)| Some((self.question.rules.get(rule)?, certainty)))
    }

    /// Returns the request with this context where the evaluator confirms it.
    fn witness(&self, context: &Context, budget: &Budget) -> Result<Option<Witness>, Exhausted> {
        let resources = match self.place.template {
            None => vec![self.place.resource.clone()],
            Some(template) => {
                let Some(glob) = template.resolve(context) else {
                    return Ok(None);
                };
                let resources = wording::resources(&glob, &self.group.action, budget);
                let made = self.place.resource.clone().into_iter();
                let resources = resources.into_iter().take(1).chain(made);
                resources.map(Some).collect()
            }
        };
        for resource in resources {
            let request = self.caller.request(&self.group.action, resource, context);
            let reading = self.question.reading;
            let allowed_by = (self.question).newly_allowed_by(reading, &request, budget)?;
            if let Some(allowed_by) = allowed_by {
                return Ok(Some(Witness {
                    request,
                    allowed_by,
                    reading: None,
                }));
            }
        }
        Ok(None)
    }

    /// Says why the point stayed open, after contexts were visited in vain or none was found.
    fn reason(&self, visited: bool) -> Reason {
        let has_variables = |rule: &Rule<'_>| {
            let mut conditions = rule.statement.conditions().iter();
            conditions.any(Condition::has_variables)
        };
        let is_variable = self.place.template.is_some()
            || self
                .rules()
                .any(|(rule, certainty)| certainty == Certainty::Possible || has_variables(rule));
        let at = self.grant.at;
        if is_variable {
            Reason::Variable(at)
        } else if visited && self.group.is_typical {
            Reason::Internal(at)
        } else {
            Reason::Unsettled(at)
        }
    }
}
