//! What the point evaluator decides.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use roledrift::policy::{
    Context, Decision, Document, Kind, Principal, Reading, Request, StatementRef, Value, evaluate,
    evaluate_under,
};

fn identity(statements: &str) -> Document {
    let text = format!(r#"{{"Version":"2012-10-17","Statement":[{statements}]}}"#);
    Document::parse(&text, Kind::Identity).unwrap()
}

fn request(action: &str, resource: &str) -> Request {
    Request {
        action: action.to_owned(),
        resource: Some(resource.to_owned()),
        principal: None,
        context: Context::new(),
    }
}

fn is_allowed(document: &Document, request: &Request) -> bool {
    matches!(evaluate(&[document], request), Decision::Allowed(_))
}

/// Tells whether a condition with one key `k` holds for what the request says about it.
fn holds(operator: &str, values: &str, key: impl Into<Option<Value>>) -> bool {
    let document = identity(&format!(
        r#"{{"Effect":"Allow","Action":"*","Resource":"*","Condition":{{"{operator}":{{"k":{values}}}}}}}"#
    ));
    let mut request = request("a:b", "*");
    if let Some(value) = key.into() {
        request.context.insert("K", value);
    }
    is_allowed(&document, &request)
}

fn one(value: &str) -> Value {
    Value::from(value)
}

fn many(values: &[&str]) -> Value {
    let values: Vec<_> = values.iter().map(|value| (*value).to_owned()).collect();
    Value::from(values)
}

#[test]
fn a_denial_wins_over_every_permission() {
    let at = |document, statement| StatementRef {
        document,
        statement,
    };
    let allow = identity(r#"{"Effect":"Allow","Action":"s3:*","Resource":"*"}"#);
    let deny = identity(
        r#"{"Effect":"Allow","Action":"s3:Put*","Resource":"*"},
           {"Effect":"Deny","Action":"s3:Delete*","Resource":"*"}"#,
    );
    for (action, expected) in [
        ("s3:GetObject", Decision::Allowed(at(0, 0))),
        ("s3:DeleteObject", Decision::ExplicitDeny(at(1, 1))),
        ("ec2:StopInstances", Decision::ImplicitDeny),
    ] {
        assert_eq!(
            evaluate(&[&allow, &deny], &request(action, "x")),
            expected,
            "{action}"
        );
    }
    assert_eq!(
        evaluate(&[], &request("s3:GetObject", "x")),
        Decision::ImplicitDeny
    );
}

#[test]
fn negated_elements_match_everything_else() {
    let document = identity(
        r#"{"Effect":"Allow","NotAction":["iam:*","s3:get*"],"NotResource":["arn:aws:s3:::a/*","b?"]}"#,
    );
    for (action, resource, expected) in [
        ("s3:PutObject", "arn:aws:s3:::c", true),
        ("S3:GetObject", "arn:aws:s3:::c", false),
        ("iam:PassRole", "arn:aws:s3:::c", false),
        ("s3:PutObject", "arn:aws:s3:::a/x/y", false),
        ("s3:PutObject", "arn:aws:s3:::A/x", true),
        ("s3:PutObject", "bc", false),
        ("s3:PutObject", "b", true),
    ] {
        assert_eq!(
            is_allowed(&document, &request(action, resource)),
            expected,
            "{action} {resource}"
        );
    }
}

#[test]
fn a_request_without_resource_is_seen_as_a_star() {
    let without = Request {
        resource: None,
        ..request("s3:ListAllMyBuckets", "")
    };
    for (resources, expected) in [
        (r#""Resource":"*""#, true),
        (r#""Resource":"arn:aws:s3:::*""#, false),
        (r#""NotResource":"arn:aws:s3:::*""#, true),
    ] {
        let document = identity(&format!(r#"{{"Effect":"Allow","Action":"*",{resources}}}"#));
        assert_eq!(is_allowed(&document, &without), expected, "{resources}");
    }
}

#[test]
fn the_readings_differ_where_a_wildcard_meets_a_colon() {
    let pattern = "arn:aws:x:*:111122223333:finance/*";
    let document = identity(&format!(
        r#"{{"Effect":"Allow","Action":"*","Resource":"{pattern}"}}"#
    ));
    for (resource, whole_text, by_segment) in [
        ("arn:aws:x:r:111122223333:finance/a:b", true, true),
        (
            "arn:aws:x:r:999999999999:store/a:111122223333:finance/b",
            true,
            false,
        ),
        ("arn:aws:x:r:999999999999:finance/a", false, false),
    ] {
        let request = request("a:b", resource);
        for (reading, expected) in [
            (Reading::WholeText, whole_text),
            (Reading::BySegment, by_segment),
        ] {
            let decision = evaluate_under(reading, &[&document], &request);
            assert_eq!(
                matches!(decision, Decision::Allowed(_)),
                expected,
                "{resource} {reading:?}"
            );
        }
    }
}

#[test]
fn variables_in_resources_need_a_value() {
    let document =
        identity(r#"{"Effect":"Allow","Action":"*","Resource":"home/${aws:username}/*"}"#);
    let mut request = request("a:b", "home/ada/x");
    assert!(!is_allowed(&document, &request));
    request.context.insert("aws:Username", "ada");
    assert!(is_allowed(&document, &request));
    request.context.insert("aws:username", "*");
    assert!(!is_allowed(&document, &request));

    let excluded = identity(r#"{"Effect":"Allow","Action":"*","NotResource":"${aws:userid}"}"#);
    assert!(
        is_allowed(&excluded, &request),
        "an unset variable excludes nothing"
    );
}

#[test]
fn string_operators_compare_texts() {
    for (operator, values, value, expected) in [
        ("StringEquals", r#"["a","b*"]"#, "b*", true),
        ("StringEquals", r#"["a","b*"]"#, "bc", false),
        ("StringEquals", r#""a""#, "A", false),
        ("StringNotEquals", r#"["a","b"]"#, "b", false),
        ("StringNotEquals", r#"["a","b"]"#, "c", true),
        ("StringEqualsIgnoreCase", r#""aB""#, "Ab", true),
        ("StringNotEqualsIgnoreCase", r#""aB""#, "Ab", false),
        ("StringLike", r#"["x","a*c?"]"#, "abbcd", true),
        ("StringLike", r#""a*""#, "Ab", false),
        ("StringNotLike", r#""a*""#, "ab", false),
        ("StringNotLike", r#""a*""#, "b", true),
        ("StringLike", r#""${*}""#, "x", false),
        ("StringLike", r#""${*}""#, "*", true),
    ] {
        assert_eq!(
            holds(operator, values, one(value)),
            expected,
            "{operator} {values} {value}"
        );
    }
}

#[test]
fn typed_operators_compare_values() {
    for (operator, values, value, expected) in [
        ("NumericEquals", "10", "10.0", true),
        ("NumericEquals", r#""x""#, "x", false),
        ("NumericNotEquals", "10", "10", false),
        ("NumericNotEquals", "10", "x", true),
        ("NumericLessThan", r#""10""#, "9.99", true),
        ("NumericLessThan", "10", "10", false),
        ("NumericLessThanEquals", "10", "10", true),
        ("NumericGreaterThan", "-1", "-0.5", true),
        ("NumericGreaterThan", "-1", "-1", false),
        ("NumericGreaterThanEquals", "-1", "-1", true),
        ("NumericGreaterThan", "1", "many", false),
        ("DateEquals", r#""1970-01-02""#, "86400", true),
        ("DateNotEquals", r#""1970-01-02""#, "86400", false),
        (
            "DateLessThan",
            r#""2026-05-27T00:00:00Z""#,
            "2026-05-26T23:59:59Z",
            true,
        ),
        (
            "DateLessThan",
            r#""2026-05-27T00:00:00Z""#,
            "2026-05-27T01:00:00+01:00",
            false,
        ),
        (
            "DateLessThanEquals",
            r#""2026-05-27T00:00:00Z""#,
            "2026-05-27T01:00:00+01:00",
            true,
        ),
        ("DateGreaterThan", r#""2026""#, "2026-01-01T00:00:01Z", true),
        ("DateGreaterThanEquals", r#""2026""#, "2025-12-31", false),
        ("DateGreaterThan", r#""soon""#, "2026-01-01", false),
        ("Bool", "true", "TRUE", true),
        ("Bool", r#""false""#, "true", false),
        ("Bool", r#""yes""#, "yes", false),
        ("BinaryEquals", r#""QQ==""#, "QQ==", true),
        ("BinaryEquals", r#""QQ==""#, "qq==", false),
        (
            "IpAddress",
            r#"["203.0.113.0/24","2001:db8::/32"]"#,
            "203.0.113.9",
            true,
        ),
        (
            "IpAddress",
            r#"["203.0.113.0/24","2001:db8::/32"]"#,
            "2001:db8::1",
            true,
        ),
        ("IpAddress", r#""203.0.113.7""#, "203.0.113.8", false),
        ("IpAddress", r#""203.0.113.7/24""#, "203.0.113.8", true),
        ("IpAddress", r#""2001:db8::1""#, "2001:db8::1", true),
        ("IpAddress", r#""0.0.0.0/0""#, "here", false),
        ("NotIpAddress", r#""203.0.113.0/24""#, "203.0.113.9", false),
        ("NotIpAddress", r#""203.0.113.0/24""#, "198.51.100.1", true),
        (
            "ArnEquals",
            r#""arn:aws:sns:*:111122223333:t*""#,
            "arn:aws:sns:r:111122223333:t:1",
            true,
        ),
        (
            "ArnLike",
            r#""arn:aws:sns:*:1:t""#,
            "arn:aws:sns:r:2:s:1:t",
            false,
        ),
        ("ArnLike", r#""arn:aws:sns*""#, "arn:aws:sns:r:1:t", false),
        (
            "ArnNotEquals",
            r#""arn:aws:sns:*:1:t""#,
            "arn:aws:sns:r:1:t",
            false,
        ),
        (
            "ArnNotLike",
            r#""arn:aws:sns:*:1:t""#,
            "arn:aws:sns:r:1:u",
            true,
        ),
    ] {
        assert_eq!(
            holds(operator, values, one(value)),
            expected,
            "{operator} {values} {value}"
        );
    }
}

#[test]
fn each_operator_knows_what_an_absent_key_means() {
    for (operators, values, plain) in [
        (
            &[
                "StringEquals",
                "StringLike",
                "StringEqualsIgnoreCase",
                "Bool",
                "BinaryEquals",
            ][..],
            r#""true""#,
            false,
        ),
        (
            &[
                "StringNotEquals",
                "StringNotLike",
                "StringNotEqualsIgnoreCase",
            ],
            r#""true""#,
            true,
        ),
        (
            &["NumericEquals", "NumericLessThan", "NumericLessThanEquals"],
            "1",
            false,
        ),
        (
            &["NumericGreaterThan", "NumericGreaterThanEquals"],
            "1",
            false,
        ),
        (&["NumericNotEquals"], "1", true),
        (
            &["DateEquals", "DateLessThan", "DateLessThanEquals"],
            r#""2026""#,
            false,
        ),
        (
            &["DateGreaterThan", "DateGreaterThanEquals"],
            r#""2026""#,
            false,
        ),
        (&["DateNotEquals"], r#""2026""#, true),
        (&["IpAddress"], r#""203.0.113.0/24""#, false),
        (&["NotIpAddress"], r#""203.0.113.0/24""#, true),
        (&["ArnEquals", "ArnLike"], r#""arn:aws:s3:::a""#, false),
        (&["ArnNotEquals", "ArnNotLike"], r#""arn:aws:s3:::a""#, true),
    ] {
        for operator in operators {
            let holds = |operator: String| holds(&operator, values, None);
            assert_eq!(holds((*operator).to_owned()), plain, "{operator}");
            assert!(holds(format!("{operator}IfExists")), "{operator}IfExists");
            assert!(
                holds(format!("ForAllValues:{operator}")),
                "ForAllValues:{operator}"
            );
            assert!(
                !holds(format!("ForAnyValue:{operator}")),
                "ForAnyValue:{operator}"
            );
            assert!(
                holds(format!("ForAnyValue:{operator}IfExists")),
                "ForAnyValue:{operator}IfExists"
            );
        }
    }
}

#[test]
fn set_operators_look_at_every_value() {
    for (operator, values, value, expected) in [
        (
            "ForAllValues:StringEquals",
            r#"["a","b"]"#,
            many(&["a", "b"]),
            true,
        ),
        (
            "ForAllValues:StringEquals",
            r#"["a","b"]"#,
            many(&["a", "c"]),
            false,
        ),
        ("ForAllValues:StringEquals", r#""a""#, one("a"), true),
        (
            "ForAllValues:StringNotEquals",
            r#""a""#,
            many(&["b", "c"]),
            true,
        ),
        (
            "ForAllValues:StringNotEquals",
            r#""a""#,
            many(&["a", "b"]),
            false,
        ),
        ("ForAllValues:StringEquals", r#""a""#, many(&[]), true),
        (
            "ForAnyValue:StringLike",
            r#""a*""#,
            many(&["b", "ab"]),
            true,
        ),
        ("ForAnyValue:StringLike", r#""a*""#, many(&["b"]), false),
        (
            "ForAnyValue:StringNotLike",
            r#""a*""#,
            many(&["a", "b"]),
            true,
        ),
        ("ForAnyValue:StringNotLike", r#""a*""#, many(&["a"]), false),
        ("ForAnyValue:StringEquals", r#""a""#, many(&[]), false),
        ("StringEquals", r#""a""#, many(&["a"]), false),
        ("StringNotEquals", r#""a""#, many(&["a"]), true),
        ("StringEqualsIfExists", r#""a""#, many(&["a"]), false),
    ] {
        assert_eq!(
            holds(operator, values, value.clone()),
            expected,
            "{operator} {values} {value:?}"
        );
    }
}

#[test]
fn null_asks_for_absence() {
    for (values, absent, present) in [
        ("true", true, false),
        (r#""False""#, false, true),
        ("[true,false]", true, true),
        (r#""maybe""#, false, false),
    ] {
        assert_eq!(holds("Null", values, None), absent, "{values}");
        assert_eq!(holds("Null", values, many(&[])), absent, "{values}");
        assert_eq!(holds("Null", values, one("")), present, "{values}");
        assert_eq!(holds("Null", values, many(&["a"])), present, "{values}");
    }
}

#[test]
fn variables_in_conditions_need_a_value() {
    let document = identity(
        r#"{"Effect":"Allow","Action":"a:equal","Resource":"*","Condition":{"StringEquals":{"aws:ResourceAccount":"${aws:PrincipalAccount}"}}},
           {"Effect":"Allow","Action":"a:other","Resource":"*","Condition":{"StringNotEquals":{"aws:ResourceAccount":"${aws:PrincipalAccount}"}}},
           {"Effect":"Allow","Action":"a:default","Resource":"*","Condition":{"StringEquals":{"aws:ResourceAccount":"${aws:PrincipalAccount, '2'}"}}}"#,
    );
    for (action, principal, expected) in [
        ("a:equal", Some("1"), true),
        ("a:equal", Some("2"), false),
        ("a:equal", None, false),
        ("a:other", Some("1"), false),
        ("a:other", Some("2"), true),
        ("a:other", None, true),
        ("a:default", None, false),
    ] {
        let mut request = request(action, "*");
        request.context.insert("aws:ResourceAccount", "1");
        if let Some(principal) = principal {
            request.context.insert("aws:PrincipalAccount", principal);
        }
        assert_eq!(
            is_allowed(&document, &request),
            expected,
            "{action} {principal:?}"
        );
    }
}

#[test]
fn every_condition_must_hold() {
    let document = identity(
        r#"{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"StringEquals":{"a":"1","b":["2","3"]},"Null":{"c":true}}}"#,
    );
    for (context, expected) in [
        (&[("a", "1"), ("b", "3")][..], true),
        (&[("a", "1"), ("b", "4")], false),
        (&[("a", "1")], false),
        (&[("a", "1"), ("b", "2"), ("c", "")], false),
    ] {
        let mut request = request("a:b", "*");
        request.context = context.iter().copied().collect();
        assert_eq!(is_allowed(&document, &request), expected, "{context:?}");
    }
}

#[test]
fn principals_match_by_type() {
    let role = || Principal::Aws("arn:aws:iam::111122223333:role/path/Deploy".into());
    let session = || Principal::Aws("arn:aws:sts::111122223333:assumed-role/Deploy/job".into());
    let service = || Principal::Service("connect.amazonaws.com".into());
    let federated = || Principal::Federated("accounts.google.com".into());
    for (principal, caller, expected) in [
        (r#""Principal":"*""#, Principal::Anonymous, true),
        (r#""Principal":{"AWS":"*"}"#, Principal::Anonymous, true),
        (r#""Principal":{"AWS":"*"}"#, service(), true),
        (r#""Principal":{"AWS":"111122223333"}"#, role(), true),
        (
            r#""Principal":{"AWS":"arn:aws:iam::111122223333:root"}"#,
            session(),
            true,
        ),
        (r#""Principal":{"AWS":"444455556666"}"#, role(), false),
        (
            r#""Principal":{"AWS":"111122223333"}"#,
            Principal::Anonymous,
            false,
        ),
        (
            r#""Principal":{"AWS":"arn:aws:iam::111122223333:role/path/Deploy"}"#,
            session(),
            true,
        ),
        (
            r#""Principal":{"AWS":"arn:aws:sts::111122223333:assumed-role/Deploy/job"}"#,
            role(),
            false,
        ),
        (
            r#""Principal":{"Service":"connect.amazonaws.com"}"#,
            service(),
            true,
        ),
        (
            r#""Principal":{"Service":"profile.amazonaws.com"}"#,
            service(),
            false,
        ),
        (r#""Principal":{"Federated":"*"}"#, federated(), true),
        (r#""Principal":{"Federated":"*"}"#, service(), false),
        (r#""NotPrincipal":{"AWS":"111122223333"}"#, role(), false),
        (r#""NotPrincipal":{"AWS":"111122223333"}"#, service(), true),
    ] {
        let text = format!(r#"{{"Statement":{{"Effect":"Allow","Action":"sts:*",{principal}}}}}"#);
        let document = Document::parse(&text, Kind::Trust).unwrap();
        let mut request = request("sts:AssumeRole", "arn:aws:iam::111122223333:role/x");
        assert!(!is_allowed(&document, &request), "no caller: {principal}");
        request.principal = Some(caller);
        assert_eq!(
            is_allowed(&document, &request),
            expected,
            "{principal} {request}"
        );
    }
}

#[test]
fn identity_policies_do_not_look_at_the_caller() {
    let document = identity(r#"{"Effect":"Allow","Action":"*","Resource":"*"}"#);
    let mut request = request("s3:GetObject", "x");
    request.principal = Some(Principal::Anonymous);
    assert!(is_allowed(&document, &request));
}

#[test]
fn an_incomplete_arn_is_completed() {
    for (pattern, resource, expected) in [
        (
            "arn:aws:sqs",
            "arn:aws:sqs:us-east-1:111122223333:queue",
            true,
        ),
        (
            "arn:aws:sqs:us-*",
            "arn:aws:sqs:us-east-1:111122223333:queue",
            true,
        ),
        (
            "arn:aws:sqs:us-*",
            "arn:aws:sqs:eu-west-1:111122223333:us-queue",
            false,
        ),
        (
            "arn:aws:s",
            "arn:aws:sqs:us-east-1:111122223333:queue",
            false,
        ),
        ("arn:aws:sqs", "arn:aws:sqs", false),
        ("arn", "arn:aws:sqs:us-east-1:111122223333:queue", false),
        ("*", "arn:aws:sqs:us-east-1:111122223333:queue", true),
    ] {
        let text = format!(
            r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Allow","Action":"sqs:*","Resource":"{pattern}"}}}}"#
        );
        let document = Document::parse(&text, Kind::Identity).unwrap();
        let request = Request {
            action: "sqs:SendMessage".to_owned(),
            resource: Some(resource.to_owned()),
            principal: None,
            context: Context::new(),
        };
        let is_allowed = matches!(evaluate(&[&document], &request), Decision::Allowed(_));
        assert_eq!(is_allowed, expected, "{pattern} {resource}");
    }
}

#[test]
fn the_caller_settles_its_arn_unless_the_context_says_another() {
    let text = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"sts:AssumeRole","Principal":"*",
        "Condition":{"ArnEquals":{"aws:PrincipalArn":"arn:aws:iam::111122223333:role/x"},"StringEquals":{"aws:PrincipalAccount":"111122223333"}}}}"#;
    let document = Document::parse(text, Kind::Trust).unwrap();
    let other = "arn:aws:iam::111122223333:role/p/x";
    for (caller, arn, expected) in [
        ("arn:aws:iam::111122223333:role/x", None, true),
        ("arn:aws:sts::111122223333:assumed-role/x/job", None, true),
        (
            "arn:aws:sts::111122223333:assumed-role/x/job",
            Some(other),
            false,
        ),
        ("arn:aws:iam::111122223333:user/x", None, false),
        ("arn:aws:iam::444455556666:role/x", None, false),
    ] {
        let context = arn.map(|arn| ("aws:PrincipalArn", arn));
        let request = Request {
            action: "sts:AssumeRole".to_owned(),
            resource: None,
            principal: Some(Principal::Aws(caller.to_owned())),
            context: context.into_iter().collect(),
        };
        let is_allowed = matches!(evaluate(&[&document], &request), Decision::Allowed(_));
        assert_eq!(is_allowed, expected, "{caller} {arn:?}");
    }
}
