//! The search for a context in which something new is allowed, or for the proof that there is none.
//!
//! Must not know actions, resources or principals.

use std::collections::{BTreeMap, BTreeSet};

use super::assignment::{Component, Known, Preference};
use super::demand::{Choice, Demand};
use super::proofs::contradict;
use super::rules::Term;
use super::typed::Sample;
use crate::policy::budget::{Budget, Exhausted};
use crate::policy::language::Piece;
use crate::policy::{Context, Key, Template};

/// What has to hold: all of the first, and of each of the second at least one condition not.
pub(super) struct Demands<'q, 'd> {
    pub(super) all_hold: Vec<&'q Term<'d>>,
    pub(super) one_fails: Vec<&'q [Term<'d>]>,
}

/// What a context has to have besides.
#[derive(Clone, Copy)]
pub(super) struct Setting<'s, 'd> {
    /// Keys that are settled.
    pub(super) known: &'s Known,
    /// The template that the resource is made from: its variables need values.
    pub(super) template: Option<&'d Template>,
    /// Values of these variables that are worth a try.
    pub(super) hints: &'s BTreeMap<&'d Key, String>,
}

/// How a search ended.
pub(super) enum Outcome<T> {
    /// No context meets the demands.
    Impossible,
    /// What the visitor made of a context.
    Found(T),
    /// Neither; tells whether contexts were visited, all in vain.
    Open { visited: bool },
}

/// Searches contexts that meet the demands, and hands each to `visit` until it returns something.
///
/// Short clauses come first: a statement without conditions ends the search at once.
pub(super) fn search<'d, T>(
    demands: &Demands<'_, 'd>,
    setting: Setting<'_, 'd>,
    budget: &Budget,
    visit: impl FnMut(Context) -> Result<Option<T>, Exhausted>,
) -> Result<Outcome<T>, Exhausted> {
    let mut clauses = demands.one_fails.clone();
    clauses.sort_by_key(|clause| clause.len());
    if clauses.first().is_some_and(|clause| clause.is_empty()) {
        return Ok(Outcome::Impossible);
    }
    let mut search = Search {
        setting,
        budget,
        visit,
        met: Vec::new(),
        is_open: false,
        visited: false,
    };
    for &term in &demands.all_hold {
        if !search.demand(term, true)? {
            return Ok(Outcome::Impossible);
        }
    }
    let mut found = None;
    if clauses.len() >= MANY_CLAUSES {
        found = search.attempt()?.found;
        search.visited = false;
    }
    if found.is_none() {
        found = search.explore(&clauses)?;
    }
    Ok(match found {
        Some(found) => Outcome::Found(found),
        None if search.is_open => Outcome::Open {
            visited: search.visited,
        },
        None => Outcome::Impossible,
    })
}

/// From how many clauses on it pays to try a context first that only what has to hold has shaped: most clauses fail by themselves.
const MANY_CLAUSES: usize = 8;

/// Bounds how deep the search nests.
const MOST_DEMANDS: usize = 1_000;

struct Search<'s, 'q, 'd, V> {
    setting: Setting<'s, 'd>,
    budget: &'s Budget,
    visit: V,
    met: Vec<Demand<'q, 'd>>,
    is_open: bool,
    visited: bool,
}

struct Attempt<T> {
    found: Option<T>,
    /// Whether it is proven that no context meets the demands.
    is_impossible: bool,
}

impl<'q, 'd, T, V> Search<'_, 'q, 'd, V>
where
    V: FnMut(Context) -> Result<Option<T>, Exhausted>,
{
    /// Adds a demand; returns false where it is proven to contradict those before.
    fn demand(&mut self, term: &'q Term<'d>, holds: bool) -> Result<bool, Exhausted> {
        self.budget.spend(8 + 4 * self.met.len())?;
        if self.met.len() >= MOST_DEMANDS {
            return Err(Exhausted);
        }
        self.met.push(Demand { term, holds });
        let key = term.key();
        let on_key = |demand: &&Demand<'q, 'd>| demand.term.key() == key;
        let demands: Vec<_> = self.met.iter().filter(on_key).copied().collect();
        let known = self.setting.known.get(key.folded());
        Ok(!contradict(key, &demands, known, self.budget)?)
    }

    /// Makes each of the `clauses` fail in turn, by each of its conditions.
    fn explore(&mut self, clauses: &[&'q [Term<'d>]]) -> Result<Option<T>, Exhausted> {
        let is_failed = |clause: &&&[Term<'d>]| clause.iter().any(|own| self.is_failed(own));
        let failed = clauses.iter().take_while(is_failed).count();
        let Some((clause, rest)) = clauses.get(failed..).and_then(<[_]>::split_first) else {
            return self.leaf();
        };
        for term in *clause {
            let before = self.met.len();
            let found = if self.demand(term, false)? {
                self.explore(rest)?
            } else {
                None
            };
            self.met.truncate(before);
            if found.is_some() {
                return Ok(found);
            }
        }
        Ok(None)
    }

    /// Tells whether a condition of this shape is demanded to fail already; says no where the budget is used up.
    fn is_failed(&self, term: &Term<'d>) -> bool {
        let mut failed = self.met.iter().filter(|demand| !demand.holds);
        failed.any(|demand| self.budget.allows(4) && demand.term.shape == term.shape)
    }

    /// Tries contexts for all demands.
    fn leaf(&mut self) -> Result<Option<T>, Exhausted> {
        let attempt = self.attempt()?;
        self.is_open |= !attempt.is_impossible && attempt.found.is_none();
        Ok(attempt.found)
    }

    /// Tries contexts for the demands so far: first with few keys, then with all variables set, then with the hints.
    fn attempt(&mut self) -> Result<Attempt<T>, Exhausted> {
        let mut components = self.components()?;
        let first = self.visit_all(&components, self.setting.known, Preference::Absence)?;
        if first.found.is_some() || first.is_impossible {
            return Ok(first);
        }
        let has_variables = self.setting.template.is_some()
            || !self.setting.hints.is_empty()
            || self.met.iter().any(|demand| demand.term.has_variables());
        if !has_variables {
            return Ok(first);
        }
        let second = self.visit_all(&components, self.setting.known, Preference::Presence)?;
        if second.found.is_some() || self.setting.hints.is_empty() {
            return Ok(second);
        }
        let mut known = self.setting.known.clone();
        for (key, value) in self.setting.hints {
            let choice = || Choice::One(Sample::new(value.clone()));
            known.entry(key.folded().to_owned()).or_insert_with(choice);
        }
        components.retain(|own| !own.keys.is_empty());
        let found = self
            .visit_all(&components, &known, Preference::Presence)?
            .found;
        Ok(Attempt {
            found,
            is_impossible: false,
        })
    }

    /// Visits contexts that join what the components can hold: the first of each, and in their place each other one.
    fn visit_all(
        &mut self,
        components: &[Component<'q, 'd>],
        known: &Known,
        preference: Preference,
    ) -> Result<Attempt<T>, Exhausted> {
        let mut assigned = Vec::new();
        let mut has_gap = false;
        for component in components {
            let assignments = component.assignments(known, preference, self.budget)?;
            if assignments.found.is_empty() && assignments.is_complete {
                return Ok(Attempt {
                    found: None,
                    is_impossible: true,
                });
            }
            has_gap |= assignments.found.is_empty();
            assigned.push(assignments.found);
        }
        let mut attempt = Attempt {
            found: None,
            is_impossible: false,
        };
        if has_gap {
            return Ok(attempt);
        }
        let firsts: Vec<&Context> = assigned.iter().filter_map(|own| own.first()).collect();
        let mut ways = vec![firsts.clone()];
        for (place, found) in assigned.iter().enumerate() {
            for other in found.iter().skip(1) {
                let mut way = firsts.clone();
                if let Some(own) = way.get_mut(place) {
                    *own = other;
                }
                ways.push(way);
            }
        }
        for way in ways {
            let length: usize = way.iter().map(|own| own.len()).sum();
            self.budget.spend(16 * (1 + length))?;
            let entries = way.iter().flat_map(|own| own.iter());
            let entries = entries.map(|(key, value)| (key, value.clone()));
            self.visited = true;
            attempt.found = (self.visit)(entries.collect())?;
            if attempt.found.is_some() {
                break;
            }
        }
        Ok(attempt)
    }

    /// Groups keys that depend on each other through variables, in the order of their names.
    fn components(&self) -> Result<Vec<Component<'q, 'd>>, Exhausted> {
        self.budget.spend(16 * (1 + self.met.len()))?;
        let mut required: BTreeMap<&'d Key, bool> = BTreeMap::new();
        for piece in self.setting.template.iter().flat_map(|own| own.pieces()) {
            if let Piece::Variable(variable) = piece {
                let has_default = required.entry(variable.key()).or_insert(true);
                *has_default &= variable.default().is_some();
            }
        }
        let mut groups: Vec<BTreeSet<&'d Key>> = Vec::new();
        let mut join = |keys: BTreeSet<&'d Key>| {
            let (touched, apart): (Vec<_>, Vec<_>) = std::mem::take(&mut groups)
                .into_iter()
                .partition(|group| !group.is_disjoint(&keys));
            groups = apart;
            groups.push(touched.into_iter().flatten().chain(keys).collect());
        };
        for key in required.keys().chain(self.setting.hints.keys()) {
            join(BTreeSet::from([*key]));
        }
        for demand in &self.met {
            let condition = demand.term.condition;
            let variables = condition.templates().flat_map(Template::variables);
            join(variables.chain([demand.term.key()]).collect());
        }
        groups.sort();
        let components = groups.into_iter().map(|keys| {
            let is_own = |demand: &&Demand<'q, 'd>| keys.contains(demand.term.key());
            Component {
                demands: self.met.iter().filter(is_own).copied().collect(),
                required: (required.iter())
                    .filter(|(key, _)| keys.contains(*key))
                    .map(|(key, has_default)| (*key, *has_default))
                    .collect(),
                keys: keys.into_iter().collect(),
            }
        });
        Ok(components.collect())
    }
}
