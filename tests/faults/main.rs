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

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use cell::{Effect, End, Seen, compare, see};
use kinds::{Costs, KINDS, Kind};
use operations::{OPERATIONS, Operation};
use serde_json::Value;

/// Holds what happened in one cell: with the account where all is well, where it calls the
/// operation, and with the one that drifted.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Outcome {
    clean: Option<(Effect, i32)>,
    drifted: (Effect, i32),
}

/// Does every piece of work once, some side by side.
fn side_by_side<T: Sync, R: Send>(work: &[T], act: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let (next, done) = (AtomicUsize::new(0), Mutex::new(BTreeMap::new()));
    std::thread::scope(|scope| {
        for _ in 0..6 {
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

/// Reads an account with a fault and says what it did, and what it must not have done.
fn run(
    account: &Value,
    whole: &Seen,
    operation: &Operation,
    kind: &Kind,
) -> (Effect, i32, Vec<String>) {
    let faulted = see(account, operation, Some(kind));
    let (effect, mut complaints) = compare(operation, kind, whole, &faulted);
    let code = match &faulted {
        Ok(seen) => seen.exit(),
        Err(_) => 2,
    };
    let before = whole.exit();
    match effect.end {
        End::Same if code != before => complaints.push(format!("exits with {code}, not {before}")),
        End::Less if code == 0 => complaints.push("is clean".to_owned()),
        _ => {}
    }
    (effect, code, complaints)
}

#[test]
fn every_operation_with_every_fault() {
    let accounts = [accounts::clean(), accounts::drifted()];
    let alone: Vec<&Operation> = OPERATIONS
        .iter()
        .filter(|operation| !operation.is_of_organization())
        .collect();
    let whole = side_by_side(&alone, |operation| {
        let clean = see(&accounts[0], operation, None).unwrap();
        let drifted = see(&accounts[1], operation, None).unwrap();
        assert!(drifted.calls > 0, "{} was never called", operation.label);
        (Some(clean).filter(|clean| clean.calls > 0), drifted)
    });
    for (clean, drifted) in &whole {
        assert!(clean.as_ref().is_none_or(|seen| seen.exit() == 0));
        assert_eq!(drifted.exit(), 1);
    }
    let mut cells = Vec::new();
    for (operation, whole) in alone.iter().zip(&whole) {
        for kind in KINDS.iter().filter(|kind| {
            operation.exempt(kind).is_none()
                && std::env::var("ONLY").is_ok_and(|o| o.split(',').any(|k| kind.name.contains(k)))
        }) {
            cells.push((*operation, kind, whole));
        }
    }
    let results = side_by_side(&cells, |(operation, kind, (clean, drifted))| {
        let began = std::time::Instant::now();
        let clean = clean
            .as_ref()
            .map(|clean| run(&accounts[0], clean, operation, kind));
        let r = (clean, run(&accounts[1], drifted, operation, kind));
        if began.elapsed().as_secs() > 3 {
            println!(
                "TOOK {} {} {:?}",
                operation.label,
                kind.name,
                began.elapsed()
            );
        }
        r
    });
    let mut complaints = Vec::new();
    for ((operation, kind, _), (clean, drifted)) in cells.iter().zip(results) {
        println!(
            "{} | {} | {:?} | {:?}",
            operation.label,
            kind.name,
            clean.as_ref().map(|c| (&c.0, c.1)),
            (&drifted.0, drifted.1)
        );
        let both = [("clean", clean), ("drifted", Some(drifted))];
        for (name, (_, _, wrong)) in both
            .into_iter()
            .filter_map(|(name, one)| Some((name, one?)))
        {
            for wrong in wrong {
                complaints.push(format!(
                    "{} | {} | {name}: {wrong}",
                    operation.label, kind.name
                ));
            }
        }
    }
    assert!(
        complaints.is_empty(),
        "{} complaints\n{}",
        complaints.len(),
        complaints.join("\n")
    );
    let _ = Costs::Nothing;
}
