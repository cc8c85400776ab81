//! Laws that comparison and evaluation keep for all documents and requests.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use roledrift::policy::{
    Comparison, Context, Decision, Difference, Document, Kind, Principal, Reading, Reason, Request,
    Value, Verdict, compare, evaluate_under, new_access, new_access_under,
};

fn identity(statements: &str) -> Document {
    let text = format!(r#"{{"Version":"2012-10-17","Statement":[{statements}]}}"#);
    Document::parse(&text, Kind::Identity).unwrap()
}

fn json_list(values: &[&str]) -> String {
    let quoted: Vec<_> = values.iter().map(|value| format!("{value:?}")).collect();
    format!("[{}]", quoted.join(","))
}

prop_compose! {
    fn any_statement()(
        effect in select(&["Allow", "Allow", "Deny"][..]),
        action in select(&["Action", "Action", "NotAction"][..]),
        actions in subsequence(&["*", "s3:*", "s3:Get*", "s3:?et", "s3:Put", "s3:Get", "iam:*Role"][..], 1..3),
        resource in select(&["Resource", "Resource", "NotResource"][..]),
        resources in subsequence(
            &["*", "*", "arn:aws:x:*:*:a*", "arn:aws:x:r:1:ab", "arn:aws:x:*:1:b", "b:${v}", "b:?"][..],
            1..3,
        ),
        conditions in subsequence(
            &[
                r#""StringEquals":{"k":["a","b"]}"#,
                r#""StringNotEquals":{"k":"a"}"#,
                r#""StringLikeIfExists":{"k":"a*"}"#,
                r#""StringEqualsIgnoreCase":{"k":"A"}"#,
                r#""StringNotLike":{"k":"${v}"}"#,
                r#""StringLike":{"k":["${v}*"]}"#,
                r#""ForAllValues:StringEquals":{"k":["a","c"]}"#,
                r#""ForAnyValue:StringNotLike":{"k":"a*"}"#,
                r#""NumericLessThan":{"n":5}"#,
                r#""NumericGreaterThanEquals":{"n":["-2.5","7"]}"#,
                r#""NumericNotEquals":{"n":5}"#,
                r#""IpAddress":{"n":"10.0.0.0/8"}"#,
                r#""Null":{"k":true}"#,
                r#""Null":{"n":"false"}"#,
                r#""Bool":{"k":"true"}"#,
            ][..],
            0..3,
        ),
    ) -> String {
        let mut operators = std::collections::BTreeSet::new();
        let conditions = conditions.into_iter().filter(|text| operators.insert(text.split(':').next()));
        format!(
            r#"{{"Effect":"{effect}","{action}":{},"{resource}":{},"Condition":{{{}}}}}"#,
            json_list(&actions),
            json_list(&resources),
            conditions.collect::<Vec<_>>().join(","),
        )
    }
}

fn any_statements() -> impl Strategy<Value = Vec<String>> {
    proptest::collection::vec(any_statement(), 1..4)
}

fn any_value() -> impl Strategy<Value = Option<Value>> {
    let single = || {
        select(
            &[
                "a", "A", "ab", "b", "c", "true", "5", "4.99", "-3", "8", "10.1.1.1", "x",
            ][..],
        )
    };
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
        action in select(&["s3:Get", "s3:GetX", "s3:Set", "s3:Put", "s3:Other", "iam:PassRole", "ec2:Stop"][..]),
        resource in select(&[
            "arn:aws:x:r:1:ab", "arn:aws:x:r:1:b", "arn:aws:x:r:1:a:1:b", "arn:aws:x:r:2:a", "b:a", "b:ab", "other",
        ][..]),
        keys in (any_value(), any_value(), any_value()),
    ) -> Request {
        let (k, n, v) = keys;
        let keys = [("k", k), ("n", n), ("v", v)];
        let context: Context = keys.into_iter().filter_map(|(key, value)| Some((key, value?))).collect();
        Request {
            action: action.to_owned(),
            resource: Some(resource.to_owned()),
            principal: Some(Principal::Anonymous),
            context,
        }
    }
}

/// The verdict without the statement that an undecided one points to.
fn outline(comparison: &Comparison) -> String {
    match comparison.verdict {
        Verdict::Undecided(_) => "Undecided".to_owned(),
        verdict => format!("{verdict:?}"),
    }
}

proptest! {
    #[test]
    fn a_set_is_equal_to_itself(statements in any_statements()) {
        let document = identity(&statements.join(","));
        prop_assert_eq!(compare(&[&document], &[&document]).verdict, Verdict::Equal);
    }

    #[test]
    fn order_repetition_and_division_change_nothing(
        statements in any_statements(),
        other in any_statements(),
    ) {
        let document = identity(&statements.join(","));
        let reversed: Vec<_> = statements.iter().rev().cloned().collect();
        let split: Vec<_> = reversed.iter().chain(&statements).map(|statement| identity(statement)).collect();
        let split: Vec<_> = split.iter().collect();
        prop_assert_eq!(compare(&[&document], &split).verdict, Verdict::Equal);
        let other = identity(&other.join(","));
        prop_assert_eq!(
            outline(&compare(&[&document], &[&other])),
            outline(&compare(&split, &[&other]))
        );
    }

    #[test]
    fn swapping_sides_swaps_gained_and_lost(a in any_statements(), b in any_statements()) {
        let (a, b) = (identity(&a.join(",")), identity(&b.join(",")));
        let (one, other) = (compare(&[&a], &[&b]), compare(&[&b], &[&a]));
        prop_assert_eq!(&one.gained, &other.lost);
        prop_assert_eq!(&one.lost, &other.gained);
    }

    #[test]
    fn requests_never_contradict_an_answer(
        reference in any_statements(),
        candidate in any_statements(),
        requests in proptest::collection::vec(any_request(), 200),
    ) {
        let (reference, candidate) = (identity(&reference.join(",")), identity(&candidate.join(",")));
        let is_new = |reading, request: &Request| {
            let allows = |document| {
                matches!(evaluate_under(reading, &[document], request), Decision::Allowed(_))
            };
            allows(&candidate) && !allows(&reference)
        };
        for reading in [Reading::WholeText, Reading::BySegment] {
            match new_access_under(reading, &[&reference], &[&candidate]) {
                Difference::Nothing => {
                    for request in &requests {
                        prop_assert!(!is_new(reading, request), "{}", request);
                    }
                }
                Difference::Witness(witness) => prop_assert!(is_new(reading, &witness.request)),
                Difference::NothingBySegment(witness) => {
                    prop_assert!(false, "one reading was asked for: {}", witness.request);
                }
                Difference::Undecided(reason) => {
                    prop_assert!(!matches!(reason, Reason::Internal(_) | Reason::Budget), "{}", reason);
                }
            }
        }
        let answer = new_access(&[&reference], &[&candidate]);
        if let Difference::Witness(witness) | Difference::NothingBySegment(witness) = &answer {
            let readings = [Reading::WholeText, Reading::BySegment];
            let stands = readings.map(|reading| is_new(reading, &witness.request));
            let expected = readings.map(|reading| witness.reading.is_none_or(|own| own == reading));
            prop_assert_eq!(stands, expected);
            let by_segment = matches!(answer, Difference::Witness(_));
            prop_assert_eq!(is_new(Reading::BySegment, &witness.request), by_segment);
            let reading = witness.reading.unwrap_or(Reading::BySegment);
            let decision = evaluate_under(reading, &[&candidate], &witness.request);
            prop_assert_eq!(decision, Decision::Allowed(witness.allowed_by));
        }
    }
}
