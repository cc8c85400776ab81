//! Documents and statements.
//!
//! Must not know JSON, nor decide any request.

use std::borrow::Cow;
use std::fmt;

use super::{ActionPattern, Condition, Key, PrincipalPattern, Template};
use crate::policy::{Located, Position};

/// Says what a document is attached to, which decides the elements that it must and must not have.
///
/// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html>.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A policy of a user, group or role: has resources, has no principals.
    Identity,
    /// A role's trust policy: has principals, has no resources.
    Trust,
    /// A policy of a resource such as a bucket: has principals and resources.
    Resource,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Identity => "an identity policy",
            Self::Trust => "a trust policy",
            Self::Resource => "a resource policy",
        })
    }
}

/// Names the version of the policy language that a document is written in.
///
/// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_version.html>.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Version {
    /// `2008-10-17`, also where a document names none: has no policy variables.
    #[default]
    V2008,
    /// `2012-10-17`.
    V2012,
}

/// Says whether a matching statement allows or denies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Effect {
    /// `Allow`.
    Allow,
    /// `Deny`, which wins over every `Allow`.
    Deny,
}

/// Lists patterns of an element such as `Action`, or of its opposite such as `NotAction`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Selection<T> {
    /// Whatever one of the patterns matches.
    Only(Vec<Located<T>>),
    /// Whatever none of the patterns matches.
    AllBut(Vec<Located<T>>),
}

impl<T> Selection<T> {
    /// Iterates over the patterns, in the document's order.
    pub fn patterns(&self) -> impl Iterator<Item = &T> {
        self.located().iter().map(|pattern| &pattern.value)
    }

    /// Returns the patterns with their positions, in the document's order.
    #[must_use]
    pub fn located(&self) -> &[Located<T>] {
        match self {
            Self::Only(patterns) | Self::AllBut(patterns) => patterns,
        }
    }

    /// Tells whether the selection holds something, given what its patterns match.
    pub(crate) fn selects(&self, matches: impl FnMut(&T) -> bool) -> bool {
        let is_listed = self.patterns().any(matches);
        match self {
            Self::Only(_) => is_listed,
            Self::AllBut(_) => !is_listed,
        }
    }
}

/// Holds one parsed policy document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    pub(crate) version: Version,
    pub(crate) id: Option<Located<String>>,
    /// INVARIANT: not empty.
    pub(crate) statements: Vec<Statement>,
}

impl Document {
    /// Returns a policy that allows actions on resources, a statement for each pair; `None` without pairs.
    pub(crate) fn allowing<'t>(
        grants: impl Iterator<Item = (&'t [ActionPattern], Vec<String>)>,
    ) -> Option<Self> {
        let statements: Vec<Statement> = grants
            .map(|(actions, resources)| Statement::allowing(actions, &resources))
            .collect();
        (!statements.is_empty()).then_some(Self {
            version: Version::V2012,
            id: None,
            statements,
        })
    }

    /// Returns the document as it reads for principals of an account, which is what `${aws:PrincipalAccount}` in its resources stands for.
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principalaccount>.
    pub(crate) fn for_principals_of(&self, account: &str) -> Cow<'_, Self> {
        let key = Key::new("aws:PrincipalAccount".to_owned());
        let statements = self.statements.iter();
        let mut templates = statements
            .filter_map(Statement::resources)
            .flat_map(Selection::patterns);
        if !templates.any(|template| template.variables().any(|own| *own == key)) {
            return Cow::Borrowed(self);
        }
        let mut document = self.clone();
        for statement in &mut document.statements {
            if let Some(Selection::Only(own) | Selection::AllBut(own)) = &mut statement.resources {
                for template in own {
                    template.value = template.value.with_value(&key, account);
                }
            }
        }
        Cow::Owned(document)
    }

    /// Returns the version of the policy language.
    #[must_use]
    pub fn version(&self) -> Version {
        self.version
    }

    /// Returns the document's `Id`.
    #[must_use]
    pub fn id(&self) -> Option<&str> {
        self.id.as_ref().map(|id| id.value.as_str())
    }

    /// Returns the statements in the document's order; there is always at least one.
    #[must_use]
    pub fn statements(&self) -> &[Statement] {
        &self.statements
    }
}

/// Holds one statement of a document.
///
/// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_statement.html>.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    pub(crate) position: Position,
    pub(crate) sid: Option<Located<String>>,
    pub(crate) effect: Located<Effect>,
    pub(crate) principals: Option<Selection<PrincipalPattern>>,
    pub(crate) actions: Selection<ActionPattern>,
    pub(crate) resources: Option<Selection<Template>>,
    pub(crate) conditions: Vec<Condition>,
}

impl Statement {
    fn allowing(actions: &[ActionPattern], resources: &[String]) -> Self {
        let position = Position { line: 1, column: 1 };
        let actions = actions.iter().cloned();
        let resources = resources.iter();
        let resources = resources.map(|text| Template::resource(text, Version::V2012));
        Self {
            position,
            sid: None,
            effect: Located {
                value: Effect::Allow,
                position,
            },
            principals: None,
            actions: Selection::Only(actions.map(|value| Located { value, position }).collect()),
            resources: Some(Selection::Only(
                resources.map(|value| Located { value, position }).collect(),
            )),
            conditions: Vec::new(),
        }
    }

    /// Returns the place of the statement's opening brace.
    #[must_use]
    pub fn position(&self) -> Position {
        self.position
    }

    /// Returns the statement's `Sid`.
    #[must_use]
    pub fn sid(&self) -> Option<&str> {
        self.sid.as_ref().map(|sid| sid.value.as_str())
    }

    /// Returns whether the statement allows or denies.
    #[must_use]
    pub fn effect(&self) -> Effect {
        self.effect.value
    }

    /// Returns `Principal` or `NotPrincipal`; an identity policy has neither.
    #[must_use]
    pub fn principals(&self) -> Option<&Selection<PrincipalPattern>> {
        self.principals.as_ref()
    }

    /// Returns `Action` or `NotAction`.
    #[must_use]
    pub fn actions(&self) -> &Selection<ActionPattern> {
        &self.actions
    }

    /// Returns `Resource` or `NotResource`; a trust policy has neither.
    #[must_use]
    pub fn resources(&self) -> Option<&Selection<Template>> {
        self.resources.as_ref()
    }

    /// Counts all patterns and values.
    pub(crate) fn len(&self) -> usize {
        let principals = (self.principals.as_ref()).map_or(0, |own| own.located().len());
        let resources = (self.resources.as_ref()).map_or(0, |own| own.located().len());
        let values = self.conditions.iter().map(|own| own.values.len() + 1);
        principals + self.actions.located().len() + resources + values.sum::<usize>()
    }

    /// Returns the conditions, one for each operator and key, all of which must hold.
    #[must_use]
    pub fn conditions(&self) -> &[Condition] {
        &self.conditions
    }
}
