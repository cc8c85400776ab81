//! Facts that may be missing, with the reason.

use super::{CampaignsApi, StorageUse, Switch};

/// Holds a fact that was asked for: its value, or why there is none.
///
/// "There is no boundary" is `Read(None)`; "nobody could tell" is `NotRead`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Observed<T> {
    /// The source answered.
    Read(T),
    /// The source did not answer; nothing may be concluded.
    NotRead(Unread),
}

impl<T> Observed<T> {
    /// Returns the value when it was read.
    pub fn read(&self) -> Option<&T> {
        match self {
            Self::Read(value) => Some(value),
            Self::NotRead(_) => None,
        }
    }

    /// Returns the reason when it was not read.
    pub fn unread(&self) -> Option<&Unread> {
        match self {
            Self::Read(_) => None,
            Self::NotRead(unread) => Some(unread),
        }
    }

    /// Converts the value when there is one.
    pub fn map<U>(self, convert: impl FnOnce(T) -> U) -> Observed<U> {
        match self {
            Self::Read(value) => Observed::Read(convert(value)),
            Self::NotRead(unread) => Observed::NotRead(unread),
        }
    }

    /// Borrows the value.
    pub fn as_ref(&self) -> Observed<&T> {
        match self {
            Self::Read(value) => Observed::Read(value),
            Self::NotRead(unread) => Observed::NotRead(unread.clone()),
        }
    }
}

/// Says why a fact was not read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Unread {
    /// The kind of obstacle.
    pub reason: UnreadReason,
    /// The operation that was tried or would have been needed: `iam:GetRole`.
    pub operation: String,
    /// What the source said, as it said it; may be empty.
    pub message: String,
}

impl Unread {
    /// Says that the source cannot hold this fact at all.
    pub fn not_offered(operation: &str, message: &str) -> Self {
        Self {
            reason: UnreadReason::NotOffered,
            operation: operation.to_owned(),
            message: message.to_owned(),
        }
    }
}

impl std::fmt::Display for Unread {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.operation, self.reason.verb())?;
        if !self.message.is_empty() {
            write!(f, ": {}", self.message)?;
        }
        Ok(())
    }
}

/// Classifies what stood in the way.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    serde::Serialize,
    serde::Deserialize,
    schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum UnreadReason {
    /// The credentials lack a permission.
    Denied,
    /// The service throttled until retries ended.
    Throttled,
    /// The answer could not be understood.
    Malformed,
    /// The user left it out.
    Skipped,
    /// This source cannot tell: a dump without descriptions, for instance.
    NotOffered,
    /// No answer in time, or no connection.
    Unreachable,
    /// The service answered with another error.
    Failed,
}

impl UnreadReason {
    /// Returns the name that outputs use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Denied => "denied",
            Self::Throttled => "throttled",
            Self::Malformed => "malformed",
            Self::Skipped => "skipped",
            Self::NotOffered => "not-offered",
            Self::Unreachable => "unreachable",
            Self::Failed => "failed",
        }
    }

    fn verb(self) -> &'static str {
        match self {
            Self::Denied => "was denied",
            Self::Throttled => "was throttled until retries ended",
            Self::Malformed => "gave an answer that cannot be understood",
            Self::Skipped => "was skipped on request",
            Self::NotOffered => "is not part of this source",
            Self::Unreachable => "got no answer",
            Self::Failed => "failed",
        }
    }
}

/// Names a fact that an inventory holds.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fact {
    /// Which roles the account has.
    Roles,
    /// Which of AWS's service-linked policies anything carries.
    LinkedPolicies,
    /// A role's trust policy.
    Trust,
    /// Which managed policies a role carries.
    AttachedPolicies,
    /// Which inline policies a role carries.
    InlinePolicies,
    /// The document of the inline policy of this name.
    InlineDocument(String),
    /// A role's description.
    Description,
    /// A role's maximum session duration.
    SessionDuration,
    /// A role's permissions boundary.
    PermissionsBoundary,
    /// A role's tags.
    Tags,
    /// When a role was last used.
    LastUse,
    /// Which version of a managed policy is the default.
    DefaultVersion,
    /// The document of a managed policy's default version.
    PolicyDocument,
    /// Who carries a managed policy.
    Carriers,
    /// Whether every Region was asked for what the roles serve.
    Regions,
    /// The Amazon Connect instances of a Region.
    Instances,
    /// The Customer Profiles domains of a Region.
    Domains,
    /// How the Customer Profiles domain of this name is set up.
    DomainSettings(String),
    /// Where an instance stores or streams data of this kind.
    Storage(StorageUse),
    /// The Amazon Lex bots of an instance.
    Bots,
    /// What an instance is integrated with.
    Integrations,
    /// Whether a feature of an instance is switched on.
    Switch(Switch),
    /// The Customer Profiles domains that an instance is integrated with.
    InstanceDomains,
    /// Whether an instance is enabled for outbound campaigns, by this version of their API.
    Campaigns(CampaignsApi),
    /// How far the onboarding of an instance to campaigns got.
    Onboarding(CampaignsApi),
    /// What the campaigns of an instance may use.
    CampaignIntegrations(CampaignsApi),
    /// The campaigns of an instance, by this version of their API.
    CampaignList(CampaignsApi),
}

impl std::fmt::Display for Fact {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let text = match self {
            Self::Roles => "the list of roles",
            Self::LinkedPolicies => "the list of service-linked policies in use",
            Self::Trust => "trust policy",
            Self::AttachedPolicies => "attached policies",
            Self::InlinePolicies => "inline policies",
            Self::InlineDocument(name) => return write!(f, "document of inline policy `{name}`"),
            Self::Description => "description",
            Self::SessionDuration => "maximum session duration",
            Self::PermissionsBoundary => "permissions boundary",
            Self::Tags => "tags",
            Self::LastUse => "last use",
            Self::DefaultVersion => "default version",
            Self::PolicyDocument => "policy document",
            Self::Carriers => "entities that carry the policy",
            Self::Regions => "the Regions to look for what the roles serve",
            Self::Instances => "the list of Amazon Connect instances",
            Self::Domains => "the list of Customer Profiles domains",
            Self::DomainSettings(name) => {
                return write!(f, "settings of Customer Profiles domain `{name}`");
            }
            Self::Storage(kind) => return write!(f, "storage configuration of {kind}"),
            Self::Bots => "Amazon Lex bots",
            Self::Integrations => "integrations",
            Self::Switch(switch) => return write!(f, "attribute {switch}"),
            Self::InstanceDomains => "Customer Profiles domains of the instance",
            Self::Campaigns(api) => return write!(f, "outbound campaigns ({api})"),
            Self::Onboarding(api) => return write!(f, "onboarding to outbound campaigns ({api})"),
            Self::CampaignIntegrations(api) => {
                return write!(f, "integrations of outbound campaigns ({api})");
            }
            Self::CampaignList(api) => return write!(f, "list of outbound campaigns ({api})"),
        };
        f.write_str(text)
    }
}
