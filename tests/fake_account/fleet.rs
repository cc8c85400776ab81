//! Many accounts made from templates when they are asked for, so that none is held for long.
//!
//! The same seed gives the same accounts. Must not know the wire.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use serde::Deserialize;
use serde_json::value::RawValue;

use super::account::Account;
use super::principal::{mix, scatter};
use super::world::{Member, Unit};

/// Ids of the fleet begin here and are this far apart.
const FIRST: u64 = 200_000_000_000;
const STEP: u64 = 7_919;

/// How many accounts are kept in each half of the cache.
const KEPT: usize = 256;

/// Makes accounts from templates.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Fleet {
    pub(crate) accounts: u64,
    #[serde(default)]
    seed: u64,
    templates: Vec<Template>,
    /// Every so many accounts one is `SUSPENDED`; 0 for none.
    #[serde(default)]
    suspended_every: u64,
    #[serde(skip)]
    cache: Mutex<Cache>,
}

/// Holds a recorded account with placeholders: `${account}`, and `${suffix:label}` for twenty
/// letters and digits that differ from account to account and from label to label.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Template {
    /// How many accounts are made from this one, beside those from the others.
    #[serde(default = "one")]
    weight: u64,
    account: Box<RawValue>,
}

fn one() -> u64 {
    1
}

/// Keeps the accounts that were asked for lately: a full half replaces the older one.
#[derive(Debug, Default)]
struct Cache {
    young: HashMap<u64, Arc<Account>>,
    old: HashMap<u64, Arc<Account>>,
}

impl Fleet {
    pub(crate) fn is_empty(&self) -> bool {
        self.templates.iter().all(|template| template.weight == 0)
    }

    /// Returns the id of an account by its place.
    pub(crate) fn id(&self, index: u64) -> Option<String> {
        (index < self.accounts).then(|| format!("{}", FIRST + self.seed % STEP + index * STEP))
    }

    fn index(&self, id: &str) -> Option<u64> {
        let offset = id
            .parse::<u64>()
            .ok()?
            .checked_sub(FIRST + self.seed % STEP)?;
        let index = offset / STEP;
        (id.len() == 12 && offset.is_multiple_of(STEP) && index < self.accounts).then_some(index)
    }

    /// Returns an account by its id.
    pub(crate) fn account(&self, id: &str) -> Option<Arc<Account>> {
        let index = self.index(id)?;
        if let Some(account) = self.kept(index) {
            return Some(account);
        }
        let text = self.fill(self.template(index), id);
        let account = match serde_json::from_str(&text) {
            Ok(account) => Arc::new(account),
            Err(error) => panic!("a template of the fleet is no account: {error}"),
        };
        let mut cache = self.cache.lock().unwrap_or_else(PoisonError::into_inner);
        if cache.young.len() >= KEPT {
            cache.old = std::mem::take(&mut cache.young);
        }
        cache.young.insert(index, Arc::clone(&account));
        Some(account)
    }

    fn kept(&self, index: u64) -> Option<Arc<Account>> {
        let cache = self.cache.lock().unwrap_or_else(PoisonError::into_inner);
        let found = cache.young.get(&index).or_else(|| cache.old.get(&index));
        found.map(Arc::clone)
    }

    fn template(&self, index: u64) -> &str {
        let total: u64 = self.templates.iter().map(|template| template.weight).sum();
        let mut drawn = mix(self.seed ^ mix(index)) % total.max(1);
        for template in &self.templates {
            if drawn < template.weight {
                return template.account.get();
            }
            drawn -= template.weight;
        }
        "{}"
    }

    /// Replaces the placeholders.
    fn fill(&self, template: &str, id: &str) -> String {
        let text = template.replace("${account}", id);
        let mut filled = String::with_capacity(text.len());
        let mut rest = text.as_str();
        while let Some((before, after)) = rest.split_once("${suffix:") {
            let (label, after) = after.split_once('}').unwrap_or((after, ""));
            filled.push_str(before);
            self.suffix(&mut filled, id, label);
            rest = after;
        }
        filled.push_str(rest);
        filled
    }

    fn suffix(&self, into: &mut String, id: &str, label: &str) {
        const ALPHABET: &[u8; 62] =
            b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
        let mut bits = mix(self.seed ^ scatter(&format!("{id}/{label}")));
        for _ in 0..20 {
            into.push(char::from(ALPHABET[(bits % 62) as usize]));
            bits = mix(bits);
        }
    }

    /// Lists the accounts as their organization shows them, spread over its units.
    pub(crate) fn members<'a>(&'a self, units: &'a [Unit]) -> impl Iterator<Item = Member> + 'a {
        (0..self.accounts).filter_map(move |index| {
            let is_suspended = self.suspended_every > 0
                && index % self.suspended_every == self.suspended_every - 1;
            let unit = (index as usize)
                .checked_rem(units.len())
                .map(|place| &units[place]);
            Some(Member {
                id: self.id(index)?,
                name: format!("account-{index:06}"),
                status: if is_suspended { "SUSPENDED" } else { "ACTIVE" }.to_owned(),
                unit: unit.map(|unit| unit.name.clone()),
            })
        })
    }
}
