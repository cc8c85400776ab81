//! Everything that a candidate allows and a reference does not, as lists of actions.
//!
//! Changes no verdict: the table of published actions only fills the lists.
//! Asks the comparison about one action of each group that the same statements are about; each action that is listed has a request of its own that the evaluator confirmed.
//! Must not know how a question is answered.

use std::collections::{BTreeMap, BTreeSet};

use super::direction::under_both;
use super::excerpt::about_action;
use super::extents::Extents;
use super::families::{Family, families};
use super::question::Question;
use super::rules::{Part, Rule};
use crate::policy::budget::{Budget, Exhausted};
use crate::policy::published;
use crate::policy::{
    Difference, Document, Reading, Reason, Request, Selection, StatementRef, Witness,
};

/// Lists the actions of which one side allows more than the other.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GainedActions {
    /// Groups of actions, those of new actions first, then by their first action.
    pub gains: Vec<Gain>,
    /// Published actions that the candidate allows somewhere, and of which it is not known whether it allows more; in alphabetical order.
    pub undecided: Vec<published::Action>,
    /// Whether work ended before everything was looked at, so that actions may be missing.
    pub is_cut_short: bool,
}

/// Holds actions that the same statements are about, of all of which the candidate allows more than the reference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gain {
    /// How much more.
    pub extent: Extent,
    /// Published actions, in alphabetical order; can be empty.
    pub actions: Vec<published::Action>,
    /// Actions that a document spells out and that are not published, as it spells them, in alphabetical order.
    pub unpublished: Vec<String>,
    /// What lets the candidate allow actions that are neither published nor spelled out.
    pub future: Vec<FutureActions>,
    /// The statements of the candidate that each allow something new, in order.
    pub allowed_by: Vec<StatementRef>,
    /// A request with one of the actions that the candidate allows and the reference does not.
    pub example: Witness,
}

/// Says how much more of an action is allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Extent {
    /// The reference is proven to allow the action nowhere.
    New,
    /// The reference allows the action elsewhere: on other resources, to other principals or in other contexts.
    ///
    /// Also where it names the action in an `Allow` and could not be proven to allow it nowhere.
    Wider,
}

/// Points to what lets a candidate allow actions that do not exist yet.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct FutureActions {
    /// The pattern of actions, as the document writes it; `None` for a statement with `NotAction`.
    pub pattern: Option<String>,
    /// The statement that has it.
    pub statement: StatementRef,
}

impl GainedActions {
    /// Iterates over the published actions of one extent, in alphabetical order.
    pub fn actions(&self, extent: Extent) -> impl Iterator<Item = published::Action> {
        let gains = self.gains.iter().filter(move |gain| gain.extent == extent);
        let actions: BTreeSet<_> = gains
            .flat_map(|gain| gain.actions.iter().copied())
            .collect();
        let mut actions: Vec<_> = actions.into_iter().collect();
        actions.sort_by_cached_key(|action| action.text().to_ascii_lowercase());
        actions.into_iter()
    }
}

/// What filling the lists of one direction may take.
const LISTING_STEPS: u64 = 100_000_000;

/// What it costs at least to ask about one group: wording its witness has a budget of its own.
const QUESTION_COST: usize = 50_000;

/// Lists the actions of which the candidate allows more than the reference, given what [`new_access`](crate::policy::new_access) answered.
///
/// Nothing is listed where the answer is that nothing is new.
/// The lists can lack published actions although something is new: what is new may exist in the language alone.
#[must_use]
pub fn gained_actions(
    answer: &Difference,
    reference: &[&Document],
    candidate: &[&Document],
) -> GainedActions {
    gained_within(answer, reference, candidate, &Budget::new(LISTING_STEPS))
}

pub(super) fn gained_within(
    answer: &Difference,
    reference: &[&Document],
    candidate: &[&Document],
    budget: &Budget,
) -> GainedActions {
    let mut found = GainedActions::default();
    match answer {
        Difference::Nothing => {}
        // The lists ask the same question and more.
        Difference::Undecided(Reason::Budget) => found.is_cut_short = true,
        Difference::Undecided(_) | Difference::Witness(_) => {
            found.is_cut_short |= fill(&mut found, reference, candidate, budget).is_err();
        }
    }
    found
        .undecided
        .sort_by_key(|own| own.text().to_ascii_lowercase());
    found.gains.sort_by_cached_key(|gain| {
        let first = gain
            .actions
            .first()
            .map(|own| own.text().to_ascii_lowercase());
        (
            gain.extent,
            first.is_none(),
            first,
            gain.unpublished.clone(),
            gain.future.clone(),
        )
    });
    found
}

fn fill(
    found: &mut GainedActions,
    reference: &[&Document],
    candidate: &[&Document],
    budget: &Budget,
) -> Result<(), Exhausted> {
    let question = Question::new(Reading::WholeText, reference, candidate, budget)?;
    let mut listing = Listing {
        question: &question,
        extents: Extents::new(reference, budget)?,
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
        let answer = self.ask(family.typical(), &members, |_| true)?;
        let witness = match answer {
            Difference::Nothing => return Ok(()),
            Difference::Undecided(_) => {
                found.undecided.extend(&family.published);
                // Nothing else tells of actions that are not published.
                found.is_cut_short |= family.published.is_empty();
                return Ok(());
            }
            Difference::Witness(witness) => witness,
        };
        let allowed_by = self.allowing(family.typical(), &members)?;
        let mut gains: BTreeMap<Extent, Gain> = BTreeMap::new();
        for &action in &family.published {
            if let Some(gain) = self.gain(&mut gains, action.text(), &witness)? {
                gain.actions.push(action);
            }
        }
        for action in &family.unpublished {
            if let Some(gain) = self.gain(&mut gains, action, &witness)? {
                gain.unpublished.push(action.clone());
            }
        }
        if let Some(action) = &family.future
            && let Some(gain) = self.gain(&mut gains, action, &witness)?
        {
            gain.future = self.future(action, &members, &allowed_by);
        }
        found.gains.extend(gains.into_values().map(|gain| Gain {
            allowed_by: allowed_by.clone(),
            ..gain
        }));
        Ok(())
    }

    /// Returns the gain that an action belongs to, where the evaluator confirms the action.
    fn gain<'g>(
        &mut self,
        gains: &'g mut BTreeMap<Extent, Gain>,
        action: &str,
        witness: &Witness,
    ) -> Result<Option<&'g mut Gain>, Exhausted> {
        let Some(example) = self.confirmed(&witness.request, action)? else {
            return Ok(None);
        };
        let extent = self.extents.of(action, self.budget)?;
        let gain = gains.entry(extent).or_insert_with(|| Gain {
            extent,
            actions: Vec::new(),
            unpublished: Vec::new(),
            future: Vec::new(),
            allowed_by: Vec::new(),
            example: example.clone(),
        });
        if action == witness.request.action {
            gain.example = example;
        }
        Ok(Some(gain))
    }

    fn members(&self, family: &Family) -> Vec<&'q Rule<'d>> {
        let (question, rules) = (self.question, family.rules.iter());
        rules
            .filter_map(|&index| question.rules.get(index))
            .collect()
    }

    /// Asks whether something new is allowed with an action, by those grants that `is_asked` accepts.
    fn ask(
        &self,
        action: &str,
        members: &[&Rule<'d>],
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
        let candidate: Vec<&Document> = candidate.iter().collect();
        under_both(&reference, &candidate, self.budget)
    }

    /// Returns the grants that allow something new each by itself.
    fn allowing(
        &self,
        action: &str,
        members: &[&Rule<'d>],
    ) -> Result<Vec<StatementRef>, Exhausted> {
        let grants = || members.iter().filter(|rule| rule.part == Part::Grant);
        let is_only = grants().count() == 1;
        let mut allowing = Vec::new();
        for grant in grants() {
            if is_only
                || matches!(
                    self.ask(action, members, |rule| rule.at == grant.at)?,
                    Difference::Witness(_)
                )
            {
                allowing.push(grant.at);
            }
        }
        Ok(allowing)
    }

    /// Returns the request with another action, where the evaluator confirms that it is new under each reading that the request itself is new under.
    fn confirmed(&self, request: &Request, action: &str) -> Result<Option<Witness>, Exhausted> {
        let other = Request {
            action: action.to_owned(),
            ..request.clone()
        };
        let mut allowed_by: Option<StatementRef> = None;
        for reading in [Reading::BySegment, Reading::WholeText] {
            let judge = |request| (self.question).newly_allowed_by(reading, request, self.budget);
            if judge(request)?.is_none() {
                continue;
            }
            let Some(judged) = judge(&other)? else {
                return Ok(None);
            };
            allowed_by.get_or_insert(judged);
        }
        Ok(allowed_by.map(|allowed_by| Witness {
            request: other,
            allowed_by,
        }))
    }

    /// Returns what lets those grants allow an action that no document spells out.
    fn future(
        &self,
        action: &str,
        members: &[&Rule<'d>],
        allowed_by: &[StatementRef],
    ) -> Vec<FutureActions> {
        let folded = action.to_ascii_lowercase();
        let grants = members.iter().filter(|rule| rule.part == Part::Grant);
        let grants = grants.filter(|rule| allowed_by.contains(&rule.at));
        let sources = grants.flat_map(|rule| {
            let patterns: Vec<Option<String>> = match rule.statement.actions() {
                Selection::AllBut(_) => vec![None],
                Selection::Only(listed) => {
                    let listed = listed.iter().map(|own| &own.value);
                    let matching = listed.filter(|own| own.glob().matches(&folded, self.budget));
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
}
