//! Takes a policy apart: one statement, one resource, one action at a time.
//!
//! What the parts allow together is what the document allows, apart from its denies. Must not know
//! what parts are compared with.

use serde_json::{Map, Value};

use crate::policy::{Document, Effect, Kind, Statement};

/// Holds one allow statement of a document, or less of it, as a document of its own.
pub(super) struct Part {
    /// The statement's place in the whole document, from 0.
    pub(super) statement: usize,
    /// The one resource that is left, as the document writes it.
    pub(super) resource: Option<String>,
    /// The one action that is left, as the document writes it.
    pub(super) action: Option<String>,
    pub(super) document: Document,
    version: Option<Value>,
    content: Map<String, Value>,
}

/// Holds a document's text in pieces.
struct Content {
    version: Option<Value>,
    statements: Vec<Map<String, Value>>,
}

/// Splits a document's allow statements by their resources; `None` where a part is no document.
///
/// Statements with `NotResource` stay whole.
pub(super) fn by_resource(text: &str, document: &Document) -> Option<Vec<Part>> {
    let Content {
        version,
        statements,
    } = content(text)?;
    let effects = document.statements().iter().map(Statement::effect);
    let allows = effects
        .zip(statements)
        .enumerate()
        .filter(|(_, (effect, _))| *effect == Effect::Allow);
    allows
        .flat_map(|(statement, (_, content))| {
            let split = split(&content, "Resource");
            let version = version.clone();
            split.into_iter().map(move |(resource, content)| {
                Some(Part {
                    statement,
                    resource,
                    action: None,
                    document: one(version.as_ref(), &content)?,
                    version: version.clone(),
                    content,
                })
            })
        })
        .collect()
}

impl Part {
    /// Splits a part by its actions; one with `NotAction` stays whole. `None` where a part is no
    /// document.
    pub(super) fn by_action(&self) -> Option<Vec<Self>> {
        let parts = split(&self.content, "Action").into_iter();
        parts
            .map(|(action, content)| {
                Some(Self {
                    statement: self.statement,
                    resource: self.resource.clone(),
                    action,
                    document: one(self.version.as_ref(), &content)?,
                    version: self.version.clone(),
                    content,
                })
            })
            .collect()
    }
}

/// Returns a document of only the denies of a document; `None` where it has none.
pub(super) fn denies(text: &str, document: &Document) -> Option<Document> {
    let mut effects = document.statements().iter().map(Statement::effect);
    if !effects.any(|effect| effect == Effect::Deny) {
        return None;
    }
    let Content {
        version,
        statements,
    } = content(text)?;
    let effects = document.statements().iter().map(Statement::effect);
    let denies: Vec<Value> = effects
        .zip(statements)
        .filter(|(effect, _)| *effect == Effect::Deny)
        .map(|(_, content)| Value::Object(content))
        .collect();
    whole(version.as_ref(), denies)
}

/// Reads the version and the statements of a document's text.
fn content(text: &str) -> Option<Content> {
    let Ok(Value::Object(mut document)) = serde_json::from_str(text) else {
        return None;
    };
    let version = document.remove("Version");
    let statements = match document.remove("Statement")? {
        Value::Array(statements) => statements,
        one => vec![one],
    };
    let objects = statements.into_iter().map(|statement| match statement {
        Value::Object(content) => Some(content),
        _ => None,
    });
    Some(Content {
        version,
        statements: objects.collect::<Option<Vec<_>>>()?,
    })
}

/// Splits a list of texts; what is no list stays as it is.
fn split(content: &Map<String, Value>, element: &str) -> Vec<(Option<String>, Map<String, Value>)> {
    let items = match content.get(element) {
        Some(Value::Array(items)) => items.clone(),
        Some(item) => vec![item.clone()],
        None => return vec![(None, content.clone())],
    };
    items
        .into_iter()
        .map(|item| {
            let text = item.as_str().map(ToOwned::to_owned);
            let mut content = content.clone();
            content.insert(element.to_owned(), item);
            (text, content)
        })
        .collect()
}

fn one(version: Option<&Value>, content: &Map<String, Value>) -> Option<Document> {
    whole(version, vec![Value::Object(content.clone())])
}

fn whole(version: Option<&Value>, statements: Vec<Value>) -> Option<Document> {
    let mut document = Map::new();
    if let Some(version) = version {
        document.insert("Version".to_owned(), version.clone());
    }
    document.insert("Statement".to_owned(), Value::Array(statements));
    Document::parse(&Value::Object(document).to_string(), Kind::Identity).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r#"{"Version":"2012-10-17","Statement":[
      {"Effect":"Deny","Action":"s3:DeleteObject","Resource":"*"},
      {"Effect":"Allow","Action":["s3:GetObject","s3:PutObject"],
       "Resource":["arn:aws:s3:::a/*","arn:aws:s3:::b/*"]}]}"#;

    #[test]
    fn takes_apart_by_resource_and_action_and_leaves_denies() {
        let document = Document::parse(TEXT, Kind::Identity).unwrap();
        let parts = by_resource(TEXT, &document).unwrap();
        let resources: Vec<_> = parts.iter().map(|part| part.resource.as_deref()).collect();
        assert_eq!(
            resources,
            [Some("arn:aws:s3:::a/*"), Some("arn:aws:s3:::b/*")]
        );
        assert!(parts.iter().all(|part| part.statement == 1));
        let actions = parts[0].by_action().unwrap();
        assert_eq!(actions.len(), 2);
        assert_eq!(actions[1].action.as_deref(), Some("s3:PutObject"));
        assert_eq!(denies(TEXT, &document).unwrap().statements().len(), 1);
    }

    #[test]
    fn what_excludes_stays_whole() {
        let text =
            r#"{"Statement":{"Effect":"Allow","NotAction":["a:B","c:D"],"NotResource":["x","y"]}}"#;
        let document = Document::parse(text, Kind::Identity).unwrap();
        let parts = by_resource(text, &document).unwrap();
        assert_eq!(parts.len(), 1);
        assert_eq!(parts[0].by_action().unwrap().len(), 1);
        assert!(denies(text, &document).is_none());
    }
}
