//! Single passages that could be read in two ways, or as something else than was written.

use super::inputs::{Input, desk};

/// What is put in place of what, in which file, and what the program says then.
#[rustfmt::skip]
const PASSAGES: &[(&str, &str, &str, &str)] = &[
    // What stands twice.
    ("policy document", r#""Effect": "Allow""#, r#""Effect": "Deny", "Effect": "Allow""#, "line 4, column 24: duplicate element `Effect`"),
    ("policy document", r#""Effect": "Allow""#, r#""Effect": "Deny", "\u0045ffect": "Allow""#, "duplicate element `Effect`"),
    ("policy document", r#""Resource": "*""#, r#""Resource": "*", "Condition": {"StringEquals": {"a": "x"}, "StringEquals": {"a": "y"}}"#, "duplicate element `StringEquals`"),
    ("policy document", r#""Resource": "*""#, r#""Resource": "*", "Condition": {"StringEquals": {"aws:A": "x", "AWS:a": "y"}}"#, "duplicate condition key"),
    ("policy document", r#""Version": "2012-10-17","#, r#""Version": "2012-10-17", "Statement": [],"#, "line 2, column 41: `Statement` must not be empty"),
    ("trust policy", r#""Principal": {"#, r#""Principal": {"Service": "x.amazonaws.com", "#, "duplicate element `Service`"),
    ("snapshot", r#""account": "111122223333""#, r#""account": "222233334444", "account": "111122223333""#, "duplicate field `account` at line 4"),
    ("snapshot", r#""version": 1"#, r#""version": 2, "version": 1"#, "duplicate field `version`"),
    ("snapshot", r#""team": "a""#, r#""team": "b", "team": "a""#, "duplicate key `team` at line"),
    ("snapshot", r#""CONTACTFLOW_LOGS""#, r#""CONTACTFLOW_LOGS": {"read": true}, "CONTACTFLOW_LOGS""#, "duplicate key `CONTACTFLOW_LOGS`"),
    ("snapshot", r#""CALL_RECORDINGS""#, r#""CALL_RECORDINGS": {"read": []}, "CALL_RECORDINGS""#, "duplicate key `CALL_RECORDINGS`"),
    ("snapshot", r#""read": 3600"#, r#""not_read": {"reason": "denied", "operation": "x"}, "read": 3600"#, "at line"),
    ("GAAD dump", r#""RoleName""#, r#""RoleName": "x", "RoleName""#, "duplicate field `RoleName` at line 5"),
    ("GAAD dump", r#"[{"Key": "team", "Value": "a"}"#, r#"[{"Key": "team", "Value": "b"}, {"Key": "team", "Value": "a"}"#, "tag `team` of role"),
    ("GAAD dump", r#"{"PolicyName": "inline", "PolicyDocument": {}}"#, r#"{"PolicyName": "inline", "PolicyDocument": {}}, {"PolicyName": "inline", "PolicyDocument": {"a": 1}}"#, "inline policy `inline` of role"),
    ("GAAD dump", r#"{"VersionId": "v3", "Document": {}}"#, r#"{"VersionId": "v3", "Document": {}}, {"VersionId": "v3", "Document": {"a": 1}}"#, "version v3 of policy"),
    ("lock file", r#""version": 1"#, r#""version": 1, "version": 1"#, "duplicate element `version`"),
    ("earlier report", r#""account":"#, r#""account": "222233334444", "account":"#, "duplicate field `account` at line"),
    ("configuration with waivers", "fail-on = \"high\"", "fail-on = \"low\"\nfail-on = \"high\"", "line 3, column 1"),
    ("configuration with waivers", "reason = \"r\"", "reason = \"r\"\nreason = \"s\"", "line 8, column 1"),
    ("family", r#""schema": 1"#, r#""schema": 1, "schema": 1"#, "duplicate field `schema`"),
    ("list of accounts", "{\"id\": \"222233334444\"", "{\"id\": \"111122223333\", \"id\": \"222233334444\"", "line 3: column"),
    ("list of accounts", "222233334444", "111122223333", "line 3: account 111122223333 is on line 2 already"),
    ("file of shards", "222233334444", "111122223333", "account 111122223333 stands there twice"),
    ("file of shards", r#""shard":2"#, r#""shard":1"#, "line 2: this shard is there already"),
    ("batch of comparisons", r#""id": 1"#, r#""id": 1, "id": 3"#, "duplicate field `id`"),
    ("batch of requests", r#""k": "v""#, r#""k": "v", "K": "w""#, "the condition key `K` is given twice"),
    // Numbers that are none, or too large.
    ("snapshot", r#""version": 1"#, r#""version": 1e0"#, "line 3"),
    ("snapshot", r#""version": 1"#, r#""version": 4294967297"#, "line 3"),
    ("snapshot", r#""read": 3600"#, r#""read": -1"#, "at line"),
    ("snapshot", r#""read": 3600"#, r#""read": 1e999"#, "number out of range at line"),
    ("snapshot", r#""collected_at": "2026"#, r#""collected_at": "+99999"#, "at line 6"),
    ("GAAD dump", "1790000000.5", "1e300", "at line 12"),
    ("GAAD dump", "1790000000.5", "1e999", "at line 12"),
    ("GAAD dump", r#""AttachmentCount": 1"#, r#""AttachmentCount": -1"#, "at line 19"),
    ("GAAD dump", r#""DefaultVersionId": "v3""#, r#""DefaultVersionId": "v99999999999""#, "at line 18"),
    ("lock file", r#""version": 1"#, r#""version": 1.0"#, "there is no lock format version `1.0`"),
    ("lock file", r#""version": 1"#, r#""version": 99999999999999999999"#, "no lock format version"),
    ("earlier report", r#""schema": 1"#, r#""schema": 99999999999"#, "at line 2"),
    ("configuration with waivers", "fail-on = \"high\"", "concurrency = 65536", "line 2, column 15"),
    ("configuration with waivers", "fail-on = \"high\"", "account-timeout = -1", "line 2, column 19"),
    ("configuration with waivers", "fail-on = \"high\"", "min-coverage = nan", "line 2, column 16"),
    ("configuration with waivers", "fail-on = \"high\"", "min-coverage = 1e999", "line 2, column 16"),
    ("configuration with waivers", "2030-01-01", "2030-02-30", "line 9"),
    ("configuration with waivers", "2030-01-01", "99999-01-01", "line 9"),
    ("family", r#""schema": 1"#, r#""schema": 18446744073709551616"#, "family.json:"),
    ("file of shards", r#""shards":2"#, r#""shards":18446744073709551616"#, "line 1"),
    ("file of shards", r#""shards":2"#, r#""shards":18446744073709551615"#, "line 2: of another run than the lines before"),
    ("batch of requests", r#""k": "v""#, r#""k": 1e999"#, "number out of range"),
    ("batch of requests", r#""k": "v""#, r#""k": 9007199254740993.0"#, "must be written as a text"),
    // NULs and lines where there are names.
    ("policy document", "s3:GetObject", "s3:Get\\u0000Object\\n", "malformed action `s3:Get\\u{0}Object"),
    ("configuration with waivers", "fail-on = \"high\"", "lock = \"a\\u0000b\"", "there is no lock file"),
    ("configuration with waivers", "fail-on = \"high\"", "store = \"a\\u0000b\"", "cannot write"),
    ("configuration with waivers", "fail-on = \"high\"", "baseline-dir = [\"a\\u0000b\"]", "cannot read"),
    ("snapshot", r#""account": "111122223333""#, r#""account": "111122223333\u0000""#, "line 4"),
    ("snapshot", r#""partition": "aws""#, r#""partition": "aws\n""#, "line 5"),
    ("list of accounts", "111122223333", "111122223333\0", "line 2"),
    ("list of accounts", "111122223333\n", "111122223333\r222233334444\n", "line 2"),
    // Ways out of a folder.
    ("family", r#""document": "policies/v1.json""#, r#""document": "../../../good.json""#, "there is no file `connect-synchronization/../../../good.json`"),
    ("family", r#""document": "policies/v1.json""#, r#""document": "/etc/passwd""#, "there is no file `connect-synchronization//etc/passwd`"),
    ("family", r#""family": "connect-synchronization""#, r#""family": "..""#, "family `..` lies in folder"),
    ("file of shards", "20261102T060000Z", "../../../../../x", "line 1"),
    // Patterns that would take too long.
    ("configuration with waivers", "arn:aws:iam::*", "{a,{a,{a,{a,{a,{a,{a,{a,{a,{a,{a,{a,{a,{a,{a,{a,{a,{a,{a,{a,}", "own.toml:6:12: "),
    // Half of a character.
    ("snapshot", r#""team": "a""#, r#""team": "\ud800""#, "at line"),
    ("policy document", "s3:GetObject", "s3:\\ud800", "line 4"),
];

#[test]
fn every_passage_is_told() {
    let desk = desk();
    let mut wrong = Vec::new();
    for (name, from, to, expected) in PASSAGES {
        let input = Input::named(name);
        let path = desk.path().join(input.path);
        let good = std::fs::read_to_string(&path).unwrap();
        assert!(good.contains(from), "{name} has no {from}");
        std::fs::write(&path, good.replacen(from, to, 1)).unwrap();
        let answer = input.read(desk.path());
        let said = format!("{}{}", answer.err, answer.out);
        if answer.code != 2 || !said.contains(expected) {
            wrong.push(format!("{name}, {to}: {answer:?} has no {expected}"));
        }
        std::fs::write(&path, good).unwrap();
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A policy with an element that stands twice is no policy to the audit either: AWS does not say
/// which of the two would count.
#[test]
fn a_document_with_something_twice_is_a_finding() {
    let desk = desk();
    let path = desk.path().join("snapshot.json");
    let good = std::fs::read_to_string(&path).unwrap();
    let twice = good.replacen(
        r#""Effect":"Allow""#,
        r#""Effect":"Deny","Effect":"Allow""#,
        1,
    );
    assert_ne!(good, twice);
    std::fs::write(&path, twice).unwrap();
    let answer = Input::named("snapshot").read(desk.path());
    assert_eq!(answer.code, 1, "{answer:?}");
    assert!(answer.out.contains("malformed-policy"), "{answer:?}");
    assert!(
        answer.out.contains("duplicate element `Effect`"),
        "{answer:?}"
    );
}
