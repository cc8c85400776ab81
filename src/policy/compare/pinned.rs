//! Statements with the policy variables filled in that their own conditions leave few values.
//!
//! `${aws:username}` under `StringEquals: {aws:username: alice}` is `alice` wherever the statement applies.
//! Must not know the other statements.

use std::borrow::Cow;
use std::collections::BTreeSet;

use crate::policy::budget::{Budget, Exhausted};
use crate::policy::language::Glob;
use crate::policy::{
    Condition, Document, Key, Located, Quantifier, Selection, Statement, StatementRef, Template,
    Test,
};

/// A statement as it is compared, and where it stands.
pub(super) struct Placed<'d> {
    pub(super) at: StatementRef,
    pub(super) statement: Cow<'d, Statement>,
}

/// How many statements one may be divided into.
const MOST_PARTS: usize = 16;

/// Returns the statements of documents, each divided by the values that its conditions leave to its variables.
///
/// The parts together say what the statement says: each is about one value.
pub(super) fn divided<'d>(
    documents: &[&'d Document],
    budget: &Budget,
) -> Result<Vec<Placed<'d>>, Exhausted> {
    let statements = documents.iter().map(|content| content.statements().len());
    let mut placed = Vec::with_capacity(statements.sum());
    for (document, content) in documents.iter().enumerate() {
        for (index, statement) in content.statements().iter().enumerate() {
            let at = StatementRef {
                document,
                statement: index,
            };
            let variables = variables(statement, budget)?;
            if variables.is_empty() {
                let statement = Cow::Borrowed(statement);
                placed.push(Placed { at, statement });
                continue;
            }
            let mut parts = vec![Cow::Borrowed(statement)];
            for key in variables {
                let Some(values) = pinned(statement, key) else {
                    continue;
                };
                if parts.len() * values.len() > MOST_PARTS {
                    continue;
                }
                budget.spend(64 * parts.len() * values.len() * (1 + statement.len()))?;
                let part = |part: &Cow<'d, Statement>| {
                    let filled = values
                        .iter()
                        .filter_map(|value| part.with_alternative(key, value));
                    filled.map(Cow::Owned).collect::<Vec<_>>()
                };
                parts = parts.iter().flat_map(part).collect();
            }
            placed.extend(parts.into_iter().map(|statement| Placed { at, statement }));
        }
    }
    Ok(placed)
}

fn variables<'d>(
    statement: &'d Statement,
    budget: &Budget,
) -> Result<BTreeSet<&'d Key>, Exhausted> {
    let resources = statement.resources().into_iter();
    let resources = resources.flat_map(Selection::patterns);
    let values = statement.conditions().iter();
    let templates = resources.chain(values.flat_map(Condition::templates));
    let mut variables = BTreeSet::new();
    for template in templates {
        budget.spend(1)?;
        if template.fixed().is_none() {
            budget.spend(template.len())?;
            variables.extend(template.variables());
        }
    }
    Ok(variables)
}

/// What a statement's conditions leave to a key: one text, or the texts that a pattern matches.
enum Alternative {
    Value(String),
    /// The value of a condition, by the places of both.
    Pattern(usize, usize),
}

/// Returns what a statement's conditions leave to a key, where they list it: texts rather than patterns.
fn pinned(statement: &Statement, key: &Key) -> Option<Vec<Alternative>> {
    let conditions = statement.conditions().iter().enumerate();
    let lists = conditions.filter_map(|(place, condition)| {
        if !is_list(condition, key) || condition.values().len() > MOST_PARTS {
            return None;
        }
        let globs: Option<BTreeSet<&Glob>> = condition.templates().map(Template::fixed).collect();
        let literals: Option<BTreeSet<String>> = globs?.into_iter().map(Glob::as_literal).collect();
        if let Some(literals) = literals {
            return Some(literals.into_iter().map(Alternative::Value).collect());
        }
        let places = 0..condition.values().len();
        let patterns = places.map(|own| Alternative::Pattern(place, own));
        Some(patterns.collect::<Vec<_>>())
    });
    let has_patterns =
        |list: &Vec<Alternative>| matches!(list.first(), Some(Alternative::Pattern(..)));
    let best = lists.min_by_key(|list| (has_patterns(list), list.len()))?;
    // One pattern alone leaves the statement as it is; and what patterns leave only matters to resources.
    let matters = !has_patterns(&best) || (best.len() > 1 && is_in_resources(statement, key));
    matters.then_some(best)
}

fn is_in_resources(statement: &Statement, key: &Key) -> bool {
    let resources = statement.resources().into_iter();
    let mut variables = resources
        .flat_map(Selection::patterns)
        .flat_map(Template::variables);
    variables.any(|own| own == key)
}

/// Returns resources without variables which together are all that a template makes where a statement applies, and perhaps more.
///
/// Each variable gives way to the patterns that the statement's conditions leave to it, or else to any text.
/// Returns `None` where they leave any text to all of them, or too many patterns.
pub(super) fn enlarged(statement: &Statement, template: &Template) -> Option<Vec<Template>> {
    let mut made = vec![template.clone()];
    let mut is_limited = false;
    for key in template.variables() {
        let limits = limits(statement, template, key);
        is_limited |= limits.is_some();
        let patterns = limits.unwrap_or_else(|| vec![Glob::with_wildcards("*")]);
        if made.len() * patterns.len() > MOST_PARTS {
            return None;
        }
        let with_each = |own: &Template| {
            let each = patterns
                .iter()
                .map(|pattern| own.with_pattern(key, pattern));
            each.collect::<Vec<_>>()
        };
        made = made.iter().flat_map(with_each).collect();
    }
    is_limited.then_some(made)
}

/// Returns patterns one of which a key matches where a statement applies to what a template makes.
fn limits(statement: &Statement, template: &Template, key: &Key) -> Option<Vec<Glob>> {
    let has_default = template.has_default(key);
    // A variable without a default has a single value, or the template makes nothing.
    let is_limit = |condition: &Condition| {
        let operator = condition.operator().value;
        let test = operator.test();
        is_list(condition, key)
            || (!has_default
                && condition.key().value == *key
                && !operator.is_negated()
                && matches!(
                    test,
                    Test::StringEquals | Test::StringEqualsIgnoreCase | Test::StringLike
                ))
    };
    let mut conditions = statement.conditions().iter();
    conditions.find_map(|condition| {
        let ignores_case = condition.operator().value.test() == Test::StringEqualsIgnoreCase;
        let pattern = |own: &Template| {
            let glob = own.fixed()?;
            Some(if ignores_case {
                glob.ignoring_case()
            } else {
                glob.clone()
            })
        };
        let patterns = is_limit(condition).then(|| condition.templates().map(pattern));
        patterns?.collect()
    })
}

/// Tells whether a condition lists the texts that a key has to have one of.
fn is_list(condition: &Condition, key: &Key) -> bool {
    let operator = condition.operator().value;
    matches!(operator.test(), Test::StringEquals | Test::StringLike)
        && operator.quantifier() == Quantifier::Single
        && !operator.is_negated()
        && !operator.if_exists()
        && condition.key().value == *key
}

impl Statement {
    /// Returns the part of the statement that is about one of the alternatives, or `None` where there is none.
    fn with_alternative(&self, key: &Key, alternative: &Alternative) -> Option<Self> {
        match *alternative {
            Alternative::Value(ref value) => self.with_value(key, value),
            Alternative::Pattern(condition, value) => {
                let mut part = self.clone();
                let condition = part.conditions.get_mut(condition)?;
                condition.values = vec![condition.values.get(value)?.clone()];
                Some(part)
            }
        }
    }

    /// Returns what the statement says where a key has a value, or `None` where it never applies then.
    fn with_value(&self, key: &Key, value: &str) -> Option<Self> {
        let fill = |own: &Located<Template>| Located {
            value: own.value.with_value(key, value),
            position: own.position,
        };
        let fill_all = |own: &[Located<Template>]| own.iter().map(fill).collect::<Vec<_>>();
        let mut filled = self.clone();
        filled.resources = match &self.resources {
            Some(Selection::Only(listed)) => Some(Selection::Only(fill_all(listed))),
            Some(Selection::AllBut(listed)) => Some(Selection::AllBut(fill_all(listed))),
            None => None,
        };
        for condition in &mut filled.conditions {
            let is_list = is_list(condition, key);
            condition.values = fill_all(&condition.values);
            if is_list {
                let is_own = |own: &Located<Template>| match own.value.fixed() {
                    Some(glob) => glob.as_literal().is_none_or(|own| own == value),
                    None => true,
                };
                condition.values.retain(is_own);
            }
            if condition.values.is_empty() {
                return None;
            }
        }
        Some(filled)
    }
}
