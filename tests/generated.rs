//! Generated files are fresh. `just bless` (or `ROLEDRIFT_BLESS=1 cargo test --test generated`)
//! writes them anew.

#![allow(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a failed unwrap is a failed test"
)]

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;

fn fresh(path: &str, text: &str) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    if std::env::var_os("ROLEDRIFT_BLESS").is_some() {
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(&file, text).unwrap();
    }
    let committed = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(committed == text, "{path} is stale: run `just bless`");
}

/// Orders members by name: whether they keep their order otherwise depends on other crates.
fn sorted(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            let members: BTreeMap<_, _> = members.into_iter().collect();
            members
                .into_iter()
                .map(|(name, value)| (name, sorted(value)))
                .collect()
        }
        Value::Array(items) => items.into_iter().map(sorted).collect(),
        other => other,
    }
}

fn schema(path: &str, schema: &schemars::Schema) {
    let schema = sorted(schema.as_value().clone());
    let mut text = serde_json::to_string_pretty(&schema).unwrap();
    text.push('\n');
    fresh(path, &text);
}

#[test]
fn the_page_of_rules_is_fresh() {
    let mut page = Vec::new();
    roledrift::report::page(&mut page).unwrap();
    fresh("docs/rules.md", &String::from_utf8(page).unwrap());
}

#[test]
fn the_documented_permissions_are_fresh() {
    use roledrift::inventory::Permissions;
    use roledrift::report::{PermissionsFormat, permissions};

    for (path, owners) in [
        ("docs/least-privilege-policy.json", false),
        ("docs/least-privilege-policy-deep.json", true),
    ] {
        let needed = Permissions {
            owners,
            organization: false,
        };
        let mut text = Vec::new();
        permissions(needed, PermissionsFormat::Json, &mut text).unwrap();
        fresh(path, &String::from_utf8(text).unwrap());
    }
}

#[test]
fn the_schemas_are_fresh() {
    schema(
        "schemas/family.schema.json",
        &roledrift::baselines::family_schema(),
    );
    schema(
        "schemas/catalog.schema.json",
        &roledrift::baselines::catalog_schema(),
    );
    schema(
        "schemas/snapshot.schema.json",
        &roledrift::inventory::snapshot::schema(),
    );
    schema("schemas/lock.schema.json", &roledrift::lock::schema());
    schema(
        "schemas/report.schema.json",
        &roledrift::report::json_schema(),
    );
    schema(
        "schemas/history.schema.json",
        &roledrift::report::history::schema(),
    );
    schema(
        "schemas/evaluation.schema.json",
        &roledrift::report::evaluation::schema(),
    );
    schema(
        "schemas/ndjson.schema.json",
        &roledrift::report::ndjson_schema(),
    );
    schema(
        "schemas/organization.schema.json",
        &roledrift::report::organization::ndjson_schema(),
    );
    schema(
        "schemas/comparison.schema.json",
        &roledrift::report::comparison::json_schema(),
    );
    schema(
        "schemas/versions.schema.json",
        &roledrift::report::versions::json_schema(),
    );
}
