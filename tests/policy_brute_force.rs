//! The comparison against every request of a small world, for random policies.
//!
//! `ROLEDRIFT_CASES` sets how many pairs of policies are tried of each kind, `ROLEDRIFT_SEED` where they start.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::unnecessary_wraps,
    reason = "a test fails by panicking, and tells what it counted"
)]

use std::collections::BTreeMap;

use roledrift::policy::{
    Context, Decision, Difference, Document, Kind, Principal, Reading, Reason, Request, Value,
    evaluate_under, new_access,
};

/// Numbers that only depend on the seed (`SplitMix64`).
struct Random(u64);

impl Random {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % most as u64).unwrap()
    }

    fn pick<'t>(&mut self, from: &[&'t str]) -> &'t str {
        from[self.below(from.len())]
    }

    fn some(&mut self, from: &[&str], most: usize) -> String {
        let count = 1 + self.below(most);
        let picked: Vec<String> = (0..count)
            .map(|_| format!("{:?}", self.pick(from)))
            .collect();
        format!("[{}]", picked.join(","))
    }
}

/// A kind of policies, and the requests that they are judged by.
struct World {
    name: &'static str,
    kind: Kind,
    principals: &'static [&'static str],
    resources: &'static [&'static str],
    conditions: &'static [&'static str],
    requests: Vec<Request>,
}

impl World {
    fn statement(&self, random: &mut Random) -> String {
        let mut parts = vec![
            format!(r#""Effect":"{}""#, random.pick(&["Allow", "Allow", "Deny"])),
            format!(
                r#""Action":{}"#,
                random.pick(&[r#""s3:Get""#, r#""s3:*""#, r#""s3:G*""#])
            ),
        ];
        if self.kind != Kind::Identity {
            let element = random.pick(&["Principal", "Principal", "Principal", "NotPrincipal"]);
            parts.push(format!(r#""{element}":{}"#, random.pick(self.principals)));
        }
        if self.kind != Kind::Trust {
            let element = random.pick(&["Resource", "Resource", "Resource", "NotResource"]);
            parts.push(format!(r#""{element}":{}"#, random.some(self.resources, 2)));
        }
        let mut operators: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for _ in 0..random.below(4) {
            let (operator, rest) = random.pick(self.conditions).split_once(' ').unwrap();
            let keys = operators.entry(operator).or_default();
            let key = rest.split('=').next();
            if keys.iter().all(|own| own.split('=').next() != key) {
                keys.push(rest);
            }
        }
        let operators = operators
            .into_iter()
            .map(|(operator, keys)| {
                let keys: Vec<String> = keys
                    .iter()
                    .map(|own| {
                        let (key, values) = own.split_once('=').unwrap();
                        format!("{key:?}:{values}")
                    })
                    .collect();
                format!("{operator:?}:{{{}}}", keys.join(","))
            })
            .collect::<Vec<_>>();
        parts.push(format!(r#""Condition":{{{}}}"#, operators.join(",")));
        format!("{{{}}}", parts.join(","))
    }

    fn document(&self, random: &mut Random) -> (String, Document) {
        let count = 1 + random.below(3);
        let statements: Vec<String> = (0..count).map(|_| self.statement(random)).collect();
        let text = format!(
            r#"{{"Version":"2012-10-17","Statement":[{}]}}"#,
            statements.join(",")
        );
        let document =
            Document::parse(&text, self.kind).unwrap_or_else(|error| panic!("{error}: {text}"));
        (text, document)
    }

    fn run(&self, cases: usize, seed: u64) {
        let mut random = Random(seed);
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        for _ in 0..cases {
            let (reference_text, reference) = self.document(&mut random);
            let (candidate_text, candidate) = self.document(&mut random);
            let is_new = |reading, request: &Request| {
                let allows = |document| {
                    matches!(
                        evaluate_under(reading, &[document], request),
                        Decision::Allowed(_)
                    )
                };
                allows(&candidate) && !allows(&reference)
            };
            let any_new = |reading| self.requests.iter().find(|own| is_new(reading, own));
            let context = || format!("{}\n{reference_text}\n{candidate_text}", self.name);
            let answer = new_access(&[&reference], &[&candidate]);
            let count = match &answer {
                Difference::Nothing => {
                    for reading in [Reading::BySegment, Reading::WholeText] {
                        if let Some(request) = any_new(reading) {
                            panic!("{request} is new under {reading:?}\n{}", context());
                        }
                    }
                    "nothing".to_owned()
                }
                Difference::NothingBySegment(witness) => {
                    assert!(
                        is_new(Reading::WholeText, &witness.request),
                        "{}",
                        context()
                    );
                    let by_segment = any_new(Reading::BySegment);
                    assert!(by_segment.is_none(), "{by_segment:?}\n{}", context());
                    "nothing by segment".to_owned()
                }
                Difference::Witness(witness) => {
                    assert!(
                        is_new(Reading::BySegment, &witness.request),
                        "{}",
                        context()
                    );
                    let is_certain = is_new(Reading::WholeText, &witness.request);
                    assert_eq!(is_certain, witness.reading.is_none(), "{}", context());
                    "witness".to_owned()
                }
                Difference::Undecided(reason) => {
                    assert!(
                        !matches!(reason, Reason::Internal(_)),
                        "{reason}\n{}",
                        context()
                    );
                    let found = any_new(Reading::BySegment).is_some();
                    let reason = format!("{reason:?}");
                    let reason = reason.split('(').next().unwrap();
                    if std::env::var_os("ROLEDRIFT_SHOW").is_some() {
                        println!("{reason} {found} {}", context());
                    }
                    format!("undecided {reason}, new in this world: {found}")
                }
            };
            *counts.entry(count).or_default() += 1;
        }
        println!("{}: {counts:?}", self.name);
    }
}

fn setting(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |text| text.parse().unwrap())
}

fn contexts(keys: &[(&str, &[Option<Value>])]) -> Vec<Context> {
    let mut all = vec![Context::new()];
    for (key, values) in keys {
        all = all
            .iter()
            .flat_map(|context| {
                values.iter().map(move |value| {
                    let mut context = context.clone();
                    if let Some(value) = value {
                        context.insert(*key, value.clone());
                    }
                    context
                })
            })
            .collect();
    }
    all
}

fn one(text: &str) -> Option<Value> {
    Some(Value::from(text))
}

fn several(texts: &[&str]) -> Option<Value> {
    Some(Value::Many(
        texts.iter().map(|own| (*own).to_owned()).collect(),
    ))
}

fn requests(
    callers: &[Option<Principal>],
    resources: &[&str],
    contexts: &[Context],
) -> Vec<Request> {
    let mut all = Vec::new();
    for caller in callers {
        for resource in resources {
            for context in contexts {
                all.push(Request {
                    action: "s3:Get".to_owned(),
                    resource: Some((*resource).to_owned()),
                    principal: caller.clone(),
                    context: context.clone(),
                });
            }
        }
    }
    all
}

fn run(world: &World) {
    let cases = usize::try_from(setting("ROLEDRIFT_CASES", 400)).unwrap();
    world.run(cases, setting("ROLEDRIFT_SEED", 1));
}

#[test]
fn variables_are_decided_as_every_request_says() {
    let values: &[Option<Value>] = &[None, one("a"), one("b"), one("a:b"), several(&["a"])];
    let key = &[None, one("a"), one("b"), one("ab"), several(&["a", "b"])];
    let contexts = contexts(&[("u", values), ("v", &values[..3]), ("k", key)]);
    run(&World {
        name: "variables",
        kind: Kind::Identity,
        principals: &[],
        resources: &[
            "*",
            "b/*",
            "b/a",
            "b/a*",
            "b/${u}",
            "b/${u}",
            "b/${u}*",
            "${u}",
            "b/${u, 'a'}",
            "${u}:*:c",
            "a:*:c",
            "a:?:*",
            "b/${v}",
            "${u}${v}",
            "b/${u}/${u}",
            "*${u}",
        ],
        conditions: &[
            r#"StringEquals k="a""#,
            r#"StringEquals k="${u}""#,
            r#"StringEquals k=["${v}","b"]"#,
            r#"StringEquals u="${k}""#,
            r#"StringEquals u="${v}""#,
            r#"StringEquals u="a""#,
            r#"StringEquals u=["a","b"]"#,
            r#"StringNotEquals k="${u}""#,
            r#"StringNotEquals u="${v}""#,
            r#"StringNotEquals u="b""#,
            r#"StringEqualsIfExists k="${u}""#,
            r#"StringEqualsIfExists u="a""#,
            r#"StringNotEqualsIfExists k="${v}""#,
            r#"StringLike k="a*""#,
            r#"StringLike k="${u}*""#,
            r#"StringLike k="${u, 'a'}""#,
            r#"StringLike v="${u}""#,
            r#"StringNotLike k="${u}*""#,
            r#"StringEqualsIgnoreCase k="${u}""#,
            r#"ForAnyValue:StringEquals k=["a","${u}"]"#,
            r#"ForAllValues:StringEquals k="a""#,
            r#"ArnLike k="${u}""#,
            r#"ArnLike u="${k}""#,
            r#"Null u="true""#,
            r#"Null u="false""#,
            r#"Null k="true""#,
            r#"Null v="false""#,
        ],
        requests: requests(
            &[None],
            &[
                "b/", "b/a", "b/b", "b/ab", "b/a/a", "a", "b", "a:b", "a:b:c", "a:b:b:c", "ab",
                "b/a:b", "x",
            ],
            &contexts,
        ),
    });
}

#[test]
fn callers_are_decided_as_every_request_says() {
    const ARN: &str = "aws:PrincipalArn";
    let aws = |arn: &str| Some(Principal::Aws(arn.to_owned()));
    let callers = [
        aws("arn:aws:iam::111122223333:role/x"),
        aws("arn:aws:iam::111122223333:role/p/x"),
        aws("arn:aws:iam::111122223333:role/y"),
        aws("arn:aws:iam::111122223333:user/x"),
        aws("arn:aws:iam::111122223333:root"),
        aws("arn:aws:sts::111122223333:assumed-role/y/s"),
        aws("arn:aws:sts::111122223333:federated-user/x"),
        aws("arn:aws:iam::444455556666:role/x"),
        aws("arn:aws:sts::444455556666:assumed-role/x/s"),
        aws("AIDAEXAMPLE"),
        Some(Principal::Anonymous),
        Some(Principal::Service("connect.amazonaws.com".to_owned())),
        Some(Principal::Federated("example.com".to_owned())),
        Some(Principal::CanonicalUser("c".to_owned())),
    ];
    let free = contexts(&[(
        "ra",
        &[None, one("111122223333"), one("444455556666"), one("other")],
    )]);
    let with_tag = |tagged: &Context, tag: Option<Value>| {
        let mut context = tagged.clone();
        if let Some(tag) = tag {
            context.insert("k", tag);
        }
        context
    };
    let free: Vec<Context> = free
        .iter()
        .flat_map(|own| {
            [
                with_tag(own, None),
                with_tag(own, one("arn:aws:iam::111122223333:role/x")),
            ]
        })
        .collect();
    run(&World {
        name: "callers",
        kind: Kind::Resource,
        principals: &[
            r#""*""#,
            r#""*""#,
            r#"{"AWS":"111122223333"}"#,
            r#"{"AWS":"arn:aws:iam::111122223333:role/x"}"#,
            r#"{"AWS":"arn:aws:iam::111122223333:role/x"}"#,
            r#"{"AWS":"arn:aws:iam::111122223333:user/x"}"#,
            r#"{"AWS":"arn:aws:sts::111122223333:assumed-role/y/s"}"#,
            r#"{"AWS":["444455556666","AIDAEXAMPLE"]}"#,
            r#"{"Service":"connect.amazonaws.com"}"#,
            r#"{"Service":"*","CanonicalUser":"*"}"#,
            r#"{"Federated":"example.com"}"#,
        ],
        resources: &[
            "*",
            "*",
            "b/${aws:PrincipalAccount}",
            "b/${aws:PrincipalAccount}/*",
            "b/*",
            "b/111122223333",
        ],
        conditions: &[
            r#"ArnEquals aws:PrincipalArn="arn:aws:iam::111122223333:role/x""#,
            r#"ArnLike aws:PrincipalArn="arn:aws:iam::111122223333:role/*""#,
            r#"ArnLike aws:PrincipalArn="arn:aws:iam::*:role/x""#,
            r#"ArnNotLike aws:PrincipalArn="arn:aws:iam::111122223333:role/*""#,
            r#"ArnNotLike aws:PrincipalArn=["arn:aws:iam::111122223333:role/x","arn:aws:sts::*:*"]"#,
            r#"StringLike aws:PrincipalArn="*:root""#,
            r#"StringNotLikeIfExists aws:PrincipalArn="*/x""#,
            r#"StringEqualsIfExists aws:PrincipalArn="arn:aws:iam::444455556666:role/x""#,
            r#"StringEquals aws:PrincipalAccount="111122223333""#,
            r#"StringEquals aws:PrincipalAccount="anonymous""#,
            r#"StringNotEquals aws:PrincipalAccount="111122223333""#,
            r#"StringLike aws:PrincipalAccount="1*""#,
            r#"StringEquals aws:PrincipalAccount="${ra}""#,
            r#"StringEquals ra="${aws:PrincipalAccount}""#,
            r#"StringNotEquals ra="${aws:PrincipalAccount}""#,
            r#"StringEquals ra="111122223333""#,
            r#"ArnEquals k="${aws:PrincipalArn}""#,
            r#"Null aws:PrincipalArn="true""#,
            r#"Null aws:PrincipalArn="false""#,
            r#"Null aws:PrincipalAccount="true""#,
        ],
        requests: {
            let mut all = requests(
                &callers,
                &["b/111122223333", "b/a", "b/444455556666/x", "x"],
                &free,
            );
            // Sessions of roles with paths, and callers of whose account nothing is documented.
            let extra = contexts(&[
                (ARN, &[one("arn:aws:iam::111122223333:role/p/y")]),
                ("ra", &[None, one("111122223333")]),
            ]);
            let session = [aws("arn:aws:sts::111122223333:assumed-role/y/t")];
            all.extend(requests(&session, &["b/a", "b/111122223333"], &extra));
            let extra = contexts(&[
                ("aws:PrincipalAccount", &[one("111122223333"), one("other")]),
                ("ra", &[None, one("other")]),
            ]);
            all.extend(requests(&callers[11..], &["b/a", "b/111122223333"], &extra));
            all
        },
    });
}

#[test]
fn types_on_one_key_are_decided_as_every_request_says() {
    let texts = [
        "5",
        "5.0",
        "005",
        "00005",
        "00010",
        "10",
        "10.0",
        "9.5",
        "-3",
        "-3.0",
        "a",
        "A",
        "true",
        "TRUE",
        "2026",
        "2026.0",
        "2026-01-01T00:00:00Z",
        "2026-01-01T00:00:00.0Z",
        "1970-01-01T00:00:05Z",
        "2027",
        "10.0.0.1",
        "10.0.0.2",
        "10.0.0.9",
        "11.0.0.0",
        "::1",
        "0000:0000:0000:0000:0000:0000:0000:0001",
        "",
        "1767225600",
    ];
    let mut values: Vec<Option<Value>> = texts.iter().map(|text| one(text)).collect();
    values.push(None);
    for texts in [
        &["5", "a"][..],
        &["10.0.0.1", "true"],
        &["a"],
        &["2026", "5"],
    ] {
        values.push(several(texts));
    }
    run(&World {
        name: "types",
        kind: Kind::Identity,
        principals: &[],
        resources: &["*"],
        conditions: &[
            "NumericLessThan n=10",
            r#"NumericGreaterThanEquals n=["5","2000"]"#,
            "NumericEquals n=5",
            r#"NumericNotEquals n=["5","2026"]"#,
            r#"NumericLessThanIfExists n="-2.5""#,
            r#"DateLessThan n="2026-01-01T00:00:00Z""#,
            r#"DateEquals n=["1970-01-01T00:00:05Z","2026"]"#,
            r#"DateNotEquals n="2026""#,
            r#"DateGreaterThan n="5""#,
            r#"IpAddress n=["10.0.0.0/29","::1"]"#,
            r#"IpAddress n="10.0.0.1""#,
            r#"NotIpAddress n="10.0.0.0/30""#,
            r#"StringEquals n=["5","10.0.0.1","a"]"#,
            r#"StringEquals n=["::1","2026-01-01T00:00:00Z"]"#,
            r#"StringNotEquals n=["5","2026","10.0.0.1"]"#,
            r#"StringNotEquals n=["10.0.0.2","10.0.0.0","::1"]"#,
            r#"StringEqualsIgnoreCase n=["TRUE","a"]"#,
            r#"StringEqualsIfExists n=["true","5","00005"]"#,
            r#"StringLike n=["1*","a"]"#,
            r#"Bool n="true""#,
            r#"BoolIfExists n="false""#,
            r#"ForAnyValue:StringEquals n=["5","a"]"#,
            "ForAllValues:NumericLessThan n=7",
            r#"ForAllValues:StringNotEquals n="a""#,
            r#"Null n="true""#,
            r#"Null n="false""#,
        ],
        requests: requests(&[None], &["x"], &contexts(&[("n", &values)])),
    });
}
