//! `roledrift.lock`: the file, what is wrong with one, and what a change of AWS's does to it.

#![allow(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a failed unwrap is a failed test"
)]

mod support;

use std::path::Path;
use std::process::Output;

use assert_cmd::Command;
use roledrift::audit::{Selection, audit};
use roledrift::baselines::Baselines;
use roledrift::inventory::{Observed, snapshot};
use roledrift::lock::Lock;
use roledrift::report::{Format, LockFile, Report, render};
use serde_json::Value;
use support::{Account, allow, read};

const POLICY: &str = "CloudTrailServiceRolePolicy";
const BEFORE: &str = r#"["cloudtrail:GetTrail","organizations:ListAccounts","s3:GetBucketAcl"]"#;
const AFTER: &str = r#"["cloudtrail:GetTrail","organizations:DescribeAccount","organizations:ListAccounts","s3:GetBucketAcl"]"#;

fn account(version: &str, text: &str) -> Account {
    let mut account = Account::cloudtrail();
    let policy = account.policy(POLICY);
    policy.default_version = Observed::Read(version.parse().unwrap());
    policy.document = read(text);
    account
}

fn text(lock: &Lock) -> String {
    let mut text = Vec::new();
    lock.write(&mut text).unwrap();
    String::from_utf8(text).unwrap()
}

fn lock_of(accounts: &[Account]) -> Lock {
    let mut lock = Lock::default();
    for (index, account) in accounts.iter().enumerate() {
        let day = i8::try_from(index + 1).unwrap();
        lock.observe(&account.0, jiff::civil::date(2026, 10, day));
    }
    lock
}

/// A lock file with one policy, as it is written.
fn one() -> String {
    text(&lock_of(&[account("v3", &allow(BEFORE, "*"))]))
}

fn refusal(text: &str) -> String {
    Lock::parse(text).unwrap_err().to_string()
}

/// Replaces a text that occurs once, and tells the line and column where the other one begins.
fn with(text: &str, old: &str, new: &str) -> (String, String) {
    assert_eq!(text.matches(old).count(), 1, "{old}");
    let before = text.split(old).next().unwrap();
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap().chars().count() + 1;
    (
        text.replace(old, new),
        format!("line {line}, column {column}: "),
    )
}

#[test]
fn a_lock_reads_back_as_it_was_written() {
    let locks = [
        Lock::default(),
        lock_of(&[
            account("v3", &allow(BEFORE, "*")),
            account("v4", &allow(AFTER, "*")),
        ]),
    ];
    for lock in locks {
        let written = text(&lock);
        assert_eq!(text(&Lock::parse(&written).unwrap()), written);
    }
}

#[test]
fn a_lock_fits_its_schema() {
    let schema = std::fs::read_to_string("schemas/lock.schema.json").unwrap();
    let schema: Value = serde_json::from_str(&schema).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let text = one();
    let mut lock: Value = serde_json::from_str(&text).unwrap();
    let errors: Vec<String> = validator
        .iter_errors(&lock)
        .map(|error| error.to_string())
        .collect();
    assert!(errors.is_empty(), "{errors:?}");
    lock["partitions"]["aws"][POLICY]["versions"]["v3"]["sha256"] = "abc".into();
    assert!(!validator.is_valid(&lock));
}

#[test]
fn a_change_of_aws_is_a_small_difference() {
    let (before, after) = (allow(BEFORE, "*"), allow(AFTER, "*"));
    let mut lock = lock_of(&[account("v3", &before)]);
    let old = text(&lock);
    lock.observe(&account("v4", &after).0, jiff::civil::date(2026, 11, 21));
    let new = text(&lock);
    let lines = |text: &str, other: &str| -> Vec<String> {
        let other: Vec<&str> = other.lines().collect();
        let own = text.lines().filter(|line| !other.contains(line));
        own.map(|line| line.trim().to_owned()).collect()
    };
    let digest = |text: &str, version: &str| {
        let lock: Value = serde_json::from_str(text).unwrap();
        let digest = &lock["partitions"]["aws"][POLICY]["versions"][version]["sha256"];
        digest.as_str().unwrap().to_owned()
    };
    let line = |version: &str, day: &str| {
        let digest = digest(&new, version);
        format!(r#""{version}": {{"first_seen": "{day}", "sha256": "{digest}"}}"#)
    };
    assert_eq!(
        lines(&new, &old),
        [
            r#""default_version": "v4","#,
            &(line("v4", "2026-11-21") + ","),
            r#""organizations:DescribeAccount","#,
        ]
    );
    assert_eq!(lines(&old, &new), [r#""default_version": "v3","#]);
}

#[test]
fn layout_and_order_are_free_and_change_nothing() {
    let first = lock_of(&[account("v3", &allow(BEFORE, "*"))]);
    let shuffled = r#"{"Statement":{"Resource":"*","Effect":"Allow",
        "Action":["s3:GetBucketAcl","organizations:ListAccounts","cloudtrail:GetTrail"]},"Version":"2012-10-17"}"#;
    let mut second = first.clone();
    let update = second.observe(&account("v3", shuffled).0, jiff::civil::date(2026, 11, 21));
    assert_eq!((update.unchanged, update.changed.len()), (1, 0));
    assert_eq!(text(&second), text(&first));
    let compact: Value = serde_json::from_str(&text(&first)).unwrap();
    let read = Lock::parse(&compact.to_string()).unwrap();
    assert_eq!(text(&read), text(&first));
}

#[test]
fn a_policy_that_an_account_does_not_have_stays() {
    let mut lock = lock_of(&[account("v3", &allow(BEFORE, "*"))]);
    let before = text(&lock);
    let update = lock.observe(&Account::empty().0, jiff::civil::date(2026, 11, 21));
    assert_eq!(text(&lock), before);
    assert!(update.is_complete() && update.unchanged == 0);
}

#[test]
fn hostile_text_is_kept_and_harmless() {
    let hostile = r#"{"Version":"2012-10-17","Statement":[{"Sid":"\u001b[2J\u202e\u009b é 😀","Effect":"Allow","Action":"a:b","Resource":"*"}]}"#;
    let written = text(&lock_of(&[account("v3", hostile)]));
    assert!(
        written
            .bytes()
            .all(|byte| matches!(byte, b'\n' | b' '..=b'~'))
    );
    assert!(
        written.contains(r"\u001b[2J\u202e\u009b \u00e9 \ud83d\ude00"),
        "{written}"
    );
    assert_eq!(text(&Lock::parse(&written).unwrap()), written);
}

#[test]
fn an_edited_document_is_refused_where_it_stands() {
    let (edited, _) = with(&one(), "s3:GetBucketAcl", "s3:GetBucket*");
    let (_, place) = with(&one(), "{\n          \"Version\"", "");
    assert!(refusal(&edited).starts_with(&(place + "the document does not have the digest of v3")));
}

#[test]
fn every_error_has_its_place() {
    let digest = {
        let lock: Value = serde_json::from_str(&one()).unwrap();
        let digest = &lock["partitions"]["aws"][POLICY]["versions"]["v3"]["sha256"];
        digest.as_str().unwrap().to_owned()
    };
    for (old, new, problem) in [
        (
            r#""roledrift-lock""#,
            r#""package-lock""#,
            "`format` is `package-lock`, not `roledrift-lock`",
        ),
        (
            "1,",
            "2,",
            "lock format version 2 is newer than this roledrift reads (1): upgrade roledrift",
        ),
        ("1,", "0,", "there is no lock format version `0`"),
        ("1,", "1.5,", "there is no lock format version `1.5`"),
        (r#""aws""#, r#""AWS""#, "`AWS` is not a partition"),
        (
            r#""CloudTrailServiceRolePolicy""#,
            r#""a/b""#,
            "`a/b` is not the name of a policy",
        ),
        (
            r#""CloudTrailServiceRolePolicy""#,
            r#""""#,
            "`` is not the name of a policy",
        ),
        (
            r#""v3","#,
            r#""v9","#,
            "`default_version` is v9, which is not among `versions`",
        ),
        (r#""v3","#, r#""3","#, "`3` is not a policy version id"),
        (
            r#""v3":"#,
            r#""three":"#,
            "`three` is not a policy version id",
        ),
        (
            r#""2026-10-01""#,
            r#""2026-10-32""#,
            "`2026-10-32` is not a day",
        ),
        (
            r#""2026-10-01""#,
            r#""2026-10-01T00:00""#,
            "`2026-10-01T00:00` is not a day",
        ),
        (
            r#""2026-10-01""#,
            "20261001",
            "`first_seen` must be a string, not a number",
        ),
        (
            &format!("\"{digest}\""),
            r#""sha256:00""#,
            "`sha256:00` is not 64 lower-case hexadecimal digits",
        ),
        (
            r#""first_seen""#,
            r#""seen""#,
            "unknown member `seen` in the version",
        ),
        (
            r#""default_version""#,
            r#""default""#,
            "unknown member `default` in the policy",
        ),
        (
            r#""Effect""#,
            r#""Efect""#,
            "the policy document is malformed: unknown element `Efect`",
        ),
    ] {
        let (edited, place) = with(&one(), old, new);
        let refusal = refusal(&edited);
        assert!(
            refusal.starts_with(&format!("{place}{problem}")),
            "{refusal}; expected {place}{problem}"
        );
    }
}

#[test]
fn what_stands_twice_is_refused_at_the_second_place() {
    for (member, second) in [
        (r#""version": 1,"#, r#""version": 1,"#),
        (r#""partitions": {"#, r#""partitions": {}, "partitions": {"#),
        (r#""aws": {"#, r#""aws": {}, "aws": {"#),
        (
            r#""default_version": "v3","#,
            r#""default_version": "v3", "default_version": "v3","#,
        ),
        (
            r#""Effect": "Allow","#,
            r#""Effect": "Allow", "Effect": "Allow","#,
        ),
    ] {
        let text = one();
        assert_eq!(text.matches(member).count(), 1, "{member}");
        let doubled = if member == second {
            text.replace(member, &format!("{member} {member}"))
        } else {
            text.replace(member, second)
        };
        let refusal = refusal(&doubled);
        assert!(refusal.contains("duplicate element"), "{refusal}");
        let name = member.split('"').nth(1).unwrap();
        let at = doubled
            .match_indices(&format!("\"{name}\""))
            .nth(1)
            .unwrap()
            .0;
        let (_, place) = with(&format!("{}\0", &doubled[..at]), "\0", "");
        assert!(refusal.starts_with(&place), "{refusal} at {place}");
    }
    // A policy twice: which of the two was accepted?
    let text = one();
    let start = text.find("      \"CloudTrailServiceRolePolicy\"").unwrap();
    let end = text.rfind("\n    }\n  }\n}").unwrap();
    let twice = format!("{},\n{}", &text[..end], &text[start..]);
    let refusal = refusal(&twice);
    assert!(
        refusal.contains("duplicate element `CloudTrailServiceRolePolicy`"),
        "{refusal}"
    );
}

#[test]
fn what_is_no_lock_file_is_refused() {
    for (text, problem) in [
        ("", "line 1, column 1: not valid JSON"),
        (
            "[]",
            "line 1, column 1: `the lock file` must be an object, not a list",
        ),
        ("{}", "line 1, column 1: the lock file lacks `format`"),
        (
            "{\"format\": \"roledrift-lock\", \"version\": 1}",
            "line 1, column 1: the lock file lacks `partitions`",
        ),
        (
            "{\"format\": \"roledrift-lock\", \"version\": 1, \"partitions\": {}} x",
            "line 1, column 62: not valid JSON",
        ),
        ("<<<<<<< ours\n{}", "line 1, column 1: not valid JSON"),
        (
            "{\"format\": \"roledrift-lock\", \"version\": 7, \"new\": {}}",
            "line 1, column 41: lock format version 7 is newer",
        ),
        (
            "{\"format\": \"roledrift-lock\", \"version\": 1, \"partitions\": {\"aws\": {\"P\": {}}}}",
            "line 1, column 72: the policy lacks `default_version`",
        ),
    ] {
        let refusal = refusal(text);
        assert!(refusal.starts_with(problem), "{text}: {refusal}");
    }
    let deep = format!("{{\"format\": {}", "[".repeat(100_000));
    assert!(Lock::parse(&deep).is_err());
}

fn roledrift(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::cargo_bin("roledrift").unwrap();
    command.current_dir(folder).env_clear().env("NO_COLOR", "1");
    command.args(arguments).output().unwrap()
}

fn record(folder: &Path, file: &str, account: &Account) {
    let mut text = Vec::new();
    snapshot::write(&account.0, &mut text).unwrap();
    std::fs::write(folder.join(file), text).unwrap();
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

#[test]
fn locks_scans_and_locks_anew() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    record(folder, "before.json", &account("v3", &allow(BEFORE, "*")));
    record(folder, "after.json", &account("v4", &allow(AFTER, "*")));

    let locked = roledrift(folder, &["baseline", "lock", "--snapshot", "before.json"]);
    assert_eq!(locked.status.code(), Some(0));
    assert_eq!(
        stdout(&locked),
        "roledrift.lock: 1 policies; 1 added, 0 changed, 0 unchanged\n"
    );
    let first = std::fs::read_to_string(folder.join("roledrift.lock")).unwrap();
    // The day is that of the recording, whatever the clock says.
    assert!(first.contains(r#""first_seen": "2026-11-02""#), "{first}");

    let scan = |file: &str, more: &[&str]| {
        let arguments = ["scan", "--format", "json", "--snapshot", file];
        roledrift(folder, &[&arguments[..], more].concat())
    };
    assert_eq!(scan("before.json", &[]).status.code(), Some(0));
    let changed = scan("after.json", &[]);
    assert_eq!(changed.status.code(), Some(1));
    let report: Value = serde_json::from_slice(&changed.stdout).unwrap();
    assert_eq!(report["selection"]["locked"], true);
    let findings = report["findings"].as_array().unwrap();
    assert_eq!(findings.len(), 1);
    assert_eq!(findings[0]["rule"], "aws-widened-policy");
    assert_eq!(
        findings[0]["witness"]["action"],
        "organizations:DescribeAccount"
    );

    let again = roledrift(folder, &["baseline", "lock", "--snapshot", "after.json"]);
    assert_eq!(
        stdout(&again),
        "roledrift.lock: 1 policies; 0 added, 1 changed, 0 unchanged\n  changed  CloudTrailServiceRolePolicy v3 to v4\n"
    );
    assert_eq!(scan("after.json", &[]).status.code(), Some(0));
    let back = scan("before.json", &[]);
    let report: Value = serde_json::from_slice(&back.stdout).unwrap();
    assert_eq!(report["findings"][0]["rule"], "aws-rolled-back-policy");

    // A flag wins over `roledrift.toml`, and that over the file of the folder.
    std::fs::write(folder.join("first.lock"), first).unwrap();
    assert_eq!(
        scan("after.json", &["--lock", "first.lock"]).status.code(),
        Some(1)
    );
    std::fs::write(
        folder.join("roledrift.toml"),
        "[scan]\nlock = \"first.lock\"\n",
    )
    .unwrap();
    assert_eq!(scan("after.json", &[]).status.code(), Some(1));
    assert_eq!(
        scan("after.json", &["--lock", "roledrift.lock"])
            .status
            .code(),
        Some(0)
    );
}

#[test]
fn tells_what_could_not_be_locked() {
    let folder = tempfile::tempdir().unwrap();
    let mut account = account("v3", &allow(BEFORE, "*"));
    account.policy(POLICY).document = support::denied("iam:GetPolicyVersion");
    record(folder.path(), "account.json", &account);
    let locked = roledrift(
        folder.path(),
        &["baseline", "lock", "--snapshot", "account.json"],
    );
    assert_eq!(locked.status.code(), Some(3));
    let errors = String::from_utf8(locked.stderr).unwrap();
    assert!(
        errors.contains(
            "`CloudTrailServiceRolePolicy` is not taken over: iam:GetPolicyVersion was denied"
        ),
        "{errors}"
    );
}

#[test]
fn names_a_wrong_lock_with_file_and_place() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    record(folder, "account.json", &account("v3", &allow(BEFORE, "*")));
    let edited = one().replace("s3:GetBucketAcl", "s3:*");
    std::fs::write(folder.join("roledrift.lock"), &edited).unwrap();
    for command in [&["scan"][..], &["baseline", "lock"]] {
        let run = roledrift(folder, &[command, &["--snapshot", "account.json"]].concat());
        assert_eq!(run.status.code(), Some(2));
        let errors = String::from_utf8(run.stderr).unwrap();
        assert!(
            errors.starts_with("error: `roledrift.lock`: line 11, column 21: the document does not have the digest of v3"),
            "{errors}"
        );
    }
    assert_eq!(
        std::fs::read_to_string(folder.join("roledrift.lock")).unwrap(),
        edited
    );
    let run = roledrift(
        folder,
        &["scan", "--snapshot", "account.json", "--lock", "none.lock"],
    );
    let errors = String::from_utf8(run.stderr).unwrap();
    assert_eq!(
        errors,
        "error: there is no lock file `none.lock`: `roledrift baseline lock -o none.lock` makes one\n"
    );
}

#[test]
fn without_a_snapshot_findings_point_into_the_lock() {
    let text = one();
    let lock = Lock::parse(&text).unwrap();
    let file = LockFile::new("audits/roledrift.lock".to_owned(), &lock);
    let account = account("v4", &allow(AFTER, "*"));
    let baselines = Baselines::embedded().unwrap().with_lock(lock);
    let audit = audit(&account.0, &baselines, &Selection::default());
    let mut report = Report::new(audit, account.0.coverage());
    let location = |report: &Report| {
        let mut sarif = Vec::new();
        render(report, Format::Sarif, &mut sarif).unwrap();
        let sarif: Value = serde_json::from_slice(&sarif).unwrap();
        let results = sarif["runs"][0]["results"].as_array().unwrap().clone();
        let mut of_rule = results
            .iter()
            .filter(|one| one["ruleId"] == "aws-widened-policy");
        of_rule.next().unwrap()["locations"][0]["physicalLocation"].clone()
    };
    assert_eq!(location(&report), Value::Null);
    report.lock = Some(file);
    let place = location(&report);
    assert_eq!(place["artifactLocation"]["uri"], "audits/roledrift.lock");
    let line = text.lines().position(|line| line.contains(POLICY)).unwrap();
    assert_eq!(place["region"]["startLine"], line + 1);
}
