//! How documents are read, and how what is wrong with them is told.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use proptest::prelude::*;
use roledrift::policy::{
    Document, Effect, Kind, Position, PrincipalPattern, Selection, Template, Version,
};

const IDENTITY: &str = r#"{
  "Version": "2012-10-17",
  "Id": "example",
  "Statement": [
    {
      "Sid": "First",
      "Effect": "Allow",
      "Action": ["s3:GetObject", "s3:Put*"],
      "NotResource": "arn:aws:s3:::secret/*",
      "Condition": {
        "StringEquals": { "aws:ResourceAccount": "${aws:PrincipalAccount}" },
        "NumericLessThan": { "s3:max-keys": [10, "20"] },
        "Bool": { "aws:SecureTransport": true }
      }
    }
  ]
}"#;

fn problem(text: &str, kind: Kind) -> String {
    Document::parse(text, kind).unwrap_err().to_string()
}

/// Wraps the elements of an otherwise complete statement of an identity policy.
fn problem_with(elements: &str) -> String {
    let text = format!(
        r#"{{"Statement":{{"Effect":"Allow","Action":"s3:Get*","Resource":"*"{elements}}}}}"#
    );
    problem(&text, Kind::Identity)
}

#[test]
fn reads_every_element_with_its_position() {
    let document = Document::parse(IDENTITY, Kind::Identity).unwrap();
    assert_eq!(document.version(), Version::V2012);
    assert_eq!(document.id(), Some("example"));
    let [statement] = document.statements() else {
        panic!("one statement")
    };
    let at = |line, column| Position { line, column };
    assert_eq!(statement.position(), at(5, 5));
    assert_eq!(statement.sid(), Some("First"));
    assert_eq!(statement.effect(), Effect::Allow);
    assert!(statement.principals().is_none());

    let Selection::Only(actions) = statement.actions() else {
        panic!("actions")
    };
    let actions: Vec<_> = (actions.iter())
        .map(|action| (action.value.text(), action.position))
        .collect();
    assert_eq!(
        actions,
        [("s3:GetObject", at(8, 18)), ("s3:Put*", at(8, 34))]
    );

    assert!(matches!(statement.resources(), Some(Selection::AllBut(_))));
    let conditions: Vec<_> = (statement.conditions().iter())
        .map(|condition| {
            let values = condition.values().iter();
            let values: Vec<_> = values.map(|value| value.value.text()).collect();
            let operator = condition.operator().value.to_string();
            (
                operator,
                condition.key().value.text(),
                condition.key().position,
                values,
            )
        })
        .collect();
    assert_eq!(
        conditions,
        [
            (
                "StringEquals".into(),
                "aws:ResourceAccount",
                at(11, 27),
                vec!["${aws:PrincipalAccount}"]
            ),
            (
                "NumericLessThan".into(),
                "s3:max-keys",
                at(12, 30),
                vec!["10", "20"]
            ),
            (
                "Bool".into(),
                "aws:SecureTransport",
                at(13, 19),
                vec!["true"]
            ),
        ]
    );
}

#[test]
fn reads_every_form_of_principal() {
    let text = r#"{"Statement": {"Effect": "Allow", "Action": "sts:AssumeRole", "NotPrincipal": {
        "AWS": ["*", "111122223333", "arn:aws:iam::111122223333:root", "arn:aws:iam::111122223333:role/a"],
        "Service": "connect.amazonaws.com", "Federated": ["*", "accounts.google.com"],
        "CanonicalUser": "79a59d"}}}"#;
    let document = Document::parse(text, Kind::Trust).unwrap();
    let principals = document.statements()[0].principals().unwrap();
    assert!(matches!(principals, Selection::AllBut(_)));
    let account = || PrincipalPattern::Account("111122223333".into());
    assert_eq!(
        principals.patterns().cloned().collect::<Vec<_>>(),
        [
            PrincipalPattern::Everyone,
            account(),
            account(),
            PrincipalPattern::Aws("arn:aws:iam::111122223333:role/a".into()),
            PrincipalPattern::Service("connect.amazonaws.com".into()),
            PrincipalPattern::AnyFederated,
            PrincipalPattern::Federated("accounts.google.com".into()),
            PrincipalPattern::CanonicalUser("79a59d".into()),
        ]
    );
}

#[test]
fn the_version_counts_wherever_it_stands() {
    let body = r#""Statement":{"Effect":"Allow","Action":"*","Resource":"a${aws:username}"}"#;
    for (text, variables) in [
        (format!(r#"{{{body},"Version":"2012-10-17"}}"#), 1),
        (format!(r#"{{"Version":"2008-10-17",{body}}}"#), 0),
        (format!("{{{body}}}"), 0),
    ] {
        let document = Document::parse(&text, Kind::Identity).unwrap();
        let resources = document.statements()[0].resources().unwrap();
        let found = resources.patterns().flat_map(Template::variables).count();
        assert_eq!(found, variables, "{text}");
    }
}

#[test]
fn operators_without_variables_keep_the_text() {
    let text = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*",
        "Condition":{"Bool":{"a:b":"${a:c}"},"StringLike":{"a:b":"${a:c}"}}}}"#;
    let document = Document::parse(text, Kind::Identity).unwrap();
    let counts = document.statements()[0]
        .conditions()
        .iter()
        .map(|condition| {
            condition
                .values()
                .iter()
                .flat_map(|value| value.value.variables())
                .count()
        });
    assert_eq!(counts.collect::<Vec<_>>(), [0, 1]);
}

#[test]
fn an_empty_condition_is_none() {
    for condition in [r#""Condition":{}"#, r#""Condition":{"StringEquals":{}}"#] {
        let text = format!(
            r#"{{"Statement":[{{"Effect":"Deny","Action":"*","Resource":"*",{condition}}}]}}"#
        );
        let document = Document::parse(&text, Kind::Identity).unwrap();
        assert!(document.statements()[0].conditions().is_empty());
    }
}

#[test]
fn tells_what_is_wrong_and_where() {
    for (elements, expected) in [
        (
            r#","Action":"s3:Put*""#,
            "line 1, column 66: duplicate element `Action`",
        ),
        (
            r#","NotAction":"s3:Put*""#,
            "line 1, column 66: `NotAction` cannot stand beside `Action`",
        ),
        (
            r#","NotResource":"*""#,
            "line 1, column 66: `NotResource` cannot stand beside `Resource`",
        ),
        (
            r#","Principal":"*""#,
            "line 1, column 66: `Principal` is not allowed in an identity policy",
        ),
        (
            r#","resource":"*""#,
            "line 1, column 66: unknown element `resource` in a statement",
        ),
        (
            r#","Sid":7"#,
            "line 1, column 72: `Sid` must be a string, not a number",
        ),
        (
            r#","Condition":[]"#,
            "line 1, column 78: `Condition` must be an object, not a list",
        ),
        (
            r#","Condition":{"StringIs":{}}"#,
            "line 1, column 79: unknown condition operator `StringIs`",
        ),
        (
            r#","Condition":{"Bool":{"a:b":null}}"#,
            "line 1, column 93: `a:b` must be a string, number or boolean, or a list of them, not null",
        ),
        (
            r#","Condition":{"Bool":{"a:b":[[]]}}"#,
            "line 1, column 94: `a:b` must be a string, number or boolean, or a list of them, not a list",
        ),
        (
            r#","Condition":{"Bool":{"a:b":[]}}"#,
            "line 1, column 93: `a:b` must not be empty",
        ),
        (
            r#","Condition":{"Bool":{"a:b":true,"A:b":true}}"#,
            "line 1, column 98: duplicate condition key `A:b` (key names ignore case)",
        ),
        (
            r#","Condition":{"Bool":{},"Bool":{}}"#,
            "line 1, column 89: duplicate element `Bool`",
        ),
    ] {
        assert_eq!(problem_with(elements), expected, "{elements}");
    }
}

#[test]
fn tells_what_is_wrong_with_the_document() {
    for (text, expected) in [
        (
            "",
            "line 1, column 1: not valid JSON: EOF while parsing a value",
        ),
        (
            "[]",
            "line 1, column 1: `the document` must be an object, not a list",
        ),
        ("{}", "line 1, column 1: missing element `Statement`"),
        (
            r#"{"Statement":[]}"#,
            "line 1, column 14: `Statement` must not be empty",
        ),
        (
            r#"{"Statement":[3]}"#,
            "line 1, column 15: `Statement` must be an object, not a number",
        ),
        (
            "{\n\"Version\": \"2024-01-01\"}",
            "line 2, column 12: unknown policy language version `2024-01-01`, use `2012-10-17` or `2008-10-17`",
        ),
        (
            r#"{"Versión":1}"#,
            "line 1, column 2: unknown element `Versión` in the document",
        ),
        (
            r#"{"Id":"é","Id":"é"}"#,
            "line 1, column 11: duplicate element `Id`",
        ),
        (
            r#"{"Id":"\ud800"}"#,
            "line 1, column 14: not valid JSON: unexpected end of hex escape",
        ),
        (
            "{\"Id\":\"a\" \"Statement\":[]}",
            "line 1, column 11: not valid JSON: expected `,` or `}`",
        ),
        (
            r#"{"Statement":{"Action":"*","Resource":"*"}}"#,
            "line 1, column 14: missing element `Effect`",
        ),
        (
            r#"{"Statement":{"Effect":"Allow","Resource":"*"}}"#,
            "line 1, column 14: missing element `Action`",
        ),
        (
            r#"{"Statement":{"Effect":"Allow","Action":"*"}}"#,
            "line 1, column 14: missing element `Resource`",
        ),
        (
            r#"{"Statement":{"Effect":"allow"}}"#,
            "line 1, column 24: unknown effect `allow`, use `Allow` or `Deny`",
        ),
        (
            r#"{"Statement":{"Action":["s3"]}}"#,
            "line 1, column 25: malformed action `s3`, use `service:name` or `*`",
        ),
        (
            r#"{"Statement":{"Action":[]}}"#,
            "line 1, column 24: `Action` must not be empty",
        ),
        (
            r#"{"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}} x"#,
            "line 1, column 62: not valid JSON: trailing characters",
        ),
        (
            r#"{"Statement":{"Effect":"Allow","Action":"*","Resource":"*"},}"#,
            "line 1, column 61: not valid JSON: trailing comma",
        ),
    ] {
        assert_eq!(problem(text, Kind::Identity), expected, "{text}");
    }
}

#[test]
fn tells_what_is_wrong_with_principals() {
    let text = |principal: &str| {
        format!(r#"{{"Statement":{{"Effect":"Allow","Action":"sts:AssumeRole"{principal}}}}}"#)
    };
    for (principal, expected) in [
        ("", "line 1, column 14: missing element `Principal`"),
        (
            r#","Principal":"a""#,
            "line 1, column 70: `Principal` must be `*` or an object of principal types, not a string",
        ),
        (
            r#","Principal":{}"#,
            "line 1, column 70: `Principal` must not be empty",
        ),
        (
            r#","Principal":{"AWS":[]}"#,
            "line 1, column 77: `AWS` must not be empty",
        ),
        (
            r#","Principal":{"aws":"*"}"#,
            "line 1, column 71: unknown principal type `aws`, use `AWS`, `Service`, `Federated` or `CanonicalUser`",
        ),
        (
            r#","Principal":{"AWS":"arn:aws:iam::*:root"}"#,
            "line 1, column 77: `*` cannot be part of the principal `arn:aws:iam::*:root`, it can only stand alone",
        ),
        (
            r#","Principal":"*","NotPrincipal":"*""#,
            "line 1, column 74: `NotPrincipal` cannot stand beside `Principal`",
        ),
        (
            r#","Principal":"*","Resource":"*""#,
            "line 1, column 74: `Resource` is not allowed in a trust policy",
        ),
    ] {
        assert_eq!(
            problem(&text(principal), Kind::Trust),
            expected,
            "{principal}"
        );
    }
    let problem = problem(&text(r#","Principal":"*""#), Kind::Resource);
    assert_eq!(problem, "line 1, column 14: missing element `Resource`");
}

#[test]
fn deep_nesting_is_refused_at_its_first_level() {
    for open in ["[", "{\"a\":"] {
        let text = format!("{{\"Statement\":{}", open.repeat(100_000));
        assert!(Document::parse(&text, Kind::Identity).is_err());
    }
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in any::<String>()) {
        let _ = Document::parse(&text, Kind::Identity);
    }

    #[test]
    fn a_damaged_document_is_read_or_refused_inside_its_text(
        place in 0..IDENTITY.len(),
        removed in 0_usize..12,
        inserted in r#"[{}\[\]",:*$a0é\\]{0,4}"#,
    ) {
        let end = (place + removed).min(IDENTITY.len());
        let text = format!("{}{inserted}{}", &IDENTITY[..place], &IDENTITY[end..]);
        if let Err(error) = Document::parse(&text, Kind::Identity) {
            let lines: Vec<_> = text.split('\n').collect();
            let line = lines[error.position().line as usize - 1];
            prop_assert!(error.position().column as usize <= line.chars().count() + 1);
        }
    }
}

#[test]
fn a_text_that_is_too_long_is_refused_where_it_is() {
    let mut text =
        String::from(r#"{"Statement":{"Effect":"Allow","Action":"s3:Get","Resource":"*"}}"#);
    text.push_str(&" ".repeat((1 << 20) - text.len()));
    assert!(Document::parse(&text, Kind::Identity).is_ok());
    text.push('\n');
    assert_eq!(
        problem(&text, Kind::Identity),
        "line 1, column 1048577: the document is longer than 1048576 bytes"
    );
}
