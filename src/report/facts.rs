//! What formats for text tell about a finding and a run: labels and values, in one order.
//!
//! Values are unescaped: each format escapes for its own target.

use super::view::{Acceptance, Marked, View};
use crate::audit::all;
use crate::store::{Comparison, Standing};

/// A label and its value.
pub(super) type Fact = (&'static str, String);

/// Returns everything that a finding says. A new member of findings is added here once.
pub(super) fn of_finding(marked: &Marked<'_>) -> Vec<Fact> {
    let finding = marked.finding;
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
        ("waived", marked.waiver.map(waived)),
        ("standing", marked.standing.map(standing)),
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
pub(super) fn of_run(view: &View<'_>) -> Vec<Fact> {
    let time = view.collected_at.map_or_else(
        || "at a time that the source does not tell".to_owned(),
        |time| time.to_string(),
    );
    let complete = if view.is_complete() { "yes" } else { "no" };
    let mut facts = vec![
        ("tool", TOOL.to_owned()),
        ("account", view.account.to_string()),
        ("partition", view.partition.to_string()),
        ("read", time),
        ("roles", view.roles.to_string()),
        ("findings", view.findings.len().to_string()),
        ("complete", complete.to_owned()),
        ("facts not read", view.unread.to_string()),
    ];
    if view.waived() > 0 {
        facts.push(("waived", view.waived().to_string()));
    }
    let compared = view.compared.clone();
    facts.extend(compared.map(|compared| ("compared", compared)));
    let selection = view.selection.clone();
    facts.extend(selection.map(|selection| ("selection", selection)));
    facts
}

/// Says until when, by whom and why a finding is waived; unescaped.
pub(super) fn waived(waiver: Acceptance<'_>) -> String {
    let Acceptance {
        expires,
        owner,
        reason,
        ..
    } = waiver;
    format!("until {expires} by {owner}: {reason}")
}

/// Says whether a finding is new, and since when it is known.
pub(super) fn standing(standing: Standing) -> String {
    match standing {
        Standing::New => "new".to_owned(),
        Standing::Known { since: None } => "known".to_owned(),
        Standing::Known { since: Some(since) } => format!("known since {since}"),
    }
}

/// Says how a run differs from an earlier one.
pub(super) fn compared(comparison: &Comparison) -> String {
    format!(
        "{} new, {} known, {} resolved, {} not looked at",
        comparison.new_count(),
        comparison.known_count(),
        comparison.resolved.len(),
        comparison.not_looked_at.len()
    )
}

/// Names the tool with its version.
pub(super) const TOOL: &str = concat!(env!("CARGO_PKG_NAME"), " ", env!("CARGO_PKG_VERSION"));

/// Says what was judged, by how many rules, where that is not everything; unescaped.
pub(super) fn selection(ran: usize, owners_skipped: bool, role_globs: &[String]) -> Option<String> {
    let known = all().len();
    let roles = match role_globs {
        [] if ran == known => return None,
        [] => "all roles".to_owned(),
        globs => format!("roles {}", globs.join(", ")),
    };
    let owners = if owners_skipped {
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
