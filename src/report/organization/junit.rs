//! JUnit XML of many accounts: a suite per account, in it a case of its outcome and one per rule.
//!
//! Cases keep their names whatever is found. A suite is written before the next account is looked
//! at, which `quick-junit` does for whole files only: each is taken out of a file of its own.

use std::io::{Error, Result, Write};

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

use super::{Needs, OrganizationReport, Outcome};
use crate::audit::{Rule, by_id};
use crate::report::facts::of_run;
use crate::report::junit::{Checks, xml};
use crate::report::undecided::Undecided;
use crate::report::view::View;

/// The case of an account's outcome.
const OUTCOME: &str = "outcome";

pub(super) fn render(report: &OrganizationReport<'_>, out: &mut dyn Write) -> Result<()> {
    let (mut tests, mut skipped, mut failures, mut errors) = (0, 0, 0, 0);
    report.accounts.each(Needs::Findings, &mut |account| {
        let suite = suite(&account.view(report));
        tests += suite.tests;
        skipped += suite.skipped;
        failures += suite.failures;
        errors += suite.errors;
        Ok(())
    })?;
    writeln!(
        out,
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"{}\" tests=\"{tests}\" \
         skipped=\"{skipped}\" failures=\"{failures}\" errors=\"{errors}\">",
        env!("CARGO_PKG_NAME"),
    )?;
    report.accounts.each(Needs::Findings, &mut |account| {
        let suite = suite(&account.view(report));
        out.write_all(element(suite)?.as_bytes())
    })?;
    out.write_all(b"</testsuites>\n")
}

fn suite(view: &View<'_>) -> TestSuite {
    let name = format!("account {}", view.account);
    let rules: Vec<&Rule> = view.rules.iter().filter_map(|id| by_id(id)).collect();
    let mut properties = of_run(view);
    properties.push(("outcome", view.outcome.as_str().to_owned()));
    properties.extend(view.name.map(|name| ("name", name.to_owned())));
    // Where there was no audit, no rule has anything to say.
    let checks = match view.outcome {
        Outcome::Complete | Outcome::Incomplete => Checks::of_view(view),
        Outcome::Failed | Outcome::Skipped => Checks::default(),
    };
    let mut suite = checks.suite(view, &properties, &name, &name, rules.iter());
    let mut case = TestCase::new(OUTCOME, outcome(view));
    case.set_classname(name);
    suite.add_test_case(case);
    suite
}

fn outcome(view: &View<'_>) -> TestCaseStatus {
    let mut status = match view.outcome {
        Outcome::Complete => return TestCaseStatus::success(),
        Outcome::Incomplete | Outcome::Failed => TestCaseStatus::non_success(NonSuccessKind::Error),
        Outcome::Skipped => TestCaseStatus::skipped(),
    };
    let causes: Vec<String> = view.undecided.iter().map(Undecided::sentence).collect();
    status
        .set_message(xml(&view.problem()))
        .set_type(view.outcome.as_str())
        .set_description(xml(&causes.join("; ")));
    status
}

/// Writes a suite as it stands in a file.
fn element(suite: TestSuite) -> Result<String> {
    let mut file = Report::new(env!("CARGO_PKG_NAME"));
    file.add_test_suite(suite);
    let text = file.to_string().map_err(Error::other)?;
    // Text of strangers holds no `<`: it is escaped.
    let (_, suite) = text
        .split_once("<testsuite ")
        .ok_or_else(|| Error::other("a suite was not written"))?;
    let (suite, _) = suite
        .rsplit_once("</testsuites>")
        .ok_or_else(|| Error::other("a suite was not written"))?;
    Ok(format!("    <testsuite {}\n", suite.trim_end()))
}
