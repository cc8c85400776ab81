//! What waivers and earlier runs say about findings, as every JSON format shows it.

use serde::Serialize;

use super::Since;
use super::view::{Acceptance, Marked};
use crate::audit::FileLocation;
use crate::model::Arn;
use crate::store::{Open, Previous, Standing};

/// What waivers and earlier runs say about a finding.
#[derive(Serialize, schemars::JsonSchema)]
pub(super) struct Marks<'a> {
    /// The place in the user's own file, for findings about that file.
    file: Option<FileEntry<'a>>,
    /// The waiver that covers the finding; it does not count then.
    waiver: Option<WaiverEntry<'a>>,
    /// `new` or `known`; `null` where the run was not compared with an earlier one.
    standing: Option<&'static str>,
    /// When it was first seen (RFC 3339), where the run was compared with an earlier one.
    #[schemars(with = "Option<String>")]
    since: Option<jiff::Timestamp>,
}

impl<'a> Marks<'a> {
    /// Tells the marks of a finding of an account that was read at a time.
    pub(super) fn of(marked: &Marked<'a>, collected_at: Option<jiff::Timestamp>) -> Self {
        let (standing, since) = match marked.standing {
            None => (None, None),
            Some(Standing::New) => (Some("new"), collected_at),
            Some(Standing::Known { since }) => (Some("known"), since),
        };
        Self {
            file: marked.finding.file.as_ref().map(FileEntry::of),
            waiver: marked.waiver.map(WaiverEntry::of),
            standing,
            since,
        }
    }
}

/// A place in a file of the user.
#[derive(Serialize, schemars::JsonSchema)]
pub(super) struct FileEntry<'a> {
    path: &'a str,
    /// From 1.
    line: u32,
    /// From 1, in characters.
    column: u32,
}

/// Why, by whom and until when a finding is accepted.
#[derive(Serialize, schemars::JsonSchema)]
pub(super) struct WaiverEntry<'a> {
    reason: &'a str,
    owner: &'a str,
    /// The last day, in UTC.
    #[schemars(with = "String")]
    expires: jiff::civil::Date,
    file: FileEntry<'a>,
}

/// How the run differs from an earlier one.
#[derive(Serialize, schemars::JsonSchema)]
pub(super) struct ComparisonEntry<'a> {
    previous: PreviousEntry<'a>,
    /// Findings that were not known.
    new: usize,
    /// Findings that were.
    known: usize,
    /// What was open and is seen to be gone; most severe first.
    resolved: Vec<OpenEntry<'a>>,
    /// What was open and could not be decided about this time; most severe first.
    not_looked_at: Vec<OpenEntry<'a>>,
}

/// What a run was compared with.
#[derive(Serialize, schemars::JsonSchema)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub(super) enum PreviousEntry<'a> {
    /// No earlier run of the account was there: every finding is new.
    Nothing,
    /// Everything up to this run of the store.
    Run { run: &'a str },
    /// A report.
    Report {
        file: String,
        #[schemars(with = "Option<String>")]
        observed_at: Option<jiff::Timestamp>,
    },
}

/// A finding of an earlier run.
#[derive(Serialize, schemars::JsonSchema)]
pub(super) struct OpenEntry<'a> {
    id: &'a str,
    rule: &'a str,
    /// `info`, `low`, `medium`, `high` or `critical`.
    severity: &'static str,
    /// The role's ARN.
    role: Option<&'a Arn>,
    /// The role's, the managed policy's or the account's ARN.
    resource: &'a Arn,
    summary: &'a str,
    /// Whether it was waived when it was last seen.
    waived: bool,
    /// When it was first seen (RFC 3339).
    #[schemars(with = "Option<String>")]
    since: Option<jiff::Timestamp>,
    /// When it was last seen (RFC 3339).
    #[schemars(with = "Option<String>")]
    last_seen: Option<jiff::Timestamp>,
    /// Whether the last run could tell.
    looked_at: bool,
}

impl<'a> OpenEntry<'a> {
    pub(super) fn of(open: &'a Open) -> Self {
        let record = &open.record;
        Self {
            id: &record.id,
            rule: &record.rule,
            severity: record.severity.as_str(),
            role: record.role.as_ref(),
            resource: &record.resource,
            summary: &record.summary,
            waived: record.waived,
            since: open.since,
            last_seen: open.last_seen,
            looked_at: open.looked_at,
        }
    }
}

impl<'a> ComparisonEntry<'a> {
    pub(super) fn of(since: &'a Since) -> Self {
        let comparison = &since.comparison;
        Self {
            previous: match &since.previous {
                Previous::Nothing => PreviousEntry::Nothing,
                Previous::Run(id) => PreviousEntry::Run { run: id.as_str() },
                Previous::Report { path, observed_at } => PreviousEntry::Report {
                    file: path.display().to_string(),
                    observed_at: *observed_at,
                },
            },
            new: comparison.new_count(),
            known: comparison.known_count(),
            resolved: comparison.resolved.iter().map(OpenEntry::of).collect(),
            not_looked_at: comparison.not_looked_at.iter().map(OpenEntry::of).collect(),
        }
    }
}

impl<'a> FileEntry<'a> {
    pub(super) fn of(location: &'a FileLocation) -> Self {
        Self {
            path: &location.path,
            line: location.position.line,
            column: location.position.column,
        }
    }
}

impl<'a> WaiverEntry<'a> {
    pub(super) fn of(waiver: Acceptance<'a>) -> Self {
        Self {
            reason: waiver.reason,
            owner: waiver.owner,
            expires: waiver.expires,
            file: FileEntry::of(waiver.location),
        }
    }
}
