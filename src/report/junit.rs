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

use super::facts::{Fact, of_finding, of_run};
use super::undecided::kind;
use super::view::{Marked, View};
use super::{Report, escape};
use crate::audit::{Gap, Rule, by_id};
use crate::model::{Arn, Severity};

pub(super) fn render(report: &Report, out: &mut dyn Write) -> Result<()> {
    let audit = &report.audit;
    let view = View::of(report);
    let mut by_resource: BTreeMap<&Arn, Vec<&Marked<'_>>> = BTreeMap::new();
    for marked in &view.findings {
        by_resource
            .entry(&marked.finding.resource)
            .or_default()
            .push(marked);
    }
    let rules: Vec<&Rule> = audit.rules.iter().filter_map(|id| by_id(id)).collect();
    let properties = of_run(&view);
    let mut suites = Vec::new();
    for role in &audit.roles {
        let findings = by_resource.remove(&role.arn).unwrap_or_default();
        let mut checks = Checks::default();
        checks.add_findings(&findings);
        checks.add_gaps(&role.gaps);
        let judging = rules.iter().filter(|rule| rule.judges_roles());
        let (name, class) = (role.arn.as_str(), role.name.as_str());
        suites.push(checks.suite(&view, &properties, name, class, judging));
    }
    // What is left is about policies and the account.
    let findings: Vec<&Marked<'_>> = by_resource.into_values().flatten().collect();
    let mut account = Checks::default();
    account.add_findings(&findings);
    account.add_gaps(&audit.gaps);
    let name = format!("account {}", audit.account);
    let judging = rules.iter().filter(|rule| rule.judges_accounts());
    suites.insert(0, account.suite(&view, &properties, &name, &name, judging));

    let mut file = quick_junit::Report::new(env!("CARGO_PKG_NAME"));
    file.add_test_suites(suites);
    file.serialize(out).map_err(Error::other)
}

/// What rules said about one role, or about the account.
#[derive(Default)]
pub(super) struct Checks<'a> {
    findings: BTreeMap<&'static str, Vec<&'a Marked<'a>>>,
    /// The kinds and the problems of what could not be decided; unescaped.
    gaps: BTreeMap<&'static str, Vec<(&'static str, String)>>,
}

/// The case of gaps that concern every rule.
const EVERY_RULE: &str = "every-rule";

impl<'a> Checks<'a> {
    fn add_findings(&mut self, findings: &[&'a Marked<'a>]) {
        for marked in findings {
            let list = self.findings.entry(marked.finding.rule.id).or_default();
            list.push(marked);
        }
    }

    fn add_gaps(&mut self, gaps: &[Gap]) {
        for gap in gaps {
            self.add_gap(gap.rule, kind(&gap.cause), gap.cause.to_string());
        }
    }

    /// Adds what kept a rule, or every rule, from deciding.
    fn add_gap(&mut self, rule: Option<&'static str>, kind: &'static str, problem: String) {
        let gaps = self.gaps.entry(rule.unwrap_or(EVERY_RULE)).or_default();
        gaps.push((kind, problem));
    }

    /// Gathers what is told of an account of many.
    pub(super) fn of_view(view: &'a View<'a>) -> Self {
        let mut checks = Self::default();
        checks.add_findings(&view.findings.iter().collect::<Vec<_>>());
        for cause in &view.undecided {
            let rules = cause.rules.iter().copied().map(Some);
            let every = cause.rules.is_empty().then_some(None);
            for rule in rules.chain(every) {
                checks.add_gap(rule, cause.kind, cause.problem.clone());
            }
        }
        checks
    }

    pub(super) fn suite<'r>(
        &self,
        view: &View<'_>,
        properties: &[Fact],
        name: &str,
        class: &str,
        judging: impl Iterator<Item = &'r &'r Rule>,
    ) -> TestSuite {
        let mut suite = TestSuite::new(xml(name));
        if let Some(time) = view.collected_at {
            let time = time.strftime("%Y-%m-%dT%H:%M:%S").to_string();
            suite.extra.insert("timestamp".into(), time.into());
        }
        for (label, value) in properties {
            suite.add_property((*label, xml(value).as_str()));
        }
        let ran = judging.map(|rule| rule.id);
        let said = self.findings.keys().chain(self.gaps.keys()).copied();
        let cases: BTreeSet<&'static str> = ran.chain(said).collect();
        for rule in cases {
            let mut case = TestCase::new(rule, self.status(rule));
            case.set_classname(xml(class));
            suite.add_test_case(case);
        }
        suite
    }

    fn status(&self, rule: &'static str) -> TestCaseStatus {
        let findings = self.findings.get(rule).map_or(&[][..], Vec::as_slice);
        let gaps = self.gaps.get(rule).map_or(&[][..], Vec::as_slice);
        let drift = findings
            .iter()
            .filter(|marked| marked.waiver.is_none())
            .any(|marked| marked.finding.rule.severity > Severity::Info);
        let mut status = match (drift, gaps, findings) {
            (true, ..) => TestCaseStatus::non_success(NonSuccessKind::Failure),
            (false, [_, ..], _) => TestCaseStatus::non_success(NonSuccessKind::Error),
            (false, [], [_, ..]) => TestCaseStatus::skipped(),
            (false, [], []) => return TestCaseStatus::success(),
        };
        let sentences: Vec<String> = findings
            .iter()
            .map(|marked| marked.finding.summary.clone())
            .chain(gaps.iter().map(|(_, problem)| problem.clone()))
            .collect();
        let message = match sentences.as_slice() {
            [first, rest @ ..] if !rest.is_empty() => format!("{first} (and {} more)", rest.len()),
            all => all.concat(),
        };
        let class = match (findings, gaps) {
            ([marked, ..], _) => marked.finding.rule.severity.as_str(),
            ([], [(kind, _), ..]) => kind,
            ([], []) => "",
        };
        let paragraphs: Vec<String> = findings
            .iter()
            .map(|marked| facts(marked))
            .chain(
                gaps.iter()
                    .map(|(_, problem)| format!("no claim: {}", xml(problem))),
            )
            .collect();
        status
            .set_message(xml(&message))
            .set_type(class)
            .set_description(paragraphs.join("\n\n"));
        status
    }
}

fn facts(marked: &Marked<'_>) -> String {
    let lines: Vec<String> = of_finding(marked)
        .into_iter()
        .map(|(label, value)| format!("{label}: {}", xml(&value)))
        .collect();
    lines.join("\n")
}

/// Makes what XML 1.0 cannot hold visible; `quick-junit` would leave it out.
///
/// See <https://www.w3.org/TR/xml/#charsets>.
pub(super) fn xml(text: &str) -> String {
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
