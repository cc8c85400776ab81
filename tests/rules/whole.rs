//! The audit as a whole: order, selection, completeness, stable ids.

use roledrift::audit::{Selection, all, audit, by_id};
use roledrift::inventory::Observed;

use crate::support::{Account, CONNECT, Verdicts, allow, baselines, denied, read};

fn names(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

fn drifted() -> Account {
    let mut account = Account::connect();
    account.role(CONNECT).max_session_seconds = Observed::Read(7200);
    account.inline(CONNECT, "a", read(&allow(r#""s3:*""#, "*")));
    account.role(CONNECT).trust = read(
        r#"{"Version":"2012-10-17","Statement":[
      {"Effect":"Allow","Principal":"*","Action":"sts:AssumeRole"}]}"#,
    );
    account
}

#[test]
fn findings_come_most_severe_first() {
    assert_eq!(
        drifted().audit().rules(),
        [
            "trust-widened",
            "inline-grant-beyond-features",
            "session-duration-edited"
        ]
    );
}

#[test]
fn the_same_account_gives_the_same_ids() {
    let ids = |account: &Account| -> Vec<String> {
        account
            .audit()
            .findings
            .iter()
            .map(|finding| finding.id.clone())
            .collect()
    };
    let account = drifted();
    assert_eq!(ids(&account), ids(&account.clone()));
    let mut unique = ids(&account);
    unique.dedup();
    assert_eq!(unique.len(), 3);
}

#[test]
fn selects_rules_and_roles() {
    let account = drifted();
    let run = |only: &[&str], skipped: &[&str], globs: &[&str]| {
        let selection = Selection::new(&names(only), &names(skipped), &names(globs)).unwrap();
        audit(&account.0, baselines(), &selection)
    };
    assert_eq!(run(&["trust-widened"], &[], &[]).rules(), ["trust-widened"]);
    assert_eq!(
        run(&[], &["trust-widened", "session-duration-edited"], &[])
            .rules()
            .len(),
        1
    );
    assert_eq!(run(&[], &[], &["*Support*"]).roles.len(), 0);
    assert_eq!(run(&[], &[], &["*Support*", "*Connect_*"]).roles.len(), 1);
}

#[test]
fn refuses_unknown_rules_and_bad_globs() {
    let error = Selection::new(&names(&["trust"]), &[], &[])
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("no rule `trust`") && error.contains("trust-"),
        "{error}"
    );
    let error = Selection::new(&[], &names(&["qqq"]), &[])
        .unwrap_err()
        .to_string();
    assert!(error.contains("roledrift rules"), "{error}");
    assert!(Selection::new(&[], &[], &names(&["[a"])).is_err());
    assert!(Selection::new(&[], &[], &names(&[""])).is_err());
    let all_skipped = Selection::new(&names(&["trust-widened"]), &names(&["trust-widened"]), &[]);
    assert!(
        all_skipped
            .unwrap_err()
            .to_string()
            .contains("no rule is left")
    );
}

#[test]
fn an_incomplete_list_of_roles_makes_the_audit_incomplete() {
    let mut account = Account::connect();
    account.0.listing = denied("iam:ListRoles");
    let audit = account.audit();
    assert!(!audit.is_complete());
    assert_eq!(audit.rules(), ["unread-input"]);
    assert_eq!(audit.findings[0].role, None);
    assert_eq!(
        audit.gaps[0].rule, None,
        "no rule could look at roles that were not listed"
    );
    for (only, skipped) in [
        (vec!["trust-widened"], vec![]),
        (vec![], vec!["unread-input"]),
    ] {
        let selection = Selection::new(&names(&only), &names(&skipped), &[]).unwrap();
        assert!(!roledrift::audit::audit(&account.0, baselines(), &selection).is_complete());
    }
}

#[test]
fn a_skipped_rule_leaves_no_gap() {
    let mut account = Account::connect();
    account.role(CONNECT).description = denied("iam:ListRoles");
    let selection = Selection::new(&[], &names(&["description-edited"]), &[]).unwrap();
    assert!(audit(&account.0, baselines(), &selection).is_complete());
}

#[test]
fn rule_ids_never_change() {
    let ids: Vec<&str> = all().iter().map(|rule| rule.id).collect();
    insta::assert_snapshot!(ids.join("\n"));
    for id in ids {
        assert_eq!(by_id(id).unwrap().id, id);
    }
}

#[test]
fn every_rule_says_everything_about_itself() {
    for rule in all() {
        for text in [
            rule.what,
            rule.why,
            rule.example,
            rule.remediation,
            rule.false_positives,
        ] {
            assert!(text.len() > 4 && text.ends_with('.'), "{}: {text}", rule.id);
        }
        assert!(
            rule.source.starts_with("https://docs.aws.amazon.com/"),
            "{}",
            rule.id
        );
    }
}
