//! Findings as SARIF results, each at a line of the snapshot where there is one.

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

use super::log::{
    ArtifactLocation, Fingerprints, Location, LogicalLocation, PhysicalLocation, Region,
    ResultEntry, ResultProperties, Suppression,
};
use super::message::text;
use super::rules::level;
use crate::audit::{Finding, all};
use crate::inventory::snapshot::Place;
use crate::model::Arn;
use crate::report::evidence::{DocumentEntry, StatementEntry, WitnessEntry};
use crate::report::facts::waived;
use crate::report::marks::Marks;
use crate::report::view::{Acceptance, Marked, View};
use crate::report::{Recording, escape};

/// What a path in a URI may not hold as it is (RFC 3986, section 3.3); `:` too, because a first
/// segment with a colon would be a scheme.
const NOT_IN_PATHS: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b':')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// Shows the findings of an account; `has_waived` says whether any of the run is waived.
pub(in crate::report) fn entries<'v>(
    view: &'v View<'_>,
    has_waived: bool,
) -> impl Iterator<Item = ResultEntry<'v>> {
    let findings = view.findings.iter();
    findings.map(move |marked| entry(view, marked, has_waived))
}

/// Writes a path as a URI: relative as it is, absolute with the scheme `file`.
pub(super) fn uri(path: &str) -> String {
    let encoded = utf8_percent_encode(path, NOT_IN_PATHS).to_string();
    if Recording::is_absolute(path) {
        format!("file:///{}", encoded.trim_start_matches('/'))
    } else {
        encoded
    }
}

fn entry<'v>(view: &'v View<'_>, marked: &'v Marked<'_>, has_waived: bool) -> ResultEntry<'v> {
    let finding = marked.finding;
    let rule = finding.rule;
    let file = marked.place.as_ref();
    let account = view.is_of_many.then_some(view.account);
    ResultEntry {
        rule_id: rule.id,
        rule_index: all().iter().position(|known| *known == rule),
        level: level(rule.severity),
        message: text(&sentences(view, finding)),
        locations: [Location {
            physical_location: file.map(|(path, place)| physical(uri(path), *place)),
            logical_locations: logical(view, finding),
        }],
        // GitHub reads the first of them alone.
        partial_fingerprints: Fingerprints {
            primary_location_line_hash: &finding.id,
            finding: &finding.id,
            account,
        },
        suppressions: has_waived.then(|| marked.waiver.into_iter().map(suppression).collect()),
        properties: ResultProperties {
            id: &finding.id,
            account,
            account_name: view.name,
            severity: rule.severity.as_str(),
            role: finding.role.as_ref(),
            resource: &finding.resource,
            document: finding.document.as_ref().map(DocumentEntry::of),
            statement: finding.statement.as_ref().map(StatementEntry::of),
            origin: finding.origin.as_str(),
            confidence: finding.confidence.as_str(),
            summary: &finding.summary,
            witness: finding.proof.as_ref().map(WitnessEntry::of),
            marks: Marks::of(marked, view.collected_at),
            remediation: rule.remediation,
            source: rule.source,
        },
    }
}

/// Tells a waived finding from others: the standard wants it of all results or of none.
fn suppression(waiver: Acceptance<'_>) -> Suppression {
    Suppression {
        kind: "external",
        status: "accepted",
        justification: escape::terminal(&format!("waived {}", waived(waiver))),
    }
}

/// Says what a viewer shows that shows nothing else.
fn sentences(view: &View<'_>, finding: &Finding) -> String {
    let name = finding.resource.name();
    let mut sentences = vec![format!("'{name}': {}.", finding.summary)];
    if view.is_of_many {
        sentences.push(format!("In account {}.", view.called()));
    }
    sentences.extend(match (&finding.document, &finding.statement) {
        (Some(document), Some(statement)) => Some(format!("In {document}, {statement}.")),
        (Some(document), None) => Some(format!("In {document}.")),
        (None, _) => None,
    });
    if let Some(proof) = &finding.proof {
        let verb = if proof.gained { "Allows" } else { "Lacks" };
        let (request, reference) = (&proof.request, &proof.reference);
        sentences.push(format!("{verb} {request}, compared with {reference}."));
    }
    let (origin, id) = (finding.origin.as_str(), &finding.id);
    let confidence = finding.confidence.as_str();
    sentences.push(format!(
        "Origin: {origin}; confidence: {confidence}; finding {id}."
    ));
    sentences.join(" ")
}

fn physical(uri: String, place: Place) -> PhysicalLocation {
    PhysicalLocation {
        artifact_location: ArtifactLocation { uri },
        // What begins there is known, and not where it ends: its first character is marked.
        region: Region {
            start_line: place.line,
            start_column: place.column,
            end_line: place.line,
            end_column: place.column.saturating_add(1),
        },
    }
}

fn logical(view: &View<'_>, finding: &Finding) -> Vec<LogicalLocation> {
    let mut locations = vec![LogicalLocation {
        name: finding.resource.name().to_owned(),
        fully_qualified_name: finding.resource.to_string(),
        kind: "resource",
    }];
    if let Some(document) = &finding.document {
        let name = match &finding.statement {
            Some(statement) => format!("{document}, {statement}"),
            None => document.to_string(),
        };
        locations.push(LogicalLocation {
            fully_qualified_name: format!("{}/{name}", finding.resource),
            name,
            kind: "member",
        });
    }
    if view.is_of_many {
        locations.push(LogicalLocation {
            name: view.account.to_string(),
            fully_qualified_name: Arn::account_root(view.partition, view.account).to_string(),
            kind: "namespace",
        });
    }
    locations
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_becomes_a_uri() {
        assert_eq!(uri("audits/a b#%.json"), "audits/a%20b%23%25.json");
        assert_eq!(uri("x:y.json"), "x%3Ay.json");
        assert_eq!(uri("/tmp/é.json"), "file:///tmp/%C3%A9.json");
    }
}
