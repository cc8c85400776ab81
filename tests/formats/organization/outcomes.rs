//! What became of accounts: told in every format, and never better than it was.

use std::path::Path;

use roledrift::organization::Merged;
use roledrift::report::Format;
use roledrift::report::organization::Outcome;
use serde_json::Value;

use super::{
    COMPLETE, FAILED, INCOMPLETE, RUN, SKIPPED, State, as_account, edited, kept, partly, written,
};
use crate::support::{Account, CONNECT, denied};
use crate::{MACHINE, decoded, records};

/// One account of each outcome.
fn each_outcome(store: &Path) -> Merged {
    let accounts = vec![
        (COMPLETE, "payments", as_account(&edited(), COMPLETE)),
        (INCOMPLETE, "", as_account(&partly(), INCOMPLETE)),
        (
            FAILED,
            "data <lake>",
            State::Failed("sts:AssumeRole was denied"),
        ),
        (SKIPPED, "", State::Skipped),
    ];
    kept(store, RUN, None, accounts)
}

#[test]
fn every_format_tells_the_outcome_of_each_account_with_its_reasons() {
    let store = tempfile::tempdir().unwrap();
    let merged = each_outcome(store.path());
    for format in MACHINE {
        let name = format.as_str();
        let text = decoded(&written(&merged, format, false), format);
        for fact in [
            COMPLETE,
            INCOMPLETE,
            FAILED,
            SKIPPED,
            "data <lake>",
            "iam:ListRolePolicies was denied",
            "sts:AssumeRole was denied",
            "suspended",
            "payments",
        ] {
            assert!(text.contains(fact), "{name}: {fact}\n{text}");
        }
    }
    let text = written(&merged, Format::Terminal, false);
    assert!(text.contains("1 complete, 1 incomplete, 1 failed, 1 skipped"));
}

#[test]
fn no_format_calls_a_partial_run_clean() {
    let nothing = || as_account(&Account::connect(), COMPLETE);
    for (state, level, annotation) in [
        (State::Failed("no answer"), "error", Some("::error title=")),
        (State::Missing, "error", Some("::error title=")),
        (
            as_account(
                &{
                    let mut account = Account::connect();
                    account.role(CONNECT).tags = denied("iam:ListRoleTags");
                    account.0.listing = denied("iam:ListRoles");
                    account
                },
                FAILED,
            ),
            "warning",
            Some("::warning title="),
        ),
    ] {
        let store = tempfile::tempdir().unwrap();
        let accounts = vec![(COMPLETE, "", nothing()), (FAILED, "", state)];
        let merged = kept(store.path(), RUN, None, accounts);
        assert!(!merged.totals().is_complete());
        let of = |format| written(&merged, format, false);
        let json = |format| serde_json::from_str::<Value>(&of(format)).unwrap();
        assert_eq!(json(Format::Json)["summary"]["complete"], false);
        assert!(of(Format::Ndjson).ends_with("\"complete\":false}\n"));
        let sarif = json(Format::Sarif);
        let invocation = &sarif["runs"][0]["invocations"][0];
        assert_eq!(invocation["executionSuccessful"], false);
        let notifications = &invocation["toolExecutionNotifications"];
        assert_eq!(notifications[0]["level"], level, "{notifications}");
        assert_eq!(notifications[0]["properties"]["account"], FAILED);
        assert_eq!(sarif["runs"][0]["properties"]["complete"], false);
        let id = format!("incomplete-{FAILED}");
        let ocsf = json(Format::Ocsf);
        let event = ocsf.as_array().unwrap().last().unwrap();
        assert_eq!(event["finding_info"]["uid"], *id);
        assert_eq!(event["compliance"]["status"], "Warning");
        assert_eq!(event["cloud"]["account"]["uid"], FAILED);
        let asff = json(Format::Asff);
        let finding = asff["Findings"].as_array().unwrap().last().unwrap();
        assert_eq!(finding["Id"], format!("roledrift/{FAILED}/{id}"));
        assert_eq!(finding["AwsAccountId"], FAILED);
        assert_eq!(finding["Compliance"]["Status"], "NOT_AVAILABLE");
        let junit = of(Format::Junit);
        assert!(
            !junit.contains(" errors=\"0\">\n    <testsuite "),
            "{junit}"
        );
        assert!(junit.contains("<error message="), "{junit}");
        let rows = records(&of(Format::Csv));
        let complete = rows[0].iter().position(|cell| cell == "complete").unwrap();
        assert_eq!(rows.last().unwrap()[complete], "false");
        assert!(
            rows.last()
                .unwrap()
                .concat()
                .contains("partial: 1 of 2 accounts")
        );
        let github = of(Format::Github);
        assert!(github.starts_with(annotation.unwrap()), "{github}");
        assert!(github.ends_with('\n') && github.contains("complete: no"));
        for format in [Format::Terminal, Format::Markdown] {
            assert!(of(format).contains("partial: 1 of 2 accounts"));
        }
        let html = of(Format::Html);
        assert!(html.contains("<strong>Not the whole.</strong>"), "{html}");
        assert!(html.contains("but not every account was audited completely"));
        assert!(html.contains("<b>50.0 %</b>"));
    }
}

#[test]
fn a_clean_run_is_clean_in_every_format() {
    let store = tempfile::tempdir().unwrap();
    let accounts = vec![
        (COMPLETE, "", as_account(&Account::connect(), COMPLETE)),
        (SKIPPED, "", State::Skipped),
    ];
    let merged = kept(store.path(), RUN, None, accounts);
    assert!(merged.totals().is_complete());
    let of = |format| written(&merged, format, false);
    assert!(of(Format::Sarif).contains("\"executionSuccessful\": true"));
    assert!(of(Format::Sarif).contains("\"level\": \"note\""));
    assert!(!of(Format::Github).contains("::error") && !of(Format::Github).contains("::warning"));
    assert!(of(Format::Github).contains("::notice title=roledrift%3A 1 account skipped::"));
    let junit = of(Format::Junit);
    assert!(
        junit.contains("skipped=\"1\" failures=\"0\" errors=\"0\">"),
        "{junit}"
    );
    assert_eq!(junit.matches("<skipped").count(), 1);
    assert!(of(Format::Html).contains("<b>100.0 %</b>"));
    let asff: Value = serde_json::from_str(&of(Format::Asff)).unwrap();
    let [skipped] = asff["Findings"].as_array().unwrap().as_slice() else {
        panic!("{asff}");
    };
    let severity = &skipped["FindingProviderFields"]["Severity"]["Label"];
    assert_eq!(severity, "INFORMATIONAL");
    assert_eq!(skipped["CreatedAt"], "2026-11-03T06:00:00Z");
}

#[test]
fn the_roles_of_another_account_are_no_answer() {
    let store = tempfile::tempdir().unwrap();
    let State::Read(mut mixed) = as_account(&Account::connect(), COMPLETE) else {
        unreachable!()
    };
    let State::Read(other) = as_account(&Account::connect(), INCOMPLETE) else {
        unreachable!()
    };
    mixed.roles.extend(other.roles.clone());
    let accounts = vec![
        (COMPLETE, "", State::Read(mixed)),
        (FAILED, "", State::Read(other)),
    ];
    let merged = kept(store.path(), RUN, None, accounts);
    assert_eq!(merged.totals().count(Outcome::Failed), 2);
    let text = written(&merged, Format::Terminal, false);
    let reason = format!("the answers are of account {INCOMPLETE}");
    assert_eq!(text.matches(&reason).count(), 2, "{text}");
}
