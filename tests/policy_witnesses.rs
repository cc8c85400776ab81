//! How readable the requests are that a comparison gives as proof.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod policy_documents;

use policy_documents::{allow, document, identity, statement};
use roledrift::policy::{
    Decision, Difference, Document, Kind, Reading, Witness, compare, evaluate_under, new_access,
};

/// Returns the witness of what the candidate gains, after checking it with the evaluator.
fn gained(reference: &Document, candidate: &Document) -> Witness {
    let Difference::Witness(witness) = new_access(&[reference], &[candidate]) else {
        panic!("no witness")
    };
    for reading in [Reading::WholeText, Reading::BySegment] {
        let decide = |document| evaluate_under(reading, &[document], &witness.request);
        assert_eq!(decide(candidate), Decision::Allowed(witness.allowed_by));
        assert!(!matches!(decide(reference), Decision::Allowed(_)));
    }
    witness
}

/// Asserts for each row of reference, candidate and request that the request shows what the candidate gains.
fn assert_requests(rows: &[(String, String, &str)]) {
    for (reference, candidate, expected) in rows {
        let witness = gained(&identity(reference), &identity(candidate));
        assert_eq!(
            witness.request.to_string(),
            *expected,
            "{reference} {candidate}"
        );
    }
}

#[test]
fn an_action_that_the_reference_allows_nowhere_comes_first() {
    let objects = allow(
        r#"["s3:GetObject","s3:PutObject"]"#,
        r#""arn:aws:s3:::a/*""#,
    );
    assert_requests(&[
        (
            objects.clone(),
            allow(r#""s3:*""#, r#""*""#),
            "`s3:DeleteBucket` on `arn:aws:s3:::example-bucket`",
        ),
        (
            allow(r#""s3:*Object""#, r#""arn:aws:s3:::a/*""#),
            allow(r#"["s3:GetObject","s3:GetBucketAcl"]"#, r#""*""#),
            "`s3:GetBucketAcl` on `arn:aws:s3:::example-bucket`",
        ),
        (
            objects.clone(),
            [
                allow(r#""s3:GetObject""#, r#""arn:aws:s3:::b/*""#),
                allow(r#""sqs:DeleteQueue""#, r#""*""#),
            ]
            .join(","),
            "`sqs:DeleteQueue` on `arn:aws:sqs:us-east-1:111122223333:example`",
        ),
        (
            objects,
            allow(r#""s3:GetObject""#, r#""arn:aws:s3:::b/*""#),
            "`s3:GetObject` on `arn:aws:s3:::b/example`",
        ),
    ]);
}

#[test]
fn telling_actions_stand_for_all_actions() {
    let not_action = r#"{"Effect":"Allow","NotAction":"iam:*","Resource":"*"}"#.to_owned();
    assert_requests(&[
        (
            allow(r#""s3:GetObject""#, r#""*""#),
            allow(r#""*""#, r#""*""#),
            "`iam:CreateUser` on `arn:aws:iam::111122223333:user/example`",
        ),
        (
            allow(r#"["iam:CreateUser","iam:P*"]"#, r#""*""#),
            allow(r#""*:*""#, r#""*""#),
            "`iam:AttachRolePolicy` on `arn:aws:iam::111122223333:role/example`",
        ),
        (
            allow(r#"["sts:*","s3:*"]"#, r#""*""#),
            not_action,
            "`kms:Decrypt` on `arn:aws:kms:us-east-1:111122223333:key/example`",
        ),
        (
            allow(r#""iam:*""#, r#""*""#),
            allow(r#""*""#, r#""arn:aws:sqs:*:*:orders-*""#),
            "`sqs:AddPermission` on `arn:aws:sqs:us-east-1:111122223333:orders-example`",
        ),
        (
            allow(r#""s3:*""#, r#""*""#),
            allow(r#""*:ImportPhone*""#, r#""*""#),
            "`connect:ImportPhoneNumber` on `arn:aws:connect:us-east-1:111122223333:instance/example`",
        ),
    ]);
}

#[test]
fn a_trust_policy_is_about_taking_on_a_role() {
    let trust = |action: &str| {
        let statement = format!(
            r#"{{"Effect":"Allow","Action":"{action}","Principal":{{"Service":"connect.amazonaws.com"}}}}"#
        );
        document(&statement, Kind::Trust)
    };
    for (reference, candidate, expected) in [
        (
            "sts:TagSession",
            "*",
            "`sts:AssumeRole` as service `connect.amazonaws.com`",
        ),
        (
            "sts:TagSession",
            "STS:assumerole",
            "`sts:AssumeRole` as service `connect.amazonaws.com`",
        ),
    ] {
        let witness = gained(&trust(reference), &trust(candidate));
        assert_eq!(witness.request.to_string(), expected);
    }
}

#[test]
fn actions_that_change_something_come_first() {
    let reference = allow(r#""s3:GetObject""#, r#""*""#);
    assert_requests(&[
        (
            reference.clone(),
            allow(r#""connect:Import*""#, r#""*""#),
            "`connect:ImportPhoneNumber` on `arn:aws:connect:us-east-1:111122223333:instance/example`",
        ),
        (
            reference.clone(),
            allow(
                r#"["sqs:GetQueueUrl","sqs:ListQueues","sqs:TagQueue","sqs:PurgeQueue"]"#,
                r#""*""#,
            ),
            "`sqs:PurgeQueue` on `arn:aws:sqs:us-east-1:111122223333:example`",
        ),
        (
            reference,
            allow(r#"["sqs:ListQueues","sqs:GetQueueUrl"]"#, r#""*""#),
            "`sqs:GetQueueUrl` on `arn:aws:sqs:us-east-1:111122223333:example`",
        ),
    ]);
}

#[test]
fn actions_are_spelled_as_published_or_as_in_the_document() {
    let reference = allow(r#""s3:GetObject""#, r#""*""#);
    let candidates = |actions| allow(actions, r#""*""#);
    assert_requests(&[
        (
            reference.clone(),
            candidates(r#""CLOUDFRONT:listdistributions""#),
            "`cloudfront:ListDistributions` on `*`",
        ),
        (
            reference.clone(),
            candidates(r#""cloudfront:listdist*""#),
            "`cloudfront:ListDistributions` on `*`",
        ),
        (
            allow(r#""S3:GETOBJECT""#, r#""arn:aws:s3:::a/*""#),
            candidates(r#""S3:GETOBJECT""#),
            "`s3:GetObject` on `arn:aws:s3:::example-bucket/example`",
        ),
        (
            reference.clone(),
            candidates(r#""connect:ListUserUserData""#),
            "`connect:ListUserUserData` on `arn:aws:connect:us-east-1:111122223333:example`",
        ),
        (
            reference,
            candidates(r#""connect:GetFoo*Bar""#),
            "`connect:GetFooExampleBar` on `arn:aws:connect:us-east-1:111122223333:example`",
        ),
        (
            allow(
                r#"["wisdom:?*Example","wisdom:?*Other","wisdom:?*Unlisted","wisdom:?*Foo"]"#,
                r#""*""#,
            ),
            candidates(r#""wisdom:Foo*""#),
            "`wisdom:Foo` on `arn:aws:wisdom:us-east-1:111122223333:example`",
        ),
    ]);
}

#[test]
fn resources_have_the_shape_that_the_action_takes() {
    let reference = allow(r#""wisdom:GetContent""#, r#""*""#);
    let grants = |actions, resources| allow(actions, resources);
    assert_requests(&[
        (
            reference.clone(),
            grants(r#""wisdom:CreateKnow*""#, r#""*""#),
            "`wisdom:CreateKnowledgeBase` on `*`",
        ),
        (
            reference.clone(),
            grants(
                r#""s3:GetObject""#,
                r#"["arn:aws:s3:::amazon-connect-*","arn:aws:s3:::amazon-connect-*/*"]"#,
            ),
            "`s3:GetObject` on `arn:aws:s3:::amazon-connect-example/example`",
        ),
        (
            reference.clone(),
            grants(
                r#""iam:PassRole""#,
                r#""arn:aws:iam::*:role/service-role/*""#,
            ),
            "`iam:PassRole` on `arn:aws:iam::111122223333:role/service-role/example`",
        ),
        (
            reference.clone(),
            grants(
                r#""logs:CreateLogGroup""#,
                r#""arn:aws-us-gov:logs:*:444455556666:*""#,
            ),
            "`logs:CreateLogGroup` on `arn:aws-us-gov:logs:us-east-1:444455556666:log-group:example`",
        ),
        (
            reference.clone(),
            grants(
                r#"["connect:CreateInstance","connect:CreateQueue"]"#,
                r#""arn:aws:connect:*:*:instance/abc*""#,
            ),
            "`connect:CreateQueue` on `arn:aws:connect:us-east-1:111122223333:instance/abc-example/queue/example`",
        ),
        (
            reference,
            grants(r#""connect:CreateQueue""#, r#""arn:aws:sqs:*:*:*""#),
            "`connect:CreateQueue` on `arn:aws:sqs:us-east-1:111122223333:example`",
        ),
    ]);
}

#[test]
fn context_keys_stand_where_they_matter() {
    let allow_if = |action: &str, conditions: &str| {
        let action = format!("{action:?}");
        statement("Allow", &action, r#""*""#, conditions)
    };
    let own_account = r#"{"StringEquals":{"aws:ResourceAccount":"${aws:PrincipalAccount}"}}"#;
    let tagged = r#"{"StringEquals":{"aws:ResourceTag/Use":"connect"}}"#;
    assert_requests(&[
        (
            allow_if("sqs:ListQueues", own_account),
            allow_if("s3:DeleteBucket", tagged),
            "`s3:DeleteBucket` on `arn:aws:s3:::example-bucket` when `aws:ResourceTag/Use` is `connect`",
        ),
        (
            allow_if("s3:DeleteBucket", tagged),
            allow_if("s3:DeleteBucket", own_account),
            "`s3:DeleteBucket` on `arn:aws:s3:::example-bucket` when `aws:PrincipalAccount` is `111122223333` and `aws:ResourceAccount` is `111122223333`",
        ),
        (
            allow_if("s3:DeleteBucket", r#"{"StringEquals":{"k":"${v}"}}"#),
            allow_if("s3:DeleteBucket", "{}"),
            "`s3:DeleteBucket` on `arn:aws:s3:::example-bucket`",
        ),
        (
            allow(r#""s3:GetObject""#, r#""arn:aws:s3:::home/a*""#),
            allow(
                r#""s3:GetObject""#,
                r#""arn:aws:s3:::home/${aws:username}""#,
            ),
            "`s3:GetObject` on `arn:aws:s3:::home/example` when `aws:username` is `example`",
        ),
        (
            allow(r#""s3:GetObject""#, r#""arn:aws:s3:::home/a*""#),
            allow(
                r#""s3:GetObject""#,
                r#""arn:aws:s3:::home/${aws:RequestedRegion}""#,
            ),
            "`s3:GetObject` on `arn:aws:s3:::home/us-east-1` when `aws:RequestedRegion` is `us-east-1`",
        ),
        (
            allow(r#""s3:GetObject""#, r#""arn:aws:s3:::home/a*""#),
            allow(
                r#""s3:GetObject""#,
                r#""arn:aws:s3:::home/by/${aws:PrincipalArn}""#,
            ),
            "`s3:GetObject` on `arn:aws:s3:::home/by/arn:aws:iam::111122223333:role/example` when `aws:PrincipalArn` is `arn:aws:iam::111122223333:role/example`",
        ),
    ]);
}

#[test]
fn what_the_candidate_denies_is_no_witness() {
    let everything = allow(r#""s3:*""#, r#""*""#);
    let denied = statement("Deny", r#"["s3:Delete*","s3:PutB*"]"#, r#""*""#, "{}");
    assert_requests(&[(
        allow(r#""s3:GetObject""#, r#""*""#),
        format!("{everything},{denied}"),
        "`s3:PutObject` on `arn:aws:s3:::example-bucket/example`",
    )]);
}

#[test]
fn the_statement_named_is_the_first_that_allows_the_request() {
    let reference = identity(&allow(r#""s3:GetObject""#, r#""*""#));
    let candidate = identity(
        &[
            allow(r#""s3:Get*""#, r#""*""#),
            allow(r#""s3:DeleteBucket""#, r#""*""#),
            allow(r#""s3:*""#, r#""*""#),
        ]
        .join(","),
    );
    let witness = gained(&reference, &candidate);
    assert_eq!(witness.request.action, "s3:DeleteBucket");
    let expected = "statement 2 of document 1";
    assert_eq!(witness.allowed_by.to_string(), expected, "{witness:?}");
}

#[test]
fn the_same_documents_give_the_same_witnesses_on_either_side() {
    let texts = [
        allow(r#""*""#, r#""*""#),
        allow(r#"["s3:Get*","sqs:*"]"#, r#""*""#),
        allow(r#"["connect:*","s3:PutObject"]"#, r#""arn:aws:*:::a/*""#),
        statement("Allow", r#""iam:*""#, r#""*""#, r#"{"Bool":{"k":"true"}}"#),
    ];
    for one in &texts {
        for other in &texts {
            let (one, other) = (identity(one), identity(other));
            let comparison = compare(&[&one], &[&other]);
            let swapped = compare(&[&other], &[&one]);
            assert_eq!(comparison, compare(&[&one], &[&other]));
            assert_eq!(
                (&comparison.gained, &comparison.lost),
                (&swapped.lost, &swapped.gained)
            );
        }
    }
}
