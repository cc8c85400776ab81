//! A JSON report as what a later run is compared with.

use std::path::Path;

use jiff::Timestamp;
use serde::Deserialize;

use super::run::Record;
use super::trail::{Open, Previous, Trail};
use crate::audit;
use crate::model::{AccountId, Arn, InvalidValue, Partition, Severity};

/// The newest format version of the JSON report that can be read.
pub const READS_REPORT_VERSION: u32 = 1;

/// Says why a file is no report to compare with.
#[derive(Debug, thiserror::Error)]
pub enum ReportFileError {
    /// It is not JSON, or no report of this tool; the source tells line and column.
    #[error("not a JSON report of roledrift: {0}")]
    Shape(#[source] serde_json::Error),
    /// A newer release wrote it.
    #[error(
        "report format version {found} is newer than this roledrift reads ({READS_REPORT_VERSION}): upgrade roledrift"
    )]
    Newer {
        /// The version that it gives.
        found: u32,
    },
    /// It is of another account.
    #[error("a report of account {found}, not {wanted}")]
    OtherAccount {
        /// Whose report it is.
        found: AccountId,
        /// The audited account.
        wanted: AccountId,
    },
    /// A severity is none.
    #[error(transparent)]
    Severity(#[from] InvalidValue),
}

#[derive(Deserialize)]
struct Header {
    schema: u32,
}

#[derive(Deserialize)]
struct Report {
    account: AccountId,
    #[expect(dead_code, reason = "tells a report from other JSON")]
    partition: Partition,
    collected_at: Option<Timestamp>,
    selection: Selection,
    findings: Vec<Entry>,
    #[serde(default)]
    comparison: Option<Comparison>,
}

#[derive(Deserialize)]
struct Selection {
    rules: Vec<String>,
    owners_skipped: bool,
    /// Absent in reports of before there were lock files.
    #[serde(default)]
    locked: bool,
}

#[derive(Deserialize)]
struct Comparison {
    not_looked_at: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    id: String,
    rule: String,
    severity: String,
    role: Option<Arn>,
    resource: Arn,
    summary: String,
    #[serde(default)]
    since: Option<Timestamp>,
    #[serde(default)]
    last_seen: Option<Timestamp>,
    #[serde(default)]
    waiver: Option<serde::de::IgnoredAny>,
}

/// Reads what was open after the run that a JSON report shows.
///
/// That is its findings, and what that run in turn knew and could not look at.
///
/// # Errors
/// Returns an error for a text that is no such report, or one of another account or newer format.
pub fn previous_report(
    path: &Path,
    text: &str,
    account: &AccountId,
) -> Result<(Trail, Previous), ReportFileError> {
    let header: Header = serde_json::from_str(text).map_err(ReportFileError::Shape)?;
    if header.schema > READS_REPORT_VERSION {
        let found = header.schema;
        return Err(ReportFileError::Newer { found });
    }
    let report: Report = serde_json::from_str(text).map_err(ReportFileError::Shape)?;
    if report.account != *account {
        return Err(ReportFileError::OtherAccount {
            found: report.account,
            wanted: account.clone(),
        });
    }
    let mut trail = Trail::default();
    for entry in report.findings {
        trail.insert(Open {
            since: entry.since.or(report.collected_at),
            last_seen: report.collected_at,
            looked_at: true,
            beside: report.selection.rules.iter().cloned().collect(),
            owners: !report.selection.owners_skipped,
            locked: report.selection.locked,
            record: entry.into_record()?,
        });
    }
    let missed = report.comparison.into_iter();
    for entry in missed.flat_map(|comparison| comparison.not_looked_at) {
        trail.insert(Open {
            since: entry.since,
            last_seen: entry.last_seen,
            looked_at: false,
            // Which rules ran when it was seen is not told: only all of them outdo that.
            beside: audit::all().iter().map(|rule| rule.id.to_owned()).collect(),
            owners: true,
            locked: true,
            record: entry.into_record()?,
        });
    }
    let previous = Previous::Report {
        path: path.to_owned(),
        observed_at: report.collected_at,
    };
    Ok((trail, previous))
}

impl Entry {
    fn into_record(self) -> Result<Record, InvalidValue> {
        Ok(Record {
            severity: self.severity.parse::<Severity>()?,
            id: self.id,
            rule: self.rule,
            role: self.role,
            resource: self.resource,
            summary: self.summary,
            waived: self.waiver.is_some(),
        })
    }
}
