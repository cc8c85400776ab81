//! Values for keys that depend on each other through policy variables.
//!
//! Must not know statements, actions, resources or principals.

use std::collections::{BTreeMap, BTreeSet};

use super::demand::{Choice, Demand, many};
use super::samples::{Borders, Samples};
use super::typed::Sample;
use super::wording;
use crate::policy::budget::{Budget, Exhausted};
use crate::policy::evaluate::holds;
use crate::policy::language::Glob;
use crate::policy::{Context, Key, Quantifier, Template, Test, Value};

/// What is settled of keys before any condition is looked at, by their lowercase form.
pub(super) type Known = BTreeMap<String, Choice>;

/// Keys that depend on each other, and what has to hold of them.
#[derive(Default)]
pub(super) struct Component<'q, 'd> {
    pub(super) keys: Vec<&'d Key>,
    pub(super) demands: Vec<Demand<'q, 'd>>,
    /// The variables that have to have a value, each with whether a default will do.
    pub(super) required: BTreeMap<&'d Key, bool>,
}

/// What a component's keys can hold together.
pub(super) struct Assignments {
    pub(super) found: Vec<Context>,
    /// Whether there is none where none was found.
    pub(super) is_complete: bool,
}

/// How values are chosen where several will do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Preference {
    /// As few keys as possible.
    Absence,
    /// A value for every variable.
    Presence,
}

/// How many assignments are returned at most.
const MOST_FOUND: usize = 4;
/// How many choices are tried at most for one component; a part of the whole budget, so that other ways are left.
const MOST_TRIED: usize = 2_000;
/// How many keys can be told apart by values of their own.
const MOST_COPIES: usize = 5;

impl<'q, 'd> Component<'q, 'd> {
    /// Returns values that meet all demands.
    ///
    /// Values are compared with patterns and with each other: where a group of values that all patterns treat alike holds as many different ones as there are keys, or is known to hold no more, every other assignment is like one of those tried.
    pub(super) fn assignments(
        &self,
        known: &Known,
        preference: Preference,
        budget: &Budget,
    ) -> Result<Assignments, Exhausted> {
        let samples = self.samples(known, budget)?;
        let is_complete = samples.is_complete && self.compares_whole_values();
        let mut search = Search {
            component: self,
            samples: &samples,
            options: Vec::new(),
            budget,
            context: Context::new(),
            copies_used: vec![0; samples.groups.len()],
            tried: 0,
            has_given_up: false,
            found: Vec::new(),
        };
        search.prepare(known, preference)?;
        search.assign(0)?;
        budget.check()?;
        Ok(Assignments {
            found: search.found,
            is_complete: is_complete && !search.has_given_up,
        })
    }

    fn is_variable(&self, key: &Key) -> bool {
        let mut variables = (self.demands.iter())
            .flat_map(|demand| demand.term.condition.templates())
            .flat_map(Template::variables);
        self.required.contains_key(key) || variables.any(|own| own == key)
    }

    /// Tells whether a key can hold something as far as it has to have a value.
    fn serves(&self, key: &Key, choice: &Choice) -> bool {
        let Some(has_default) = self.required.get(key) else {
            return true;
        };
        match choice {
            Choice::Absent => *has_default,
            Choice::One(_) => true,
            Choice::Many(_) => false,
        }
    }

    /// Returns the demands with variables on these keys alone, this one among them.
    fn due(&self, key: &Key, settled: &BTreeSet<&Key>) -> Vec<Demand<'q, 'd>> {
        let open = self.demands.iter().filter(|own| own.term.has_variables());
        let is_due = |demand: &&Demand<'q, 'd>| {
            let templates = demand.term.condition.templates();
            let variables = templates.flat_map(Template::variables);
            let names: BTreeSet<&Key> = variables.chain([demand.term.key()]).collect();
            names.contains(key) && names.is_subset(settled)
        };
        open.filter(is_due).copied().collect()
    }

    /// Returns what a person would take for the variables.
    fn usual_values(&self) -> BTreeSet<String> {
        let variables = self.keys.iter().filter(|key| self.is_variable(key));
        let usual = variables.map(|key| wording::variable(key.folded()).to_owned());
        usual.collect()
    }

    fn samples(&self, known: &Known, budget: &Budget) -> Result<Samples, Exhausted> {
        let mut borders = Borders::default();
        for key in &self.keys {
            if let Some(Choice::One(sample)) = known.get(key.folded()) {
                borders.add_texts(vec![Glob::literal(&sample.text)]);
            }
        }
        for demand in &self.demands {
            let condition = demand.term.condition;
            borders.add(condition, budget)?;
            if !demand.term.has_variables() {
                continue;
            }
            for variable in condition.templates().filter_map(Template::as_variable) {
                borders.add_texts(variable.default().map(Glob::literal).into_iter().collect());
            }
            if condition.operator().value.test() == Test::Arn {
                borders.add_texts(vec![Glob::with_wildcards("*:*:*:*:*:*")]);
            }
        }
        let has_open = self.demands.iter().any(|own| own.term.has_variables());
        let copies = if has_open { self.keys.len() } else { 1 };
        let keys: Vec<&Key> = self.keys.clone();
        let mut samples = borders.samples(&keys, copies.min(MOST_COPIES), budget)?;
        samples.is_complete &= copies <= MOST_COPIES;
        Ok(samples)
    }

    /// Tells whether variables stand for whole values of single-valued keys only, compared letter by letter.
    fn compares_whole_values(&self) -> bool {
        let mut open = self.demands.iter().filter(|own| own.term.has_variables());
        open.all(|demand| {
            let condition = demand.term.condition;
            let operator = condition.operator().value;
            let is_whole = |own: &Template| own.fixed().is_some() || own.as_variable().is_some();
            operator.quantifier() == Quantifier::Single
                && operator.test() != Test::StringEqualsIgnoreCase
                && condition.templates().all(is_whole)
        })
    }
}

struct Search<'s, 'q, 'd> {
    component: &'s Component<'q, 'd>,
    samples: &'s Samples,
    /// For each key, variables first, what it can hold as far as it does not depend on others.
    options: Vec<Options<'q, 'd>>,
    budget: &'s Budget,
    context: Context,
    /// How many values of each group are held by keys so far.
    copies_used: Vec<usize>,
    tried: usize,
    /// Whether some way was not tried.
    has_given_up: bool,
    found: Vec<Context>,
}

struct Options<'q, 'd> {
    key: &'d Key,
    choices: Vec<Held>,
    /// The demands with variables that can be judged once the key is settled.
    due: Vec<Demand<'q, 'd>>,
    /// Whether the key is compared with texts that are made from variables.
    is_made: bool,
    own: Vec<Demand<'q, 'd>>,
}

#[derive(Clone)]
struct Held {
    choice: Choice,
    /// The group of the value and its place there; values of one group are as good as each other.
    place: Option<(usize, usize)>,
}

impl Held {
    fn new(choice: Choice) -> Self {
        Self {
            choice,
            place: None,
        }
    }
}

impl<'q, 'd> Search<'_, 'q, 'd> {
    fn prepare(&mut self, known: &Known, preference: Preference) -> Result<(), Exhausted> {
        let component = self.component;
        // Variables first: what is compared with them depends on them.
        let mut keys: Vec<&'d Key> = component.keys.clone();
        keys.sort_by_key(|key| !component.is_variable(key));
        for (index, &key) in keys.iter().enumerate() {
            let demands = component.demands.iter();
            let own: Vec<_> = demands
                .filter(|own| own.term.key() == key)
                .copied()
                .collect();
            let closed = own.iter().filter(|own| !own.term.has_variables());
            let closed: Vec<_> = closed.copied().collect();
            let choices = match known.get(key.folded()) {
                Some(choice) => vec![Held::new(choice.clone())],
                None => self.choices(key, &closed, preference)?,
            };
            let mut fit = Vec::new();
            for held in choices {
                self.budget.spend(8 * (1 + closed.len()))?;
                let mut demands = closed.iter();
                let is_met =
                    demands.all(|own| own.is_met(&held.choice, &self.context, self.budget));
                if is_met && component.serves(key, &held.choice) {
                    fit.push(held);
                }
            }
            let settled: BTreeSet<&Key> = keys.iter().take(index + 1).copied().collect();
            self.options.push(Options {
                key,
                choices: fit,
                due: component.due(key, &settled),
                is_made: own.iter().any(is_made),
                own,
            });
        }
        self.budget.check()
    }

    fn choices(
        &self,
        key: &Key,
        closed: &[Demand<'q, 'd>],
        preference: Preference,
    ) -> Result<Vec<Held>, Exhausted> {
        let values: Vec<Sample> = self.samples.groups.iter().flatten().cloned().collect();
        self.budget.spend(32 * values.len())?;
        let groups = self.samples.groups.iter().enumerate();
        let ones = groups.flat_map(|(group, samples)| {
            let samples = samples.iter().enumerate();
            samples.map(move |(copy, sample)| Held {
                choice: Choice::One(sample.clone()),
                place: Some((group, copy)),
            })
        });
        let absent = [Held::new(Choice::Absent)];
        let many = many(&values, closed, &self.context, self.budget).map(Held::new);
        let usual = self.component.usual_values().into_iter();
        let usual = usual.map(|text| Held::new(Choice::One(Sample::new(text))));
        let present = usual.chain(ones);
        let is_wanted = preference == Preference::Presence && self.component.is_variable(key);
        Ok(if is_wanted {
            present.chain(absent).chain(many).collect()
        } else {
            absent.into_iter().chain(present).chain(many).collect()
        })
    }

    /// Settles the keys from the given place on.
    fn assign(&mut self, place: usize) -> Result<(), Exhausted> {
        let Some(options) = self.options.get(place) else {
            self.found.push(self.context.clone());
            return Ok(());
        };
        let (key, due) = (options.key, options.due.clone());
        let mut choices = options.choices.clone();
        self.budget.spend(32 * choices.len())?;
        if options.is_made {
            let own = options.own.clone();
            choices.extend(self.made(key, &own)?);
        }
        for held in choices {
            self.tried += 1;
            if self.tried > MOST_TRIED || self.found.len() >= MOST_FOUND {
                self.has_given_up = true;
                return Ok(());
            }
            let used = held
                .place
                .and_then(|(group, _)| self.copies_used.get(group));
            let is_fresh = used
                .zip(held.place)
                .is_some_and(|(used, (_, copy))| copy > *used);
            // A value of the same group that nobody holds yet is as good as the first such.
            if is_fresh {
                continue;
            }
            self.budget
                .spend(16 * (1 + self.context.len() + due.len()))?;
            let value = held.choice.value();
            self.context
                .insert(key.text(), value.unwrap_or(Value::Many(Vec::new())));
            if self.meets(key, &held.choice, &due) {
                let before = self.take(held.place);
                self.assign(place + 1)?;
                self.restore(held.place, before);
            }
        }
        self.context.insert(key.text(), Value::Many(Vec::new()));
        Ok(())
    }

    /// Judges the demands that depend on a key, the last of theirs to be settled.
    fn meets(&self, key: &Key, choice: &Choice, due: &[Demand<'_, '_>]) -> bool {
        due.iter().all(|demand| {
            if demand.term.key() == key {
                demand.is_met(choice, &self.context, self.budget)
            } else {
                holds(demand.term.condition, &self.context, self.budget) == demand.holds
            }
        })
    }

    fn take(&mut self, place: Option<(usize, usize)>) -> usize {
        let Some((group, copy)) = place else { return 0 };
        let Some(used) = self.copies_used.get_mut(group) else {
            return 0;
        };
        let before = *used;
        *used = before.max(copy + 1);
        before
    }

    fn restore(&mut self, place: Option<(usize, usize)>, before: usize) {
        if let Some(used) = place.and_then(|(group, _)| self.copies_used.get_mut(group)) {
            *used = before;
        }
    }

    /// Returns values for a key that is compared with texts made from the variables that are settled by now.
    fn made(&mut self, key: &Key, own: &[Demand<'q, 'd>]) -> Result<Vec<Held>, Exhausted> {
        self.tried += 100;
        let mut borders = Borders::default();
        for demand in own {
            borders.add(demand.term.condition, self.budget)?;
            borders.add_made(demand.term.condition, &self.context);
        }
        let samples = borders.samples(&[key], 1, self.budget)?;
        let values: Vec<Sample> = samples.groups.into_iter().flatten().collect();
        let many = many(&values, own, &self.context, self.budget);
        let ones = values.into_iter().map(Choice::One);
        let mut fit = Vec::new();
        for choice in ones.chain(many) {
            let mut closed = own.iter().filter(|own| !own.term.has_variables());
            if closed.all(|own| own.is_met(&choice, &self.context, self.budget))
                && self.component.serves(key, &choice)
            {
                fit.push(Held::new(choice));
            }
        }
        Ok(fit)
    }
}

/// Tells whether a key is compared with texts that no other key holds as they stand.
fn is_made(demand: &Demand<'_, '_>) -> bool {
    let condition = demand.term.condition;
    let ignores_case = condition.operator().value.test() == Test::StringEqualsIgnoreCase;
    let mut templates = condition.templates();
    templates.any(|own| own.fixed().is_none() && (ignores_case || own.as_variable().is_none()))
}
