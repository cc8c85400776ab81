//! Many of a thing, or one thing that many refer to: time and memory grow with the file, not faster.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::answer::run;
use super::inputs::{Input, RUN, desk, recorded};
use super::support::{Account, CONNECT};

#[test]
fn many_waivers() {
    let desk = desk();
    let mut text = String::new();
    for number in 0..12_000 {
        let _ = writeln!(
            text,
            "[[waiver]]\nrule = \"trust-widened\"\nresource = \"arn:aws:iam::{number}:*\"\n\
             reason = \"r\"\nowner = \"o\"\nexpires = 2030-01-01"
        );
    }
    std::fs::write(desk.path().join("own.toml"), text).unwrap();
    let answer = Input::named("configuration with waivers").read(desk.path());
    assert!(answer.out.contains("unused-waiver"), "{}", answer.err);
}

#[test]
fn many_shards() {
    let desk = desk();
    let shards = 200_000;
    let mut text = String::new();
    for number in 1..=shards {
        let _ = writeln!(
            text,
            r#"{{"run":"{RUN}","shard":{number},"shards":{shards},"accounts":[]}}"#
        );
    }
    std::fs::write(desk.path().join("shards.jsonl"), text).unwrap();
    let answer = Input::named("file of shards").read(desk.path());
    // No account is complete where there is none.
    assert_eq!(answer.code, 3, "{}", answer.err);
}

#[test]
fn many_policies_of_a_dump() {
    let desk = desk();
    let policies = 20_000;
    let arn = |number| format!("arn:aws:iam::aws:policy/aws-service-role/Policy{number}");
    let text = std::fs::read_to_string(desk.path().join("dump.json")).unwrap();
    let mut dump: Value = serde_json::from_str(&text).unwrap();
    dump["Policies"] = (0..policies)
        .map(|number| json!({"Arn": arn(number), "DefaultVersionId": "v1", "AttachmentCount": 1}))
        .collect();
    dump["UserDetailList"] = (0..policies)
        .map(|number| {
            json!({
                "UserName": format!("user{number}"),
                "AttachedManagedPolicies": [{"PolicyName": "p", "PolicyArn": arn(number)}],
            })
        })
        .collect();
    std::fs::write(desk.path().join("dump.json"), dump.to_string()).unwrap();
    let arguments = ["snapshot", "--gaad", "dump.json", "-o", "taken.json"];
    let answer = run(desk.path(), &arguments);
    assert_eq!(answer.code, 0, "{}", answer.err);
}

/// One long policy that many roles carry is held once.
#[test]
fn a_long_policy_of_many_roles() {
    let desk = desk();
    let mut account = Account::cloudtrail();
    let actions: Vec<String> = (0..30_000)
        .map(|n| format!("\"service{n}:Action\""))
        .collect();
    let long = format!(
        r#"{{"Statement":{{"Effect":"Allow","Action":[{}],"Resource":"*"}}}}"#,
        actions.join(",")
    );
    for number in 0..300 {
        let role = format!("AWSServiceRoleForNothing{number}");
        let path = "/aws-service-role/nothing.amazonaws.com/";
        account.add_role(&role, path, "nothing.amazonaws.com");
        account.attach(&role, "NothingPolicy", "v1", &long);
    }
    let rules = ["--rule", "malformed-policy"];
    std::fs::write(desk.path().join("snapshot.json"), recorded(&account)).unwrap();
    let arguments = [Input::named("snapshot").arguments, &rules].concat();
    let answer = run(desk.path(), &arguments);
    assert!(answer.code < 2, "{}", answer.err);
}

/// A batch is read line by line, and a bad line costs the others nothing.
#[test]
fn a_batch_longer_than_memory() {
    let desk = desk();
    let path = desk.path().join("pairs.ndjson");
    let good = std::fs::read_to_string(&path).unwrap();
    let mut file = std::io::BufWriter::new(std::fs::File::create(&path).unwrap());
    let long = "[".repeat(1 << 20) + "\n";
    let write =
        |file: &mut dyn std::io::Write, text: &str| file.write_all(text.as_bytes()).unwrap();
    for _ in 0..100 {
        write(&mut file, &long);
    }
    // One line alone is longer than a line may be.
    for _ in 0..20 {
        write(&mut file, long.trim_end());
    }
    write(&mut file, "\n");
    write(&mut file, &good);
    drop(file);
    let limits = "ulimit -v 200000";
    let arguments = Input::named("batch of comparisons").arguments;
    let answer = super::answer::run_under(limits, desk.path(), arguments);
    assert_eq!(answer.code, 2);
    assert_eq!(
        answer.err,
        "error: 101 of 103 lines could not be answered\n"
    );
    assert_eq!(answer.out.lines().count(), 103);
    let longest = answer.out.lines().map(str::len).max();
    assert!(longest.unwrap() < 5_000, "{longest:?}");
    let told =
        r#"{"id":null,"line":101,"error":"longer than 16777216 bytes, the most for a line"}"#;
    assert_eq!(answer.out.lines().nth(100), Some(told));
}

/// What a role is called, its tags and its description are of any length in a file.
#[test]
fn long_texts_are_cut_in_errors() {
    let desk = desk();
    let long = "x".repeat(10_000_000);
    for (name, from) in [
        ("snapshot", "111122223333"),
        ("GAAD dump", "AWSServiceRoleForCloudTrail"),
        ("earlier report", "111122223333"),
        ("configuration with waivers", "high"),
        ("list of accounts", "111122223333"),
        ("file of shards", "111122223333"),
        ("lock file", "roledrift-lock"),
    ] {
        let input = Input::named(name);
        let path = desk.path().join(input.path);
        let good = std::fs::read_to_string(&path).unwrap();
        let most = usize::try_from(input.most).unwrap().min(long.len()) / 2;
        std::fs::write(&path, good.replacen(from, &long[..most], 1)).unwrap();
        let file = input.path.rsplit('/').next().unwrap();
        input.read(desk.path()).assert_error(name, file);
    }
}

#[test]
fn an_account_of_many_roles_with_a_hostile_name_is_read() {
    let desk = desk();
    let mut account = Account::connect();
    let description = "\u{1b}[2J\u{202e}\0".repeat(100_000);
    account.role(CONNECT).description = roledrift::inventory::Observed::Read(Some(description));
    std::fs::write(desk.path().join("snapshot.json"), recorded(&account)).unwrap();
    let answer = Input::named("snapshot").read(desk.path());
    assert!(answer.code < 2, "{}", answer.err);
    assert!(!answer.out.contains('\u{1b}') && !answer.out.contains('\u{202e}'));
}
