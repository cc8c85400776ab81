//! Callers that stand for all callers.
//!
//! Must not know actions, resources or conditions.

use std::collections::BTreeSet;

use super::rules::Rule;
use crate::policy::language::{arn_account, role_name};
use crate::policy::{Principal, PrincipalPattern, Selection};

/// Returns callers such that any other caller is treated like one of them by every rule.
///
/// The first is `None` where no caller is needed.
pub(super) fn callers(rules: &[&Rule<'_>], grant: &Rule<'_>) -> Vec<Option<Principal>> {
    let listed = |rule: &&Rule<'_>| rule.statement.principals().is_some();
    if !rules.iter().any(listed) {
        return vec![None];
    }
    let selections = rules.iter().filter_map(|rule| rule.statement.principals());
    let patterns: BTreeSet<&PrincipalPattern> = selections.flat_map(Selection::patterns).collect();
    let unspecific = if listed(&grant) { None } else { Some(None) };
    let specific = patterns
        .iter()
        .flat_map(|pattern| members(pattern, &patterns));
    let others = [
        unlisted(&patterns, |number| {
            Principal::Service(format!("service{number}.amazonaws.com"))
        }),
        unlisted(&patterns, |number| {
            Principal::Federated(format!("provider{number}.example.com"))
        }),
        unlisted(&patterns, |number| {
            Principal::CanonicalUser(format!("user{number}"))
        }),
        unlisted(&patterns, |number| {
            Principal::Aws(format!("arn:aws:iam::9999{number:08}:user/example"))
        }),
        Principal::Anonymous,
    ];
    unspecific
        .into_iter()
        .chain(specific.chain(others).map(Some))
        .collect()
}

/// Returns callers that a pattern tells apart from others.
fn members(pattern: &PrincipalPattern, patterns: &BTreeSet<&PrincipalPattern>) -> Vec<Principal> {
    match pattern {
        PrincipalPattern::Account(account) => vec![user_of(account)],
        PrincipalPattern::Aws(listed) => {
            let itself = Some(Principal::Aws(listed.clone()));
            let neighbour = arn_account(listed).map(|(account, _)| user_of(account));
            let callers = [itself, unlisted_session(listed, patterns), neighbour];
            callers.into_iter().flatten().collect()
        }
        PrincipalPattern::Service(name) => vec![Principal::Service(name.clone())],
        PrincipalPattern::Federated(name) => vec![Principal::Federated(name.clone())],
        PrincipalPattern::CanonicalUser(id) => vec![Principal::CanonicalUser(id.clone())],
        PrincipalPattern::Everyone
        | PrincipalPattern::AnyService
        | PrincipalPattern::AnyFederated
        | PrincipalPattern::AnyCanonicalUser => Vec::new(),
    }
}

/// No pattern can list the root user by itself, so it stands for the account's unlisted callers.
fn user_of(account: &str) -> Principal {
    Principal::Aws(format!("arn:aws:iam::{account}:root"))
}

/// Returns a session of a role that no pattern lists by itself.
fn unlisted_session(role: &str, patterns: &BTreeSet<&PrincipalPattern>) -> Option<Principal> {
    let (account, name) = role_name(role)?;
    let arns = (1..=patterns.len() + 1)
        .map(|number| format!("arn:aws:sts::{account}:assumed-role/{name}/session{number}"));
    let is_unlisted = |arn: &String| !patterns.contains(&PrincipalPattern::Aws(arn.clone()));
    arns.into_iter().find(is_unlisted).map(Principal::Aws)
}

/// Returns the first of the numbered callers that no pattern names; patterns for everyone or for all of a type do not tell callers apart.
fn unlisted(
    patterns: &BTreeSet<&PrincipalPattern>,
    numbered: impl Fn(usize) -> Principal,
) -> Principal {
    let is_unlisted = |caller: &Principal| {
        let names_some = |pattern: &&&PrincipalPattern| !members(pattern, patterns).is_empty();
        let mut specific = patterns.iter().filter(names_some);
        !specific.any(|pattern| pattern.matches(caller))
    };
    (1..=patterns.len())
        .map(&numbered)
        .find(is_unlisted)
        .unwrap_or_else(|| numbered(patterns.len() + 1))
}
