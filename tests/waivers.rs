//! Waivers: what they cover, when they end, and that they never hide anything.

#![allow(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a failed unwrap is a failed test"
)]

mod support;

use std::collections::BTreeSet;

use proptest::prelude::*;
use roledrift::audit::{Audit, Selection, all, audit};
use roledrift::inventory::Observed;
use roledrift::waivers::{Entry, Waived, WaiverError, Waivers};

use support::{ACCOUNT, Account, CLOUDTRAIL, CONNECT, Verdicts, allow, baselines, denied, read};

#[derive(serde::Deserialize)]
struct File {
    #[serde(default)]
    waiver: Vec<Entry>,
}

fn parse(text: &str) -> Result<Waivers, WaiverError> {
    let file: File = toml::from_str(text).unwrap();
    Waivers::new("roledrift.toml", text, file.waiver)
}

fn waiver(rule: &str, resource: &str, more: &str) -> String {
    format!(
        "[[waiver]]\nrule = \"{rule}\"\nresource = \"{resource}\"\nreason = \"known\"\n\
         owner = \"platform\"\n{more}\n"
    )
}

const OPEN: &str = "expires = 2026-12-31";

fn role() -> String {
    format!("arn:aws:iam::{ACCOUNT}:role/aws-service-role/connect.amazonaws.com/{CONNECT}")
}

/// An account with three findings: trust-widened, inline-grant-beyond-features, session-duration-edited.
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

fn apply_at(account: &Account, text: &str, now: &str) -> (Audit, Waived) {
    let mut audit = account.audit();
    let waived = parse(text).unwrap().apply(&mut audit, now.parse().unwrap());
    (audit, waived)
}

fn apply(account: &Account, text: &str) -> (Audit, Waived) {
    apply_at(account, text, "2026-11-02T06:00:00Z")
}

fn waived_rules(audit: &Audit, waived: &Waived) -> Vec<&'static str> {
    let findings = audit.findings.iter();
    findings
        .filter(|finding| waived.get(finding).is_some())
        .map(|finding| finding.rule.id)
        .collect()
}

#[test]
fn a_waiver_covers_its_rule_and_its_resource_only() {
    let other =
        "arn:aws:iam::111122223333:role/aws-service-role/x.amazonaws.com/AWSServiceRoleForX";
    for (rule, resource, more, covered) in [
        ("trust-widened", role().as_str(), "", true),
        ("trust-widened", "arn:aws:iam::*:role/*Connect_*", "", true),
        ("trust-widened", "*", "account = \"111122223333\"", true),
        ("trust-widened", "*", "account = \"999999999999\"", false),
        ("trust-widened", other, "", false),
        (
            "trust-widened",
            &role().to_uppercase().replace("ARN:", "arn:"),
            "",
            false,
        ),
        ("trust-narrowed", role().as_str(), "", false),
    ] {
        let (audit, waived) = apply(
            &drifted(),
            &waiver(rule, resource, &format!("{OPEN}\n{more}")),
        );
        let expected: &[&str] = if covered { &["trust-widened"] } else { &[] };
        assert_eq!(
            waived_rules(&audit, &waived),
            expected,
            "{rule} {resource} {more}"
        );
    }
}

#[test]
fn a_finding_tells_its_waiver() {
    let (audit, waived) = apply(&drifted(), &waiver("trust-widened", "*", OPEN));
    let covering = waived.get(audit.finding("trust-widened")).unwrap();
    assert_eq!(
        (covering.reason.as_str(), covering.owner.as_str()),
        ("known", "platform")
    );
    assert_eq!(covering.expires.to_string(), "2026-12-31");
    assert_eq!(covering.location.to_string(), "roledrift.toml:2:8");
}

#[test]
fn a_waiver_holds_through_its_last_day_and_is_a_finding_afterwards() {
    let text = waiver("trust-widened", "*", OPEN);
    let (audit, waived) = apply_at(&drifted(), &text, "2026-12-31T23:59:59Z");
    assert_eq!(waived_rules(&audit, &waived), ["trust-widened"]);
    assert!(!audit.rules().contains(&"expired-waiver"));

    let (audit, waived) = apply_at(&drifted(), &text, "2027-01-01T00:00:00Z");
    assert!(waived_rules(&audit, &waived).is_empty());
    let finding = audit.finding("expired-waiver");
    assert!(
        finding.summary.contains("2026-12-31"),
        "{}",
        finding.summary
    );
    assert!(
        finding.summary.contains("counts again"),
        "{}",
        finding.summary
    );
    assert_eq!(finding.resource.as_str(), "arn:aws:iam::111122223333:root");
    assert_eq!(finding.file.as_ref().unwrap().position.line, 2);
    assert!(
        !audit.rules().contains(&"unused-waiver"),
        "one finding per waiver"
    );
}

#[test]
fn the_ids_of_findings_about_waivers_do_not_depend_on_the_line() {
    let id = |text: &str| {
        let (audit, _) = apply(&Account::connect(), text);
        audit.finding("unused-waiver").id.clone()
    };
    let text = waiver("trust-widened", "*", OPEN);
    assert_eq!(id(&text), id(&format!("# a comment\n\n{text}")));
    assert_ne!(id(&text), id(&waiver("trust-narrowed", "*", OPEN)));
}

#[test]
fn a_waiver_without_a_finding_is_told() {
    let gone = "arn:aws:iam::111122223333:role/aws-service-role/x.amazonaws.com/AWSServiceRoleForX";
    for resource in [role().as_str(), "arn:aws:iam::*", gone] {
        let (audit, _) = apply(
            &Account::connect(),
            &waiver("trust-widened", resource, OPEN),
        );
        assert_eq!(audit.rules(), ["unused-waiver"], "{resource}");
    }
}

#[test]
fn nothing_is_called_unused_that_may_cover_what_was_not_looked_at() {
    let silent =
        |account: &Account, selection: Selection, rule: &str, resource: &str, more: &str| {
            let mut audit = audit(&account.0, baselines(), &selection);
            let text = waiver(rule, resource, &format!("{OPEN}\n{more}"));
            let now = "2026-11-02T06:00:00Z".parse().unwrap();
            let waived = parse(&text).unwrap().apply(&mut audit, now);
            let silent = !audit.rules().contains(&"unused-waiver");
            assert_eq!(silent && more.is_empty(), !waived.undecided().is_empty());
            silent
        };
    let select = |only: &[&str], globs: &[&str]| {
        let owned = |names: &[&str]| {
            names
                .iter()
                .map(|name| (*name).to_owned())
                .collect::<Vec<_>>()
        };
        Selection::new(&owned(only), &[], &owned(globs)).unwrap()
    };
    let whole = Selection::default;
    let account = Account::connect();
    // The control: everything was looked at.
    assert!(!silent(&account, whole(), "trust-widened", "*", ""));
    // Another account's waiver.
    assert!(silent(
        &account,
        whole(),
        "trust-widened",
        "*",
        "account = \"999999999999\""
    ));
    // Another rule, and with it what was not read for others.
    let only = ["trust-narrowed", "unused-waiver"];
    assert!(silent(
        &account,
        select(&only, &[]),
        "trust-widened",
        "*",
        ""
    ));
    let only = ["unread-input", "unused-waiver"];
    assert!(silent(
        &account,
        select(&only, &[]),
        "unread-input",
        "*",
        ""
    ));
    // Other roles.
    assert!(silent(
        &account,
        select(&[], &["*Connect_*"]),
        "trust-widened",
        "*",
        ""
    ));
    assert!(!silent(
        &account,
        select(&[], &["*Connect_*"]),
        "trust-widened",
        &role(),
        ""
    ));
    // Roles that were not listed.
    let mut listing = account.clone();
    listing.0.listing = denied("iam:ListRoles");
    assert!(silent(&listing, whole(), "trust-widened", "*", ""));
    // A fact that was not read: of this role, and of this rule.
    let mut trust = account.clone();
    trust.role(CONNECT).trust = denied("iam:GetRole");
    assert!(silent(&trust, whole(), "trust-widened", "*", ""));
    assert!(silent(&trust, whole(), "trust-widened", &role(), ""));
    assert!(!silent(&trust, whole(), "session-duration-edited", "*", ""));
    let other = role().replace(CONNECT, CLOUDTRAIL);
    assert!(!silent(&trust, whole(), "trust-widened", &other, ""));
}

#[test]
fn the_rules_about_waivers_can_be_left_out() {
    let skipped = ["unused-waiver".to_owned(), "expired-waiver".to_owned()];
    let selection = Selection::new(&[], &skipped, &[]).unwrap();
    let mut audit = audit(&drifted().0, baselines(), &selection);
    let text =
        waiver("trust-narrowed", "*", OPEN) + &waiver("trust-widened", "*", "expires = 2020-01-01");
    let before = audit.rules();
    parse(&text)
        .unwrap()
        .apply(&mut audit, "2026-11-02T06:00:00Z".parse().unwrap());
    assert_eq!(audit.rules(), before);
}

#[test]
fn a_bad_waiver_is_told_with_its_place() {
    let good = waiver("trust-widened", "*", OPEN);
    for (text, place, problem) in [
        (
            waiver("trust-widend", "*", OPEN),
            "2:8",
            "did you mean `trust-widened`?",
        ),
        (
            waiver("qqq", "*", OPEN),
            "2:8",
            "`roledrift rules` lists them",
        ),
        (
            waiver("unused-waiver", "*", OPEN),
            "2:8",
            "cannot be waived",
        ),
        (
            waiver("trust-widened", "AWSServiceRoleForX", OPEN),
            "3:12",
            "matches no ARN",
        ),
        (waiver("trust-widened", "", OPEN), "3:12", "matches no ARN"),
        (waiver("trust-widened", "arn:[", OPEN), "3:12", "not a glob"),
        (
            waiver("trust-widened", "*", &format!("account = \"12\"\n{OPEN}")),
            "6:11",
            "12 digits",
        ),
        (good.replace("known", " "), "4:10", "`reason` is empty"),
        (good.replace("platform", ""), "5:9", "`owner` is empty"),
        (
            waiver("trust-widened", "*", "expires = 12"),
            "6:11",
            "not a date",
        ),
        (
            waiver("trust-widened", "*", "expires = \"soon\""),
            "6:11",
            "`soon` is not a date",
        ),
        (
            waiver("trust-widened", "*", "expires = 2026-12-31T10:00:00Z"),
            "6:11",
            "not a date",
        ),
        (format!("{good}{good}"), "8:8", "twice"),
    ] {
        let error = parse(&text).unwrap_err().to_string();
        assert!(
            error.starts_with(&format!("roledrift.toml:{place}: ")) && error.contains(problem),
            "{error}"
        );
    }
    assert!(parse(&waiver("trust-widened", "*", "expires = \"2026-12-31\"")).is_ok());
    let apart = format!(
        "{good}{}",
        waiver(
            "trust-widened",
            "*",
            &format!("{OPEN}\naccount = \"111122223333\"")
        )
    );
    assert!(parse(&apart).is_ok());
}

#[test]
fn of_two_waivers_the_first_is_told_and_both_are_used() {
    let text = waiver("trust-widened", "*", OPEN)
        + &waiver("trust-widened", &role(), OPEN).replace("known", "second");
    let (audit, waived) = apply(&drifted(), &text);
    assert_eq!(
        waived.get(audit.finding("trust-widened")).unwrap().reason,
        "known"
    );
    assert!(!audit.rules().contains(&"unused-waiver"));
}

prop_compose! {
    fn any_waiver()(
        rule in 0..all().len(),
        resource in prop_oneof![Just("*".to_owned()), Just(role()), Just("arn:aws:iam::9*".to_owned())],
        account in prop_oneof![Just(""), Just("account = \"111122223333\""), Just("account = \"999999999999\"")],
        expires in prop_oneof![Just("2020-01-01"), Just("2026-11-02"), Just("2030-01-01")],
    ) -> String {
        waiver(all()[rule].id, &resource, &format!("expires = {expires}\n{account}"))
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn waiving_never_hides_a_finding_or_a_gap(texts in prop::collection::vec(any_waiver(), 0..6)) {
        let mut account = drifted();
        account.role(CONNECT).description = denied("iam:ListRoles");
        let before = account.audit();
        // What two entries say twice is refused as a whole.
        if let Ok(waivers) = parse_waivable(&texts) {
            let mut after = before.clone();
            let waived = waivers.apply(&mut after, "2026-11-02T06:00:00Z".parse().unwrap());
            let ids = |audit: &Audit| -> BTreeSet<String> {
                let own = audit.findings.iter();
                own.filter(|finding| !finding.rule.id.ends_with("-waiver"))
                    .map(|finding| finding.id.clone())
                    .collect()
            };
            prop_assert_eq!(ids(&before), ids(&after));
            prop_assert_eq!(before.is_complete(), after.is_complete());
            let report = {
                let mut report = roledrift::report::Report::new(after, account.0.coverage());
                report.waived = waived;
                report
            };
            let total = report.audit.findings.len();
            prop_assert_eq!(report.unwaived().count() + report.waived_count(), total);
            for finding in &report.audit.findings {
                if let Some(waiver) = report.waiver(finding) {
                    prop_assert_eq!(waiver.rule, finding.rule.id);
                    prop_assert!(waiver.expires.to_string().as_str() >= "2026-11-02");
                }
            }
            let mut text = Vec::new();
            roledrift::report::render(&report, roledrift::report::Format::Terminal, &mut text).unwrap();
            let text = anstream::adapter::strip_bytes(&text).into_vec();
            let text = String::from_utf8(text).unwrap();
            let waived = report.waived_count();
            prop_assert!(text.contains(&format!("; {total} finding")), "{}", text);
            prop_assert_eq!(text.contains(" waived (--show-waived"), waived > 0);
        }
    }
}

fn parse_waivable(texts: &[String]) -> Result<Waivers, WaiverError> {
    parse(&texts.concat())
}
