//! All accounts that the server knows: recorded ones, a fleet made on the fly, their organization.
//!
//! Must not know the wire.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use serde::Deserialize;

use super::account::{Account, Membership, Policy, PolicyVersion};
use super::document::{Document, baselines};
use super::fleet::Fleet;
use super::principal::scatter;

/// Holds all accounts.
#[derive(Debug, Default)]
pub(crate) struct World {
    recorded: BTreeMap<String, Arc<Account>>,
    fleet: Option<Fleet>,
    organization: Option<Organization>,
    /// AWS's policies of the families in `baselines/`, at their newest versions.
    families: Vec<Policy>,
}

/// Holds a file with more than one account.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct WorldFile {
    #[serde(default)]
    accounts: Vec<Account>,
    #[serde(default)]
    organization: Option<Organization>,
    #[serde(default)]
    fleet: Option<Fleet>,
}

/// Holds an organization.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Organization {
    /// `o-` and ten or more lower-case letters or digits.
    pub(crate) id: String,
    /// The management account; without it the first account.
    #[serde(default)]
    management: Option<String>,
    /// Organizational units; parents come before their children.
    #[serde(default)]
    pub(crate) units: Vec<Unit>,
}

/// Holds an organizational unit.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Unit {
    pub(crate) name: String,
    /// The name of the unit above; without one it is below the root.
    #[serde(default)]
    pub(crate) parent: Option<String>,
}

/// Names an account of the organization.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Member {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) status: String,
    pub(crate) unit: Option<String>,
}

/// Reads what a file in `baselines/` says about a family's policy.
#[derive(Deserialize)]
struct FamilyFile {
    policy: FamilyPolicy,
}

#[derive(Deserialize)]
struct FamilyPolicy {
    name: String,
    versions: Vec<FamilyVersion>,
}

#[derive(Deserialize)]
struct FamilyVersion {
    version: String,
    created: jiff::Timestamp,
}

/// Says why a world could not be read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum WorldError {
    #[error("`{0}`")]
    File(String, #[source] std::io::Error),
    #[error("`{0}` is neither a recorded account nor a world: {1}")]
    Format(String, serde_json::Error),
    #[error("the file asks for a fleet and has no template")]
    NoTemplate,
}

impl World {
    /// Reads files, each with one account or with a world of them.
    pub(crate) fn read(files: &[impl AsRef<Path>]) -> Result<Self, WorldError> {
        let mut world = Self {
            families: families()?,
            ..Self::default()
        };
        for file in files {
            let name = file.as_ref().display().to_string();
            let text = std::fs::read_to_string(file)
                .map_err(|error| WorldError::File(name.clone(), error))?;
            world.add(&text, &name)?;
        }
        Ok(world)
    }

    /// Reads one account or a world of them from text.
    pub(crate) fn parse(text: &str) -> Result<Self, WorldError> {
        let mut world = Self {
            families: families()?,
            ..Self::default()
        };
        world.add(text, "text")?;
        Ok(world)
    }

    fn add(&mut self, text: &str, name: &str) -> Result<(), WorldError> {
        #[derive(Deserialize)]
        struct Probe {
            id: Option<serde::de::IgnoredAny>,
        }
        let format = |error| WorldError::Format(name.to_owned(), error);
        let is_account = serde_json::from_str::<Probe>(text)
            .map_err(format)?
            .id
            .is_some();
        let file = if is_account {
            WorldFile {
                accounts: vec![serde_json::from_str(text).map_err(format)?],
                ..WorldFile::default()
            }
        } else {
            serde_json::from_str(text).map_err(format)?
        };
        for account in file.accounts {
            self.recorded.insert(account.id.clone(), Arc::new(account));
        }
        if let Some(fleet) = file.fleet {
            if fleet.is_empty() {
                return Err(WorldError::NoTemplate);
            }
            self.fleet = Some(fleet);
        }
        if file.organization.is_some() {
            self.organization = file.organization;
        }
        Ok(())
    }

    /// Sets how many accounts the fleet has.
    pub(crate) fn resize_fleet(&mut self, accounts: u64) {
        if let Some(fleet) = &mut self.fleet {
            fleet.accounts = accounts;
        }
    }

    /// Returns an account.
    pub(crate) fn account(&self, id: &str) -> Option<Arc<Account>> {
        if let Some(account) = self.recorded.get(id) {
            return Some(Arc::clone(account));
        }
        self.fleet.as_ref()?.account(id)
    }

    /// Returns the account that comes first.
    pub(crate) fn first(&self) -> Option<String> {
        let recorded = self.recorded.keys().next().cloned();
        recorded.or_else(|| self.fleet.as_ref()?.id(0))
    }

    /// Returns a managed policy that an account sees: its own recording of it, or AWS's.
    pub(crate) fn policy<'a>(&'a self, account: &'a Account, arn: &str) -> Option<&'a Policy> {
        let of = |policies: &'a [Policy]| policies.iter().find(|policy| policy.arn == arn);
        of(&account.policies).or_else(|| of(&self.families))
    }

    /// Lists the managed policies that an account sees, by ARN.
    pub(crate) fn policies<'a>(&'a self, account: &'a Account) -> Vec<&'a Policy> {
        let all = self.families.iter().chain(&account.policies);
        let by_arn: BTreeMap<&str, &Policy> =
            all.map(|policy| (policy.arn.as_str(), policy)).collect();
        by_arn.into_values().collect()
    }

    pub(crate) fn organization(&self) -> Option<&Organization> {
        self.organization.as_ref()
    }

    /// Returns the organization's management account.
    pub(crate) fn management(&self) -> Option<String> {
        let named = self.organization.as_ref()?.management.clone();
        named.or_else(|| self.first())
    }

    /// Lists the accounts of the organization, in a fixed order.
    pub(crate) fn members(&self) -> impl Iterator<Item = Member> + '_ {
        let management = self.management();
        let recorded = self.recorded.values().filter_map(move |account| {
            let id = account.id.clone();
            let is_management = management.as_deref() == Some(&id);
            let membership = account.membership.clone().or_else(|| {
                is_management.then(|| Membership {
                    name: "management".to_owned(),
                    status: "ACTIVE".to_owned(),
                    unit: None,
                })
            })?;
            Some(Member {
                id,
                name: membership.name,
                status: membership.status,
                unit: membership.unit,
            })
        });
        let units = self
            .organization
            .as_ref()
            .map_or(&[][..], |organization| &organization.units);
        let fleet = self
            .fleet
            .iter()
            .flat_map(move |fleet| fleet.members(units));
        recorded.chain(fleet)
    }
}

impl Unit {
    /// Returns the unit's id.
    pub(crate) fn id(&self) -> String {
        format!("ou-fake-{:08x}", scatter(&self.name) & 0xffff_ffff)
    }
}

/// Reads the newest versions of the families' policies: as many as IAM keeps.
fn families() -> Result<Vec<Policy>, WorldError> {
    let mut policies = Vec::new();
    for family in [
        "connect",
        "connect-campaigns",
        "connect-synchronization",
        "customer-profiles",
    ] {
        let path = baselines().join(family).join("family.json");
        let name = path.display().to_string();
        let text = std::fs::read_to_string(&path)
            .map_err(|error| WorldError::File(name.clone(), error))?;
        let file: FamilyFile =
            serde_json::from_str(&text).map_err(|error| WorldError::Format(name.clone(), error))?;
        let kept = file.policy.versions.len().saturating_sub(5);
        let mut versions = Vec::new();
        for version in file.policy.versions.into_iter().skip(kept) {
            let document = Document::baseline(&format!("{family}/{}", version.version))
                .map_err(|error| WorldError::File(name.clone(), error))?;
            versions.push(PolicyVersion {
                version: version.version,
                created: version.created,
                document,
            });
        }
        let newest = versions.last().map(|version| version.version.clone());
        policies.push(Policy {
            arn: format!(
                "arn:aws:iam::aws:policy/aws-service-role/{}",
                file.policy.name
            ),
            default_version: newest.unwrap_or_default(),
            versions,
        });
    }
    Ok(policies)
}
