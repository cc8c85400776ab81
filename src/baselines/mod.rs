//! What each service-linked role should look like, as data.
//!
//! A [`Baseline`] per role: the four Amazon Connect families with every known version of their
//! managed policies, and a catalogue of all other roles with the evidence of each fact. Only
//! evidenced facts make findings. Names the inventory's facts that a feature is configured by, and
//! looks at no account; does no I/O: files come in as text.

mod baseline;
mod catalog;
mod configured_by;
mod evidence;
mod family;
mod feature;
mod files;
mod ledger;
mod load;
mod names;
mod template;

pub use baseline::{Baseline, Description, Expected, Offered, RolePattern, Suffix};
pub use configured_by::{ConfiguredBy, LexVersion, OwnerKind, StorageSource, TargetKind};
pub use evidence::Evidence;
pub use feature::{Feature, Grant, Retirement};
pub use files::{BaselineError, Files};
pub use ledger::{Ledger, LedgerEntry};
pub use template::{Bindings, ResourceTemplate, Variable};

use std::collections::BTreeSet;

use crate::lock::Lock;
use crate::model::{RoleName, ServicePrincipal};
use crate::policy::Document;
use names::Names;

/// The version of the baseline files' format that this release reads.
pub const SCHEMA_VERSION: u32 = 1;

/// Holds every known baseline.
#[derive(Debug, Clone, Default)]
pub struct Baselines {
    families: Vec<Baseline>,
    catalog: Vec<Baseline>,
    /// Of the families, and then the catalogue.
    names: Names,
    linked_policies: BTreeSet<String>,
    as_of: Option<String>,
    lock: Option<Lock>,
}

/// Says what is known about a role.
#[derive(Debug, Clone, Copy)]
pub enum Resolution<'a> {
    /// A baseline describes this role of this service.
    Known(&'a Baseline),
    /// The name belongs to another service than the one the role is linked to.
    OtherPrincipal(&'a Baseline),
    /// Nothing evidenced is known about it.
    Unknown,
}

impl Baselines {
    /// Reads the baselines that are part of this release.
    ///
    /// # Errors
    /// Returns the first error of the embedded files; a test makes sure that there is none.
    pub fn embedded() -> Result<Self, BaselineError> {
        let mut baselines = Self::default();
        baselines.add(&Files::embedded())?;
        Ok(baselines)
    }

    /// Adds baselines from files; a family of the same id, or a catalogue entry of the same role
    /// name and principal, replaces what was there.
    ///
    /// # Errors
    /// Returns the first error, with file, line and column; nothing is added then.
    pub fn add(&mut self, files: &Files) -> Result<(), BaselineError> {
        let loaded = load::load(files)?;
        self.families
            .retain(|old| loaded.families.iter().all(|new| new.id != old.id));
        self.families.extend(loaded.families);
        self.families.sort_by(|a, b| a.id.cmp(&b.id));
        self.catalog
            .retain(|old| loaded.catalog.iter().all(|new| !new.describes_same_as(old)));
        self.catalog.extend(loaded.catalog);
        self.catalog
            .sort_by(|a, b| (&a.id, &a.principal).cmp(&(&b.id, &b.principal)));
        self.names = Names::of(self.families.iter().chain(&self.catalog));
        self.linked_policies.extend(loaded.linked_policies);
        self.as_of = loaded.as_of.or(self.as_of.take());
        Ok(())
    }

    /// Takes what the user accepted last as the baseline of the policies that it holds.
    #[must_use]
    pub fn with_lock(mut self, lock: Lock) -> Self {
        self.lock = Some(lock);
        self
    }

    /// Returns what the user accepted last; `None` where there is no lock.
    pub fn lock(&self) -> Option<&Lock> {
        self.lock.as_ref()
    }

    /// Tells where the services are offered whose resources the roles of the families serve.
    #[cfg(feature = "aws")]
    pub fn offered(&self) -> crate::inventory::aws::Offered {
        let of_family = |id: &str| {
            let mut families = self.families.iter();
            let offered = families.find(|family| family.id == id)?.regions.as_ref()?;
            Some(offered.regions.clone())
        };
        crate::inventory::aws::Offered {
            connect: of_family("connect"),
            campaigns: of_family("connect-campaigns"),
            profiles: of_family("customer-profiles"),
        }
    }

    /// Returns the families, by id.
    pub fn families(&self) -> &[Baseline] {
        &self.families
    }

    /// Returns the catalogued roles outside the families, by name.
    pub fn catalog(&self) -> &[Baseline] {
        &self.catalog
    }

    /// Returns the day on which the catalogue was last brought up to date, as it says.
    pub fn as_of(&self) -> Option<&str> {
        self.as_of.as_deref()
    }

    /// Tells whether AWS has a managed policy of this name under `/aws-service-role/`.
    pub fn names_linked_policy(&self, name: &str) -> bool {
        self.linked_policies.contains(name)
    }

    /// Tells whether a policy is known, with evidence, to belong to another role than `baseline`'s.
    pub fn belongs_elsewhere(&self, policy: &str, baseline: &Baseline) -> bool {
        let mut others = self
            .families
            .iter()
            .chain(&self.catalog)
            .filter(|other| other.knows_policies() && baseline.role.name != other.role.name);
        others.any(|other| {
            let mut policies = other.policies.iter();
            policies.any(|expected| expected.name == policy)
        })
    }

    /// Returns the newest known document of an AWS policy, where its versions are part of a family.
    pub fn newest_document(&self, policy: &str) -> Option<&Document> {
        let expected = self.families.iter().flat_map(|family| &family.policies);
        let ledger = expected
            .filter(|expected| expected.name == policy)
            .find_map(|expected| expected.ledger.as_ref());
        Some(&ledger?.newest()?.document)
    }

    /// Finds what a role linked to `principal` should look like.
    ///
    /// Families win over the catalogue, and longer names over shorter ones.
    /// A name or principal without evidence is not known.
    pub fn resolve(&self, name: &RoleName, principal: &ServicePrincipal) -> Resolution<'_> {
        let at = |place: usize| {
            let family = self.families.get(place);
            family.or_else(|| self.catalog.get(place - self.families.len()))
        };
        let candidates = self.names.places(name.as_str()).into_iter();
        let mut by_name: Vec<&Baseline> = candidates
            .filter_map(at)
            .filter(|baseline| baseline.role.matches(name))
            .collect();
        // Stable: families stay first among names of one length.
        by_name.sort_by_key(|baseline| std::cmp::Reverse(baseline.role.name.len()));
        let evidenced = |baseline: &&&Baseline| {
            baseline.role_evidence.is_evidence() && baseline.role.surely_matches(name)
        };
        match by_name
            .iter()
            .find(|baseline| baseline.principal == *principal)
        {
            Some(known) if known.role_evidence.is_evidence() => Resolution::Known(known),
            Some(_) => Resolution::Unknown,
            None => by_name
                .iter()
                .find(evidenced)
                .map_or(Resolution::Unknown, |other| {
                    Resolution::OtherPrincipal(other)
                }),
        }
    }
}

/// Returns the JSON Schema of `family.json`.
pub fn family_schema() -> schemars::Schema {
    schemars::schema_for!(family::FamilyFile)
}

/// Returns the JSON Schema of `catalog.json`.
pub fn catalog_schema() -> schemars::Schema {
    schemars::schema_for!(catalog::CatalogFile)
}

#[cfg(test)]
mod tests;
