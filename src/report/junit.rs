//! JUnit XML, for the test views of CI systems.
//!
//! One suite per role and one for the account, one case per rule: viewers follow a case over runs
//! by class and name, so both stay the same whatever is found. Drift is a failure, information a
//! skipped case with its text, and what could not be decided an error: JUnit's word for a test that
//! could not do its work. What is waived is skipped, as information is. A case holds one failure, because some viewers show only the first;
//! several findings of one rule stand in its text together.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Error, Result, Write};

use quick_junit::{NonSuccessKind, TestCase, TestCaseStatus, TestSuite};

use super::facts::{of_finding, of_run};
use super::undecided::kind;
use super::{Report, escape};
use crate::audit::{Finding, Gap, Rule, by_id};
use crate::model::{Arn, Severity};

pub(super) fn render(report: &Report, out: &mut dyn Write) -> Result<()> {
    let audit = &report.audit;
    let mut by_resource: BTreeMap<&Arn, Vec<&Finding>> = BTreeMap::new();
    for finding in &audit.findings {
        by_resource
            .entry(&finding.resource)
            .or_default()
            .push(finding);
    }
    let rules: Vec<&Rule> = audit.rules.iter().filter_map(|id| by_id(id)).collect();
    let properties = of_run(report);
    let properties: Vec<(&str, String)> = properties
        .into_iter()
        .map(|(label, value)| (label, xml(&value)))
        .collect();
    let mut suites = Vec::new();
    for role in &audit.roles {
        let findings = by_resource.remove(&role.arn).unwrap_or_default();
        let checks = Checks::of(&findings, &role.gaps);
        let judging = rules.iter().filter(|rule| rule.judges_roles());
        suites.push(checks.suite(
            report,
            &properties,
            role.arn.as_str(),
            role.name.as_str(),
            judging,
        ));
    }
    // What is left is about policies and the account.
    let findings: Vec<&Finding> = by_resource.into_values().flatten().collect();
    let account = Checks::of(&findings, &audit.gaps);
    let name = format!("account {}", audit.account);
    let judging = rules.iter().filter(|rule| rule.judges_accounts());
    suites.insert(0, account.suite(report, &properties, &name, &name, judging));

    let mut file = quick_junit::Report::new(env!("CARGO_PKG_NAME"));
    file.add_test_suites(suites);
    file.serialize(out).map_err(Error::other)
}

/// What rules said about one role, or about the account.
#[derive(Default)]
struct Checks<'a> {
    findings: BTreeMap<&'static str, Vec<&'a Finding>>,
    gaps: BTreeMap<&'static str, Vec<&'a Gap>>,
}

/// The case of gaps that concern every rule.
const EVERY_RULE: &str = "every-rule";

impl<'a> Checks<'a> {
    fn of(findings: &[&'a Finding], gaps: &'a [Gap]) -> Self {
        let mut checks = Self::default();
        for finding in findings {
            let list = checks.findings.entry(finding.rule.id).or_default();
            list.push(finding);
        }
        for gap in gaps {
            let rule = gap.rule.unwrap_or(EVERY_RULE);
            checks.gaps.entry(rule).or_default().push(gap);
        }
        checks
    }

    fn suite<'r>(
        &self,
        report: &Report,
        properties: &[(&str, String)],
        name: &str,
        class: &str,
        judging: impl Iterator<Item = &'r &'r Rule>,
    ) -> TestSuite {
        let mut suite = TestSuite::new(xml(name));
        if let Some(time) = report.audit.collected_at {
            let time = time.strftime("%Y-%m-%dT%H:%M:%S").to_string();
            suite.extra.insert("timestamp".into(), time.into());
        }
        for (label, value) in properties {
            suite.add_property((*label, value.as_str()));
        }
        let ran = judging.map(|rule| rule.id);
        let said = self.findings.keys().chain(self.gaps.keys()).copied();
        let cases: BTreeSet<&'static str> = ran.chain(said).collect();
        for rule in cases {
            let mut case = TestCase::new(rule, self.status(report, rule));
            case.set_classname(xml(class));
            suite.add_test_case(case);
        }
        suite
    }

    fn status(&self, report: &Report, rule: &'static str) -> TestCaseStatus {
        let findings = self.findings.get(rule).map_or(&[][..], Vec::as_slice);
        let gaps = self.gaps.get(rule).map_or(&[][..], Vec::as_slice);
        let drift = findings
            .iter()
            .filter(|finding| report.waiver(finding).is_none())
            .any(|finding| finding.rule.severity > Severity::Info);
        let mut status = match (drift, gaps, findings) {
            (true, ..) => TestCaseStatus::non_success(NonSuccessKind::Failure),
            (false, [_, ..], _) => TestCaseStatus::non_success(NonSuccessKind::Error),
            (false, [], [_, ..]) => TestCaseStatus::skipped(),
            (false, [], []) => return TestCaseStatus::success(),
        };
        let sentences: Vec<String> = findings
            .iter()
            .map(|finding| finding.summary.clone())
            .chain(gaps.iter().map(|gap| gap.cause.to_string()))
            .collect();
        let message = match sentences.as_slice() {
            [first, rest @ ..] if !rest.is_empty() => format!("{first} (and {} more)", rest.len()),
            all => all.concat(),
        };
        let class = match (findings, gaps) {
            ([finding, ..], _) => finding.rule.severity.as_str(),
            ([], [gap, ..]) => kind(&gap.cause),
            ([], []) => "",
        };
        let paragraphs: Vec<String> = findings
            .iter()
            .map(|finding| facts(report, finding))
            .chain(
                gaps.iter()
                    .map(|gap| format!("no claim: {}", xml(&gap.cause.to_string()))),
            )
            .collect();
        status
            .set_message(xml(&message))
            .set_type(class)
            .set_description(paragraphs.join("\n\n"));
        status
    }
}

fn facts(report: &Report, finding: &Finding) -> String {
    let lines: Vec<String> = of_finding(report, finding)
        .into_iter()
        .map(|(label, value)| format!("{label}: {}", xml(&value)))
        .collect();
    lines.join("\n")
}

/// Makes what XML 1.0 cannot hold visible; `quick-junit` would leave it out.
///
/// See <https://www.w3.org/TR/xml/#charsets>.
fn xml(text: &str) -> String {
    let visible = escape::terminal(text);
    let mut safe = String::with_capacity(visible.len());
    for character in visible.chars() {
        if matches!(character, '\u{fffe}' | '\u{ffff}') {
            safe.extend(character.escape_unicode());
        } else {
            safe.push(character);
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_xml_cannot_hold_is_lost() {
        let text = "a\0b\u{1b}[2Jc\u{ffff}d\u{fffe}\u{85}";
        let safe = xml(text);
        assert_eq!(safe, r"a\u{0}b\u{1b}[2Jc\u{ffff}d\u{fffe}\u{85}");
        assert_eq!(quick_junit::XmlString::new(&safe).as_str(), safe);
    }
}
