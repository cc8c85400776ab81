//! The whole page.

use std::collections::{BTreeMap, BTreeSet};

use askama::Template;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

use super::access::AccessView;
use super::findings::{FindingView, RuleView, rules};
use super::glance::{CauseView, Glance, UnreadView, causes, unread};
use super::policies::PolicyView;
use super::roles::{Family, families};
use super::trend::{Since, Trend};
use super::{SCRIPT, STYLE};
use crate::model::Arn;
use crate::report::view::View;
use crate::report::{Report, facts};

#[derive(Template)]
#[template(path = "page.html")]
pub(super) struct Page {
    policy: String,
    style: &'static str,
    script: &'static str,
    tool: &'static str,
    glance: Glance,
    since: Option<Since>,
    trend: Option<Trend>,
    causes: Vec<CauseView>,
    families: Vec<Family>,
    elsewhere: Vec<FindingView>,
    policies: Vec<PolicyView>,
    /// Whether documents and comparisons are part of the report.
    has_documents: bool,
    rules: Vec<RuleView>,
    unread: Vec<UnreadView>,
    facts: Vec<(&'static str, String)>,
}

/// Gives roles, policies and documents their anchors.
pub(super) struct Anchors<'r> {
    pub(super) roles: BTreeMap<&'r Arn, usize>,
    pub(super) policies: BTreeMap<&'r Arn, usize>,
}

impl Page {
    pub(super) fn of(report: &Report) -> Self {
        let anchors = anchors(report);
        let judged: BTreeSet<&Arn> = report.audit.roles.iter().map(|role| &role.arn).collect();
        let elsewhere = report.audit.findings.iter().enumerate();
        let elsewhere = elsewhere
            .filter(|(_, finding)| !judged.contains(&finding.resource))
            .map(|(place, finding)| FindingView::of(report, place, finding, &anchors));
        Self {
            policy: content_policy(SCRIPT),
            style: STYLE,
            script: SCRIPT,
            tool: facts::TOOL,
            glance: Glance::of(report),
            since: Since::of(report),
            trend: report.history.as_ref().and_then(Trend::of),
            causes: causes(report, &anchors),
            elsewhere: elsewhere.collect(),
            families: families(report, &anchors),
            policies: PolicyView::all(report, &anchors),
            has_documents: report.dossiers.is_some(),
            rules: rules(report),
            unread: unread(report),
            facts: facts::of_run(&View::of(report)),
        }
    }
}

fn anchors(report: &Report) -> Anchors<'_> {
    let roles = report.audit.roles.iter().enumerate();
    let policies = report.dossiers.iter().flat_map(|own| own.policies.keys());
    Anchors {
        roles: roles.map(|(place, role)| (&role.arn, place)).collect(),
        policies: policies
            .enumerate()
            .map(|(place, arn)| (arn, place))
            .collect(),
    }
}

/// Allows the style sheet and a page's own script, and nothing else.
///
/// See <https://www.w3.org/TR/CSP3/>.
pub(super) fn content_policy(script: &str) -> String {
    let digest = |text: &str| STANDARD.encode(Sha256::digest(text.as_bytes()));
    format!(
        "default-src 'none'; style-src 'sha256-{}'; script-src 'sha256-{}'; base-uri 'none'; form-action 'none'",
        digest(STYLE),
        digest(script)
    )
}

/// Writes `1 role`, `2 roles`.
pub(super) fn counted(count: usize, one: &str, more: &str) -> String {
    if count == 1 {
        format!("1 {one}")
    } else {
        format!("{count} {more}")
    }
}

/// Writes a time as people read it.
pub(super) fn readable(time: jiff::Timestamp) -> String {
    time.to_zoned(jiff::tz::TimeZone::UTC)
        .strftime("%Y-%m-%d %H:%M UTC")
        .to_string()
}
