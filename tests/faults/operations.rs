//! Every operation, how it is made to be called, and which faults make no sense for it.
//!
//! Must not know what a fault does.

use roledrift::inventory::aws::Strategy;
use roledrift::inventory::{CampaignsApi, Fact};

use super::kinds::{Kind, Strikes};

/// Describes an operation as the fake account names it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Operation {
    /// `connect-campaigns-v2:…` for the second version of that API.
    pub(crate) label: &'static str,
    /// The way of reading that calls it.
    pub(crate) strategy: Strategy,
    shape: Shape,
}

/// Says how an operation is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    /// Everything that there is, by pages.
    List,
    /// What belongs to something that was listed, by pages.
    ListOf,
    /// One thing that was listed.
    Get,
    /// One answer about the account or the caller.
    Ask,
}

use Shape::{Ask, Get, List, ListOf};
use Strategy::{Auto, Targeted};

#[rustfmt::skip]
pub(crate) const OPERATIONS: &[Operation] = &[
    Operation::new("sts:GetCallerIdentity", Auto, Ask),
    Operation::new("iam:GetAccountAuthorizationDetails", Auto, List),
    Operation::new("iam:GetAccountSummary", Auto, Ask),
    Operation::new("iam:GetPolicy", Auto, Get),
    Operation::new("iam:GetPolicyVersion", Auto, Get),
    Operation::new("iam:GetRole", Targeted, Get),
    Operation::new("iam:GetRolePolicy", Targeted, Get),
    Operation::new("iam:ListAttachedRolePolicies", Targeted, ListOf),
    Operation::new("iam:ListEntitiesForPolicy", Auto, ListOf),
    Operation::new("iam:ListPolicies", Auto, List),
    Operation::new("iam:ListRolePolicies", Targeted, ListOf),
    Operation::new("iam:ListRoles", Auto, List),
    Operation::new("account:ListRegions", Auto, List),
    Operation::new("connect:ListInstances", Auto, List),
    Operation::new("connect:ListInstanceStorageConfigs", Auto, ListOf),
    Operation::new("connect:ListBots", Auto, ListOf),
    Operation::new("connect:ListIntegrationAssociations", Auto, ListOf),
    Operation::new("connect:DescribeInstanceAttribute", Auto, Get),
    Operation::new("profile:ListDomains", Auto, List),
    Operation::new("profile:GetDomain", Auto, Get),
    Operation::new("profile:ListAccountIntegrations", Auto, ListOf),
    Operation::new("connect-campaigns:GetConnectInstanceConfig", Auto, Get),
    Operation::new("connect-campaigns:GetInstanceOnboardingJobStatus", Auto, Get),
    Operation::new("connect-campaigns:ListCampaigns", Auto, ListOf),
    Operation::new("connect-campaigns-v2:GetConnectInstanceConfig", Auto, Get),
    Operation::new("connect-campaigns-v2:GetInstanceOnboardingJobStatus", Auto, Get),
    Operation::new("connect-campaigns-v2:ListConnectInstanceIntegrations", Auto, ListOf),
    Operation::new("connect-campaigns-v2:ListCampaigns", Auto, ListOf),
    Operation::new("organizations:ListAccounts", Auto, List),
    Operation::new("organizations:ListAccountsForParent", Auto, ListOf),
    Operation::new("organizations:ListOrganizationalUnitsForParent", Auto, ListOf),
    Operation::new("sts:AssumeRole", Auto, Ask),
];

/// The operations that no rule needs to decide about the account where all is well, and why.
const SPARED: &[(&str, &str)] = &[
    (
        "connect:ListIntegrationAssociations",
        "no grant of the role needs an integration to explain it",
    ),
    (
        "connect:DescribeInstanceAttribute",
        "the role has no grant that a switch explains",
    ),
    ("profile:GetDomain", "no rule judges how a domain is set up"),
    (
        "profile:ListAccountIntegrations",
        "no grant of the role needs a domain to explain it",
    ),
    (
        "connect-campaigns:GetConnectInstanceConfig",
        "the other version tells the role",
    ),
    (
        "connect-campaigns:GetInstanceOnboardingJobStatus",
        "it only explains findings",
    ),
    (
        "connect-campaigns:ListCampaigns",
        "the role has no grant on a campaign",
    ),
    (
        "connect-campaigns-v2:GetConnectInstanceConfig",
        "the other version tells the role",
    ),
    (
        "connect-campaigns-v2:GetInstanceOnboardingJobStatus",
        "it only explains findings",
    ),
    (
        "connect-campaigns-v2:ListConnectInstanceIntegrations",
        "no grant of the role needs one",
    ),
    (
        "connect-campaigns-v2:ListCampaigns",
        "the role has no grant on a campaign",
    ),
];

impl Operation {
    const fn new(label: &'static str, strategy: Strategy, shape: Shape) -> Self {
        Self {
            label,
            strategy,
            shape,
        }
    }

    /// Returns the operation's name as inventories tell it.
    pub(crate) fn action(&self) -> String {
        self.label.replace("-v2:", ":")
    }

    /// Tells whether it is called for an organization only.
    pub(crate) fn is_of_organization(&self) -> bool {
        self.label.starts_with("organizations:") || self.label == "sts:AssumeRole"
    }

    /// Tells whether a fact is this operation's to tell: two versions of one API have the same name.
    pub(crate) fn tells(&self, fact: &Fact) -> bool {
        let (Fact::Campaigns(api)
        | Fact::Onboarding(api)
        | Fact::CampaignIntegrations(api)
        | Fact::CampaignList(api)) = fact
        else {
            return true;
        };
        (*api == CampaignsApi::V2) == self.label.starts_with("connect-campaigns-v2:")
    }

    /// Tells whether an endpoint that gives no answer is not asked for anything else either.
    pub(crate) fn takes_down(&self) -> bool {
        let service = self.label.split(':').next().unwrap();
        [
            "connect",
            "connect-campaigns",
            "connect-campaigns-v2",
            "profile",
        ]
        .contains(&service)
    }

    /// Tells whether the account where all is well can be judged without it.
    pub(crate) fn is_spared(&self) -> bool {
        SPARED.iter().any(|(label, _)| *label == self.label)
    }

    /// Says why a fault makes no sense for the operation, where it makes none.
    pub(crate) fn exempt(&self, kind: &Kind) -> Option<&'static str> {
        match (kind.strikes, self.shape) {
            (Strikes::Pages, Get | Ask) => Some("its answer has no pages"),
            (Strikes::Things, List | Ask) => Some("it names nothing that could be gone"),
            _ => None,
        }
    }
}
