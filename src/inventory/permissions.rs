//! The permissions that reading an account takes.
//!
//! Must not know how a policy is written down.

use std::collections::BTreeSet;

use super::operation::{Need, OPERATIONS};

/// The role that an organization's scanner assumes in each account, when it is told no other.
const AUDIT_ROLE: &str = "role/roledrift-audit";

/// Says what a scan is to read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Permissions {
    /// What the roles serve, beside the roles.
    pub owners: bool,
    /// The accounts of an organization.
    pub organization: bool,
}

/// Holds one statement of a policy: these actions on this resource are allowed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// The statement's id.
    pub sid: &'static str,
    /// The actions, in order.
    pub actions: BTreeSet<&'static str>,
    /// The role to assume in any account, without ARN and account; `None` for every resource.
    pub role: Option<&'static str>,
}

impl Permissions {
    /// Lists what has to be allowed, and nothing more.
    pub fn grants(self) -> Vec<Grant> {
        let mut grants = vec![Grant::of("RoledriftReadsRoles", Need::Roles)];
        if self.owners {
            grants.push(Grant::of("RoledriftReadsOwners", Need::Owners));
        }
        if self.organization {
            let mut organization = Grant::of("RoledriftReadsOrganization", Need::Organization);
            let (assume, read) = organization
                .actions
                .into_iter()
                .partition(|action| *action == super::operation::ASSUME_ROLE.action);
            organization.actions = read;
            grants.push(organization);
            grants.push(Grant {
                sid: "RoledriftEntersAccounts",
                actions: assume,
                role: Some(AUDIT_ROLE),
            });
        }
        grants
    }
}

impl Grant {
    fn of(sid: &'static str, need: Need) -> Self {
        let needed = OPERATIONS.iter().filter(|operation| operation.need == need);
        let actions = needed.flat_map(|operation| {
            std::iter::once(operation.action).chain(operation.dependent.iter().copied())
        });
        Self {
            sid,
            actions: actions.collect(),
            role: None,
        }
    }
}
