//! Resources that stand for all resources of a grant.
//!
//! Must not know principals or conditions.

use std::collections::{BTreeMap, BTreeSet};

use super::actions::Group;
use super::cells::{Cell, cells, matched};
use super::question::Question;
use super::rules::Rule;
use super::wording;
use crate::policy::budget::{Budget, Exhausted};
use crate::policy::language::Glob;
use crate::policy::{Reading, Selection, Template};

/// Says whether a rule is about a resource whatever the values of policy variables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
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
    budget: &Budget,
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
    for (_, rule) in members() {
        let templates = rule
            .statement
            .resources()
            .into_iter()
            .flat_map(Selection::patterns);
        let lengths = templates.map(|own| 8 + own.pieces().len());
        budget.spend(8 + lengths.sum::<usize>())?;
    }
    let members: Vec<Member<'_>> = members()
        .map(|(index, rule)| Member::new(index, rule, question.reading))
        .collect();
    let mut places = Vec::new();
    for base in bases(grant, question.reading) {
        let mut classes: Vec<Vec<&Glob>> = members.iter().flat_map(Member::classes).collect();
        let base_class = BTreeSet::from([classes.len()]);
        classes.push(base.globs.iter().collect());
        for cell in cells(&not_empty(), &classes, &base_class, budget)? {
            budget.spend(8 * members.len())?;
            let rules = members.iter().enumerate().filter_map(|(member, content)| {
                let certainty = content.certainty(member, &cell, base.template)?;
                Some((content.rule, certainty))
            });
            places.push(Place {
                template: base.template,
                rules: rules.collect(),
                resource: Some(representative(cell, &classes, &group.action, budget)),
            });
        }
    }
    budget.check()?;
    Ok(places)
}

/// Returns a readable resource of the cell, or its shortest.
fn representative(cell: Cell, classes: &[Vec<&Glob>], action: &str, budget: &Budget) -> String {
    let globs = classes.iter().rev().flatten();
    let mut proposals = globs
        .filter(|glob| glob.matches(&cell.text, budget))
        .flat_map(|glob| wording::resources(glob, action, budget));
    let is_alike =
        |text: &String| !text.is_empty() && matched(classes, text, budget) == cell.matched;
    proposals.find(is_alike).unwrap_or(cell.text)
}

/// A request names a resource by at least one character.
fn not_empty() -> Glob {
    Glob::with_wildcards("?*")
}

/// Patterns that a grant is about.
struct Base<'d> {
    template: Option<&'d Template>,
    globs: Vec<Glob>,
}

/// Returns the patterns that make up a grant: those without variables together, and each of the others by itself.
fn bases<'d>(grant: &Rule<'d>, reading: Reading) -> Vec<Base<'d>> {
    let Some(Selection::Only(listed)) = grant.statement.resources() else {
        return vec![Base {
            template: None,
            globs: vec![Glob::with_wildcards("*")],
        }];
    };
    let templates = listed.iter().map(|template| &template.value);
    let fixed: Vec<Glob> = templates
        .clone()
        .filter_map(|own| fixed_glob(own, reading))
        .collect();
    let variable = templates
        .filter(|own| own.fixed().is_none())
        .map(|own| Base {
            template: Some(own),
            globs: vec![own.outline()],
        });
    let fixed = (!fixed.is_empty()).then_some(Base {
        template: None,
        globs: fixed,
    });
    fixed.into_iter().chain(variable).collect()
}

fn fixed_glob(template: &Template, reading: Reading) -> Option<Glob> {
    template.fixed().map(|glob| match reading {
        Reading::WholeText => glob.clone(),
        Reading::BySegment => glob.by_segment(),
    })
}

/// The resources of one rule: two classes of patterns.
struct Member<'d> {
    rule: usize,
    resources: Option<&'d Selection<Template>>,
    sure: Vec<Glob>,
    /// What the patterns with variables can match; a variable's value can hold `:`, so no reading confines them to segments.
    possible: Vec<Glob>,
}

impl<'d> Member<'d> {
    fn new(rule: usize, content: &Rule<'d>, reading: Reading) -> Self {
        let resources = content.statement.resources();
        let templates = || resources.iter().flat_map(|selection| selection.patterns());
        let variable = templates().filter(|own| own.fixed().is_none());
        Self {
            rule,
            resources,
            sure: templates()
                .filter_map(|own| fixed_glob(own, reading))
                .collect(),
            possible: variable.map(Template::outline).collect(),
        }
    }

    fn classes(&self) -> [Vec<&Glob>; 2] {
        [self.sure.iter().collect(), self.possible.iter().collect()]
    }

    /// Returns whether the rule is about a cell's texts, which are made from `template` where there is one.
    fn certainty(
        &self,
        member: usize,
        cell: &Cell,
        template: Option<&Template>,
    ) -> Option<Certainty> {
        let Some(resources) = self.resources else {
            return Some(Certainty::Sure);
        };
        let is_template = |own: &Template| template.is_some_and(|it| it.pieces() == own.pieces());
        let matched =
            if cell.matched.contains(&(2 * member)) || resources.patterns().any(is_template) {
                Some(Certainty::Sure)
            } else if cell.matched.contains(&(2 * member + 1)) {
                Some(Certainty::Possible)
            } else {
                None
            };
        match (resources, matched) {
            (Selection::Only(_), matched) => matched,
            (Selection::AllBut(_), None) => Some(Certainty::Sure),
            (Selection::AllBut(_), Some(Certainty::Possible)) => Some(Certainty::Possible),
            (Selection::AllBut(_), Some(Certainty::Sure)) => None,
        }
    }
}
