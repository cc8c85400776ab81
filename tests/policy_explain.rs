//! Why statements apply or not: never in contradiction to the decision.

#![allow(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use roledrift::policy::{
    Closeness, Context, Decision, Document, Kind, Miss, Principal, Reading, Request, Value,
    evaluate, evaluate_under, explain, explain_under,
};

fn document(statements: &str, kind: Kind) -> Document {
    let text = format!(r#"{{"Version":"2012-10-17","Statement":[{statements}]}}"#);
    Document::parse(&text, kind).unwrap()
}

fn json_list(values: &[&str]) -> String {
    let quoted: Vec<_> = values.iter().map(|value| format!("{value:?}")).collect();
    format!("[{}]", quoted.join(","))
}

prop_compose! {
    /// A statement of a resource policy behind its effect.
    fn any_statement()(
        principal in select(&[
            r#""Principal":"*""#,
            r#""Principal":{"AWS":"111122223333"}"#,
            r#""Principal":{"AWS":"arn:aws:iam::111122223333:role/x"}"#,
            r#""Principal":{"Service":["connect.amazonaws.com"]}"#,
            r#""NotPrincipal":{"AWS":"111122223333"}"#,
        ][..]),
        action in select(&["Action", "Action", "NotAction"][..]),
        actions in subsequence(&["*", "s3:*", "s3:Get*", "s3:Put", "iam:*Role"][..], 1..3),
        resource in select(&["Resource", "Resource", "NotResource"][..]),
        resources in subsequence(
            &["*", "arn:aws:x:*:*:a*", "arn:aws:x:r:1:ab", "b:${v}", "arn:*:b"][..],
            1..3,
        ),
        conditions in subsequence(
            &[
                r#""StringEquals":{"k":["a","b"]}"#,
                r#""StringNotEquals":{"k":"a","v":"b"}"#,
                r#""StringLike":{"k":["${v}*"]}"#,
                r#""ForAllValues:StringEquals":{"k":["a","c"]}"#,
                r#""ForAnyValue:StringNotLike":{"k":"a*"}"#,
                r#""Null":{"k":true}"#,
                r#""ArnLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/x"}"#,
                r#""StringEqualsIfExists":{"aws:PrincipalAccount":"111122223333"}"#,
            ][..],
            0..3,
        ),
    ) -> String {
        format!(
            r#"{principal},"{action}":{},"{resource}":{},"Condition":{{{}}}"#,
            json_list(&actions),
            json_list(&resources),
            conditions.join(","),
        )
    }
}

fn any_statements() -> impl Strategy<Value = Vec<(bool, String)>> {
    proptest::collection::vec((any::<bool>(), any_statement()), 1..5)
}

fn any_value() -> impl Strategy<Value = Option<Value>> {
    let single = || select(&["a", "ab", "b", "c"][..]);
    prop_oneof![
        Just(None),
        single().prop_map(|value| Some(Value::from(value))),
        proptest::collection::vec(single(), 1..3).prop_map(|values| {
            Some(Value::Many(values.into_iter().map(str::to_owned).collect()))
        }),
    ]
}

prop_compose! {
    fn any_request()(
        action in select(&["s3:Get", "S3:PUT", "iam:PassRole", "ec2:Stop"][..]),
        resource in select(&[None, Some("arn:aws:x:r:1:ab"), Some("arn:aws:x:r:1:a:1:b"), Some("b:a")][..]),
        principal in select(vec![
            None,
            Some(Principal::Anonymous),
            Some(Principal::Service("connect.amazonaws.com".to_owned())),
            Some(Principal::Aws("arn:aws:iam::111122223333:role/x".to_owned())),
            Some(Principal::Aws("arn:aws:sts::111122223333:assumed-role/x/job".to_owned())),
            Some(Principal::Aws("arn:aws:iam::444455556666:user/y".to_owned())),
        ]),
        k in any_value(),
        v in any_value(),
    ) -> Request {
        let keys = [("k", k), ("v", v)];
        Request {
            action: action.to_owned(),
            resource: resource.map(str::to_owned),
            principal,
            context: keys.into_iter().filter_map(|(key, value)| Some((key, value?))).collect(),
        }
    }
}

fn resource_policy(statement: &str, allows: bool) -> Document {
    let effect = if allows { "Allow" } else { "Deny" };
    let statement = format!(r#"{{"Effect":"{effect}",{statement}}}"#);
    document(&statement, Kind::Resource)
}

proptest! {
    #[test]
    fn an_explanation_never_contradicts_the_decision(
        statements in any_statements(),
        requests in proptest::collection::vec(any_request(), 20),
    ) {
        let documents: Vec<_> = statements.iter().map(|(allows, text)| resource_policy(text, *allows)).collect();
        let documents: Vec<_> = documents.iter().collect();
        let alone: Vec<_> = statements.iter().map(|(_, text)| resource_policy(text, true)).collect();
        for request in &requests {
            prop_assert_eq!(explain(&documents, request).decision, evaluate(&documents, request));
            for (reading, other) in [
                (Reading::WholeText, Reading::BySegment),
                (Reading::BySegment, Reading::WholeText),
            ] {
                let explanation = explain_under(reading, &documents, request);
                prop_assert_eq!(explanation.decision, evaluate_under(reading, &documents, request));
                prop_assert_eq!(explanation.other_reading, evaluate_under(other, &documents, request));
                prop_assert_eq!(explanation.judgements.len(), statements.len());
                prop_assert_eq!(explanation.nearest_first().len(), statements.len());
                for judgement in &explanation.judgements {
                    let place = judgement.statement;
                    prop_assert_eq!(place.statement, 0);
                    let decision = evaluate_under(reading, &[&alone[place.document]], request);
                    prop_assert_eq!(judgement.applies(), matches!(decision, Decision::Allowed(_)));
                    prop_assert_eq!(judgement.applies(), judgement.closeness() == Closeness::Applies);
                }
            }
        }
    }
}

fn request(context: Context) -> Request {
    Request {
        action: "s3:GetObject".to_owned(),
        resource: Some("arn:aws:s3:::a/b".to_owned()),
        principal: None,
        context,
    }
}

#[test]
fn every_element_that_misses_is_named_with_what_the_request_holds() {
    let policy = document(
        r#"{"Effect":"Deny","Principal":{"AWS":"111122223333"},"Action":"s3:Put*","NotResource":"*",
            "Condition":{"StringEquals":{"k":"a","n":"a"},"StringLike":{"v":"*"},"Null":{"k":false}}}"#,
        Kind::Resource,
    );
    let context: Context = [
        ("K", Value::from("b")),
        ("v", Value::Many(vec!["x".into()])),
    ]
    .into_iter()
    .collect();
    let explanation = explain(&[&policy], &request(context));
    let judgement = &explanation.judgements[0];
    assert_eq!(
        judgement.misses[..3],
        [Miss::Principal, Miss::Action, Miss::Resource]
    );
    let failed: Vec<_> = judgement.failed_conditions().collect();
    let held: Vec<_> = failed
        .iter()
        .map(|own| (own.index, own.held.clone()))
        .collect();
    assert_eq!(
        held,
        [
            (0, Some(Value::from("b"))),
            (1, None),
            (2, Some(Value::Many(vec!["x".into()]))),
        ]
    );
    assert_eq!(judgement.closeness(), Closeness::OtherAction);
}

#[test]
fn what_would_change_the_decision_comes_first() {
    let statement = |effect: &str, rest: &str| format!(r#"{{"Effect":"{effect}",{rest}}}"#);
    let action = r#""Action":"s3:PutObject","Resource":"*""#;
    let resource = r#""Action":"s3:*","Resource":"arn:aws:s3:::z""#;
    let one = r#""Action":"s3:*","Resource":"*","Condition":{"StringEquals":{"k":"a"}}"#;
    let two = r#""Action":"s3:*","Resource":"*","Condition":{"StringEquals":{"k":"a","l":"a"}}"#;
    let rows = [
        statement("Allow", action),
        statement("Deny", one),
        statement("Allow", resource),
        statement("Allow", two),
        statement("Allow", one),
    ];
    let order = |statements: &[String]| -> Vec<usize> {
        let policy = document(&statements.join(","), Kind::Identity);
        let explanation = explain(&[&policy], &request(Context::new()));
        let nearest = explanation.nearest_first();
        nearest.iter().map(|own| own.statement.statement).collect()
    };
    assert_eq!(order(&rows), [4, 3, 2, 1, 0]);
    let all = statement("Allow", r#""Action":"*","Resource":"*""#);
    assert_eq!(order(&[&rows[..], &[all]].concat()), [5, 1, 4, 3, 2, 0]);
}
