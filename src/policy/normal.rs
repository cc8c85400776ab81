//! The normal form of an identity policy: one way to write what can be written in many.
//!
//! Two documents of one normal form mean the same; of two that mean the same the forms may differ,
//! and the comparison tells. Must not know what normal forms are kept for.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::{Document, Effect, Selection, Statement, Version};

/// Holds an identity policy with its members in a fixed order, every list sorted and free of
/// repetitions, and every single value as a list.
///
/// Statements keep their order, so that the place of a statement is the same in both. Names of
/// condition operators are spelled as AWS documents them; all other texts are kept as written.
/// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html>.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "PascalCase")]
#[schemars(deny_unknown_fields)]
pub struct NormalForm {
    /// The version of the policy language; `2008-10-17` also where the document names none.
    version: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    statement: Vec<NormalStatement>,
}

/// A statement of an identity policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "PascalCase")]
#[schemars(deny_unknown_fields)]
struct NormalStatement {
    #[serde(skip_serializing_if = "Option::is_none")]
    sid: Option<String>,
    /// `Allow` or `Deny`.
    effect: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    action: Option<BTreeSet<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    not_action: Option<BTreeSet<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    resource: Option<BTreeSet<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    not_resource: Option<BTreeSet<String>>,
    /// Values by key by operator.
    #[serde(skip_serializing_if = "Option::is_none")]
    condition: Option<Conditions>,
}

type Conditions = BTreeMap<String, BTreeMap<String, BTreeSet<String>>>;

impl NormalForm {
    /// Returns the form on one line, in UTF-8 and without spaces between its parts.
    pub fn text(&self) -> String {
        // Maps with text keys can always be written.
        serde_json::to_string(self).unwrap_or_default()
    }
}

impl Document {
    /// Returns the document's normal form.
    ///
    /// There is none for a document with principals, nor for one that tests a condition key twice
    /// under spellings of an operator that differ in case, which one object cannot hold.
    #[must_use]
    pub fn normal_form(&self) -> Option<NormalForm> {
        let statements: Option<Vec<NormalStatement>> =
            self.statements().iter().map(statement).collect();
        Some(NormalForm {
            version: match self.version() {
                Version::V2008 => "2008-10-17",
                Version::V2012 => "2012-10-17",
            },
            id: self.id().map(ToOwned::to_owned),
            statement: statements?,
        })
    }
}

fn statement(statement: &Statement) -> Option<NormalStatement> {
    if statement.principals().is_some() {
        return None;
    }
    let (action, not_action) = pair(Some(statement.actions()), |pattern| pattern.text());
    let (resource, not_resource) = pair(statement.resources(), |template| template.text());
    Some(NormalStatement {
        sid: statement.sid().map(ToOwned::to_owned),
        effect: match statement.effect() {
            Effect::Allow => "Allow",
            Effect::Deny => "Deny",
        },
        action,
        not_action,
        resource,
        not_resource,
        condition: Some(conditions(statement)?).filter(|found| !found.is_empty()),
    })
}

type Texts = Option<BTreeSet<String>>;

/// Returns the texts of an element, and those of its opposite; a statement has at most one.
fn pair<T>(selection: Option<&Selection<T>>, text: impl Fn(&T) -> &str) -> (Texts, Texts) {
    let Some(selection) = selection else {
        return (None, None);
    };
    let texts = selection
        .patterns()
        .map(|pattern| text(pattern).to_owned())
        .collect();
    match selection {
        Selection::Only(_) => (Some(texts), None),
        Selection::AllBut(_) => (None, Some(texts)),
    }
}

/// Returns `None` for conditions that one object cannot hold.
fn conditions(statement: &Statement) -> Option<Conditions> {
    let mut found = Conditions::new();
    let mut seen = BTreeSet::new();
    for condition in statement.conditions() {
        let operator = condition.operator().value.to_string();
        let key = &condition.key().value;
        if !seen.insert((operator.clone(), key.folded().to_owned())) {
            return None;
        }
        let values = condition.values().iter();
        let values = values.map(|value| value.value.text().to_owned()).collect();
        found
            .entry(operator)
            .or_default()
            .insert(key.text().to_owned(), values);
    }
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::{Kind, Verdict, compare};

    fn parse(text: &str) -> Document {
        Document::parse(text, Kind::Identity).unwrap()
    }

    fn normal(text: &str) -> String {
        parse(text).normal_form().unwrap().text()
    }

    #[test]
    fn ways_of_writing_the_same_have_one_form() {
        let one = r#"{"Version":"2012-10-17","Statement":[{"Action":["s3:Get*","s3:List*","s3:Get*"],
            "Resource":"*","Effect":"Allow","Condition":{"stringequals":{"aws:b":"1","aws:a":["y","x"]}}}]}"#;
        let other = r#"{"Statement":{"Condition":{"StringEquals":{"aws:a":["x","y"],"aws:b":1}},
            "Effect":"Allow","Resource":["*"],"Action":["s3:List*","s3:Get*"]},"Version":"2012-10-17"}"#;
        assert_eq!(normal(one), normal(other));
        assert_eq!(
            normal(one),
            r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:Get*","s3:List*"],"Resource":["*"],"Condition":{"StringEquals":{"aws:a":["x","y"],"aws:b":["1"]}}}]}"#
        );
    }

    #[test]
    fn the_form_means_what_the_document_means() {
        for text in [
            r#"{"Statement":[{"Effect":"Deny","NotAction":"s3:*","NotResource":["b","a${aws:username}"]},
                {"Sid":"x","Effect":"Allow","Action":"*","Resource":"*"}]}"#,
            r#"{"Version":"2012-10-17","Id":"i","Statement":{"Effect":"Allow","Action":"a:b","Resource":"*",
                "Condition":{"ForAllValues:StringLike":{"aws:TagKeys":["b*","a"]},"Bool":{"k:x":true}}}}"#,
        ] {
            let (document, form) = (parse(text), normal(text));
            let read = parse(&form);
            assert_eq!(normal(&form), form);
            assert_eq!(document.version(), read.version());
            assert_eq!(compare(&[&document], &[&read]).verdict, Verdict::Equal);
        }
    }

    #[test]
    fn what_one_object_cannot_hold_has_no_form() {
        let text = r#"{"Statement":{"Effect":"Allow","Action":"a:b","Resource":"*",
            "Condition":{"Bool":{"k:x":true},"bool":{"K:X":false}}}}"#;
        assert_eq!(parse(text).normal_form(), None);
    }
}
