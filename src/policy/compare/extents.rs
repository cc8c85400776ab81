//! Whether a reference allows an action anywhere at all.
//!
//! Must not know what is compared with the reference.

use std::collections::{BTreeMap, BTreeSet};

use super::actions::Index;
use super::direction::{Wording, under_both};
use super::excerpt::about_action;
use super::gains::Extent;
use super::question::Sides;
use super::rules::{Part, Rule, gather};
use crate::policy::Difference;
use crate::policy::budget::{Budget, Exhausted};

/// Answers once for all actions that the same statements are about.
pub(super) struct Extents<'d> {
    rules: Vec<Rule<'d>>,
    index: Index<'d>,
    known: BTreeMap<BTreeSet<usize>, Extent>,
}

impl<'d> Extents<'d> {
    /// Takes sides of which the candidate is the reference in question, and the other is empty.
    pub(super) fn new(alone: &'d Sides<'d>, budget: &Budget) -> Result<Self, Exhausted> {
        let rules = gather(&alone.reference, &alone.candidate, budget)?;
        Ok(Self {
            index: Index::new(&rules, budget)?,
            rules,
            known: BTreeMap::new(),
        })
    }

    pub(super) fn of(&mut self, action: &str, budget: &Budget) -> Result<Extent, Exhausted> {
        let members = self.index.matching(&action.to_ascii_lowercase(), budget)?;
        if let Some(&known) = self.known.get(&members) {
            return Ok(known);
        }
        let rules = || members.iter().filter_map(|&rule| self.rules.get(rule));
        let extent = if rules().any(|rule| rule.part == Part::Grant) {
            let document = about_action(action, rules().map(|rule| rule.statement));
            match under_both(
                Wording::AsFound,
                &[],
                &document.iter().collect::<Vec<_>>(),
                budget,
            )? {
                Difference::Nothing => Extent::New,
                Difference::NothingBySegment(_)
                | Difference::Witness(_)
                | Difference::Undecided(_) => Extent::Wider,
            }
        } else {
            Extent::New
        };
        self.known.insert(members, extent);
        Ok(extent)
    }
}
