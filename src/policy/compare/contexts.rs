//! The search for a context in which something new is allowed, or for the proof that there is none.
//!
//! Must not know actions, resources or principals.

use std::collections::{BTreeMap, BTreeSet};

use super::rules::Term;
use super::samples::{Demand, choose, contradict};
use super::wording;
use crate::policy::budget::{Budget, Exhausted};
use crate::policy::{Condition, Context, Key, Template};

/// What has to hold: all of the first, and of each of the second at least one condition not.
pub(super) struct Demands<'q, 'd> {
    pub(super) all_hold: Vec<&'q Term<'d>>,
    pub(super) one_fails: Vec<&'q [Term<'d>]>,
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
/// Contexts also set the variables of `template`.
/// Short clauses come first: a statement without conditions ends the search at once.
pub(super) fn search<'d, T>(
    demands: &Demands<'_, 'd>,
    template: Option<&'d Template>,
    budget: &Budget,
    visit: impl FnMut(Context) -> Result<Option<T>, Exhausted>,
) -> Result<Outcome<T>, Exhausted> {
    let mut clauses = demands.one_fails.clone();
    clauses.sort_by_key(|clause| clause.len());
    let mut search = Search {
        template,
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
        found = search.attempt()?;
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
    template: Option<&'d Template>,
    budget: &'s Budget,
    visit: V,
    met: Vec<Demand<'q, 'd>>,
    is_open: bool,
    visited: bool,
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
        Ok(!contradict(key, &demands, self.budget)?)
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
        self.is_open = true;
        self.attempt()
    }

    /// Tries contexts for the demands so far, first with policy variables unset.
    fn attempt(&mut self) -> Result<Option<T>, Exhausted> {
        for variables in [BTreeSet::new(), self.variables()] {
            if let Some(context) = self.context(&variables)? {
                self.visited = true;
                let found = (self.visit)(context)?;
                if found.is_some() {
                    return Ok(found);
                }
            }
        }
        Ok(None)
    }

    fn variables(&self) -> BTreeSet<&'d Key> {
        let conditions = self.met.iter().map(|demand| demand.term.condition);
        let templates = conditions
            .flat_map(Condition::templates)
            .chain(self.template);
        templates.flat_map(Template::variables).collect()
    }

    /// Chooses a value for each key, those of variables first, as other keys depend on them.
    fn context(&mut self, variables: &BTreeSet<&'d Key>) -> Result<Option<Context>, Exhausted> {
        self.budget
            .spend(16 * (1 + self.met.len() + variables.len()))?;
        let mut by_key: BTreeMap<&Key, Vec<Demand<'q, 'd>>> = BTreeMap::new();
        for demand in &self.met {
            by_key.entry(demand.term.key()).or_default().push(*demand);
        }
        let mut context = Context::new();
        for &key in variables {
            match by_key.remove(key) {
                None => {
                    context.insert(key.text(), wording::variable(key.folded()));
                }
                Some(demands) => {
                    let Some(choice) = choose(key, &demands, &context, true, self.budget)? else {
                        return Ok(None);
                    };
                    choice.map(|value| context.insert(key.text(), value));
                }
            }
        }
        for (key, demands) in by_key {
            let Some(choice) = choose(key, &demands, &context, false, self.budget)? else {
                return Ok(None);
            };
            choice.map(|value| context.insert(key.text(), value));
        }
        Ok(Some(context))
    }
}
