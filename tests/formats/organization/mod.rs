//! Runs of many accounts in every format: each account's outcome, what was found, and what a partial
//! run never passes for.

mod outcomes;
mod read_again;
mod shown;

use std::path::Path;

use roledrift::audit::{Auditor, Selection};
use roledrift::inventory::{Inventory, Observed, snapshot};
use roledrift::objects::Objects;
use roledrift::organization::{Judge, Merged, Plan, Planned, Results, Skip, Work, merge};
use roledrift::report::Format;
use roledrift::report::organization::render;
use roledrift::store::RunId;
use roledrift::waivers::Waivers;

use crate::support::{ACCOUNT, Account, CONNECT, baselines, denied};

const COMPLETE: &str = "111122223333";
const INCOMPLETE: &str = "222233334444";
const FAILED: &str = "333344445555";
const SKIPPED: &str = "444455556666";
const RUN: &str = "20261103T060000Z-019a42c8d9b0-5f3c9a21";

/// What is there of an account: what was read, or why nothing was, or why it was skipped.
enum State {
    Read(Box<Inventory>),
    Failed(&'static str),
    Skipped,
    Missing,
}

/// Returns an account as if it had another id.
fn as_account(account: &Account, id: &str) -> State {
    let mut text = Vec::new();
    snapshot::write(&account.0, &mut text).unwrap();
    let text = String::from_utf8(text).unwrap().replace(ACCOUNT, id);
    State::Read(Box::new(snapshot::read(&text).unwrap()))
}

/// Keeps a run, as a scan of many accounts does, and merges it.
fn kept(
    store: &Path,
    run: &str,
    waivers: Option<&Waivers>,
    accounts: Vec<(&str, &str, State)>,
) -> Merged {
    let run: RunId = run.parse().unwrap();
    let objects = Objects::in_folder(store).unwrap();
    let results = Results::of(&objects, &run);
    let judge = Judge {
        auditor: Auditor::new(baselines().clone(), Selection::default()),
        waivers: waivers.cloned(),
    };
    let mut plan = Plan {
        run,
        shards: 1,
        accounts: Vec::new(),
    };
    for (id, name, state) in accounts {
        let planned = Planned {
            id: id.parse().unwrap(),
            name: (!name.is_empty()).then(|| name.to_owned()),
            skip: matches!(state, State::Skipped).then_some(Skip::Suspended),
        };
        let read = match state {
            State::Read(inventory) => Some(Ok(*inventory)),
            State::Failed(reason) => Some(Err(reason.to_owned())),
            State::Skipped => {
                let skipped = planned.skipped().unwrap().unwrap();
                results.keep(&planned.id, &skipped.text).unwrap();
                None
            }
            State::Missing => None,
        };
        if let Some(read) = read {
            let now = "2026-11-03T06:00:00Z".parse().unwrap();
            let judged = judge.result(&planned.id, planned.name.clone(), read, now);
            results.keep(&planned.id, &judged.unwrap().text).unwrap();
        }
        plan.accounts.push(planned);
    }
    merge(Work::begin(&objects, plan).unwrap()).unwrap()
}

fn written(merged: &Merged, format: Format, waived: bool) -> String {
    let mut text = Vec::new();
    render(&merged.report(waived), format, &mut text).unwrap();
    String::from_utf8(text).unwrap()
}

/// An account with one finding, of medium severity.
fn edited() -> Account {
    let mut account = Account::connect();
    let boundary = "arn:aws:iam::111122223333:policy/limit".parse().unwrap();
    account.role(CONNECT).boundary = Observed::Read(Some(boundary));
    account
}

/// An account that could be read in part.
fn partly() -> Account {
    let mut account = edited();
    account.role(CONNECT).inline = denied("iam:ListRolePolicies");
    account
}
