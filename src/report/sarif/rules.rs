//! The registry's rules as SARIF tells them.

use super::log::{Configuration, Help, ReportingDescriptor, RuleProperties};
use super::message::text;
use crate::audit::Rule;
use crate::model::Severity;

pub(super) fn entry(rule: &Rule) -> ReportingDescriptor {
    ReportingDescriptor {
        id: rule.id,
        name: pascal_case(rule.id),
        short_description: text(rule.what),
        full_description: text(&format!("{} {}", rule.what, rule.why)),
        help: help(rule),
        help_uri: rule.source,
        default_configuration: Configuration {
            level: level(rule.severity),
        },
        properties: RuleProperties {
            tags: tags(rule),
            precision: "high",
            security_severity: security_severity(rule.severity),
            severity: rule.severity.as_str(),
        },
    }
}

/// Names a severity as SARIF levels do.
pub(super) fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical | Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low | Severity::Info => "note",
    }
}

/// Scores a severity in the middle of GitHub's band of that name; information has no score.
fn security_severity(severity: Severity) -> Option<&'static str> {
    match severity {
        Severity::Critical => Some("9.5"),
        Severity::High => Some("8.0"),
        Severity::Medium => Some("5.5"),
        Severity::Low => Some("2.0"),
        Severity::Info => None,
    }
}

fn tags(rule: &Rule) -> Vec<&'static str> {
    let mut tags = vec!["aws", "iam", "service-linked-role"];
    if rule.severity > Severity::Info {
        tags.push("security");
    }
    tags
}

fn help(rule: &Rule) -> Help {
    let sections = [
        ("Why it matters", rule.why),
        ("Example", rule.example),
        ("What to do", rule.remediation),
        ("When it is no problem", rule.false_positives),
    ];
    let plain: Vec<String> = sections
        .iter()
        .map(|(title, body)| format!("{title}: {body}"))
        .collect();
    let markdown: Vec<String> = sections
        .iter()
        .map(|(title, body)| format!("**{title}.** {body}"))
        .collect();
    Help {
        text: text(&plain.join(" ")).text,
        markdown: format!("{}\n\nSource: <{}>", markdown.join("\n\n"), rule.source),
    }
}

fn pascal_case(id: &str) -> String {
    id.split('-')
        .flat_map(|word| {
            let mut characters = word.chars();
            let first = characters.next().map(|first| first.to_ascii_uppercase());
            first.into_iter().chain(characters)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::all;

    #[test]
    fn scores_lie_in_the_band_that_github_gives_the_same_name() {
        for (severity, band) in [
            (Severity::Critical, 9.1..=10.0),
            (Severity::High, 7.0..=8.9),
            (Severity::Medium, 4.0..=6.9),
            (Severity::Low, 0.1..=3.9),
        ] {
            let score: f64 = security_severity(severity).unwrap().parse().unwrap();
            assert!(band.contains(&score), "{severity}");
        }
    }

    #[test]
    fn every_rule_fits_what_github_takes() {
        for rule in all() {
            let entry = entry(rule);
            assert!(entry.short_description.text.len() <= 1024, "{}", rule.id);
            assert!(entry.full_description.text.len() <= 1024, "{}", rule.id);
            assert!(entry.properties.tags.len() <= 10 && !entry.help.text.is_empty());
        }
    }
}
