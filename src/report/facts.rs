//! What formats for text tell about a finding and a run: labels and values, in one order.
//!
//! Values are unescaped: each format escapes for its own target.

use super::Report;
use crate::audit::{Finding, all};
use crate::store::Standing;
use crate::waivers::Waiver;

/// A label and its value.
pub(super) type Fact = (&'static str, String);

/// Returns everything that a finding says. A new member of findings is added here once.
pub(super) fn of_finding(report: &Report, finding: &Finding) -> Vec<Fact> {
    let rule = finding.rule;
    let proof = finding.proof.as_ref();
    let facts = [
        ("id", Some(finding.id.clone())),
        ("rule", Some(rule.id.to_owned())),
        ("severity", Some(rule.severity.to_string())),
        ("role", finding.role.as_ref().map(ToString::to_string)),
        ("resource", Some(finding.resource.to_string())),
        (
            "document",
            finding.document.as_ref().map(ToString::to_string),
        ),
        (
            "statement",
            finding.statement.as_ref().map(ToString::to_string),
        ),
        ("origin", Some(finding.origin.as_str().to_owned())),
        ("confidence", Some(finding.confidence.as_str().to_owned())),
        ("summary", Some(finding.summary.clone())),
        ("witness", proof.map(|proof| proof.request.to_string())),
        (
            "witness shows",
            proof.map(|proof| shows(proof.gained).to_owned()),
        ),
        ("compared with", proof.map(|proof| proof.reference.clone())),
        ("file", finding.file.as_ref().map(ToString::to_string)),
        ("waived", report.waiver(finding).map(waived)),
        ("standing", standing(report, finding)),
        ("why", Some(rule.why.to_owned())),
        ("remediation", Some(rule.remediation.to_owned())),
        ("source", Some(rule.source.to_owned())),
    ];
    facts
        .into_iter()
        .filter_map(|(label, value)| value.map(|value| (label, value)))
        .collect()
}

/// Returns what a report says about itself.
pub(super) fn of_run(report: &Report) -> Vec<Fact> {
    let audit = &report.audit;
    let time = audit.collected_at.map_or_else(
        || "at a time that the source does not tell".to_owned(),
        |time| time.to_string(),
    );
    let complete = if audit.is_complete() { "yes" } else { "no" };
    let mut facts = vec![
        ("tool", TOOL.to_owned()),
        ("account", audit.account.to_string()),
        ("partition", audit.partition.to_string()),
        ("read", time),
        ("roles", audit.roles.len().to_string()),
        ("findings", audit.findings.len().to_string()),
        ("complete", complete.to_owned()),
        (
            "facts not read",
            report.coverage.unread().count().to_string(),
        ),
    ];
    if report.waived_count() > 0 {
        facts.push(("waived", report.waived_count().to_string()));
    }
    facts.extend(compared(report).map(|compared| ("compared", compared)));
    facts.extend(selection(report).map(|selection| ("selection", selection)));
    facts
}

/// Says until when, by whom and why a finding is waived; unescaped.
pub(super) fn waived(waiver: &Waiver) -> String {
    let Waiver {
        expires,
        owner,
        reason,
        ..
    } = waiver;
    format!("until {expires} by {owner}: {reason}")
}

/// Says whether a finding is new, and since when it is known.
pub(super) fn standing(report: &Report, finding: &Finding) -> Option<String> {
    Some(match report.standing(finding)? {
        Standing::New => "new".to_owned(),
        Standing::Known { since: None } => "known".to_owned(),
        Standing::Known { since: Some(since) } => format!("known since {since}"),
    })
}

/// Says how the run differs from an earlier one, where it was compared with any.
pub(super) fn compared(report: &Report) -> Option<String> {
    let comparison = &report.since.as_ref()?.comparison;
    Some(format!(
        "{} new, {} known, {} resolved, {} not looked at",
        comparison.new_count(),
        comparison.known_count(),
        comparison.resolved.len(),
        comparison.not_looked_at.len()
    ))
}

/// Names the tool with its version.
pub(super) const TOOL: &str = concat!(env!("CARGO_PKG_NAME"), " ", env!("CARGO_PKG_VERSION"));

/// Says what was judged where that is not everything; unescaped.
pub(super) fn selection(report: &Report) -> Option<String> {
    let audit = &report.audit;
    let (ran, known) = (audit.rules.len(), all().len());
    let roles = match audit.role_globs.as_slice() {
        [] if ran == known => return None,
        [] => "all roles".to_owned(),
        globs => format!("roles {}", globs.join(", ")),
    };
    let owners = if audit.owners_skipped {
        ", without those about what the roles serve"
    } else {
        ""
    };
    Some(format!("{ran} of {known} rules{owners}, {roles}"))
}

/// Names the direction of a witness as outputs do.
pub(super) fn shows(gained: bool) -> &'static str {
    if gained { "gained" } else { "lost" }
}
