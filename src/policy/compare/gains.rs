//! Everything that a candidate allows and a reference does not, as lists of actions.
//!
//! Changes no verdict: the table of published actions only fills the lists.
//! Must not know how a question is answered.

use std::cell::Cell;
use std::collections::BTreeSet;

use super::listing::fill;
use crate::policy::budget::Budget;
use crate::policy::published;
use crate::policy::{Difference, Document, Reason, StatementRef, Witness};

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

/// Lists gained actions of many pairs of sets, all on one allowance of steps: the same on every machine.
#[derive(Debug)]
pub struct ActionLists {
    left: Cell<u64>,
    each: u64,
}

impl ActionLists {
    /// Allows `steps` in all, and `each` of them at most for one list; a step is a few nanoseconds.
    #[must_use]
    pub fn new(steps: u64, each: u64) -> Self {
        Self {
            left: Cell::new(steps),
            each,
        }
    }

    /// Tells whether nothing is left, so that every further list would be empty and cut short.
    #[must_use]
    pub fn are_used_up(&self) -> bool {
        self.left.get() == 0
    }

    /// Lists the actions of which the candidate allows more than the reference, without asking first whether there is any.
    #[must_use]
    pub fn gained(&self, reference: &[&Document], candidate: &[&Document]) -> GainedActions {
        let allowed = self.left.get().min(self.each);
        let budget = Budget::new(allowed);
        let mut found = GainedActions::default();
        found.is_cut_short |= fill(&mut found, reference, candidate, &budget).is_err();
        let left = self.left.get();
        self.left.set(left - allowed.saturating_sub(budget.left()));
        sorted(found)
    }
}

fn gained_within(
    answer: &Difference,
    reference: &[&Document],
    candidate: &[&Document],
    budget: &Budget,
) -> GainedActions {
    let mut found = GainedActions::default();
    match answer {
        Difference::Nothing | Difference::NothingBySegment(_) => {}
        // The lists ask the same question and more.
        Difference::Undecided(Reason::Budget) => found.is_cut_short = true,
        Difference::Undecided(_) | Difference::Witness(_) => {
            found.is_cut_short |= fill(&mut found, reference, candidate, budget).is_err();
        }
    }
    sorted(found)
}

fn sorted(mut found: GainedActions) -> GainedActions {
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
