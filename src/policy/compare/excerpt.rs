//! Documents that say a part of what others say, so that the comparison can be asked about that part alone.
//!
//! Must not know what is asked.

use crate::policy::language::Version;
use crate::policy::{ActionPattern, Document, Effect, Located, Selection, Statement};

/// Returns a document with these statements, each about one action alone; none without statements.
///
/// What the action is called must be a well-formed action; of any other text nothing is said.
pub(super) fn about_action<'d>(
    action: &str,
    statements: impl Iterator<Item = &'d Statement>,
) -> Option<Document> {
    let pattern = ActionPattern::parse(action)?;
    let about = |statement: &Statement| Statement {
        actions: Selection::Only(vec![Located {
            value: pattern.clone(),
            position: statement.position,
        }]),
        ..statement.clone()
    };
    document(statements.map(about).collect())
}

/// Returns documents that allow what the given ones deny explicitly.
///
/// Statements keep their places: those that allow stay as statements about no action.
pub(super) fn denials_as_grants(documents: &[&Document]) -> Vec<Document> {
    let turned = |statement: &Statement| {
        let mut turned = statement.clone();
        if turned.effect.value == Effect::Allow {
            turned.actions = Selection::Only(Vec::new());
        }
        turned.effect.value = Effect::Allow;
        turned
    };
    let documents = documents.iter().map(|own| Document {
        statements: own.statements().iter().map(turned).collect(),
        ..(*own).clone()
    });
    documents.collect()
}

fn document(statements: Vec<Statement>) -> Option<Document> {
    (!statements.is_empty()).then_some(Document {
        version: Version::V2012,
        id: None,
        statements,
    })
}
