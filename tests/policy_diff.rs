//! `roledrift policy diff` as a user runs it.

#![allow(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a failed unwrap is a failed test"
)]

use std::process::Output;

use assert_cmd::Command;
use serde_json::{Value, json};

const V54: &str = "baselines/connect/policies/v54.json";
const V55: &str = "baselines/connect/policies/v55.json";
const V31: &str = "baselines/connect/policies/v31.json";
const V53: &str = "baselines/connect/policies/v53.json";

fn diff(arguments: &[&str], stdin: &str) -> Output {
    Command::cargo_bin("roledrift")
        .unwrap()
        .args(["policy", "diff"])
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

fn lines(output: &Output) -> Vec<Value> {
    let text = String::from_utf8(output.stdout.clone()).unwrap();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn allow(action: &str) -> Value {
    json!({"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": action, "Resource": "*"}})
}

#[test]
fn shows_what_was_gained_and_lost_with_the_statements_that_allow_it() {
    let output = diff(&[V54, V55], "");
    assert_eq!(code(&output), 1);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.starts_with("incomparable: "), "{text}");
    assert!(text.contains(&format!("allowed by {V55}:")), "{text}");
    assert!(text.contains(&format!("allowed by {V54}:")), "{text}");
}

#[test]
fn one_text_under_two_versions_is_equal() {
    let output = diff(&[V31, V53, "--format", "json"], "");
    assert_eq!(code(&output), 0);
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(answer["verdict"], "equal");
    assert_eq!(
        (&answer["new_access"], &answer["lost_access"]),
        (&json!(false), &json!(false))
    );
}

#[test]
fn a_candidate_that_allows_less_allows_nothing_new() {
    let output = diff(&["-", V53], &allow("*").to_string());
    assert_eq!(code(&output), 0);
    assert!(
        String::from_utf8(output.stdout)
            .unwrap()
            .starts_with("narrowed: ")
    );
}

#[test]
fn says_where_a_policy_is_wrong() {
    let output = diff(
        &[V53, "-"],
        "{\"Version\": \"2012-10-17\",\n \"Statment\": []}",
    );
    assert_eq!(code(&output), 2);
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(
        text.contains("`-`: line 2, column 2") && text.contains("Statment"),
        "{text}"
    );
    assert_eq!(code(&diff(&["-", "-"], "")), 2);
    assert_eq!(code(&diff(&[V53], "")), 2);
}

#[test]
fn a_batch_answers_every_line_in_order_and_goes_on_after_a_bad_one() {
    let batch = [
        json!({"id": 1, "reference": allow("s3:*"), "candidate": allow("s3:GetObject")})
            .to_string(),
        "{\"id\": 2, oops".to_owned(),
        json!({"id": {"n": 3}, "reference": [], "candidate": [allow("s3:GetObject")]}).to_string(),
        json!({"id": "bad\u{202e}", "reference": allow("s3"), "candidate": allow("*")}).to_string(),
        String::new(),
    ];
    let output = diff(&["--batch", "-"], &batch.join("\n"));
    assert_eq!(code(&output), 2);
    assert!(String::from_utf8_lossy(&output.stderr).contains("2 of 4 lines"));
    assert!(!String::from_utf8_lossy(&output.stdout).contains('\u{202e}'));
    let lines = lines(&output);
    assert_eq!(lines.len(), 4);
    assert_eq!(
        (&lines[0]["id"], &lines[0]["verdict"]),
        (&json!(1), &json!("narrowed"))
    );
    assert_eq!(lines[0]["witness"], Value::Null);
    assert_eq!(lines[1]["line"], 2);
    assert!(lines[1]["error"].as_str().unwrap().contains("column"));
    assert_eq!(lines[2]["id"], json!({"n": 3}));
    assert_eq!(
        (&lines[2]["verdict"], &lines[2]["new_access"]),
        (&json!("widened"), &json!(true))
    );
    assert_eq!(lines[2]["witness"]["action"], "s3:GetObject");
    assert_eq!(
        lines[2]["witness"]["allowed_by"]["document"],
        "candidate[0]"
    );
    assert!(lines[2]["micros"].is_u64());
    assert!(
        lines[3]["error"]
            .as_str()
            .unwrap()
            .starts_with("reference[0]: line 1")
    );
}

#[test]
fn trust_and_resource_policies_are_told_by_their_elements() {
    let trust = |principal: Value| {
        json!({"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": principal,
               "Action": "sts:AssumeRole"}})
    };
    let one = trust(json!({"Service": "connect.amazonaws.com"}));
    let two = trust(json!({"Service": ["connect.amazonaws.com", "ec2.amazonaws.com"]}));
    let batch = json!({"reference": one, "candidate": two}).to_string();
    let answer = &lines(&diff(&["--batch", "-"], &batch))[0];
    assert_eq!(answer["verdict"], "widened");
    assert_eq!(
        answer["witness"]["principal"],
        json!({"kind": "service", "value": "ec2.amazonaws.com"})
    );
    assert_eq!(
        code(&diff(&["--type", "identity", "--batch", "-"], &batch)),
        2
    );
}

#[test]
fn lists_actions_by_service_and_in_full_on_demand() {
    let reference = allow("sqs:GetQueueUrl").to_string();
    // As text: the order of members in `json!` depends on the features of serde_json.
    let candidate = r#"{"Statement":{"Action":"sqs:*","Effect":"Allow","Resource":"*","Sid":"Wide"},"Version":"2012-10-17"}"#;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("candidate.json");
    std::fs::write(&path, candidate).unwrap();
    let run = |more: &[&str]| {
        let output = diff(&[&["-", path.to_str().unwrap()], more].concat(), &reference);
        assert_eq!(code(&output), 1);
        String::from_utf8(output.stdout)
            .unwrap()
            .replace(folder.path().to_str().unwrap(), "")
    };
    insta::assert_snapshot!("lists", run(&[]));
    let all = run(&["--all"]);
    assert!(
        all.contains("TagQueue") && !all.contains("(--all)"),
        "{all}"
    );
    let answer: Value = serde_json::from_str(&run(&["--format", "json"])).unwrap();
    let gained = &answer["gained_actions"];
    assert!(gained["entirely"].as_array().unwrap().len() > 10);
    assert_eq!(gained["partly"], json!([]));
    assert_eq!(gained["complete"], json!(true));
    assert_eq!(gained["groups"][0]["future"][0]["pattern"], "sqs:*");
    assert_eq!(gained["groups"][0]["allowed_by"][0]["sid"], "Wide");
    assert_eq!(answer["lost_actions"]["groups"], json!([]));
}

#[test]
fn says_what_is_denied_explicitly_without_a_change_of_the_exit_code() {
    // As text: the order of members in `json!` depends on the features of serde_json.
    let text = r#"{"Statement":[{"Action":"s3:GetObject","Effect":"Allow","Resource":"*"},{"Action":"s3:DeleteBucket","Effect":"Deny","Resource":"*"}],"Version":"2012-10-17"}"#;
    let both: Value = serde_json::from_str(text).unwrap();
    let line = |reference: &Value, candidate: &Value| {
        json!({"reference": reference, "candidate": candidate}).to_string()
    };
    let batch = [
        line(&both, &allow("s3:GetObject")),
        line(&both, &allow("s3:Delete*")),
    ];
    let output = diff(&["--batch", "-"], &batch.join("\n"));
    assert_eq!(code(&output), 0);
    let lines = lines(&output);
    assert_eq!(lines[0]["verdict"], "equal");
    let denials = &lines[0]["explicit_denials"];
    assert_eq!(denials["gained"]["found"], json!(false));
    assert_eq!(denials["lost"]["found"], json!(true));
    assert_eq!(denials["lost"]["witness"]["action"], "s3:DeleteBucket");
    assert_eq!(denials["lost"]["witness"]["denied_by"]["statement"], 1);
    assert!(lines[0].get("gained_actions").is_none());
    // What the reference denies explicitly is told from what it does not mention.
    assert_eq!(lines[1]["witness"]["action"], "s3:DeleteBucket");
    assert_eq!(lines[1]["witness"]["denied_by"]["statement"], 1);
    assert_eq!(lines[1]["lost_witness"]["denied_by"], Value::Null);

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("reference.json");
    std::fs::write(&path, text).unwrap();
    let output = diff(
        &[path.to_str().unwrap(), "-"],
        &allow("s3:GetObject").to_string(),
    );
    assert_eq!(code(&output), 0);
    let text = String::from_utf8(output.stdout).unwrap();
    insta::assert_snapshot!("denials", text.replace(folder.path().to_str().unwrap(), ""));
}

#[test]
fn a_batch_lists_actions_where_it_is_asked_to() {
    let pair = json!({"reference": allow("s3:GetObject"), "candidate": allow("s3:GetObject*")});
    let answer = &lines(&diff(&["--batch", "-", "--actions"], &pair.to_string()))[0];
    let gained = &answer["gained_actions"];
    assert!(
        gained["entirely"]
            .as_array()
            .unwrap()
            .contains(&json!("s3:GetObjectAcl"))
    );
    assert!(gained["published"]["as_of"].is_string());
    assert_eq!(code(&diff(&[V53, V54, "--actions"], "")), 2);
}

#[test]
fn hostile_names_stay_text_in_lists() {
    let mut candidate = allow("sqs:*");
    candidate["Statement"]["Sid"] = json!("evil\u{1b}[2J\u{202e}");
    candidate["Statement"]["Resource"] = json!("arn:aws:sqs:\u{9b}31m:*");
    for format in ["terminal", "json"] {
        let output = diff(&[V53, "-", "--format", format], &candidate.to_string());
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(!text.contains(['\u{1b}', '\u{202e}', '\u{9b}']), "{text}");
    }
}

#[test]
fn answers_fit_their_published_schemas() {
    let check = |schema: &str, arguments: &[&str]| {
        let text = std::fs::read_to_string(format!("schemas/{schema}.schema.json")).unwrap();
        let validator = jsonschema::validator_for(&serde_json::from_str(&text).unwrap()).unwrap();
        let output = Command::cargo_bin("roledrift")
            .unwrap()
            .args(arguments)
            .args(["--format", "json"])
            .output()
            .unwrap();
        let answer = serde_json::from_slice(&output.stdout).unwrap();
        let errors: Vec<String> = validator
            .iter_errors(&answer)
            .map(|own| own.to_string())
            .collect();
        assert!(errors.is_empty(), "{errors:?}");
    };
    check("comparison", &["policy", "diff", V54, V55]);
    check("versions", &["baseline", "diff", "connect", "v54", "v55"]);
}

#[test]
fn says_where_a_wildcard_that_crosses_colons_would_change_the_answer() {
    let statement = |effect: &str, resource: &str| json!({"Effect": effect, "Action": "x:*", "Resource": resource});
    let of = |statements: Value| json!({"Version": "2012-10-17", "Statement": statements});
    let reference = of(json!([
        statement("Allow", "*"),
        statement("Deny", "arn:aws:x:*:*:a/secret/*")
    ]));
    let candidate = of(json!([statement("Allow", "arn:aws:x:*:*:a/open/*")]));
    let pair = json!({"id": 1, "reference": reference, "candidate": candidate});
    let answer = &lines(&diff(&["--batch", "-"], &pair.to_string()))[0];
    assert_eq!(answer["verdict"], "narrowed");
    assert_eq!(answer["new_access"], false);
    let reason = answer["reason"].as_str().unwrap();
    assert!(
        reason.starts_with(
            "only where a wildcard in a resource crosses `:` does the candidate alone allow `x:"
        ),
        "{reason}"
    );
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("reference.json");
    std::fs::write(&path, reference.to_string()).unwrap();
    let output = diff(&[path.to_str().unwrap(), "-"], &candidate.to_string());
    assert_eq!(code(&output), 0);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(
        text.contains("nothing where wildcards in resources are read by segment"),
        "{text}"
    );
}
