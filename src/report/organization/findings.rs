//! What formats for people show of a finding's line.

use serde::Deserialize;

use super::AccountResult;
use crate::model::{Arn, Severity};

/// Holds a finding of an account.
#[derive(Deserialize)]
pub(super) struct FindingLine {
    pub(super) id: String,
    pub(super) rule: String,
    severity: String,
    pub(super) resource: Arn,
    pub(super) summary: String,
    witness: Option<Witness>,
    waiver: Option<serde::de::IgnoredAny>,
}

#[derive(Deserialize)]
struct Witness {
    text: String,
}

#[derive(Deserialize)]
struct Kind<'a> {
    kind: &'a str,
}

impl FindingLine {
    /// Returns the severity; one that this release does not know is the highest.
    pub(super) fn severity(&self) -> Severity {
        self.severity.parse().unwrap_or(Severity::Critical)
    }

    pub(super) fn is_waived(&self) -> bool {
        self.waiver.is_some()
    }

    pub(super) fn witness(&self) -> Option<&str> {
        self.witness.as_ref().map(|witness| witness.text.as_str())
    }
}

impl AccountResult {
    /// Returns every finding.
    pub(super) fn findings(&self) -> impl Iterator<Item = FindingLine> {
        self.lines.iter().filter_map(|line| {
            let kind: Kind<'_> = serde_json::from_str(line.get()).ok()?;
            (kind.kind == "finding").then_some(())?;
            serde_json::from_str::<FindingLine>(line.get()).ok()
        })
    }

    /// Returns the findings to show: those that ask for something, and that nobody decided to live
    /// with unless `waived`.
    pub(super) fn shown(&self, waived: bool) -> impl Iterator<Item = FindingLine> {
        self.findings().filter(move |finding| {
            finding.severity() > Severity::Info && (waived || !finding.is_waived())
        })
    }
}
