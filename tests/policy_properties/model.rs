//! Policies as data, so that they can be divided, merged and edited; their text is JSON.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Policy {
    pub(crate) version: &'static str,
    pub(crate) statements: Vec<Statement>,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Statement {
    pub(crate) effect: &'static str,
    pub(crate) actions: Element,
    pub(crate) resources: Option<Element>,
    /// Each value is `TYPE VALUE`, or `*`.
    pub(crate) principals: Option<Element>,
    pub(crate) conditions: Vec<Condition>,
}

/// An element such as `Action`, or its opposite.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Element {
    pub(crate) is_opposite: bool,
    pub(crate) values: Vec<String>,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Condition {
    pub(crate) operator: String,
    pub(crate) key: String,
    pub(crate) values: Vec<String>,
}

impl Condition {
    /// Tells whether the condition holds exactly where it would hold with one of its values alone.
    pub(crate) fn is_alternatives(&self) -> bool {
        let negated = self.operator.contains("Not");
        !negated && !self.operator.starts_with("ForAllValues")
    }
}

impl Policy {
    pub(crate) fn text(&self) -> String {
        let statements: Vec<_> = self.statements.iter().map(Statement::json).collect();
        json!({"Version": self.version, "Statement": statements}).to_string()
    }

    pub(crate) fn with(&self, statements: Vec<Statement>) -> Self {
        Self {
            statements,
            ..*self
        }
    }

    /// The same with more statements behind its own.
    pub(crate) fn and(&self, more: &[Statement]) -> Self {
        self.with([self.statements.as_slice(), more].concat())
    }
}

impl Statement {
    /// Every list of values, with the conditions' that are alternatives.
    pub(crate) fn alternatives(&mut self) -> Vec<&mut Vec<String>> {
        let elements = [Some(&mut self.actions), self.resources.as_mut()];
        let elements = elements.into_iter().chain([self.principals.as_mut()]);
        let elements = elements.flatten().filter(|element| !element.is_opposite);
        let conditions = self.conditions.iter_mut();
        elements
            .map(|element| &mut element.values)
            .chain(
                conditions
                    .filter(|condition| condition.is_alternatives())
                    .map(|condition| &mut condition.values),
            )
            .collect()
    }

    /// Every list of values.
    pub(crate) fn lists(&mut self) -> Vec<&mut Vec<String>> {
        let elements = [Some(&mut self.actions), self.resources.as_mut()];
        let elements = elements.into_iter().chain([self.principals.as_mut()]);
        let conditions = self.conditions.iter_mut().map(|own| &mut own.values);
        elements
            .flatten()
            .map(|element| &mut element.values)
            .chain(conditions)
            .collect()
    }

    fn json(&self) -> Value {
        let mut statement = Map::new();
        statement.insert("Effect".to_owned(), json!(self.effect));
        let mut put = |name: &str, element: &Element, value: Value| {
            let not = if element.is_opposite { "Not" } else { "" };
            statement.insert(format!("{not}{name}"), value);
        };
        put("Action", &self.actions, json!(self.actions.values));
        if let Some(resources) = &self.resources {
            put("Resource", resources, json!(resources.values));
        }
        if let Some(own) = &self.principals {
            put("Principal", own, principals(&own.values));
        }
        // One condition for each operator and key: later ones of the same pair are left out, alike on both sides.
        let mut operators: BTreeMap<&str, Map<String, Value>> = BTreeMap::new();
        let mut seen = BTreeSet::new();
        for condition in &self.conditions {
            if seen.insert((&condition.operator, condition.key.to_lowercase())) {
                let keys = operators.entry(&condition.operator).or_default();
                keys.insert(condition.key.clone(), json!(condition.values));
            }
        }
        statement.insert("Condition".to_owned(), json!(operators));
        Value::Object(statement)
    }
}

fn principals(values: &[String]) -> Value {
    if values.iter().any(|value| value == "*") && values.len() == 1 {
        return json!("*");
    }
    let mut types: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for value in values {
        let (kind, value) = value.split_once(' ').unwrap_or(("AWS", value));
        types.entry(kind).or_default().push(value);
    }
    json!(types)
}
