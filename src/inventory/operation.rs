//! Every AWS operation that reads an account: its name, when it is needed, and how fast it may be
//! asked.
//!
//! The one list of them. Error messages, pacing and the least-privilege policy are made from it.
//! Must not know the SDK.

/// Describes an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Operation {
    /// The IAM action that allows it, which is also how it is told of: `profile:ListDomains`.
    pub action: &'static str,
    /// What it is needed for.
    pub need: Need,
    /// Further actions that AWS asks for when the operation is called.
    pub dependent: &'static [&'static str],
    /// How often AWS answers it; `None` where AWS publishes no quota or one call is enough.
    pub rate: Option<Rate>,
}

/// Says what an operation is needed for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Need {
    /// Telling which account the credentials belong to; AWS asks for no permission.
    Identity,
    /// Reading roles and policies.
    Roles,
    /// Reading what the roles serve.
    Owners,
    /// Reading the accounts of an organization.
    Organization,
}

/// Holds a published quota: per account, Region and operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// Requests per second.
    pub per_second: u32,
    /// Requests at once after a pause; 1 where AWS names no burst.
    pub burst: u32,
}

/// See <https://docs.aws.amazon.com/connect/latest/adminguide/amazon-connect-service-limits.html>.
const CONNECT: Rate = Rate::new(2, 5);
const CONNECT_INTEGRATIONS: Rate = Rate::new(25, 50);
const CAMPAIGNS: Rate = Rate::new(2, 5);
const CAMPAIGNS_LIST: Rate = Rate::new(5, 10);
const PROFILES: Rate = Rate::new(5, 1);
const PROFILES_INTEGRATIONS: Rate = Rate::new(100, 1);

impl Rate {
    const fn new(per_second: u32, burst: u32) -> Self {
        Self { per_second, burst }
    }
}

impl Operation {
    const fn new(action: &'static str, need: Need) -> Self {
        Self {
            action,
            need,
            dependent: &[],
            rate: None,
        }
    }

    const fn paced(self, rate: Rate) -> Self {
        Self {
            rate: Some(rate),
            ..self
        }
    }

    /// Adds actions that the Service Authorization Reference names as dependent.
    const fn with(self, dependent: &'static [&'static str]) -> Self {
        Self { dependent, ..self }
    }
}

/// Declares operations, and the list of all.
macro_rules! operations {
    ($($name:ident = $operation:expr;)+) => {
        $(pub(super) const $name: Operation = $operation;)+

        /// Lists every operation.
        pub const OPERATIONS: &[Operation] = &[$($name,)+];
    };
}

operations! {
    GET_CALLER_IDENTITY = Operation::new("sts:GetCallerIdentity", Need::Identity);

    GET_ACCOUNT_AUTHORIZATION_DETAILS =
        Operation::new("iam:GetAccountAuthorizationDetails", Need::Roles);
    GET_ACCOUNT_SUMMARY = Operation::new("iam:GetAccountSummary", Need::Roles);
    GET_POLICY = Operation::new("iam:GetPolicy", Need::Roles);
    GET_POLICY_VERSION = Operation::new("iam:GetPolicyVersion", Need::Roles);
    GET_ROLE = Operation::new("iam:GetRole", Need::Roles);
    GET_ROLE_POLICY = Operation::new("iam:GetRolePolicy", Need::Roles);
    LIST_ATTACHED_ROLE_POLICIES = Operation::new("iam:ListAttachedRolePolicies", Need::Roles);
    LIST_ENTITIES_FOR_POLICY = Operation::new("iam:ListEntitiesForPolicy", Need::Roles);
    LIST_POLICIES = Operation::new("iam:ListPolicies", Need::Roles);
    LIST_ROLE_POLICIES = Operation::new("iam:ListRolePolicies", Need::Roles);
    LIST_ROLES = Operation::new("iam:ListRoles", Need::Roles);

    LIST_REGIONS = Operation::new("account:ListRegions", Need::Owners);
    LIST_INSTANCES = Operation::new("connect:ListInstances", Need::Owners)
        .paced(CONNECT)
        .with(&["ds:DescribeDirectories"]);
    LIST_INSTANCE_STORAGE_CONFIGS =
        Operation::new("connect:ListInstanceStorageConfigs", Need::Owners).paced(CONNECT);
    LIST_BOTS = Operation::new("connect:ListBots", Need::Owners).paced(CONNECT);
    LIST_INTEGRATION_ASSOCIATIONS =
        Operation::new("connect:ListIntegrationAssociations", Need::Owners)
            .paced(CONNECT_INTEGRATIONS)
            .with(&["connect:DescribeInstance", "ds:DescribeDirectories"]);
    DESCRIBE_INSTANCE_ATTRIBUTE =
        Operation::new("connect:DescribeInstanceAttribute", Need::Owners).paced(CONNECT);
    LIST_DOMAINS = Operation::new("profile:ListDomains", Need::Owners).paced(PROFILES);
    GET_DOMAIN = Operation::new("profile:GetDomain", Need::Owners).paced(PROFILES);
    LIST_ACCOUNT_INTEGRATIONS =
        Operation::new("profile:ListAccountIntegrations", Need::Owners).paced(PROFILES_INTEGRATIONS);
    // Both versions of the campaigns API have these three, under one permission.
    GET_CONNECT_INSTANCE_CONFIG =
        Operation::new("connect-campaigns:GetConnectInstanceConfig", Need::Owners).paced(CAMPAIGNS);
    GET_INSTANCE_ONBOARDING_JOB_STATUS =
        Operation::new("connect-campaigns:GetInstanceOnboardingJobStatus", Need::Owners)
            .paced(CAMPAIGNS);
    LIST_CAMPAIGNS =
        Operation::new("connect-campaigns:ListCampaigns", Need::Owners).paced(CAMPAIGNS_LIST);
    LIST_CONNECT_INSTANCE_INTEGRATIONS =
        Operation::new("connect-campaigns:ListConnectInstanceIntegrations", Need::Owners)
            .paced(CAMPAIGNS);

    LIST_ACCOUNTS = Operation::new("organizations:ListAccounts", Need::Organization);
    LIST_ACCOUNTS_FOR_PARENT =
        Operation::new("organizations:ListAccountsForParent", Need::Organization);
    LIST_ORGANIZATIONAL_UNITS_FOR_PARENT =
        Operation::new("organizations:ListOrganizationalUnitsForParent", Need::Organization);
    ASSUME_ROLE = Operation::new("sts:AssumeRole", Need::Organization);
}
