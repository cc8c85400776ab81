//! A more readable request in place of the one that settled a question.
//!
//! Changes no answer: takes a request only where the evaluator confirms it, and keeps the one at hand where none is better.
//! Must not know how the request at hand was found.

use std::collections::BTreeMap;

use super::contexts::{Demands, Setting, search};
use super::fitting::fitted;
use super::offers::{KnownActions, Offer, offers};
use super::principals::Caller;
use super::question::Question;
use super::rules::{Part, Rule};
use super::wording::{self, WORDS};
use crate::policy::budget::{Budget, Exhausted};
use crate::policy::language::Glob;
use crate::policy::published::resource_shapes;
use crate::policy::{Context, Reading, Request, Selection, StatementRef, Witness};

/// Returns the most readable request that is found to be new under each of the readings, or else the witness.
///
/// Prefers, in this order, an action that the reference allows nowhere, a resource of the shape that AWS publishes for the action, and an action that changes something.
pub(super) fn readable(
    question: &Question<'_, '_>,
    readings: &[Reading],
    witness: Witness,
) -> Witness {
    let mut rewording = Rewording {
        question,
        readings,
        known: KnownActions::of(question),
        budget: Budget::new(WORDING_STEPS),
        offering: Budget::new(OFFERING_STEPS),
        caller: Caller::of(&witness.request),
        witness: &witness,
    };
    rewording.run().unwrap_or(witness)
}

/// What looking for a more readable witness may take; each of its two ways starts anew.
///
/// What the Amazon Connect policies and the published pairs need, but for one that takes a second best.
const WORDING_STEPS: u64 = 200_000;

/// What looking for actions to show may take, as often: enough to look through all published ones.
const OFFERING_STEPS: u64 = 2_000_000;

/// How many actions that are treated alike are tried for a resource of the right shape.
const MOST_ALIKE: usize = 8;

/// What making up a request costs.
const CHECK_COST: usize = 100;

struct Rewording<'q, 'd> {
    question: &'q Question<'q, 'd>,
    readings: &'q [Reading],
    known: KnownActions<'d>,
    budget: Budget,
    offering: Budget,
    witness: &'q Witness,
    caller: Caller,
}

/// Resources that a grant is about in a context.
struct Place {
    /// `None` where there is no resource to choose.
    resources: Option<Glob>,
    context: Context,
}

impl<'d> Rewording<'_, 'd> {
    fn run(&mut self) -> Option<Witness> {
        let rules = self.question.rules.iter();
        let grants: Vec<_> = rules.filter(|rule| rule.part == Part::Grant).collect();
        let is_own = |rule: &&&Rule<'d>| rule.at == self.witness.allowed_by;
        let own = *grants.iter().find(is_own)?;
        let others = grants.into_iter().filter(|rule| rule.at != own.at);
        let all = [own].into_iter().chain(others);
        // Where the budget runs out, what is at hand is as true as any.
        if let Ok(Some(found)) = self.unknown_actions(all) {
            return Some(found);
        }
        self.budget = Budget::new(WORDING_STEPS);
        self.offering = Budget::new(OFFERING_STEPS);
        let found = self.action_alike(own).ok()??;
        Some(self.trimmed(found))
    }

    fn unknown_actions<'r>(
        &mut self,
        mut grants: impl Iterator<Item = &'r Rule<'d>>,
    ) -> Result<Option<Witness>, Exhausted>
    where
        'd: 'r,
    {
        let found = grants.find_map(|grant| self.unknown_action(grant).transpose());
        found.transpose()
    }

    /// Looks for an action of a grant that the reference allows nowhere.
    fn unknown_action(&mut self, grant: &Rule<'d>) -> Result<Option<Witness>, Exhausted> {
        let is_unknown = |action: &str| !self.known.include(action, &self.offering);
        let offers = offers(grant.statement, is_unknown, &self.offering)?;
        if offers.is_empty() {
            return Ok(None);
        }
        let places = self.places(grant)?;
        // The reference does not look at the resource, so one word is as good as another.
        let words = WORDS.get(..1).unwrap_or_default();
        self.first(&offers, &places, words)
    }

    /// Looks for the best action that all statements treat like the one at hand, at least for a better resource or spelling.
    fn action_alike(&mut self, own: &Rule<'d>) -> Result<Option<Witness>, Exhausted> {
        let request = &self.witness.request;
        let group = self.group(&request.action);
        let is_known = |action: &str| self.known.include(action, &self.offering);
        let offers = if is_known(&request.action.to_ascii_lowercase()) {
            offers(own.statement, is_known, &self.offering)?
        } else {
            Vec::new()
        };
        let mut alike: Vec<Offer<'_>> = (offers.into_iter())
            .filter(|offer| self.group(offer.action) == group)
            .take(MOST_ALIKE)
            .collect();
        let spelled = wording::spelled(&request.action, own.statement.actions());
        alike.push(Offer::of(&spelled));
        let at_hand = Place {
            resources: request.resource.as_deref().map(Glob::literal),
            context: request.context.clone(),
        };
        let mut places = vec![at_hand];
        places.extend(own_places(own, &request.context, &self.budget)?);
        self.first(&alike, &places, &WORDS)
    }

    /// Returns which statements are about an action.
    fn group(&self, action: &str) -> Vec<bool> {
        let folded = action.to_ascii_lowercase();
        let rules = self.question.rules.iter();
        let is_about = |rule: &Rule<'_>| {
            let actions = rule.statement.actions();
            actions.selects(|pattern| pattern.glob().matches(&folded, &self.budget))
        };
        rules.map(is_about).collect()
    }

    /// Returns the resources of a grant, each with a context that has no more than the grant asks for.
    fn places(&mut self, grant: &Rule<'d>) -> Result<Vec<Place>, Exhausted> {
        let demands = Demands {
            all_hold: grant.terms.iter().collect(),
            one_fails: Vec::new(),
        };
        let resources = grant.statement.resources();
        let templates = resources.iter().flat_map(|selection| selection.patterns());
        let variable = templates.filter(|own| own.fixed().is_none()).map(Some);
        let budget = &self.budget;
        let mut contexts = Vec::new();
        for template in [None].into_iter().chain(variable) {
            let visit = |context| {
                budget.spend(16 * contexts.len())?;
                if !contexts.contains(&context) {
                    contexts.push(context);
                }
                Ok(None::<()>)
            };
            let setting = Setting {
                known: &self.caller.known,
                template,
                hints: &BTreeMap::new(),
            };
            search(&demands, setting, budget, visit)?;
        }
        let mut places = Vec::new();
        for context in &contexts {
            places.extend(own_places(grant, context, budget)?);
        }
        Ok(places)
    }

    /// Returns the first request that is new; one whose resource has the right shape, if there is any.
    fn first(
        &mut self,
        offers: &[Offer<'_>],
        places: &[Place],
        words: &[&str],
    ) -> Result<Option<Witness>, Exhausted> {
        for shaped in [true, false] {
            for offer in offers {
                for word in words {
                    let found = self.first_place(offer, places, word, shaped)?;
                    if found.is_some() {
                        return Ok(found);
                    }
                }
            }
        }
        Ok(None)
    }

    fn first_place(
        &mut self,
        offer: &Offer<'_>,
        places: &[Place],
        word: &str,
        shaped: bool,
    ) -> Result<Option<Witness>, Exhausted> {
        for place in places {
            let resources = match &place.resources {
                None => vec![self.witness.request.resource.clone()],
                Some(glob) if shaped => self.shaped(offer, glob, word)?,
                Some(glob) => {
                    self.budget.spend(glob.tokens().len())?;
                    vec![Some(wording::resource(glob, offer.action, word))]
                }
            };
            for resource in resources {
                let request = self.caller.request(offer.action, resource, &place.context);
                let found = self.check(request)?;
                if found.is_some() {
                    return Ok(found);
                }
            }
        }
        Ok(None)
    }

    /// Returns resources of the shapes that AWS publishes for an action, `*` where it takes none.
    fn shaped(
        &mut self,
        offer: &Offer<'_>,
        glob: &Glob,
        word: &str,
    ) -> Result<Vec<Option<String>>, Exhausted> {
        let Some(action) = offer.published else {
            return Ok(Vec::new());
        };
        let mut resources = Vec::new();
        if action.resource_types().next().is_none() && glob.matches("*", &self.budget) {
            resources.push(Some("*".to_owned()));
        }
        for shape in resource_shapes(action) {
            let resource = fitted(glob, shape, word, &self.budget)?;
            resources.extend(resource.map(Some));
        }
        Ok(resources)
    }

    /// Leaves out the context keys that do not matter.
    fn trimmed(&mut self, mut witness: Witness) -> Witness {
        let context = witness.request.context.clone();
        for (key, _) in context.iter() {
            let mut request = witness.request.clone();
            request.context.insert(key, Vec::new());
            if let Ok(Some(found)) = self.check(request) {
                witness = found;
            }
        }
        witness
    }

    /// Returns the request as a witness where the evaluator confirms it under each reading.
    fn check(&mut self, request: Request) -> Result<Option<Witness>, Exhausted> {
        self.budget.spend(CHECK_COST)?;
        let mut allowed_by: Option<StatementRef> = None;
        for &reading in self.readings {
            let judged = (self.question).newly_allowed_by(reading, &request, &self.budget)?;
            let Some(judged) = judged else {
                return Ok(None);
            };
            allowed_by.get_or_insert(judged);
        }
        Ok(allowed_by.map(|allowed_by| Witness {
            request,
            allowed_by,
            reading: None,
        }))
    }
}

/// Returns the resources of a grant in a context; those with a variable that is not set are none.
fn own_places(
    grant: &Rule<'_>,
    context: &Context,
    budget: &Budget,
) -> Result<Vec<Place>, Exhausted> {
    let templates = (grant.statement.resources().into_iter()).flat_map(Selection::patterns);
    let lengths = templates.map(|own| 16 * (2 + context.len()) + own.len());
    budget.spend(lengths.sum())?;
    let globs = match grant.statement.resources() {
        None => vec![None],
        Some(Selection::AllBut(_)) => vec![Some(Glob::with_wildcards("*"))],
        Some(Selection::Only(listed)) => {
            let resolved = listed.iter().filter_map(|own| own.value.resolve(context));
            // What a pattern matches by segment, it matches under both readings.
            resolved.map(|glob| Some(glob.by_segment())).collect()
        }
    };
    let places = globs.into_iter().map(|resources| Place {
        resources,
        context: context.clone(),
    });
    Ok(places.collect())
}
