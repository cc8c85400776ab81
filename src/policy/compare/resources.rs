//! Resources that stand for all resources of a grant.
//!
//! Must not know principals or conditions.

use std::collections::{BTreeMap, BTreeSet};

use super::actions::Group;
use super::automaton::{Part, Pattern};
use super::cells::{Cell, cells, matched, template_cells};
use super::pinned::enlarged;
use super::question::Question;
use super::rules::Rule;
use super::variables::Variables;
use super::wording;
use crate::policy::budget::{Budget, Exhausted};
use crate::policy::language::Glob;
use crate::policy::{Key, Reading, Selection, Template};

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
    /// Values of variables worth a try: they make such a resource, or let a rule be about it that may be.
    pub(super) values: BTreeMap<&'d Key, String>,
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
            values: BTreeMap::new(),
            rules: rules.collect(),
        }]);
    }
    let members = gathered(question, group, budget)?;
    let listed = match grant.statement.resources() {
        Some(listed @ Selection::Only(_)) => distinct(listed, question.reading),
        _ => Vec::new(),
    };
    let templates = || listed.iter().map(|own| under(question.reading, own));
    let mut fixed: Vec<&Glob> = templates().filter_map(Template::fixed).collect();
    let everything = Glob::with_wildcards("*");
    if listed.is_empty() {
        fixed.push(&everything);
    }
    let mut places = Vec::new();
    if !fixed.is_empty() {
        places.extend(fixed_places(&members, fixed, &group.action, budget)?);
    }
    for template in templates().filter(|own| own.fixed().is_none()) {
        places.extend(template_places(&members, template, budget)?);
    }
    budget.check()?;
    Ok(places)
}

/// Returns places that together hold every resource that one of a grant's templates makes, and perhaps others.
///
/// Its variables give way to what the grant's conditions leave to them; `None` where that is anything.
pub(super) fn enlarged_places<'d>(
    question: &Question<'_, 'd>,
    group: &Group,
    grant: &Rule<'d>,
    template: &Template,
    budget: &Budget,
) -> Result<Option<Vec<Place<'d>>>, Exhausted> {
    budget.spend(16 * (1 + grant.statement.len() + template.len()))?;
    let Some(enlarged) = enlarged(grant.statement, template) else {
        return Ok(None);
    };
    let members = gathered(question, group, budget)?;
    let base = enlarged.iter().filter_map(Template::fixed).collect();
    fixed_places(&members, base, &group.action, budget).map(Some)
}

/// The resources of a place that rules with variables may be about, in two parts.
pub(super) struct Division<'d> {
    /// What makes those that such a rule names.
    pub(super) templates: Vec<&'d Template>,
    /// The others: no template matches there.
    pub(super) rest: Place<'d>,
}

/// By how many templates a place is divided.
const MOST_TEMPLATES: usize = 4;

/// Divides a place by the templates of rules that are only possibly about it; `None` where there are none, or too many.
pub(super) fn division<'d>(
    question: &Question<'_, 'd>,
    group: &Group,
    place: &Place<'d>,
    budget: &Budget,
) -> Result<Option<Division<'d>>, Exhausted> {
    let members = gathered(question, group, budget)?;
    let is_possible =
        |member: &&Member<'d>| place.rules.get(&member.rule) == Some(&Certainty::Possible);
    let mut templates: Vec<&'d Template> = Vec::new();
    for template in (members.iter().filter(is_possible)).flat_map(|member| &member.open) {
        budget.spend(8 * (1 + templates.len()) + template.len())?;
        if templates.iter().all(|own| own.form() != template.form()) {
            templates.push(template);
        }
    }
    if templates.is_empty() || templates.len() > MOST_TEMPLATES {
        return Ok(None);
    }
    let rest = members.iter().filter_map(|member| {
        let certainty = place.rules.get(&member.rule)?;
        let is_about =
            *certainty == Certainty::Sure || matches!(member.resources, Some(Selection::AllBut(_)));
        is_about.then_some((member.rule, Certainty::Sure))
    });
    let rest = Place {
        resource: place.resource.clone(),
        template: None,
        values: BTreeMap::new(),
        rules: rest.collect(),
    };
    Ok(Some(Division { templates, rest }))
}

/// Returns places that together hold every resource that a template of any rule makes.
pub(super) fn made_places<'d>(
    question: &Question<'_, 'd>,
    group: &Group,
    template: &'d Template,
    budget: &Budget,
) -> Result<Vec<Place<'d>>, Exhausted> {
    template_places(&gathered(question, group, budget)?, template, budget)
}

fn gathered<'d>(
    question: &Question<'_, 'd>,
    group: &Group,
    budget: &Budget,
) -> Result<Vec<Member<'d>>, Exhausted> {
    for (_, rule) in question.members(group) {
        let resources = rule.statement.resources().into_iter();
        let lengths = resources.flat_map(Selection::patterns);
        budget.spend(8 + lengths.map(|own| 8 + own.len()).sum::<usize>())?;
    }
    let members = question.members(group);
    let members = members.map(|(index, rule)| Member::new(index, rule, question.reading));
    Ok(members.collect())
}

/// Returns the places of patterns without variables, taken together.
fn fixed_places<'d>(
    members: &[Member<'d>],
    base: Vec<&Glob>,
    action: &str,
    budget: &Budget,
) -> Result<Vec<Place<'d>>, Exhausted> {
    let mut classes: Vec<Vec<&Glob>> = members.iter().flat_map(Member::classes).collect();
    let base_class = BTreeSet::from([classes.len()]);
    classes.push(base);
    let mut places = Vec::new();
    for cell in cells(&not_empty(), &classes, &base_class, budget)? {
        budget.spend(8 * members.len())?;
        let rules = rules(members, &cell.matched);
        let resource = representative(cell, &classes, action, budget);
        places.push(Place {
            template: None,
            values: values(members, &rules, &resource, budget)?,
            rules,
            resource: Some(resource),
        });
    }
    Ok(places)
}

/// Returns values with which patterns of rules that may be about a resource match it.
fn values<'d>(
    members: &[Member<'d>],
    rules: &BTreeMap<usize, Certainty>,
    resource: &str,
    budget: &Budget,
) -> Result<BTreeMap<&'d Key, String>, Exhausted> {
    let mut found = BTreeMap::new();
    let own = Glob::literal(resource);
    let is_possible = |member: &&Member<'d>| rules.get(&member.rule) == Some(&Certainty::Possible);
    for template in (members.iter().filter(is_possible)).flat_map(|member| &member.open) {
        let mut variables = Variables::default();
        let base = [variables.parts(template)];
        for cell in template_cells(&own, &[], &base, budget)? {
            let values = cell.values.into_iter();
            for (key, value) in values.filter_map(|(own, text)| Some((variables.key(own)?, text))) {
                found.entry(key).or_insert(value);
            }
        }
    }
    Ok(found)
}

/// Returns the places of one pattern with variables.
fn template_places<'d>(
    members: &[Member<'d>],
    template: &'d Template,
    budget: &Budget,
) -> Result<Vec<Place<'d>>, Exhausted> {
    let mut variables = Variables::default();
    let open: Vec<Vec<Vec<Part>>> = (members.iter())
        .map(|member| member.open.iter().map(|own| variables.parts(own)).collect())
        .collect();
    let base = [variables.parts(template)];
    let mut classes: Vec<Vec<Pattern<'_>>> = Vec::new();
    for (member, open) in members.iter().zip(&open) {
        let fixed = member.fixed.iter().map(|glob| Pattern::Glob(glob));
        let open = open.iter().map(|parts| Pattern::Parts(parts));
        classes.push(fixed.chain(open).collect());
        classes.push(member.outlines.iter().map(Pattern::Glob).collect());
    }
    let mut places = Vec::new();
    for cell in template_cells(&not_empty(), &classes, &base, budget)? {
        budget.spend(8 * members.len())?;
        let values = cell.values.into_iter();
        places.push(Place {
            resource: Some(cell.text),
            template: Some(template),
            values: values
                .filter_map(|(number, value)| Some((variables.key(number)?, value)))
                .collect(),
            rules: rules(members, &cell.matched),
        });
    }
    Ok(places)
}

fn rules(members: &[Member<'_>], matched: &BTreeSet<usize>) -> BTreeMap<usize, Certainty> {
    let members = members.iter().enumerate();
    let rules = members.filter_map(|(index, member)| {
        let is_sure = matched.contains(&(2 * index));
        let is_possible = matched.contains(&(2 * index + 1));
        Some((member.rule, member.certainty(is_sure, is_possible)?))
    });
    rules.collect()
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

fn under(reading: Reading, template: &Template) -> &Template {
    match reading {
        Reading::WholeText => template,
        Reading::BySegment => template.by_segment(),
    }
}

/// Returns resources once each, in an order that is free of how they are listed.
fn distinct(resources: &Selection<Template>, reading: Reading) -> Vec<&Template> {
    let by_form: BTreeMap<_, _> = (resources.patterns())
        .map(|own| (under(reading, own).form(), own))
        .collect();
    by_form.into_values().collect()
}

/// The resources of one rule.
struct Member<'d> {
    rule: usize,
    resources: Option<&'d Selection<Template>>,
    fixed: Vec<&'d Glob>,
    /// The patterns with variables.
    open: Vec<&'d Template>,
    /// What these can match; a variable's value can hold `:`, so no reading confines them to segments.
    outlines: Vec<Glob>,
}

impl<'d> Member<'d> {
    fn new(rule: usize, content: &Rule<'d>, reading: Reading) -> Self {
        let resources = content.statement.resources();
        let templates = resources.map_or_else(Vec::new, |own| distinct(own, reading));
        let templates = templates.into_iter();
        let (fixed, open): (Vec<_>, Vec<_>) = templates.partition(|own| own.fixed().is_some());
        Self {
            rule,
            resources,
            fixed: (fixed.iter())
                .filter_map(|own| under(reading, own).fixed())
                .collect(),
            outlines: open.iter().copied().map(Template::outline).collect(),
            open: open.iter().map(|own| under(reading, own)).collect(),
        }
    }

    /// The texts that the rule surely lists, and those that it may list, for a text whose variables are unknown.
    fn classes(&self) -> [Vec<&Glob>; 2] {
        [self.fixed.clone(), self.outlines.iter().collect()]
    }

    /// Returns whether the rule is about texts that it lists surely, or possibly.
    fn certainty(&self, is_sure: bool, is_possible: bool) -> Option<Certainty> {
        let Some(resources) = self.resources else {
            return Some(Certainty::Sure);
        };
        match resources {
            Selection::Only(_) if is_sure => Some(Certainty::Sure),
            Selection::Only(_) => is_possible.then_some(Certainty::Possible),
            Selection::AllBut(_) if is_sure => None,
            Selection::AllBut(_) if is_possible => Some(Certainty::Possible),
            Selection::AllBut(_) => Some(Certainty::Sure),
        }
    }
}
