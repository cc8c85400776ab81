//! Fills the lists of actions of which one side allows more.
//!
//! Asks the comparison about one action of each family; each action that is listed has a request of its own that the evaluator confirmed.
//! Must not know how a question is answered.

use std::collections::{BTreeMap, BTreeSet};

use super::direction::{Wording, under_both};
use super::excerpt::about_action;
use super::extents::Extents;
use super::families::{Family, families};
use super::gains::{Extent, FutureActions, Gain, GainedActions};
use super::question::{Question, Sides};
use super::rules::{Part, Rule};
use super::shaped::{denied_elsewhere, proposed};
use super::shown::Proof;
use crate::policy::budget::{Budget, Exhausted};
use crate::policy::published;
use crate::policy::{Difference, Document, Reading, Request, Selection, StatementRef, Witness};

/// What it costs at least to ask about one group: wording its witness has a budget of its own.
const QUESTION_COST: usize = 50_000;

/// Fills the lists of one direction.
pub(super) fn fill(
    found: &mut GainedActions,
    reference: &[&Document],
    candidate: &[&Document],
    budget: &Budget,
) -> Result<(), Exhausted> {
    let sides = Sides::new(reference, candidate, budget)?;
    let question = Question::new(Reading::BySegment, reference, candidate, &sides, budget)?;
    let alone = Sides::new(&[], reference, budget)?;
    let mut listing = Listing {
        question: &question,
        extents: Extents::new(&alone, budget)?,
        budget,
    };
    for family in families(&question.rules, budget)? {
        listing.add(&family, found)?;
    }
    Ok(())
}

struct Listing<'q, 'd> {
    question: &'q Question<'q, 'd>,
    extents: Extents<'d>,
    budget: &'q Budget,
}

impl<'q, 'd> Listing<'q, 'd> {
    fn add(&mut self, family: &Family, found: &mut GainedActions) -> Result<(), Exhausted> {
        let members = self.members(family);
        let answer = self.ask(family.typical(), &members, None, |_| true)?;
        let witness = match answer {
            Difference::Nothing | Difference::NothingBySegment(_) => return Ok(()),
            Difference::Undecided(_) => {
                found.undecided.extend(&family.published);
                // Nothing else tells of actions that are not published.
                found.is_cut_short |= family.published.is_empty();
                return Ok(());
            }
            Difference::Witness(witness) => witness,
        };
        let mut allowed_by = self.allowing(family.typical(), &members)?;
        let proof = Proof::of(self.question, witness.request, self.budget)?;
        allowed_by.extend(&proof.allowed_by);
        let mut gains = BTreeMap::new();
        let ended = self.confirm(family, &members, &proof, found, &mut gains);
        for open in gains.values_mut() {
            (open.gain.actions).sort_by_cached_key(|own| own.text().to_ascii_lowercase());
        }
        // What was confirmed counts, also where the budget is used up.
        found.gains.extend(gains.into_values().map(|gain| Gain {
            future: match &family.future {
                Some(action) if gain.is_open => future(action, &members, &allowed_by),
                _ => Vec::new(),
            },
            allowed_by: allowed_by.iter().copied().collect(),
            ..gain.gain
        }));
        ended
    }

    /// Sorts the actions of a family that the evaluator confirms, published ones on resources that they take.
    fn confirm(
        &mut self,
        family: &Family,
        members: &[&Rule<'d>],
        proof: &Proof,
        found: &mut GainedActions,
        gains: &mut BTreeMap<Extent, Open>,
    ) -> Result<(), Exhausted> {
        if let Some(action) = &family.future
            && let Some(open) = self.open(gains, action, proof)?
        {
            open.is_open = true;
        }
        for action in &family.unpublished {
            if let Some(open) = self.open(gains, action, proof)? {
                open.gain.unpublished.push(action.clone());
            }
        }
        let mut alike: Vec<Vec<published::Action>> = Vec::new();
        for &action in &family.published {
            self.budget.spend(alike.len())?;
            let takes_same = |own: &&mut Vec<published::Action>| {
                own.first().is_some_and(|first| first.takes_what(action))
            };
            match alike.iter_mut().find(takes_same) {
                Some(own) => own.push(action),
                None => alike.push(vec![action]),
            }
        }
        for actions in alike {
            let Some(&first) = actions.first() else {
                continue;
            };
            let proof = match self.fitting(first, members, proof)? {
                Fitting::Found(proof) => proof,
                Fitting::Nothing => continue,
                Fitting::Undecided => {
                    found.undecided.extend(actions);
                    continue;
                }
            };
            for action in actions {
                if let Some(open) = self.open(gains, action.text(), &proof)? {
                    open.gain.actions.push(action);
                }
            }
        }
        Ok(())
    }

    /// Looks for a request that is new on a resource that a published action takes.
    ///
    /// What is new on other resources only is nothing that the action can be used for; one that is published without resources may take any.
    fn fitting(
        &self,
        action: published::Action,
        members: &[&Rule<'d>],
        proof: &Proof,
    ) -> Result<Fitting, Exhausted> {
        if proof.request.resource.is_none() || action.resource_types().next().is_none() {
            return Ok(Fitting::Found(proof.clone()));
        }
        let grants = members.iter().filter(|rule| rule.part == Part::Grant);
        let granted = grants.map(|rule| rule.statement.resources());
        for resource in proposed(action, granted, &proof.request.context, self.budget)? {
            let request = Request {
                action: action.text().to_owned(),
                resource: Some(resource),
                ..proof.request.clone()
            };
            let fitting = Proof::of(self.question, request, self.budget)?;
            if fitting.readings == proof.readings {
                return Ok(Fitting::Found(fitting));
            }
        }
        Ok(
            match self.ask(action.text(), members, Some(action), |_| true)? {
                Difference::Nothing | Difference::NothingBySegment(_) => Fitting::Nothing,
                Difference::Undecided(_) => Fitting::Undecided,
                Difference::Witness(witness) => {
                    Fitting::Found(Proof::of(self.question, witness.request, self.budget)?)
                }
            },
        )
    }

    /// Returns the gain that an action belongs to, where the evaluator confirms the action.
    fn open<'g>(
        &mut self,
        gains: &'g mut BTreeMap<Extent, Open>,
        action: &str,
        proof: &Proof,
    ) -> Result<Option<&'g mut Open>, Exhausted> {
        let Some(example) = proof.confirmed(self.question, action, self.budget)? else {
            return Ok(None);
        };
        let extent = self.extents.of(action, self.budget)?;
        let is_better = published::find(action).is_some();
        let open = gains
            .entry(extent)
            .or_insert_with(|| Open::new(extent, example.clone()));
        let is_first = open.gain.actions.is_empty() && is_better;
        if is_first || action == proof.request.action {
            open.gain.example = example;
        }
        Ok(Some(open))
    }

    fn members(&self, family: &Family) -> Vec<&'q Rule<'d>> {
        let (question, rules) = (self.question, family.rules.iter());
        rules
            .filter_map(|&index| question.rules.get(index))
            .collect()
    }

    /// Asks whether something new is allowed with an action, by those grants that `is_asked` accepts; of a published action, where one is given, on the resources that it takes.
    fn ask(
        &self,
        action: &str,
        members: &[&Rule<'d>],
        fits: Option<published::Action>,
        is_asked: impl Fn(&Rule<'d>) -> bool,
    ) -> Result<Difference, Exhausted> {
        self.budget.spend(QUESTION_COST)?;
        let side = |parts: [Part; 2]| {
            let members = members
                .iter()
                .filter(move |rule| parts.contains(&rule.part));
            let asked = members.filter(|rule| rule.part != Part::Grant || is_asked(rule));
            about_action(action, asked.map(|rule| rule.statement))
        };
        let (reference, candidate) = (
            side([Part::Known, Part::Withheld]),
            side([Part::Grant, Part::Block]),
        );
        let reference: Vec<&Document> = reference.iter().collect();
        let others = fits.and_then(denied_elsewhere);
        let candidate: Vec<&Document> = candidate.iter().chain(&others).collect();
        under_both(Wording::Readable, &reference, &candidate, self.budget)
    }

    /// Returns the grants that allow something new each by itself.
    fn allowing(
        &self,
        action: &str,
        members: &[&Rule<'d>],
    ) -> Result<BTreeSet<StatementRef>, Exhausted> {
        let grants: Vec<_> = members
            .iter()
            .filter(|rule| rule.part == Part::Grant)
            .collect();
        let mut allowing = BTreeSet::new();
        if grants.len() > 1 {
            for grant in grants {
                let answer = self.ask(action, members, None, |rule| rule.at == grant.at)?;
                if matches!(answer, Difference::Witness(_)) {
                    allowing.insert(grant.at);
                }
            }
        }
        Ok(allowing)
    }
}

/// How the search for a resource that an action takes ended.
enum Fitting {
    Found(Proof),
    Nothing,
    Undecided,
}

/// A gain that is being filled.
struct Open {
    gain: Gain,
    /// Whether actions belong to it that are neither published nor spelled out.
    is_open: bool,
}

impl Open {
    fn new(extent: Extent, example: Witness) -> Self {
        Self {
            gain: Gain {
                extent,
                actions: Vec::new(),
                unpublished: Vec::new(),
                future: Vec::new(),
                allowed_by: Vec::new(),
                example,
            },
            is_open: false,
        }
    }
}

/// Returns what lets those grants allow an action that no document spells out.
fn future(
    action: &str,
    members: &[&Rule<'_>],
    allowed_by: &BTreeSet<StatementRef>,
) -> Vec<FutureActions> {
    let grants = members.iter().filter(|rule| rule.part == Part::Grant);
    let grants = grants.filter(|rule| allowed_by.contains(&rule.at));
    let sources = grants.flat_map(|rule| {
        let patterns: Vec<Option<String>> = match rule.statement.actions() {
            Selection::AllBut(_) => vec![None],
            Selection::Only(listed) => {
                let matching = listed
                    .iter()
                    .map(|own| &own.value)
                    .filter(|own| own.matches(action));
                matching.map(|own| Some(own.text().to_owned())).collect()
            }
        };
        patterns.into_iter().map(|pattern| FutureActions {
            pattern,
            statement: rule.at,
        })
    });
    sources.collect()
}
