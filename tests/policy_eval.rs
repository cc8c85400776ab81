//! `roledrift policy eval` as a user runs it.

#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a failed unwrap is a failed test"
)]

use std::path::PathBuf;
use std::process::Output;

use assert_cmd::Command;
use serde_json::{Value, json};

/// A policy with a line for each statement, so that positions are easy to see.
const POLICY: &str = r#"{"Version": "2012-10-17", "Statement": [
  {"Sid": "Read", "Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::a/*"},
  {"Sid": "Mine", "Effect": "Allow", "Action": "s3:*", "Resource": "*",
   "Condition": {"StringEquals": {"aws:SourceAccount": ["111122223333", "444455556666"]}}},
  {"Effect": "Deny", "Action": "s3:DeleteBucket", "Resource": "*",
   "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "false"}}},
  {"Sid": "Queues", "Effect": "Allow", "Action": "sqs:*", "NotResource": "arn:aws:sqs:*:*:secret"}
]}"#;

fn eval(arguments: &[&str], stdin: &str) -> Output {
    Command::cargo_bin("roledrift")
        .unwrap()
        .args(["policy", "eval"])
        .args(arguments)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .env_clear()
        .write_stdin(stdin)
        .output()
        .unwrap()
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn answer(arguments: &[&str], stdin: &str) -> Value {
    let output = eval(&[arguments, &["--format", "json"]].concat(), stdin);
    let answer = serde_json::from_slice(&output.stdout);
    answer.unwrap_or_else(|_| panic!("{}", stderr(&output)))
}

fn scratch() -> (tempfile::TempDir, impl Fn(&str, &str) -> String) {
    let folder = tempfile::tempdir().unwrap();
    let path: PathBuf = folder.path().to_owned();
    let write = move |name: &str, text: &str| {
        let file = path.join(name);
        std::fs::write(&file, text).unwrap();
        file.to_str().unwrap().to_owned()
    };
    (folder, write)
}

fn identity(statement: &Value) -> String {
    json!({"Version": "2012-10-17", "Statement": statement}).to_string()
}

#[test]
fn an_allowed_request_names_the_statement_that_allows_it() {
    let output = eval(
        &[
            "-",
            "--action",
            "s3:getobject",
            "--resource",
            "arn:aws:s3:::a/b",
        ],
        POLICY,
    );
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    insta::assert_snapshot!(stdout(&output), @r"
    allowed: `s3:getobject` on `arn:aws:s3:::a/b`
      decided by -:2:3, statement 1 `Read` (allow)
    nearest misses
      -:3:3, statement 2 `Mine` (allow)
        4:35    StringEquals `aws:SourceAccount`: policy `111122223333`, `444455556666`; request absent
    2 statements are about other actions
    ");
}

#[test]
fn an_explicit_deny_shows_what_would_have_allowed_the_request() {
    let output = eval(
        &[
            "-",
            "--action",
            "s3:DeleteBucket",
            "--resource",
            "arn:aws:s3:::a",
            "--context",
            "aws:SourceAccount=111122223333",
            "--context",
            "aws:MultiFactorAuthPresent=false",
        ],
        POLICY,
    );
    assert_eq!(code(&output), 1);
    insta::assert_snapshot!(stdout(&output), @r"
    explicit deny: `s3:DeleteBucket` on `arn:aws:s3:::a` when `aws:MultiFactorAuthPresent` is `false` and `aws:SourceAccount` is `111122223333`
      decided by -:5:3, statement 3 (deny)
      also applies: -:3:3, statement 2 `Mine` (allow)
    2 statements are about other actions
    ");
}

#[test]
fn an_implicit_deny_shows_the_nearest_misses_first() {
    let output = eval(
        &[
            "-",
            "--action",
            "s3:GetObject",
            "--resource",
            "arn:aws:s3:::b/c",
        ],
        POLICY,
    );
    assert_eq!(code(&output), 1);
    insta::assert_snapshot!(stdout(&output), @r"
    implicit deny: `s3:GetObject` on `arn:aws:s3:::b/c`
      no statement allows it
    nearest misses
      -:3:3, statement 2 `Mine` (allow)
        4:35    StringEquals `aws:SourceAccount`: policy `111122223333`, `444455556666`; request absent
      -:2:3, statement 1 `Read` (allow)
        2:76    Resource: policy `arn:aws:s3:::a/*`; request `arn:aws:s3:::b/c`
    2 statements are about other actions
    ");
    let held = [
        "--context",
        "aws:SourceAccount=[111122223333]",
        "--action",
        "s3:GetObject",
    ];
    let output = eval(&[&["-"], &held[..]].concat(), POLICY);
    assert_eq!(code(&output), 1);
    insta::assert_snapshot!(stdout(&output), @r"
    implicit deny: `s3:GetObject` when `aws:SourceAccount` is `111122223333`
      no statement allows it
    nearest misses
      -:3:3, statement 2 `Mine` (allow)
        4:35    StringEquals `aws:SourceAccount`: policy `111122223333`, `444455556666`; request [`111122223333`] (a multivalued key needs ForAllValues or ForAnyValue)
      -:2:3, statement 1 `Read` (allow)
        2:76    Resource: policy `arn:aws:s3:::a/*`; request `*`
    2 statements are about other actions
    ");
}

#[test]
fn long_lists_are_shortened_for_people_and_whole_for_programs() {
    let statements: Vec<Value> = (0..15)
        .map(|index| json!({"Effect": "Allow", "Action": "s3:*", "Resource": (0..6).map(|own| format!("r{index}-{own}")).collect::<Vec<_>>()}))
        .collect();
    let policy = identity(&json!(statements));
    let arguments = ["-", "--action", "s3:GetObject", "--resource", "x"];
    let text = stdout(&eval(&arguments, &policy));
    assert!(text.contains("and 5 more (`--format json`"), "{text}");
    assert!(
        text.contains("Resource: policy `r9-0`, `r9-1`, `r9-2`, `r9-3`, 2 more; request `x`"),
        "{text}"
    );
    assert!(!text.contains("r10-0"), "{text}");
    let answer = answer(&arguments, &policy);
    assert_eq!(answer["statements"].as_array().unwrap().len(), 15);
}

#[test]
fn each_kind_of_miss_is_told_with_its_place() {
    let policy = r#"{"Statement": [
 {"Effect": "Allow", "Principal": {"AWS": "111122223333"},
  "Action": "s3:*", "Resource": "*"},
 {"Effect": "Allow", "NotPrincipal": {"Service": "connect.amazonaws.com"},
  "NotAction": ["s3:*"],
  "NotResource": ["arn:aws:s3:::b", "arn:aws:s3:::a"],
  "Condition": {"NumericLessThan": {"s3:max-keys": 10},
                "ForAnyValue:StringEquals": {"aws:TagKeys": ["x", "y"]},
                "Null": {"aws:TokenIssueTime": true}}}
]}"#;
    let answer = answer(
        &[
            "-",
            "--action",
            "s3:ListBucket",
            "--resource",
            "arn:aws:s3:::a",
            "--principal",
            "connect.amazonaws.com",
            "--context",
            "s3:max-keys=10",
            "--context",
            "aws:TagKeys=a",
            "--context",
            "aws:TagKeys=b",
            "--context",
            "aws:TokenIssueTime=2026-01-01T00:00:00Z",
        ],
        policy,
    );
    assert_eq!(answer["decision"], "implicit_deny");
    assert_eq!(answer["decided_by"], Value::Null);
    assert_eq!(
        answer["request"]["context"]["aws:TagKeys"],
        json!(["a", "b"])
    );
    let near = &answer["statements"][0];
    assert_eq!(near["closeness"], "other-principal-or-resource");
    assert_eq!(
        near["misses"],
        json!([{"element": "Principal", "line": 2, "column": 43, "condition": null}])
    );
    let far = &answer["statements"][1];
    assert_eq!(
        (&far["closeness"], &far["line"], &far["statement"]),
        (&json!("other-action"), &json!(4), &json!(1))
    );
    assert_eq!(
        far["misses"],
        json!([
            {"element": "NotPrincipal", "line": 4, "column": 50, "condition": null},
            {"element": "NotAction", "line": 5, "column": 17, "condition": null},
            {"element": "NotResource", "line": 6, "column": 19, "condition": null},
            {"element": "Condition", "line": 7, "column": 37, "condition":
                {"operator": "NumericLessThan", "key": "s3:max-keys", "values": ["10"], "held": "10"}},
            {"element": "Condition", "line": 8, "column": 46, "condition":
                {"operator": "ForAnyValue:StringEquals", "key": "aws:TagKeys", "values": ["x", "y"],
                 "held": ["a", "b"]}},
            {"element": "Condition", "line": 9, "column": 26, "condition":
                {"operator": "Null", "key": "aws:TokenIssueTime", "values": ["true"],
                 "held": "2026-01-01T00:00:00Z"}},
        ])
    );
}

#[test]
fn the_json_answer_fits_its_published_schema() {
    let schema = std::fs::read_to_string("schemas/evaluation.schema.json").unwrap();
    let validator = jsonschema::validator_for(&serde_json::from_str(&schema).unwrap()).unwrap();
    for (action, expected) in [
        ("s3:GetObject", "allowed"),
        ("s3:DeleteBucket", "explicit_deny"),
        ("ec2:StopInstances", "implicit_deny"),
    ] {
        let answer = answer(
            &[
                "-",
                "--action",
                action,
                "--resource",
                "arn:aws:s3:::a/b",
                "--principal",
                "*",
                "--context",
                "aws:MultiFactorAuthPresent=false",
                "--context",
                "aws:TagKeys=[team]",
            ],
            POLICY,
        );
        assert_eq!(
            (&answer["schema"], &answer["decision"]),
            (&json!(1), &json!(expected))
        );
        let errors: Vec<String> = validator
            .iter_errors(&answer)
            .map(|error| error.to_string())
            .collect();
        assert!(errors.is_empty(), "{errors:?}");
    }
}

#[test]
fn several_policies_are_one_set() {
    let (_folder, write) = scratch();
    let allow = write(
        "allow.json",
        &identity(&json!({"Effect": "Allow", "Action": "s3:*", "Resource": "*"})),
    );
    let deny =
        identity(&json!({"Sid": "NoGet", "Effect": "Deny", "Action": "s3:Get*", "Resource": "*"}));
    let ask = |action: &str| answer(&[&allow, "-", "--action", action], &deny);
    let denied = ask("s3:GetObject");
    assert_eq!(denied["decision"], "explicit_deny");
    assert_eq!(
        (
            &denied["decided_by"]["document"],
            &denied["decided_by"]["sid"]
        ),
        (&json!("-"), &json!("NoGet"))
    );
    let allowed = ask("s3:PutObject");
    assert_eq!(allowed["decision"], "allowed");
    assert_eq!(allowed["decided_by"]["document"], allow.as_str());
}

#[test]
fn a_trust_policy_needs_a_principal() {
    let trust = r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow",
        "Principal": {"Service": "connect.amazonaws.com", "AWS": "111122223333"}, "Action": "sts:AssumeRole"}}"#;
    let ask = |principal: &[&str]| {
        let flags = ["-", "--type", "trust", "--action", "sts:AssumeRole"];
        eval(&[&flags, principal].concat(), trust)
    };
    for principal in [
        "connect.amazonaws.com",
        "service:connect.amazonaws.com",
        "111122223333",
        "arn:aws:iam::111122223333:user/alice",
    ] {
        assert_eq!(code(&ask(&["--principal", principal])), 0, "{principal}");
    }
    for principal in ["ec2.amazonaws.com", "*", "federated:accounts.google.com"] {
        assert_eq!(code(&ask(&["--principal", principal])), 1, "{principal}");
    }
    let output = ask(&[]);
    assert_eq!(code(&output), 1);
    assert!(
        stdout(&output).contains("request names no principal"),
        "{}",
        stdout(&output)
    );
}

#[test]
fn an_answer_that_rests_on_how_wildcards_are_read_says_so() {
    let policy = identity(&json!(
        {"Effect": "Allow", "Action": "sqs:*", "Resource": "arn:aws:sqs:*:111122223333:orders"}
    ));
    let arguments = [
        "-",
        "--action",
        "sqs:SendMessage",
        "--resource",
        "arn:aws:sqs:us-east-1:444455556666:copy:111122223333:orders",
    ];
    let output = eval(&arguments, &policy);
    assert_eq!(code(&output), 3);
    assert!(
        stdout(&output).contains("crosses `:`; read the other way: allowed"),
        "{}",
        stdout(&output)
    );
    assert_eq!(answer(&arguments, &policy)["other_reading"], "allowed");
}

#[test]
fn wrong_usage_is_exit_code_two_and_says_what_is_wrong() {
    let (_folder, write) = scratch();
    let policy = write("policy.json", POLICY);
    let bad = write("bad.json", "{\n \"Statment\": []}");
    let get = ["--action", "s3:GetObject"];
    for (arguments, problem) in [
        (vec![policy.as_str()], "--action"),
        (get.to_vec(), "POLICY"),
        (vec!["-", "-", get[0], get[1]], "stdin can only be one"),
        (vec![&bad, get[0], get[1]], "line 2, column 2"),
        (vec!["/no/such/file", get[0], get[1]], "/no/such/file"),
        (vec![&policy, "--action", "s3:*"], "without wildcards"),
        (
            vec![&policy, get[0], get[1], "--resource", ""],
            "--resource",
        ),
        (
            vec![&policy, get[0], get[1], "--principal", "alice"],
            "is not a principal",
        ),
        (vec![&policy, get[0], get[1], "--context", "k"], "KEY=VALUE"),
        (
            vec![&policy, get[0], get[1], "--type", "trust"],
            "`Resource` is not allowed",
        ),
        (vec!["--batch", "-", get[0], get[1]], "cannot be used with"),
    ] {
        let output = eval(&arguments, POLICY);
        assert_eq!(code(&output), 2, "{arguments:?}");
        assert!(output.stdout.is_empty(), "{arguments:?}");
        assert!(
            stderr(&output).contains(problem),
            "{arguments:?}: {}",
            stderr(&output)
        );
    }
}

#[test]
fn hostile_text_stays_text_in_every_output() {
    let hostile = "\u{1b}[2J\u{9b}31m\u{202e}evil\nline";
    let policy = identity(&json!([
        {"Sid": hostile, "Effect": "Deny", "Action": format!("x:{}", "y"), "Resource": "*"},
        {"Sid": hostile, "Effect": "Allow", "Action": "s3:*", "Resource": hostile,
         "Condition": {"StringEquals": {hostile: hostile}}},
    ]));
    let principal = format!("service:{hostile}");
    let key = format!("{hostile}=[{hostile}]");
    let arguments = [
        "-",
        "--action",
        "s3:Get",
        "--resource",
        "\u{202e}other",
        "--principal",
        &principal,
        "--context",
        &key,
    ];
    let request =
        json!({"action": "s3:Get", "resource": hostile, "context": {hostile: "\u{202e}other"}});
    let policies: Value = serde_json::from_str(&policy).unwrap();
    let batch = json!({"id": hostile, "policies": [policies], "request": request}).to_string();
    for (output, needle) in [
        (eval(&arguments, &policy), "nearest misses"),
        (
            eval(&[&arguments[..], &["--format", "json"]].concat(), &policy),
            "conditions-fail",
        ),
        (eval(&["--batch", "-"], &batch), "failed_conditions"),
    ] {
        let text = stdout(&output);
        assert!(
            text.contains("evil") && !text.contains("evil\nline"),
            "{text:?}"
        );
        assert!(
            needle == "conditions-fail" || text.contains(needle),
            "{text:?}"
        );
        for forbidden in ['\u{1b}', '\u{9b}', '\u{202e}'] {
            assert!(!text.contains(forbidden), "{needle}: {forbidden:?}");
        }
    }
}
