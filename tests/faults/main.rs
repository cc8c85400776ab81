//! Every operation × every fault: what an audit says when AWS, the network or the clock fails it.
//!
//! Real SDK clients read recorded accounts over HTTP from the fake account. Whatever fails, nothing
//! panics or hangs, the coverage names what is missing and why, nothing is found that is not there,
//! and no role is judged better than it is. `docs/faults.md` is written from what happened.

#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "a failed unwrap is a failed test"
)]

mod accounts;
mod cell;
mod client;
#[path = "../fake_account/mod.rs"]
mod fake_account;
mod kinds;
mod operations;
mod organization;
mod page;
mod read_only;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use cell::{Effect, End, Seen, compare, see};
use kinds::{Costs, KINDS, Kind};
use operations::{OPERATIONS, Operation};
use roledrift::inventory::UnreadReason;
use serde_json::Value;

/// Holds what happened in one cell, as the page tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Outcome {
    /// With the account that drifted.
    effect: Effect,
    /// The exit code of the account where all is well; `None` where it never calls the operation.
    clean: Option<String>,
    drifted: String,
}

/// Does every piece of work once, some side by side.
fn side_by_side<'a, T: Sync, R: Send>(work: &'a [T], act: impl Fn(&'a T) -> R + Sync) -> Vec<R> {
    let (next, done) = (AtomicUsize::new(0), Mutex::new(BTreeMap::new()));
    std::thread::scope(|scope| {
        for _ in 0..12 {
            scope.spawn(|| {
                loop {
                    let place = next.fetch_add(1, Ordering::Relaxed);
                    let Some(piece) = work.get(place) else { break };
                    let result = act(piece);
                    let mut done = done.lock().unwrap_or_else(PoisonError::into_inner);
                    done.insert(place, result);
                }
            });
        }
    });
    let done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.into_values().collect()
}

/// Reads an account with a fault and says what it did, and what must not have been.
fn run(
    account: &Value,
    whole: &Seen,
    operation: &Operation,
    kind: &Kind,
) -> (Effect, i32, Vec<String>) {
    let faulted = see(account, operation, Some(kind));
    let (effect, mut complaints) = compare(operation, kind, whole, &faulted);
    let exit = faulted.as_ref().map_or(2, Seen::exit);
    match effect.end {
        End::Same if exit != whole.exit() => complaints.push(format!("exits with {exit}")),
        End::Less if exit == 0 && !operation.is_spared() => {
            complaints.push("exits with 0 although an answer was lost".to_owned());
        }
        _ => {}
    }
    (effect, exit, complaints)
}

/// Names an exit code, or both that there may be: what was asked before an endpoint gave no answer,
/// and what not, is chance.
fn exit(operation: &Operation, kind: &Kind, code: i32) -> String {
    let chance = kind.costs == Costs::Answer(UnreadReason::Unreachable)
        && operation.takes_down()
        && operation.is_spared();
    if chance && [0, 3].contains(&code) {
        return "0 or 3".to_owned();
    }
    code.to_string()
}

/// Holds an operation with what the two accounts are without a fault.
struct Whole<'a> {
    operation: &'a Operation,
    /// `None` where the operation is not called.
    clean: Option<Seen>,
    drifted: Seen,
}

type Complaints = Vec<String>;

fn cell(accounts: &[Value; 2], whole: &Whole<'_>, kind: &Kind) -> (Outcome, Complaints) {
    let operation = whole.operation;
    let clean = whole.clean.as_ref();
    let clean = clean.map(|seen| run(&accounts[0], seen, operation, kind));
    let (effect, code, mut complaints) = run(&accounts[1], &whole.drifted, operation, kind);
    let mut outcome = Outcome {
        effect,
        clean: None,
        drifted: exit(operation, kind, code),
    };
    if let Some((_, code, more)) = clean {
        outcome.clean = Some(exit(operation, kind, code));
        complaints.extend(more);
    }
    (outcome, complaints)
}

/// Names the cell that complaints are about.
fn told(operation: &Operation, kind: &Kind, complaints: Complaints) -> Complaints {
    let told = complaints.into_iter();
    told.map(|complaint| format!("{} | {} | {complaint}", operation.label, kind.name))
        .collect()
}

fn kinds_for(operation: &Operation) -> impl Iterator<Item = &'static Kind> {
    KINDS.iter().filter(|kind| operation.exempt(kind).is_none())
}

#[test]
fn every_operation_with_every_fault() {
    let accounts = [accounts::clean(), accounts::drifted()];
    let (of_many, of_one): (Vec<_>, Vec<_>) = OPERATIONS
        .iter()
        .partition(|operation| operation.is_of_organization());
    let wholes = side_by_side(&of_one, |operation| {
        let clean = see(&accounts[0], operation, None).unwrap();
        let drifted = see(&accounts[1], operation, None).unwrap();
        assert!(drifted.calls > 0, "{} was never called", operation.label);
        assert_eq!((clean.exit(), drifted.exit()), (0, 1));
        Whole {
            operation,
            clean: Some(clean).filter(|clean| clean.calls > 0),
            drifted,
        }
    });
    let cells: Vec<_> = wholes
        .iter()
        .flat_map(|whole| kinds_for(whole.operation).map(move |kind| (whole, kind)))
        .collect();
    let results = side_by_side(&cells, |(whole, kind)| cell(&accounts, whole, kind));
    let mut complaints = Vec::new();
    let mut rows: Vec<(&Operation, Vec<(&Kind, Outcome)>)> = Vec::new();
    for ((whole, kind), (outcome, wrong)) in cells.iter().zip(results) {
        complaints.extend(told(whole.operation, kind, wrong));
        add(&mut rows, whole.operation, kind, outcome);
    }

    let world = accounts::organization(&accounts[0]);
    let whole = organization::enter(&world, &OPERATIONS[0], None).unwrap();
    let cells: Vec<_> = of_many
        .iter()
        .flat_map(|operation| kinds_for(operation).map(move |kind| (*operation, kind)))
        .collect();
    let results = side_by_side(&cells, |(operation, kind)| {
        let entered = organization::enter(&world, operation, Some(kind));
        organization::judge(operation, kind, &whole, &entered)
    });
    for ((operation, kind), (effect, code, wrong)) in cells.iter().zip(results) {
        complaints.extend(told(operation, kind, wrong));
        // Where the account fails, findings of others come first.
        let drifted = if code == 2 { 2 } else { 1 };
        let outcome = Outcome {
            effect,
            clean: Some(code.to_string()),
            drifted: drifted.to_string(),
        };
        add(&mut rows, operation, kind, outcome);
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
    page::fresh(&page::page(&rows));
}

fn add<'a>(
    rows: &mut Vec<(&'a Operation, Vec<(&'a Kind, Outcome)>)>,
    operation: &'a Operation,
    kind: &'a Kind,
    outcome: Outcome,
) {
    match rows.last_mut() {
        Some((last, outcomes)) if last.label == operation.label => outcomes.push((kind, outcome)),
        _ => rows.push((operation, vec![(kind, outcome)])),
    }
}

#[test]
fn the_table_has_every_operation_that_the_program_knows() {
    let known: BTreeSet<String> = OPERATIONS.iter().map(Operation::action).collect();
    let all = roledrift::inventory::OPERATIONS.iter();
    assert_eq!(known, all.map(|one| one.action.to_owned()).collect());
}
