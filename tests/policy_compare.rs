//! What the comparison of two sets of documents answers.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod policy_documents;

use policy_documents::{allow, document, identity, statement};
use roledrift::policy::{
    Difference, Kind, Reading, Reason, Verdict, compare, new_access, new_access_under,
};

fn allow_if(conditions: &str) -> String {
    statement("Allow", r#""s3:Get""#, r#""*""#, conditions)
}

fn verdict(reference: &str, candidate: &str) -> Verdict {
    compare(&[&identity(reference)], &[&identity(candidate)]).verdict
}

fn witness_of(difference: &Difference) -> String {
    match difference {
        Difference::Witness(witness) => witness.request.to_string(),
        other => format!("{other:?}"),
    }
}

#[test]
fn actions_are_compared_as_languages() {
    for (reference, candidate, expected) in [
        (r#""s3:Get""#, r#""S3:get""#, Verdict::Equal),
        (r#"["s3:Get","s3:Put"]"#, r#""s3:Get""#, Verdict::Narrowed),
        (
            r#"["wisdom:Get","wisdom:List"]"#,
            r#""wisdom:*""#,
            Verdict::Widened,
        ),
        (r#""s3:Get*""#, r#""s3:*Object""#, Verdict::Incomparable),
        (r#""*""#, r#""*:*""#, Verdict::Equal),
        (r#"["s3:?*","s3:?"]"#, r#""s3:*""#, Verdict::Equal),
    ] {
        let of = |actions| allow(actions, r#""*""#);
        assert_eq!(
            verdict(&of(reference), &of(candidate)),
            expected,
            "{reference} {candidate}"
        );
    }
}

#[test]
fn resources_are_compared_as_languages() {
    for (reference, candidate, expected) in [
        (
            r#""arn:aws:s3:::a*""#,
            r#""arn:aws:s3:::ab*""#,
            Verdict::Narrowed,
        ),
        (
            r#"["arn:aws:s3:::a","arn:aws:s3:::a?*"]"#,
            r#""arn:aws:s3:::a*""#,
            Verdict::Equal,
        ),
        (
            r#""arn:aws:s3:::a/*""#,
            r#""arn:aws:s3:::b/*""#,
            Verdict::Incomparable,
        ),
        (
            r#""${aws:username}""#,
            r#"["${aws:username}"]"#,
            Verdict::Equal,
        ),
        (
            r#""home/*""#,
            r#""home/${aws:username}/*""#,
            Verdict::Narrowed,
        ),
    ] {
        let of = |resources| allow(r#""s3:*""#, resources);
        assert_eq!(
            verdict(&of(reference), &of(candidate)),
            expected,
            "{reference} {candidate}"
        );
    }
}

#[test]
fn a_key_can_be_read_as_several_types() {
    for (reference, candidate, expected) in [
        (
            r#"{"DateLessThan":{"k":"2027-01-01"}}"#,
            r#"{"DateLessThan":{"k":"2026-01-01"},"StringLike":{"k":"2025*"}}"#,
            Verdict::Narrowed,
        ),
        (
            r#"{"NumericLessThan":{"k":"10"}}"#,
            r#"{"NumericLessThan":{"k":"5"},"StringNotLike":{"k":"1?"}}"#,
            Verdict::Narrowed,
        ),
        (
            r#"{"NumericLessThan":{"k":"10"}}"#,
            r#"{"StringLike":{"k":"?"}}"#,
            Verdict::Incomparable,
        ),
        (
            r#"{"IpAddress":{"k":"10.0.0.0/8"}}"#,
            r#"{"IpAddress":{"k":"10.1.0.0/16"},"StringLike":{"k":"10.*"}}"#,
            Verdict::Narrowed,
        ),
        (
            r#"{"IpAddress":{"k":"10.0.0.0/8"}}"#,
            r#"{"StringLike":{"k":"??"}}"#,
            Verdict::Incomparable,
        ),
    ] {
        let (reference, candidate) = (allow_if(reference), allow_if(candidate));
        assert_eq!(verdict(&reference, &candidate), expected, "{candidate}");
    }
}

#[test]
fn text_conditions_are_compared_as_languages() {
    for (reference, candidate, expected) in [
        (
            r#"{"StringEquals":{"k":["a","b"]}}"#,
            r#"{"StringEquals":{"K":"a"}}"#,
            Verdict::Narrowed,
        ),
        (
            r#"{"StringEquals":{"k":["a","b"]}}"#,
            r#"{"StringEquals":{"k":["b","a"]}}"#,
            Verdict::Equal,
        ),
        (r#"{"StringEquals":{"k":"a"}}"#, "{}", Verdict::Widened),
        (
            r#"{"StringLike":{"k":"a*"}}"#,
            r#"{"StringEquals":{"k":"ab"}}"#,
            Verdict::Narrowed,
        ),
        (
            r#"{"StringEqualsIfExists":{"k":"a"}}"#,
            r#"{"StringEquals":{"k":"a"}}"#,
            Verdict::Narrowed,
        ),
        (
            r#"{"StringNotEquals":{"k":"a"}}"#,
            r#"{"StringNotEquals":{"k":["a","b"]}}"#,
            Verdict::Narrowed,
        ),
        (
            r#"{"StringEquals":{"k":"a"}}"#,
            r#"{"StringEquals":{"j":"a"}}"#,
            Verdict::Incomparable,
        ),
    ] {
        assert_eq!(
            verdict(&allow_if(reference), &allow_if(candidate)),
            expected,
            "{reference} {candidate}"
        );
    }
}

#[test]
fn typed_conditions_are_compared_by_value() {
    for (reference, candidate, expected) in [
        (
            r#"{"NumericLessThan":{"k":10}}"#,
            r#"{"NumericLessThan":{"k":9.5}}"#,
            Verdict::Narrowed,
        ),
        (
            r#"{"NumericLessThan":{"k":10}}"#,
            r#"{"NumericLessThanEquals":{"k":10}}"#,
            Verdict::Widened,
        ),
        (
            r#"{"DateLessThan":{"k":"2026"}}"#,
            r#"{"DateLessThan":{"k":"2025-12-31"}}"#,
            Verdict::Narrowed,
        ),
        (
            r#"{"IpAddress":{"k":"10.0.0.0/8"}}"#,
            r#"{"IpAddress":{"k":["10.0.0.0/9","10.128.0.0/9"]}}"#,
            Verdict::Equal,
        ),
        (
            r#"{"NotIpAddress":{"k":"10.0.0.0/8"}}"#,
            r#"{"NotIpAddress":{"k":"10.0.0.0/9"}}"#,
            Verdict::Widened,
        ),
        (
            r#"{"Bool":{"k":true}}"#,
            r#"{"Bool":{"k":"True"}}"#,
            Verdict::Equal,
        ),
        (
            r#"{"ArnLike":{"k":"arn:aws:s3:::a*"}}"#,
            r#"{"ArnEquals":{"k":"arn:aws:s3:::ab"}}"#,
            Verdict::Narrowed,
        ),
    ] {
        assert_eq!(
            verdict(&allow_if(reference), &allow_if(candidate)),
            expected,
            "{reference} {candidate}"
        );
    }
}

#[test]
fn conditions_on_presence_and_several_values_are_compared() {
    for (reference, candidate, expected) in [
        (
            r#"{"ForAllValues:StringLike":{"k":"a*"}}"#,
            r#"{"ForAllValues:StringEquals":{"k":"ab"}}"#,
            Verdict::Narrowed,
        ),
        (
            r#"{"ForAnyValue:StringEquals":{"k":"a"}}"#,
            r#"{"ForAllValues:StringEquals":{"k":"a"}}"#,
            Verdict::Incomparable,
        ),
        (
            r#"{"Null":{"k":false}}"#,
            r#"{"StringEquals":{"k":"a"}}"#,
            Verdict::Narrowed,
        ),
        (
            r#"{"Null":{"k":true}}"#,
            r#"{"Null":{"k":false}}"#,
            Verdict::Incomparable,
        ),
        (
            r#"{"StringEquals":{"k":"${aws:PrincipalAccount}"}}"#,
            "{}",
            Verdict::Widened,
        ),
        (
            r#"{"StringEquals":{"k":["${v}","a"]}}"#,
            r#"{"StringEquals":{"k":"${v}"}}"#,
            Verdict::Narrowed,
        ),
    ] {
        assert_eq!(
            verdict(&allow_if(reference), &allow_if(candidate)),
            expected,
            "{reference} {candidate}"
        );
    }
}

#[test]
fn several_statements_can_cover_one() {
    let halves = [
        allow_if(r#"{"StringEquals":{"k":"a"}}"#),
        allow_if(r#"{"StringNotEquals":{"k":"a"}}"#),
    ];
    assert_eq!(verdict(&halves.join(","), &allow_if("{}")), Verdict::Equal);
    let parts = [
        allow(r#""s3:*""#, r#""a*""#),
        allow(r#"["s3:Get","s3:?et*"]"#, r#""*""#),
    ];
    assert_eq!(
        verdict(&parts.join(","), &allow(r#""s3:Get*""#, r#"["a*","b"]"#)),
        Verdict::Narrowed
    );
}

#[test]
fn denials_count_on_both_sides() {
    let everything = allow(r#""s3:*""#, r#""*""#);
    let deny = |actions, resources| statement("Deny", actions, resources, "{}");
    let with = |denial: String| format!("{everything},{denial}");
    let secret = r#""arn:aws:s3:::secret/*""#;
    for (reference, candidate, expected) in [
        (
            everything.clone(),
            with(deny(r#""s3:Delete*""#, secret)),
            Verdict::Narrowed,
        ),
        (
            with(deny(r#""s3:Delete*""#, secret)),
            everything.clone(),
            Verdict::Widened,
        ),
        (
            with(deny(r#""s3:Delete*""#, secret)),
            with(deny(r#""s3:*""#, secret)),
            Verdict::Narrowed,
        ),
        (
            with(deny(r#""s3:Delete*""#, secret)),
            with(deny(r#""s3:Put*""#, secret)),
            Verdict::Incomparable,
        ),
        (
            with(deny(r#""iam:*""#, secret)),
            everything.clone(),
            Verdict::Equal,
        ),
        (
            with(deny(r#""s3:*""#, secret)),
            allow(r#""s3:*""#, r#""arn:aws:s3:::open/*""#),
            Verdict::Narrowed,
        ),
    ] {
        assert_eq!(
            verdict(&reference, &candidate),
            expected,
            "{reference} {candidate}"
        );
    }
}

#[test]
fn negated_elements_are_compared() {
    let not_action =
        |actions| format!(r#"{{"Effect":"Allow","NotAction":{actions},"Resource":"*"}}"#);
    let not_resource =
        |resources| format!(r#"{{"Effect":"Allow","Action":"s3:*","NotResource":{resources}}}"#);
    for (reference, candidate, expected) in [
        (
            not_action(r#""iam:*""#),
            not_action(r#"["iam:*","s3:*"]"#),
            Verdict::Narrowed,
        ),
        (
            not_action(r#""iam:*""#),
            allow(r#""s3:*""#, r#""*""#),
            Verdict::Narrowed,
        ),
        (
            not_action(r#""iam:*""#),
            allow(r#""*""#, r#""*""#),
            Verdict::Widened,
        ),
        (
            not_action(r#""iam:*""#),
            allow(r#""i*:*""#, r#""*""#),
            Verdict::Incomparable,
        ),
        (
            not_action(r#""iam:*""#),
            allow(r#""iam:PassRole""#, r#""a""#),
            Verdict::Incomparable,
        ),
        (
            not_resource(r#""a*""#),
            not_resource(r#""ab*""#),
            Verdict::Widened,
        ),
        (
            not_resource(r#""a*""#),
            allow(r#""s3:*""#, r#""b*""#),
            Verdict::Narrowed,
        ),
        (
            not_resource(r#""a*""#),
            allow(r#""s3:*""#, r#""*""#),
            Verdict::Widened,
        ),
    ] {
        assert_eq!(
            verdict(&reference, &candidate),
            expected,
            "{reference} {candidate}"
        );
    }
}

#[test]
fn principals_are_compared() {
    let trust = |principal: &str| {
        document(
            &format!(r#"{{"Effect":"Allow","Action":"sts:AssumeRole",{principal}}}"#),
            Kind::Trust,
        )
    };
    for (reference, candidate, expected) in [
        (
            r#""Principal":{"Service":"a.com"}"#,
            r#""Principal":{"Service":["a.com","b.com"]}"#,
            Verdict::Widened,
        ),
        (
            r#""Principal":{"AWS":"111122223333"}"#,
            r#""Principal":{"AWS":"arn:aws:iam::111122223333:role/x"}"#,
            Verdict::Narrowed,
        ),
        (
            r#""Principal":{"AWS":"111122223333"}"#,
            r#""Principal":{"AWS":"arn:aws:iam::111122223333:root"}"#,
            Verdict::Equal,
        ),
        (
            r#""Principal":{"AWS":"111122223333"}"#,
            r#""Principal":{"AWS":"arn:aws:iam::444455556666:role/x"}"#,
            Verdict::Incomparable,
        ),
        (
            r#""Principal":{"AWS":"arn:aws:iam::111122223333:role/p/x"}"#,
            r#""Principal":{"AWS":"arn:aws:sts::111122223333:assumed-role/x/s"}"#,
            Verdict::Narrowed,
        ),
        (
            r#""Principal":"*""#,
            r#""Principal":{"AWS":"*"}"#,
            Verdict::Equal,
        ),
        (
            r#""Principal":"*""#,
            r#""Principal":{"Service":"*","Federated":"*","CanonicalUser":"*"}"#,
            Verdict::Narrowed,
        ),
        (
            r#""NotPrincipal":{"AWS":"111122223333"}"#,
            r#""Principal":{"AWS":"444455556666"}"#,
            Verdict::Narrowed,
        ),
        (
            r#""NotPrincipal":{"AWS":"111122223333"}"#,
            r#""Principal":"*""#,
            Verdict::Widened,
        ),
    ] {
        let comparison = compare(&[&trust(reference)], &[&trust(candidate)]);
        assert_eq!(comparison.verdict, expected, "{reference} {candidate}");
    }
}

#[test]
fn a_witness_names_the_statement_that_allows_it() {
    let reference = identity(&allow(r#""s3:Get""#, r#""*""#));
    let more = identity(
        &[
            allow(r#""s3:Get""#, r#""*""#),
            allow(r#""s3:Put""#, r#""*""#),
        ]
        .join(","),
    );
    let Difference::Witness(witness) = new_access(&[&reference], &[&reference, &more]) else {
        panic!("a witness")
    };
    assert_eq!(witness.allowed_by.to_string(), "statement 2 of document 2");
}

#[test]
fn an_answer_that_depends_on_the_reading_says_so() {
    let everything = allow(r#""x:*""#, r#""*""#);
    let deny = statement(
        "Deny",
        r#""x:*""#,
        r#""arn:aws:x:*:*:stack/secret/*""#,
        "{}",
    );
    let reference = identity(&format!("{everything},{deny}"));
    let candidate = identity(&allow(r#""x:*""#, r#""arn:aws:x:*:*:stack/open/*""#));
    let under = |reading| new_access_under(reading, &[&reference], &[&candidate]);
    assert_eq!(under(Reading::BySegment), Difference::Nothing);
    assert!(matches!(under(Reading::WholeText), Difference::Witness(_)));
    let gained = new_access(&[&reference], &[&candidate]);
    let Difference::NothingBySegment(witness) = &gained else {
        panic!("{gained:?}")
    };
    assert_eq!(witness.reading, Some(Reading::WholeText));
    let crossing = witness.request.resource.as_deref().unwrap();
    assert!(crossing.contains(":stack/secret/"), "{crossing}");
    assert_eq!(
        gained.under_any_reading(),
        Difference::Undecided(Reason::Reading)
    );
    assert_eq!(
        compare(&[&reference], &[&candidate]).verdict,
        Verdict::Narrowed
    );
    let denied = identity(&format!("{},{deny}", allow(r#""x:*""#, r#""*""#)));
    let crossing = identity(&allow(r#""x:*""#, r#""arn:aws:x:*:1:stack/secret/?""#));
    let gained = new_access(&[&crossing], &[&denied]);
    assert!(
        matches!(&gained, Difference::Witness(witness) if witness.reading.is_none()),
        "{gained:?}"
    );
    assert_eq!(
        Reason::Reading.to_string(),
        "the answer depends on whether a wildcard in a resource crosses `:`"
    );
}

#[test]
fn what_variables_leave_open_is_undecided() {
    let reference = identity(&allow_if(r#"{"StringLike":{"k":["${v}*","*${w}"]}}"#));
    let candidate = identity(&allow_if(r#"{"StringLike":{"k":"${v}*${w}"}}"#));
    let gained = compare(&[&reference], &[&candidate]).gained;
    assert_eq!(gained, Difference::Nothing);
    let overlap = identity(&allow_if(
        r#"{"StringLike":{"k":"${v}*"},"StringNotLike":{"k":["${v}?*","${v}"]}}"#,
    ));
    let gained = compare(&[], &[&overlap]).gained;
    assert_eq!(gained, Difference::Nothing);
    let both = identity(&allow_if(
        r#"{"StringLike":{"k":"a${v}"},"StringEquals":{"k":"${w}b"}}"#,
    ));
    let gained = compare(&[], &[&both]).gained;
    assert!(
        matches!(gained, Difference::Undecided(Reason::Variable(_))),
        "{gained:?}"
    );
}

#[test]
fn a_witness_is_found_between_the_borders_of_values() {
    for (conditions, expected) in [
        (
            r#"{"NumericGreaterThan":{"k":5},"NumericLessThan":{"k":6}}"#,
            "5.1",
        ),
        (
            r#"{"NumericGreaterThan":{"k":"-0.2"},"NumericLessThan":{"k":"-0.1"}}"#,
            "-0.11",
        ),
        (
            r#"{"DateGreaterThan":{"k":"1"},"DateLessThan":{"k":"2"}}"#,
            "1970-01-01T00:00:01.999999999Z",
        ),
        (
            r#"{"IpAddress":{"k":"10.0.0.0/8"},"NotIpAddress":{"k":"10.0.0.0/9"}}"#,
            "10.128.0.0",
        ),
        (
            r#"{"StringLike":{"k":"a*"},"StringNotEquals":{"k":["a","aexample"]}}"#,
            "aother",
        ),
    ] {
        let gained = new_access(&[], &[&identity(&allow_if(conditions))]);
        let expected = format!("when `k` is `{expected}`");
        assert!(
            witness_of(&gained).ends_with(&expected),
            "{conditions} {}",
            witness_of(&gained)
        );
    }
}

#[test]
fn an_unlisted_session_of_a_role_is_found() {
    let trust = |statements: &[(&str, &str)]| {
        let statements = statements.iter().map(|(effect, arn)| {
            format!(
                r#"{{"Effect":"{effect}","Action":"sts:AssumeRole","Principal":{{"AWS":"{arn}"}}}}"#
            )
        });
        document(&statements.collect::<Vec<_>>().join(","), Kind::Trust)
    };
    let role = ("Allow", "arn:aws:iam::111122223333:role/a/x");
    let session = ("Deny", "arn:aws:sts::111122223333:assumed-role/x/session1");
    let namesake = ("Deny", "arn:aws:iam::111122223333:role/b/x");
    let reference = trust(&[role, session]);
    let candidate = trust(&[role, session, namesake]);
    let comparison = compare(&[&reference], &[&candidate]);
    assert_eq!(comparison.verdict, Verdict::Narrowed);
    assert_eq!(
        witness_of(&comparison.lost),
        "`sts:AssumeRole` as `arn:aws:sts::111122223333:assumed-role/x/session2`"
    );
}

#[test]
fn a_value_of_no_type_counts() {
    let not_number =
        allow_if(r#"{"NumericNotEquals":{"aws:account":1},"Null":{"aws:account":false}}"#);
    let number = allow_if(r#"{"NumericLessThan":{"aws:account":1}}"#);
    let greater = allow_if(r#"{"NumericGreaterThan":{"aws:account":1}}"#);
    let gained = new_access(
        &[&identity(&format!("{number},{greater}"))],
        &[&identity(&not_number)],
    );
    assert!(
        witness_of(&gained).ends_with("when `aws:account` is `other`"),
        "{}",
        witness_of(&gained)
    );
}

#[test]
fn conditions_of_different_types_on_one_key_are_no_proof() {
    let narrow = allow_if(r#"{"NumericGreaterThan":{"k":100},"StringLike":{"k":"9*"}}"#);
    let gained = new_access(&[], &[&identity(&narrow)]);
    assert!(
        matches!(gained, Difference::Undecided(Reason::Unsettled(_))),
        "{gained:?}"
    );
}

#[test]
fn conditions_of_different_types_on_one_key_are_decided_where_texts_are_literal() {
    for (reference, candidate, expected) in [
        // A number has spellings that no list holds.
        (
            r#"{"NumericEquals":{"k":5},"StringNotEquals":{"k":["5","5.0"]}}"#,
            r#"{"NumericEquals":{"k":5}}"#,
            Verdict::Widened,
        ),
        (
            r#"{"NumericLessThan":{"k":10}}"#,
            r#"{"NumericLessThan":{"k":10},"StringEquals":{"k":["5","50"]}}"#,
            Verdict::Narrowed,
        ),
        (
            r#"{"StringEquals":{"k":"5"}}"#,
            r#"{"NumericLessThan":{"k":10},"StringEquals":{"k":["5","50"]}}"#,
            Verdict::Equal,
        ),
        // An address of version 4 has one spelling.
        (
            r#"{"StringEquals":{"k":"10.0.0.1"}}"#,
            r#"{"IpAddress":{"k":"10.0.0.1"}}"#,
            Verdict::Equal,
        ),
        (
            r#"{"DateEquals":{"k":"5"}}"#,
            r#"{"NumericEquals":{"k":5}}"#,
            Verdict::Incomparable,
        ),
    ] {
        let answer = verdict(&allow_if(reference), &allow_if(candidate));
        assert_eq!(answer, expected, "{reference} {candidate}");
    }
}

#[test]
fn a_statement_without_conditions_settles_many_with_conditions() {
    let narrow = (0..200).map(|i| {
        allow_if(&format!(
            r#"{{"StringEquals":{{"k":"{i}","j{i}":"a"}},"Null":{{"n{i}":false}}}}"#
        ))
    });
    let narrow = narrow.collect::<Vec<_>>().join(",");
    let whole = allow_if("{}");
    assert_eq!(
        verdict(&format!("{narrow},{whole}"), &whole),
        Verdict::Equal
    );
    let other = r#"{"Effect":"Allow","Action":"s3:Get*","Resource":"*","Condition":{"StringLike":{"k":"*"}}}"#;
    assert_eq!(verdict(&narrow, other), Verdict::Widened);
}

#[test]
fn what_takes_too_long_is_undecided() {
    let tangled = ('a'..='z').map(|c| allow(r#""s3:Get""#, &format!(r#""*x{c}y?????*""#)));
    let tangled = tangled.collect::<Vec<_>>().join(",");
    let gained = new_access(
        &[&identity(&tangled)],
        &[&identity(&allow(r#""s3:*""#, r#""*x*""#))],
    );
    assert_eq!(gained, Difference::Undecided(Reason::Budget));
}

#[test]
fn nothing_at_all_allows_nothing() {
    let some = identity(&allow(r#""s3:Get""#, r#""*""#));
    assert_eq!(compare(&[], &[]).verdict, Verdict::Equal);
    assert_eq!(compare(&[], &[&some]).verdict, Verdict::Widened);
    assert_eq!(compare(&[&some], &[]).verdict, Verdict::Narrowed);
}

#[test]
fn documents_of_many_actions_are_compared() {
    let list = |range: std::ops::Range<u32>, ending: &str| {
        let actions = range.map(|i| format!(r#""service{}:Describe{i}{ending}""#, i % 90));
        format!("[{}]", actions.collect::<Vec<_>>().join(","))
    };
    let of = |actions: String| allow(&actions, r#""*""#);
    assert_eq!(
        verdict(&of(list(0..4000, "")), &of(list(0..3999, ""))),
        Verdict::Narrowed
    );
    assert_eq!(
        verdict(&of(list(0..4000, "")), &of(list(0..4000, "X"))),
        Verdict::Incomparable
    );
    assert_eq!(
        verdict(&of(list(0..400, "")), &of(list(0..400, "*"))),
        Verdict::Widened
    );
}
