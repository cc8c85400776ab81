//! `permissions-boundary-attached`, `description-edited`, `session-duration-edited`.

use roledrift::audit::Status;
use roledrift::inventory::{FactOwner, Observed};

use crate::support::{Account, CAMPAIGNS, CONNECT, Verdicts, denied};

#[test]
fn reports_a_boundary() {
    let mut account = Account::connect();
    let boundary = "arn:aws:iam::111122223333:policy/developer-boundary"
        .parse()
        .unwrap();
    account.role(CONNECT).boundary = Observed::Read(Some(boundary));
    let audit = account.audit();
    assert_eq!(audit.rules(), ["permissions-boundary-attached"]);
    assert!(audit.findings[0].summary.contains("developer-boundary"));
}

#[test]
fn reports_an_edited_session_duration() {
    let mut account = Account::connect();
    account.role(CONNECT).max_session_seconds = Observed::Read(43_200);
    assert_eq!(account.audit().rules(), ["session-duration-edited"]);
}

#[test]
fn an_edited_description_is_information() {
    let mut account = Account::campaigns();
    assert!(account.audit().rules().is_empty());
    account.role(CAMPAIGNS).description = Observed::Read(Some("ask Bob".to_owned()));
    let audit = account.audit();
    assert_eq!(audit.rules(), ["description-edited"]);
    assert_eq!(audit.status(), Status::Conforms);
    account.role(CAMPAIGNS).description = Observed::Read(None);
    assert_eq!(account.audit().rules(), ["description-edited"]);
}

#[test]
fn an_empty_description_is_none() {
    let mut account = Account::connect();
    account.role(CONNECT).description = Observed::Read(Some(String::new()));
    assert!(account.audit().rules().is_empty());
}

#[test]
fn claims_nothing_about_metadata_that_was_not_read() {
    let mut account = Account::connect();
    let role = account.role(CONNECT);
    role.boundary = denied("iam:GetRole");
    role.description = denied("iam:ListRoles");
    role.max_session_seconds = denied("iam:ListRoles");
    let audit = account.audit();
    assert_eq!(audit.rules(), ["unread-input"]);
    assert_eq!(
        audit.undecided(),
        [
            "description-edited",
            "permissions-boundary-attached",
            "session-duration-edited"
        ]
    );
}

#[test]
fn tags_are_no_rules_matter() {
    let mut account = Account::connect();
    account.role(CONNECT).tags = denied("iam:GetRole");
    assert_eq!(account.audit().status(), Status::Conforms);
    let coverage = account.0.coverage();
    let unread = coverage.unread();
    let of_role = unread.filter(|(entry, _)| matches!(entry.subject, FactOwner::Role(_)));
    assert_eq!(of_role.count(), 1);
}
