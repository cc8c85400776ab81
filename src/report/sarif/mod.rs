//! SARIF 2.1.0, for GitHub code scanning and every other viewer of static analysis.
//!
//! One run. What could not be decided are error notifications of a run that did not execute
//! successfully, so that no viewer takes an incomplete audit for a clean one.
//! Format: <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>; what GitHub reads of
//! it: <https://docs.github.com/en/code-security/reference/code-scanning/sarif-files/sarif-support-for-code-scanning>.

mod log;
mod message;
mod results;
mod rules;

use std::io::{Result, Write};

use super::marks::ComparisonEntry;
use super::undecided::undecided;
use super::{Report, escape};
use crate::audit::all;
use log::{
    Artifact, ArtifactLocation, AutomationDetails, Descriptor, Driver, Identified, Invocation, Log,
    Notification, Run, RunProperties, Tool,
};
use message::text;

pub(super) fn render(report: &Report, out: &mut dyn Write) -> Result<()> {
    let log = Log {
        schema: "https://json.schemastore.org/sarif-2.1.0.json",
        version: "2.1.0",
        runs: [run(report)],
    };
    out.write_all(escape::json(&serde_json::to_string_pretty(&log)?).as_bytes())?;
    out.write_all(b"\n")
}

fn run(report: &Report) -> Run<'_> {
    let audit = &report.audit;
    Run {
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
            execution_successful: audit.is_complete(),
            tool_execution_notifications: notifications(report),
        }],
        // Everything before the last `/` is what GitHub tells analyses apart by.
        automation_details: AutomationDetails {
            id: format!("roledrift/{}/{}/", audit.partition, audit.account),
        },
        artifacts: file(report)
            .map(|path| Artifact {
                location: ArtifactLocation {
                    uri: results::uri(path),
                },
            })
            .into_iter()
            .collect(),
        results: results::entries(report),
        column_kind: "unicodeCodePoints",
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

fn notifications(report: &Report) -> Vec<Notification<'_>> {
    undecided(&report.audit)
        .into_iter()
        .map(|cause| Notification {
            level: "error",
            message: text(&format!("{}.", cause.sentence())),
            descriptor: Identified { id: cause.kind },
            properties: log::NotificationProperties {
                rules: cause.rules.into_iter().collect(),
                roles: cause.roles.into_iter().collect(),
            },
        })
        .collect()
}
