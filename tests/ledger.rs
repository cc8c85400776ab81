//! Every known version of every family's policy, audited.

#![allow(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a failed unwrap is a failed test"
)]

mod support;

use roledrift::audit::Status;
use roledrift::baselines::{Baseline, LedgerEntry};

use support::{Account, Verdicts, baselines};

fn with_version(family: &Baseline, entry: &LedgerEntry) -> Account {
    let mut account = Account::empty();
    let name = format!("{}_a1b2c3d4e5f6g7h8i9j0", family.role.name);
    let path = format!("/aws-service-role/{}/", family.principal);
    account.add_role(&name, &path, family.principal.as_str());
    account.attach(
        &name,
        &family.policies[0].name,
        &entry.version.to_string(),
        &entry.text,
    );
    if let Some(description) = &family.description {
        account.role(&name).description =
            roledrift::inventory::Observed::Read(description.text.clone());
    }
    account
}

#[test]
fn the_newest_version_yields_nothing_and_every_other_exactly_the_ledger_finding() {
    let baselines = baselines();
    let mut audited = 0;
    for family in baselines.families() {
        let ledger = family.policies[0].ledger.as_ref().unwrap();
        let newest = ledger.newest().unwrap();
        for entry in ledger.entries() {
            let audit = with_version(family, entry).audit();
            let place = format!("{} {}", family.id, entry.version);
            if entry.version == newest.version {
                assert!(audit.rules().is_empty(), "{place}: {:?}", audit.rules());
                assert_eq!(audit.status(), Status::Conforms, "{place}");
            } else {
                assert_eq!(audit.rules(), ["aws-rolled-back-policy"], "{place}");
            }
            audited += 1;
        }
    }
    assert_eq!(audited, 34 + 5 + 3 + 5);
}

#[test]
fn every_version_audited_against_itself_yields_nothing() {
    for family in baselines().families() {
        let ledger = family.policies[0].ledger.as_ref().unwrap();
        for entry in ledger.entries() {
            let comparison = roledrift::policy::compare(&[&entry.document], &[&entry.document]);
            assert_eq!(
                comparison.verdict,
                roledrift::policy::Verdict::Equal,
                "{} {}",
                family.id,
                entry.version
            );
        }
    }
}

#[test]
fn versions_with_one_text_are_equal() {
    let baselines = baselines();
    let connect = baselines
        .families()
        .iter()
        .find(|family| family.id == "connect")
        .unwrap();
    let ledger = connect.policies[0].ledger.as_ref().unwrap();
    let document = |version: &str| &ledger.get(version.parse().unwrap()).unwrap().document;
    for other in ["v42", "v53"] {
        let comparison = roledrift::policy::compare(&[document("v31")], &[document(other)]);
        assert_eq!(
            comparison.verdict,
            roledrift::policy::Verdict::Equal,
            "{other}"
        );
    }
}
