//! `impostor-role`, `linked-principal-mismatch`, `uncatalogued-role`, `legacy-role-name`.

use roledrift::audit::{Origin, Status};

use crate::support::{Account, CONNECT, Verdicts, denied, read};

const STRANGER: &str = r#"{"Version":"2012-10-17","Statement":[
  {"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::444455556666:root"},"Action":"sts:AssumeRole"}]}"#;

#[test]
fn a_look_alike_on_another_path_is_an_impostor_and_shows_who_can_assume_it() {
    let mut account = Account::empty();
    account.add_role(
        "AWSServiceRoleForAmazonConnect_backup",
        "/",
        "ec2.amazonaws.com",
    );
    account.role("AWSServiceRoleForAmazonConnect_backup").trust = read(STRANGER);
    let audit = account.audit();
    let finding = audit.finding("impostor-role");
    assert_eq!(finding.origin, Origin::Account);
    let proof = finding.proof.as_ref().unwrap();
    assert_eq!(proof.request.action, "sts:AssumeRole");
    assert!(
        proof.request.to_string().contains("444455556666"),
        "{}",
        proof.request
    );
    assert_eq!(audit.status(), Status::Drifted);
}

#[test]
fn a_look_alike_is_an_impostor_even_where_its_trust_was_not_read() {
    let mut account = Account::empty();
    account.add_role(
        "AWSServiceRoleForAmazonConnect_backup",
        "/apps/",
        "ec2.amazonaws.com",
    );
    account.role("AWSServiceRoleForAmazonConnect_backup").trust = denied("iam:ListRoles");
    assert!(account.audit().finding("impostor-role").proof.is_none());
}

#[test]
fn a_real_service_linked_role_is_no_impostor() {
    assert!(Account::connect().audit().rules().is_empty());
}

#[test]
fn a_known_name_under_another_service_is_a_mismatch() {
    let mut account = Account::empty();
    let path = "/aws-service-role/connect.amazonaws.com/";
    account.add_role("AWSServiceRoleForSupport", path, "connect.amazonaws.com");
    assert_eq!(account.audit().rules(), ["linked-principal-mismatch"]);
}

#[test]
fn a_name_without_evidence_makes_no_mismatch() {
    let mut account = Account::empty();
    // The catalogue knows this name only from a community list.
    let path = "/aws-service-role/profiler.example.amazonaws.com/";
    account.add_role(
        "AWSServiceRoleForCodeGuruProfiler",
        path,
        "profiler.example.amazonaws.com",
    );
    assert_eq!(account.audit().rules(), ["uncatalogued-role"]);
}

#[test]
fn a_role_that_nobody_knows_is_uncatalogued_and_its_trust_is_still_judged() {
    let mut account = Account::empty();
    let path = "/aws-service-role/new.amazonaws.com/";
    account.add_role("AWSServiceRoleForSomethingNew", path, "new.amazonaws.com");
    let audit = account.audit();
    assert_eq!(audit.rules(), ["uncatalogued-role"]);
    assert_eq!(audit.status(), Status::Uncatalogued);

    account.role("AWSServiceRoleForSomethingNew").trust = read(STRANGER);
    assert!(account.audit().rules().contains(&"trust-widened"));
}

#[test]
fn a_role_on_a_reserved_path_is_no_impostor_whatever_the_path_says() {
    let mut account = Account::empty();
    account.add_role(
        "SomethingOdd",
        "/aws-service-role/a/b/",
        "new.amazonaws.com",
    );
    let audit = account.audit();
    assert_eq!(audit.rules(), ["uncatalogued-role", "unread-input"]);
    assert_eq!(audit.undecided(), ["trust-narrowed", "trust-widened"]);
    assert_eq!(audit.status(), Status::Inconclusive);
}

#[test]
fn a_guess_about_suffixes_makes_no_mismatch() {
    let mut account = Account::empty();
    let path = "/aws-service-role/scanner.macie.amazonaws.com/";
    account.add_role(
        "AWSServiceRoleForAmazonMacie_Scanner",
        path,
        "scanner.macie.amazonaws.com",
    );
    assert_eq!(account.audit().rules(), ["uncatalogued-role"]);
}

#[test]
fn a_role_whose_policies_nobody_has_seen_does_not_conform() {
    let mut account = Account::empty();
    let path = "/aws-service-role/guardduty.amazonaws.com/";
    account.add_role(
        "AWSServiceRoleForAmazonGuardDuty",
        path,
        "guardduty.amazonaws.com",
    );
    let audit = account.audit();
    assert_eq!(audit.rules(), ["uncatalogued-role"]);
    assert_eq!(audit.status(), Status::Uncatalogued);
}

#[test]
fn an_underscore_in_a_whole_name_is_no_suffix() {
    let mut account = Account::empty();
    let principal = "cassandra.application-autoscaling.amazonaws.com";
    let path = format!("/aws-service-role/{principal}/");
    account.add_role(
        "AWSServiceRoleForApplicationAutoScaling_CassandraTable",
        &path,
        principal,
    );
    account.add_role(
        "AWSServiceRoleForApplicationAutoScaling_Unheard",
        &path,
        principal,
    );
    let audit = account.audit();
    let uncatalogued = audit.finding("uncatalogued-role").role.clone().unwrap();
    assert_eq!(
        uncatalogued.name(),
        "AWSServiceRoleForApplicationAutoScaling_Unheard"
    );
}

#[test]
fn a_connect_role_without_unique_id_has_a_legacy_name() {
    let mut account = Account::connect();
    let policy = account.role(CONNECT).attached.clone();
    let path = "/aws-service-role/connect.amazonaws.com/";
    account.add_role(
        "AWSServiceRoleForAmazonConnect",
        path,
        "connect.amazonaws.com",
    );
    account.role("AWSServiceRoleForAmazonConnect").attached = policy;
    let audit = account.audit();
    assert_eq!(audit.rules(), ["legacy-role-name"]);
    assert_eq!(audit.count(Status::Conforms), 2);
}
