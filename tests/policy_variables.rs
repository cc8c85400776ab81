//! What the comparison decides about policy variables, and about callers by their ARN.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod policy_documents;

use policy_documents::{document, identity, statement};
use roledrift::policy::{Difference, Document, Kind, Verdict, compare, new_access};

fn verdict(reference: &Document, candidate: &Document) -> Verdict {
    compare(&[reference], &[candidate]).verdict
}

fn mirrored(verdict: Verdict) -> Verdict {
    match verdict {
        Verdict::Widened => Verdict::Narrowed,
        Verdict::Narrowed => Verdict::Widened,
        other => other,
    }
}

/// Checks both directions.
fn assert_compares(reference: &str, candidate: &str, expected: Verdict) {
    let (one, other) = (identity(reference), identity(candidate));
    assert_eq!(verdict(&one, &other), expected, "{reference} {candidate}");
    let back = verdict(&other, &one);
    assert_eq!(back, mirrored(expected), "{candidate} {reference}");
}

fn allow_if(conditions: &str) -> String {
    statement("Allow", r#""s3:Get""#, r#""*""#, conditions)
}

fn deny_if(conditions: &str) -> String {
    statement("Deny", r#""s3:Get""#, r#""*""#, conditions)
}

fn on(resources: &str, conditions: &str) -> String {
    statement("Allow", r#""s3:Get""#, resources, conditions)
}

#[test]
fn patterns_that_limit_a_variable_limit_its_resources() {
    let user = |patterns: &str| format!(r#"{{"StringLike":{{"aws:username":{patterns}}}}}"#);
    let own = r#""arn:aws:s3:::b/${aws:username}/*""#;
    let either = on(r#"["arn:aws:s3:::b/a*","arn:aws:s3:::b/b*"]"#, "{}");
    for (reference, resources, patterns, expected) in [
        (
            on(r#""arn:aws:s3:::b/a*""#, "{}"),
            own,
            r#""a*""#,
            Verdict::Narrowed,
        ),
        (
            on(r#""arn:aws:s3:::b/a*/*""#, "{}"),
            own,
            r#""a*""#,
            Verdict::Narrowed,
        ),
        (
            on(r#""arn:aws:s3:::b/a?/*""#, "{}"),
            own,
            r#""a?""#,
            Verdict::Narrowed,
        ),
        (
            on(r#""arn:aws:s3:::b/a?/*""#, "{}"),
            own,
            r#""a*""#,
            Verdict::Incomparable,
        ),
        (
            on(r#""arn:aws:s3:::b/a*""#, "{}"),
            own,
            r#"["a*","b*"]"#,
            Verdict::Incomparable,
        ),
        (
            on(r#""arn:aws:s3:::b/a*""#, "{}"),
            own,
            r#"["a*","ab*"]"#,
            Verdict::Narrowed,
        ),
        (either.clone(), own, r#"["a*","b*"]"#, Verdict::Narrowed),
        (
            either.clone(),
            own,
            r#"["a*","b","bc*"]"#,
            Verdict::Narrowed,
        ),
        (either, own, r#"["a*","b*","c*"]"#, Verdict::Incomparable),
        (
            on(r#""arn:aws:s3:::b/a*/a*""#, "{}"),
            r#""arn:aws:s3:::b/${aws:username}/${aws:username}""#,
            r#""a*""#,
            Verdict::Narrowed,
        ),
        (
            on(r#""arn:aws:logs:*:*:a*""#, "{}"),
            r#""arn:aws:logs:*:*:${aws:username}""#,
            r#""a*""#,
            Verdict::Narrowed,
        ),
        (
            on(r#""arn:aws:s3:::b/a*/x""#, "{}"),
            r#""arn:aws:s3:::b/${aws:username}/${aws:userid}""#,
            r#""a*""#,
            Verdict::Incomparable,
        ),
    ] {
        assert_compares(&reference, &on(resources, &user(patterns)), expected);
    }
}

#[test]
fn only_some_conditions_limit_a_variable() {
    let within = on(r#""arn:aws:s3:::b/a*""#, "{}");
    let own = r#""arn:aws:s3:::b/${aws:username}/*""#;
    let or_b = r#""arn:aws:s3:::b/${aws:username, 'b'}/*""#;
    for (resources, operator, key, expected) in [
        // Without a default, a variable has a single value or there is no resource.
        (own, "StringLikeIfExists", "aws:username", Verdict::Narrowed),
        (
            own,
            "ForAllValues:StringLike",
            "aws:username",
            Verdict::Narrowed,
        ),
        (
            own,
            "ForAnyValue:StringLike",
            "aws:username",
            Verdict::Narrowed,
        ),
        (own, "StringNotLike", "aws:username", Verdict::Incomparable),
        (own, "StringLike", "aws:userid", Verdict::Incomparable),
        (or_b, "StringLike", "aws:username", Verdict::Narrowed),
        (
            or_b,
            "StringLikeIfExists",
            "aws:username",
            Verdict::Incomparable,
        ),
        (
            or_b,
            "ForAllValues:StringLike",
            "aws:username",
            Verdict::Incomparable,
        ),
    ] {
        let conditions = format!(r#"{{"{operator}":{{"{key}":"a*"}}}}"#);
        assert_compares(&within, &on(resources, &conditions), expected);
    }
    let any_case = r#"{"StringEqualsIgnoreCase":{"aws:username":"ab"}}"#;
    let either = on(r#"["arn:aws:s3:::b/?b/*","arn:aws:s3:::b/?B/*"]"#, "{}");
    assert_compares(&either, &on(own, any_case), Verdict::Narrowed);
    assert_compares(&within, &on(own, any_case), Verdict::Incomparable);
}

#[test]
fn what_is_not_denied_elsewhere_is_what_the_template_makes() {
    let own = r#""b/${aws:username}/*""#;
    let but = |effect: &str, conditions: &str| {
        format!(
            r#"{{"Effect":"{effect}","Action":"s3:Get","NotResource":{own},"Condition":{conditions}}}"#
        )
    };
    let within = |resources: &str, conditions: &str| {
        [on(resources, "{}"), but("Deny", conditions)].join(",")
    };
    let named = r#"{"Null":{"aws:username":"false"}}"#;
    for (reference, candidate, expected) in [
        (within(r#""*""#, "{}"), on(own, "{}"), Verdict::Equal),
        (within(r#""b/*""#, "{}"), on(own, "{}"), Verdict::Equal),
        (within(r#""b/a/*""#, "{}"), on(own, "{}"), Verdict::Widened),
        (within(r#""*""#, named), on(own, "{}"), Verdict::Narrowed),
        (
            within(r#""*""#, "{}"),
            on(r#""b/${aws:userid}/*""#, "{}"),
            Verdict::Incomparable,
        ),
        (
            on(r#""*""#, "{}"),
            [on(own, "{}"), but("Allow", "{}")].join(","),
            Verdict::Equal,
        ),
        (
            on(r#""*""#, "{}"),
            [on(own, named), but("Allow", "{}")].join(","),
            Verdict::Equal,
        ),
        (
            on(r#""*""#, "{}"),
            [on(own, "{}"), but("Allow", named)].join(","),
            Verdict::Narrowed,
        ),
    ] {
        assert_compares(&reference, &candidate, expected);
    }
}

#[test]
fn a_value_is_found_that_keeps_a_resource_out() {
    let others = r#"{"Effect":"Allow","Action":"s3:Get","NotResource":"b/${aws:username}/*"}"#;
    assert_compares(others, &on(r#""*""#, "{}"), Verdict::Widened);
    assert_compares(others, &on(r#""b/*""#, "{}"), Verdict::Incomparable);
    assert_compares(others, &on(r#""c/*""#, "{}"), Verdict::Narrowed);
}

#[test]
fn equal_values_carry_what_is_known_of_one_to_the_other() {
    let same = r#"{"StringEquals":{"RA":"${PA}"}}"#;
    for (reference, candidate, expected) in [
        (
            r#"{"StringEquals":{"RA":"1"}}"#,
            r#"{"StringEquals":{"RA":"${PA}","PA":"1"}}"#,
            Verdict::Narrowed,
        ),
        (
            r#"{"StringLike":{"RA":"a*"}}"#,
            r#"{"StringEquals":{"RA":"${PA}"},"StringLike":{"PA":"a*"}}"#,
            Verdict::Narrowed,
        ),
        (same, r#"{"StringEquals":{"PA":"${RA}"}}"#, Verdict::Equal),
        (same, r#"{"StringLike":{"RA":"${PA}"}}"#, Verdict::Equal),
        (
            r#"{"StringEquals":{"A":"${C}"}}"#,
            r#"{"StringEquals":{"A":"${B}","B":"${C}"}}"#,
            Verdict::Narrowed,
        ),
        (
            same,
            r#"{"StringEqualsIfExists":{"RA":"${PA}"}}"#,
            Verdict::Widened,
        ),
        (
            same,
            r#"{"StringEqualsIfExists":{"RA":"${PA}"},"Null":{"RA":"false"}}"#,
            Verdict::Equal,
        ),
        (
            same,
            r#"{"StringNotEquals":{"RA":"${PA}"}}"#,
            Verdict::Incomparable,
        ),
        (
            r#"{"Null":{"PA":"false"}}"#,
            r#"{"StringEquals":{"RA":"${PA}"}}"#,
            Verdict::Narrowed,
        ),
        (
            r#"{"StringEquals":{"RA":["1","2"]}}"#,
            r#"{"StringEquals":{"RA":"${PA, '1'}","PA":"2"}}"#,
            Verdict::Narrowed,
        ),
        (
            r#"{"StringNotEquals":{"A":"${B}"}}"#,
            r#"{"StringEquals":{"A":"x","B":"y"}}"#,
            Verdict::Narrowed,
        ),
    ] {
        assert_compares(&allow_if(reference), &allow_if(candidate), expected);
    }
}

#[test]
fn a_denial_of_others_is_like_a_condition_on_present_keys() {
    let all = allow_if("{}");
    let same = r#"{"StringEquals":{"RA":"${PA}"}}"#;
    let deny = deny_if(r#"{"StringNotEquals":{"RA":"${PA}"}}"#);
    // An absent key satisfies the negated operator, so the denial covers it.
    assert_compares(&format!("{all},{deny}"), &allow_if(same), Verdict::Equal);
    let deny = deny_if(r#"{"StringNotEquals":{"RA":"${PA}"},"Null":{"RA":"false"}}"#);
    assert_compares(&format!("{all},{deny}"), &allow_if(same), Verdict::Narrowed);
    assert_compares(
        &format!("{all},{deny}"),
        &allow_if(r#"{"StringEqualsIfExists":{"RA":"${PA}"}}"#),
        Verdict::Equal,
    );
}

#[test]
fn a_variable_stands_for_itself_in_patterns() {
    for (reference, candidate, expected) in [
        (r#""b/${V}/*""#, r#""b/${V}/x""#, Verdict::Narrowed),
        (
            r#"["b/${V}/x","b/${V}/y"]"#,
            r#""b/${V}/?""#,
            Verdict::Widened,
        ),
        (r#"["b/${V}","b/${V}?*"]"#, r#""b/${V}*""#, Verdict::Equal),
        (r#""*/${V}""#, r#""b/${V}""#, Verdict::Narrowed),
        (r#""b/${V}""#, r#""b/${W}""#, Verdict::Incomparable),
        (r#""b/${V, 'x'}""#, r#""b/${V}""#, Verdict::Narrowed),
        (
            r#""arn:aws:x:*:1:${V}""#,
            r#""arn:aws:x:r:1:${V}""#,
            Verdict::Narrowed,
        ),
    ] {
        let answer = compare(
            &[&identity(&on(reference, "{}"))],
            &[&identity(&on(candidate, "{}"))],
        );
        // One side's default is no other letter of the alphabet: only this direction is asked for.
        if reference.contains("'x'") {
            assert!(!matches!(answer.gained, Difference::Nothing), "{answer:?}");
            continue;
        }
        assert_eq!(
            answer.verdict, expected,
            "{reference} {candidate}: {answer:?}"
        );
    }
}

#[test]
fn a_variable_stands_for_itself_in_values() {
    for (reference, candidate, expected) in [
        (
            r#"{"StringLike":{"k":"${v}/*"}}"#,
            r#"{"StringLike":{"k":"${v}/a*"}}"#,
            Verdict::Narrowed,
        ),
        (
            r#"{"StringLike":{"k":["${v}/a*","${v}/b*"]}}"#,
            r#"{"StringLike":{"k":"${v}/a?"}}"#,
            Verdict::Narrowed,
        ),
        (
            r#"{"ArnLike":{"k":"arn:aws:x:*:${v}:*"}}"#,
            r#"{"ArnLike":{"k":"arn:aws:x:r:${v}:i/*"}}"#,
            Verdict::Narrowed,
        ),
        (
            r#"{"StringLike":{"k":"${v}*"}}"#,
            r#"{"StringEquals":{"k":"${v}"}}"#,
            Verdict::Narrowed,
        ),
    ] {
        assert_compares(&allow_if(reference), &allow_if(candidate), expected);
    }
}

#[test]
fn a_variable_with_few_values_is_filled_in() {
    let alice = r#"{"StringEquals":{"aws:username":"alice"}}"#;
    let pinned = on(r#""b/${aws:username}/*""#, alice);
    assert_compares(&on(r#""b/alice/*""#, "{}"), &pinned, Verdict::Narrowed);
    assert_compares(&on(r#""b/alice/*""#, alice), &pinned, Verdict::Equal);
    let two = r#"{"StringEquals":{"aws:username":["alice","b*b"]}}"#;
    let both = format!(
        "{},{}",
        on(r#""b/alice/*""#, alice),
        on(
            r#""b/b${*}b/*""#,
            r#"{"StringEquals":{"aws:username":"b*b"}}"#
        )
    );
    assert_compares(&on(r#""b/${aws:username}/*""#, two), &both, Verdict::Equal);
}

fn trust(principal: &str, conditions: &str) -> Document {
    let statement = format!(
        r#"{{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{principal},"Condition":{conditions}}}"#
    );
    document(&statement, Kind::Trust)
}

#[test]
fn a_condition_on_the_callers_arn_is_like_naming_the_caller() {
    let account = r#"{"AWS":"111122223333"}"#;
    let role = r#"{"AWS":"arn:aws:iam::111122223333:role/x"}"#;
    let is_role = r#"{"ArnEquals":{"aws:PrincipalArn":"arn:aws:iam::111122223333:role/x"}}"#;
    let is_like = r#"{"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::111122223333:role/x*"}}"#;
    let is_other = r#"{"ArnEquals":{"aws:PrincipalArn":"arn:aws:iam::444455556666:role/x"}}"#;
    let of_account = r#"{"StringEquals":{"aws:PrincipalAccount":"111122223333"}}"#;
    for (reference, candidate, expected) in [
        ((role, "{}"), (account, is_role), Verdict::Equal),
        ((role, "{}"), (r#""*""#, is_role), Verdict::Equal),
        ((role, "{}"), (role, is_role), Verdict::Equal),
        ((role, "{}"), (account, is_like), Verdict::Widened),
        ((role, "{}"), (account, "{}"), Verdict::Widened),
        ((account, of_account), (account, "{}"), Verdict::Equal),
        // Nothing is documented of the account of a service or an identity provider.
        ((account, "{}"), (r#""*""#, of_account), Verdict::Widened),
        ((role, "{}"), (account, is_other), Verdict::Narrowed),
        ((r#""*""#, "{}"), (r#""*""#, is_role), Verdict::Narrowed),
    ] {
        let (one, other) = (
            trust(reference.0, reference.1),
            trust(candidate.0, candidate.1),
        );
        let context = format!("{reference:?} {candidate:?}");
        assert_eq!(verdict(&one, &other), expected, "{context}");
        assert_eq!(verdict(&other, &one), mirrored(expected), "{context}");
    }
}

#[test]
fn anonymous_callers_have_no_arn() {
    let absent = r#"{"Null":{"aws:PrincipalArn":"true"}}"#;
    let anonymous = r#"{"StringEquals":{"aws:PrincipalAccount":"anonymous"}}"#;
    let aws = r#"{"AWS":"111122223333"}"#;
    assert_eq!(
        verdict(&trust(aws, "{}"), &trust(aws, absent)),
        Verdict::Narrowed
    );
    let gained = compare(&[&trust(aws, "{}")], &[&trust(r#""*""#, anonymous)]).gained;
    let Difference::Witness(witness) = gained else {
        panic!("{gained:?}")
    };
    assert!(
        !witness.request.to_string().contains("PrincipalArn"),
        "{}",
        witness.request
    );
}

#[test]
fn a_session_of_a_role_with_a_path_says_which() {
    let role = r#"{"AWS":"111122223333"}"#;
    let path = r#"{"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::111122223333:role/p/*"}}"#;
    let users = r#"{"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::111122223333:user/*"}}"#;
    let gained = compare(&[&trust(role, users)], &[&trust(role, path)]).gained;
    let Difference::Witness(witness) = gained else {
        panic!("{gained:?}")
    };
    let text = witness.request.to_string();
    assert!(text.contains("role/p/"), "{text}");
}

#[test]
fn a_variable_is_filled_in_with_up_to_sixteen_values() {
    let names = |count: usize| -> Vec<String> { (0..count).map(|n| format!("u{n:02}")).collect() };
    let each = |count: usize| {
        let one = |name: &String| {
            let user = format!(r#"{{"StringEquals":{{"aws:username":"{name}"}}}}"#);
            on(&format!(r#""arn:aws:s3:::b/{name}/*""#), &user)
        };
        names(count).iter().map(one).collect::<Vec<_>>().join(",")
    };
    let own = |count: usize| {
        let users = format!(
            r#"{{"StringEquals":{{"aws:username":{:?}}}}}"#,
            names(count)
        );
        on(r#""arn:aws:s3:::b/${aws:username}/*""#, &users)
    };
    for count in [2, 15, 16] {
        assert_compares(&each(count), &own(count), Verdict::Equal);
    }
    let patterns = |count: usize| {
        let likes: Vec<String> = names(count).iter().map(|own| format!("{own}*")).collect();
        let users = format!(r#"{{"StringLike":{{"aws:username":{likes:?}}}}}"#);
        on(r#""arn:aws:s3:::b/${aws:username}/*""#, &users)
    };
    let all = |count: usize| {
        let made = names(count)
            .into_iter()
            .map(|own| format!("arn:aws:s3:::b/{own}*"));
        on(&format!("{:?}", made.collect::<Vec<_>>()), "{}")
    };
    for count in [2, 15, 16] {
        assert_compares(&all(count), &patterns(count), Verdict::Narrowed);
    }
}

#[test]
fn values_that_variables_make_are_compared_with_or_without_case() {
    let exact = allow_if(r#"{"StringEquals":{"k":"${v}"}}"#);
    let either = allow_if(r#"{"StringEqualsIgnoreCase":{"k":"${v}"}}"#);
    assert_compares(&exact, &either, Verdict::Widened);
    let within =
        allow_if(r#"{"StringEqualsIgnoreCase":{"k":"${v}"},"StringNotEquals":{"k":"${v}"}}"#);
    assert_compares(&exact, &within, Verdict::Incomparable);
}

#[test]
fn a_text_can_be_a_number_and_a_time() {
    let never = allow_if(r#"{"Null":{"k":"true"}}"#);
    for both in [
        // A year.
        r#"{"NumericLessThan":{"k":"3000"},"DateGreaterThan":{"k":"2026-05-27T00:00:00Z"}}"#,
        // Seconds since 1970.
        r#"{"NumericGreaterThan":{"k":"1779840000"},"DateGreaterThan":{"k":"2026-05-27T00:00:00Z"}}"#,
        r#"{"NumericLessThan":{"k":"3000"},"NumericGreaterThan":{"k":"2998.5"},"DateGreaterThan":{"k":"2026-05-27T00:00:00Z"}}"#,
        r#"{"NumericLessThan":{"k":"0"},"DateLessThan":{"k":"1969-12-31T23:59:00Z"}}"#,
    ] {
        assert_compares(&never, &allow_if(both), Verdict::Incomparable);
    }
}

#[test]
fn a_value_has_several_spellings_where_its_type_does() {
    let never = allow_if(r#"{"Null":{"k":"true"}}"#);
    for (typed, value) in [
        ("NumericEquals", "5"),
        ("NumericEquals", "-12345"),
        ("NumericEquals", "5.5"),
        ("DateEquals", "2026-05-27T00:00:00Z"),
        ("DateEquals", "2026-05-27T00:00:00.5Z"),
        ("IpAddress", "2001:db8::1"),
        ("IpAddress", "2001:1::1"),
        ("IpAddress", "2001:0db8:0000:0000:0000:0000:0000:0001"),
    ] {
        let otherwise =
            format!(r#"{{"{typed}":{{"k":"{value}"}},"StringNotEquals":{{"k":"{value}"}}}}"#);
        assert_compares(&never, &allow_if(&otherwise), Verdict::Incomparable);
    }
    // A number with a fraction is no time.
    let year = r#"{"NumericEquals":{"k":"2027"},"DateGreaterThan":{"k":"0001-01-01T00:00:00Z"}}"#;
    assert_compares(
        &allow_if(year),
        &allow_if(r#"{"NumericEquals":{"k":"2027"}}"#),
        Verdict::Widened,
    );
    // An address of version 4 has one.
    let range = r#"{"IpAddress":{"k":"10.0.0.0/31"},"StringNotEquals":{"k":"10.0.0.0"}}"#;
    assert_compares(&never, &allow_if(range), Verdict::Incomparable);
}

#[test]
fn a_principal_without_an_arn_in_its_name_may_have_any() {
    let of = |condition: &str| {
        let text = format!(
            r#"{{"Effect":"Allow","Principal":{{"AWS":"AIDAJQABLZS4A3QDU576Q"}},"Action":"s3:Get","Resource":"*","Condition":{condition}}}"#
        );
        document(&text, Kind::Resource)
    };
    let named = of(r#"{"StringLike":{"aws:PrincipalArn":"arn:aws:iam::111122223333:user/a*"}}"#);
    let any = of("{}");
    assert_eq!(verdict(&named, &any), Verdict::Widened);
    assert_eq!(verdict(&any, &named), Verdict::Narrowed);
    let without = of(r#"{"Null":{"aws:PrincipalArn":"true"}}"#);
    assert_eq!(verdict(&without, &any), Verdict::Widened);
}

/// Conditions that only `w` = `a` or `A` meets, which no search proposes.
const HIDDEN: &str = r#""StringEqualsIgnoreCase":{"h":"${w}x"},"StringEquals":{"h":"AX""#;

/// Checks that nothing is proved where something is new, though only for a value that is hard to find.
fn assert_not_closed(reference: &str, candidate: &str) {
    let (reference, candidate) = (identity(reference), identity(candidate));
    let answer = new_access(&[&reference], &[&candidate]);
    assert!(
        matches!(answer, Difference::Undecided(_) | Difference::Witness(_)),
        "{answer:?}"
    );
}

#[test]
fn no_proof_overlooks_a_value_that_is_hard_to_find() {
    let never = allow_if(r#"{"Null":{"k":"true"}}"#);
    let hidden = format!("{{{HIDDEN}}}}}");
    assert_not_closed(&never, &allow_if(&hidden));
    // Pattern and value differ in case only; the value holds `:`, which shifts the segments; what is no ARN matches none.
    for conditions in [
        r#"{"StringEqualsIgnoreCase":{"k":"${v}x"},"StringEquals":{"k":"AX"}}"#.to_owned(),
        r#"{"ArnLike":{"k":"arn:aws:${v}:a:*:z"},"StringEquals":{"k":"arn:aws:s3:r:a:q:w:z"}}"#
            .to_owned(),
        format!(r#"{{{HIDDEN},"k":"bbbbbb${{v}}q"}},"ArnNotLike":{{"k":"bbbbbb${{v}}*"}}}}"#),
    ] {
        assert_not_closed(&never, &allow_if(&conditions));
    }
    // A number is no text that the pattern does not match.
    let number =
        format!(r#"{{{HIDDEN}}},"NumericLessThan":{{"k":"5"}},"StringLike":{{"k":"${{v}}*"}}}}"#);
    assert_not_closed(&never, &allow_if(&number));
    // Numbers that are equal can be different texts.
    let unlike = r#"{"NumericEquals":{"k":"5","n":"5"},"StringNotEquals":{"k":"${n}"}}"#;
    assert_not_closed(&never, &allow_if(unlike));
    // Each pattern of a grant is settled by itself.
    let limited = format!(r#"{{{HIDDEN}}},"StringLike":{{"aws:username":"a*"}}}}"#);
    let two = r#"["arn:aws:s3:::b/${aws:username}/*","arn:aws:s3:::c/${aws:username}/*"]"#;
    assert_not_closed(&on(r#""arn:aws:s3:::b/a*""#, "{}"), &on(two, &limited));
    // What a pattern of the reference may match is not all that there is.
    let some = on(r#""arn:aws:s3:::b/${v}""#, "{}");
    assert_not_closed(&some, &on(r#""arn:aws:s3:::b/*""#, &hidden));
    // Nor is what one pattern makes what another makes.
    let neither = r#"["arn:aws:s3:::b/${v}","arn:aws:s3:::b/c${u}"]"#;
    let beside = format!(r#"{{"Effect":"Allow","Action":"s3:Get","NotResource":{neither}}}"#);
    assert_not_closed(
        &format!("{some},{beside}"),
        &on(r#""arn:aws:s3:::b/*""#, &hidden),
    );
}

#[test]
fn patterns_with_variables_are_compared_by_segment_and_case() {
    let arn = |pattern: &str| allow_if(&format!(r#"{{"ArnLike":{{"k":"{pattern}"}}}}"#));
    assert_compares(
        &arn("arn:aws:iam::*:user/*"),
        &arn("arn:aws:iam::*:user/${v}"),
        Verdict::Narrowed,
    );
    let exact = allow_if(r#"{"StringEquals":{"k":"HOME/${v}"}}"#);
    let either = allow_if(r#"{"StringEqualsIgnoreCase":{"k":"home/${v}"}}"#);
    assert_compares(&exact, &either, Verdict::Widened);
}
