//! Many accounts through the command, over HTTP, against the fake account.

#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a failed unwrap is a failed test"
)]

mod fake_account;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use fake_account::{FakeAccount, Options};
use serde_json::{Value, json};

/// Accounts of the fleet; every fiftieth is suspended.
const ACCOUNTS: u64 = 60;

/// Returns the id of an account of the fleet by its place.
fn id(place: u64) -> String {
    format!("{}", 200_000_000_007 + place * 7_919)
}

fn serve(rules: &Value) -> FakeAccount {
    let file = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/fake_account/accounts/fleet.json"
    );
    let options = Options {
        control: json!({"enforce_rates": false, "rules": rules}).to_string(),
        fleet: Some(ACCOUNTS),
        ..Options::default()
    };
    FakeAccount::open(&[file], &options).unwrap()
}

/// Prepares the command with the credentials of the organization's management account.
fn command(server: &FakeAccount, folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_roledrift"));
    command
        .args(arguments)
        .current_dir(folder)
        .env_clear()
        .envs(server.environment());
    command
}

fn run(server: &FakeAccount, folder: &Path, arguments: &[&str]) -> Output {
    command(server, folder, arguments).output().unwrap()
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Returns the lines of NDJSON, without what differs from run to run.
fn lines(text: &str) -> Vec<Value> {
    let lines = text.lines().map(|line| {
        let mut line: Value = serde_json::from_str(line).unwrap();
        let members = line.as_object_mut().unwrap();
        members.remove("collected_at");
        members.remove("run");
        line
    });
    lines.collect()
}

/// Returns the outcome of each account with its reasons.
fn outcomes(text: &str) -> BTreeMap<String, (String, String)> {
    let lines = lines(text).into_iter();
    let accounts = lines.filter(|line| line["kind"] == "account");
    accounts
        .map(|line| {
            let text = |name: &str| line[name].as_str().unwrap().to_owned();
            let reasons = line["reasons"].as_array().unwrap().iter();
            let reasons: Vec<&str> = reasons.map(|reason| reason.as_str().unwrap()).collect();
            (text("account"), (text("outcome"), reasons.join("; ")))
        })
        .collect()
}

/// Checks every line against its published schema.
fn assert_published(text: &str) {
    let schema = |name: &str| {
        let path = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("schemas")
            .join(name);
        let schema = std::fs::read_to_string(path).unwrap();
        jsonschema::validator_for(&serde_json::from_str(&schema).unwrap()).unwrap()
    };
    let (of_one, of_many) = (
        schema("ndjson.schema.json"),
        schema("organization.schema.json"),
    );
    for line in text.lines() {
        let line: Value = serde_json::from_str(line).unwrap();
        let is_of_many = ["account", "organization"].contains(&line["kind"].as_str().unwrap());
        let schema = if is_of_many { &of_many } else { &of_one };
        assert!(schema.is_valid(&line), "{line}");
    }
}

#[test]
fn every_account_has_its_own_outcome_and_harms_no_other() {
    let folder = tempfile::tempdir().unwrap();
    let scan = [
        "scan",
        "--org",
        "--skip-owners",
        "--format",
        "ndjson",
        "--account-timeout",
        "15",
        "--concurrency",
        "8",
        "--exclude-account",
        &id(6),
    ];
    let well = serve(&json!([]));
    let untouched = run(&well, folder.path(), &scan);
    assert_eq!(code(&untouched), 1, "{}", stderr(&untouched));

    let (hangs, refuses, throttled, nonsense) = (id(1), id(2), id(3), id(4));
    let (poor, enough) = (id(5), id(8));
    let server = serve(&json!([
        {"operation": "iam:*", "account": hangs, "fault": {"delay": {"ms": 600_000}}},
        {"operation": "sts:AssumeRole", "account": refuses, "fault": "deny"},
        {"operation": "iam:*", "account": throttled, "times": 6, "fault": "throttle"},
        {"operation": "iam:*", "account": nonsense, "fault": {"body": {"text": "<html>"}}},
        {"operation": "iam:ListPolicies", "account": poor, "fault": "deny"},
        {"operation": "iam:GetPolicyVersion", "account": enough, "fault": "deny"},
    ]));
    let start = Instant::now();
    let output = run(&server, folder.path(), &scan);
    let took = start.elapsed();
    assert_eq!(code(&output), 1, "{}", stderr(&output));
    // The account that hangs would take ten minutes.
    assert!(took < Duration::from_mins(2), "{took:?}");
    assert_published(&stdout(&output));
    let found = outcomes(&stdout(&output));
    assert_eq!(found.len(), usize::try_from(ACCOUNTS).unwrap());
    let of = |id: &str| (found[id].0.as_str(), found[id].1.as_str());
    assert_eq!(of(&hangs), ("failed", "not read within 15 seconds"));
    let (outcome, reason) = of(&refuses);
    assert!(
        outcome == "failed" && reason.starts_with("sts:AssumeRole was denied"),
        "{reason}"
    );
    assert_eq!(of(&throttled), ("complete", ""));
    let (outcome, reason) = of(&nonsense);
    assert!(
        outcome == "failed" && reason.contains("cannot be understood"),
        "{outcome} {reason}"
    );
    let (outcome, reason) = of(&poor);
    assert!(
        outcome == "incomplete" && reason.contains("iam:ListPolicies was denied"),
        "{outcome} {reason}"
    );
    assert_eq!(of(&id(49)), ("skipped", "suspended"));
    assert_eq!(of(&id(6)), ("skipped", "excluded"));
    // Whatever another account could tell needs no permission of one's own.
    assert!(["complete", "incomplete"].contains(&of(&enough).0));

    let broken: BTreeSet<String> = [hangs, refuses, nonsense, poor, enough].into();
    let of_others = |output: &Output| {
        let lines = lines(&stdout(output)).into_iter();
        let others = lines.filter(|line| {
            let account = line["account"].as_str();
            account.is_some_and(|account| !broken.contains(account))
        });
        others.collect::<Vec<Value>>()
    };
    assert!(of_others(&untouched) == of_others(&output));
    let end = lines(&stdout(&output)).pop().unwrap();
    assert_eq!(end["kind"], "organization");
    assert_eq!(end["complete"], false);
    assert_eq!(end["outcomes"]["failed"], 3);
}

#[test]
fn a_run_that_is_killed_goes_on_and_asks_no_kept_account_again() {
    let folder = tempfile::tempdir().unwrap();
    let delay = json!([{"operation": "iam:*", "fault": {"delay": {"ms": 60}}}]);
    let server = serve(&delay);
    let common = ["--skip-owners", "--format", "ndjson", "--concurrency", "2"];
    let scan = |first: &[&'static str]| [&["scan"], first, &common].concat();
    let unbroken = run(&server, folder.path(), &scan(&["--org"]));
    assert_eq!(code(&unbroken), 1, "{}", stderr(&unbroken));

    server.reset().unwrap();
    server
        .control(&json!({"rules": delay}).to_string())
        .unwrap();
    let store = ["--org", "--store", "runs"];
    let mut killed = command(&server, folder.path(), &scan(&store))
        .stdout(std::process::Stdio::null())
        .spawn()
        .unwrap();
    let kept = || {
        let days = std::fs::read_dir(folder.path().join("runs"));
        let runs = days.into_iter().flatten().flat_map(|day| {
            let runs = std::fs::read_dir(day.unwrap().path()).unwrap();
            runs.map(|run| run.unwrap().path())
        });
        let files = runs.flat_map(|run| std::fs::read_dir(run).unwrap());
        let names = files.filter_map(|file| file.unwrap().file_name().into_string().ok());
        let ids = names.filter_map(|name| Some(name.strip_prefix("account=")?[..12].to_owned()));
        ids.collect::<BTreeSet<String>>()
    };
    while kept().len() < 15 {
        std::thread::sleep(Duration::from_millis(10));
        assert!(killed.try_wait().unwrap().is_none(), "ended too early");
    }
    killed.kill().unwrap();
    killed.wait().unwrap();
    let before = kept();
    assert!(before.len() < usize::try_from(ACCOUNTS).unwrap());

    // What is there is told as what it is: not the whole.
    let merged = run(
        &server,
        folder.path(),
        &["merge", "runs", "--format", "ndjson"],
    );
    let missing = outcomes(&stdout(&merged));
    assert!(missing.values().any(|(outcome, reason)| {
        outcome == "failed" && reason.starts_with("no result is kept")
    }));

    let resume = ["--resume", "latest", "--store", "runs"];
    let resumed = run(&server, folder.path(), &scan(&resume));
    assert_eq!(code(&resumed), 1, "{}", stderr(&resumed));
    assert_eq!(lines(&stdout(&resumed)), lines(&stdout(&unbroken)));
    let asked = server.log().accounts.unwrap();
    for account in &before {
        let calls = asked.get(account).cloned().unwrap_or_default();
        let times = calls.get("iam:GetAccountAuthorizationDetails");
        assert!(
            times.is_none_or(|times| *times == 1),
            "{account}: {times:?}"
        );
    }
    let again = run(&server, folder.path(), &scan(&resume));
    assert_eq!(stdout(&again), stdout(&resumed));
}

#[test]
fn shards_make_up_the_run_and_a_missing_one_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let server = serve(&json!([]));
    let go = |arguments: &[&str]| run(&server, folder.path(), arguments);
    let whole = go(&["scan", "--org", "--skip-owners", "--format", "ndjson"]);
    let plan = go(&["plan", "--org", "--shards", "3", "-o", "shards.jsonl"]);
    assert_eq!(code(&plan), 0, "{}", stderr(&plan));
    let shard = |number: &str| {
        let output = go(&[
            "scan",
            "--skip-owners",
            "--shard-file",
            "shards.jsonl",
            "--shard",
            number,
            "--store",
            "runs",
            "--format",
            "ndjson",
        ]);
        assert!([0, 1].contains(&code(&output)), "{}", stderr(&output));
        assert_eq!(outcomes(&stdout(&output)).len(), 20);
    };
    let merge = || go(&["merge", "runs", "--format", "ndjson"]);
    shard("3");
    shard("1");
    let partial = merge();
    let failed = outcomes(&stdout(&partial)).into_values();
    assert_eq!(
        failed.filter(|(outcome, _)| outcome == "failed").count(),
        20
    );
    shard("2");
    let merged = merge();
    assert_eq!(lines(&stdout(&merged)), lines(&stdout(&whole)));
    // Once more changes nothing, and asks nobody.
    server.reset().unwrap();
    shard("2");
    assert_eq!(server.log().operations.len(), 0);
    assert_eq!(stdout(&merge()), stdout(&merged));

    // Workers that list the accounts themselves agree on the run's name.
    let run = "20261102T060000Z-019a42c8d9b0-5f3c9a21";
    for shard in ["1/2", "2/2"] {
        let output = go(&[
            "scan",
            "--org",
            "--skip-owners",
            "--shard",
            shard,
            "--run",
            run,
            "--store",
            "other",
        ]);
        assert!([0, 1].contains(&code(&output)), "{}", stderr(&output));
    }
    let merged = go(&["merge", "other", "--run", run, "--format", "ndjson"]);
    assert_eq!(lines(&stdout(&merged)), lines(&stdout(&whole)));

    // What the run before knew is not new.
    let scan = ["scan", "--org", "--skip-owners", "--store", "other"];
    let ended = |more: &[&str]| go(&[&scan, more].concat());
    let again = ended(&["--fail-on-new", "--format", "ndjson"]);
    assert_eq!(code(&again), 0, "{}", stderr(&again));
    let end = lines(&stdout(&again)).pop().unwrap();
    assert_eq!(end["new"], json!({}));
    assert_eq!(code(&ended(&[])), 1);
}

#[test]
fn the_callers_own_account_needs_no_role_and_a_partial_run_is_never_clean() {
    let folder = tempfile::tempdir().unwrap();
    let server = serve(&json!([]));
    server.control(r#"{"require_roles": true}"#).unwrap();
    let list = format!(
        "# own and another\n{}\n{{\"id\": \"{}\", \"name\": \"b\"}}\n",
        id(0),
        id(1)
    );
    std::fs::write(folder.path().join("accounts"), list).unwrap();
    let scan = |more: &[&str]| {
        let scan = ["scan", "--accounts", "accounts", "--skip-owners"];
        let fail_on = ["--fail-on", "critical", "--skip-rule", "trust-widened"];
        run(&server, folder.path(), &[&scan, &fail_on, more].concat())
    };
    let output = scan(&[]);
    assert_eq!(code(&output), 3, "{}", stderr(&output));
    let text = stdout(&output);
    assert!(text.contains("2 accounts: 1 complete, 1 failed"), "{text}");
    assert!(text.contains("partial: 1 of 2 accounts"), "{text}");
    assert!(text.contains(&format!("{} b  failed", id(1))), "{text}");
    assert_eq!(code(&scan(&["--min-coverage", "50"])), 0);
    assert_eq!(code(&scan(&["--min-coverage", "51"])), 3);
    assert_eq!(code(&scan(&["--allow-incomplete"])), 0);
    let formats = scan(&["--format", "json=j,markdown=m,terminal=t"]);
    assert_eq!(code(&formats), 3, "{}", stderr(&formats));
    let written = |name: &str| std::fs::read_to_string(folder.path().join(name)).unwrap();
    let json: Value = serde_json::from_str(&written("j")).unwrap();
    assert_eq!(json["summary"]["complete"], false);
    assert_eq!(json["accounts"][1]["outcome"], "failed");
    assert!(written("m").contains("**partial: 1 of 2 accounts"));
    assert!(!written("t").contains('\u{1b}'));
}

#[test]
fn a_session_that_ends_is_renewed() {
    let folder = tempfile::tempdir().unwrap();
    let server = serve(&json!([]));
    server.control(r#"{"session_seconds": 2}"#).unwrap();
    std::fs::write(folder.path().join("accounts"), id(1)).unwrap();
    let scan = ["scan", "--accounts", "accounts", "--skip-owners"];
    let output = run(&server, folder.path(), &scan);
    let text = stdout(&output);
    assert!(text.contains("1 account: 1 complete"), "{text}");
    assert!(server.log().operations["sts:AssumeRole"].calls > 1);
}

#[test]
fn units_name_whole_branches() {
    let folder = tempfile::tempdir().unwrap();
    let server = serve(&json!([]));
    let listed = |more: &[&str]| {
        let output = run(&server, folder.path(), &[&["plan", "--org"], more].concat());
        assert_eq!(code(&output), 0, "{}", stderr(&output));
        let line: Value = serde_json::from_str(&stdout(&output)).unwrap();
        let accounts = line["accounts"].as_array().unwrap().iter();
        accounts
            .map(|account| account["id"].as_str().unwrap().to_owned())
            .collect::<BTreeSet<String>>()
    };
    let all = listed(&[]);
    assert_eq!(all.len(), usize::try_from(ACCOUNTS).unwrap());
    assert_eq!(listed(&["--ou", "r-fake"]), all);
}

#[test]
fn what_cannot_be_is_one_clear_error() {
    let folder = tempfile::tempdir().unwrap();
    let server = serve(&json!([
        {"operation": "organizations:ListAccounts", "after": 1, "fault": "deny"},
    ]));
    std::fs::write(folder.path().join("bad"), "111122223333\nx\n").unwrap();
    for (arguments, expected) in [
        (
            &["scan", "--org"][..],
            "the accounts of the organization could not be listed: organizations:ListAccounts was \
             denied",
        ),
        (
            &["scan", "--accounts", "bad"],
            "`bad`: line 2: `x` is not an AWS account id",
        ),
        (
            &["scan", "--org", "--save-snapshot", "f"],
            "`--save-snapshot` belongs to one account",
        ),
        (
            &["scan", "--min-coverage", "5"],
            "`--min-coverage` says how to audit many accounts",
        ),
        (
            &["scan", "--resume", "latest", "--store", "none"],
            "there is no run of many accounts in `none`",
        ),
        (
            &["scan", "--resume", "latest"],
            "give the folder or bucket that runs are kept in",
        ),
        (
            &["scan", "--org", "--shard", "3"],
            "`--shard 3` does not say of how many",
        ),
        (
            &["merge", "s3://bucket/prefix"],
            if cfg!(feature = "s3") {
                "cannot open `s3://bucket`: "
            } else {
                "keeps runs in folders only"
            },
        ),
    ] {
        let output = run(&server, folder.path(), arguments);
        let told = stderr(&output);
        assert_eq!(code(&output), 2, "{arguments:?}: {told}");
        assert!(told.contains(expected), "{arguments:?}: {told}");
    }
}

#[test]
fn every_report_is_the_same_whether_the_results_are_kept_or_not() {
    let server = serve(&json!([
        {"operation": "sts:AssumeRole", "account": id(3), "fault": "deny"},
        {"operation": "iam:ListRoles", "account": id(4), "fault": "deny"},
    ]));
    let formats = ["terminal", "ndjson", "json", "markdown", "csv", "sarif"];
    let reports = |folder: &Path, more: &[&str]| {
        let mut arguments = vec!["scan", "--org", "--skip-owners"];
        let files = formats.map(|format| format!("{format}={format}"));
        for file in &files {
            arguments.extend(["--format", file.as_str()]);
        }
        arguments.extend(more);
        let output = run(&server, folder, &arguments);
        assert_eq!(code(&output), 1, "{}", stderr(&output));
        let read = |format: &str| std::fs::read_to_string(folder.join(format)).unwrap();
        let text = read("ndjson");
        let last: Value = serde_json::from_str(text.lines().last().unwrap()).unwrap();
        let of_this_run = last["run"].as_str().unwrap().to_owned();
        let times: BTreeSet<String> = text
            .lines()
            .filter_map(|line| {
                let line: Value = serde_json::from_str(line).unwrap();
                line["collected_at"].as_str().map(str::to_owned)
            })
            .collect();
        formats.map(|format| {
            let text = read(format).replace(&of_this_run, "RUN");
            times
                .iter()
                .fold(text, |text, time| text.replace(time.as_str(), "TIME"))
        })
    };
    let (kept, passing) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let kept = reports(kept.path(), &["--store", "runs"]);
    let passing = reports(passing.path(), &[]);
    for ((format, kept), passing) in formats.iter().zip(kept).zip(passing) {
        assert!(kept.len() > 1_000);
        assert_eq!(kept, passing, "{format}");
    }
}
