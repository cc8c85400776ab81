//! Callers that stand for all callers.
//!
//! Must not know actions, resources or conditions.

use std::collections::BTreeSet;

use super::rules::Rule;
use crate::policy::budget::{Budget, Exhausted};
use crate::policy::language::{arn_account, role_name};
use crate::policy::{Principal, PrincipalPattern, Selection};

/// Returns callers such that any other caller is treated like one of them by every rule.
///
/// The first is `None` where no caller is needed.
pub(super) fn callers(
    rules: &[&Rule<'_>],
    grant: &Rule<'_>,
    budget: &Budget,
) -> Result<Vec<Option<Principal>>, Exhausted> {
    budget.spend(rules.len())?;
    let listed = |rule: &&Rule<'_>| rule.statement.principals().is_some();
    if !rules.iter().any(listed) {
        return Ok(vec![None]);
    }
    let selections = rules.iter().filter_map(|rule| rule.statement.principals());
    let mut patterns: BTreeSet<&PrincipalPattern> = BTreeSet::new();
    for pattern in selections.flat_map(Selection::patterns) {
        budget.spend(STEP_COST)?;
        patterns.insert(pattern);
    }
    let mut callers = Vec::new();
    if !listed(&grant) {
        callers.push(None);
    }
    for pattern in &patterns {
        callers.extend(members(pattern, &patterns, budget)?.into_iter().map(Some));
    }
    let others = [
        Principal::Service(unlisted(
            &patterns,
            |number| format!("service{number}.amazonaws.com"),
            |name| PrincipalPattern::Service(name.to_owned()),
            budget,
        )?),
        Principal::Federated(unlisted(
            &patterns,
            |number| format!("provider{number}.example.com"),
            |name| PrincipalPattern::Federated(name.to_owned()),
            budget,
        )?),
        Principal::CanonicalUser(unlisted(
            &patterns,
            |number| format!("user{number}"),
            |id| PrincipalPattern::CanonicalUser(id.to_owned()),
            budget,
        )?),
        unlisted_user(&patterns, budget)?,
        Principal::Anonymous,
    ];
    callers.extend(others.map(Some));
    Ok(callers)
}

/// What making up one caller and looking it up costs.
const STEP_COST: usize = 32;

/// Returns callers that a pattern tells apart from others.
fn members(
    pattern: &PrincipalPattern,
    patterns: &BTreeSet<&PrincipalPattern>,
    budget: &Budget,
) -> Result<Vec<Principal>, Exhausted> {
    Ok(match pattern {
        PrincipalPattern::Account(account) => vec![user_of(account)],
        PrincipalPattern::Aws(listed) => {
            let itself = Some(Principal::Aws(listed.clone()));
            let neighbour = arn_account(listed).map(|(account, _)| user_of(account));
            let session = unlisted_session(listed, patterns, budget)?;
            [itself, session, neighbour].into_iter().flatten().collect()
        }
        PrincipalPattern::Service(name) => vec![Principal::Service(name.clone())],
        PrincipalPattern::Federated(name) => vec![Principal::Federated(name.clone())],
        PrincipalPattern::CanonicalUser(id) => vec![Principal::CanonicalUser(id.clone())],
        PrincipalPattern::Everyone
        | PrincipalPattern::AnyService
        | PrincipalPattern::AnyFederated
        | PrincipalPattern::AnyCanonicalUser => Vec::new(),
    })
}

/// No pattern can list the root user by itself, so it stands for the account's unlisted callers.
fn user_of(account: &str) -> Principal {
    Principal::Aws(format!("arn:aws:iam::{account}:root"))
}

/// Returns a session of a role that no pattern lists by itself.
fn unlisted_session(
    role: &str,
    patterns: &BTreeSet<&PrincipalPattern>,
    budget: &Budget,
) -> Result<Option<Principal>, Exhausted> {
    let Some((account, name)) = role_name(role) else {
        return Ok(None);
    };
    let session = unlisted(
        patterns,
        |number| format!("arn:aws:sts::{account}:assumed-role/{name}/session{number}"),
        |arn| PrincipalPattern::Aws(arn.to_owned()),
        budget,
    )?;
    Ok(Some(Principal::Aws(session)))
}

/// Returns a user of an account of which no pattern lists anyone.
fn unlisted_user(
    patterns: &BTreeSet<&PrincipalPattern>,
    budget: &Budget,
) -> Result<Principal, Exhausted> {
    budget.spend(STEP_COST * patterns.len())?;
    let accounts: BTreeSet<&str> = (patterns.iter())
        .filter_map(|pattern| match pattern {
            PrincipalPattern::Account(account) => Some(account.as_str()),
            PrincipalPattern::Aws(listed) => arn_account(listed).map(|(account, _)| account),
            _ => None,
        })
        .collect();
    let mut numbered = (1..).map(|number: u32| format!("9999{number:08}"));
    let account = numbered.find(|account| !accounts.contains(account.as_str()));
    let account = account.unwrap_or_default();
    Ok(Principal::Aws(format!(
        "arn:aws:iam::{account}:user/example"
    )))
}

/// Returns the first of the numbered names whose own pattern is not listed.
fn unlisted(
    patterns: &BTreeSet<&PrincipalPattern>,
    numbered: impl Fn(usize) -> String,
    pattern_of: impl Fn(&str) -> PrincipalPattern,
    budget: &Budget,
) -> Result<String, Exhausted> {
    for number in 1..=patterns.len() {
        budget.spend(STEP_COST)?;
        let name = numbered(number);
        if !patterns.contains(&pattern_of(&name)) {
            return Ok(name);
        }
    }
    Ok(numbered(patterns.len() + 1))
}
