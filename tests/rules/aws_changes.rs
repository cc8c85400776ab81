//! Rules about AWS's own changes: version and text against the ledger.

use roledrift::audit::{Origin, Status};
use roledrift::inventory::Observed;

use crate::support::{Account, CONNECT_POLICY, Verdicts, baseline_file, denied, read};

fn with_version(version: &str, text: &str) -> Account {
    let mut account = Account::connect();
    let policy = account.policy(CONNECT_POLICY);
    policy.default_version = Observed::Read(version.parse().unwrap());
    policy.document = read(text);
    account
}

fn newest() -> String {
    baseline_file("connect/policies/v55.json")
}

fn newest_with(statement: &str) -> String {
    newest().replacen(
        "\"Statement\": [",
        &format!("\"Statement\": [{statement},"),
        1,
    )
}

#[test]
fn the_newest_known_version_conforms() {
    let audit = with_version("v55", &newest()).audit();
    assert!(audit.rules().is_empty());
    assert_eq!(audit.status(), Status::Conforms);
}

#[test]
fn reports_a_permission_that_aws_added_in_an_unknown_version() {
    let text = newest_with(r#"{"Effect":"Allow","Action":"iam:CreateUser","Resource":"*"}"#);
    let audit = with_version("v56", &text).audit();
    assert_eq!(audit.rules(), ["aws-widened-policy"]);
    let finding = audit.finding("aws-widened-policy");
    assert_eq!(finding.origin, Origin::Aws);
    assert!(
        finding
            .proof
            .as_ref()
            .unwrap()
            .request
            .action
            .eq_ignore_ascii_case("iam:CreateUser")
    );
    assert_eq!(finding.statement.as_ref().unwrap().index, 0);
}

#[test]
fn lists_the_actions_that_aws_added() {
    let statement = r#"{"Effect":"Allow","Action":"sqs:*","Resource":"*"}"#;
    let audit = with_version("v56", &newest_with(statement)).audit();
    let finding = audit.finding("aws-widened-policy");
    let actions = &finding.proof.as_ref().unwrap().actions;
    assert!(actions.contains(&"sqs:DeleteQueue".into()), "{actions:?}");
    assert!(actions.iter().all(|action| action.starts_with("sqs:")));
    let named = format!(
        "; today that is {} actions: sqs:AddPermission, ",
        actions.len()
    );
    assert!(finding.summary.contains(&named), "{}", finding.summary);
}

#[test]
fn reports_a_permission_that_aws_took_away() {
    let text = newest_with(r#"{"Effect":"Deny","Action":"*","Resource":"*"}"#);
    let audit = with_version("v56", &text).audit();
    assert_eq!(audit.rules(), ["aws-narrowed-policy"]);
    assert!(
        !audit
            .finding("aws-narrowed-policy")
            .proof
            .as_ref()
            .unwrap()
            .gained
    );
}

#[test]
fn an_unknown_version_with_a_known_text_is_only_information() {
    let audit = with_version("v60", &newest()).audit();
    assert_eq!(audit.rules(), ["unknown-policy-version"]);
    assert_eq!(audit.status(), Status::Conforms);
}

#[test]
fn reports_an_older_version_in_force() {
    let audit = with_version("v53", &baseline_file("connect/policies/v53.json")).audit();
    assert_eq!(audit.rules(), ["aws-rolled-back-policy"]);
}

#[test]
fn reports_another_text_under_a_known_version() {
    let text = newest_with(r#"{"Effect":"Allow","Action":"iam:CreateUser","Resource":"*"}"#);
    assert_eq!(
        with_version("v55", &text).audit().rules(),
        ["aws-widened-policy"]
    );
}

#[test]
fn claims_nothing_in_a_partition_that_the_ledger_does_not_cover() {
    let mut account = with_version(
        "v12",
        &newest_with(r#"{"Effect":"Allow","Action":"iam:*","Resource":"*"}"#),
    );
    account.0.partition = "aws-us-gov".parse().unwrap();
    let policy = account.policy(CONNECT_POLICY).clone();
    let text = policy.arn.as_str().replace("arn:aws:", "arn:aws-us-gov:");
    account.0.policies.clear();
    let arn: roledrift::model::Arn = text.parse().unwrap();
    account.0.roles[0].attached = Observed::Read(vec![arn.clone()]);
    account.0.policies.insert(
        arn.clone(),
        roledrift::inventory::ManagedPolicy { arn, ..policy },
    );
    let audit = account.audit();
    assert_eq!(audit.status(), Status::Inconclusive);
    assert!(audit.undecided().contains(&"aws-widened-policy"));
}

#[test]
fn claims_nothing_without_version_or_text() {
    let aws_rules = [
        "aws-narrowed-policy",
        "aws-rolled-back-policy",
        "aws-widened-policy",
        "unknown-policy-version",
    ];
    let mut account = Account::connect();
    account.policy(CONNECT_POLICY).default_version = denied("iam:ListPolicies");
    assert_eq!(account.audit().undecided(), aws_rules);
    let mut account = Account::connect();
    account.policy(CONNECT_POLICY).document = denied("iam:GetPolicyVersion");
    let audit = account.audit();
    let undecided = audit.undecided();
    assert!(
        aws_rules.iter().all(|rule| undecided.contains(rule)),
        "{undecided:?}"
    );
    assert_eq!(audit.rules(), ["unread-input"]);
}
