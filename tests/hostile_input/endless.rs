//! A store that holds what never ends: told like damage, within bounds.

#![cfg(unix)]

use std::fs::File;
use std::path::{Path, PathBuf};

use roledrift::objects::Objects;
use roledrift::organization::Results;

use super::answer::run;
use super::inputs::{desk, plan};
use super::support::ACCOUNT;

fn make_pipe(path: &Path) {
    std::fs::remove_file(path).unwrap();
    let made = std::process::Command::new("mkfifo").arg(path).status();
    assert!(made.unwrap().success());
}

/// A hole of 64 GiB.
fn make_hole(path: &Path) {
    File::create(path).unwrap().set_len(64 << 30).unwrap();
}

fn planned() -> (tempfile::TempDir, PathBuf) {
    let desk = desk();
    let store = desk.path().join("store");
    let plan = plan();
    let results = Results::of(&Objects::in_folder(&store).unwrap(), &plan.run);
    results.keep_plan(&plan).unwrap();
    for planned in &plan.accounts {
        let skipped = planned.skipped().unwrap().unwrap();
        results.keep(&planned.id, &skipped.text).unwrap();
    }
    let run = store.join(format!("dt=2026-11-02/run={}", plan.run));
    (desk, run)
}

fn kept(desk: &tempfile::TempDir) -> PathBuf {
    let scan = [
        "scan",
        "--snapshot",
        "account.json",
        "--store",
        "store",
        "--format",
        "json",
    ];
    assert!(run(desk.path(), &scan).code < 2);
    walk(&desk.path().join("store/runs")).pop().unwrap()
}

fn walk(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    entries
        .flat_map(|path| {
            if path.is_dir() {
                walk(&path)
            } else {
                vec![path]
            }
        })
        .collect()
}

#[test]
fn a_result_that_is_a_pipe() {
    let (desk, run_folder) = planned();
    make_pipe(&run_folder.join(format!("account={ACCOUNT}.ndjson.gz")));
    let answer = run(desk.path(), &["merge", "store"]);
    assert!(
        answer.out.contains("its kept result cannot be read"),
        "{answer:?}"
    );
}

#[test]
fn a_plan_that_is_a_hole() {
    let (desk, run_folder) = planned();
    make_hole(&run_folder.join("plan.json"));
    run(desk.path(), &["merge", "store"]).assert_error("hole", "plan.json");
}

#[test]
fn a_plan_that_is_a_pipe() {
    let (desk, run_folder) = planned();
    make_pipe(&run_folder.join("plan.json"));
    // A pipe is no file: there is no such run.
    assert_eq!(run(desk.path(), &["merge", "store"]).code, 2);
}

#[test]
fn a_manifest_that_is_a_hole() {
    let desk = desk();
    let manifest = kept(&desk);
    make_hole(&manifest);
    assert_eq!(run(desk.path(), &["history", "--store", "store"]).code, 3);
}

#[test]
fn a_manifest_that_is_a_pipe() {
    let desk = desk();
    let manifest = kept(&desk);
    make_pipe(&manifest);
    assert_eq!(run(desk.path(), &["history", "--store", "store"]).code, 3);
}
