//! Which accounts are looked at: not those that are suspended or left out, and of the others those of
//! a shard.

use std::collections::BTreeSet;

use super::plan::{Planned, Skip};
use crate::inventory::Member;
use crate::model::{AccountId, InvalidValue};

/// Says which accounts to look at.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Choice {
    /// Only these; empty for all.
    pub include: BTreeSet<AccountId>,
    /// Not these.
    pub exclude: BTreeSet<AccountId>,
}

/// Says that a choice names accounts that there are not.
#[derive(Debug, thiserror::Error)]
pub enum ChoiceError {
    /// The list has no such account: a slip of the pen would leave one unwatched.
    #[error("no account `{account}` among the {accounts} that were listed")]
    Unknown {
        /// The account.
        account: AccountId,
        /// How many there are.
        accounts: usize,
    },
    /// There is no account to look at.
    #[error("no account to look at: {accounts} listed, all of them suspended or left out")]
    Nothing {
        /// How many were listed.
        accounts: usize,
    },
}

impl Choice {
    /// Says for each account whether it is looked at; by id.
    ///
    /// # Errors
    /// Returns an error where the choice names an account that is not listed, or leaves none.
    pub fn of(&self, mut members: Vec<Member>) -> Result<Vec<Planned>, ChoiceError> {
        members.sort();
        let listed: BTreeSet<&AccountId> = members.iter().map(|member| &member.id).collect();
        let mut named = self.include.iter().chain(&self.exclude);
        if let Some(unknown) = named.find(|account| !listed.contains(account)) {
            return Err(ChoiceError::Unknown {
                account: unknown.clone(),
                accounts: members.len(),
            });
        }
        let planned: Vec<Planned> = members
            .into_iter()
            .map(|member| Planned {
                skip: self.skip(&member),
                id: member.id,
                name: member.name,
            })
            .collect();
        if planned.iter().all(|account| account.skip.is_some()) {
            let accounts = planned.len();
            return Err(ChoiceError::Nothing { accounts });
        }
        Ok(planned)
    }

    fn skip(&self, member: &Member) -> Option<Skip> {
        let included = self.include.is_empty() || self.include.contains(&member.id);
        if !included || self.exclude.contains(&member.id) {
            Some(Skip::Excluded)
        } else {
            member.suspended.then_some(Skip::Suspended)
        }
    }
}

/// Names one part of several that a run is done in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
// INVARIANT: 1 <= number <= of.
pub struct Shard {
    number: usize,
    of: usize,
}

impl Shard {
    /// Names a shard by its number, from 1; `None` where there are not so many.
    pub fn new(number: usize, of: usize) -> Option<Self> {
        (1 <= number && number <= of).then_some(Self { number, of })
    }

    /// Returns its number, from 1.
    pub fn number(self) -> usize {
        self.number
    }

    /// Returns how many there are.
    pub fn of(self) -> usize {
        self.of
    }

    /// Keeps the accounts of this shard: of all accounts by id, those whose place (from 0) leaves
    /// `number - 1` when divided by `of`.
    pub fn cut(self, accounts: &[Planned]) -> Vec<Planned> {
        let own = accounts.iter().skip(self.number - 1).step_by(self.of);
        own.cloned().collect()
    }

    /// Lists all shards of so many; none for 0.
    pub fn all(of: usize) -> impl Iterator<Item = Self> {
        (1..=of).map(move |number| Self { number, of })
    }
}

impl std::str::FromStr for Shard {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parsed = text
            .split_once('/')
            .and_then(|(number, of)| Self::new(number.parse().ok()?, of.parse().ok()?));
        parsed.ok_or_else(|| InvalidValue {
            value: text.to_owned(),
            expected: "a shard (`3/20` is the third of twenty)",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(accounts: &[Planned]) -> Vec<&str> {
        accounts.iter().map(|account| account.id.as_str()).collect()
    }

    fn member(id: &str) -> Member {
        Member::new(id.parse().unwrap())
    }

    #[test]
    fn tells_suspended_from_left_out() {
        let suspended = Member {
            suspended: true,
            ..member("333333333333")
        };
        let members = vec![suspended, member("222222222222"), member("111111111111")];
        let choice = Choice {
            exclude: ["222222222222".parse().unwrap()].into(),
            ..Choice::default()
        };
        let planned = choice.of(members.clone()).unwrap();
        assert_eq!(
            ids(&planned),
            ["111111111111", "222222222222", "333333333333"]
        );
        let skips: Vec<Option<Skip>> = planned.iter().map(|account| account.skip).collect();
        assert_eq!(skips, [None, Some(Skip::Excluded), Some(Skip::Suspended)]);
        let only = Choice {
            include: ["333333333333".parse().unwrap()].into(),
            ..Choice::default()
        };
        assert!(matches!(
            only.of(members.clone()),
            Err(ChoiceError::Nothing { accounts: 3 })
        ));
        let mistyped = Choice {
            exclude: ["444444444444".parse().unwrap()].into(),
            ..Choice::default()
        };
        assert!(matches!(
            mistyped.of(members),
            Err(ChoiceError::Unknown { accounts: 3, .. })
        ));
    }

    #[test]
    fn shards_hold_each_account_once() {
        let members = (0..10).map(|n| member(&format!("{n:012}"))).rev().collect();
        let planned = Choice::default().of(members).unwrap();
        let shards: Vec<Vec<Planned>> = Shard::all(3).map(|shard| shard.cut(&planned)).collect();
        assert_eq!(
            ids(&shards[1]),
            ["000000000001", "000000000004", "000000000007"]
        );
        let mut all: Vec<Planned> = shards.concat();
        all.sort_by(|a, b| a.id.cmp(&b.id));
        assert_eq!(all, planned);
    }

    #[test]
    fn a_shard_is_one_of_them() {
        assert_eq!("3/20".parse::<Shard>().unwrap().number(), 3);
        for wrong in ["0/3", "4/3", "1", "1/", "a/b", "1/0", "-1/2"] {
            assert!(wrong.parse::<Shard>().is_err(), "{wrong}");
        }
    }
}
