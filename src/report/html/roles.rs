//! Roles, by family and status.

use std::collections::{BTreeMap, BTreeSet};

use super::access::AccessView;
use super::document::{Pair, Text};
use super::findings::FindingView;
use super::glance::label;
use super::page::Anchors;
use super::rich::Rich;
use crate::audit::{
    DocumentRef, Dossiers, FeatureGrant, Finding, RoleAudit, RoleDossier, Status, Written,
};
use crate::inventory::Observed;
use crate::model::{Arn, Severity};
use crate::report::{Report, escape};

/// Holds roles of one kind.
pub(super) struct Family {
    pub(super) title: String,
    pub(super) id: String,
    pub(super) roles: Vec<RoleView>,
}

/// Shows one role.
pub(super) struct RoleView {
    pub(super) place: usize,
    pub(super) name: String,
    pub(super) arn: String,
    pub(super) family: String,
    pub(super) status: &'static str,
    pub(super) label: &'static str,
    pub(super) worst: Option<&'static str>,
    pub(super) findings: Vec<FindingView>,
    pub(super) gaps: Vec<Rich>,
    pub(super) documents: Option<Documents>,
}

/// Shows what was read of a role.
pub(super) struct Documents {
    pub(super) facts: Vec<(&'static str, Rich)>,
    pub(super) access: AccessView,
    pub(super) trust: DocumentView,
    pub(super) inline: Vec<DocumentView>,
    pub(super) inline_problem: Option<String>,
    /// The managed policies: name and anchor.
    pub(super) attached: Vec<(String, Option<usize>)>,
    pub(super) attached_problem: Option<String>,
}

/// Shows a document beside what it should be.
pub(super) struct DocumentView {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) title: Rich,
    pub(super) problem: Option<String>,
    pub(super) pair: Option<Pair>,
    pub(super) text: Option<Text>,
    pub(super) is_marked: bool,
    /// What features may be granted in the services that the document names.
    pub(super) grants: Option<Vec<GrantView>>,
}

/// Shows what a feature may be granted.
pub(super) struct GrantView {
    pub(super) title: String,
    pub(super) state: &'static str,
    pub(super) actions: String,
    pub(super) resources: Vec<String>,
}

/// How many resources of a feature are listed.
const MOST_RESOURCES: usize = 6;

/// Shows all roles: families first, then other catalogued roles, then what is not catalogued.
pub(super) fn families(report: &Report, anchors: &Anchors<'_>) -> Vec<Family> {
    let mut findings: BTreeMap<&Arn, Vec<(usize, &Finding)>> = BTreeMap::new();
    for (place, finding) in report.audit.findings.iter().enumerate() {
        findings
            .entry(&finding.resource)
            .or_default()
            .push((place, finding));
    }
    let accesses = report.dossiers.as_ref().map_or(0, |own| own.accesses.len());
    let mut first = vec![None; accesses];
    let mut families: BTreeMap<(u8, String), Vec<RoleView>> = BTreeMap::new();
    let mut order: Vec<(usize, &RoleAudit)> = report.audit.roles.iter().enumerate().collect();
    order.sort_by_key(|(_, role)| role.status);
    for (place, role) in order {
        let found = findings.remove(&role.arn).unwrap_or_default();
        let dossier = report.dossiers.as_ref().and_then(|own| {
            let dossier = own.roles.get(place)?;
            Some((own, dossier))
        });
        let key = family(role, dossier.map(|(_, own)| own));
        let view = RoleView::of(report, (place, role), &found, dossier, anchors, &mut first);
        families.entry(key).or_default().push(view);
    }
    let families = families.into_iter().enumerate();
    let families = families.map(|(number, ((_, title), mut roles))| {
        roles.sort_by_key(RoleView::order);
        for role in &mut roles {
            role.family = format!("g{number}");
        }
        Family {
            title,
            id: format!("g{number}"),
            roles,
        }
    });
    families.collect()
}

fn family(role: &RoleAudit, dossier: Option<&RoleDossier>) -> (u8, String) {
    match (dossier, &role.baseline) {
        (Some(own), _) if own.is_family => (0, own.title.clone().unwrap_or_default()),
        (Some(own), None) if own.linked.is_none() => (2, "Look-alikes on other paths".to_owned()),
        (_, Some(_)) => (1, "Other catalogued roles".to_owned()),
        (_, None) => (3, "Roles without a baseline".to_owned()),
    }
}

impl RoleView {
    fn of(
        report: &Report,
        (place, role): (usize, &RoleAudit),
        found: &[(usize, &Finding)],
        dossier: Option<(&Dossiers, &RoleDossier)>,
        anchors: &Anchors<'_>,
        first: &mut [Option<usize>],
    ) -> Self {
        let worst = found.iter().map(|(_, own)| own.rule.severity).max();
        let views = found
            .iter()
            .map(|(at, own)| FindingView::of(report, *at, own, anchors));
        let mut causes: Vec<String> = role.gaps.iter().map(|gap| gap.cause.to_string()).collect();
        causes.dedup();
        Self {
            place,
            name: escape::terminal(role.name.as_str()),
            arn: escape::terminal(role.arn.as_str()),
            family: String::new(),
            status: role.status.as_str(),
            label: label(role.status),
            worst: worst.map(Severity::as_str),
            findings: views.collect(),
            gaps: causes.iter().map(|cause| Rich::new(cause)).collect(),
            documents: dossier.map(|(all, own)| documents(all, own, place, found, anchors, first)),
        }
    }

    fn order(&self) -> impl Ord + use<> {
        let statuses = [Status::Drifted, Status::Inconclusive, Status::Uncatalogued];
        let status = statuses.iter().position(|own| own.as_str() == self.status);
        let worst = Severity::ALL
            .iter()
            .position(|own| Some(own.as_str()) == self.worst);
        (
            status.unwrap_or(statuses.len()),
            std::cmp::Reverse(worst),
            self.name.clone(),
        )
    }
}

fn documents(
    all: &Dossiers,
    own: &RoleDossier,
    place: usize,
    found: &[(usize, &Finding)],
    anchors: &Anchors<'_>,
    first: &mut [Option<usize>],
) -> Documents {
    let grants = own.grants.and_then(|number| all.grants.get(number));
    let inline = own.inline.read().into_iter().flatten().enumerate();
    let inline = inline.map(|(number, written)| DocumentView {
        grants: grants.map(|grants| beside(grants, written)),
        ..DocumentView::alone(
            format!("r{place}i{number}"),
            written,
            &marked(found, &written.which),
        )
    });
    let attached = own.role.attached.read().into_iter().flatten();
    Documents {
        facts: super::facts::facts(own),
        access: AccessView::of(all, place, own, first),
        trust: trust(own, place, &marked(found, &DocumentRef::Trust)),
        inline: inline.collect(),
        inline_problem: problem(&own.role.inline),
        attached: attached
            .map(|arn| {
                (
                    escape::terminal(arn.as_str()),
                    anchors.policies.get(arn).copied(),
                )
            })
            .collect(),
        attached_problem: problem(&own.role.attached),
    }
}

fn problem<T>(observed: &Observed<T>) -> Option<String> {
    observed
        .unread()
        .map(|unread| escape::terminal(&unread.to_string()))
}

/// Returns the statements of a document that findings are about.
fn marked(found: &[(usize, &Finding)], which: &DocumentRef) -> BTreeSet<usize> {
    let found = found
        .iter()
        .filter(|(_, own)| own.document.as_ref() == Some(which));
    found
        .filter_map(|(_, own)| Some(own.statement.as_ref()?.index))
        .collect()
}

impl DocumentView {
    pub(super) fn alone(id: String, written: &Written, marked: &BTreeSet<usize>) -> Self {
        Self {
            id,
            name: escape::terminal(&written.which.to_string()),
            title: Rich::new(&written.which.to_string()),
            problem: written.problem.as_deref().map(escape::terminal),
            pair: None,
            text: (!written.text.is_empty())
                .then(|| Text::of(&written.text, &written.statements, marked)),
            is_marked: !marked.is_empty(),
            grants: None,
        }
    }
}

fn trust(own: &RoleDossier, place: usize, marked: &BTreeSet<usize>) -> DocumentView {
    let written = &own.trust;
    let mut view = DocumentView::alone(format!("r{place}t"), written, marked);
    if let (Some(expected), true) = (&own.expected_trust, !written.text.is_empty()) {
        view.pair = Pair::of(
            (
                "in the account".to_owned(),
                &written.text,
                &written.statements,
            ),
            ("as created".to_owned(), expected, &[]),
            marked,
        );
        if let Some(pair) = &view.pair {
            view.is_marked |= !pair.is_equal;
        }
    }
    view
}

/// Shows what features may be granted in the services that a document names.
fn beside(grants: &[FeatureGrant], written: &Written) -> Vec<GrantView> {
    let concerns = |action: &&String| {
        let service = action
            .split(':')
            .next()
            .unwrap_or_default()
            .to_ascii_lowercase();
        written.services.contains(&service)
    };
    let views = grants.iter().filter_map(|grant| {
        let actions: Vec<&str> = grant
            .actions
            .iter()
            .filter(concerns)
            .map(String::as_str)
            .collect();
        if actions.is_empty() {
            return None;
        }
        let mut resources: Vec<String> = grant
            .resources
            .iter()
            .take(MOST_RESOURCES)
            .map(|own| escape::terminal(own))
            .collect();
        let more = grant.resources.len().saturating_sub(MOST_RESOURCES);
        resources.extend((more > 0).then(|| format!("and {more} more")));
        Some(GrantView {
            title: escape::terminal(&grant.title),
            state: match (
                grant.is_retired,
                grant.evidence.is_evidence(),
                grant.resources.is_empty(),
            ) {
                (true, _, _) => "the service has ended",
                (false, _, true) => "not configured",
                (false, false, false) => "grants not evidenced",
                (false, true, false) => "",
            },
            actions: escape::terminal(&actions.join(", ")),
            resources,
        })
    });
    views.collect()
}
