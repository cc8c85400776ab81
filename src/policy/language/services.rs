//! The services that statements are about, as their actions alone tell.
//!
//! Must not know effects.

use std::collections::BTreeSet;

use super::{Document, Selection, Statement};
use crate::policy::budget::{Budget, Exhausted};

/// Holds the services of actions; what is about other services is not about these actions.
#[derive(Debug)]
pub(crate) struct Services<'d> {
    /// `None` where the actions may be of any service.
    named: Option<BTreeSet<&'d str>>,
}

impl<'d> Services<'d> {
    /// Returns the services of all statements of some documents.
    pub(crate) fn of_documents(documents: impl Iterator<Item = &'d Document>) -> Self {
        let statements = documents.flat_map(Document::statements);
        Self::of(statements, &Budget::unlimited()).unwrap_or(Self { named: None })
    }

    /// Returns the services of some statements.
    pub(crate) fn of(
        statements: impl Iterator<Item = &'d Statement>,
        budget: &Budget,
    ) -> Result<Self, Exhausted> {
        let mut named = BTreeSet::new();
        for statement in statements {
            let Selection::Only(actions) = statement.actions() else {
                return Ok(Self { named: None });
            };
            budget.spend(actions.len())?;
            for action in actions {
                let Some(service) = action.value.service() else {
                    return Ok(Self { named: None });
                };
                named.insert(service);
            }
        }
        Ok(Self { named: Some(named) })
    }

    /// Tells whether a statement may be about actions of these services.
    pub(crate) fn concern(&self, statement: &Statement, budget: &Budget) -> bool {
        let (Some(named), Selection::Only(actions)) = (&self.named, statement.actions()) else {
            return true;
        };
        // Most statements are about one service: the first action tells.
        let mut actions = actions.iter();
        actions.any(|action| {
            let service = action.value.service();
            !budget.allows(1) || service.is_none_or(|service| named.contains(service))
        })
    }

    /// Tells whether a pattern of actions, as a document writes it, may be about these services.
    pub(crate) fn include(&self, action: &str) -> bool {
        let (Some(named), Some((service, _))) = (&self.named, action.split_once(':')) else {
            return true;
        };
        service.contains(['*', '?']) || named.contains(service.to_ascii_lowercase().as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::{Document, Kind};

    fn document(statement: &str) -> Document {
        let text =
            format!(r#"{{"Statement": {{"Effect": "Allow", {statement}, "Resource": "*"}}}}"#);
        Document::parse(&text, Kind::Identity).unwrap()
    }

    #[test]
    fn statements_about_other_services_are_told_apart() {
        let grants = document(r#""Action": ["S3:Get*", "lex:PostText"]"#);
        for (statement, expected) in [
            (r#""Action": "s3:PutObject""#, true),
            (r#""Action": ["sqs:*", "LEX:*"]"#, true),
            (r#""Action": ["sqs:*", "s3-outposts:*"]"#, false),
            (r#""Action": "s?:GetObject""#, true),
            (r#""Action": "*""#, true),
            (r#""NotAction": "s3:*""#, true),
        ] {
            let budget = Budget::unlimited();
            let services = Services::of(grants.statements().iter(), &budget).unwrap();
            let other = document(statement);
            let statement = &other.statements()[0];
            assert_eq!(services.concern(statement, &budget), expected, "{other:?}");
            let mut patterns = statement.actions().patterns();
            let is_included = patterns.any(|action| services.include(action.text()));
            let is_list = matches!(statement.actions(), Selection::Only(_));
            assert!(!is_list || is_included == expected, "{other:?}");
        }
    }

    #[test]
    fn everything_concerns_grants_of_any_service() {
        for statement in [
            r#""Action": "*""#,
            r#""NotAction": "s3:*""#,
            r#""Action": "s*:X""#,
        ] {
            let grants = document(statement);
            let other = document(r#""Action": "sqs:*""#);
            let budget = Budget::unlimited();
            let services = Services::of(grants.statements().iter(), &budget).unwrap();
            assert!(
                services.concern(&other.statements()[0], &budget),
                "{statement}"
            );
        }
    }

    #[test]
    fn says_yes_where_the_budget_is_used_up() {
        let grants = document(r#""Action": "s3:*""#);
        let services = Services::of(grants.statements().iter(), &Budget::unlimited()).unwrap();
        let other = document(r#""Action": "sqs:*""#);
        assert!(services.concern(&other.statements()[0], &Budget::new(0)));
    }
}
