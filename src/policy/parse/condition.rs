//! `Condition`: operators, keys and values.
//!
//! Must not know how conditions are decided.

use std::collections::BTreeSet;

use super::reader::{Reader, Result};
use crate::policy::error::Problem;
use crate::policy::language::Wildcards;
use crate::policy::{Condition, Key, Located, Operator, ParseError, Template, Version};

/// A condition whose values are not yet read for variables.
pub(super) struct DraftCondition {
    operator: Located<Operator>,
    key: Located<Key>,
    values: Vec<Located<String>>,
}

impl DraftCondition {
    pub(super) fn finish(self, version: Version) -> Condition {
        let test = self.operator.value.test();
        let wildcards = if test.takes_wildcards() {
            Wildcards::Interpreted
        } else {
            Wildcards::Literal
        };
        let version = if test.takes_variables() {
            version
        } else {
            Version::V2008
        };
        let template =
            |text: Located<String>| text.map(|text| Template::parse(&text, wildcards, version));
        Condition {
            operator: self.operator,
            key: self.key,
            values: self.values.into_iter().map(template).collect(),
        }
    }
}

/// Reads the map from operators to maps from keys to values.
///
/// Refuses two keys under one operator that differ only in case: keys ignore case, and AWS does not say which of the two would count.
pub(super) fn conditions(reader: &mut Reader<'_>) -> Result<Vec<DraftCondition>> {
    let mut conditions = Vec::new();
    reader.object("Condition", |reader, name| {
        let position = name.position;
        let Some(value) = Operator::parse(&name.value) else {
            let problem = Problem::UnknownOperator { name: name.value };
            return Err(ParseError::new(position, problem));
        };
        let operator = Located { value, position };
        let mut seen = BTreeSet::new();
        reader.object(&name.value, |reader, key| {
            let position = key.position;
            let key = key.map(Key::new);
            if !seen.insert(key.value.folded().to_owned()) {
                let key = key.value.text().to_owned();
                return Err(ParseError::new(position, Problem::DuplicateKey { key }));
            }
            let expected = "a string, number or boolean, or a list of them";
            let element = key.value.text();
            let values = reader.one_or_many(element, |reader| reader.scalar(element, expected))?;
            conditions.push(DraftCondition {
                operator: operator.clone(),
                key,
                values,
            });
            Ok(())
        })
    })?;
    Ok(conditions)
}
