//! Resources that stand for all resources of a grant.
//!
//! Must not know principals or conditions.

use std::collections::{BTreeMap, BTreeSet};

use super::actions::Group;
use super::budget::{Budget, Exhausted};
use super::cells::{Cell, cells};
use super::question::Question;
use super::rules::Rule;
use super::wording;
use crate::policy::language::Glob;
use crate::policy::{Reading, Selection, Template};

/// Says whether a rule is about a resource whatever the values of policy variables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Certainty {
    Sure,
    Possible,
}

/// Resources that the same rules are about.
pub(super) struct Place<'d> {
    /// One of them; `None` where no rule has resources.
    pub(super) resource: Option<String>,
    /// The grant's template that the resources are made from, where its variables are not yet known.
    pub(super) template: Option<&'d Template>,
    /// The rules that are or may be about them.
    pub(super) rules: BTreeMap<usize, Certainty>,
}

/// Returns places that together hold every resource of a grant.
pub(super) fn places<'d>(
    question: &Question<'_, 'd>,
    group: &Group,
    grant: &Rule<'d>,
    budget: &mut Budget,
) -> Result<Vec<Place<'d>>, Exhausted> {
    let members = || question.members(group);
    if members().all(|(_, rule)| rule.statement.resources().is_none()) {
        let rules = members().map(|(index, _)| (index, Certainty::Sure));
        return Ok(vec![Place {
            resource: None,
            template: None,
            rules: rules.collect(),
        }]);
    }
    let mut patterns = Patterns::new(question.reading);
    let members: Vec<Member<'_>> = members()
        .map(|(index, rule)| Member::new(index, rule, &mut patterns))
        .collect();
    let mut places = Vec::new();
    for (template, bases) in bases(grant, &mut patterns) {
        for cell in patterns.cells(&bases, budget)? {
            let about = members
                .iter()
                .filter_map(|member| member.applies(&cell, template));
            places.push(Place {
                resource: Some(patterns.representative(&cell, &bases, &group.action)),
                template,
                rules: about.collect(),
            });
        }
    }
    Ok(places)
}

/// Returns the patterns that make up a grant: those without variables together, and each of the others by itself.
fn bases<'d>(grant: &Rule<'d>, patterns: &mut Patterns) -> Vec<(Option<&'d Template>, Vec<usize>)> {
    let Some(Selection::Only(listed)) = grant.statement.resources() else {
        return vec![(None, vec![patterns.place_of(Glob::with_wildcards("*"))])];
    };
    let templates = listed.iter().map(|template| &template.value);
    let (fixed, variable): (Vec<_>, Vec<_>) = templates.partition(|own| own.fixed().is_some());
    let fixed: Vec<usize> = fixed
        .into_iter()
        .map(|own| patterns.place_of_template(own))
        .collect();
    let variable = variable
        .into_iter()
        .map(|own| (Some(own), vec![patterns.place_of_template(own)]));
    (!fixed.is_empty())
        .then_some((None, fixed))
        .into_iter()
        .chain(variable)
        .collect()
}

/// The different patterns of a question, a template with variables by all that it can match.
struct Patterns {
    reading: Reading,
    globs: Vec<Glob>,
    places: BTreeMap<Glob, usize>,
}

impl Patterns {
    fn new(reading: Reading) -> Self {
        Self {
            reading,
            globs: Vec::new(),
            places: BTreeMap::new(),
        }
    }

    fn place_of(&mut self, glob: Glob) -> usize {
        *self.places.entry(glob).or_insert_with_key(|glob| {
            self.globs.push(glob.clone());
            self.globs.len() - 1
        })
    }

    /// A variable's value can hold `:`, so an outline is never confined to segments.
    fn place_of_template(&mut self, template: &Template) -> usize {
        self.place_of(match (template.fixed(), self.reading) {
            (Some(fixed), Reading::WholeText) => fixed.clone(),
            (Some(fixed), Reading::BySegment) => fixed.by_segment(),
            (None, _) => template.outline(),
        })
    }

    fn cells(&self, bases: &[usize], budget: &mut Budget) -> Result<Vec<Cell>, Exhausted> {
        let globs: Vec<&Glob> = self.globs.iter().collect();
        cells(&not_empty(), &globs, bases, budget)
    }

    /// Returns a readable resource of the cell, or its shortest.
    fn representative(&self, cell: &Cell, bases: &[usize], action: &str) -> String {
        let bases = bases.iter().filter(|base| cell.matched.contains(base));
        let globs = bases.filter_map(|&base| self.globs.get(base));
        let mut proposals = globs.flat_map(|glob| wording::resources(glob, action));
        let readable =
            proposals.find(|text| not_empty().matches(text) && self.matched(text) == cell.matched);
        readable.unwrap_or_else(|| cell.text.clone())
    }

    fn matched(&self, text: &str) -> BTreeSet<usize> {
        let matching = self
            .globs
            .iter()
            .enumerate()
            .filter(|(_, glob)| glob.matches(text));
        matching.map(|(place, _)| place).collect()
    }
}

/// A request names a resource by at least one character.
fn not_empty() -> Glob {
    Glob::with_wildcards("?*")
}

/// The resources of one rule, as places in the patterns.
struct Member<'d> {
    rule: usize,
    resources: Option<&'d Selection<Template>>,
    places: Vec<usize>,
}

impl<'d> Member<'d> {
    fn new(rule: usize, content: &Rule<'d>, patterns: &mut Patterns) -> Self {
        let resources = content.statement.resources();
        let templates = resources.iter().flat_map(|selection| selection.patterns());
        Self {
            rule,
            resources,
            places: templates
                .map(|own| patterns.place_of_template(own))
                .collect(),
        }
    }

    /// Returns the rule where it is or may be about a cell's texts, which are made from `template` where there is one.
    fn applies(&self, cell: &Cell, template: Option<&Template>) -> Option<(usize, Certainty)> {
        let Some(resources) = self.resources else {
            return Some((self.rule, Certainty::Sure));
        };
        let mut matched = None;
        for (own, place) in resources.patterns().zip(&self.places) {
            let is_same = template.is_some_and(|template| template.pieces() == own.pieces());
            let certainty = if is_same || own.fixed().is_some() {
                Certainty::Sure
            } else {
                Certainty::Possible
            };
            if is_same || cell.matched.contains(place) {
                matched = Some(matched.map_or(certainty, |before| certainty.min(before)));
            }
        }
        let about = match (resources, matched) {
            (Selection::Only(_), matched) => matched,
            (Selection::AllBut(_), None) => Some(Certainty::Sure),
            (Selection::AllBut(_), Some(Certainty::Possible)) => Some(Certainty::Possible),
            (Selection::AllBut(_), Some(Certainty::Sure)) => None,
        };
        about.map(|certainty| (self.rule, certainty))
    }
}
