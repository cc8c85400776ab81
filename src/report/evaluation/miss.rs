//! What both views say about an element that keeps a statement from applying: its name, its place and its values.

use crate::policy::{
    Condition, FailedCondition, Located, Miss, Position, PrincipalPattern, Selection, Statement,
};

/// An element of a statement that misses.
pub(super) struct MissedElement<'a> {
    /// As the policy names it; `Condition` for a condition.
    pub(super) name: &'static str,
    /// The place of the first value; of the key where it is a condition.
    pub(super) position: Position,
    /// The policy's values.
    pub(super) values: Vec<&'a str>,
    pub(super) condition: Option<MissedCondition<'a>>,
}

/// A condition that does not hold.
pub(super) struct MissedCondition<'a> {
    pub(super) content: &'a Condition,
    pub(super) failed: &'a FailedCondition,
}

impl<'a> MissedElement<'a> {
    /// Looks a miss up in its statement; returns `None` where the statement has no such element.
    pub(super) fn of(miss: &'a Miss, statement: &'a Statement) -> Option<Self> {
        match miss {
            Miss::Principal => Some(Self::listed(
                statement.principals()?,
                ["Principal", "NotPrincipal"],
                principal,
                statement,
            )),
            Miss::Action => Some(Self::listed(
                statement.actions(),
                ["Action", "NotAction"],
                |pattern| pattern.text(),
                statement,
            )),
            Miss::Resource => Some(Self::listed(
                statement.resources()?,
                ["Resource", "NotResource"],
                |pattern| pattern.text(),
                statement,
            )),
            Miss::Condition(failed) => {
                let content = statement.conditions().get(failed.index)?;
                let values = content.values().iter();
                Some(Self {
                    name: "Condition",
                    position: content.key().position,
                    values: values.map(|own| own.value.text()).collect(),
                    condition: Some(MissedCondition { content, failed }),
                })
            }
        }
    }

    fn listed<T>(
        selection: &'a Selection<T>,
        [only, all_but]: [&'static str; 2],
        text: impl Fn(&'a T) -> &'a str,
        statement: &Statement,
    ) -> Self {
        let name = match selection {
            Selection::Only(_) => only,
            Selection::AllBut(_) => all_but,
        };
        let place = |pattern: &Located<T>| pattern.position;
        Self {
            name,
            position: (selection.located().first()).map_or(statement.position(), place),
            values: selection.patterns().map(text).collect(),
            condition: None,
        }
    }
}

fn principal(pattern: &PrincipalPattern) -> &str {
    match pattern {
        PrincipalPattern::Everyone
        | PrincipalPattern::AnyService
        | PrincipalPattern::AnyFederated
        | PrincipalPattern::AnyCanonicalUser => "*",
        PrincipalPattern::Account(text)
        | PrincipalPattern::Aws(text)
        | PrincipalPattern::Service(text)
        | PrincipalPattern::Federated(text)
        | PrincipalPattern::CanonicalUser(text) => text,
    }
}
