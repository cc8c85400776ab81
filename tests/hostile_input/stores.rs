//! A store that somebody else wrote into: what is damaged is told, and counts as not looked at.

#![cfg(unix)]

use std::path::{Path, PathBuf};

use roledrift::audit::{Auditor, Selection};
use roledrift::objects::Objects;
use roledrift::organization::{Judge, Results};

use super::answer::{Answer, run};
use super::inputs::{desk, plan};
use super::support::{ACCOUNT, Account, baselines};

/// Every file below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut pending = vec![folder.to_owned()];
    while let Some(folder) = pending.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                pending.push(path);
            } else {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// Makes of a good file a bad one.
type Damage = fn(&[u8]) -> Vec<u8>;

/// What is done to a file.
const DAMAGES: [(&str, Damage); 6] = [
    ("nothing", |_| Vec::new()),
    ("half of it", |good| good[..good.len() / 2].to_vec()),
    ("a byte changed", |good| {
        let mut bad = good.to_vec();
        let place = bad.len() / 2;
        bad[place] ^= 0x55;
        bad
    }),
    ("it twice", |good| [good, good].concat()),
    ("open lists", |_| "[".repeat(300_000).into()),
    ("NULs", |_| vec![0; 10_000]),
];

fn each_damage(store: &Path, look: impl Fn(&str, &Path)) {
    for path in files(store) {
        let good = std::fs::read(&path).unwrap();
        for (name, damage) in DAMAGES {
            std::fs::write(&path, damage(&good)).unwrap();
            look(&format!("{}: {name}", path.display()), &path);
        }
        std::fs::remove_file(&path).unwrap();
        look(&format!("{}: gone", path.display()), &path);
        std::fs::write(&path, &good).unwrap();
    }
}

/// Nothing that is damaged passes for a run without findings.
#[test]
fn a_damaged_run_is_told() {
    let desk = desk();
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
    each_damage(&desk.path().join("store"), |what, path| {
        let answer = run(desk.path(), &["history", "--store", "store"]);
        // Of the table of what was not read, nothing is read back.
        let is_read = !path.to_string_lossy().contains("/coverage/");
        let is_gone = what.ends_with(": gone") && path.to_string_lossy().contains("/runs/");
        // Of a compressed file, what stands behind its end is not read.
        let is_same = what.ends_with(".gz: it twice");
        let expected = if is_gone || is_same || !is_read { 0 } else { 3 };
        assert_eq!(answer.code, expected, "{what}: {answer:?}");
    });
}

#[test]
fn a_damaged_result_of_an_account_is_told() {
    let desk = desk();
    let store = desk.path().join("store");
    let mut plan = plan();
    plan.accounts[0].skip = None;
    let results = Results::of(&Objects::in_folder(&store).unwrap(), &plan.run);
    results.keep_plan(&plan).unwrap();
    let judge = Judge {
        auditor: Auditor::new(baselines().clone(), Selection::default()),
        waivers: None,
    };
    let account = ACCOUNT.parse().unwrap();
    let mut drifted = Account::connect();
    drifted.asked(&[super::support::owners::REGION]);
    let now = "2026-11-02T06:00:00Z".parse().unwrap();
    let judged = judge.result(&account, None, Ok(drifted.0), now).unwrap();
    results.keep(&account, &judged.text).unwrap();
    for planned in &plan.accounts[1..] {
        let skipped = planned.skipped().unwrap().unwrap();
        results.keep(&planned.id, &skipped.text).unwrap();
    }
    let merge = |()| -> Answer { run(desk.path(), &["merge", "store"]) };
    let good = merge(());
    each_damage(&store, |what, _| {
        let answer = merge(());
        // A plan is read by people too, and has no digest: it may have been edited.
        if what.ends_with("plan.json: a byte changed") {
            return;
        }
        if what.ends_with(".gz: it twice") {
            assert_eq!(answer.out, good.out);
            return;
        }
        // Its plan is damaged, or an account of it has failed.
        let is_told = answer.out.contains("partial: ") && answer.out.contains("failed");
        assert!(answer.code == 2 || is_told, "{what}: {answer:?}");
    });
    assert_eq!(merge(()).out, good.out);

    // Lines that are not those of the account's own report.
    let text = String::from_utf8(judged.text).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let other = text.replacen("\"kind\":\"finding\"", "\"kind\":\"f\\u0069nding\"", 1);
    assert_ne!(other, text);
    results.keep(&account, other.as_bytes()).unwrap();
    assert_eq!(merge(()).out, good.out);
    for (what, text) in [
        ("without its last line", lines[..lines.len() - 1].join("\n")),
        (
            "without a finding",
            [&lines[..1], &lines[2..]].concat().join("\n"),
        ),
        ("another account's line", {
            let (first, rest) = text.split_once('\n').unwrap();
            format!("{first}\n{}", rest.replace(ACCOUNT, "999999999999"))
        }),
        (
            "other counts",
            text.replacen("\"unwaived\":{", "\"unwaived\":{\"critical\":1,", 1),
        ),
        ("an outcome alone", lines[0].to_owned()),
    ] {
        results.keep(&account, text.as_bytes()).unwrap();
        let answer = merge(());
        assert!(
            answer.out.contains("its kept result cannot be read"),
            "{what}: {answer:?}"
        );
        assert!(answer.code >= 1, "{what}: {answer:?}");
    }
}
