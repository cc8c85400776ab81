//! How much of an account is read beside its roles.

use std::collections::BTreeSet;

use super::owners::Services;
use crate::model::Region;

/// Says what is read beside the roles, and where.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scope {
    /// Whether what the roles serve is read at all.
    pub owners: bool,
    /// Only these Regions; empty for all that are enabled for the account and offer a service.
    pub regions: BTreeSet<Region>,
    /// Where the services are offered.
    pub offered: Offered,
}

/// Lists the Regions that offer each service; `None` where nobody knows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Offered {
    /// Amazon Connect.
    pub connect: Option<BTreeSet<Region>>,
    /// Outbound campaigns.
    pub campaigns: Option<BTreeSet<Region>>,
    /// Customer Profiles.
    pub profiles: Option<BTreeSet<Region>>,
}

impl Offered {
    /// Lists the Regions that offer any of the services; `None` where that is not known of one.
    pub(super) fn regions(&self) -> Option<BTreeSet<Region>> {
        let mut regions = self.connect.clone()?;
        regions.extend(self.campaigns.clone()?);
        regions.extend(self.profiles.clone()?);
        Some(regions)
    }

    /// Tells which services to ask in a Region: all of them where the Region is not known.
    pub(super) fn services(&self, region: &Region) -> Services {
        let lists = |offered: &Option<BTreeSet<Region>>| {
            offered
                .as_ref()
                .is_none_or(|regions| regions.contains(region))
        };
        let known = Services {
            connect: lists(&self.connect),
            campaigns: lists(&self.campaigns),
            profiles: lists(&self.profiles),
        };
        if known == Services::default() {
            return Services::all();
        }
        known
    }
}
