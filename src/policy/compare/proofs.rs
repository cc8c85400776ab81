//! Whether demands on one key contradict each other, whatever the values of policy variables.
//!
//! Must not know other keys.

use std::collections::BTreeSet;

use super::automaton::{Part, Pattern};
use super::cells::{TemplateCell, template_cells};
use super::demand::{Choice, Demand, many};
use super::samples::Borders;
use super::typed::patterns;
use super::variables::{ANYTHING, Variables, confined, is_whole_arn};
use crate::policy::budget::{Budget, Exhausted};
use crate::policy::language::Glob;
use crate::policy::{Context, Key, Quantifier, Template, Test};

/// Tells whether demands on one key are proven to contradict each other; `known` is what the key holds where that is settled.
pub(super) fn contradict(
    key: &Key,
    demands: &[Demand<'_, '_>],
    known: Option<&Choice>,
    budget: &Budget,
) -> Result<bool, Exhausted> {
    if let Some(choice) = known {
        let is_refused = |demand: &Demand<'_, '_>| match choice {
            Choice::Absent => !demand.is_met_by_absence(),
            _ if demand.term.has_variables() => false,
            choice => !demand.is_met(choice, &Context::new(), budget),
        };
        let is_contradiction = demands.iter().any(is_refused);
        budget.check()?;
        return Ok(is_contradiction);
    }
    let Some((last, before)) = demands.split_last() else {
        return Ok(false);
    };
    // A demand alone is judged where values are chosen.
    if before.is_empty() {
        return Ok(false);
    }
    let last = last.shape();
    let mut others = before.iter().map(Demand::shape);
    if others
        .any(|other| last.plainly_excludes(&other, budget) || other.plainly_excludes(&last, budget))
    {
        return Ok(true);
    }
    budget.check()?;
    if demands.iter().any(|demand| demand.term.has_variables()) {
        return contradict_for_all_variables(demands, budget);
    }
    if contradict_by_samples(key, demands, budget)? {
        return Ok(true);
    }
    // Values of several types are not all sampled: those demands that read one alike may contradict each other alone.
    let kinds: BTreeSet<_> = demands.iter().map(Demand::kind).collect();
    if kinds.len() < 2 {
        return Ok(false);
    }
    for kind in kinds {
        let alike = demands.iter().filter(|own| own.kind() == kind);
        let alike: Vec<_> = alike.copied().collect();
        if alike.len() > 1 && contradict_by_samples(key, &alike, budget)? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn contradict_by_samples(
    key: &Key,
    demands: &[Demand<'_, '_>],
    budget: &Budget,
) -> Result<bool, Exhausted> {
    let context = Context::new();
    if demands.iter().all(Demand::is_met_by_absence) {
        return Ok(false);
    }
    let mut borders = Borders::default();
    for demand in demands {
        borders.add(demand.term.condition, budget)?;
    }
    let samples = borders.samples(&[key], 1, budget)?;
    let values: Vec<_> = samples.groups.into_iter().flatten().collect();
    let is_possible = !samples.is_complete
        || values.iter().any(|sample| {
            let mut demands = demands.iter();
            demands.all(|own| own.is_met_by_one(own.is_listed(sample, &context, budget)))
        })
        || many(&values, demands, &context, budget).is_some_and(|choice| {
            demands
                .iter()
                .all(|own| own.is_met(&choice, &context, budget))
        });
    budget.check()?;
    Ok(!is_possible)
}

/// Looks at the texts that one demanded list of templates makes, and what the other demands surely or possibly say of them.
fn contradict_for_all_variables(
    demands: &[Demand<'_, '_>],
    budget: &Budget,
) -> Result<bool, Exhausted> {
    let many_could = |demand: &Demand<'_, '_>| demand.is_met_by_any_many().unwrap_or(true);
    if demands.iter().all(Demand::is_met_by_absence) || demands.iter().all(many_could) {
        return Ok(false);
    }
    let mut variables = Variables::default();
    let mut open = Vec::new();
    for demand in demands {
        let templates = demand.term.condition.templates();
        let lengths = templates.map(|own| 8 + own.len());
        budget.spend(4 * lengths.sum::<usize>())?;
        open.push(Classes::of(demand, &mut variables));
    }
    let base = (demands.iter())
        .filter(|demand| is_base(demand))
        .max_by_key(|demand| demand.term.has_variables());
    let base = match base {
        Some(demand) => base_parts(demand, &mut variables),
        None => vec![vec![ANYTHING]],
    };
    let classes: Vec<Vec<Pattern<'_>>> = open.iter().flat_map(Classes::patterns).collect();
    let cells = template_cells(&Glob::with_wildcards("*"), &classes, &base, budget)?;
    let could_be_met = |cell: &TemplateCell| {
        let mut demands = demands.iter().zip(&open).enumerate();
        demands.all(|(index, (demand, own))| {
            let is_sure = cell.matched.contains(&(2 * index));
            let is_possible = is_sure || cell.matched.contains(&(2 * index + 1));
            match demand.wants_listed() {
                None => demand.is_met_by_one(true),
                Some(_) if !own.is_text => true,
                Some(true) => is_possible,
                Some(false) => !is_sure,
            }
        })
    };
    Ok(!cells.iter().any(could_be_met))
}

/// Tells whether a demand says which texts the key's single value can be.
fn is_base(demand: &Demand<'_, '_>) -> bool {
    demand.wants_listed() == Some(true)
        && demand.term.condition.operator().value.quantifier() == Quantifier::Single
        && is_text(demand)
}

fn is_text(demand: &Demand<'_, '_>) -> bool {
    let test = demand.term.condition.operator().value.test();
    test.takes_variables() || matches!(test, Test::Bool | Test::BinaryEquals)
}

/// Returns patterns that write every text which a demand lists.
fn base_parts<'d>(demand: &Demand<'_, 'd>, variables: &mut Variables<'d>) -> Vec<Vec<Part>> {
    let condition = demand.term.condition;
    let plain = |glob: Glob| glob.tokens().iter().copied().map(Part::Token).collect();
    let fixed = patterns(condition).into_iter().map(plain);
    let open = condition.templates().filter(|own| own.fixed().is_none());
    let test = condition.operator().value.test();
    let open = open.map(|own| match test {
        Test::StringEqualsIgnoreCase => any_case(own),
        Test::Arn => variables.parts_of_arn(own),
        _ => variables.parts(own),
    });
    fixed.chain(open).collect()
}

/// A value that is compared ignoring case need not hold the variable's own letters.
fn any_case(template: &Template) -> Vec<Part> {
    let outline = template.outline().ignoring_case();
    outline.tokens().iter().copied().map(Part::Token).collect()
}

/// What a demand's values match: surely, and possibly.
struct Classes {
    is_text: bool,
    fixed: Vec<Glob>,
    sure: Vec<Vec<Part>>,
    possible: Vec<Glob>,
}

impl Classes {
    fn of<'d>(demand: &Demand<'_, 'd>, variables: &mut Variables<'d>) -> Self {
        let condition = demand.term.condition;
        let test = condition.operator().value.test();
        let open: BTreeSet<usize> = (condition.templates().enumerate())
            .filter(|(_, own)| own.fixed().is_none())
            .map(|(index, _)| index)
            .collect();
        let open = || {
            let templates = condition.templates().enumerate();
            templates.filter_map(|(index, own)| open.contains(&index).then_some(own))
        };
        let sure = open().filter_map(|own| match test {
            Test::Arn => is_whole_arn(own).then(|| confined(variables.parts(own))),
            Test::StringEqualsIgnoreCase => Some(variables.parts_ignoring_case(own)),
            _ => Some(variables.parts(own)),
        });
        let sure = sure.collect();
        let possible = open().map(|own| match test {
            Test::StringEqualsIgnoreCase => own.outline().ignoring_case(),
            _ => own.outline(),
        });
        Self {
            is_text: is_text(demand),
            fixed: patterns(condition),
            sure,
            possible: possible.collect(),
        }
    }

    fn patterns(&self) -> [Vec<Pattern<'_>>; 2] {
        let sure = self.sure.iter().map(|parts| Pattern::Parts(parts));
        [
            self.fixed.iter().map(Pattern::Glob).chain(sure).collect(),
            self.possible.iter().map(Pattern::Glob).collect(),
        ]
    }
}
