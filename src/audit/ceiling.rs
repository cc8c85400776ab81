//! What a role may be granted beyond its managed policies: the features of its family, as the
//! role's owners have configured them.

use super::configured::configured;
use super::finding::Confidence;
use super::gap::Cause;
use super::served::{Owner, Served};
use super::subject::Subject;
use crate::baselines::{Baseline, Bindings, ConfiguredBy, Feature, Variable};
use crate::inventory::Inventory;
use crate::model::Arn;
use crate::policy::{Document, Services};

/// Holds one feature as it is configured for one role.
pub(super) struct Configuration<'a> {
    pub(super) feature: &'a Feature,
    /// Every configured resource, with the instance that configures it.
    pub(super) resources: Vec<(Bindings, Option<Owner<'a>>)>,
    /// What was not read and could hold further resources.
    pub(super) unread: Vec<Cause>,
}

/// Holds the ceiling of one role.
pub(super) struct Ceiling<'a> {
    pub(super) features: Vec<Configuration<'a>>,
    /// Features whose service AWS has ended.
    pub(super) retired: Vec<&'a Feature>,
    /// Whether the configuration of owners was looked at; otherwise wildcards stand for it.
    pub(super) is_configured: bool,
    /// What is the same for every resource.
    base: Bindings,
}

/// Holds the grants of a ceiling beyond what is certain, in steps up to what a template can mean.
pub(super) struct Steps {
    /// What evidence says and owners have configured, with wildcards for what was not read.
    pub(super) unread: Vec<Document>,
    /// The same, with features whose grants nobody has seen.
    pub(super) guessed: Vec<Document>,
    /// Every feature, on any resource of the account.
    pub(super) anything: Vec<Document>,
    /// Every feature, on any resource of any account.
    pub(super) any_account: Vec<Document>,
}

impl<'a> Ceiling<'a> {
    pub(super) fn of(subject: &Subject<'a>, baseline: &'a Baseline) -> Self {
        let base = base(subject.inventory, &subject.role.arn);
        let owners = subject
            .served
            .as_ref()
            .filter(|served| !served.owners.is_empty() || !served.unread.is_empty());
        let features = baseline.features.as_deref().unwrap_or_default();
        let (retired, live): (Vec<&Feature>, Vec<&Feature>) = features
            .iter()
            .partition(|feature| is_retired(feature, subject.inventory));
        let live = live.into_iter();
        Self {
            features: live
                .map(|feature| configuration(feature, owners, &base))
                .collect(),
            retired,
            is_configured: owners.is_some(),
            base,
        }
    }

    /// Returns the further grants, which are too many to keep for every role.
    pub(super) fn steps(&self) -> Steps {
        let anywhere = self.base.clone().without(Variable::Account);
        let live = self.features.iter();
        let evidenced = live.clone().filter(|one| one.is_evidenced());
        let possible = |one: &Configuration<'a>| {
            if one.unread.is_empty() {
                one.exact()
            } else {
                one.feature.ceiling(std::slice::from_ref(&self.base))
            }
        };
        let within = |bindings: &Bindings| {
            let features = self.features.iter();
            let grants =
                features.filter_map(|one| one.feature.ceiling(std::slice::from_ref(bindings)));
            grants.collect()
        };
        Steps {
            unread: evidenced.filter_map(possible).collect(),
            guessed: live.filter_map(possible).collect(),
            anything: within(&self.base),
            any_account: within(&anywhere),
        }
    }

    /// Returns what evidence says and owners have configured.
    pub(super) fn certain(&self) -> Vec<Document> {
        let evidenced = self.features.iter().filter(|one| one.is_evidenced());
        evidenced.filter_map(Configuration::exact).collect()
    }

    /// Returns the same as far as it is about some services.
    pub(super) fn certain_of(&self, services: &Services<'_>) -> Vec<Document> {
        let evidenced = self.features.iter().filter(|one| one.is_evidenced());
        let concerned = evidenced.filter(|one| one.feature.concerns(services));
        concerned.filter_map(Configuration::exact).collect()
    }

    /// Returns how much a finding about a grant rests on.
    pub(super) fn confidence(&self) -> Confidence {
        let read = self.features.iter().all(|one| one.unread.is_empty());
        if self.features.is_empty() || (self.is_configured && read) {
            Confidence::Exact
        } else {
            Confidence::ConfigurationUnread
        }
    }

    /// Returns the grants that evidenced features accept on exactly the resource that a policy names.
    pub(super) fn verbatim(&self, resource: &str) -> Vec<Document> {
        let evidenced = self.features.iter().filter(|one| one.is_evidenced());
        let grants = evidenced.filter_map(|one| one.feature.verbatim(&one.bindings(), resource));
        grants.collect()
    }
}

impl Configuration<'_> {
    /// Tells whether its grants were seen or are documented.
    pub(super) fn is_evidenced(&self) -> bool {
        self.feature.evidence.is_evidence()
    }

    /// Returns what is granted for exactly what is configured.
    fn exact(&self) -> Option<Document> {
        self.feature.ceiling(&self.bindings())
    }

    pub(super) fn bindings(&self) -> Vec<Bindings> {
        self.resources.iter().map(|(of, _)| of.clone()).collect()
    }
}

/// Returns what is the same for every resource that a template of this role may mean.
pub(super) fn base(inventory: &Inventory, role: &Arn) -> Bindings {
    Bindings::default()
        .with(Variable::Partition, role.partition())
        .with(Variable::Account, inventory.account.as_str())
}

/// Tells whether the service behind a feature had ended when the account was read.
fn is_retired(feature: &Feature, inventory: &Inventory) -> bool {
    let Some(retired) = &feature.retired else {
        return false;
    };
    inventory
        .collected_at
        .is_none_or(|time| time.to_zoned(jiff::tz::TimeZone::UTC).date() >= retired.on)
}

/// Reads how a feature is configured on all owners of a role; on anything where there are none.
pub(super) fn configuration<'a>(
    feature: &'a Feature,
    served: Option<&Served<'a>>,
    base: &Bindings,
) -> Configuration<'a> {
    let by = &feature.configured_by;
    let always = matches!(by, ConfiguredBy::Anything | ConfiguredBy::Always);
    let Some(served) = served.filter(|_| !always) else {
        return Configuration {
            feature,
            resources: vec![(base.clone(), None)],
            unread: Vec::new(),
        };
    };
    let mut resources = Vec::new();
    let mut unread = served.unread.clone();
    for owner in &served.owners {
        let found = configured(by, *owner, base);
        let of_owner = found.bindings.into_iter();
        resources.extend(of_owner.map(|bindings| (bindings, Some(*owner))));
        unread.extend(found.unread);
    }
    Configuration {
        feature,
        resources,
        unread,
    }
}
