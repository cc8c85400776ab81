//! What is kept of accounts, read again: as the audit said it, or not at all.

use std::path::Path;

use roledrift::audit::{Auditor, Selection, audit};
use roledrift::objects::Objects;
use roledrift::organization::{Judge, Merged, Plan, Planned, Work, merge};
use roledrift::report::organization::Outcome;
use roledrift::report::{Format, Report};
use roledrift::store::RunId;
use serde_json::Value;

use super::{RUN, State, edited, kept, partly, written};
use crate::hostile::{HOSTILE, account as hostile_account};
use crate::support::{ACCOUNT, Account, baselines};
use crate::{MACHINE, decoded, records, rendered, report};

/// A kept account says what its audit said: the same bytes where a format has one shape for both.
#[test]
fn an_account_of_many_is_shown_as_one_alone() {
    let accounts = HOSTILE.map(|text| (text, hostile_account(text)));
    for (text, account) in accounts.into_iter().chain([
        ("edited", edited()),
        ("partly", partly()),
        ("conforming", Account::connect()),
    ]) {
        let alone = report(&account.0, account.audit());
        let store = tempfile::tempdir().unwrap();
        let state = State::Read(Box::new(account.0.clone()));
        let merged = kept(store.path(), RUN, None, vec![(ACCOUNT, "", state)]);
        for format in [Format::Ocsf, Format::Asff] {
            let (many, one) = (written(&merged, format, false), rendered(&alone, format));
            assert_eq!(many, one, "{}: {text:?}", format.as_str());
        }
        let rows = |text: &str| {
            let mut rows = records(text);
            rows.retain(|row| ["finding", "undecided"].contains(&row[0].as_str()));
            rows
        };
        assert_eq!(
            rows(&written(&merged, Format::Csv, false)),
            rows(&rendered(&alone, Format::Csv))
        );
        let results = |text: &str| {
            let mut log: Value = serde_json::from_str(text).unwrap();
            let results = log["runs"][0]["results"].take();
            let mut results = results.as_array().unwrap().clone();
            for result in &mut results {
                result["properties"]
                    .as_object_mut()
                    .unwrap()
                    .remove("account");
                let fingerprints = result["partialFingerprints"].as_object_mut().unwrap();
                fingerprints.remove("roledriftAccount/v1");
                let message = result["message"]["text"].as_str().unwrap();
                let message = message.replace(&format!("In account {ACCOUNT}. "), "");
                result["message"]["text"] = message.into();
                let places = result["locations"][0]["logicalLocations"].as_array_mut();
                places.unwrap().retain(|place| place["kind"] != "namespace");
            }
            results
        };
        let many = results(&written(&merged, Format::Sarif, false));
        assert_eq!(many, results(&rendered(&alone, Format::Sarif)));
    }
}

/// Returns the text that is kept of an account with a finding.
fn text() -> String {
    let judge = Judge {
        auditor: Auditor::new(baselines().clone(), Selection::default()),
        waivers: None,
    };
    let now = "2026-11-03T06:00:00Z".parse().unwrap();
    let id = ACCOUNT.parse().unwrap();
    let judged = judge.result(&id, None, Ok(edited().0), now).unwrap();
    String::from_utf8(judged.text).unwrap()
}

fn with_text(store: &Path, text: &str) -> Merged {
    let run: RunId = RUN.parse().unwrap();
    let id: roledrift::model::AccountId = ACCOUNT.parse().unwrap();
    let planned = Planned {
        id: id.clone(),
        name: None,
        skip: None,
    };
    let plan = Plan {
        run,
        shards: 1,
        accounts: vec![planned],
    };
    let work = Work::begin(&Objects::in_folder(store).unwrap(), plan).unwrap();
    work.results.keep(&id, text.as_bytes()).unwrap();
    merge(work).unwrap()
}

#[test]
fn a_result_that_is_not_understood_in_full_has_failed() {
    let text = text();
    let cut: Vec<&str> = text.lines().collect();
    let without = |place: usize| {
        let mut lines = cut.clone();
        lines.remove(place);
        lines.join("\n")
    };
    for (text, reason) in [
        (
            text.replace(
                "\"rule\":\"permissions-boundary-attached\"",
                "\"rule\":\"from-the-future\"",
            ),
            "its rule `from-the-future` is none of this release",
        ),
        (
            text.replace("\"severity\":\"medium\"", "\"severity\":\"high\""),
            "are of severity high, and of medium in this release",
        ),
        (
            text.replace("\"kind\":\"summary\"", "\"kind\":\"epilogue\""),
            "the account's last line is no summary",
        ),
        (without(cut.len() - 1), "last line is no summary"),
        (
            without(1),
            "its lines are not those that its outcome sums up",
        ),
        (cut[0].to_owned(), "there is no summary of the account"),
        (
            text.replacen("\"schema\":1,\"tool\":", "\"schema\":2,\"tool\":", 1),
            "format version 2 is newer than this roledrift reads (1)",
        ),
        (
            text.replace("\"outcome\":\"complete\"", "\"outcome\":\"incomplete\""),
            "its lines are not those that its outcome sums up",
        ),
        (
            text.replace("\"outcome\":\"complete\"", "\"outcome\":\"skipped\""),
            "there are findings of an account that was not audited",
        ),
    ] {
        let store = tempfile::tempdir().unwrap();
        let merged = with_text(store.path(), &text);
        assert_eq!(
            merged.totals().count(Outcome::Failed),
            1,
            "{reason}\n{text}"
        );
        for format in MACHINE {
            let text = decoded(&written(&merged, format, false), format);
            assert!(
                text.contains(reason),
                "{}: {reason}\n{text}",
                format.as_str()
            );
        }
    }
}

#[test]
fn results_of_earlier_releases_are_read() {
    let text = text().replace("\"owners_skipped\":true,\"locked\":false,", "");
    assert!(!text.contains("owners_skipped"));
    let store = tempfile::tempdir().unwrap();
    let merged = with_text(store.path(), &text);
    assert_eq!(merged.totals().count(Outcome::Complete), 1);
    assert!(written(&merged, Format::Csv, false).contains("permissions-boundary-attached"));
}

#[test]
fn the_same_audit_alone_and_kept_selects_the_same() {
    let account = edited();
    let selection =
        Selection::new(&["permissions-boundary-attached".to_owned()], &[], &[]).unwrap();
    let judged = audit(&account.0, baselines(), &selection);
    let alone = Report::new(judged, account.0.coverage());
    let judge = Judge {
        auditor: Auditor::new(baselines().clone(), selection),
        waivers: None,
    };
    let now = "2026-11-03T06:00:00Z".parse().unwrap();
    let id = ACCOUNT.parse().unwrap();
    let judged = judge.result(&id, None, Ok(account.0), now).unwrap();
    let store = tempfile::tempdir().unwrap();
    let merged = with_text(store.path(), &String::from_utf8(judged.text).unwrap());
    let ocsf = written(&merged, Format::Ocsf, false);
    assert!(ocsf.contains("\"selection\":\"1 of "), "{ocsf}");
    assert_eq!(ocsf, rendered(&alone, Format::Ocsf));
}
