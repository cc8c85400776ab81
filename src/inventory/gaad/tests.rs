//! What a dump tells, and what it cannot.

use super::*;
use crate::inventory::{Carrier, CarrierKind, DocumentText};

const ROLE: &str = r#"{
  "Path": "/aws-service-role/support.amazonaws.com/",
  "RoleName": "AWSServiceRoleForSupport",
  "RoleId": "AROAEXAMPLE",
  "Arn": "arn:aws:iam::111122223333:role/aws-service-role/support.amazonaws.com/AWSServiceRoleForSupport",
  "CreateDate": "2024-01-02T03:04:05+00:00",
  "AssumeRolePolicyDocument": {"Version": "2012-10-17"},
  "RolePolicyList": [{"PolicyName": "extra", "PolicyDocument": "%7B%22Version%22%3A%20%222012-10-17%22%7D"}],
  "AttachedManagedPolicies": [{"PolicyName": "AWSSupportServiceRolePolicy",
    "PolicyArn": "arn:aws:iam::aws:policy/aws-service-role/AWSSupportServiceRolePolicy"}],
  "Tags": [{"Key": "a", "Value": "b"}],
  "RoleLastUsed": {"LastUsedDate": 1700000000.5, "Region": "eu-west-2"}
}"#;

fn dump(roles: &[&str], rest: &str) -> String {
    format!(r#"{{"RoleDetailList": [{}]{rest}}}"#, roles.join(","))
}

#[test]
fn reads_documents_as_objects_and_as_encoded_text() {
    let inventory = read(&dump(&[ROLE], "")).unwrap();
    let role = &inventory.roles[0];
    assert_eq!(inventory.account.as_str(), "111122223333");
    assert_eq!(
        role.trust,
        Observed::Read(DocumentText::new(r#"{"Version": "2012-10-17"}"#))
    );
    let inline = role.inline.read().unwrap();
    assert_eq!(
        inline[0].document,
        Observed::Read(DocumentText::new(r#"{"Version": "2012-10-17"}"#))
    );
    assert_eq!(
        role.last_use.read().unwrap().as_ref().unwrap().region,
        "eu-west-2"
    );
}

#[test]
fn says_that_description_session_and_carriers_are_not_read() {
    let inventory = read(&dump(&[ROLE], "")).unwrap();
    let role = &inventory.roles[0];
    assert_eq!(
        role.description.unread().unwrap().reason,
        UnreadReason::NotOffered
    );
    assert_eq!(
        role.max_session_seconds.unread().unwrap().reason,
        UnreadReason::NotOffered
    );
    let policy = inventory.policies.values().next().unwrap();
    assert!(
        policy.carriers.as_ref().unwrap().unread().is_some() && policy.document.unread().is_some()
    );
}

#[test]
fn knows_every_carrier_when_the_counts_agree() {
    let rest = r#", "UserDetailList": [{"UserName": "eve", "AttachedManagedPolicies":
          [{"PolicyArn": "arn:aws:iam::aws:policy/aws-service-role/AWSSupportServiceRolePolicy"}]}],
        "Policies": [{"Arn": "arn:aws:iam::aws:policy/aws-service-role/AWSSupportServiceRolePolicy",
          "AttachmentCount": 2, "DefaultVersionId": "v7",
          "PolicyVersionList": [{"VersionId": "v7", "Document": {"Statement": []}}]}]"#;
    let inventory = read(&dump(&[ROLE], rest)).unwrap();
    let policy = inventory.policies.values().next().unwrap();
    let eve = Carrier {
        kind: CarrierKind::User,
        name: "eve".to_owned(),
    };
    assert!(
        policy
            .carriers
            .as_ref()
            .unwrap()
            .read()
            .unwrap()
            .contains(&eve)
    );
    assert_eq!(
        policy.default_version,
        Observed::Read("v7".parse().unwrap())
    );
    assert_eq!(
        policy.document,
        Observed::Read(DocumentText::new(r#"{"Statement": []}"#))
    );

    let fewer = read(&dump(
        &[ROLE],
        &rest.replace("\"AttachmentCount\": 2", "\"AttachmentCount\": 3"),
    ));
    let fewer = fewer.unwrap();
    let policy = fewer.policies.values().next().unwrap();
    assert!(policy.carriers.as_ref().unwrap().unread().is_some());
}

#[test]
fn puts_pages_together_and_notices_a_missing_one() {
    let other = ROLE.replace("support.amazonaws.com", "b.amazonaws.com");
    let pages = format!(
        "{}\n{}",
        dump(&[ROLE], r#", "IsTruncated": true"#),
        dump(&[&other], "")
    );
    let inventory = read(&pages).unwrap();
    assert_eq!(
        (inventory.roles.len(), inventory.listing),
        (2, Observed::Read(()))
    );

    let cut = read(&dump(&[ROLE], r#", "IsTruncated": true"#)).unwrap();
    assert!(cut.listing.unread().is_some());
}

#[test]
fn what_a_thinned_dump_leaves_out_is_not_read() {
    let thin = ROLE
        .replace("RolePolicyList", "Other")
        .replace("AttachedManagedPolicies", "Another")
        .replace(r#"{"Version": "2012-10-17"}"#, r#""""#);
    let inventory = read(&dump(&[&thin], r#", "NextToken": "more""#)).unwrap();
    let role = &inventory.roles[0];
    assert!(role.inline.unread().is_some() && role.attached.unread().is_some());
    assert!(role.trust.unread().is_some() && inventory.listing.unread().is_some());
}

#[test]
fn refuses_roles_that_contradict_themselves() {
    let twice = read(&dump(&[ROLE, ROLE], "")).unwrap_err().to_string();
    assert!(twice.contains("twice"), "{twice}");
    let other = ROLE.replace(r#""RoleName": "AWS"#, r#""RoleName": "Other"#);
    assert!(matches!(
        read(&dump(&[&other], "")),
        Err(GaadError::Role { .. })
    ));
}

#[test]
fn refuses_what_is_no_dump() {
    for (text, problem) in [
        ("", "EOF"),
        ("{}", "missing field `RoleDetailList`"),
        (r#"{"RoleDetailList": []}"#, "no role"),
        (
            "{\n\"RoleDetailList\": [{\"Arn\": \"nonsense\"}]}",
            "line 2",
        ),
    ] {
        let error = read(text).unwrap_err().to_string();
        assert!(error.contains(problem), "{error}");
    }
    let two = dump(&[ROLE, &ROLE.replace("111122223333", "444455556666")], "");
    assert!(matches!(read(&two), Err(GaadError::TwoAccounts(..))));
}
