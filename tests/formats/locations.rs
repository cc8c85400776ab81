//! Where formats point: into the snapshot, at the statement.

use roledrift::audit::{Finding, Selection, audit};
use roledrift::inventory::snapshot::{self, Places};
use roledrift::report::{Format, Recording, Report};

use crate::rendered;
use crate::support::baselines;

const FILE: &str = "examples/contact-center.json";

fn example() -> (String, Report) {
    let path = format!("{}/{FILE}", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(path).unwrap();
    let inventory = snapshot::read(&text).unwrap();
    let audit = audit(&inventory, baselines(), &Selection::default());
    let mut report = Report::new(audit, inventory.coverage());
    report.recording = Some(Recording {
        path: FILE.to_owned(),
        places: Places::find(&text).unwrap(),
    });
    (text, report)
}

/// Returns the rest of the file from a line and a character of it on, both from 1.
fn rest(text: &str, line: u64, column: u64) -> String {
    let skip = |number: u64| usize::try_from(number - 1).unwrap();
    let lines: Vec<&str> = text.lines().skip(skip(line)).collect();
    lines.join("\n").chars().skip(skip(column)).collect()
}

/// Parses one JSON value at the beginning of a text.
fn first(text: &str) -> serde_json::Value {
    let mut values = serde_json::Deserializer::from_str(text).into_iter();
    values.next().unwrap().unwrap()
}

#[test]
fn sarif_points_at_the_statement_in_the_snapshot() {
    let (text, report) = example();
    let sarif: serde_json::Value = serde_json::from_str(&rendered(&report, Format::Sarif)).unwrap();
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    assert_eq!(results.len(), report.audit.findings.len());
    let mut statements = 0;
    for (finding, result) in report.audit.findings.iter().zip(results) {
        let place = &result["locations"][0]["physicalLocation"];
        assert_eq!(place["artifactLocation"]["uri"], FILE);
        let region = &place["region"];
        let line = region["startLine"].as_u64().unwrap();
        let column = region["startColumn"].as_u64().unwrap();
        assert_eq!(
            result["partialFingerprints"]["primaryLocationLineHash"],
            finding.id.as_str()
        );
        statements += usize::from(points_right(finding, &rest(&text, line, column)));
    }
    assert!(statements >= 5, "{statements}");
}

/// Checks what stands at a finding's place, and tells whether it is a statement.
fn points_right(finding: &Finding, there: &str) -> bool {
    if finding.document.is_none() {
        let value = first(there);
        if finding.resource.resource() == "root" {
            // The account has no entry of its own: the whole file is its.
            assert_eq!(value["account"], finding.resource.account());
            return false;
        }
        assert_eq!(
            value["arn"],
            finding.resource.as_str(),
            "{}",
            finding.rule.id
        );
        return false;
    }
    let value = first(there);
    let Some(statement) = &finding.statement else {
        return false;
    };
    let known = value.get("Effect").is_some() || value.get("Statement").is_some();
    assert!(known || value.is_string(), "{}: {value}", finding.rule.id);
    assert_eq!(
        value.get("Sid").and_then(|sid| sid.as_str()),
        statement.sid.as_deref()
    );
    value.get("Effect").is_some()
}

#[test]
fn annotations_name_the_file_and_the_line() {
    let (_, report) = example();
    let text = rendered(&report, Format::Github);
    let trust = text
        .lines()
        .find(|line| line.contains("trust-widened"))
        .unwrap();
    assert!(
        trust.starts_with("::error file=examples/contact-center.json,line="),
        "{trust}"
    );
}

#[test]
fn without_a_snapshot_there_is_no_file_to_point_at() {
    let (_, mut report) = example();
    report.recording = None;
    assert!(!rendered(&report, Format::Sarif).contains("physicalLocation"));
    assert!(!rendered(&report, Format::Github).contains("file="));
}
