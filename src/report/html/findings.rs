//! Findings with their witnesses as sentences, and the rules behind them.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::page::Anchors;
use super::rich::Rich;
use crate::audit::{DocumentRef, Finding, Origin, Proof, Rule};
use crate::model::Arn;
use crate::report::view::Marked;
use crate::report::{Report, escape, facts};
use crate::store::Standing;

/// Shows a finding.
pub(super) struct FindingView {
    pub(super) place: usize,
    pub(super) id: String,
    pub(super) rule: &'static str,
    pub(super) severity: &'static str,
    pub(super) origin: &'static str,
    pub(super) made: &'static str,
    pub(super) confidence: &'static str,
    pub(super) summary: Rich,
    /// The account, where there are many.
    pub(super) account: Option<String>,
    /// What it is about, where that is none of the roles.
    pub(super) resource: Option<String>,
    pub(super) role: Option<(String, Option<usize>)>,
    pub(super) document: Option<Rich>,
    /// The anchor of the document's text.
    pub(super) target: Option<String>,
    pub(super) statement: Option<Rich>,
    pub(super) witness: Option<WitnessView>,
    pub(super) file: Option<String>,
    pub(super) waived: Option<String>,
    /// `new`, `known`, or nothing.
    pub(super) standing: &'static str,
    pub(super) since: Option<String>,
}

/// Shows a request that proves a difference.
pub(super) struct WitnessView {
    pub(super) shows: &'static str,
    pub(super) request: Rich,
    pub(super) reference: Rich,
    pub(super) actions: Vec<Cow<'static, str>>,
}

impl FindingView {
    pub(super) fn of(
        report: &Report,
        place: usize,
        finding: &Finding,
        anchors: &Anchors<'_>,
    ) -> Self {
        let target = target(report, finding, anchors);
        Self::of_marked(&Marked::of(report, finding), place, target, &anchors.roles)
    }

    /// Shows a finding; `roles` are those that the page has, with their anchors.
    pub(super) fn of_marked(
        marked: &Marked<'_>,
        place: usize,
        target: Option<String>,
        roles: &BTreeMap<&Arn, usize>,
    ) -> Self {
        let finding = marked.finding;
        let role = finding
            .role
            .as_ref()
            .filter(|role| **role != finding.resource);
        Self {
            place,
            id: finding.id.clone(),
            rule: finding.rule.id,
            severity: finding.rule.severity.as_str(),
            origin: finding.origin.as_str(),
            made: made(finding.origin),
            confidence: finding.confidence.as_str(),
            summary: Rich::new(&finding.summary),
            account: None,
            resource: (!roles.contains_key(&finding.resource))
                .then(|| escape::terminal(finding.resource.as_str())),
            role: role.map(|arn| (escape::terminal(arn.as_str()), roles.get(arn).copied())),
            document: finding
                .document
                .as_ref()
                .map(|own| Rich::new(&own.to_string())),
            target,
            statement: finding
                .statement
                .as_ref()
                .map(|own| Rich::new(&own.to_string())),
            witness: finding.proof.as_ref().map(witness),
            file: finding
                .file
                .as_ref()
                .map(|own| escape::terminal(&own.to_string())),
            waived: marked
                .waiver
                .map(|own| escape::terminal(&facts::waived(own))),
            standing: match marked.standing {
                None => "",
                Some(Standing::New) => "new",
                Some(Standing::Known { .. }) => "known",
            },
            since: marked.standing.map(facts::standing),
        }
    }
}

fn witness(proof: &Proof) -> WitnessView {
    WitnessView {
        shows: facts::shows(proof.gained),
        request: Rich::new(&proof.request.to_string()),
        reference: Rich::new(&proof.reference),
        actions: proof.actions.clone(),
    }
}

fn made(origin: Origin) -> &'static str {
    match origin {
        Origin::Aws => "made by AWS",
        Origin::Service => "made by the service",
        Origin::Account => "made in the account",
        Origin::Undetermined => "origin not known",
    }
}

/// Returns the anchor of the text that a finding is about, where the page has it.
fn target(report: &Report, finding: &Finding, anchors: &Anchors<'_>) -> Option<String> {
    let dossiers = report.dossiers.as_ref()?;
    if let DocumentRef::Managed { arn, .. } = finding.document.as_ref()? {
        return anchors.policies.get(arn).map(|place| format!("p{place}"));
    }
    let place = *anchors.roles.get(&finding.resource)?;
    match finding.document.as_ref()? {
        DocumentRef::Inline(name) => {
            let inline = dossiers.roles.get(place)?.inline.read()?.iter();
            let number = inline
                .clone()
                .position(|own| matches!(&own.which, DocumentRef::Inline(own) if own == name))?;
            Some(format!("r{place}i{number}"))
        }
        DocumentRef::Trust | DocumentRef::Managed { .. } => Some(format!("r{place}t")),
    }
}

/// Shows a rule that findings are about.
pub(super) struct RuleView {
    pub(super) id: &'static str,
    pub(super) severity: &'static str,
    pub(super) count: usize,
    pub(super) what: Rich,
    pub(super) why: Rich,
    pub(super) remediation: Rich,
    pub(super) false_positives: Rich,
    pub(super) source: &'static str,
}

/// Shows the rules with findings, the most severe first.
pub(super) fn rules(report: &Report) -> Vec<RuleView> {
    let mut counts: BTreeMap<_, (&'static Rule, usize)> = BTreeMap::new();
    for finding in &report.audit.findings {
        let rule = finding.rule;
        let key = (std::cmp::Reverse(rule.severity), rule.id);
        counts.entry(key).or_insert((rule, 0)).1 += 1;
    }
    let rules = counts.into_values();
    rules
        .map(|(rule, count)| RuleView::of(rule, count))
        .collect()
}

impl RuleView {
    pub(super) fn of(rule: &Rule, count: usize) -> Self {
        Self {
            id: rule.id,
            severity: rule.severity.as_str(),
            count,
            what: Rich::new(rule.what),
            why: Rich::new(rule.why),
            remediation: Rich::new(rule.remediation),
            false_positives: Rich::new(rule.false_positives),
            source: rule.source,
        }
    }
}
