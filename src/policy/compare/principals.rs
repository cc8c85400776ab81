//! Callers that stand for all callers.
//!
//! Must not know actions, resources or conditions.

use std::collections::BTreeSet;

use super::arns::{by_arn, look_at_caller};
use super::assignment::Known;
use super::demand::Choice;
use super::rules::Rule;
use super::typed::Sample;
use crate::policy::budget::{Budget, Exhausted};
use crate::policy::evaluate::{PRINCIPAL_ACCOUNT, PRINCIPAL_ARN, settled_keys};
use crate::policy::language::{arn_account, role_name};
use crate::policy::{Context, Principal, PrincipalPattern, Request, Selection, Value};

/// A caller, and the keys that are settled by it.
#[derive(Debug, Clone)]
pub(super) struct Caller {
    pub(super) principal: Option<Principal>,
    pub(super) known: Known,
}

impl Caller {
    fn free(principal: Option<Principal>) -> Self {
        Self {
            principal,
            known: Known::new(),
        }
    }

    /// Makes an AWS caller whose `aws:PrincipalArn` is given.
    pub(super) fn with_arn(caller: String, arn: &str) -> Self {
        let one = |text: &str| Choice::One(Sample::new(text.to_owned()));
        let account = arn_account(arn).map_or("", |(account, _)| account);
        let keys = [(PRINCIPAL_ARN, one(arn)), (PRINCIPAL_ACCOUNT, one(account))];
        Self {
            principal: Some(Principal::Aws(caller)),
            known: keys
                .map(|(key, choice)| (key.to_ascii_lowercase(), choice))
                .into(),
        }
    }

    /// Returns the caller of a request, whose context says more of it than can be derived.
    pub(super) fn of(request: &Request) -> Self {
        let Some(principal) = &request.principal else {
            return Self::free(None);
        };
        let arn = request.context.get(PRINCIPAL_ARN);
        let arn = arn.and_then(|value| value.iter().next());
        let derived = settled_keys(principal).into_iter();
        let mut derived = derived
            .filter(|(key, _)| *key == PRINCIPAL_ARN)
            .map(|(_, arn)| arn);
        match principal {
            Principal::Aws(caller) => {
                let arn = arn.map(str::to_owned).or_else(|| derived.next());
                arn.map_or_else(
                    || Self::free(Some(principal.clone())),
                    |arn| Self::with_arn(caller.clone(), &arn),
                )
            }
            other => Self::without_arn(other.clone()),
        }
    }

    /// Makes a caller that is no user, role, federated user session or root user: `aws:PrincipalArn` names only these.
    fn without_arn(principal: Principal) -> Self {
        let mut known = Known::from([(PRINCIPAL_ARN.to_ascii_lowercase(), Choice::Absent)]);
        for (key, value) in settled_keys(&principal) {
            known.insert(key.to_ascii_lowercase(), Choice::One(Sample::new(value)));
        }
        Self {
            principal: Some(principal),
            known,
        }
    }

    /// Makes a request of this caller; its context has what cannot be derived from the caller.
    pub(super) fn request(
        &self,
        action: &str,
        resource: Option<String>,
        context: &Context,
    ) -> Request {
        let mut context = context.clone();
        for (key, value) in self.principal.iter().flat_map(settled_keys) {
            let known = self.known.get(&key.to_ascii_lowercase());
            match known.and_then(Choice::value) {
                Some(Value::One(own)) if own != value => context.insert(key, own),
                Some(_) => context.insert(key, Vec::new()),
                None => None,
            };
        }
        Request {
            action: action.to_owned(),
            resource,
            principal: self.principal.clone(),
            context,
        }
    }
}

/// Returns callers such that any other caller is treated like one of them by every rule.
///
/// The first has no principal where none is needed.
pub(super) fn callers(
    rules: &[&Rule<'_>],
    grant: &Rule<'_>,
    budget: &Budget,
) -> Result<Vec<Caller>, Exhausted> {
    budget.spend(rules.len())?;
    let listed = |rule: &&Rule<'_>| rule.statement.principals().is_some();
    if !rules.iter().any(listed) {
        return Ok(vec![Caller::free(None)]);
    }
    let selections = rules.iter().filter_map(|rule| rule.statement.principals());
    let mut patterns: BTreeSet<&PrincipalPattern> = BTreeSet::new();
    for pattern in selections.flat_map(Selection::patterns) {
        budget.spend(STEP_COST)?;
        patterns.insert(pattern);
    }
    let mut callers = Vec::new();
    if !listed(&grant) {
        callers.push(Caller::free(None));
    }
    let looks_at_arn = look_at_caller(rules, budget)?;
    let mut named = BTreeSet::new();
    for pattern in &patterns {
        named.extend(members(pattern, &patterns, budget)?);
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
    let principals = named.into_iter().chain(others);
    if !looks_at_arn {
        callers.extend(principals.map(|own| Caller::free(Some(own))));
        return Ok(callers);
    }
    callers.extend(by_arn(rules, &patterns, budget)?);
    for principal in principals {
        match &principal {
            Principal::Aws(arn) if arn_account(arn).is_some() => {}
            Principal::Aws(_) => callers.push(Caller::free(Some(principal))),
            _ => callers.push(Caller::without_arn(principal)),
        }
    }
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
pub(super) fn unlisted_session(
    role: &str,
    patterns: &BTreeSet<&PrincipalPattern>,
    budget: &Budget,
) -> Result<Option<Principal>, Exhausted> {
    let Some((account, name)) = role_name(role) else {
        return Ok(None);
    };
    let partition = role.split(':').nth(1).unwrap_or("aws");
    let session = unlisted(
        patterns,
        |number| format!("arn:{partition}:sts::{account}:assumed-role/{name}/session{number}"),
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
