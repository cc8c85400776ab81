//! A `[[waiver]]` table as it is written, and its check.

use std::collections::BTreeSet;

use jiff::civil::Date;
use serde::Deserialize;
use toml::Spanned;

use super::{EXPIRED, UNUSED, Waiver};
use crate::audit::{self, FileLocation};
use crate::model::{AccountId, Glob, GlobError};
use crate::policy::Locator;

/// A decision to live with findings of one rule. It annotates them and deletes nothing.
#[derive(Debug, Clone, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// The rule whose findings are waived: a name that `roledrift rules` lists.
    #[schemars(with = "String")]
    rule: Spanned<String>,
    /// What the findings are about: an ARN, or a glob for ARNs in which `*` stands for any text.
    #[schemars(with = "String")]
    resource: Spanned<String>,
    /// The account (12 digits); without it, every account.
    #[serde(default)]
    #[schemars(with = "Option<AccountId>")]
    account: Option<Spanned<String>>,
    /// Why nobody mends it.
    #[schemars(with = "String", length(min = 1))]
    reason: Spanned<String>,
    /// Who decided so.
    #[schemars(with = "String", length(min = 1))]
    owner: Spanned<String>,
    /// The last day on which the waiver holds, in UTC: 2027-06-30.
    #[schemars(with = "String", extend("format" = "date"))]
    expires: Spanned<toml::Value>,
}

/// Says what is wrong with a waiver, and where.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{location}: {problem}")]
pub struct WaiverError {
    /// The file and the place in it.
    pub location: FileLocation,
    /// What is wrong.
    pub problem: WaiverProblem,
}

/// Says what is wrong with a waiver.
#[derive(Debug, Clone, thiserror::Error)]
pub enum WaiverProblem {
    /// There is no such rule.
    #[error("there is no rule `{name}`{}", hint(name))]
    UnknownRule {
        /// The name as given.
        name: String,
    },
    /// The rule reports waivers themselves.
    #[error("`{rule}` reports on waivers and cannot be waived")]
    NotWaivable {
        /// The rule.
        rule: &'static str,
    },
    /// The resource can be no ARN.
    #[error("`{pattern}` matches no ARN: begin with `arn:` or `*`")]
    NoArn {
        /// The pattern as given.
        pattern: String,
    },
    /// The resource is no glob.
    #[error("`{pattern}` is not a glob: {source}")]
    Glob {
        /// The pattern as given.
        pattern: String,
        /// What is wrong with it.
        source: GlobError,
    },
    /// The account is none.
    #[error(transparent)]
    Account(#[from] crate::model::InvalidValue),
    /// The date is none.
    #[error("`{value}` is not a date: write `2027-06-30`")]
    Date {
        /// The value as given.
        value: String,
    },
    /// A text that must say something says nothing.
    #[error("`{key}` is empty: say {what}")]
    Empty {
        /// The key.
        key: &'static str,
        /// What it should say.
        what: &'static str,
    },
    /// Another entry waives the same.
    #[error("`{rule}` is waived for `{resource}` twice")]
    Twice {
        /// The rule.
        rule: &'static str,
        /// The resource as given.
        resource: String,
    },
}

fn hint(name: &str) -> String {
    match audit::nearest(name) {
        Some(id) => format!("; did you mean `{id}`?"),
        None => "; `roledrift rules` lists them".to_owned(),
    }
}

/// Checks entries one by one, then against each other.
pub(super) fn check(
    file: &str,
    text: &str,
    entries: Vec<Entry>,
) -> Result<Vec<Waiver>, WaiverError> {
    let mut locator = Locator::new(text);
    let mut place = |offset: usize| FileLocation {
        path: file.to_owned(),
        position: locator.locate(offset),
    };
    let mut seen = BTreeSet::new();
    let mut waivers = Vec::new();
    for entry in entries {
        let waiver = entry.check(&mut place)?;
        if !seen.insert((waiver.rule, waiver.resource.clone(), waiver.account.clone())) {
            return Err(WaiverError {
                location: waiver.location,
                problem: WaiverProblem::Twice {
                    rule: waiver.rule,
                    resource: waiver.resource,
                },
            });
        }
        waivers.push(waiver);
    }
    Ok(waivers)
}

impl Entry {
    fn check(self, place: &mut impl FnMut(usize) -> FileLocation) -> Result<Waiver, WaiverError> {
        let location = place(self.rule.span().start);
        let rule = checked(self.rule, place, |name| match audit::by_id(&name) {
            Some(rule) if [EXPIRED, UNUSED].contains(&rule.id) => {
                Err(WaiverProblem::NotWaivable { rule: rule.id })
            }
            Some(rule) => Ok(rule.id),
            None => Err(WaiverProblem::UnknownRule { name }),
        })?;
        let glob = checked(self.resource, place, |pattern| {
            if !pattern.starts_with("arn:") && !pattern.starts_with(['*', '?', '[', '{']) {
                return Err(WaiverProblem::NoArn { pattern });
            }
            Glob::parse(&pattern).map_err(|source| WaiverProblem::Glob { pattern, source })
        })?;
        let account = self
            .account
            .map(|account| checked(account, place, |text| Ok(text.parse::<AccountId>()?)))
            .transpose()?;
        let reason = checked(self.reason, place, |text| {
            said("reason", "why nobody mends it", text)
        })?;
        let owner = checked(self.owner, place, |text| {
            said("owner", "who decided so", text)
        })?;
        let expires = checked(self.expires, place, |value| date(&value))?;
        Ok(Waiver {
            rule,
            resource: glob.as_str().to_owned(),
            account,
            reason,
            owner,
            expires,
            location,
            matcher: glob,
        })
    }
}

/// Checks a value; what is wrong with it is told with its place.
fn checked<T, U>(
    value: Spanned<T>,
    place: &mut impl FnMut(usize) -> FileLocation,
    check: impl FnOnce(T) -> Result<U, WaiverProblem>,
) -> Result<U, WaiverError> {
    let start = value.span().start;
    check(value.into_inner()).map_err(|problem| WaiverError {
        location: place(start),
        problem,
    })
}

fn said(key: &'static str, what: &'static str, text: String) -> Result<String, WaiverProblem> {
    if text.trim().is_empty() {
        Err(WaiverProblem::Empty { key, what })
    } else {
        Ok(text)
    }
}

/// Reads a date, written as one or as a text.
fn date(value: &toml::Value) -> Result<Date, WaiverProblem> {
    let text = match value {
        toml::Value::Datetime(date) => date.to_string(),
        toml::Value::String(text) => text.clone(),
        other => other.type_str().to_owned(),
    };
    // Of a date with a time nobody could tell which day is the last.
    let digits = text.len() == 10
        && text
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'-');
    match text.parse::<Date>() {
        Ok(date) if digits => Ok(date),
        _ => Err(WaiverProblem::Date { value: text }),
    }
}
