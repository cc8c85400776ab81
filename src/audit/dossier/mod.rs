//! What a reviewer reads beside the findings: each role with its documents, what it may do against
//! its baseline, and how AWS's policies came to what they are.
//!
//! Changes no judgement and makes no finding. What it takes is bounded by counted steps, and roles
//! with equal documents share what was found out about them. Must not know how it is shown.

mod access;
mod policies;
mod reference;
mod written;

use std::collections::BTreeMap;

pub use access::{Access, ActionAccess, Change, NotListed};
pub use policies::{PolicyDossier, Step};
pub use reference::Reference;
pub use written::Written;

use self::access::Accesses;
use super::ceiling::Ceiling;
use super::memory::Memory;
use super::subject::Subject;
use super::{Audit, Status, rules};
use crate::baselines::{Baselines, Evidence};
use crate::inventory::{Inventory, Observed, Role};
use crate::model::{Arn, ServicePrincipal};

/// Holds what a reviewer of an account reads.
#[derive(Debug, Clone, Default)]
pub struct Dossiers {
    /// The judged roles, in the audit's order.
    pub roles: Vec<RoleDossier>,
    /// The managed policies that they carry.
    pub policies: BTreeMap<Arn, PolicyDossier>,
    /// What roles may do; several roles can share one.
    pub accesses: Vec<Access>,
    /// What the features of a role may be granted; several roles can share one list.
    pub grants: Vec<Vec<FeatureGrant>>,
}

/// Holds one role with its documents.
#[derive(Debug, Clone)]
pub struct RoleDossier {
    /// The role as it was read.
    pub role: Role,
    /// The service in its path; `None` for look-alikes.
    pub linked: Option<ServicePrincipal>,
    /// What a reader calls its baseline; `None` where none is known.
    pub title: Option<String>,
    /// Whether the baseline is that of a family, with known policy versions.
    pub is_family: bool,
    /// The trust policy.
    pub trust: Written,
    /// The trust policy that the role was created with; `None` for look-alikes.
    pub expected_trust: Option<String>,
    /// The inline policies.
    pub inline: Observed<Vec<Written>>,
    /// The instances that name it.
    pub serves: Vec<String>,
    /// Its place in [`Dossiers::accesses`], or why there is none.
    pub access: Result<usize, NotListed>,
    /// Its place in [`Dossiers::grants`]; `None` where no baseline is known.
    pub grants: Option<usize>,
}

/// Says what a feature may be granted, as it is configured for a role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeatureGrant {
    /// What a reader calls the feature.
    pub title: String,
    /// How well its grants are known.
    pub evidence: Evidence,
    /// Whether its service has ended.
    pub is_retired: bool,
    /// The actions.
    pub actions: Vec<String>,
    /// The resources; empty where the feature is not configured.
    pub resources: Vec<String>,
}

/// Gathers what a reviewer of an audit reads, from what the audit was made of.
pub fn dossiers(inventory: &Inventory, baselines: &Baselines, audit: &Audit) -> Dossiers {
    let judged: BTreeMap<&Arn, Status> = (audit.roles.iter())
        .map(|role| (&role.arn, role.status))
        .collect();
    let memory = Memory::default();
    let subjects: Vec<Subject<'_>> = (inventory.roles.iter())
        .filter(|role| judged.contains_key(&role.arn))
        .map(|role| Subject::new(inventory, baselines, &memory, role))
        .collect();
    // Drifted roles first: should the steps not be enough, others go without.
    let mut order: Vec<&Subject<'_>> = subjects.iter().collect();
    order.sort_by_key(|subject| judged.get(&subject.role.arn));
    let mut accesses = Accesses::default();
    let mut grants = Grants::default();
    let mut found = BTreeMap::new();
    for subject in order {
        let access = accesses.of(subject);
        let ceiling = subject.ceiling().map(|ceiling| grants.of(ceiling));
        found.insert(&subject.role.arn, (access, ceiling));
    }
    let roles = subjects.iter().map(|subject| {
        let (access, grants) =
            (found.remove(&subject.role.arn)).unwrap_or((Err(NotListed::Steps), None));
        role(subject, access, grants)
    });
    Dossiers {
        roles: roles.collect(),
        policies: policies::policies(inventory, &subjects),
        accesses: accesses.listed,
        grants: grants.listed,
    }
}

fn role(
    subject: &Subject<'_>,
    access: Result<usize, NotListed>,
    grants: Option<usize>,
) -> RoleDossier {
    let baseline = subject.baseline();
    let families = subject.baselines.families().iter();
    let served = subject.served.iter().flat_map(|served| &served.owners);
    RoleDossier {
        role: subject.role.clone(),
        linked: subject.linked.clone(),
        title: baseline.map(|baseline| baseline.title.clone()),
        is_family: baseline.is_some_and(|own| families.clone().any(|family| family.id == own.id)),
        trust: Written::of(&subject.trust),
        expected_trust: (subject.linked.as_ref()).map(rules::trust_text),
        inline: match &subject.inline {
            Observed::Read(sources) => Observed::Read(sources.iter().map(Written::of).collect()),
            Observed::NotRead(unread) => Observed::NotRead(unread.clone()),
        },
        serves: served.map(super::served::Owner::name).collect(),
        access,
        grants,
    }
}

/// Collects lists of grants, equal ones once.
#[derive(Default)]
struct Grants {
    listed: Vec<Vec<FeatureGrant>>,
}

impl Grants {
    fn of(&mut self, ceiling: &Ceiling<'_>) -> usize {
        let live = ceiling.features.iter().map(|one| {
            let bindings = one.bindings();
            grant(one.feature, &bindings, false)
        });
        let retired = ceiling.retired.iter();
        let retired = retired.map(|feature| grant(feature, &[], true));
        let list: Vec<FeatureGrant> = live.chain(retired).collect();
        let known = self.listed.iter().rposition(|known| *known == list);
        known.unwrap_or_else(|| {
            self.listed.push(list);
            self.listed.len() - 1
        })
    }
}

fn grant(
    feature: &crate::baselines::Feature,
    bindings: &[crate::baselines::Bindings],
    is_retired: bool,
) -> FeatureGrant {
    let actions = feature.grants.iter().flat_map(|grant| &grant.actions);
    let mut actions: Vec<String> = actions.map(|action| action.text().to_owned()).collect();
    actions.sort();
    actions.dedup();
    let resources = bindings.iter().flat_map(|own| feature.resources(own));
    let mut resources: Vec<String> = resources.collect();
    resources.sort();
    resources.dedup();
    FeatureGrant {
        title: feature.title.clone(),
        evidence: feature.evidence,
        is_retired,
        actions,
        resources,
    }
}
