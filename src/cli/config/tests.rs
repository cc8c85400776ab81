use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;

use super::*;

fn problem(text: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("roledrift.toml");
    std::fs::write(&path, text).unwrap();
    let read = Config::read(Some(&path)).and_then(|mut config| config.waivers());
    read.unwrap_err().to_string()
}

#[test]
fn an_unknown_key_is_told_with_its_place_and_what_was_meant() {
    for (text, place, meant) in [
        ("[scan]\nfail_on = \"low\"\n", "line 2, column 1", "fail-on"),
        ("[scan]\n\n  formats = []\n", "line 3, column 3", "format"),
        ("[[waivers]]\n", "line 1, column 3", "waiver"),
        (
            "[[waiver]]\nrules = \"trust-widened\"\n",
            "line 2, column 1",
            "rule",
        ),
    ] {
        let problem = problem(text);
        let hint = format!("did you mean `{meant}`?");
        assert!(
            problem.contains(place) && problem.contains(&hint),
            "{text}: {problem}"
        );
    }
    assert!(!problem("[scan]\nqqq = 1\n").contains("did you mean"));
}

#[test]
fn the_schema_is_fresh() {
    // `just bless` writes it anew.
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas/config.schema.json");
    let schema = serde_json::to_value(schemars::schema_for!(Config)).unwrap();
    let mut text = serde_json::to_string_pretty(&sorted(schema)).unwrap();
    text.push('\n');
    if std::env::var_os("ROLEDRIFT_BLESS").is_some() {
        std::fs::write(&path, &text).unwrap();
    }
    let committed = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        committed == text,
        "schemas/config.schema.json is stale: run `just bless`"
    );
}

/// Orders members by name: whether they keep their order otherwise depends on other crates.
fn sorted(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            let members: BTreeMap<_, _> = members.into_iter().collect();
            let members = members.into_iter();
            members.map(|(name, value)| (name, sorted(value))).collect()
        }
        Value::Array(items) => items.into_iter().map(sorted).collect(),
        other => other,
    }
}

#[test]
fn what_the_schema_allows_is_read_and_what_it_refuses_is_not() {
    let schema = serde_json::to_value(schemars::schema_for!(Config)).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let waiver = "[[waiver]]\nrule = \"trust-widened\"\nresource = \"arn:aws:iam::*\"\n\
                  reason = \"known\"\nowner = \"platform\"\n";
    for (text, good) in [
        ("", true),
        (
            "[scan]\nfail-on = \"high\"\nstore = \"runs\"\nregion = [\"eu-west-1\"]\n",
            true,
        ),
        ("[scan]\nfail-on = \"severe\"\n", false),
        ("[scan]\nstores = \"runs\"\n", false),
        ("[scan]\nregion = \"eu-west-1\"\n", false),
        (&format!("{waiver}expires = 2027-06-30\n"), true),
        (&format!("{waiver}expires = \"2027-06-30\"\n"), true),
        (
            &format!("{waiver}expires = 2027-06-30\naccount = \"111122223333\"\n"),
            true,
        ),
        (waiver, false),
    ] {
        // Tools check TOML as the JSON that it stands for, where a date is a text.
        let json: toml::Table = text.parse().unwrap();
        let json = serde_json::to_value(dates_as_text(toml::Value::Table(json))).unwrap();
        assert_eq!(validator.is_valid(&json), good, "{text}");
        assert_eq!(toml::from_str::<Config>(text).is_ok(), good, "{text}");
    }
}

fn dates_as_text(value: toml::Value) -> toml::Value {
    match value {
        toml::Value::Datetime(date) => toml::Value::String(date.to_string()),
        toml::Value::Table(table) => {
            let members = table.into_iter();
            toml::Value::Table(
                members
                    .map(|(key, value)| (key, dates_as_text(value)))
                    .collect(),
            )
        }
        toml::Value::Array(items) => {
            toml::Value::Array(items.into_iter().map(dates_as_text).collect())
        }
        other => other,
    }
}
