//! What formats show of many accounts: hostile text, waivers, what is new, places, and limits.

use std::collections::BTreeMap;
use std::path::Path;

use roledrift::inventory::Observed;
use roledrift::lock::Lock;
use roledrift::report::organization::render;
use roledrift::report::{Format, LockFile};
use roledrift::waivers::{Entry, Waivers};
use serde_json::Value;

use super::{COMPLETE, FAILED, INCOMPLETE, RUN, State, as_account, edited, kept, written};
use crate::hostile::{HOSTILE, account as hostile_account, assert_no_acting, shape};
use crate::support::{ACCOUNT, Account, CONNECT, allow, read, trust};
use crate::{MACHINE, decoded, records};

const EARLIER: &str = "20261102T060000Z-019a42c8d9b0-5f3c9a21";

#[test]
fn text_of_strangers_acts_nowhere_and_adds_no_structure() {
    let run = |text: &str, store: &Path| {
        let accounts = vec![
            (
                ACCOUNT,
                text,
                State::Read(Box::new(hostile_account(text).0)),
            ),
            (FAILED, text, State::Missing),
        ];
        kept(store, RUN, None, accounts)
    };
    let plain_store = tempfile::tempdir().unwrap();
    let plain = run("plain", plain_store.path());
    for text in HOSTILE {
        let store = tempfile::tempdir().unwrap();
        let hostile = run(text, store.path());
        for format in MACHINE {
            let output = written(&hostile, format, true);
            assert_no_acting(&output, format, text);
            assert_eq!(
                shape(&output, format),
                shape(&written(&plain, format, true), format),
                "{}: {text:?}",
                format.as_str()
            );
        }
        for cell in records(&written(&hostile, Format::Csv, true)).concat() {
            let first = cell.trim_start().chars().next();
            assert!(
                !first.is_some_and(|first| "=+-@\t\r".contains(first)),
                "{cell}"
            );
        }
    }
}

const WAIVERS: &str = "\
[[waiver]]
rule = \"session-duration-edited\"
resource = \"*\"
reason = \"=cmd()|<b>\\u001b[2J\"
owner = \"platform\"
expires = 2026-12-31
";

#[derive(serde::Deserialize)]
struct File {
    waiver: Vec<Entry>,
}

#[test]
fn waivers_and_what_is_new_are_told() {
    let file: File = toml::from_str(WAIVERS).unwrap();
    let waivers = Waivers::new("roledrift.toml", WAIVERS, file.waiver).unwrap();
    let waivers = waivers.of_many_accounts();
    let store = tempfile::tempdir().unwrap();
    let mut account = Account::connect();
    account.role(CONNECT).max_session_seconds = Observed::Read(7200);
    let before = vec![(COMPLETE, "", as_account(&account, COMPLETE))];
    kept(store.path(), EARLIER, Some(&waivers), before);
    let boundary = "arn:aws:iam::111122223333:policy/limit".parse().unwrap();
    account.role(CONNECT).boundary = Observed::Read(Some(boundary));
    let now = vec![(COMPLETE, "", as_account(&account, COMPLETE))];
    let merged = kept(store.path(), RUN, Some(&waivers), now);
    assert_eq!(
        (merged.totals().findings(), merged.totals().waived()),
        (2, 1)
    );
    for format in MACHINE {
        let name = format.as_str();
        let text = decoded(&written(&merged, format, true), format);
        assert!(text.contains("sessions of 7200 seconds"), "{name}: {text}");
        match format {
            // Their lines are as they were kept; the summary counts what is new.
            Format::Json | Format::Ndjson => {
                let summary = written(&merged, format, true);
                assert!(
                    summary.contains("\"new\":{\"medium\":1}"),
                    "{name}: {summary}"
                );
            }
            _ => assert!(text.contains("new"), "{name}: {text}"),
        }
        let for_people = [Format::Markdown, Format::Github].contains(&format);
        let text = decoded(&written(&merged, format, false), format);
        assert_eq!(
            text.contains("sessions of 7200 seconds"),
            !for_people,
            "{name}"
        );
        if !for_people {
            let facts = ["platform", "2026-12-31", "=cmd()|<b>"];
            assert!(
                facts.iter().all(|fact| text.contains(fact)),
                "{name}: {text}"
            );
        }
    }
    let json = |format| serde_json::from_str::<Value>(&written(&merged, format, false)).unwrap();
    let sarif = json(Format::Sarif);
    let ocsf = json(Format::Ocsf);
    let asff = json(Format::Asff);
    let (mut waived, mut new) = (0, 0);
    for ((result, event), entry) in sarif["runs"][0]["results"]
        .as_array()
        .unwrap()
        .iter()
        .zip(ocsf.as_array().unwrap())
        .zip(asff["Findings"].as_array().unwrap())
    {
        let is_waived = result["ruleId"] == "session-duration-edited";
        waived += usize::from(is_waived);
        let suppressions = result["suppressions"].as_array().unwrap();
        assert_eq!(suppressions.len(), usize::from(is_waived));
        assert_eq!(event["status"] == "Suppressed", is_waived);
        assert_eq!(entry["RecordState"] == "ARCHIVED", is_waived);
        let standing = if is_waived { "known" } else { "new" };
        new += usize::from(standing == "new");
        assert_eq!(result["properties"]["standing"], standing);
        assert_eq!(event["unmapped"]["finding"]["standing"], standing);
        assert_eq!(entry["ProductFields"]["roledrift/standing"], standing);
    }
    assert_eq!((waived, new), (1, 1));
    let junit = written(&merged, Format::Junit, false);
    assert_eq!(junit.matches("<failure").count(), 1, "{junit}");
    assert_eq!(junit.matches("<skipped").count(), 1, "{junit}");
}

#[test]
fn annotations_show_the_most_severe_findings_of_all_accounts() {
    let mut open = Account::connect();
    open.role(CONNECT).trust = read(&trust("*").replace("\"Service\"", "\"AWS\""));
    let mut broad = Account::connect();
    for name in ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l"] {
        broad.inline(CONNECT, name, read(&allow("\"s3:*\"", "*")));
    }
    let store = tempfile::tempdir().unwrap();
    let accounts = vec![
        (COMPLETE, "", as_account(&broad, COMPLETE)),
        (INCOMPLETE, "", as_account(&open, INCOMPLETE)),
    ];
    let merged = kept(store.path(), RUN, None, accounts);
    let github = written(&merged, Format::Github, false);
    let first = github.lines().next().unwrap();
    assert!(first.starts_with("::error title=trust-widened"), "{github}");
    let errors = github.lines().filter(|line| line.starts_with("::error"));
    assert_eq!(errors.count(), 10, "{github}");
}

#[test]
fn results_point_into_the_lock_file_and_into_the_users_own() {
    let folder = tempfile::tempdir().unwrap();
    let mut account = Account::connect();
    account.role(CONNECT).max_session_seconds = Observed::Read(7200);
    let expired = WAIVERS.replace("2026-12-31", "2026-01-31");
    let file: File = toml::from_str(&expired).unwrap();
    let waivers = Waivers::new("roledrift.toml", &expired, file.waiver).unwrap();
    let accounts = vec![(COMPLETE, "", as_account(&account, COMPLETE))];
    let merged = kept(folder.path(), RUN, Some(&waivers), accounts);
    let mut lock = Lock::default();
    lock.observe(&account.0, "2026-11-02".parse().unwrap());
    let file = LockFile::new("roledrift.lock".to_owned(), &lock);
    let mut report = merged.report(false);
    report.lock = Some(&file);
    let mut text = Vec::new();
    render(&report, Format::Sarif, &mut text).unwrap();
    let log: Value = serde_json::from_slice(&text).unwrap();
    let run = &log["runs"][0];
    assert_eq!(run["artifacts"][0]["location"]["uri"], "roledrift.lock");
    let results = run["results"].as_array().unwrap();
    let uri = |rule: &str| {
        let result = results.iter().find(|result| result["ruleId"] == rule);
        result.unwrap()["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].clone()
    };
    assert_eq!(uri("session-duration-edited"), "roledrift.lock");
    assert_eq!(uri("expired-waiver"), "roledrift.toml");
}

#[test]
fn what_a_page_or_a_step_cannot_hold_is_counted() {
    let store = tempfile::tempdir().unwrap();
    let ids: Vec<String> = (0..130)
        .map(|n| format!("{:012}", 100_000_000_000_u64 + n))
        .collect();
    let state = |place: usize, id: &str| match place {
        0..120 => as_account(&edited(), id),
        _ => State::Failed("no answer"),
    };
    let accounts = ids.iter().enumerate();
    let accounts = accounts
        .map(|(place, id)| (id.as_str(), "", state(place, id)))
        .collect();
    let merged = kept(store.path(), RUN, None, accounts);
    let html = written(&merged, Format::Html, false);
    assert_eq!(html.matches("<article class=\"finding").count(), 100);
    assert!(html.contains("100 of 120 findings, in 120 accounts"));
    assert!(html.contains("… and 20 more findings of this rule, which NDJSON holds."));
    assert_eq!(html.matches("<tr data-outcome=\"failed\">").count(), 10);
    assert_eq!(html.matches("<tr data-outcome").count(), 130);
    let github = written(&merged, Format::Github, false);
    let lines: Vec<&str> = github.lines().collect();
    assert!(lines[0].starts_with("::error title=roledrift%3A 10 accounts could not be audited::"));
    let warnings = lines.iter().filter(|line| line.starts_with("::warning"));
    assert_eq!(warnings.count(), 10);
    assert!(github.contains("title=roledrift%3A 111 more::"));
    let junit = written(&merged, Format::Junit, false);
    assert_eq!(junit.matches("<testsuite ").count(), 130);
    let tests = junit.matches("<testcase ").count();
    let head = format!(
        "<testsuites name=\"roledrift\" tests=\"{tests}\" skipped=\"0\" failures=\"120\" errors=\"10\">"
    );
    assert!(junit.contains(&head), "{head}");
    let mut names: BTreeMap<&str, usize> = BTreeMap::new();
    for case in junit.split("<testcase ").skip(1) {
        *names.entry(case.split('>').next().unwrap()).or_default() += 1;
    }
    assert!(names.values().all(|count| *count == 1));
}
