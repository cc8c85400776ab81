//! One direction under one reading: what is compared, and the statements that matter.
//!
//! Must not know how the question is answered.

use super::actions::Group;
use super::point::Point;
use super::resources::Place;
use super::rules::Rule;
use crate::policy::{Document, Principal, Reading};

pub(super) struct Question<'q, 'd> {
    pub(super) reading: Reading,
    pub(super) reference: &'q [&'d Document],
    pub(super) candidate: &'q [&'d Document],
    pub(super) rules: Vec<Rule<'d>>,
}

impl<'d> Question<'_, 'd> {
    /// Iterates over the rules that are about a group of actions.
    pub(super) fn members<'s>(
        &'s self,
        group: &'s Group,
    ) -> impl Iterator<Item = (usize, &'s Rule<'d>)> {
        let members = group.rules.iter();
        members.filter_map(|&index| Some((index, self.rules.get(index)?)))
    }

    /// Returns a point of the question, or `None` where the grant is not about it.
    pub(super) fn point<'s>(
        &'s self,
        group: &'s Group,
        place: &'s Place<'d>,
        caller: Option<&'s Principal>,
        grant: usize,
    ) -> Option<Point<'s, 'd>> {
        let is_about_caller = |rule: &usize| {
            let principals = self.rules.get(*rule)?.statement.principals();
            let selected = principals.is_none_or(|principals| {
                caller.is_some_and(|caller| principals.selects(|pattern| pattern.matches(caller)))
            });
            selected.then_some(())
        };
        let about = place
            .rules
            .iter()
            .filter(|(rule, _)| is_about_caller(rule).is_some());
        let point = Point {
            question: self,
            group,
            place,
            caller,
            grant: self.rules.get(grant)?,
            rules: about.map(|(rule, certainty)| (*rule, *certainty)).collect(),
        };
        point.rules.contains_key(&grant).then_some(point)
    }
}
