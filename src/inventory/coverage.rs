//! What was asked and what came of it.
//!
//! Derived from the inventory's own facts, so that it cannot disagree with them.

use super::{Campaigns, CampaignsApi, Fact, Instance, Inventory, Observed, Owners, Unread};
use crate::model::{Arn, Region};

/// Lists every fact that was asked for, in a fixed order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coverage {
    entries: Vec<CoverageEntry>,
}

/// Says what became of one fact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CoverageEntry {
    /// What the fact is about.
    pub subject: FactOwner,
    /// The fact.
    pub fact: Fact,
    /// Why it was not read; `None` when it was.
    pub unread: Option<Unread>,
}

/// Names what a fact is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FactOwner {
    /// The account as a whole.
    Account,
    /// A role.
    Role(Arn),
    /// A managed policy.
    Policy(Arn),
    /// A Region.
    Region(Region),
    /// An Amazon Connect instance.
    Instance(Arn),
}

impl FactOwner {
    /// Returns the ARN or the Region's name; `None` for the account as a whole.
    pub fn name(&self) -> Option<&str> {
        match self {
            Self::Account => None,
            Self::Role(arn) | Self::Policy(arn) | Self::Instance(arn) => Some(arn.as_str()),
            Self::Region(region) => Some(region.as_str()),
        }
    }
}

impl Coverage {
    pub(super) fn of(inventory: &Inventory) -> Self {
        let (roles, policies) = (inventory.roles.len(), inventory.policies.len());
        let mut coverage = Self {
            // About as many as there will be.
            entries: Vec::with_capacity(16 + 10 * roles + 3 * policies),
        };
        coverage.add(&FactOwner::Account, Fact::Roles, &inventory.listing);
        let policies = &inventory.policy_listing;
        coverage.add(&FactOwner::Account, Fact::LinkedPolicies, policies);
        for role in &inventory.roles {
            let subject = FactOwner::Role(role.arn.clone());
            coverage.add(&subject, Fact::Trust, &role.trust);
            coverage.add(&subject, Fact::AttachedPolicies, &role.attached);
            coverage.add(&subject, Fact::InlinePolicies, &role.inline);
            for policy in role.inline.read().into_iter().flatten() {
                let fact = Fact::InlineDocument(policy.name.clone());
                coverage.add(&subject, fact, &policy.document);
            }
            coverage.add(&subject, Fact::Description, &role.description);
            coverage.add(&subject, Fact::SessionDuration, &role.max_session_seconds);
            coverage.add(&subject, Fact::PermissionsBoundary, &role.boundary);
            coverage.add(&subject, Fact::Tags, &role.tags);
            coverage.add(&subject, Fact::LastUse, &role.last_use);
        }
        for policy in inventory.policies.values() {
            let subject = FactOwner::Policy(policy.arn.clone());
            coverage.add(&subject, Fact::DefaultVersion, &policy.default_version);
            coverage.add(&subject, Fact::PolicyDocument, &policy.document);
            if let Some(carriers) = &policy.carriers {
                coverage.add(&subject, Fact::Carriers, carriers);
            }
        }
        coverage.add_owners(&inventory.owners);
        coverage
    }

    /// Returns every entry: the account first, then roles, then policies, then what the roles serve.
    pub fn entries(&self) -> &[CoverageEntry] {
        &self.entries
    }

    /// Returns the entries that were not read.
    pub fn unread(&self) -> impl Iterator<Item = (&CoverageEntry, &Unread)> {
        self.entries
            .iter()
            .filter_map(|entry| entry.unread.as_ref().map(|unread| (entry, unread)))
    }

    fn add_owners(&mut self, owners: &Owners) {
        self.add(&FactOwner::Account, Fact::Regions, &owners.listing);
        for (region, owners) in &owners.regions {
            let subject = FactOwner::Region(region.clone());
            self.add(&subject, Fact::Instances, &owners.instances);
            self.add(&subject, Fact::Domains, &owners.domains);
            for domain in owners.domains.read().into_iter().flatten() {
                let fact = Fact::DomainSettings(domain.name.clone());
                self.add(&subject, fact, &domain.settings);
            }
            for instance in owners.instances.read().into_iter().flatten() {
                self.add_instance(instance);
            }
        }
    }

    fn add_instance(&mut self, instance: &Instance) {
        let subject = FactOwner::Instance(instance.arn.clone());
        for (kind, targets) in &instance.storage {
            self.add(&subject, Fact::Storage(*kind), targets);
        }
        self.add(&subject, Fact::Bots, &instance.bots);
        self.add(&subject, Fact::Integrations, &instance.integrations);
        for (switch, on) in &instance.switches {
            self.add(&subject, Fact::Switch(*switch), on);
        }
        self.add(&subject, Fact::InstanceDomains, &instance.domains);
        for (api, campaigns) in &instance.campaigns {
            self.add(&subject, Fact::Campaigns(*api), campaigns);
            if let Some(Some(campaigns)) = campaigns.read() {
                self.add_campaigns(&subject, *api, campaigns);
            }
        }
    }

    fn add_campaigns(&mut self, subject: &FactOwner, api: CampaignsApi, campaigns: &Campaigns) {
        self.add(subject, Fact::Onboarding(api), &campaigns.onboarding);
        let integrations = &campaigns.integrations;
        self.add(subject, Fact::CampaignIntegrations(api), integrations);
        self.add(subject, Fact::CampaignList(api), &campaigns.campaigns);
    }

    fn add<T>(&mut self, subject: &FactOwner, fact: Fact, observed: &Observed<T>) {
        self.entries.push(CoverageEntry {
            subject: subject.clone(),
            fact,
            unread: observed.unread().cloned(),
        });
    }
}
