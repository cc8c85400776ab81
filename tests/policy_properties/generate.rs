//! Policies of the whole language, over alphabets small enough that their statements meet.

use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use roledrift::policy::Kind;

use crate::model::{Condition, Element, Policy, Statement};

const ACTIONS: [&str; 12] = [
    "*",
    "*:*",
    "s3:*",
    "s3:Get*",
    "s3:?et",
    "s3:Put",
    "s3:get",
    "S3:Get?",
    "s3:*t*",
    "iam:*Role",
    "iam:PassRole",
    "?3:*",
];

const RESOURCES: [&str; 16] = [
    "*",
    "*",
    "?",
    "arn:aws:x:*:*:a*",
    "arn:aws:x:r:1:ab",
    "arn:aws:x:*:1:b",
    "arn:aws:x:r:1:?b",
    "arn:aws:x:r*:1:a:b",
    "arn:*:x:r:1:*b",
    "arn:aws:x:r:1:${v}",
    "arn:aws:x:r:${v}:b/*",
    "arn:aws:x:r:1:${k}${v}",
    "b:${v, 'ab'}",
    "b:${*}",
    "b:?",
    "arn:aws:x:r:1:a/${V}/*",
];

const PRINCIPALS: [&str; 12] = [
    "*",
    "AWS *",
    "AWS 111122223333",
    "AWS arn:aws:iam::111122223333:root",
    "AWS arn:aws:iam::111122223333:role/p/R",
    "AWS arn:aws:iam::111122223333:user/u",
    "AWS arn:aws:sts::111122223333:assumed-role/R/s",
    "AWS arn:aws:iam::444455556666:role/R",
    "Service x.amazonaws.com",
    "Service *",
    "Federated f.example",
    "CanonicalUser 79a5",
];

/// Operators of one type, the values they are given, and the keys they mostly look at.
const FAMILIES: [(&[&str], &[&str], &[&str]); 11] = [
    (
        &[
            "StringEquals",
            "StringNotEquals",
            "StringEqualsIgnoreCase",
            "StringNotEqualsIgnoreCase",
        ],
        &["a", "A", "ab", "b", "${v}", "${w, 'a'}", "a*", ""],
        &["k", "v", "k", "w"],
    ),
    (
        &["StringLike", "StringNotLike"],
        &["a", "a*", "*b", "?", "*", "${v}*", "${v}", "a${*}", "?*"],
        &["k", "v", "k", "w"],
    ),
    (
        &[
            "NumericEquals",
            "NumericNotEquals",
            "NumericLessThan",
            "NumericLessThanEquals",
            "NumericGreaterThan",
            "NumericGreaterThanEquals",
        ],
        &["5", "5.0", "-2.5", "7", "x"],
        &["n", "n", "k"],
    ),
    (
        &[
            "DateEquals",
            "DateNotEquals",
            "DateLessThan",
            "DateLessThanEquals",
            "DateGreaterThan",
            "DateGreaterThanEquals",
        ],
        &["2026-05-27", "2026-05-27T00:00:00Z", "2027", "0", "soon"],
        &["d", "d", "k"],
    ),
    (&["Bool"], &["true", "FALSE", "maybe"], &["b", "b", "k"]),
    (&["BinaryEquals"], &["YQ==", "a"], &["b", "k"]),
    (
        &["IpAddress", "NotIpAddress"],
        &[
            "10.0.0.0/8",
            "10.1.1.1",
            "10.1.0.0/16",
            "2001:db8::/32",
            "::1",
        ],
        &["i", "i", "k"],
    ),
    (
        &["ArnEquals", "ArnLike", "ArnNotEquals", "ArnNotLike"],
        &[
            "arn:aws:x:r:1:a",
            "arn:aws:x:*:1:a*",
            "arn:aws:x:?:*:*b",
            "arn:aws:x:r:1:${v}",
            "a*",
        ],
        &["a", "a", "k"],
    ),
    (
        &["ArnEquals", "ArnNotLike", "StringEquals"],
        &[
            "arn:aws:iam::111122223333:role/p/R",
            "arn:aws:iam::444455556666:role/R",
            "arn:aws:iam::111122223333:*",
            "arn:aws:iam::*:user/u",
        ],
        &["aws:PrincipalArn"],
    ),
    (
        &["StringEquals", "StringNotEquals"],
        &["111122223333", "444455556666", "anonymous", "${v}"],
        &["aws:PrincipalAccount"],
    ),
    (
        &["Null"],
        &["true", "false"],
        &["k", "v", "n", "d", "i", "a", "b"],
    ),
];

fn owned(values: &[&str]) -> Vec<String> {
    values.iter().map(|&value| value.to_owned()).collect()
}

/// One to three of the values; the opposite of the element now and then.
fn element(values: &'static [&'static str], opposites: u32) -> impl Strategy<Value = Element> {
    let is_opposite = prop_oneof![5 => Just(false), opposites => Just(true)];
    (is_opposite, subsequence(values, 1..4)).prop_map(|(is_opposite, values)| Element {
        is_opposite,
        values: owned(&values),
    })
}

fn condition() -> impl Strategy<Value = Condition> {
    select(&FAMILIES[..]).prop_flat_map(|(operators, values, keys)| {
        let is_null = operators == ["Null"];
        let set = prop_oneof![4 => Just(""), 1 => Just("ForAllValues:"), 1 => Just("ForAnyValue:")];
        let ending = prop_oneof![3 => Just(""), 1 => Just("IfExists")];
        let most = values.len().min(3);
        let parts = (set, select(operators), ending);
        (parts, select(keys), subsequence(values, 1..=most)).prop_map(
            move |((set, base, ending), key, values)| Condition {
                operator: if is_null {
                    base.to_owned()
                } else {
                    format!("{set}{base}{ending}")
                },
                key: key.to_owned(),
                values: owned(&values),
            },
        )
    })
}

pub(crate) fn statement(kind: Kind) -> impl Strategy<Value = Statement> {
    let effect = prop_oneof![2 => Just("Allow"), 1 => Just("Deny")];
    let conditions = prop_oneof![
        2 => Just(Vec::new()).boxed(),
        3 => proptest::collection::vec(condition(), 1..4).boxed(),
    ];
    let parts = (
        element(&ACTIONS, 1),
        element(&RESOURCES, 1),
        element(&PRINCIPALS, 1),
    );
    (effect, parts, conditions).prop_map(
        move |(effect, (actions, resources, principals), conditions)| Statement {
            effect,
            actions,
            resources: (kind != Kind::Trust).then_some(resources),
            principals: (kind != Kind::Identity).then_some(principals),
            conditions,
        },
    )
}

pub(crate) fn kind() -> impl Strategy<Value = Kind> {
    prop_oneof![3 => Just(Kind::Identity), 1 => Just(Kind::Trust), 1 => Just(Kind::Resource)]
}

pub(crate) fn policy(kind: Kind) -> impl Strategy<Value = Policy> {
    let version = prop_oneof![5 => Just("2012-10-17"), 1 => Just("2008-10-17")];
    (version, proptest::collection::vec(statement(kind), 1..4)).prop_map(|(version, statements)| {
        Policy {
            version,
            statements,
        }
    })
}

pub(crate) fn any_policy() -> impl Strategy<Value = (Kind, Policy)> {
    kind().prop_flat_map(|kind| (Just(kind), policy(kind)))
}

pub(crate) fn any_statement() -> impl Strategy<Value = (Kind, Statement)> {
    kind().prop_flat_map(|kind| (Just(kind), statement(kind)))
}
