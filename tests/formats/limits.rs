//! The limits of those who read a format: kept, and what was cut is told.

use roledrift::inventory::Observed;
use roledrift::report::{Format, Report};

use crate::support::{Account, CAMPAIGNS, CONNECT};
use crate::{rendered, report};

/// Returns a report with this many findings of high severity, each with a summary of its own.
fn many(count: usize, summary: &str) -> Report {
    let mut account = Account::connect();
    let broad = crate::support::allow(r#""s3:*""#, "*");
    account.inline(CONNECT, "a", crate::support::read(&broad));
    let mut audit = account.audit();
    let finding = audit.findings[0].clone();
    assert_eq!(finding.rule.id, "inline-grant-beyond-features");
    audit.findings = (0..count)
        .map(|index| {
            let mut finding = finding.clone();
            finding.summary = format!("{summary}{index}");
            finding
        })
        .collect();
    report(&account.0, audit)
}

#[test]
fn a_job_summary_stays_under_a_mebibyte_and_counts_what_it_leaves_out() {
    let report = many(10_000, &"|".repeat(500));
    let text = rendered(&report, Format::Markdown);
    assert!(text.len() < 1_048_576, "{}", text.len());
    let rows = text
        .lines()
        .filter(|line| line.starts_with("| arn"))
        .count();
    let left_out = format!("**{} more findings are left out**", 10_000 - rows);
    assert!(rows > 100 && text.contains(&left_out), "{rows}");
}

#[test]
fn a_job_summary_that_fits_leaves_nothing_out() {
    let text = rendered(&many(50, ""), Format::Markdown);
    assert_eq!(
        text.lines()
            .filter(|line| line.starts_with("| arn"))
            .count(),
        50
    );
    assert!(!text.contains("left out"));
}

#[test]
fn at_most_ten_annotations_of_a_kind_are_printed() {
    for (count, printed, left_out) in [(10, 10, None), (11, 10, Some(2)), (500, 10, Some(491))] {
        let text = rendered(&many(count, ""), Format::Github);
        let errors: Vec<&str> = text
            .lines()
            .filter(|line| line.starts_with("::error "))
            .collect();
        assert_eq!(errors.len(), printed);
        let last = errors.last().unwrap();
        match left_out {
            Some(number) => assert!(
                last.contains(&format!("::{number} more findings")),
                "{last}"
            ),
            None => assert!(!text.contains("left out")),
        }
    }
}

#[test]
fn a_long_description_is_cut_with_a_mark_where_a_format_has_a_limit_and_whole_elsewhere() {
    let mut account = Account::campaigns();
    let long = "é".repeat(100_000);
    account.role(CAMPAIGNS).description = Observed::Read(Some(long.clone()));
    let report = report(&account.0, account.audit());
    assert_eq!(report.audit.findings[0].rule.id, "description-edited");
    for format in crate::MACHINE {
        let text = rendered(&report, format);
        let whole = text.contains(&long);
        match format {
            Format::Asff | Format::Markdown | Format::Github => {
                assert!(
                    !whole && text.contains("characters left out"),
                    "{}",
                    format.as_str()
                );
            }
            _ => assert!(whole, "{}", format.as_str()),
        }
    }
    let asff: serde_json::Value = serde_json::from_str(&rendered(&report, Format::Asff)).unwrap();
    let finding = &asff["Findings"][0];
    let length = |value: &serde_json::Value| value.as_str().unwrap().chars().count();
    assert!(length(&finding["Title"]) <= 256);
    assert!(length(&finding["Description"]) <= 1024);
    assert!(length(&finding["Remediation"]["Recommendation"]["Text"]) <= 512);
    let fields = finding["ProductFields"].as_object().unwrap();
    assert!(fields.len() <= 50);
    for (key, value) in fields {
        assert!(key.chars().count() <= 128 && length(value) <= 2048, "{key}");
    }
}
