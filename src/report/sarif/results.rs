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
use crate::report::evidence::{DocumentEntry, StatementEntry, WitnessEntry};
use crate::report::facts::waived;
use crate::report::marks::Marks;
use crate::report::{Recording, Report, escape};

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

pub(super) fn entries(report: &Report) -> Vec<ResultEntry<'_>> {
    let findings = report.audit.findings.iter();
    findings.map(|finding| entry(report, finding)).collect()
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

fn entry<'a>(report: &'a Report, finding: &'a Finding) -> ResultEntry<'a> {
    let rule = finding.rule;
    let file = report.place(finding);
    ResultEntry {
        rule_id: rule.id,
        rule_index: all().iter().position(|known| *known == rule),
        level: level(rule.severity),
        message: text(&sentences(finding)),
        locations: [Location {
            physical_location: file.map(|(path, place)| physical(uri(&path), place)),
            logical_locations: logical(finding),
        }],
        // GitHub reads the first of them alone.
        partial_fingerprints: Fingerprints {
            primary_location_line_hash: &finding.id,
            finding: &finding.id,
        },
        suppressions: suppressions(report, finding),
        properties: ResultProperties {
            id: &finding.id,
            severity: rule.severity.as_str(),
            role: finding.role.as_ref(),
            resource: &finding.resource,
            document: finding.document.as_ref().map(DocumentEntry::of),
            statement: finding.statement.as_ref().map(StatementEntry::of),
            origin: finding.origin.as_str(),
            confidence: finding.confidence.as_str(),
            summary: &finding.summary,
            witness: finding.proof.as_ref().map(WitnessEntry::of),
            marks: Marks::of(report, finding),
            remediation: rule.remediation,
            source: rule.source,
        },
    }
}

/// Tells waived findings from others: of all results or of none, as the standard wants it.
fn suppressions(report: &Report, finding: &Finding) -> Option<Vec<Suppression>> {
    (report.waived_count() > 0).then(|| {
        let waiver = report.waiver(finding).into_iter();
        waiver
            .map(|waiver| Suppression {
                kind: "external",
                status: "accepted",
                justification: escape::terminal(&format!("waived {}", waived(waiver))),
            })
            .collect()
    })
}

/// Says what a viewer shows that shows nothing else.
fn sentences(finding: &Finding) -> String {
    let name = finding.resource.name();
    let mut sentences = vec![format!("'{name}': {}.", finding.summary)];
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

fn logical(finding: &Finding) -> Vec<LogicalLocation> {
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
