//! AWS callers by their ARN, where conditions look at `aws:PrincipalArn` or `aws:PrincipalAccount`.
//!
//! Must not know actions or resources.

use std::collections::BTreeSet;

use super::cells::{Cell, cells, matched};
use super::principals::{Caller, unlisted_session};
use super::rules::{Rule, Term};
use super::typed::patterns as texts;
use super::wording;
use crate::policy::budget::{Budget, Exhausted};
use crate::policy::evaluate::{PRINCIPAL_ACCOUNT, PRINCIPAL_ARN};
use crate::policy::language::{Glob, Reach, Token, arn_account, role_name};
use crate::policy::{Key, PrincipalPattern, Selection, Template};

fn is_about_caller(key: &Key) -> bool {
    [PRINCIPAL_ARN, PRINCIPAL_ACCOUNT]
        .iter()
        .any(|own| key.text().eq_ignore_ascii_case(own))
}

/// Tells whether conditions or variables look at what the caller settles.
pub(super) fn look_at_caller(rules: &[&Rule<'_>], budget: &Budget) -> Result<bool, Exhausted> {
    let lengths = rules.iter().map(|rule| rule.statement.len());
    budget.spend(lengths.sum())?;
    Ok(rules.iter().any(|rule| {
        let mut keys = rule.terms.iter().map(Term::key);
        keys.any(is_about_caller) || variables(rule).any(is_about_caller)
    }))
}

/// Iterates over the variables of a statement.
fn variables<'r>(rule: &'r Rule<'_>) -> impl Iterator<Item = &'r Key> {
    let resources = rule.statement.resources().into_iter();
    let resources = resources.flat_map(Selection::patterns);
    let values = rule
        .terms
        .iter()
        .flat_map(|term| term.condition.templates());
    resources.chain(values).flat_map(Template::variables)
}

/// Returns the keys that variables tie to a key, in lowercase: what they are compared with, it is compared with too.
fn coupled(rules: &[&Rule<'_>], key: &str) -> BTreeSet<String> {
    let mut coupled = BTreeSet::from([key.to_ascii_lowercase()]);
    let terms = || rules.iter().flat_map(|rule| &rule.terms);
    let open: Vec<BTreeSet<&str>> = (terms().filter(|term| term.has_variables()))
        .map(|term| {
            let templates = term.condition.templates();
            let variables = templates.flat_map(Template::variables);
            variables.chain([term.key()]).map(Key::folded).collect()
        })
        .collect();
    loop {
        let before = coupled.len();
        for keys in &open {
            if keys.iter().any(|own| coupled.contains(*own)) {
                coupled.extend(keys.iter().map(|own| (*own).to_owned()));
            }
        }
        if coupled.len() == before {
            return coupled;
        }
    }
}

/// Patterns of ARNs that rules tell apart.
#[derive(Default)]
struct Classes {
    globs: Vec<Vec<Glob>>,
    /// Account and name of the roles that rules name, or sessions of them, by the place of their class.
    names: Vec<(usize, String, String)>,
    /// The ARNs that rules list.
    listed: BTreeSet<String>,
}

impl Classes {
    fn of(rules: &[&Rule<'_>], patterns: &BTreeSet<&PrincipalPattern>) -> Self {
        let mut classes = Self::default();
        for pattern in patterns {
            match pattern {
                PrincipalPattern::Account(account) => {
                    classes
                        .globs
                        .push(vec![in_account(&Glob::literal(account))]);
                }
                PrincipalPattern::Aws(listed) => classes.add_listed(listed),
                _ => {}
            }
        }
        let [arns, accounts] = [PRINCIPAL_ARN, PRINCIPAL_ACCOUNT].map(|key| coupled(rules, key));
        let mut globs: BTreeSet<Vec<Glob>> = BTreeSet::new();
        for term in rules.iter().flat_map(|rule| &rule.terms) {
            let own = texts(term.condition);
            if accounts.contains(term.key().folded()) {
                globs.insert(own.iter().map(in_account).collect());
            }
            if arns.contains(term.key().folded()) {
                globs.insert(own);
            }
        }
        globs.remove(&Vec::new());
        classes.globs.extend(globs);
        classes
    }

    fn add_listed(&mut self, listed: &str) {
        let (name, account) = match (role_name(listed), session(listed)) {
            (Some((account, name)), _) | (None, Some((account, name))) => (name, account),
            _ => ("", ""),
        };
        if !name.is_empty() {
            let (name, account) = (name.to_owned(), account.to_owned());
            let of_name = named(&account, &name);
            self.names.push((self.globs.len(), account, name));
            self.globs.push(of_name);
        }
        self.globs.push(vec![Glob::literal(listed)]);
        self.listed.insert(listed.to_owned());
    }

    fn cells(
        &self,
        base: &[Glob],
        budget: &Budget,
    ) -> Result<Vec<(String, BTreeSet<usize>)>, Exhausted> {
        let own = self.globs.iter().map(|globs| globs.iter().collect());
        let classes: Vec<Vec<&Glob>> = own.chain([base.iter().collect()]).collect();
        let last = BTreeSet::from([self.globs.len()]);
        let found = cells(&Glob::with_wildcards("*"), &classes, &last, budget)?;
        let readable = |cell: Cell| {
            let text = readable(&cell, &classes, budget);
            (text, cell.matched)
        };
        Ok(found.into_iter().map(readable).collect())
    }
}

/// Returns an ARN of a cell as it might be in use, or its shortest.
fn readable(cell: &Cell, classes: &[Vec<&Glob>], budget: &Budget) -> String {
    let account = arn_account(&cell.text).map_or("", |(account, _)| account);
    let usual = [account, wording::ACCOUNT, "999900000001"]
        .into_iter()
        .flat_map(|account| {
            ["role/example", "user/example", "root"]
                .map(|rest| format!("arn:aws:iam::{account}:{rest}"))
        });
    let globs = classes.iter().flatten();
    let own = globs
        .filter(|glob| glob.matches(&cell.text, budget))
        .flat_map(|glob| wording::values(glob, budget));
    let mut proposals = own.chain(usual);
    let found = proposals.find(|text| matched(classes, text, budget) == cell.matched);
    found.unwrap_or_else(|| cell.text.clone())
}

/// Returns callers such that any other AWS caller with an ARN is treated like one of them.
///
/// A caller is a user, a role, a session of one, a federated user session or a root user.
/// Names of roles are unique in an account: a session whose role some rule names has that role's ARN.
/// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html>.
pub(super) fn by_arn(
    rules: &[&Rule<'_>],
    patterns: &BTreeSet<&PrincipalPattern>,
    budget: &Budget,
) -> Result<Vec<Caller>, Exhausted> {
    let classes = Classes::of(rules, patterns);
    let lengths = classes
        .globs
        .iter()
        .flatten()
        .map(|glob| 8 + glob.tokens().len());
    budget.spend(lengths.sum())?;
    let mut callers = Vec::new();
    let mut themselves = Vec::from(["iam", "iam", "iam", "sts"])
        .into_iter()
        .zip(["role/?*", "user/?*", "root", "federated-user/?*"])
        .map(|(service, rest)| shaped(service, rest))
        .collect::<Vec<_>>();
    let others = classes.listed.iter().filter(|arn| session(arn).is_none());
    let others = others.filter(|arn| arn_account(arn).is_some());
    themselves.extend(others.map(|arn| Glob::literal(arn)));
    for (arn, _) in classes.cells(&themselves, budget)? {
        callers.push(Caller::with_arn(arn.clone(), &arn));
    }
    for (role, matched) in classes.cells(&[shaped("iam", "role/?*")], budget)? {
        budget.spend(8 * (1 + classes.names.len() + classes.listed.len()))?;
        let own_name = role_name(&role);
        let of_name = classes
            .names
            .iter()
            .find(|(place, ..)| matched.contains(place));
        if let Some((_, account, name)) = of_name {
            let is_named =
                |listed: &&String| role_name(listed) == Some((account.as_str(), name.as_str()));
            let is_taken = classes.listed.iter().any(|listed| is_named(&listed));
            if is_taken && !classes.listed.contains(&role) {
                continue;
            }
            let sessions = (classes.listed.iter())
                .filter(|listed| session(listed) == Some((account.as_str(), name.as_str())));
            callers.extend(sessions.map(|own| Caller::with_arn(own.clone(), &role)));
        }
        if own_name.is_some()
            && let Some(principal) = unlisted_session(&role, patterns, budget)?
            && let crate::policy::Principal::Aws(caller) = principal
        {
            callers.push(Caller::with_arn(caller, &role));
        }
    }
    budget.check()?;
    Ok(callers)
}

/// Returns account and role name of a session's ARN.
fn session(arn: &str) -> Option<(&str, &str)> {
    let (account, resource) = arn_account(arn)?;
    let (name, _) = resource.strip_prefix("assumed-role/")?.split_once('/')?;
    Some((account, name))
}

const ONE: Token = Token::One(Reach::Segment);
const MANY: Token = Token::Many(Reach::Segment);

fn chars(text: &str) -> Vec<Token> {
    text.chars().map(Token::Char).collect()
}

/// ARNs of a service in any partition and account.
fn shaped(service: &str, rest: &str) -> Glob {
    let rest = Glob::with_wildcards(rest);
    let parts = [
        chars("arn:"),
        vec![ONE, MANY],
        chars(&format!(":{service}::")),
        vec![ONE, MANY],
        chars(":"),
        rest.tokens().to_vec(),
    ];
    Glob::new(parts.concat())
}

/// ARNs in the accounts that a pattern matches.
fn in_account(account: &Glob) -> Glob {
    let confined = account.tokens().iter().map(|token| match token {
        Token::One(_) => ONE,
        Token::Many(_) => MANY,
        other => *other,
    });
    let parts = [
        chars("arn:"),
        vec![MANY],
        chars(":"),
        vec![MANY],
        chars(":"),
        vec![MANY],
        chars(":"),
        confined.collect(),
        chars(":"),
        vec![Token::Many(Reach::Anything)],
    ];
    Glob::new(parts.concat())
}

/// ARNs of a role, whatever its path.
fn named(account: &str, name: &str) -> Vec<Glob> {
    let direct = ["role/", name].concat();
    let of = |rest: Vec<Token>| {
        let parts = [
            chars("arn:"),
            vec![MANY],
            chars(":"),
            vec![MANY],
            chars(":"),
            vec![MANY],
            chars(&format!(":{account}:")),
            rest,
        ];
        Glob::new(parts.concat())
    };
    let deep = [
        chars("role/"),
        vec![Token::Many(Reach::Anything)],
        chars(&format!("/{name}")),
    ];
    vec![of(chars(&direct)), of(deep.concat())]
}
