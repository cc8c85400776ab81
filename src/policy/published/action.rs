//! Published actions.
//!
//! Must not know the shapes of resources.

use super::table::Table;

pub(super) static ACTIONS: Table = Table::new(include_str!("actions.txt"));
static KEYS: Table = Table::new(include_str!("keys.txt"));

/// Names one published action.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Action {
    /// INVARIANT: `service:Name`.
    text: &'static str,
    level: AccessLevel,
    /// The number of the service's row of condition keys.
    keys: Option<&'static str>,
    /// INVARIANT: separated by single spaces.
    resource_types: &'static str,
}

/// Says what an action does to its resources; in the order of how much there is to fear.
///
/// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_understand-policy-summary-access-level-summaries.html>.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AccessLevel {
    /// Grants or changes permissions, or exposes what gives them.
    PermissionsManagement,
    /// Creates, deletes or changes resources.
    Write,
    /// Changes only tags.
    Tagging,
    /// Reads what resources hold.
    Read,
    /// Lists resources.
    List,
}

impl AccessLevel {
    /// Returns the level in words.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::PermissionsManagement => "permissions management",
            Self::Write => "write",
            Self::Tagging => "tagging",
            Self::Read => "read",
            Self::List => "list",
        }
    }
}

impl Action {
    fn parse(row: &'static str) -> Option<Self> {
        let (text, rest) = row.split_once(' ')?;
        let (level, resource_types) = rest.split_once(' ').unwrap_or((rest, ""));
        let (level, keys) = match level.split_once('=') {
            Some((level, keys)) => (level, Some(keys)),
            None => (level, None),
        };
        let level = match level {
            "P" => AccessLevel::PermissionsManagement,
            "W" => AccessLevel::Write,
            "T" => AccessLevel::Tagging,
            "R" => AccessLevel::Read,
            "L" => AccessLevel::List,
            _ => return None,
        };
        Some(Self {
            text,
            level,
            keys,
            resource_types,
        })
    }

    /// Returns `service:Name`, as AWS spells it.
    #[must_use]
    pub fn text(self) -> &'static str {
        self.text
    }

    /// Returns the service prefix.
    #[must_use]
    pub fn service(self) -> &'static str {
        self.text
            .split_once(':')
            .map_or(self.text, |(service, _)| service)
    }

    /// Returns the access level.
    #[must_use]
    pub fn level(self) -> AccessLevel {
        self.level
    }

    /// Tells whether both take resources of the same types of the same service.
    pub(crate) fn takes_what(self, other: Self) -> bool {
        (self.service(), self.resource_types) == (other.service(), other.resource_types)
    }

    /// Iterates over the condition keys that apply to the action or to a resource that it takes, besides the global ones; `${name}` stands for any text.
    pub fn condition_keys(self) -> impl Iterator<Item = &'static str> {
        let row = self.keys.and_then(|number| {
            let row = KEYS.row(&format!("{}:{number}", self.service()))?;
            row.split_once(' ')
        });
        row.map_or("", |(_, keys)| keys).split_terminator(' ')
    }

    /// Tells whether a condition key, in any case, is global or applies to the action.
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html>.
    #[must_use]
    pub fn takes_key(self, key: &str) -> bool {
        is_global(key) || self.condition_keys().any(|own| names(own, key))
    }

    /// Iterates over the names of the types of resources that the action takes, required ones first, then those that the action is named after; without any it takes `*`.
    pub fn resource_types(self) -> impl Iterator<Item = &'static str> {
        self.resource_types.split_terminator(' ')
    }
}

/// Tells whether a condition key, in any case, is one of AWS's global keys; keys of tags apply to some actions only.
#[must_use]
pub fn is_global(key: &str) -> bool {
    let starts_with = |start: &str| {
        let own = key.get(..start.len());
        own.is_some_and(|own| own.eq_ignore_ascii_case(start))
    };
    let is_of_tags = ["aws:RequestTag/", "aws:ResourceTag/", "aws:TagKeys"];
    starts_with("aws:") && !is_of_tags.into_iter().any(starts_with)
}

/// Tells whether a listed key, perhaps with a placeholder, names a key.
fn names(listed: &str, key: &str) -> bool {
    let placeholder = listed.split_once("${").and_then(|(before, rest)| {
        let (_, behind) = rest.split_once('}')?;
        Some((before, behind))
    });
    let Some((before, behind)) = placeholder else {
        return listed.eq_ignore_ascii_case(key);
    };
    let end = key.len().checked_sub(behind.len());
    let parts = end.and_then(|end| {
        Some((
            key.get(..before.len())?,
            key.get(before.len()..end)?,
            key.get(end..)?,
        ))
    });
    parts.is_some_and(|(start, middle, rest)| {
        start.eq_ignore_ascii_case(before)
            && !middle.is_empty()
            && rest.eq_ignore_ascii_case(behind)
    })
}

/// Iterates over the actions of a service prefix, in alphabetical order; in any case, none for a prefix that is not listed.
pub fn actions(service: &str) -> impl Iterator<Item = Action> + use<> {
    starting_with(&format!("{service}:"))
}

/// Iterates over the actions `service:Name` that start with a text in any case, in alphabetical order.
pub fn starting_with(start: &str) -> impl Iterator<Item = Action> + use<> {
    let start = start.to_owned();
    let rows = ACTIONS.rows_from(&start);
    let starts_so = move |row: &&str| {
        let own = row.get(..start.len());
        own.is_some_and(|own| own.eq_ignore_ascii_case(&start))
    };
    rows.take_while(starts_so).filter_map(Action::parse)
}

/// Returns a published action by its name `service:Name` in any case, or `None` where none is listed.
#[must_use]
pub fn find(action: &str) -> Option<Action> {
    ACTIONS.row(action).and_then(Action::parse)
}

/// Iterates over all published actions, in alphabetical order of service and name.
pub fn all() -> impl Iterator<Item = Action> {
    ACTIONS.rows().filter_map(Action::parse)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_row_is_well_formed_and_in_its_place() {
        let rows: Vec<_> = ACTIONS.rows().collect();
        let listed: Vec<Action> = all().collect();
        assert_eq!(rows.len(), listed.len());
        assert!(listed.len() > 15_000, "{}", listed.len());
        let names = listed.iter().map(|action| action.text());
        let folded: Vec<_> = names.clone().map(str::to_ascii_lowercase).collect();
        assert!(folded.is_sorted_by(|one, next| one < next));
        let is_part = |part: &str| {
            let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
            !part.is_empty() && part.chars().all(is_plain)
        };
        for name in names {
            let parts = name.split_once(':');
            assert!(
                parts.is_some_and(|(service, name)| is_part(service) && is_part(name)),
                "{name}"
            );
        }
    }

    #[test]
    fn every_service_finds_its_actions() {
        let services: BTreeSet<&str> = all().map(Action::service).collect();
        assert!(services.len() > 300, "{}", services.len());
        let by_service = services.into_iter().flat_map(actions);
        assert_eq!(by_service.count(), all().count());
        assert_eq!(actions("CONNECT").next(), actions("connect").next());
        assert_eq!(actions("conn").count() + actions("").count(), 0);
    }

    #[test]
    fn actions_are_found_by_their_start() {
        let found: Vec<_> = starting_with("Connect:import").map(Action::text).collect();
        assert_eq!(
            found,
            ["connect:ImportPhoneNumber", "connect:ImportWorkspaceMedia"]
        );
        assert_eq!(starting_with("").count(), all().count());
        assert_eq!(starting_with("connect:Nothing").count(), 0);
    }

    #[test]
    fn every_action_finds_itself_in_any_case() {
        for action in all() {
            assert_eq!(find(action.text()), Some(action));
            assert_eq!(find(&action.text().to_ascii_uppercase()), Some(action));
        }
    }

    #[test]
    fn actions_have_their_level_and_types() {
        for (name, spelled, level, types) in [
            (
                "S3:deletebucket",
                "s3:DeleteBucket",
                AccessLevel::Write,
                &["bucket"][..],
            ),
            (
                "iam:passrole",
                "iam:PassRole",
                AccessLevel::PermissionsManagement,
                &["role"],
            ),
            (
                "connect:ImportPhoneNumber",
                "connect:ImportPhoneNumber",
                AccessLevel::Write,
                &["instance", "wildcard-phone-number"],
            ),
            (
                "connect:CreateQueue",
                "connect:CreateQueue",
                AccessLevel::Write,
                &[
                    "queue",
                    "hours-of-operation",
                    "contact-flow",
                    "phone-number",
                    "quick-connect",
                ],
            ),
            (
                "ec2:DescribeInstances",
                "ec2:DescribeInstances",
                AccessLevel::List,
                &[],
            ),
            (
                "lambda:TagResource",
                "lambda:TagResource",
                AccessLevel::Tagging,
                &[
                    "capacityProvider",
                    "code-signing-config",
                    "eventSourceMapping",
                    "function",
                ],
            ),
            (
                "kms:DescribeKey",
                "kms:DescribeKey",
                AccessLevel::Read,
                &["key"],
            ),
        ] {
            let action = find(name).unwrap();
            assert_eq!(action.text(), spelled);
            assert_eq!(action.level(), level, "{name}");
            assert_eq!(action.resource_types().collect::<Vec<_>>(), types, "{name}");
        }
    }

    #[test]
    fn what_is_not_published_is_not_found() {
        for name in ["s3:DeleteBuckets", "s3:", "s3", "", "*", "example:Example"] {
            assert_eq!(find(name), None, "{name}");
        }
    }

    #[test]
    fn keys_are_global_or_apply_to_the_action() {
        let put = find("s3:PutObject").unwrap();
        for (key, expected) in [
            ("aws:SourceIp", true),
            ("AWS:principalarn", true),
            ("s3:x-amz-acl", true),
            ("S3:X-Amz-Acl", true),
            ("s3:RequestObjectTag/team", true),
            ("s3:RequestObjectTag/", false),
            ("s3:prefix", false),
            ("kms:ViaService", false),
            ("aws:TagKeys", false),
        ] {
            assert_eq!(put.takes_key(key), expected, "{key}");
        }
        let tag = find("connect:TagResource").unwrap();
        assert!(tag.takes_key("aws:RequestTag/team") && tag.takes_key("aws:TagKeys"));
    }

    #[test]
    fn every_row_of_keys_is_used_and_well_formed() {
        let used: BTreeSet<String> = all()
            .filter_map(|action| Some(format!("{}:{}", action.service(), action.keys?)))
            .collect();
        let listed: BTreeSet<String> = KEYS
            .rows()
            .map(|row| row.split(' ').next().unwrap().to_owned())
            .collect();
        assert_eq!(used, listed);
        assert!(
            all().all(|action| action.keys.is_none() || action.condition_keys().next().is_some())
        );
    }
}
