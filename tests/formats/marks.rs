//! Waivers and earlier runs in every format: told, counted, and never in the way of what counts.

use roledrift::inventory::Observed;
use roledrift::report::{Format, Report, Since};
use roledrift::store::{Previous, Run, Trail};
use roledrift::waivers::{Entry, Waivers};

use crate::support::{Account, CONNECT};
use crate::{MACHINE, decoded, rendered};

const WAIVERS: &str = "\
[[waiver]]
rule = \"session-duration-edited\"
resource = \"*\"
reason = \"=cmd()|<b>\\u001b[2J\"
owner = \"platform\"
expires = 2026-12-31

[[waiver]]
rule = \"trust-widened\"
resource = \"*\"
reason = \"old\"
owner = \"platform\"
expires = 2026-01-31
";

#[derive(serde::Deserialize)]
struct File {
    waiver: Vec<Entry>,
}

/// One waived finding that is known, one new finding, and one about the user's file.
fn marked() -> Report {
    let time = "2026-11-02T06:00:00Z".parse().unwrap();
    let mut account = Account::connect();
    account.role(CONNECT).max_session_seconds = Observed::Read(7200);
    let mut trail = Trail::default();
    trail.advance(&Run::of(&account.audit(), None, time));

    let boundary = "arn:aws:iam::111122223333:policy/limit".parse().unwrap();
    account.role(CONNECT).boundary = Observed::Read(Some(boundary));
    let mut report = Report::new(account.audit(), account.0.coverage());
    let file: File = toml::from_str(WAIVERS).unwrap();
    let waivers = Waivers::new("roledrift.toml", WAIVERS, file.waiver).unwrap();
    report.waived = waivers.apply(&mut report.audit, time);
    report.since = Some(Since {
        previous: Previous::Nothing,
        comparison: trail.advance(&Run::of(&report.audit, Some(&report.waived), time)),
    });
    report
}

#[test]
fn every_format_tells_waivers_and_what_is_new() {
    let mut report = marked();
    assert_eq!((report.audit.findings.len(), report.waived_count()), (3, 1));
    report.show_waived = true;
    for format in MACHINE {
        let text = decoded(&rendered(&report, format), format);
        for fact in [
            "platform",
            "2026-12-31",
            "=cmd()|<b>",
            "new",
            "known",
            "roledrift.toml",
        ] {
            assert!(text.contains(fact), "{}: {fact}\n{text}", format.as_str());
        }
        assert!(!rendered(&report, format).contains('\u{1b}'));
    }
}

#[test]
fn formats_for_people_count_what_is_waived_and_formats_for_programs_hold_it() {
    let report = marked();
    for format in MACHINE {
        let text = decoded(&rendered(&report, format), format);
        // `session-duration-edited` is the waived one.
        let shown = text.contains("sessions of 7200 seconds");
        let for_people = [Format::Markdown, Format::Github].contains(&format);
        assert_eq!(shown, !for_people, "{}: {text}", format.as_str());
    }
    assert!(rendered(&report, Format::Markdown).contains("waived: 1"));
    assert!(rendered(&report, Format::Github).contains("waived: 1"));
    assert!(rendered(&report, Format::Ndjson).contains("\"waived\":1"));
    assert!(rendered(&report, Format::Csv).contains(" 1 waived,"));
}

#[test]
fn what_is_waived_is_no_failure_and_no_open_alert() {
    let report = marked();
    let sarif: serde_json::Value = serde_json::from_str(&rendered(&report, Format::Sarif)).unwrap();
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    for result in results {
        let waived = result["ruleId"] == "session-duration-edited";
        assert_eq!(
            result["suppressions"].as_array().unwrap().len(),
            usize::from(waived)
        );
        if result["ruleId"] == "expired-waiver" {
            let place = &result["locations"][0]["physicalLocation"];
            assert_eq!(place["artifactLocation"]["uri"], "roledrift.toml");
            assert_eq!(place["region"]["startLine"], 9);
        }
    }
    let ocsf: serde_json::Value = serde_json::from_str(&rendered(&report, Format::Ocsf)).unwrap();
    let asff: serde_json::Value = serde_json::from_str(&rendered(&report, Format::Asff)).unwrap();
    for (finding, (event, entry)) in report.audit.findings.iter().zip(
        ocsf.as_array()
            .unwrap()
            .iter()
            .zip(asff["Findings"].as_array().unwrap()),
    ) {
        let waived = report.waiver(finding).is_some();
        assert_eq!(event["status"] == "Suppressed", waived);
        assert_eq!(entry["RecordState"] == "ARCHIVED", waived);
    }
    let junit = rendered(&report, Format::Junit);
    assert_eq!(junit.matches("<failure").count(), 2, "{junit}");
    assert_eq!(junit.matches("<skipped").count(), 1, "{junit}");
}
