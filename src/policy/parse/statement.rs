//! One statement: its elements, and which of them its kind of document needs and forbids.
//!
//! Must not know how patterns match.

use super::condition::{self, DraftCondition};
use super::principal;
use super::reader::{Reader, Result};
use crate::policy::error::Problem;
use crate::policy::{
    ActionPattern, Effect, Kind, Located, ParseError, Position, PrincipalPattern, Selection,
    Statement, Template, Version,
};

/// A statement whose texts are not yet read for variables.
pub(super) struct Draft {
    position: Position,
    sid: Option<Located<String>>,
    effect: Located<Effect>,
    principals: Option<Selection<PrincipalPattern>>,
    actions: Selection<ActionPattern>,
    resources: Option<Selection<String>>,
    conditions: Vec<DraftCondition>,
}

impl Draft {
    pub(super) fn finish(self, version: Version) -> Statement {
        let template = |text: Located<String>| text.map(|text| Template::resource(&text, version));
        let templates = |texts: Vec<Located<String>>| texts.into_iter().map(template).collect();
        Statement {
            position: self.position,
            sid: self.sid,
            effect: self.effect,
            principals: self.principals,
            actions: self.actions,
            resources: self.resources.map(|resources| match resources {
                Selection::Only(texts) => Selection::Only(templates(texts)),
                Selection::AllBut(texts) => Selection::AllBut(templates(texts)),
            }),
            conditions: (self.conditions.into_iter())
                .map(|condition| condition.finish(version))
                .collect(),
        }
    }
}

pub(super) fn draft(reader: &mut Reader<'_>, kind: Kind) -> Result<Draft> {
    let (position, _) = reader.peek()?;
    let mut sid = None;
    let mut effect = None;
    let mut principals = Pair::new("Principal", "NotPrincipal");
    let mut actions = Pair::new("Action", "NotAction");
    let mut resources = Pair::new("Resource", "NotResource");
    let mut conditions = Vec::new();
    reader.object("Statement", |reader, key| {
        match key.value.as_str() {
            "Sid" => sid = Some(reader.string("Sid")?),
            "Effect" => effect = Some(parse_effect(reader.string("Effect")?)?),
            "Principal" | "NotPrincipal" => {
                let name = principals.take(&key)?;
                forbid(kind == Kind::Identity, name, key.position, kind)?;
                principals.fill(name, principal::patterns(reader, name)?);
            }
            "Action" | "NotAction" => {
                let name = actions.take(&key)?;
                let patterns = reader.one_or_many(name, |reader| action(reader, name))?;
                actions.fill(name, patterns);
            }
            "Resource" | "NotResource" => {
                let name = resources.take(&key)?;
                forbid(kind == Kind::Trust, name, key.position, kind)?;
                let patterns = reader.one_or_many(name, |reader| reader.string(name))?;
                resources.fill(name, patterns);
            }
            "Condition" => conditions = condition::conditions(reader)?,
            _ => {
                let problem = Problem::UnknownElement {
                    name: key.value,
                    place: "a statement",
                };
                return Err(ParseError::new(key.position, problem));
            }
        }
        Ok(())
    })?;
    let missing = |name| ParseError::new(position, Problem::MissingElement { name });
    let (principals, resources) = (principals.selection, resources.selection);
    if principals.is_none() && kind != Kind::Identity {
        return Err(missing("Principal"));
    }
    if resources.is_none() && kind != Kind::Trust {
        return Err(missing("Resource"));
    }
    Ok(Draft {
        position,
        sid,
        effect: effect.ok_or_else(|| missing("Effect"))?,
        principals,
        actions: actions.selection.ok_or_else(|| missing("Action"))?,
        resources,
        conditions,
    })
}

/// An element and its opposite, of which a statement can have one.
struct Pair<T> {
    only: &'static str,
    all_but: &'static str,
    selection: Option<Selection<T>>,
}

impl<T> Pair<T> {
    fn new(only: &'static str, all_but: &'static str) -> Self {
        Self {
            only,
            all_but,
            selection: None,
        }
    }

    /// Returns the element's name; the reader has refused the same name twice.
    fn take(&self, key: &Located<String>) -> Result<&'static str> {
        let (name, other) = if key.value == self.only {
            (self.only, self.all_but)
        } else {
            (self.all_but, self.only)
        };
        if self.selection.is_some() {
            let problem = Problem::Exclusive {
                first: other,
                second: name,
            };
            return Err(ParseError::new(key.position, problem));
        }
        Ok(name)
    }

    fn fill(&mut self, name: &'static str, patterns: Vec<Located<T>>) {
        self.selection = Some(if name == self.only {
            Selection::Only(patterns)
        } else {
            Selection::AllBut(patterns)
        });
    }
}

fn forbid(forbidden: bool, name: &'static str, position: Position, kind: Kind) -> Result<()> {
    if forbidden {
        return Err(ParseError::new(position, Problem::Forbidden { name, kind }));
    }
    Ok(())
}

fn parse_effect(effect: Located<String>) -> Result<Located<Effect>> {
    let value = match effect.value.as_str() {
        "Allow" => Effect::Allow,
        "Deny" => Effect::Deny,
        _ => {
            let problem = Problem::UnknownEffect {
                effect: effect.value,
            };
            return Err(ParseError::new(effect.position, problem));
        }
    };
    Ok(effect.map(|_| value))
}

fn action(reader: &mut Reader<'_>, name: &'static str) -> Result<Located<ActionPattern>> {
    let Located { value, position } = reader.string(name)?;
    let Some(pattern) = ActionPattern::parse(&value) else {
        let problem = Problem::MalformedAction { action: value };
        return Err(ParseError::new(position, problem));
    };
    Ok(Located {
        value: pattern,
        position,
    })
}
