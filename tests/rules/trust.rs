//! `trust-widened` and `trust-narrowed`.

use roledrift::audit::{DocumentRef, Status};
use roledrift::model::Severity;

use crate::support::{Account, CONNECT, Verdicts, denied, read};

const TWO: &str = r#"{"Version":"2012-10-17","Statement":[
  {"Effect":"Allow","Principal":{"Service":"connect.amazonaws.com"},"Action":"sts:AssumeRole"},
  {"Sid":"Other","Effect":"Allow","Principal":{"AWS":"444455556666"},"Action":"sts:AssumeRole"}]}"#;

fn with_trust(text: &str) -> Account {
    let mut account = Account::connect();
    account.role(CONNECT).trust = read(text);
    account
}

#[test]
fn reports_an_added_trust_principal_with_statement_and_request() {
    let audit = with_trust(TWO).audit();
    assert_eq!(audit.rules(), ["trust-widened"]);
    let finding = audit.finding("trust-widened");
    assert_eq!(finding.rule.severity, Severity::Critical);
    assert_eq!(finding.document, Some(DocumentRef::Trust));
    let statement = finding.statement.as_ref().unwrap();
    assert_eq!(
        (statement.index, statement.sid.as_deref()),
        (1, Some("Other"))
    );
    assert_eq!((statement.position.line, statement.position.column), (3, 3));
    assert!(
        finding.summary.contains("444455556666"),
        "{}",
        finding.summary
    );
}

#[test]
fn reports_trust_in_everybody_and_a_further_action() {
    let everybody = r#"{"Version":"2012-10-17","Statement":[
      {"Effect":"Allow","Principal":"*","Action":"sts:AssumeRole"}]}"#;
    assert_eq!(with_trust(everybody).audit().rules(), ["trust-widened"]);
    let further = TWO.replace(
        r#"{"AWS":"444455556666"}"#,
        r#"{"Service":"connect.amazonaws.com"}"#,
    );
    let further = further.replace("\"sts:AssumeRole\"}]", "\"sts:TagSession\"}]");
    let audit = with_trust(&further).audit();
    assert!(
        audit
            .finding("trust-widened")
            .summary
            .to_lowercase()
            .contains("sts:tagsession")
    );
}

#[test]
fn reports_a_replaced_principal_both_ways() {
    let replaced = r#"{"Version":"2012-10-17","Statement":[
      {"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#;
    assert_eq!(
        with_trust(replaced).audit().rules(),
        ["trust-widened", "trust-narrowed"]
    );
}

#[test]
fn reports_a_condition_and_a_deny_as_narrowed() {
    let condition = r#"{"Version":"2012-10-17","Statement":[
      {"Effect":"Allow","Principal":{"Service":"connect.amazonaws.com"},"Action":"sts:AssumeRole",
       "Condition":{"StringEquals":{"aws:SourceAccount":"444455556666"}}}]}"#;
    assert_eq!(with_trust(condition).audit().rules(), ["trust-narrowed"]);
    let deny = r#"{"Version":"2012-10-17","Statement":[
      {"Effect":"Allow","Principal":{"Service":"connect.amazonaws.com"},"Action":"sts:AssumeRole"},
      {"Effect":"Deny","Principal":"*","Action":"sts:*"}]}"#;
    assert_eq!(with_trust(deny).audit().rules(), ["trust-narrowed"]);
}

#[test]
fn points_at_the_statement_that_denies() {
    let deny = r#"{"Version":"2012-10-17","Statement":[
      {"Effect":"Allow","Principal":{"Service":"connect.amazonaws.com"},"Action":"sts:AssumeRole"},
      {"Sid":"Never","Effect":"Deny","Principal":"*","Action":"sts:AssumeRole"}]}"#;
    let audit = with_trust(deny).audit();
    let statement = audit.finding("trust-narrowed").statement.clone().unwrap();
    assert_eq!(statement.sid.as_deref(), Some("Never"));
}

#[test]
fn stays_silent_where_the_same_trust_is_written_differently() {
    let same = r#"{"Statement":{"Action":["sts:assumerole"],"Effect":"Allow",
      "Principal":{"Service":["connect.amazonaws.com"]}},"Version":"2012-10-17"}"#;
    assert!(with_trust(same).audit().rules().is_empty());
}

#[test]
fn claims_nothing_about_a_trust_that_was_not_read() {
    let mut account = Account::connect();
    account.role(CONNECT).trust = denied("iam:ListRoles");
    let audit = account.audit();
    assert_eq!(audit.rules(), ["unread-input"]);
    assert_eq!(
        audit.undecided(),
        ["malformed-policy", "trust-narrowed", "trust-widened"]
    );
    assert_eq!(audit.status(), Status::Inconclusive);
}
