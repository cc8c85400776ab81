//! What baselines accept, refuse and resolve.

use super::*;
use crate::policy::Position;

const FAMILY: &str = r#"{
  "schema": 1,
  "family": "example",
  "title": "Example",
  "role": {
    "name": "AWSServiceRoleForExample", "suffix": "optional", "legacy_names": [],
    "principal": "example.amazonaws.com", "evidence": "recorded"
  },
  "policy": {
    "name": "ExampleServiceRolePolicy", "evidence": "recorded", "partition": "aws",
    "provenance": { "text": "t", "page": "p", "as_of": "2026-01-01" },
    "versions": [
      { "version": "v1", "created": "2025-01-01T00:00:00Z", "document": "policies/v1.json" }
    ]
  },
  "features": [
    { "id": "bucket", "title": "t", "evidence": "recorded", "source": "s",
      "grants": [{ "actions": ["s3:GetObject"], "resources": ["arn:${partition}:s3:::${bucket}/*"] }] }
  ],
  "sources": []
}"#;
const DOCUMENT: &str =
    r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:Get*","Resource":"*"}}"#;

fn files(family: &str, document: &str) -> Files {
    let mut files = Files::default();
    files.insert("example/family.json", family);
    files.insert("example/policies/v1.json", document);
    files
}

fn error(family: &str, document: &str) -> BaselineError {
    Baselines::default()
        .add(&files(family, document))
        .unwrap_err()
}

#[test]
fn the_embedded_baselines_load() {
    let baselines = Baselines::embedded().unwrap();
    let ids: Vec<&str> = baselines
        .families()
        .iter()
        .map(|family| family.id.as_str())
        .collect();
    assert_eq!(
        ids,
        [
            "connect",
            "connect-campaigns",
            "connect-synchronization",
            "customer-profiles"
        ]
    );
    assert!(baselines.catalog().len() >= 250);
    assert!(baselines.names_linked_policy("AmazonConnectServiceLinkedRolePolicy"));
    assert!(!baselines.names_linked_policy("AdministratorAccess"));
}

#[test]
fn a_family_of_the_same_id_replaces_the_embedded_one() {
    let mut baselines = Baselines::embedded().unwrap();
    let before = baselines.families().len();
    baselines.add(&files(FAMILY, DOCUMENT)).unwrap();
    assert_eq!(baselines.families().len(), before + 1);
    baselines
        .add(&files(
            &FAMILY.replace("\"Example\"", "\"Other\""),
            DOCUMENT,
        ))
        .unwrap();
    assert_eq!(baselines.families().len(), before + 1);
    assert!(
        baselines
            .families()
            .iter()
            .any(|family| family.title == "Other")
    );
}

#[test]
fn a_catalogue_entry_of_the_same_name_and_principal_replaces_the_embedded_one() {
    let text = include_str!("../../baselines/catalog.json");
    let mut catalog: serde_json::Value = serde_json::from_str(text).unwrap();
    catalog["roles"].as_array_mut().unwrap().truncate(1);
    let mut baselines = Baselines::embedded().unwrap();
    let before = baselines.catalog().len();
    let mut add = |catalog: &serde_json::Value| {
        let mut files = Files::default();
        files.insert("catalog.json", catalog.to_string());
        baselines.add(&files).unwrap();
        baselines.catalog().len()
    };
    assert_eq!(add(&catalog), before);
    for (member, other) in [
        ("principal", "other.amazonaws.com"),
        ("name", "AWSServiceRoleForOther"),
    ] {
        let mut entry = catalog.clone();
        entry["roles"][0][member] = other.into();
        let before = add(&catalog);
        assert_eq!(add(&entry), before + 1, "{member}");
    }
}

#[test]
fn says_where_a_file_is_wrong() {
    let wrong = error(&FAMILY.replace("\"recorded\"\n", "\"rumour\"\n"), DOCUMENT);
    assert_eq!(
        (wrong.file.as_str(), wrong.position.line),
        ("example/family.json", 7)
    );
    let wrong = error(&FAMILY.replace("\"schema\": 1", "\"schema\": 2"), DOCUMENT);
    assert_eq!(wrong.position, Position { line: 2, column: 3 });
    assert!(wrong.problem.contains("schema version 2"));
    let actions = r#""actions": ["s3:GetObject"]"#;
    for (grants, problem) in [
        (FAMILY.replace(actions, r#""actions": []"#), "Action"),
        (
            FAMILY.replace(r#""grants": [{"#, r#""grants": [], "needs": [{"#),
            "it grants nothing",
        ),
    ] {
        let wrong = error(&grants, DOCUMENT);
        assert_eq!(wrong.file, "example/family.json");
        assert!(wrong.problem.contains(problem), "{wrong}");
    }
    let wrong = error(FAMILY, "{\"Version\": \"2012-10-17\",\n \"Statment\": []}");
    assert_eq!(
        (wrong.file.as_str(), wrong.position.line),
        ("example/policies/v1.json", 2)
    );
    assert!(
        wrong.to_string().starts_with("example/policies/v1.json:2:"),
        "{wrong}"
    );
}

#[test]
fn refuses_a_ledger_that_does_not_ascend_or_lacks_a_document() {
    let entry =
        r#"{ "version": "v1", "created": "2025-01-01T00:00:00Z", "document": "policies/v1.json" }"#;
    let twice = FAMILY.replace(entry, &format!("{entry},\n      {entry}"));
    let wrong = error(&twice, DOCUMENT);
    assert!(
        wrong.problem.contains("does not follow an older version"),
        "{wrong}"
    );
    assert_eq!(wrong.position.line, 14);
    assert!(
        error(&FAMILY.replace(entry, ""), DOCUMENT)
            .problem
            .contains("no version")
    );
    let missing = error(
        &FAMILY.replace("policies/v1.json", "policies/v2.json"),
        DOCUMENT,
    );
    assert!(
        missing
            .problem
            .contains("no file `example/policies/v2.json`"),
        "{missing}"
    );
}

#[test]
fn refuses_grants_that_are_no_policy() {
    let wrong = error(
        &FAMILY.replace("\"s3:GetObject\"", "\"GetObject\""),
        DOCUMENT,
    );
    assert!(wrong.problem.starts_with("feature `bucket`: "), "{wrong}");
}

#[test]
fn refuses_variables_that_nothing_gives_a_value() {
    let wrong = error(&FAMILY.replace("${bucket}", "${buket}"), DOCUMENT);
    assert_eq!(wrong.position.line, 18);
    assert!(
        wrong.problem.contains("`${buket}`") && wrong.problem.contains("instance-id"),
        "{wrong}"
    );
    let streams = FAMILY.replace(
        r#""source": "s","#,
        r#""source": "s",
      "configured_by": {"storage": {"uses": ["AGENT_EVENTS"], "target": "kinesis-stream"}},"#,
    );
    let wrong = error(&streams, DOCUMENT);
    assert_eq!(wrong.position.line, 19);
    assert!(
        wrong.problem.contains("`${bucket}`") && wrong.problem.ends_with("stream"),
        "{wrong}"
    );
}

#[test]
fn refuses_configurations_of_a_wrong_shape() {
    for wrong in [
        r#"{"storage": {"uses": ["AGENT_EVENTS"]}}"#,
        r#"{"storage": {"uses": ["SOMETHING"], "target": "s3"}}"#,
        r#"{"switch": "NO_SUCH_ATTRIBUTE"}"#,
        r#""sometimes""#,
    ] {
        let with = format!("\"source\": \"s\",\n\"configured_by\": {wrong},");
        let error = error(&FAMILY.replace(r#""source": "s","#, &with), DOCUMENT);
        assert_eq!(error.position.line, 18, "{error}");
    }
    let nothing = FAMILY.replace(r#""grants": [{"#, r#""needs": [{"#);
    assert!(error(&nothing, DOCUMENT).problem.contains("grants"));
}

#[test]
fn what_a_feature_needs_lies_within_what_it_may_be_granted() {
    let baselines = Baselines::embedded().unwrap();
    let bindings = |prefix: &str| {
        let folder = if prefix.is_empty() {
            String::new()
        } else {
            format!("{prefix}/")
        };
        vec![
            Bindings::default()
                .with(Variable::Partition, "aws")
                .with(Variable::Account, "111122223333")
                .with(Variable::Region, "eu-west-2")
                .with(Variable::InstanceId, "0f1e")
                .with(Variable::Bucket, "b")
                .with(Variable::Prefix, prefix)
                .with(Variable::Folder, folder)
                .with(Variable::Stream, "s"),
        ]
    };
    let mut needing = 0;
    for feature in baselines
        .families()
        .iter()
        .flat_map(|family| family.features.iter().flatten())
    {
        for prefix in ["", "connect/acme"] {
            let bindings = bindings(prefix);
            let Some(floor) = feature.floor(&bindings) else {
                continue;
            };
            needing += 1;
            let ceiling = feature.ceiling(&bindings).unwrap();
            let beyond = crate::policy::new_access(&[&ceiling], &[&floor]);
            assert_eq!(beyond, crate::policy::Difference::Nothing, "{}", feature.id);
        }
    }
    assert_eq!(needing, 10);
}

#[test]
fn resolves_by_name_and_principal() {
    let baselines = Baselines::embedded().unwrap();
    let resolve = |name: &str, principal: &str| match baselines
        .resolve(&name.parse().unwrap(), &principal.parse().unwrap())
    {
        Resolution::Known(baseline) => baseline.id.clone(),
        Resolution::OtherPrincipal(baseline) => format!("other: {}", baseline.principal),
        Resolution::Unknown => "unknown".to_owned(),
    };
    let connect = "connect.amazonaws.com";
    assert_eq!(
        resolve("AWSServiceRoleForAmazonConnect_abc", connect),
        "connect"
    );
    assert_eq!(
        resolve("AWSServiceRoleForAmazonConnect", connect),
        "connect"
    );
    assert_eq!(
        resolve("AWSServiceRoleForAmazonConnect_", connect),
        "unknown"
    );
    assert_eq!(
        resolve("AWSServiceRoleForAmazonConnectX", connect),
        "unknown"
    );
    assert_eq!(
        resolve(
            "AWSServiceRoleForAmazonConnectSynchronization_a",
            "synchronization.connect.amazonaws.com"
        ),
        "connect-synchronization"
    );
    // The catalogue has it from memory only.
    assert_eq!(
        resolve(
            "AWSServiceRoleForClientVPNConnections",
            "clientvpn-connections.amazonaws.com"
        ),
        "unknown"
    );
    assert_eq!(
        resolve("AWSServiceRoleForSupport", connect),
        "other: support.amazonaws.com"
    );
}
