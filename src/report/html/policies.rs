//! Managed policies: their text beside the known one, and the timeline of their versions.

use std::collections::BTreeSet;

use super::document::Pair;
use super::page::{Anchors, readable};
use super::roles::DocumentView;
use crate::audit::{DocumentRef, PolicyDossier, Step};
use crate::model::PolicyVersion;
use crate::report::{Report, escape};

/// Shows a managed policy.
pub(super) struct PolicyView {
    pub(super) place: usize,
    pub(super) name: String,
    pub(super) arn: String,
    pub(super) version: String,
    pub(super) is_covered: bool,
    pub(super) carriers: usize,
    pub(super) document: DocumentView,
    /// The versions, newest first.
    pub(super) steps: Vec<StepView>,
    pub(super) findings: usize,
}

/// Shows what a version changed.
pub(super) struct StepView {
    pub(super) version: String,
    /// When AWS created it, for machines and for people; nothing where that is not known.
    pub(super) created: Option<(String, String)>,
    pub(super) is_in_force: bool,
    pub(super) is_newest: bool,
    /// The version that it is compared with, where that is not the one just before.
    pub(super) since: Option<String>,
    /// What is said where no change is listed.
    pub(super) note: Option<&'static str>,
    pub(super) changes: Vec<ChangeView>,
    pub(super) is_cut_short: bool,
}

/// Shows actions that changed alike.
pub(super) struct ChangeView {
    pub(super) class: &'static str,
    pub(super) says: &'static str,
    pub(super) count: usize,
    pub(super) names: String,
}

impl PolicyView {
    pub(super) fn all(report: &Report, anchors: &Anchors<'_>) -> Vec<Self> {
        let policies = report.dossiers.iter().flat_map(|own| own.policies.values());
        let policies = policies.map(|policy| {
            let place = anchors
                .policies
                .get(&policy.arn)
                .copied()
                .unwrap_or_default();
            Self::of(report, place, policy)
        });
        policies.collect()
    }

    fn of(report: &Report, place: usize, policy: &PolicyDossier) -> Self {
        let about = |which: &DocumentRef| matches!(which, DocumentRef::Managed { arn, .. } if *arn == policy.arn);
        let findings = report.audit.findings.iter();
        let findings: Vec<_> = findings
            .filter(|own| own.document.as_ref().is_some_and(about))
            .collect();
        let marked: BTreeSet<usize> = findings
            .iter()
            .filter_map(|own| Some(own.statement.as_ref()?.index))
            .collect();
        let roles = report.dossiers.iter().flat_map(|own| &own.roles);
        let carriers = roles.filter(|role| {
            role.role
                .attached
                .read()
                .is_some_and(|own| own.contains(&policy.arn))
        });
        let in_force = policy.version.read().copied();
        let newest = policy.steps.last().map(|step| step.version);
        let version = match &policy.version {
            crate::inventory::Observed::Read(version) => version.to_string(),
            crate::inventory::Observed::NotRead(unread) => format!("version not read: {unread}"),
        };
        let unknown = in_force.filter(|_| !policy.steps.is_empty());
        let unknown = unknown.filter(|own| policy.steps.iter().all(|step| step.version != *own));
        let steps = policy.steps.iter().rev().map(|step| StepView {
            is_in_force: Some(step.version) == in_force,
            is_newest: Some(step.version) == newest,
            ..StepView::of(step)
        });
        Self {
            place,
            name: escape::terminal(policy.arn.name()),
            arn: escape::terminal(policy.arn.as_str()),
            version: escape::terminal(&version),
            is_covered: !policy.steps.is_empty(),
            carriers: carriers.count(),
            document: document(place, policy, &marked),
            steps: unknown
                .map(StepView::unknown)
                .into_iter()
                .chain(steps)
                .collect(),
            findings: findings.len(),
        }
    }
}

fn document(place: usize, policy: &PolicyDossier, marked: &BTreeSet<usize>) -> DocumentView {
    let written = &policy.document;
    let mut view = DocumentView::alone(format!("p{place}d"), written, marked);
    if let (Some(beside), false) = (policy.beside, written.text.is_empty()) {
        view.pair = Pair::of(
            (
                "in the account".to_owned(),
                &written.text,
                &written.statements,
            ),
            (
                format!("as AWS's {beside} is known"),
                &policy.known_text,
                &policy.known_statements,
            ),
            marked,
        );
    }
    view
}

impl StepView {
    /// Shows the version in force where it is none of the known ones.
    fn unknown(version: PolicyVersion) -> Self {
        Self {
            version: version.to_string(),
            created: None,
            is_in_force: true,
            is_newest: false,
            since: None,
            note: Some(
                "Not one of the known versions. Its text stands below, beside the newest known one.",
            ),
            changes: Vec::new(),
            is_cut_short: false,
        }
    }

    fn of(step: &Step) -> Self {
        let change = |class, says, actions: &[&'static str]| {
            (!actions.is_empty()).then(|| ChangeView {
                class,
                says,
                count: actions.len(),
                names: actions.join(", "),
            })
        };
        let changes = [
            change("gained", "added", &step.added),
            change("gained", "widened", &step.widened),
            change("lost", "removed", &step.removed),
            change("lost", "narrowed", &step.narrowed),
        ];
        let changes: Vec<ChangeView> = changes.into_iter().flatten().collect();
        let just_before = step
            .before
            .map(|own| own.number() + 1 == step.version.number());
        Self {
            version: step.version.to_string(),
            created: Some((step.created.to_string(), readable(step.created))),
            is_in_force: false,
            is_newest: false,
            since: step
                .before
                .filter(|_| just_before == Some(false))
                .map(|own| own.to_string()),
            note: match step.before {
                None => Some("The first known version."),
                Some(_) if changes.is_empty() && !step.is_cut_short => {
                    Some("No published action more or less.")
                }
                Some(_) => None,
            },
            changes,
            is_cut_short: step.is_cut_short,
        }
    }
}
