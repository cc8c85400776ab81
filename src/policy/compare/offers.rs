//! The actions that a grant offers to show, the most telling first.
//!
//! Must not know resources' shapes, principals or conditions.

use std::collections::{BTreeMap, BTreeSet};

use super::question::Question;
use super::rules::Part;
use crate::policy::budget::{Budget, Exhausted};
use crate::policy::language::Glob;
use crate::policy::published::{self, AccessLevel};
use crate::policy::{ActionPattern, Selection, Statement};

/// Actions that tell most people at once what is at stake, the most alarming first.
const TELLING: [&str; 30] = [
    "iam:CreateUser",
    "iam:PassRole",
    "iam:AttachRolePolicy",
    "iam:PutRolePolicy",
    "iam:CreateAccessKey",
    "sts:AssumeRole",
    "sts:AssumeRoleWithWebIdentity",
    "sts:AssumeRoleWithSAML",
    "sts:TagSession",
    "sts:SetSourceIdentity",
    "s3:DeleteBucket",
    "s3:PutBucketPolicy",
    "s3:DeleteObject",
    "s3:PutObject",
    "s3:GetObject",
    "kms:Decrypt",
    "secretsmanager:GetSecretValue",
    "organizations:LeaveOrganization",
    "cloudtrail:StopLogging",
    "lambda:InvokeFunction",
    "ec2:TerminateInstances",
    "ec2:RunInstances",
    "dynamodb:DeleteTable",
    "rds:DeleteDBInstance",
    "logs:DeleteLogGroup",
    "connect:DeleteInstance",
    "connect-campaigns:DeleteCampaign",
    "profile:DeleteDomain",
    "wisdom:DeleteAssistant",
    "kinesis:DeleteStream",
];

/// The service of the actions that trust policies are about.
const ROLE_SERVICE: &str = "sts";

/// One action, as AWS spells it, or else the document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Offer<'d> {
    pub(super) action: &'d str,
    pub(super) published: Option<published::Action>,
}

impl<'d> Offer<'d> {
    /// Looks an action up; `spelled` is how the document has it.
    pub(super) fn of(spelled: &'d str) -> Self {
        let unpublished = Self {
            action: spelled,
            published: None,
        };
        published::find(spelled).map_or(unpublished, Self::published)
    }

    fn published(action: published::Action) -> Self {
        Self {
            action: action.text(),
            published: Some(action),
        }
    }

    /// Orders offers: published ones, those to which the statement's condition keys apply, telling ones, those that change something; alphabetically where all else is equal.
    pub(super) fn rank(&self, keys: &[&str]) -> (bool, bool, usize, Option<AccessLevel>) {
        let telling = TELLING.iter().position(|own| *own == self.action);
        let takes_keys = |action: published::Action| keys.iter().all(|key| action.takes_key(key));
        (
            self.published.is_none(),
            !self.published.is_none_or(takes_keys),
            telling.unwrap_or(TELLING.len()),
            self.published.map(published::Action::level),
        )
    }
}

/// What looking into the table of published actions costs.
const TABLE_COST: usize = 100;
/// What reading one published action costs.
const ACTION_COST: usize = 16;

/// Returns the actions of a statement that `is_wanted` accepts in lowercase, in the order of preference.
///
/// Actions that the statement spells out are offered whether they are published or not, others only if they are.
/// Where not even the service is spelled out, telling actions are offered, and those of the services that the statement's resources name.
/// A statement without resources stands in a trust policy, which is about taking on a role.
pub(super) fn offers<'d>(
    statement: &'d Statement,
    is_wanted: impl Fn(&str) -> bool,
    budget: &Budget,
) -> Result<Vec<Offer<'d>>, Exhausted> {
    let mut search = Search {
        statement,
        is_wanted,
        budget,
        found: BTreeMap::new(),
    };
    search.run()?;
    let mut found: Vec<Offer<'d>> = search.found.into_values().collect();
    let conditions = statement.conditions().iter();
    let keys = conditions.map(|own| own.key().value.text());
    let keys: Vec<&str> = keys.filter(|key| !published::is_global(key)).collect();
    budget.spend((TELLING.len() + TABLE_COST * keys.len()) * found.len())?;
    found.sort_by_cached_key(|own| own.rank(&keys));
    Ok(found)
}

struct Search<'s, 'd, W> {
    statement: &'d Statement,
    is_wanted: W,
    budget: &'s Budget,
    /// By their lowercase form.
    found: BTreeMap<String, Offer<'d>>,
}

impl<'d, W: Fn(&str) -> bool> Search<'_, 'd, W> {
    fn run(&mut self) -> Result<(), Exhausted> {
        let statement = self.statement;
        let mut is_broad = matches!(statement.actions(), Selection::AllBut(_));
        if let Selection::Only(listed) = statement.actions() {
            for pattern in listed.iter().map(|pattern| &pattern.value) {
                self.budget.spend(TABLE_COST)?;
                if !pattern.glob().has_wildcards() {
                    self.add(pattern.folded(), || Offer::of(pattern.text()));
                } else if let Some(start) = start(pattern) {
                    self.add_published(published::starting_with(start), pattern)?;
                } else {
                    is_broad = true;
                }
            }
        }
        if is_broad && statement.resources().is_none() {
            self.add_selected(published::actions(ROLE_SERVICE))?;
        } else if is_broad {
            self.add_selected(TELLING.into_iter().filter_map(published::find))?;
            for service in self.resource_services() {
                self.add_selected(published::actions(&service))?;
            }
        }
        if is_broad && self.found.is_empty() {
            self.add_selected(published::all())?;
        }
        Ok(())
    }

    fn add_published(
        &mut self,
        actions: impl Iterator<Item = published::Action>,
        pattern: &ActionPattern,
    ) -> Result<(), Exhausted> {
        for action in actions {
            self.budget.spend(ACTION_COST)?;
            let folded = action.text().to_ascii_lowercase();
            if pattern.glob().matches(&folded, self.budget) {
                self.add(&folded, || Offer::published(action));
            }
        }
        Ok(())
    }

    fn add_selected(
        &mut self,
        actions: impl Iterator<Item = published::Action>,
    ) -> Result<(), Exhausted> {
        for action in actions {
            self.budget.spend(ACTION_COST)?;
            let folded = action.text().to_ascii_lowercase();
            let selected = self.statement.actions();
            if selected.selects(|pattern| pattern.glob().matches(&folded, self.budget)) {
                self.add(&folded, || Offer::published(action));
            }
        }
        Ok(())
    }

    fn add(&mut self, folded: &str, offer: impl FnOnce() -> Offer<'d>) {
        if !self.found.contains_key(folded) && (self.is_wanted)(folded) {
            self.found.insert(folded.to_owned(), offer());
        }
    }

    /// Returns the services of the ARNs that the statement's resources begin with.
    fn resource_services(&self) -> BTreeSet<String> {
        let Some(Selection::Only(listed)) = self.statement.resources() else {
            return BTreeSet::new();
        };
        let services = listed.iter().filter_map(|own| {
            let (_, rest) = own.value.text().strip_prefix("arn:")?.split_once(':')?;
            let (service, _) = rest.split_once(':')?;
            Some(service.to_owned())
        });
        services.collect()
    }
}

/// Returns what a pattern spells out before its first wildcard, where that includes the service.
pub(super) fn start(pattern: &ActionPattern) -> Option<&str> {
    let start = pattern.folded().split(['*', '?']).next()?;
    start.contains(':').then_some(start)
}

/// The actions that the reference allows somewhere: on some resource, to some caller, under some condition.
pub(super) struct KnownActions<'d> {
    literals: BTreeSet<&'d str>,
    wildcards: Vec<&'d Glob>,
    exclusions: Vec<&'d Selection<ActionPattern>>,
}

impl<'d> KnownActions<'d> {
    pub(super) fn of(question: &Question<'_, 'd>) -> Self {
        let mut known = Self {
            literals: BTreeSet::new(),
            wildcards: Vec::new(),
            exclusions: Vec::new(),
        };
        let rules = question.rules.iter();
        for rule in rules.filter(|rule| rule.part == Part::Known) {
            let actions = rule.statement.actions();
            if matches!(actions, Selection::AllBut(_)) {
                known.exclusions.push(actions);
                continue;
            }
            for pattern in actions.patterns() {
                if pattern.glob().has_wildcards() {
                    known.wildcards.push(pattern.glob());
                } else {
                    known.literals.insert(pattern.folded());
                }
            }
        }
        known
    }

    /// Tells whether an action, given in lowercase, is among them.
    pub(super) fn include(&self, folded: &str, budget: &Budget) -> bool {
        self.literals.contains(folded)
            || self
                .wildcards
                .iter()
                .any(|glob| glob.matches(folded, budget))
            || (self.exclusions.iter())
                .any(|actions| actions.selects(|pattern| pattern.glob().matches(folded, budget)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::{Document, Kind};

    /// Returns what a statement with these actions and resources offers, but `sqs:PurgeQueue`.
    fn offered(actions: &str, resources: &str) -> Vec<String> {
        let text =
            format!(r#"{{"Statement":{{"Effect":"Allow",{actions},"Resource":{resources}}}}}"#);
        let document = Document::parse(&text, Kind::Identity).unwrap();
        let [statement] = document.statements() else {
            panic!("one statement")
        };
        let is_wanted = |action: &str| action != "sqs:purgequeue";
        let offers = offers(statement, is_wanted, &Budget::unlimited()).unwrap();
        offers.iter().map(|offer| offer.action.to_owned()).collect()
    }

    #[test]
    fn telling_actions_are_published_as_they_are_spelled() {
        for action in TELLING {
            assert_eq!(Offer::of(action).action, action);
            assert!(Offer::of(action).published.is_some(), "{action}");
        }
    }

    #[test]
    fn offers_stand_in_the_order_of_preference() {
        for (actions, expected) in [
            (
                r#""Action":["sqs:Unlisted","S3:listallmybuckets","sqs:Rec*","kms:Decrypt","sqs:DeleteQueue","sqs:Purge*"]"#,
                &[
                    "kms:Decrypt",
                    "sqs:DeleteQueue",
                    "sqs:ReceiveMessage",
                    "s3:ListAllMyBuckets",
                    "sqs:Unlisted",
                ][..],
            ),
            (
                r#""Action":["sqs:TagQueue","sqs:AddPermission","sqs:GetQueueUrl"]"#,
                &["sqs:AddPermission", "sqs:TagQueue", "sqs:GetQueueUrl"],
            ),
            (r#""Action":"sqs:PurgeQueue""#, &[]),
            (
                r#""Action":"*:ImportPhone*""#,
                &["connect:ImportPhoneNumber"],
            ),
        ] {
            assert_eq!(offered(actions, r#""*""#), expected, "{actions}");
        }
    }

    #[test]
    fn broad_statements_offer_telling_actions_and_those_of_their_resources() {
        let offered = offered(r#""NotAction":"iam:*""#, r#"["arn:aws:sqs:*:*:*","*"]"#);
        assert_eq!(offered.first().unwrap(), "sts:AssumeRole");
        assert!(offered.contains(&"sqs:SendMessage".to_owned()));
        assert!(!offered.iter().any(|action| action.starts_with("iam:")));
    }
}
