//! Shows a report: one file per format, each with its own versioned shape.
//!
//! Filters, ranks and computes nothing: what is shown is what the audit says, escaped for its target.

mod asff;
pub mod comparison;
mod context;
mod csv;
mod escape;
pub mod evaluation;
mod evidence;
mod facts;
mod finding;
mod github;
pub mod history;
mod html;
mod json;
mod junit;
mod lock_file;
mod markdown;
mod marks;
mod ndjson;
mod ocsf;
pub mod organization;
mod permissions;
mod principal;
mod recording;
mod resource;
mod rules;
mod sarif;
mod shorten;
mod terminal;
mod undecided;
pub mod versions;
mod view;

use std::borrow::Cow;
use std::io::Write;

pub use escape::{json as escape_json, terminal as escape_for_terminal};
pub use json::SCHEMA_VERSION as JSON_SCHEMA_VERSION;
pub use lock_file::LockFile;
pub use ndjson::SCHEMA_VERSION as NDJSON_SCHEMA_VERSION;
pub use permissions::{PermissionsFormat, permissions};
pub use recording::Recording;
pub use rules::{explain, list, page};
pub use shorten::shorten_middle;

use crate::audit::{Audit, Dossiers, Finding};
use crate::inventory::Coverage;
use crate::inventory::snapshot::Place;
use crate::model::InvalidValue;
use crate::store::{AccountHistory, Comparison, Previous, Standing};
use crate::waivers::{Waived, Waiver};

/// Holds everything that a format may show.
#[derive(Debug, Clone)]
pub struct Report {
    /// The judgement.
    pub audit: Audit,
    /// What was read and what was not.
    pub coverage: Coverage,
    /// The snapshot that findings are pointed at in, where there is one.
    pub recording: Option<Recording>,
    /// The lock file that findings are pointed at in where there is no snapshot.
    pub lock: Option<LockFile>,
    /// Which findings the users of the account decided to live with.
    pub waived: Waived,
    /// How the run differs from an earlier one, where it was compared with any.
    pub since: Option<Since>,
    /// What a reviewer reads beside the findings, where a format wants it ([`Format::shows_documents`]).
    pub dossiers: Option<Dossiers>,
    /// The runs of a store, where there is one; only some formats show them ([`Format::shows_history`]).
    pub history: Option<AccountHistory>,
    /// Whether formats for people show waived findings in full; those for programs always do.
    pub show_waived: bool,
}

/// Tells how a run differs from an earlier one.
#[derive(Debug, Clone)]
pub struct Since {
    /// What it was compared with.
    pub previous: Previous,
    /// How it differs.
    pub comparison: Comparison,
}

impl Report {
    /// Makes a report of an audit alone.
    pub fn new(audit: Audit, coverage: Coverage) -> Self {
        Self {
            audit,
            coverage,
            recording: None,
            lock: None,
            waived: Waived::default(),
            since: None,
            dossiers: None,
            history: None,
            show_waived: false,
        }
    }

    /// Returns the waiver of a finding.
    pub fn waiver(&self, finding: &Finding) -> Option<&Waiver> {
        self.waived.get(finding)
    }

    /// Tells whether a finding was known before, where the run was compared with an earlier one.
    pub fn standing(&self, finding: &Finding) -> Option<Standing> {
        let standings = &self.since.as_ref()?.comparison.standings;
        standings.get(&finding.id).copied()
    }

    /// Returns the findings that nobody decided to live with.
    pub fn unwaived(&self) -> impl Iterator<Item = &Finding> {
        let findings = self.audit.findings.iter();
        findings.filter(|finding| self.waiver(finding).is_none())
    }

    /// Returns the findings that formats for people show one by one.
    pub(crate) fn shown(&self) -> impl Iterator<Item = &Finding> {
        let findings = self.audit.findings.iter();
        findings.filter(|finding| self.show_waived || self.waiver(finding).is_none())
    }

    /// Returns the file and the place in it that a finding is pointed at, if there is one.
    pub(crate) fn place(&self, finding: &Finding) -> Option<(String, Place)> {
        let recorded = || {
            let file = self.recording.as_ref()?;
            Some((file.path.clone(), file.place(finding)))
        };
        lock_file::own(finding)
            .or_else(recorded)
            .or_else(|| lock_file::locked(self.lock.as_ref(), finding))
    }

    /// Counts the waived findings.
    pub fn waived_count(&self) -> usize {
        self.waived.count()
    }
}

/// Names a format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// For a person in front of a terminal; styled with ANSI sequences.
    Terminal,
    /// JSON with a published schema.
    Json,
    /// A line of JSON for each finding, with a published schema.
    Ndjson,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// OCSF Compliance Finding events, for security lakes.
    Ocsf,
    /// AWS Security Finding Format, for Security Hub.
    Asff,
    /// JUnit XML, for the test views of CI systems.
    Junit,
    /// Comma-separated values, for spreadsheets.
    Csv,
    /// Markdown, for a GitHub job summary.
    Markdown,
    /// GitHub workflow commands, for annotations.
    Github,
    /// One page of HTML, for a reviewer with a browser.
    Html,
}

impl Format {
    /// Lists every format.
    pub const ALL: [Self; 11] = [
        Self::Terminal,
        Self::Json,
        Self::Ndjson,
        Self::Sarif,
        Self::Ocsf,
        Self::Asff,
        Self::Junit,
        Self::Csv,
        Self::Markdown,
        Self::Github,
        Self::Html,
    ];

    /// Returns the name that flags use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Terminal => "terminal",
            Self::Json => "json",
            Self::Ndjson => "ndjson",
            Self::Sarif => "sarif",
            Self::Ocsf => "ocsf",
            Self::Asff => "asff",
            Self::Junit => "junit",
            Self::Csv => "csv",
            Self::Markdown => "markdown",
            Self::Github => "github",
            Self::Html => "html",
        }
    }

    /// Tells whether the format points into a recorded account ([`Report::recording`]).
    pub fn points_into_recordings(self) -> bool {
        matches!(self, Self::Sarif | Self::Github)
    }

    /// Tells whether the format shows what was read of the roles ([`Report::dossiers`]).
    pub fn shows_documents(self) -> bool {
        self == Self::Html
    }

    /// Tells whether the format shows earlier runs ([`Report::history`]).
    pub fn shows_history(self) -> bool {
        self == Self::Html
    }
}

impl std::str::FromStr for Format {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|format| format.as_str() == text)
            .ok_or_else(|| InvalidValue {
                value: text.to_owned(),
                expected: "a format (terminal, json, ndjson, sarif, ocsf, asff, junit, csv, markdown, github, html)",
            })
    }
}

/// Writes a report.
///
/// # Errors
/// Returns the writer's error.
pub fn render(report: &Report, format: Format, out: &mut dyn Write) -> std::io::Result<()> {
    match format {
        Format::Terminal => terminal::render(report, out),
        Format::Json => json::render(report, out),
        Format::Ndjson => ndjson::render(report, out),
        Format::Sarif => sarif::render(report, out),
        Format::Ocsf => ocsf::render(report, out),
        Format::Asff => asff::render(report, out),
        Format::Junit => junit::render(report, out),
        Format::Csv => csv::render(report, out),
        Format::Markdown => markdown::render(report, out),
        Format::Github => github::render(report, out),
        Format::Html => html::render(report, out),
    }
}

/// Returns a value as one line of NDJSON, escaped like every output and ending in a line feed.
///
/// # Errors
/// Returns the error of a value that JSON cannot hold.
pub fn ndjson_line(value: &impl serde::Serialize) -> serde_json::Result<String> {
    let mut line = serde_json::to_string(value)?;
    if let Cow::Owned(safe) = escape::json(&line) {
        line = safe;
    }
    line.push('\n');
    Ok(line)
}

/// Returns the JSON Schema of [`Format::Json`].
pub fn json_schema() -> schemars::Schema {
    json::schema()
}

/// Returns the JSON Schema of each line of [`Format::Ndjson`].
pub fn ndjson_schema() -> schemars::Schema {
    ndjson::schema()
}
