//! Rules about AWS's own changes: version and text against the lock, for roles of all services.

use roledrift::audit::{Audit, Confidence, Origin, Selection, Status, audit};
use roledrift::baselines::Baselines;
use roledrift::inventory::{ManagedPolicy, Observed};
use roledrift::lock::Lock;
use roledrift::model::Arn;

use crate::support::{
    Account, CLOUDTRAIL, CONNECT_POLICY, Verdicts, allow, baseline_file, denied, read,
};

const POLICY: &str = "CloudTrailServiceRolePolicy";
const SOME: &str = r#"["cloudtrail:GetTrail","cloudtrail:ListTrails"]"#;
const MORE: &str =
    r#"["cloudtrail:GetTrail","cloudtrail:ListTrails","organizations:ListAccounts"]"#;

/// An account whose CloudTrail policy has this version and these actions.
fn trail(version: &str, actions: &str) -> Account {
    let mut account = Account::cloudtrail();
    change(&mut account, version, &allow(actions, "*"));
    account
}

fn change(account: &mut Account, version: &str, text: &str) {
    let policy = account.policy(POLICY);
    policy.default_version = Observed::Read(version.parse().unwrap());
    policy.document = read(text);
}

/// Locks accounts one after the other, a day each.
fn locked(accounts: &[&Account]) -> Lock {
    let mut lock = Lock::default();
    for (index, account) in accounts.iter().enumerate() {
        let day = i8::try_from(index + 1).unwrap();
        let update = lock.observe(&account.0, jiff::civil::date(2026, 10, day));
        assert!(update.is_complete(), "{update:?}");
    }
    lock
}

fn judge(account: &Account, lock: Lock) -> Audit {
    let baselines = Baselines::embedded().unwrap().with_lock(lock);
    audit(&account.0, &baselines, &Selection::default())
}

#[test]
fn what_is_as_locked_conforms() {
    let account = trail("v3", SOME);
    let audit = judge(&account, locked(&[&account]));
    assert!(audit.rules().is_empty());
    assert!(audit.locked && audit.is_complete());
    assert_eq!(audit.status(), Status::Conforms);
}

#[test]
fn another_layout_is_no_change() {
    let mut account = trail("v3", SOME);
    let lock = locked(&[&account]);
    let same = r#"{ "Statement": { "Resource": ["*"], "Action": ["cloudtrail:ListTrails",
        "cloudtrail:GetTrail", "cloudtrail:GetTrail"], "Effect": "Allow" }, "Version": "2012-10-17" }"#;
    change(&mut account, "v3", same);
    assert!(judge(&account, lock).rules().is_empty());
}

#[test]
fn reports_a_permission_that_aws_added_since_the_lock() {
    let lock = locked(&[&trail("v3", SOME)]);
    let audit = judge(&trail("v4", MORE), lock);
    assert_eq!(audit.rules(), ["aws-widened-policy"]);
    assert_eq!(audit.status(), Status::Drifted);
    let finding = audit.finding("aws-widened-policy");
    assert_eq!(finding.origin, Origin::Aws);
    assert_eq!(finding.confidence, Confidence::Exact);
    let proof = finding.proof.as_ref().unwrap();
    assert!(proof.gained);
    assert_eq!(proof.request.action, "organizations:ListAccounts");
    assert_eq!(proof.reference, "CloudTrailServiceRolePolicy v3 as locked");
    assert_eq!(proof.actions, ["organizations:ListAccounts"]);
}

#[test]
fn reports_another_text_under_the_locked_version() {
    let lock = locked(&[&trail("v3", SOME)]);
    let audit = judge(&trail("v3", MORE), lock);
    assert_eq!(audit.rules(), ["aws-widened-policy"]);
}

#[test]
fn reports_a_permission_that_aws_took_away_since_the_lock() {
    let lock = locked(&[&trail("v3", MORE)]);
    let audit = judge(&trail("v4", SOME), lock);
    assert_eq!(audit.rules(), ["aws-narrowed-policy"]);
    let proof = audit.finding("aws-narrowed-policy").proof.as_ref().unwrap();
    assert!(!proof.gained);
    assert_eq!(proof.request.action, "organizations:ListAccounts");
}

#[test]
fn tells_a_rollback_from_a_change() {
    let (older, newer) = (trail("v3", SOME), trail("v4", MORE));
    let audit = judge(&older, locked(&[&older, &newer]));
    assert_eq!(audit.rules(), ["aws-rolled-back-policy"]);
    let finding = audit.finding("aws-rolled-back-policy");
    assert!(
        finding
            .summary
            .starts_with("`CloudTrailServiceRolePolicy` v3 is in force again, as first seen on 2026-10-01; v4 is locked: it does not yet allow `organizations:ListAccounts`"),
        "{}",
        finding.summary
    );
    let (older, newer) = (trail("v3", MORE), trail("v4", SOME));
    let audit = judge(&older, locked(&[&older, &newer]));
    let finding = audit.finding("aws-rolled-back-policy");
    let told = "v4 is locked: it still allows `organizations:ListAccounts`";
    assert!(finding.summary.contains(told), "{}", finding.summary);
    assert!(finding.proof.as_ref().unwrap().gained);
    let (older, newer) = (trail("v3", SOME), trail("v4", MORE));
    // Never seen by this lock, and older all the same: ids are never reused.
    let audit = judge(&trail("v2", SOME), locked(&[&older, &newer]));
    assert_eq!(audit.rules(), ["aws-rolled-back-policy"]);
    let summary = &audit.finding("aws-rolled-back-policy").summary;
    assert!(
        summary.contains("v2 is in force, v4 is locked"),
        "{summary}"
    );
}

#[test]
fn a_rollback_is_told_where_what_differs_could_not_be_decided() {
    // What a run of `?` after `*` tells apart is too much to be looked at.
    let hard = |version: &str, c: char| {
        let run = "?".repeat(14);
        let mut account = trail(version, SOME);
        let text = format!(
            r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Action":{SOME},"Resource":["*{c}{run}","*x{c}{run}"]}}]}}"#
        );
        change(&mut account, version, &text);
        account
    };
    let (older, newer) = (hard("v3", 'a'), hard("v4", 'b'));
    let audit = judge(&older, locked(&[&older, &newer]));
    assert_eq!(audit.rules(), ["aws-rolled-back-policy"]);
    let finding = audit.finding("aws-rolled-back-policy");
    assert!(finding.proof.is_none());
    let told = "what differs could not be decided (";
    assert!(finding.summary.contains(told), "{}", finding.summary);
}

#[test]
fn an_accepted_rollback_is_silent_and_its_end_is_news() {
    let (older, newer) = (trail("v3", SOME), trail("v4", MORE));
    let lock = locked(&[&older, &newer, &older]);
    assert!(judge(&older, lock.clone()).rules().is_empty());
    assert_eq!(judge(&newer, lock).rules(), ["aws-widened-policy"]);
}

#[test]
fn a_new_version_that_allows_the_same_is_only_information() {
    let lock = locked(&[&trail("v3", SOME)]);
    let audit = judge(&trail("v4", SOME), lock);
    assert_eq!(audit.rules(), ["unknown-policy-version"]);
    assert_eq!(audit.status(), Status::Conforms);
}

#[test]
fn the_lock_outweighs_the_ledger() {
    let at = |version: &str| {
        let mut account = Account::connect();
        let policy = account.policy(CONNECT_POLICY);
        policy.default_version = Observed::Read(version.parse().unwrap());
        policy.document = read(&baseline_file(&format!("connect/policies/{version}.json")));
        account
    };
    // What the release knows is news all the same where the user has not accepted it.
    let audit = judge(&at("v55"), locked(&[&at("v53")]));
    assert!(
        audit.rules().contains(&"aws-widened-policy"),
        "{:?}",
        audit.rules()
    );
    // What the release does not expect any more is none where the user has.
    assert!(judge(&at("v53"), locked(&[&at("v53")])).rules().is_empty());
    // A lock without the policy leaves the ledger in charge.
    let audit = judge(&at("v53"), Lock::default());
    assert_eq!(audit.rules(), ["aws-rolled-back-policy", "unlocked-policy"]);
}

#[test]
fn a_policy_that_is_not_locked_is_told_in_one_line() {
    let audit = judge(&trail("v3", MORE), Lock::default());
    assert_eq!(audit.rules(), ["unlocked-policy"]);
    assert_eq!(
        audit.finding("unlocked-policy").summary,
        "`CloudTrailServiceRolePolicy` is not in the lock"
    );
    assert_eq!(audit.status(), Status::Conforms);
    assert!(trail("v3", MORE).audit().rules().is_empty());
}

#[test]
fn a_locked_text_does_not_say_what_a_role_should_carry() {
    let mut account = Account::empty();
    let name = "AWSServiceRoleForNothingKnown";
    let principal = "nothing-known.amazonaws.com";
    account.add_role(name, &format!("/aws-service-role/{principal}/"), principal);
    account.attach(name, POLICY, "v3", &allow(SOME, "*"));
    let lock = locked(&[&account]);
    let audit = judge(&account, lock.clone());
    assert_eq!(audit.rules(), ["uncatalogued-role"]);
    assert_eq!(audit.status(), Status::Uncatalogued);
    // AWS's change shows all the same.
    change(&mut account, "v4", &allow(MORE, "*"));
    let audit = judge(&account, lock);
    assert_eq!(audit.rules(), ["aws-widened-policy", "uncatalogued-role"]);
    assert_eq!(audit.status(), Status::Drifted);
}

#[test]
fn each_partition_counts_on_its_own() {
    let commercial = trail("v3", MORE);
    let mut government = trail("v2", SOME);
    government.0.partition = "aws-us-gov".parse().unwrap();
    let text = government.policy(POLICY).clone();
    let arn: Arn = text
        .arn
        .as_str()
        .replace("arn:aws:", "arn:aws-us-gov:")
        .parse()
        .unwrap();
    government.role(CLOUDTRAIL).attached = Observed::Read(vec![arn.clone()]);
    government.0.policies = [(
        arn.clone(),
        ManagedPolicy {
            arn: arn.clone(),
            ..text
        },
    )]
    .into();
    let audit = judge(&government, locked(&[&commercial]));
    assert_eq!(audit.rules(), ["unlocked-policy"]);
    let lock = locked(&[&commercial, &government]);
    assert_eq!(lock.len(), 2);
    assert!(judge(&commercial, lock.clone()).rules().is_empty());
    assert!(judge(&government, lock.clone()).rules().is_empty());
    government.0.policies.get_mut(&arn).unwrap().document = read(&allow(MORE, "*"));
    assert_eq!(judge(&government, lock).rules(), ["aws-widened-policy"]);
}

#[test]
fn claims_nothing_without_list_version_or_text() {
    let aws_rules = [
        "aws-narrowed-policy",
        "aws-rolled-back-policy",
        "aws-widened-policy",
        "unknown-policy-version",
    ];
    let lock = locked(&[&trail("v3", SOME)]);
    let mut account = trail("v4", MORE);
    account.policy(POLICY).default_version = denied("iam:ListPolicies");
    let audit = judge(&account, lock.clone());
    assert_eq!(audit.undecided(), aws_rules);
    assert_eq!(audit.status(), Status::Inconclusive);

    let mut account = trail("v4", MORE);
    account.policy(POLICY).document = denied("iam:GetPolicyVersion");
    let audit = judge(&account, lock.clone());
    assert_eq!(audit.rules(), ["unread-input"]);
    assert!(
        aws_rules
            .iter()
            .all(|rule| audit.undecided().contains(rule))
    );
    // Nobody compares it where no lock holds it.
    assert!(
        !judge(&account, Lock::default())
            .undecided()
            .contains(&"aws-widened-policy")
    );

    let mut account = trail("v4", MORE);
    account.role(CLOUDTRAIL).attached = denied("iam:ListAttachedRolePolicies");
    let audit = judge(&account, lock);
    assert_eq!(audit.rules(), ["unread-input"]);
    let undecided = audit.undecided();
    assert!(
        aws_rules
            .iter()
            .chain(&["unlocked-policy"])
            .all(|rule| undecided.contains(rule))
    );
}

#[test]
fn what_cannot_be_read_stays_as_it_was_locked() {
    let known = trail("v3", SOME);
    let mut account = trail("v4", MORE);
    account.policy(POLICY).document = denied("iam:GetPolicyVersion");
    let mut lock = locked(&[&known]);
    let update = lock.observe(&account.0, jiff::civil::date(2026, 10, 2));
    assert!(!update.is_complete());
    assert_eq!(update.unread.len(), 1);
    assert!(judge(&known, lock.clone()).rules().is_empty());
    // Nor does a role whose policies nobody could list pass for one without any.
    let mut account = Account::cloudtrail();
    account.0.policies.clear();
    account.role(CLOUDTRAIL).attached = denied("iam:ListAttachedRolePolicies");
    account.0.policy_listing = denied("iam:ListPolicies");
    let update = lock.observe(&account.0, jiff::civil::date(2026, 10, 2));
    assert!(update.unread.is_empty() && !update.is_complete());
}
