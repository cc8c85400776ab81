//! The operations that only an organization takes: listing its accounts, and entering them.

use roledrift::inventory::aws::{Entry, Fleet, FleetError, Scope};
use roledrift::inventory::{Inventory, Member, Unread};
use serde_json::Value;

use super::accounts::MEMBER;
use super::cell::{DEADLINE, Effect, End, serve};
use super::client::{configuration, real_time};
use super::kinds::{Costs, How, Kind};
use super::operations::Operation;

/// Holds what a run of many accounts got hold of.
#[derive(Debug, PartialEq)]
pub(crate) struct Entered {
    pub(crate) members: Vec<Member>,
    /// The account that is entered by a role.
    pub(crate) member: Inventory,
}

/// Says what ended a run, or one account of it.
#[derive(Debug)]
pub(crate) enum Stop {
    List(Unread),
    Account(FleetError),
}

/// Lists the accounts, and enters one.
pub(crate) fn enter(
    world: &Value,
    operation: &Operation,
    kind: Option<&Kind>,
) -> Result<Entered, Stop> {
    let rules = kind.map_or_else(Vec::new, |kind| kind.rules(operation.label));
    let server = serve(world, &rules);
    let refused = kind.is_some_and(|kind| kind.how == How::Refused);
    let config = configuration(
        &server,
        refused.then_some(operation.label),
        kind.is_some_and(Kind::is_slow),
    );
    let entry = Entry {
        role_name: "roledrift-audit".to_owned(),
        session_name: "test".to_owned(),
        external_id: None,
    };
    let units: &[String] = if operation.label == "organizations:ListAccounts" {
        &[]
    } else {
        &["r-fake".to_owned()]
    };
    let run = async {
        let fleet = Fleet::new(&config, entry).await.unwrap();
        let members = fleet.members(units).await.map_err(Stop::List)?;
        let member = MEMBER.parse().unwrap();
        let scope = Scope::default();
        let read = fleet.collect(&member, &scope, DEADLINE);
        let member = read.await.map_err(Stop::Account)?;
        Ok(Entered {
            members,
            member: Inventory {
                collected_at: None,
                ..member
            },
        })
    };
    let ended = real_time().block_on(async { tokio::time::timeout(DEADLINE, run).await });
    let ended = ended.unwrap_or_else(|_| panic!("{} with {kind:?} hangs", operation.label));
    assert!(refused || server.log().operations.contains_key(operation.label));
    ended
}

/// Compares a run with one without a fault, as [`super::cell::compare`] does for an account.
pub(crate) fn judge(
    operation: &Operation,
    kind: &Kind,
    whole: &Entered,
    faulted: &Result<Entered, Stop>,
) -> (Effect, i32, Vec<String>) {
    let mut complaints = Vec::new();
    let (line, end, exit) = match faulted {
        Ok(entered) if entered == whole => (None, End::Same, 0),
        Ok(_) => {
            complaints.push("accounts differ and nothing says why".to_owned());
            (None, End::Less, 0)
        }
        Err(stop) => {
            let (what, exit) = match stop {
                Stop::List(_) => ("the list of accounts, and with it everything", 2),
                Stop::Account(_) => ("the account that is entered", 3),
            };
            let (Stop::List(unread) | Stop::Account(FleetError::Closed(unread))) = stop else {
                panic!("{} with {}: {stop:?}", operation.label, kind.name);
            };
            let fits = match kind.costs {
                Costs::Nothing => false,
                Costs::Answer(reason) => unread.reason == reason,
                Costs::Thing => true,
            };
            if !fits || unread.operation != operation.action() {
                complaints.push(unread.to_string());
            }
            let line = format!("{}: {what}", unread.reason.as_str());
            (Some(line), End::Nothing, exit)
        }
    };
    if end == End::Same && !matches!(kind.costs, Costs::Nothing) {
        complaints.push("nobody noticed".to_owned());
    }
    let coverage = line.into_iter().collect();
    (Effect { coverage, end }, exit, complaints)
}
