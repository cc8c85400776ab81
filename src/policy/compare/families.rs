//! The actions that exist and those that documents spell out, in the groups that the same statements are about.
//!
//! Must not know resources, principals or conditions.

use std::collections::{BTreeMap, BTreeSet};

use super::actions::{Index, groups};
use super::offers::{Offer, start};
use super::rules::{Part, Rule};
use super::wording;
use crate::policy::budget::{Budget, Exhausted};
use crate::policy::{Selection, published};

/// Actions that exactly these rules are about; there is at least one.
#[derive(Default)]
pub(super) struct Family {
    /// Indices into the list of rules.
    pub(super) rules: BTreeSet<usize>,
    /// Published actions, in alphabetical order.
    pub(super) published: Vec<published::Action>,
    /// Actions that documents spell out and that are not published, in alphabetical order.
    pub(super) unpublished: Vec<String>,
    /// An action that is neither, where the rules are about any.
    pub(super) future: Option<String>,
}

impl Family {
    /// Returns the action that tells most: of the published ones if there are any.
    pub(super) fn typical(&self) -> &str {
        let offers = self.published.iter().map(|own| Offer::of(own.text()));
        let best = offers
            .min_by_key(|offer| offer.rank(&[]))
            .map(|offer| offer.action);
        best.or(self.unpublished.first().map(String::as_str))
            .or(self.future.as_deref())
            .unwrap_or_default()
    }
}

/// What reading one published action costs.
const ACTION_COST: usize = 32;

/// Returns the families of all actions that some grant is about.
pub(super) fn families(rules: &[Rule<'_>], budget: &Budget) -> Result<Vec<Family>, Exhausted> {
    let index = Index::new(rules, budget)?;
    let mut families = Families {
        rules,
        index: &index,
        budget,
        found: BTreeMap::new(),
    };
    families.add_published()?;
    families.add_unpublished()?;
    families.add_future()?;
    let found = families.found.into_iter();
    let families = found.map(|(rules, family)| Family { rules, ..family });
    Ok(families.collect())
}

struct Families<'s, 'd> {
    rules: &'s [Rule<'d>],
    index: &'s Index<'d>,
    budget: &'s Budget,
    /// By the rules.
    found: BTreeMap<BTreeSet<usize>, Family>,
}

impl<'d> Families<'_, 'd> {
    fn add_published(&mut self) -> Result<(), Exhausted> {
        let mut seen = BTreeSet::new();
        for start in self.starts() {
            for action in published::starting_with(start) {
                self.budget.spend(ACTION_COST)?;
                if seen.insert(action)
                    && let Some(family) = self.family(&action.text().to_ascii_lowercase())?
                {
                    family.published.push(action);
                }
            }
        }
        for family in self.found.values_mut() {
            (family.published).sort_by_cached_key(|own| own.text().to_ascii_lowercase());
        }
        Ok(())
    }

    /// Returns what the actions of grants start with, as far as it is spelled out.
    fn starts(&self) -> BTreeSet<&'d str> {
        let mut starts = BTreeSet::new();
        for rule in self.rules.iter().filter(|rule| rule.part == Part::Grant) {
            match rule.statement.actions() {
                Selection::AllBut(_) => {
                    starts.insert("");
                }
                Selection::Only(listed) => {
                    starts.extend(
                        listed
                            .iter()
                            .map(|own| start(&own.value).unwrap_or_default()),
                    );
                }
            }
        }
        if starts.contains("") {
            return BTreeSet::from([""]);
        }
        starts
    }

    fn add_unpublished(&mut self) -> Result<(), Exhausted> {
        let mut spelled = BTreeMap::new();
        for rule in self.rules {
            let patterns = rule.statement.actions().patterns();
            for pattern in patterns.filter(|own| !own.glob().has_wildcards()) {
                self.budget.spend(ACTION_COST)?;
                if published::find(pattern.folded()).is_none() {
                    spelled.entry(pattern.folded()).or_insert(pattern.text());
                }
            }
        }
        for (folded, text) in spelled {
            if let Some(family) = self.family(folded)? {
                family.unpublished.push(text.to_owned());
            }
        }
        Ok(())
    }

    fn add_future(&mut self) -> Result<(), Exhausted> {
        for group in groups(self.rules, self.budget)? {
            let Some(unspelled) = group.unspelled else {
                continue;
            };
            if let Some(action) = self.future(unspelled, &group.rules)? {
                self.found.entry(group.rules).or_default().future = Some(action);
            }
        }
        Ok(())
    }

    /// Returns an action of the group that is neither published nor spelled out.
    fn future(
        &self,
        unspelled: String,
        members: &BTreeSet<usize>,
    ) -> Result<Option<String>, Exhausted> {
        self.budget.spend(ACTION_COST)?;
        if published::find(&unspelled).is_none() {
            return Ok(Some(unspelled));
        }
        // Some longer or shorter name of the same patterns will do.
        let folded = unspelled.to_ascii_lowercase();
        let rules = members.iter().filter_map(|&rule| self.rules.get(rule));
        let patterns = rules.flat_map(|rule| rule.statement.actions().patterns());
        let proposals = patterns
            .filter(|own| own.glob().has_wildcards() && own.glob().matches(&folded, self.budget))
            .flat_map(|own| wording::actions(own.text(), &[own.text()], self.budget))
            .chain([format!("{unspelled}Example")]);
        for action in proposals {
            self.budget.spend(ACTION_COST)?;
            let folded = action.to_ascii_lowercase();
            if published::find(&folded).is_none()
                && !self.index.spells_out(&folded)
                && self.index.matching(&folded, self.budget)? == *members
            {
                return Ok(Some(action));
            }
        }
        Ok(None)
    }

    /// Returns the family of an action, given in lowercase, unless no grant is about it.
    fn family(&mut self, folded: &str) -> Result<Option<&mut Family>, Exhausted> {
        let members = self.index.matching(folded, self.budget)?;
        let is_granted = members.iter().any(|&rule| {
            let rule = self.rules.get(rule);
            rule.is_some_and(|rule| rule.part == Part::Grant)
        });
        Ok(is_granted.then(|| self.found.entry(members).or_default()))
    }
}
