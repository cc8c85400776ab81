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
                        .filter_map(|value| part.with_value(key, value));
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

/// Returns the values that a statement's conditions leave to a key, where they list them.
fn pinned(statement: &Statement, key: &Key) -> Option<Vec<String>> {
    let lists = statement.conditions().iter().filter_map(|condition| {
        if !is_list(condition, key) || condition.values().len() > MOST_PARTS {
            return None;
        }
        let literal = |own: &Template| own.fixed().and_then(Glob::as_literal);
        let values: Option<BTreeSet<String>> = condition.templates().map(literal).collect();
        Some(values?.into_iter().collect::<Vec<_>>())
    });
    lists.min_by_key(Vec::len)
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
