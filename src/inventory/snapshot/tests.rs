//! What a snapshot keeps, and what it refuses.

use super::*;
use crate::inventory::{DocumentText, Observed, UnreadReason};

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
