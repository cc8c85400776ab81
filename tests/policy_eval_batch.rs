//! `roledrift policy eval --batch` as a user runs it.

#![allow(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a failed unwrap is a failed test"
)]

use std::process::Output;

use assert_cmd::Command;
use serde_json::{Value, json};

fn run(command: &str, lines: &[String]) -> Output {
    Command::cargo_bin("roledrift")
        .unwrap()
        .args(["policy", command, "--batch", "-"])
        .env_clear()
        .write_stdin(lines.join("\n"))
        .output()
        .unwrap()
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

fn answers(output: &Output) -> Vec<Value> {
    let text = String::from_utf8(output.stdout.clone()).unwrap();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn policy() -> Value {
    json!({"Version": "2012-10-17", "Statement": [
        {"Sid": "Read", "Effect": "Allow", "Action": "s3:Get*", "Resource": "arn:aws:s3:::a/*"},
        {"Sid": "Mine", "Effect": "Allow", "Action": "s3:*", "Resource": "*",
         "Condition": {"StringEquals": {"aws:SourceAccount": ["111122223333", "444455556666"]}}},
        {"Effect": "Deny", "Action": "s3:DeleteBucket", "Resource": "*",
         "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "false"}}},
    ]})
}

#[expect(clippy::needless_pass_by_value, reason = "`json!` makes values")]
fn question(id: Value, policies: Value, request: Value) -> String {
    json!({"id": id, "policies": policies, "request": request}).to_string()
}

fn get_object() -> Value {
    json!({"action": "s3:GetObject", "resource": "arn:aws:s3:::a/b"})
}

#[test]
fn every_line_is_answered_in_order_also_after_a_bad_one() {
    let delete = json!({"action": "s3:DeleteBucket", "resource": null, "principal": null,
        "context": {"aws:MultiFactorAuthPresent": false}});
    let batch = [
        question(json!(1), json!([policy()]), get_object()),
        "{\"id\": 2, oops".to_owned(),
        question(json!({"n": 3}), json!([]), get_object()),
        String::new(),
        question(json!("four"), policy(), delete),
    ];
    let output = run("eval", &batch);
    assert_eq!(code(&output), 2);
    assert!(String::from_utf8_lossy(&output.stderr).contains("1 of 4 lines"));
    let answers = answers(&output);
    let decision = |index: usize| {
        let answer: &Value = &answers[index];
        (answer["id"].clone(), answer["decision"].clone())
    };
    assert_eq!(answers.len(), 4);
    assert_eq!(decision(0), (json!(1), json!("allowed")));
    assert_eq!(decision(2), (json!({"n": 3}), json!("implicit_deny")));
    assert_eq!(decision(3), (json!("four"), json!("explicit_deny")));
    assert_eq!(
        (&answers[1]["line"], &answers[1]["id"]),
        (&json!(2), &Value::Null)
    );
    assert!(answers[1]["error"].as_str().unwrap().contains("column"));
    let decided = &answers[0]["decided_by"];
    assert_eq!(
        (
            &decided["document"],
            &decided["statement"],
            &decided["sid"],
            &decided["line"]
        ),
        (&json!("policies[0]"), &json!(0), &json!("Read"), &json!(1))
    );
    assert!(answers[0]["micros"].is_u64());
    assert_eq!(answers[0]["other_reading"], Value::Null);
}

#[test]
fn conditions_that_alone_deny_are_listed() {
    let request = json!({"action": "s3:PutObject", "principal": "111122223333",
        "context": {"AWS:sourceaccount": ["111122223333"]}});
    let answers = answers(&run("eval", &[question(json!(1), policy(), request)]));
    let failed = &answers[0]["failed_conditions"];
    assert_eq!(failed.as_array().unwrap().len(), 1, "{failed}");
    for (name, expected) in [
        ("document", json!("policies[0]")),
        ("statement", json!(1)),
        ("sid", json!("Mine")),
        ("effect", json!("allow")),
        ("operator", json!("StringEquals")),
        ("key", json!("aws:SourceAccount")),
        ("values", json!(["111122223333", "444455556666"])),
        ("held", json!(["111122223333"])),
    ] {
        assert_eq!(failed[0][name], expected, "{name}");
    }
}

#[test]
fn a_doubtful_request_is_a_bad_line() {
    let rows = [
        (json!({"action": "s3:*"}), "without wildcards"),
        (json!({"action": "s3:Get", "conext": {}}), "conext"),
        (
            json!({"action": "s3:Get", "context": {"k": "1", "K": "2"}}),
            "given twice",
        ),
        (
            json!({"action": "s3:Get", "context": {"k": 1.5}}),
            "not whole",
        ),
        (
            json!({"action": "s3:Get", "context": {"k": null}}),
            "multivalued key",
        ),
        (
            json!({"action": "s3:Get", "principal": {"kind": "aws"}}),
            "no value",
        ),
        (
            json!({"action": "s3:Get", "principal": {"kind": "anonymous", "value": "x"}}),
            "no value",
        ),
        (
            json!({"action": "s3:Get", "principal": {"kind": "user", "value": "x"}}),
            "a principal must be",
        ),
        (
            json!({"action": "s3:Get", "principal": "alice"}),
            "is not a principal",
        ),
    ];
    let mut batch: Vec<String> = (rows.iter().enumerate())
        .map(|(index, (request, _))| question(json!(index), policy(), request.clone()))
        .collect();
    let bad = json!([policy(), {"Statement": 1}]);
    batch.push(question(json!("policy"), bad, get_object()));
    let output = run("eval", &batch);
    assert_eq!(code(&output), 2);
    let answers = answers(&output);
    for (index, (request, problem)) in rows.iter().enumerate() {
        let answer = &answers[index];
        assert_eq!(
            (&answer["id"], &answer["line"]),
            (&json!(index), &json!(index + 1))
        );
        let error = answer["error"].as_str().unwrap();
        assert!(error.contains(problem), "{request}: {error}");
    }
    let error = answers[rows.len()]["error"].as_str().unwrap();
    assert!(error.starts_with("policies[1]: line 1"), "{error}");
}

#[test]
fn a_batch_without_bad_lines_ends_well_whatever_the_answers() {
    let line = json!({"policies": [], "request": {"action": "s3:Get"}}).to_string();
    assert_eq!(code(&run("eval", &[line])), 0);
}

#[test]
fn a_witness_of_a_comparison_can_be_fed_back() {
    let allow = |extra: Value| {
        let mut statement = json!({"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"});
        let members = extra.as_object().unwrap().clone();
        statement.as_object_mut().unwrap().extend(members);
        json!({"Version": "2012-10-17", "Statement": statement})
    };
    let trust = |principal: Value| {
        json!({"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": principal,
               "Action": "sts:AssumeRole"}})
    };
    let nothing = json!([]);
    let everyone = allow(json!({"Principal": "*"}));
    let pairs = [
        (nothing.clone(), allow(json!({"Action": "s3:*"}))),
        (
            nothing.clone(),
            allow(json!({"Condition": {"StringEquals": {"aws:SourceAccount": "1"}}})),
        ),
        (
            nothing.clone(),
            allow(json!({"Condition": {"ForAnyValue:StringEquals": {"aws:TagKeys": "a"}}})),
        ),
        (
            allow(json!({"Condition": {"StringLike": {"k": "a*"}}})),
            allow(
                json!({"Condition": {"ForAllValues:StringLike": {"k": "a*"}, "Null": {"k": false}}}),
            ),
        ),
        (nothing.clone(), everyone.clone()),
        (
            allow(json!({"Principal": {"AWS": "111122223333"}})),
            everyone,
        ),
        (
            nothing.clone(),
            trust(json!({"Federated": "accounts.google.com"})),
        ),
        (
            nothing.clone(),
            trust(json!({"Service": "connect.amazonaws.com"})),
        ),
        (
            nothing,
            allow(json!({"Principal": {"CanonicalUser": "79a5"}})),
        ),
    ];
    let batch: Vec<String> = pairs
        .iter()
        .map(|(reference, candidate)| {
            json!({"reference": reference, "candidate": candidate}).to_string()
        })
        .collect();
    let differences = answers(&run("diff", &batch));
    let questions: Vec<String> = pairs
        .iter()
        .zip(&differences)
        .flat_map(|((reference, candidate), difference)| {
            let request = &difference["witness"];
            assert!(request.is_object(), "{difference}");
            [candidate, reference]
                .map(|policies| json!({"policies": policies, "request": request}).to_string())
        })
        .collect();
    let output = run("eval", &questions);
    let answers = answers(&output);
    assert_eq!(code(&output), 0, "{answers:?}");
    assert_eq!(answers.len(), 2 * pairs.len());
    for (question, answers) in questions.chunks(2).zip(answers.chunks(2)) {
        let decisions = (&answers[0]["decision"], &answers[1]["decision"]);
        let expected = (&json!("allowed"), &json!("implicit_deny"));
        assert_eq!(decisions, expected, "{question:?}");
    }
}
