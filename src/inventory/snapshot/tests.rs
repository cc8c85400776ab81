//! What a snapshot keeps, and what it refuses.

use super::*;
use crate::inventory::{CampaignsApi, DocumentText, FactOwner, Observed, StorageUse, UnreadReason};

const SMALL: &str = r#"{
  "format": "roledrift-snapshot",
  "version": 1,
  "account": "111122223333",
  "partition": "aws",
  "collected_at": "2026-11-01T08:00:00Z",
  "listing": { "read": null },
  "policy_listing": { "read": null },
  "roles": [
    {
      "arn": "arn:aws:iam::111122223333:role/aws-service-role/support.amazonaws.com/AWSServiceRoleForSupport",
      "name": "AWSServiceRoleForSupport",
      "path": "/aws-service-role/support.amazonaws.com/",
      "trust": { "read": {"a" : [1,  2], "a": 3} },
      "attached": { "read": [] },
      "inline": { "read": [ { "name": "broken", "document": { "read": "{\"Version\": " } } ] },
      "description": { "read": null },
      "max_session_seconds": { "not_read": { "reason": "denied", "operation": "iam:ListRoles", "message": "no" } },
      "boundary": { "read": null },
      "tags": { "read": {} },
      "last_use": { "read": null }
    }
  ],
  "policies": []
}"#;

#[test]
fn keeps_every_character_of_a_document() {
    let inventory = read(SMALL).unwrap();
    let role = &inventory.roles[0];
    assert_eq!(
        role.trust,
        Observed::Read(DocumentText::new(r#"{"a" : [1,  2], "a": 3}"#))
    );
    let inline = role.inline.read().unwrap();
    assert_eq!(
        inline[0].document,
        Observed::Read(DocumentText::new(r#"{"Version": "#))
    );
}

#[test]
fn tells_no_description_from_an_unread_fact() {
    let inventory = read(SMALL).unwrap();
    let role = &inventory.roles[0];
    assert_eq!(role.description, Observed::Read(None));
    assert_eq!(
        role.max_session_seconds.unread().unwrap().reason,
        UnreadReason::Denied
    );
}

#[test]
fn writes_what_it_read() {
    let inventory = read(SMALL).unwrap();
    let mut text = Vec::new();
    write(&inventory, &mut text).unwrap();
    let again = read(std::str::from_utf8(&text).unwrap()).unwrap();
    assert_eq!(again, inventory);
}

#[test]
fn refuses_a_newer_format_before_anything_else() {
    let newer = r#"{"format": "roledrift-snapshot", "version": 2, "shape": "unknown"}"#;
    let error = read(newer).unwrap_err().to_string();
    assert!(
        error.contains("format version 2 is newer") && error.contains("upgrade"),
        "{error}"
    );
}

#[test]
fn says_where_the_shape_is_wrong() {
    let wrong = SMALL.replace(
        r#""attached": { "read": [] }"#,
        r#""attached": { "read": ["x"] }"#,
    );
    let error = read(&wrong).unwrap_err().to_string();
    assert!(
        error.contains("`x` is not an ARN") && error.contains("line 15"),
        "{error}"
    );
}

#[test]
fn refuses_a_role_whose_arn_belongs_elsewhere() {
    let wrong = SMALL.replace(
        r#""account": "111122223333""#,
        r#""account": "444455556666""#,
    );
    assert!(matches!(read(&wrong), Err(SnapshotError::Role { .. })));
}

const OWNERS: &str = r#""policies": [],
  "owners": {
    "listing": { "read": null },
    "regions": [
      {
        "region": "us-east-1",
        "instances": { "read": [ {
          "arn": "arn:aws:connect:us-east-1:111122223333:instance/1",
          "id": "1",
          "status": "ACTIVE",
          "storage": {
            "CALL_RECORDINGS": { "read": [
              { "type": "S3", "bucket": "b", "prefix": "p", "key": "k" },
              { "type": "KINESIS_STREAM", "arn": "arn:aws:kinesis:us-east-1:111122223333:stream/s" },
              { "type": "S3", "bucket": "a", "prefix": "" },
              { "type": "KINESIS_VIDEO_STREAM", "prefix": "v", "key": "l" }
            ] },
            "AGENT_EVENTS": { "not_read": { "reason": "denied", "operation": "connect:ListInstanceStorageConfigs" } }
          },
          "bots": { "read": [
            { "version": "V2", "alias": "arn:aws:lex:us-east-1:111122223333:bot-alias/B/A" },
            { "version": "V1", "name": "orders", "region": "us-west-2" }
          ] },
          "integrations": { "read": [ { "kind": "HOLOGRAM", "resource": "anything" } ] },
          "switches": { "CONTACTFLOW_LOGS": { "read": true } },
          "domains": { "read": ["z", "a"] },
          "campaigns": {
            "v1": { "read": null },
            "v2": { "read": {
              "key": "m",
              "onboarding": { "read": { "status": "FAILED", "failure": "IAM_ACCESS_DENIED" } },
              "integrations": { "read": [] },
              "campaigns": { "not_read": { "reason": "denied", "operation": "connect-campaigns:ListCampaigns" } }
            } }
          }
        } ] },
        "domains": { "read": [
          {
            "name": "d",
            "created_at": "2026-01-01T00:00:00Z",
            "settings": { "read": { "key": "k", "dead_letter_queue": "https://sqs.example/q" } }
          },
          { "name": "e", "settings": { "not_read": { "reason": "denied", "operation": "profile:GetDomain" } } }
        ] }
      },
      {
        "region": "eu-west-2",
        "instances": { "not_read": { "reason": "denied", "operation": "connect:ListInstances" } },
        "domains": { "read": [] }
      }
    ]
  }"#;

fn with_owners() -> String {
    SMALL.replace(r#""policies": []"#, OWNERS)
}

#[test]
fn keeps_what_the_roles_serve_in_order() {
    let inventory = read(&with_owners()).unwrap();
    let owners = &inventory.owners.regions[&"us-east-1".parse().unwrap()];
    let instance = &owners.instances.read().unwrap()[0];
    let storage = instance.storage[&StorageUse::CallRecordings].read();
    assert!(storage.is_some_and(|targets| targets.len() == 4 && targets.is_sorted()));
    assert!(instance.bots.read().unwrap().is_sorted());
    assert_eq!(instance.domains.read().unwrap(), &["a", "z"]);
    assert_eq!(instance.campaigns[&CampaignsApi::V1], Observed::Read(None));
    let campaigns = instance.campaigns[&CampaignsApi::V2].read().unwrap();
    assert_eq!(campaigns.as_ref().unwrap().key.as_deref(), Some("m"));
    let domain = &owners.domains.read().unwrap()[0];
    assert_eq!(domain.settings.read().unwrap().key.as_deref(), Some("k"));
    let mut text = Vec::new();
    write(&inventory, &mut text).unwrap();
    let again = read(std::str::from_utf8(&text).unwrap()).unwrap();
    assert_eq!(again, inventory);
}

#[test]
fn what_was_not_read_of_owners_is_covered() {
    let coverage = read(&with_owners()).unwrap().coverage();
    let unread: Vec<String> = coverage
        .unread()
        .filter(|(entry, _)| !matches!(entry.subject, FactOwner::Role(_)))
        .map(|(entry, _)| format!("{:?}: {}", entry.subject, entry.fact))
        .collect();
    assert_eq!(
        unread,
        [
            "Region(Region(\"eu-west-2\")): the list of Amazon Connect instances",
            "Region(Region(\"us-east-1\")): settings of Customer Profiles domain `e`",
            "Instance(Arn(\"arn:aws:connect:us-east-1:111122223333:instance/1\")): \
             storage configuration of AGENT_EVENTS",
            "Instance(Arn(\"arn:aws:connect:us-east-1:111122223333:instance/1\")): \
             list of outbound campaigns (v2)",
        ]
    );
}

#[test]
fn a_recording_without_owners_cannot_tell_them() {
    let owners = read(SMALL).unwrap().owners;
    assert_eq!(
        owners.listing.unread().unwrap().reason,
        UnreadReason::NotOffered
    );
    assert!(owners.regions.is_empty());
}

#[test]
fn refuses_owners_that_stand_there_twice() {
    let twice = with_owners().replace("eu-west-2", "us-east-1");
    assert!(matches!(read(&twice), Err(SnapshotError::Duplicate(name)) if name == "us-east-1"));
    let domains = with_owners().replace(r#""name": "e""#, r#""name": "d""#);
    assert!(matches!(read(&domains), Err(SnapshotError::Duplicate(name)) if name == "d"));
}
