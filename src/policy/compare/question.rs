//! One direction under one reading: what is compared, and the statements that matter.
//!
//! Must not know how the question is answered.

use super::actions::Group;
use super::rules::{Part, Rule};
use crate::policy::{Document, Reading};

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

    /// Iterates over the grants among them.
    pub(super) fn grants<'s>(
        &'s self,
        group: &'s Group,
    ) -> impl Iterator<Item = (usize, &'s Rule<'d>)> {
        self.members(group)
            .filter(|(_, rule)| rule.part == Part::Grant)
    }
}
