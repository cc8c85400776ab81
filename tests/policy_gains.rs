//! What a comparison lists: actions gained and lost, and explicit denials that only one side has.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod policy_documents;

use policy_documents::{allow, identity, statement};
use roledrift::policy::{
    Decision, Denial, Difference, Document, Element, Extent, GainedActions, Kind, Reading, Reason,
    Refusal, Verdict, compare, evaluate_under, gained_actions, new_access, published, review,
    statement_changes,
};

/// Lists what the candidate gains, and checks each example and that nothing listed is in two lists.
fn gains(reference: &Document, candidate: &Document) -> GainedActions {
    let (reference, candidate) = (&[reference][..], &[candidate][..]);
    let found = gained_actions(&new_access(reference, candidate), reference, candidate);
    for gain in &found.gains {
        for reading in [Reading::WholeText, Reading::BySegment] {
            let judge = |documents| evaluate_under(reading, documents, &gain.example.request);
            assert_eq!(judge(candidate), Decision::Allowed(gain.example.allowed_by));
            assert!(!matches!(judge(reference), Decision::Allowed(_)));
        }
        assert!(gain.allowed_by.contains(&gain.example.allowed_by));
    }
    let [new, wider] = [Extent::New, Extent::Wider].map(|extent| named(&found, extent));
    assert!(!new.iter().any(|action| wider.contains(action)));
    found
}

fn named(found: &GainedActions, extent: Extent) -> Vec<&'static str> {
    found.actions(extent).map(published::Action::text).collect()
}

fn future(found: &GainedActions) -> Vec<Option<&str>> {
    let future = found.gains.iter().flat_map(|gain| &gain.future);
    future.map(|future| future.pattern.as_deref()).collect()
}

fn unpublished(found: &GainedActions) -> Vec<&str> {
    let names = found.gains.iter().flat_map(|gain| &gain.unpublished);
    names.map(String::as_str).collect()
}

#[test]
fn a_wildcard_gains_the_other_published_actions_and_all_future_ones() {
    let listed = [
        "wisdom:CreateAssistant",
        "wisdom:getassistant",
        "wisdom:NoSuchAction",
    ];
    let reference = identity(&allow(&format!("{listed:?}"), r#""*""#));
    let found = gains(&reference, &identity(&allow(r#""wisdom:*""#, r#""*""#)));
    let expected: Vec<_> = published::actions("wisdom")
        .map(published::Action::text)
        .filter(|text| !listed.iter().any(|own| own.eq_ignore_ascii_case(text)))
        .collect();
    assert!(expected.len() > 50);
    assert_eq!(named(&found, Extent::New), expected);
    assert!(named(&found, Extent::Wider).is_empty() && unpublished(&found).is_empty());
    assert_eq!(future(&found), [Some("wisdom:*")]);
    assert!(found.undecided.is_empty() && !found.is_cut_short);
}

#[test]
fn nothing_new_lists_nothing() {
    let wide = identity(&allow(r#""wisdom:*""#, r#""*""#));
    let narrow = identity(&allow(r#""wisdom:GetAssistant""#, r#""*""#));
    assert_eq!(gains(&wide, &narrow), GainedActions::default());
    assert_eq!(gains(&wide, &wide), GainedActions::default());
}

#[test]
fn what_only_the_language_knows_lists_no_published_action() {
    let all: Vec<_> = published::actions("sqs")
        .map(published::Action::text)
        .collect();
    let reference = identity(&allow(&format!("{all:?}"), r#""*""#));
    let found = gains(&reference, &identity(&allow(r#""sqs:*""#, r#""*""#)));
    assert!(
        found
            .actions(Extent::New)
            .chain(found.actions(Extent::Wider))
            .next()
            .is_none()
    );
    assert_eq!(future(&found), [Some("sqs:*")]);
    let found = gains(
        &identity(&allow(r#""sqs:NoSuch""#, r#""*""#)),
        &identity(&allow(r#"["sqs:NoSuch","sqs:NorThis"]"#, r#""*""#)),
    );
    assert_eq!(unpublished(&found), ["sqs:NorThis"]);
    assert!(future(&found).is_empty());
}

#[test]
fn a_spelled_out_action_does_not_hide_the_future_of_its_pattern() {
    let candidate = identity(&allow(r#"["sqs:Example","sqs:*"]"#, r#""*""#));
    let found = gains(&identity(&allow(r#""s3:GetObject""#, r#""*""#)), &candidate);
    assert_eq!(future(&found), [Some("sqs:*")]);
    assert_eq!(unpublished(&found), ["sqs:Example"]);
}

#[test]
fn other_resources_and_conditions_are_wider_not_new() {
    let narrow = r#""arn:aws:s3:::a/*""#;
    let reference = identity(&allow(r#""s3:GetObject""#, narrow));
    let actions = r#"["s3:GetObject","s3:PutObject"]"#;
    let found = gains(&reference, &identity(&allow(actions, r#""*""#)));
    assert_eq!(named(&found, Extent::New), ["s3:PutObject"]);
    assert_eq!(named(&found, Extent::Wider), ["s3:GetObject"]);

    let when = r#"{"StringEquals":{"aws:SourceAccount":"111122223333"}}"#;
    let limited = identity(&statement("Allow", actions, r#""*""#, when));
    let found = gains(&limited, &identity(&allow(actions, r#""*""#)));
    assert!(named(&found, Extent::New).is_empty());
    assert_eq!(
        named(&found, Extent::Wider),
        ["s3:GetObject", "s3:PutObject"]
    );
}

#[test]
fn all_but_some_actions_gains_all_others() {
    let reference = identity(&allow(r#""s3:GetObject""#, r#""*""#));
    let candidate =
        identity(r#"{"Effect":"Allow","NotAction":["iam:*","sqs:SendMessage"],"Resource":"*"}"#);
    let found = gains(&reference, &candidate);
    let expected = published::all().filter(|action| {
        action.service() != "iam" && !["sqs:SendMessage", "s3:GetObject"].contains(&action.text())
    });
    assert_eq!(found.actions(Extent::New).count(), expected.count());
    assert_eq!(future(&found), [None]);
}

#[test]
fn what_the_candidate_denies_is_not_gained_and_what_the_reference_denies_is() {
    let actions = r#"["sqs:SendMessage","sqs:DeleteQueue"]"#;
    let deny = |resource| statement("Deny", r#""sqs:DeleteQueue""#, resource, "{}");
    let with = |deny: &str| identity(&format!("{},{deny}", allow(actions, r#""*""#)));
    let other = identity(&allow(r#""s3:GetObject""#, r#""*""#));
    let found = gains(&other, &with(&deny(r#""*""#)));
    assert_eq!(named(&found, Extent::New), ["sqs:SendMessage"]);

    let plain = identity(&allow(actions, r#""*""#));
    // The reference names the action and denies all of it: it is new.
    let found = gains(&with(&deny(r#""*""#)), &plain);
    assert_eq!(named(&found, Extent::New), ["sqs:DeleteQueue"]);
    let found = gains(&with(&deny(r#""arn:aws:sqs:*:*:a""#)), &plain);
    assert!(named(&found, Extent::New).is_empty());
    assert_eq!(named(&found, Extent::Wider), ["sqs:DeleteQueue"]);
}

#[test]
fn statements_that_allow_more_are_told_from_those_that_do_not() {
    let reference = identity(&allow(r#""sqs:*""#, r#""arn:aws:sqs:*:*:a""#));
    let candidate = identity(&format!(
        "{},{}",
        allow(r#""sqs:SendMessage""#, r#""arn:aws:sqs:us-east-1:*:a""#),
        allow(r#""sqs:SendMessage""#, r#""arn:aws:sqs:*:*:b""#)
    ));
    let found = gains(&reference, &candidate);
    let places: Vec<_> = found.gains[0]
        .allowed_by
        .iter()
        .map(|at| at.statement)
        .collect();
    assert_eq!((found.gains.len(), places), (1, vec![1]));
}

#[test]
fn every_listed_action_of_known_policies_is_gained_and_no_other() {
    let read = |name: &str| {
        let path = format!("baselines/{name}.json");
        Document::parse(&std::fs::read_to_string(path).unwrap(), Kind::Identity).unwrap()
    };
    for (older, newer, services) in [
        (
            "customer-profiles/policies/v1",
            "customer-profiles/policies/v3",
            ["profile", "events"],
        ),
        (
            "connect/policies/v9",
            "connect/policies/v4",
            ["logs", "lex"],
        ),
        (
            "connect/policies/v6",
            "connect/policies/v8",
            ["logs", "profile"],
        ),
    ] {
        let (older, newer) = (read(older), read(newer));
        let found = gains(&older, &newer);
        let listed: Vec<_> = [Extent::New, Extent::Wider]
            .into_iter()
            .flat_map(|extent| named(&found, extent))
            .collect();
        // The same question, asked about each action alone, on resources that it takes.
        for action in services.into_iter().flat_map(published::actions) {
            let text = format!(
                r#"{{"Effect":"Deny","NotAction":{:?},"Resource":"*"}}"#,
                action.text()
            );
            let only = identity(&text);
            let taken = identity(&denied_elsewhere(action));
            let difference = new_access(&[&older], &[&newer, &only, &taken]);
            let is_gained = matches!(difference, Difference::Witness(_));
            assert_eq!(listed.contains(&action.text()), is_gained, "{action:?}");
        }
    }
}

/// Denies an action on what has none of its published shapes, where it has any.
fn denied_elsewhere(action: published::Action) -> String {
    let shapes = published::resource_shapes(action).map(|shape| {
        let parts = shape.parts().map(|part| match part {
            published::Part::Literal(text) => text,
            published::Part::Placeholder(_) => "*",
        });
        parts.collect::<String>()
    });
    let mut taken: Vec<String> = shapes.collect();
    taken.push(if taken.is_empty() { "*" } else { "${*}" }.to_owned());
    format!(
        r#"{{"Effect":"Deny","Action":{:?},"NotResource":{taken:?}}}"#,
        action.text()
    )
}

#[test]
fn an_action_that_is_new_on_resources_that_it_does_not_take_is_not_listed() {
    let other = identity(&allow(r#""s3:GetObject""#, r#""*""#));
    let domains = "arn:aws:profile:*:*:domains/*";
    let actions = r#"["profile:CreateDomain","profile:GetProfileObjectTypeTemplate"]"#;
    let candidate = identity(&allow(actions, r#""arn:aws:profile:*:*:/templates*""#));
    let found = gains(&other, &candidate);
    assert_eq!(
        named(&found, Extent::New),
        ["profile:GetProfileObjectTypeTemplate"]
    );
    assert!(found.undecided.is_empty());
    let on_both = format!(r#"["{domains}","arn:aws:profile:*:*:/templates*"]"#);
    let found = gains(&other, &identity(&allow(actions, &on_both)));
    assert_eq!(named(&found, Extent::New).len(), 2);
    let resource = (found.gains.iter())
        .find(|gain| (gain.actions.iter()).any(|own| own.text() == "profile:CreateDomain"))
        .and_then(|gain| gain.example.request.resource.clone());
    assert!(resource.unwrap().contains(":domains/"));
}

#[test]
fn undecided_actions_are_counted_apart() {
    let open = r#"{"NumericGreaterThan":{"k":100},"StringLike":{"k":"9*"}}"#;
    let open = statement("Allow", r#""sqs:SendMessage""#, r#""*""#, open);
    let other = identity(&allow(r#""sns:Publish""#, r#""*""#));
    let found = gains(&other, &identity(&open));
    assert!(found.gains.is_empty() && !found.is_cut_short);
    assert_eq!(
        found.undecided,
        [published::find("sqs:SendMessage").unwrap()]
    );

    let more = identity(&format!("{open},{}", allow(r#""s3:GetObject""#, r#""*""#)));
    let found = gains(&other, &more);
    assert_eq!(named(&found, Extent::New), ["s3:GetObject"]);
    assert_eq!(
        found.undecided,
        [published::find("sqs:SendMessage").unwrap()]
    );
}

#[test]
fn lists_end_where_the_answer_took_too_long() {
    let tangled = ('a'..='z').map(|c| allow(r#""s3:Get""#, &format!(r#""*x{c}y?????*""#)));
    let tangled = identity(&tangled.collect::<Vec<_>>().join(","));
    let found = gains(&tangled, &identity(&allow(r#""s3:*""#, r#""*x*""#)));
    assert!(found.gains.is_empty() && found.is_cut_short);
}

#[test]
fn denials_are_told_beside_an_equal_verdict() {
    let grant = allow(r#""sqs:SendMessage""#, r#""*""#);
    let deny = |action: &str| statement("Deny", action, r#""*""#, "{}");
    let plain = identity(&grant);
    let denying = identity(&format!("{grant},{}", deny(r#""s3:DeleteBucket""#)));
    let comparison = compare(&[&plain], &[&denying]);
    assert_eq!(comparison.verdict, Verdict::Equal);
    assert_eq!(comparison.denials.lost, Denial::Nothing);
    let Denial::Witness { request, denied_by } = comparison.denials.gained else {
        panic!("a denial is gained")
    };
    assert_eq!(
        (request.action.as_str(), denied_by.statement),
        ("s3:DeleteBucket", 1)
    );
    assert!(matches!(
        compare(&[&denying], &[&plain]).denials.lost,
        Denial::Witness { .. }
    ));
    let same = compare(&[&denying], &[&denying]).denials;
    assert_eq!((same.gained, same.lost), (Denial::Nothing, Denial::Nothing));
    let wider = identity(&format!("{grant},{}", deny(r#""s3:Delete*""#)));
    let both = compare(&[&denying], &[&wider]).denials;
    assert!(matches!(both.gained, Denial::Witness { .. }));
    assert_eq!(both.lost, Denial::Nothing);
}

#[test]
fn an_undecided_denial_leaves_the_verdict_alone() {
    let grant = allow(r#""sqs:SendMessage""#, r#""*""#);
    let words = |start: u8| {
        let globs = (0..18u8).map(move |n| {
            let letter = |n: u8| char::from(b'a' + n % 26);
            let word: String = [letter(7 * n + start), letter(3 * n), letter(n + start)]
                .iter()
                .collect();
            statement("Deny", &format!(r#""s3:*{word}*""#), r#""*""#, "{}")
        });
        identity(&format!("{grant},{}", globs.collect::<Vec<_>>().join(",")))
    };
    let comparison = compare(&[&words(0)], &[&words(5)]);
    assert_eq!(comparison.denials.gained, Denial::Undecided(Reason::Budget));
    assert_eq!(comparison.verdict, Verdict::Equal);
}

#[test]
fn says_why_the_other_side_does_not_allow_a_witness() {
    let grant = allow(r#""sqs:SendMessage""#, r#""*""#);
    let other = identity(&allow(r#""s3:GetObject""#, r#""*""#));
    let deny = statement("Deny", r#""sqs:*""#, r#""*""#, "{}");
    let denying = identity(&format!("{grant},{deny}"));
    let plain = identity(&grant);
    let refusal = |reference| review(&[reference], &[&plain], false).gained.refusal;
    assert_eq!(refusal(&other), Some(Refusal::NoStatement));
    let Some(Refusal::Denied(at)) = refusal(&denying) else {
        panic!("denied explicitly")
    };
    assert_eq!(at.statement, 1);
    assert_eq!(refusal(&plain), None);
}

#[test]
fn statements_are_paired_by_sid_content_and_likeness() {
    let of = |statements: &[&str]| identity(&statements.join(","));
    let with = |sid: &str, actions: &str, resource: &str| {
        format!(r#"{{"Sid":"{sid}","Effect":"Allow","Action":{actions},"Resource":"{resource}"}}"#)
    };
    let older = of(&[
        &with("A", r#"["s3:Get","s3:Put"]"#, "*"),
        &with("Gone", r#""sqs:SendMessage""#, "*"),
        &with("Old", r#""kms:Decrypt""#, "*"),
        &allow(r#""sns:Publish""#, r#""a""#),
    ]);
    let newer = of(&[
        &allow(r#""sns:Publish""#, r#""b""#),
        &with("New", r#""kms:decrypt""#, "*"),
        &with("A", r#"["S3:PUT","s3:List"]"#, "*"),
        &with("Added", r#""sqs:SendMessage""#, "a"),
    ]);
    let changes = statement_changes(&older, &newer);
    assert_eq!(
        (changes.added.as_slice(), changes.removed.as_slice()),
        (&[3][..], &[1][..])
    );
    assert_eq!(changes.unchanged, 0);
    let pairs: Vec<_> = changes
        .changed
        .iter()
        .map(|own| (own.before, own.after))
        .collect();
    assert_eq!(pairs, [(3, 0), (2, 1), (0, 2)]);
    assert!(changes.changed[1].elements.is_empty());
    let actions = &changes.changed[2].elements[&Element::Action];
    assert_eq!(
        (&actions.added[..], &actions.removed[..]),
        (&["s3:List".to_owned()][..], &["s3:Get".to_owned()][..])
    );
    let same = statement_changes(&older, &older);
    assert_eq!((same.unchanged, same.changed.len()), (4, 0));
}

#[test]
fn what_is_gained_under_one_reading_only_says_so() {
    let on = |resource: &str| identity(&allow(r#""logs:*""#, &format!("{resource:?}")));
    let crossing = on("arn:aws:logs:*:log-group:g:*");
    let spelled = on("arn:aws:logs:us-east-1:111122223333:log-group:g:*");
    let (reference, candidate) = (&[&crossing][..], &[&spelled][..]);
    let found = gained_actions(&new_access(reference, candidate), reference, candidate);
    assert!(!found.gains.is_empty());
    for gain in &found.gains {
        assert_eq!(gain.example.reading, Some(Reading::BySegment), "{gain:?}");
    }
}

#[test]
fn a_changed_principal_is_named_with_its_kind() {
    let of = |sid: &str, principals: &str| {
        let text = format!(
            r#"{{"Version":"2012-10-17","Statement":[{{"Sid":"{sid}","Effect":"Allow",{principals},"Action":"sts:AssumeRole"}}]}}"#
        );
        Document::parse(&text, Kind::Trust).unwrap()
    };
    let some = r#""Principal":{"AWS":["111122223333","arn:aws:iam::111122223333:role/a"],
        "Service":"ec2.amazonaws.com","Federated":"cognito-identity.amazonaws.com","CanonicalUser":"79a5"}"#;
    let any = r#""Principal":{"AWS":"*"}"#;
    let changes = statement_changes(&of("A", some), &of("A", any));
    let [only] = &changes.changed[..] else {
        panic!("one statement: {changes:?}")
    };
    let change = &only.elements[&Element::Principal];
    assert_eq!(change.added, ["*"]);
    assert_eq!(
        change.removed,
        [
            "AWS 111122223333",
            "AWS arn:aws:iam::111122223333:role/a",
            "CanonicalUser 79a5",
            "Federated cognito-identity.amazonaws.com",
            "Service ec2.amazonaws.com",
        ]
    );
    let every = r#""NotPrincipal":{"Service":"*","Federated":"*","CanonicalUser":"*"}"#;
    let changes = statement_changes(&of("A", some), &of("A", every));
    let elements = &changes.changed[0].elements;
    assert_eq!(
        elements[&Element::NotPrincipal].added,
        ["CanonicalUser *", "Federated *", "Service *"]
    );
    assert_eq!(elements[&Element::Principal].removed.len(), 5);
}

#[test]
fn elements_and_levels_have_the_names_of_the_field() {
    let names = [
        (Element::Effect, "Effect"),
        (Element::Principal, "Principal"),
        (Element::NotPrincipal, "NotPrincipal"),
        (Element::Action, "Action"),
        (Element::NotAction, "NotAction"),
        (Element::Resource, "Resource"),
        (Element::NotResource, "NotResource"),
        (Element::Condition, "Condition"),
    ];
    for (element, name) in names {
        assert_eq!(element.as_str(), name);
    }
    let level = |action: &str| published::find(action).unwrap().level().as_str();
    assert_eq!(level("s3:GetObject"), "read");
    assert_eq!(level("s3:ListBucket"), "list");
    assert_eq!(level("s3:PutObject"), "write");
    assert_eq!(level("s3:PutObjectTagging"), "tagging");
    assert_eq!(level("s3:PutBucketPolicy"), "permissions management");
}

#[test]
fn statements_without_a_sid_are_one_where_half_of_them_or_what_they_are_about_is_the_same() {
    let change = |older: String, newer: String| {
        let changes = statement_changes(&identity(&older), &identity(&newer));
        (changes.changed.len(), changes.added.len())
    };
    let (changed, other) = ((1, 0), (0, 1));
    let resources = allow(r#""s3:Get""#, r#"["a","b","c"]"#);
    // Effect and action are common, of six values.
    let moved = allow(r#""s3:Get""#, r#""d""#);
    assert_eq!(change(resources.clone(), moved), changed);
    // Effect and three resources, of six values.
    let half = allow(r#""s3:Put""#, r#"["a","b","c"]"#);
    assert_eq!(change(resources.clone(), half), changed);
    // Effect and two of four actions, of six values, about different resources.
    let four = |last: &str, resource: &str| allow(&format!(r#"["s3:A","s3:B",{last}]"#), resource);
    let (one, another) = (four(r#""s3:C""#, r#""a""#), four(r#""s3:D""#, r#""a""#));
    assert_eq!(change(one.clone(), another), changed);
    let elsewhere = four(r#""s3:C","s3:D""#, r#""b""#);
    assert_eq!(change(one, elsewhere), changed);
    // Effect and two resources, of seven values.
    let less = allow(r#""s3:Put""#, r#"["a","b","d"]"#);
    assert_eq!(change(resources, less), other);
    // Names that differ tell statements apart, whatever else they have in common.
    let with = |sid: &str, resource: &str| {
        format!(r#"{{"Sid":"{sid}","Effect":"Allow","Action":"s3:Get","Resource":{resource}}}"#)
    };
    let named = |sid| with(sid, r#"["a","b"]"#);
    assert_eq!(change(named("A"), with("B", r#""a""#)), other);
    assert_eq!(change(named("A"), named("B")), changed);
}
