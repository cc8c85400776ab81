//! The resources that a published action takes.
//!
//! Must not know what is asked about them.

use super::fitting::fitted;
use crate::policy::budget::{Budget, Exhausted};
use crate::policy::language::{Glob, Version};
use crate::policy::published::{Action, Part, resource_shapes};
use crate::policy::{
    ActionPattern, Context, Document, Effect, Located, Position, Selection, Statement, Template,
};

/// What a word in place of a wildcard is.
const WORD: &str = "example";

/// Proposes resources that an action takes and that statements with such resources are about.
pub(super) fn proposed<'d>(
    action: Action,
    granted: impl Iterator<Item = Option<&'d Selection<Template>>>,
    context: &Context,
    budget: &Budget,
) -> Result<Vec<String>, Exhausted> {
    let mut found = Vec::new();
    for resources in granted {
        let globs: Vec<Glob> = match resources {
            Some(Selection::Only(listed)) => {
                let patterns = listed.iter();
                let resolved = patterns.filter_map(|own| own.value.resolve(context));
                resolved.map(|glob| glob.by_segment()).collect()
            }
            _ => vec![Glob::with_wildcards("*")],
        };
        for glob in globs {
            budget.spend(glob.tokens().len())?;
            for shape in resource_shapes(action) {
                found.extend(fitted(&glob, shape, WORD, budget)?);
            }
        }
    }
    Ok(found)
}

/// Returns a document that denies an action on whatever has none of its published shapes and is not `*`; `None` where it has no shapes.
pub(super) fn denied_elsewhere(action: Action) -> Option<Document> {
    let position = Position { line: 1, column: 1 };
    let located = |value| Located { value, position };
    let anything = |part| match part {
        Part::Literal(text) => text,
        Part::Placeholder(_) => "*",
    };
    let mut resources: Vec<Located<Template>> = resource_shapes(action)
        .map(|shape| {
            let text: String = shape.parts().map(anything).collect();
            // A placeholder holds no `:`, however wildcards of policies are read.
            let template = Template::resource(&text, Version::V2012);
            located(template.by_segment().clone())
        })
        .collect();
    if resources.is_empty() {
        return None;
    }
    // The character, no wildcard.
    resources.push(located(Template::resource("${*}", Version::V2012)));
    let actions = vec![Located {
        value: ActionPattern::parse(action.text())?,
        position,
    }];
    Some(Document {
        version: Version::V2012,
        id: None,
        statements: vec![Statement {
            position,
            sid: None,
            effect: Located {
                value: Effect::Deny,
                position,
            },
            principals: None,
            actions: Selection::Only(actions),
            resources: Some(Selection::AllBut(resources)),
            conditions: Vec::new(),
        }],
    })
}
