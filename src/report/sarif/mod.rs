//! SARIF 2.1.0, for GitHub code scanning and every other viewer of static analysis.
//!
//! One run. What could not be decided are error notifications of a run that did not execute
//! successfully, so that no viewer takes an incomplete audit for a clean one.
//! Format: <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>; what GitHub reads of
//! it: <https://docs.github.com/en/code-security/reference/code-scanning/sarif-files/sarif-support-for-code-scanning>.

mod log;
mod message;
pub(super) mod results;
mod rules;

use std::io::{Result, Write};

use serde::Serialize;

use super::marks::ComparisonEntry;
use super::organization::Outcome;
use super::view::View;
use super::{Report, escape};
use crate::audit::all;
use log::{
    Artifact, ArtifactLocation, AutomationDetails, Descriptor, Driver, Identified, Invocation, Log,
    Notification, Run, RunProperties, Tool,
};
use message::text;

pub(super) fn render(report: &Report, out: &mut dyn Write) -> Result<()> {
    let audit = &report.audit;
    let view = View::of(report);
    let parts = Parts {
        // Everything before the last `/` is what GitHub tells analyses apart by.
        id: format!("roledrift/{}/{}/", audit.partition, audit.account),
        is_complete: audit.is_complete(),
        notifications: notifications(&view).collect::<Vec<_>>(),
        file: file(report),
        results: results::entries(&view, view.waived() > 0).collect::<Vec<_>>(),
        properties: RunProperties {
            account: &audit.account,
            partition: &audit.partition,
            collected_at: audit.collected_at,
            rules: &audit.rules,
            role_globs: &audit.role_globs,
            roles: audit.roles.len(),
            unread: report.coverage.unread().count(),
            waived: report.waived_count(),
            comparison: report.since.as_ref().map(ComparisonEntry::of),
            complete: audit.is_complete(),
        },
    };
    parts.write(out)
}

/// What one run differs by from another.
pub(super) struct Parts<'a, N, R, P> {
    pub(super) id: String,
    pub(super) is_complete: bool,
    /// A list of [`Notification`].
    pub(super) notifications: N,
    /// The file that results point into.
    pub(super) file: Option<&'a str>,
    /// A list of what [`results`] makes.
    pub(super) results: R,
    pub(super) properties: P,
}

impl<N: Serialize, R: Serialize, P: Serialize> Parts<'_, N, R, P> {
    pub(super) fn write(self, out: &mut dyn Write) -> Result<()> {
        let run = Run {
            tool: Tool {
                driver: Driver {
                    name: env!("CARGO_PKG_NAME"),
                    version: env!("CARGO_PKG_VERSION"),
                    semantic_version: env!("CARGO_PKG_VERSION"),
                    information_uri: "https://docs.aws.amazon.com/IAM/latest/UserGuide/using-service-linked-roles.html",
                    rules: all().iter().map(|rule| rules::entry(rule)).collect(),
                    notifications: notification_kinds(),
                },
            },
            invocations: [Invocation {
                execution_successful: self.is_complete,
                tool_execution_notifications: self.notifications,
            }],
            automation_details: AutomationDetails { id: self.id },
            artifacts: self
                .file
                .map(|path| Artifact {
                    location: ArtifactLocation {
                        uri: results::uri(path),
                    },
                })
                .into_iter()
                .collect(),
            results: self.results,
            column_kind: "unicodeCodePoints",
            properties: self.properties,
        };
        let log = Log {
            schema: "https://json.schemastore.org/sarif-2.1.0.json",
            version: "2.1.0",
            runs: [run],
        };
        escape::write_json(&log, out)
    }
}

fn notification_kinds() -> Vec<Descriptor> {
    [
        (
            "unread",
            "NotRead",
            "A fact that a rule needs could not be read.",
            "Grant the permission that the notification names, or record the account again.",
        ),
        (
            "malformed",
            "MalformedDocument",
            "A policy document could not be parsed.",
            "See the finding of malformed-policy about the same document.",
        ),
        (
            "undecided",
            "UndecidedComparison",
            "A comparison came to no answer.",
            "Compare the document with what it should be by hand.",
        ),
        (
            "failed",
            "AccountNotAudited",
            "An account of many could not be audited.",
            "Mend what the notification names, and audit the account again.",
        ),
        (
            "skipped",
            "AccountSkipped",
            "An account of many was not to be audited, or is suspended.",
            "Nothing, if that is meant.",
        ),
    ]
    .map(|(id, name, what, help)| Descriptor {
        id,
        name,
        short_description: text(what),
        full_description: text(&format!(
            "{what} The rules that the notification names claim nothing about its roles."
        )),
        help: text(help),
    })
    .into()
}

/// Returns the file that results point into: a snapshot, else a lock file.
fn file(report: &Report) -> Option<&str> {
    let recorded = report.recording.as_ref().map(|file| file.path.as_str());
    recorded.or_else(|| report.lock.as_ref().map(|file| file.path.as_str()))
}

/// Says what could not be decided about an account, or why nothing is known of it.
pub(super) fn notifications<'v>(view: &'v View<'_>) -> impl Iterator<Item = Notification<'v>> {
    view.undecided.iter().map(|cause| {
        let whose = if view.is_of_many {
            format!("Account {} {}: ", view.called(), view.outcome.as_str())
        } else {
            String::new()
        };
        Notification {
            level: match view.outcome {
                Outcome::Skipped => "note",
                _ if view.is_of_many && view.outcome == Outcome::Incomplete => "warning",
                _ => "error",
            },
            message: text(&format!("{whose}{}.", cause.sentence())),
            descriptor: Identified { id: cause.kind },
            properties: log::NotificationProperties {
                account: view.is_of_many.then_some(view.account),
                outcome: view.is_of_many.then(|| view.outcome.as_str()),
                rules: cause.rules.iter().copied().collect(),
                roles: cause.roles.iter().copied().collect(),
            },
        }
    })
}
