//! The state of the account at a glance, and what could not be read or decided.

use super::page::{Anchors, counted, readable};
use super::rich::Rich;
use crate::audit::Status;
use crate::model::Severity;
use crate::report::undecided::undecided;
use crate::report::{Report, escape, facts};

/// Sums up the account.
pub(super) struct Glance {
    pub(super) account: String,
    pub(super) partition: String,
    pub(super) read: Option<(String, String)>,
    pub(super) roles: String,
    pub(super) is_complete: bool,
    /// What the account's state is, in one sentence.
    pub(super) headline: String,
    pub(super) statuses: Vec<Share>,
    pub(super) severities: Vec<Share>,
    pub(super) waived: usize,
    pub(super) unread: usize,
    pub(super) causes: usize,
    pub(super) selection: Option<String>,
}

/// Holds a part of a bar.
pub(super) struct Share {
    pub(super) name: &'static str,
    pub(super) label: &'static str,
    pub(super) count: usize,
    /// Where it begins and how wide it is, of 1000.
    pub(super) start: usize,
    pub(super) width: usize,
}

/// Names a status as people read it.
pub(super) fn label(status: Status) -> &'static str {
    match status {
        Status::Drifted => "drifted",
        Status::Inconclusive => "inconclusive",
        Status::Uncatalogued => "uncatalogued",
        Status::Conforms => "conforms",
    }
}

pub(super) const STATUSES: [Status; 4] = [
    Status::Drifted,
    Status::Inconclusive,
    Status::Uncatalogued,
    Status::Conforms,
];

impl Glance {
    pub(super) fn of(report: &Report) -> Self {
        let audit = &report.audit;
        let statuses = STATUSES.map(|status| (status.as_str(), label(status), audit.count(status)));
        let mut severities = Severity::ALL;
        severities.reverse();
        let severities = severities.map(|severity| {
            let findings = audit.findings.iter();
            let count = findings.filter(|own| own.rule.severity == severity).count();
            (severity.as_str(), severity.as_str(), count)
        });
        let causes = undecided(audit).len();
        let selection =
            facts::selection(audit.rules.len(), audit.owners_skipped, &audit.role_globs);
        Self {
            account: audit.account.to_string(),
            partition: audit.partition.to_string(),
            read: audit
                .collected_at
                .map(|time| (time.to_string(), readable(time))),
            roles: counted(audit.roles.len(), "role", "roles"),
            is_complete: audit.is_complete(),
            headline: headline(report),
            statuses: shares(&statuses),
            severities: shares(&severities),
            waived: report.waived_count(),
            unread: report.coverage.unread().count(),
            causes,
            selection: selection.map(|text| escape::terminal(&text)),
        }
    }
}

fn headline(report: &Report) -> String {
    let audit = &report.audit;
    let count = |status| audit.count(status);
    let open = report
        .unwaived()
        .filter(|own| own.rule.severity > Severity::Info)
        .count();
    let found = match (count(Status::Drifted), open) {
        (0, 0) => "No drift was found".to_owned(),
        (0, open) => format!("{} above info", counted(open, "finding", "findings")),
        (drifted, _) => format!(
            "{} from {} baseline",
            counted(drifted, "role departs", "roles depart"),
            if drifted == 1 { "its" } else { "their" }
        ),
    };
    if audit.is_complete() {
        format!("{found}. Every rule that ran could decide.")
    } else {
        format!("{found}, but not everything could be read or decided.")
    }
}

pub(super) fn shares(counts: &[(&'static str, &'static str, usize)]) -> Vec<Share> {
    let all: usize = counts.iter().map(|(_, _, count)| count).sum();
    let place = |before: usize| (before * 1000).checked_div(all).unwrap_or(0);
    let mut before = 0;
    let shares = counts.iter().map(|&(name, label, count)| {
        let start = place(before);
        before += count;
        Share {
            name,
            label,
            count,
            start,
            width: place(before) - start,
        }
    });
    shares.collect()
}

/// Shows one cause of what could not be decided.
pub(super) struct CauseView {
    pub(super) problem: Rich,
    pub(super) rules: Vec<&'static str>,
    /// Names and anchors of the first roles; none for the account as a whole.
    pub(super) roles: Vec<(String, usize)>,
    pub(super) more: usize,
}

/// How many roles of a cause are named.
const MOST_ROLES: usize = 8;

pub(super) fn causes(report: &Report, anchors: &Anchors<'_>) -> Vec<CauseView> {
    let causes = undecided(&report.audit).into_iter().map(|cause| {
        let roles = cause.roles.iter().take(MOST_ROLES);
        let roles =
            roles.filter_map(|arn| Some((escape::terminal(arn.name()), *anchors.roles.get(arn)?)));
        CauseView {
            problem: Rich::new(&cause.problem),
            rules: cause.rules.iter().copied().collect(),
            roles: roles.collect(),
            more: cause.roles.len().saturating_sub(MOST_ROLES),
        }
    });
    causes.collect()
}

/// Shows facts that were not read for one reason.
pub(super) struct UnreadView {
    pub(super) what: String,
    pub(super) why: String,
}

/// How many facts that were not read are listed.
const MOST_UNREAD: usize = 500;

pub(super) fn unread(report: &Report) -> Vec<UnreadView> {
    let unread = report
        .coverage
        .unread()
        .take(MOST_UNREAD)
        .map(|(entry, why)| {
            let whose = entry.subject.name().unwrap_or("the account");
            UnreadView {
                what: escape::terminal(&format!("{} of {whose}", entry.fact)),
                why: escape::terminal(&why.to_string()),
            }
        });
    unread.collect()
}
