//! Organizations: which accounts there are, all of them or those below some units.
//!
//! A list that breaks off is an error: an account that nobody knows of is one that nobody misses.

use std::collections::{BTreeMap, BTreeSet};

use aws_config::SdkConfig;
use aws_sdk_organizations::Client;
use aws_sdk_organizations::types::{Account, AccountState};

use super::body::guarded;
use super::convert::nonsense;
use super::failure::unread;
use super::fleet::retries_of;
use super::pages::{self, Page};
use crate::inventory::operation::{
    LIST_ACCOUNTS, LIST_ACCOUNTS_FOR_PARENT, LIST_ORGANIZATIONAL_UNITS_FOR_PARENT,
};
use crate::inventory::{Member, Unread};
use crate::model::{AccountId, InvalidValue};

/// The largest page that Organizations gives.
///
/// See <https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListAccounts.html>.
const PAGE: i32 = 20;

/// Lists the accounts below some units (or roots), with those of units further down; of the whole
/// organization where no unit is named. By id, each once.
pub(super) async fn members(config: &SdkConfig, units: &[String]) -> Result<Vec<Member>, Unread> {
    let config = aws_sdk_organizations::config::Builder::from(config)
        .retry_partition(retries_of("organizations"))
        .build();
    let client = &guarded!(aws_sdk_organizations, Client::from_conf(config));
    let mut found = BTreeMap::new();
    if units.is_empty() {
        add(&mut found, everywhere(client).await?);
    }
    let mut waiting: Vec<String> = units.to_vec();
    let mut seen: BTreeSet<String> = units.iter().cloned().collect();
    while let Some(unit) = waiting.pop() {
        let (accounts, below) =
            tokio::try_join!(directly_below(client, &unit), units_below(client, &unit))?;
        add(&mut found, accounts);
        waiting.extend(below.into_iter().filter(|unit| seen.insert(unit.clone())));
    }
    Ok(found.into_values().collect())
}

fn add(found: &mut BTreeMap<AccountId, Member>, members: Vec<Member>) {
    found.extend(
        members
            .into_iter()
            .map(|member| (member.id.clone(), member)),
    );
}

async fn everywhere(organizations: &Client) -> Result<Vec<Member>, Unread> {
    let operation = LIST_ACCOUNTS.action;
    let (found, end) = pages::follow(operation, async |token| {
        let request = organizations
            .list_accounts()
            .max_results(PAGE)
            .set_next_token(token);
        let page = request
            .send()
            .await
            .map_err(|error| unread(operation, &error))?;
        let accounts = page.accounts().iter().map(member).collect();
        Ok::<_, Unread>(Page::of(accounts, page.next_token()))
    })
    .await;
    end?;
    parsed(operation, found)
}

async fn directly_below(organizations: &Client, unit: &str) -> Result<Vec<Member>, Unread> {
    let operation = LIST_ACCOUNTS_FOR_PARENT.action;
    let (found, end) = pages::follow(operation, async |token| {
        let request = organizations
            .list_accounts_for_parent()
            .parent_id(unit)
            .max_results(PAGE)
            .set_next_token(token);
        let page = request
            .send()
            .await
            .map_err(|error| unread(operation, &error))?;
        let accounts = page.accounts().iter().map(member).collect();
        Ok::<_, Unread>(Page::of(accounts, page.next_token()))
    })
    .await;
    end?;
    parsed(operation, found)
}

async fn units_below(organizations: &Client, unit: &str) -> Result<Vec<String>, Unread> {
    let operation = LIST_ORGANIZATIONAL_UNITS_FOR_PARENT.action;
    let (found, end) = pages::follow(operation, async |token| {
        let request = organizations
            .list_organizational_units_for_parent()
            .parent_id(unit)
            .max_results(PAGE)
            .set_next_token(token);
        let page = request
            .send()
            .await
            .map_err(|error| unread(operation, &error))?;
        let units = page.organizational_units().iter();
        let units = units.map(|unit| unit.id().unwrap_or_default().to_owned());
        Ok::<_, Unread>(Page::of(units.collect(), page.next_token()))
    })
    .await;
    end?;
    Ok(found)
}

fn parsed(
    operation: &str,
    found: Vec<Result<Member, InvalidValue>>,
) -> Result<Vec<Member>, Unread> {
    found
        .into_iter()
        .collect::<Result<_, _>>()
        .map_err(|error| nonsense(operation, &error))
}

fn member(listed: &Account) -> Result<Member, InvalidValue> {
    // What the SDK does not know is tried: a refusal tells more than a guess.
    let suspended = match listed.state() {
        Some(state) => matches!(
            state,
            AccountState::Suspended | AccountState::PendingClosure | AccountState::Closed
        ),
        // Servers that know no state yet.
        None => listed
            .status()
            .is_some_and(|status| matches!(status.as_str(), "SUSPENDED" | "PENDING_CLOSURE")),
    };
    Ok(Member {
        id: listed.id().unwrap_or_default().parse()?,
        name: listed.name().map(ToOwned::to_owned),
        suspended,
    })
}
