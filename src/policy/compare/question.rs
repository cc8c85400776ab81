//! One direction under one reading: what is compared, and the statements that matter.
//!
//! Must not know how the question is answered.

use super::actions::Group;
use super::pinned::{Placed, divided};
use super::rules::{Part, Rule, gather};
use crate::policy::budget::{Budget, Exhausted};
use crate::policy::evaluate::decide;
use crate::policy::{Decision, Document, Reading, Request, StatementRef};

pub(super) struct Question<'q, 'd> {
    pub(super) reading: Reading,
    pub(super) reference: &'q [&'d Document],
    pub(super) candidate: &'q [&'d Document],
    pub(super) rules: Vec<Rule<'d>>,
}

/// The statements of both sides as they are compared.
pub(super) struct Sides<'d> {
    pub(super) reference: Vec<Placed<'d>>,
    pub(super) candidate: Vec<Placed<'d>>,
}

impl<'d> Sides<'d> {
    pub(super) fn new(
        reference: &[&'d Document],
        candidate: &[&'d Document],
        budget: &Budget,
    ) -> Result<Self, Exhausted> {
        Ok(Self {
            reference: divided(reference, budget)?,
            candidate: divided(candidate, budget)?,
        })
    }
}

impl<'q, 'd> Question<'q, 'd> {
    pub(super) fn new(
        reading: Reading,
        reference: &'q [&'d Document],
        candidate: &'q [&'d Document],
        sides: &'d Sides<'d>,
        budget: &Budget,
    ) -> Result<Self, Exhausted> {
        Ok(Self {
            reading,
            reference,
            candidate,
            rules: gather(&sides.reference, &sides.candidate, budget)?,
        })
    }

    /// Returns the same question under another reading.
    pub(super) fn under(self, reading: Reading) -> Self {
        Self { reading, ..self }
    }

    /// Returns the first statement that allows a request which is new under a reading, as the evaluator judges it.
    pub(super) fn newly_allowed_by(
        &self,
        reading: Reading,
        request: &Request,
        budget: &Budget,
    ) -> Result<Option<StatementRef>, Exhausted> {
        let decide = |documents| decide(reading, documents, request, budget);
        let allowed_by = match decide(self.candidate) {
            Decision::Allowed(at) => {
                let is_known = matches!(decide(self.reference), Decision::Allowed(_));
                (!is_known).then_some(at)
            }
            Decision::ExplicitDeny(_) | Decision::ImplicitDeny => None,
        };
        budget.check()?;
        Ok(allowed_by)
    }

    /// Iterates over the rules that are about a group of actions.
    pub(super) fn members<'s>(
        &'s self,
        group: &'s Group,
    ) -> impl Iterator<Item = (usize, &'s Rule<'d>)> {
        let members = group.rules.iter();
        members.filter_map(|&index| Some((index, self.rules.get(index)?)))
    }

    /// Iterates over the grants among them.
    pub(super) fn grants<'s>(
        &'s self,
        group: &'s Group,
    ) -> impl Iterator<Item = (usize, &'s Rule<'d>)> {
        self.members(group)
            .filter(|(_, rule)| rule.part == Part::Grant)
    }
}
