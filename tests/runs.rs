//! `scan --store`, `--previous`, `--fail-on-new`, waivers and `roledrift history`, as a user runs them.

#![allow(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a failed unwrap is a failed test"
)]

mod support;

use std::path::{Path, PathBuf};
use std::process::Output;

use assert_cmd::Command;
use roledrift::inventory::{Observed, snapshot};
use serde_json::Value;

use support::{Account, CONNECT};

/// A folder that scans run in, and nothing else of the machine.
struct Desk(tempfile::TempDir);

impl Desk {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text).unwrap();
    }

    /// Records the account as it was on a day of November 2026.
    fn record(&self, name: &str, day: u8, account: &Account) {
        let mut account = account.clone();
        account.0.collected_at = Some(format!("2026-11-{day:02}T06:00:00Z").parse().unwrap());
        let mut text = Vec::new();
        snapshot::write(&account.0, &mut text).unwrap();
        std::fs::write(self.path(name), text).unwrap();
    }

    fn run(&self, arguments: &[&str]) -> Output {
        let mut command = Command::cargo_bin("roledrift").unwrap();
        command.args(arguments).current_dir(self.0.path());
        command.env_clear().output().unwrap()
    }

    fn scan(&self, snapshot: &str, more: &[&str]) -> (i32, Value) {
        let all = [&["scan", "--snapshot", snapshot, "--format", "json"], more].concat();
        let output = self.run(&all);
        assert!(output.stderr.is_empty(), "{}", stderr(&output));
        let report = serde_json::from_slice(&output.stdout).unwrap();
        fits("report", &report);
        (output.status.code().unwrap(), report)
    }
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn fits(schema: &str, value: &Value) {
    let path = format!("schemas/{schema}.schema.json");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    let schema: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let errors: Vec<String> = validator
        .iter_errors(value)
        .map(|error| error.to_string())
        .collect();
    assert!(errors.is_empty(), "{errors:?}");
}

fn long_sessions() -> Account {
    let mut account = Account::connect();
    account.role(CONNECT).max_session_seconds = Observed::Read(7200);
    account
}

fn bounded() -> Account {
    let mut account = long_sessions();
    let boundary = "arn:aws:iam::111122223333:policy/limit".parse().unwrap();
    account.role(CONNECT).boundary = Observed::Read(Some(boundary));
    account
}

/// Returns rule and standing of each finding.
fn standings(report: &Value) -> Vec<(&str, &str)> {
    report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| {
            (
                finding["rule"].as_str().unwrap(),
                finding["standing"].as_str().unwrap_or("-"),
            )
        })
        .collect()
}

#[test]
fn a_planted_change_is_the_one_new_finding() {
    let desk = Desk::new();
    desk.record("1.json", 1, &long_sessions());
    desk.record("2.json", 2, &bounded());
    desk.record("3.json", 3, &bounded());
    let watch = ["--store", "runs", "--previous", "latest", "--fail-on-new"];

    let (code, report) = desk.scan("1.json", &watch);
    assert_eq!(code, 1, "everything is new to an empty store");
    assert_eq!(report["comparison"]["previous"]["kind"], "nothing");

    let (code, report) = desk.scan("2.json", &watch);
    assert_eq!(code, 1);
    assert_eq!(
        standings(&report),
        [
            ("permissions-boundary-attached", "new"),
            ("session-duration-edited", "known")
        ]
    );
    assert_eq!(report["comparison"]["new"], 1);
    assert_eq!(report["findings"][1]["since"], "2026-11-01T06:00:00Z");

    let (code, report) = desk.scan("3.json", &watch);
    assert_eq!(code, 0);
    assert_eq!(report["comparison"]["new"], 0);
    assert_eq!(report["comparison"]["known"], 2);

    desk.record("4.json", 4, &long_sessions());
    let (code, report) = desk.scan("4.json", &["--store", "runs", "--fail-on-new"]);
    assert_eq!(code, 0, "a store alone means its last run");
    let resolved = &report["comparison"]["resolved"];
    assert_eq!(resolved[0]["rule"], "permissions-boundary-attached");
    assert_eq!(resolved[0]["since"], "2026-11-02T06:00:00Z");

    let output = desk.run(&["history", "--store", "runs", "--format", "json"]);
    assert_eq!(output.status.code(), Some(0));
    let history: Value = serde_json::from_slice(&output.stdout).unwrap();
    fits("history", &history);
    let runs = history["accounts"][0]["runs"].as_array().unwrap();
    let new: Vec<_> = runs
        .iter()
        .map(|run| run["new"].as_u64().unwrap())
        .collect();
    assert_eq!(new, [1, 1, 0, 0]);
    let open = history["accounts"][0]["open"].as_array().unwrap();
    assert_eq!(open.len(), 1);
    assert_eq!(open[0]["since"], "2026-11-01T06:00:00Z");

    let second = runs[1]["run"].as_str().unwrap();
    let (code, report) = desk.scan(
        "3.json",
        &["--store", "runs", "--previous", second, "--fail-on-new"],
    );
    assert_eq!(
        (code, &report["comparison"]["previous"]["run"]),
        (0, &runs[1]["run"])
    );
}

#[test]
fn a_report_is_something_to_compare_with() {
    let desk = Desk::new();
    desk.record("1.json", 1, &long_sessions());
    desk.record("2.json", 2, &bounded());
    desk.run(&["scan", "--snapshot", "1.json", "--format", "json=last.json"]);
    let chain = [
        "--previous",
        "last.json",
        "--fail-on-new",
        "--format",
        "json=last.json",
    ];
    let scan = |snapshot: &str| {
        let output = desk.run(&[&["scan", "--snapshot", snapshot], &chain[..]].concat());
        output.status.code().unwrap()
    };
    assert_eq!((scan("2.json"), scan("2.json"), scan("1.json")), (1, 0, 0));
    let report: Value =
        serde_json::from_str(&std::fs::read_to_string(desk.path("last.json")).unwrap()).unwrap();
    assert_eq!(
        report["comparison"]["resolved"].as_array().unwrap().len(),
        1
    );
}

const WAIVER: &str = "[[waiver]]\nrule = \"session-duration-edited\"\nresource = \"arn:aws:iam::*\"\n\
                      reason = \"the nightly \\u001b[2J export\"\nowner = \"platform\"\nexpires = 2026-11-02\n";

#[test]
fn a_waived_finding_does_not_count_and_is_never_lost() {
    let desk = Desk::new();
    desk.record("2.json", 2, &long_sessions());
    desk.record("3.json", 3, &long_sessions());
    desk.write("roledrift.toml", WAIVER);

    let (code, report) = desk.scan("2.json", &[]);
    assert_eq!(code, 0);
    assert_eq!(report["summary"]["waived"], 1);
    assert_eq!(report["summary"]["findings"]["low"], 1);
    assert_eq!(report["findings"][0]["waiver"]["owner"], "platform");
    assert_eq!(report["findings"][0]["waiver"]["expires"], "2026-11-02");

    let brief = stdout(&desk.run(&["scan", "--snapshot", "2.json"]));
    assert!(
        brief.contains("1 waived (--show-waived shows them)"),
        "{brief}"
    );
    assert!(!brief.contains("session-duration-edited"), "{brief}");
    let full = stdout(&desk.run(&["scan", "--snapshot", "2.json", "--show-waived"]));
    assert!(
        full.contains("waived until 2026-11-02 by platform"),
        "{full}"
    );
    assert!(
        full.contains("session-duration-edited") && !full.contains('\u{1b}'),
        "{full}"
    );

    let (code, report) = desk.scan("3.json", &[]);
    assert_eq!(code, 1, "the waiver is over");
    assert_eq!(
        standings(&report),
        [("expired-waiver", "-"), ("session-duration-edited", "-")]
    );
    assert_eq!(report["findings"][0]["file"]["line"], 2);
    assert!(report["findings"][1]["waiver"].is_null());
    let text = stdout(&desk.run(&["scan", "--snapshot", "3.json"]));
    assert!(text.contains("account 111122223333  as a whole"), "{text}");
    assert!(
        text.contains("expired-waiver  roledrift.toml:2:8"),
        "{text}"
    );
}

#[test]
fn a_new_finding_that_is_waived_does_not_count() {
    let desk = Desk::new();
    desk.record("1.json", 1, &Account::connect());
    desk.record("2.json", 2, &long_sessions());
    let skip = [
        "--skip-rule",
        "unused-waiver",
        "--store",
        "runs",
        "--fail-on-new",
    ];
    desk.write("roledrift.toml", WAIVER);
    assert_eq!(desk.scan("1.json", &skip).0, 0);
    let (code, report) = desk.scan("2.json", &skip);
    assert_eq!((code, &report["comparison"]["new"]), (0, &Value::from(1)));
}

#[test]
fn settings_of_the_file_are_those_of_the_flags() {
    let desk = Desk::new();
    desk.record("1.json", 1, &long_sessions());
    desk.write(
        "roledrift.toml",
        "[scan]\nstore = \"runs\"\nprevious = \"latest\"\nfail-on-new = true\nshow-waived = true\n",
    );
    assert_eq!(desk.scan("1.json", &[]).0, 1);
    assert_eq!(desk.scan("1.json", &[]).0, 0);
    let text = stdout(&desk.run(&["history"]));
    assert!(
        text.contains("2 runs") && text.contains("since 2026-11-01"),
        "{text}"
    );
}

#[test]
fn an_unfinished_run_is_told_and_a_damaged_one_makes_the_history_incomplete() {
    let desk = Desk::new();
    desk.record("1.json", 1, &long_sessions());
    desk.scan("1.json", &["--store", "runs"]);
    let cut = "findings/dt=2026-11-02/run=20261102T060000Z-019a42c8d9b0-5f3c9a21";
    std::fs::create_dir_all(desk.path("runs").join(cut)).unwrap();
    let output = desk.run(&["history", "--store", "runs"]);
    assert_eq!(output.status.code(), Some(0));
    assert!(
        stdout(&output).contains("unfinished"),
        "{}",
        stdout(&output)
    );
    let scan = [
        "scan",
        "--snapshot",
        "1.json",
        "--store",
        "runs",
        "--previous",
        "latest",
    ];
    assert!(stderr(&desk.run(&scan)).contains("unfinished"));

    std::fs::remove_dir_all(desk.path("runs/findings")).unwrap();
    let output = desk.run(&["history", "--store", "runs"]);
    assert_eq!(output.status.code(), Some(3));
    assert!(stdout(&output).contains("damaged"), "{}", stdout(&output));
}

#[test]
fn wrong_usage_is_told_before_anything_is_kept() {
    let desk = Desk::new();
    desk.record("1.json", 1, &long_sessions());
    let mut other = Account::empty();
    other.0.account = "444455556666".parse().unwrap();
    desk.record("other.json", 1, &other);
    desk.run(&[
        "scan",
        "--snapshot",
        "other.json",
        "--format",
        "json=other-report.json",
    ]);
    desk.write(
        "bad.toml",
        &WAIVER.replace("session-duration-edited", "session-durations-edited"),
    );
    desk.write("file", "");
    let nobody = "20260101T000000Z-000000000000-00000000";
    for (arguments, problem) in [
        (&["--previous", "latest"][..], "give the store too"),
        (&["--previous", nobody], "give the store too"),
        (&["--fail-on-new"], "needs something to compare with"),
        (&["--previous", "none.json"], "none.json"),
        (&["--previous", ""], "is not a run, a file or `latest`"),
        (&["--previous", "1.json"], "not a JSON report"),
        (
            &["--previous", "other-report.json"],
            "a report of account 444455556666",
        ),
        (
            &["--previous", nobody, "--store", "runs"],
            "there is no run",
        ),
        (&["--store", "file"], "cannot open `file`: not a directory"),
        (
            &["--config", "bad.toml"],
            "bad.toml:2:8: there is no rule `session-durations-edited`; did you mean `session-duration-edited`?",
        ),
    ] {
        let output = desk.run(&[&["scan", "--snapshot", "1.json"], arguments].concat());
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(output.stdout.is_empty(), "{arguments:?}");
        assert!(
            stderr(&output).contains(problem),
            "{arguments:?}: {}",
            stderr(&output)
        );
        assert!(!desk.path("runs").exists(), "{arguments:?}");
    }
    for (arguments, problem) in [
        (&["history"][..], "give the folder"),
        (&["history", "--store", "runs"], "is no folder"),
    ] {
        let output = desk.run(arguments);
        assert_eq!(output.status.code(), Some(2));
        assert!(stderr(&output).contains(problem), "{}", stderr(&output));
    }
}

#[test]
fn a_scan_without_the_lock_resolves_nothing_that_it_showed() {
    let trail = |version: &str, actions: &str| {
        let mut account = Account::cloudtrail();
        let policy = account.policy("CloudTrailServiceRolePolicy");
        policy.default_version = Observed::Read(version.parse().unwrap());
        policy.document = support::read(&support::allow(actions, "*"));
        account
    };
    let desk = Desk::new();
    desk.record("1.json", 1, &trail("v3", r#""cloudtrail:GetTrail""#));
    let changed = trail("v4", r#"["cloudtrail:GetTrail","iam:CreateUser"]"#);
    for day in 2..5 {
        desk.record(&format!("{day}.json"), day, &changed);
    }
    let locking =
        |snapshot| desk.run(&["baseline", "lock", "-o", "aws.lock", "--snapshot", snapshot]);
    assert!(locking("1.json").status.success());
    desk.write(
        "roledrift.toml",
        r#"[[waiver]]
           rule = "aws-widened-policy"
           resource = "*CloudTrail"
           reason = "announced"
           owner = "platform team"
           expires = 2026-12-31"#,
    );
    let store = ["--store", "runs", "--previous", "latest"];
    let with = |more: &[&'static str]| [&store[..], more].concat();
    let locked = ["--lock", "aws.lock"];
    let (_, first) = desk.scan("2.json", &with(&locked));
    assert_eq!(standings(&first), [("aws-widened-policy", "new")]);
    desk.write("last.json", &first.to_string());

    // Nobody compared the policy: neither is the finding gone, nor is its waiver unused.
    for previous in [&store[..], &["--previous", "last.json"]] {
        let (_, report) = desk.scan("3.json", previous);
        assert!(standings(&report).is_empty(), "{report}");
        assert_eq!(
            report["comparison"]["resolved"].as_array().unwrap().len(),
            0
        );
        assert_eq!(
            report["comparison"]["not_looked_at"][0]["rule"],
            "aws-widened-policy"
        );
    }
    assert!(locking("3.json").status.success());
    let (_, report) = desk.scan("4.json", &with(&locked));
    assert_eq!(standings(&report), [("unused-waiver", "new")]);
    assert_eq!(
        report["comparison"]["resolved"][0]["rule"],
        "aws-widened-policy"
    );
}
