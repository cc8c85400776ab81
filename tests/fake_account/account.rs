//! The format of a recorded account: what AWS would answer, in the project's own JSON.
//!
//! README.md in this folder describes it for people. Must not know how it is asked for.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Deserialize;

use super::document::Document;

/// Holds everything that one account answers.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Account {
    /// Twelve digits.
    pub(crate) id: String,
    #[serde(default = "commercial")]
    pub(crate) partition: String,
    /// Where the account stands in its organization, when it is in one.
    #[serde(default)]
    pub(crate) membership: Option<Membership>,
    #[serde(default)]
    pub(crate) roles: Vec<Role>,
    /// Managed policies; those of the four families are known without being recorded.
    #[serde(default)]
    pub(crate) policies: Vec<Policy>,
    /// Users and groups, only for the policies that they carry.
    #[serde(default)]
    pub(crate) users: Vec<Carrier>,
    #[serde(default)]
    pub(crate) groups: Vec<Carrier>,
    /// Statuses of Regions that differ from a new account's.
    #[serde(default)]
    pub(crate) region_status: BTreeMap<String, String>,
    #[serde(default)]
    pub(crate) regions: BTreeMap<String, Region>,
}

fn commercial() -> String {
    "aws".to_owned()
}

/// Tells how Organizations shows an account.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Membership {
    pub(crate) name: String,
    /// `ACTIVE`, `SUSPENDED` or `PENDING_CLOSURE`.
    #[serde(default = "active")]
    pub(crate) status: String,
    /// The name of its organizational unit; without one it is below the root.
    #[serde(default)]
    pub(crate) unit: Option<String>,
}

fn active() -> String {
    "ACTIVE".to_owned()
}

/// Holds a role.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Role {
    pub(crate) name: String,
    #[serde(default = "root_path")]
    pub(crate) path: String,
    pub(crate) created: Timestamp,
    pub(crate) trust: Document,
    /// ARNs of managed policies.
    #[serde(default)]
    pub(crate) attached: Vec<String>,
    #[serde(default)]
    pub(crate) inline: BTreeMap<String, Document>,
    #[serde(default)]
    pub(crate) description: Option<String>,
    #[serde(default = "hour")]
    pub(crate) max_session_seconds: u32,
    #[serde(default)]
    pub(crate) boundary: Option<String>,
    #[serde(default)]
    pub(crate) tags: BTreeMap<String, String>,
    #[serde(default)]
    pub(crate) last_use: Option<LastUse>,
}

fn root_path() -> String {
    "/".to_owned()
}

fn hour() -> u32 {
    3600
}

/// Tells when and where a role was last used.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct LastUse {
    #[serde(flatten)]
    when: When,
    pub(crate) region: String,
}

/// Names a moment, or one that stays as far in the past as the recording grows older.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum When {
    At(Timestamp),
    DaysAgo(i64),
}

/// Holds a managed policy.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Policy {
    pub(crate) arn: String,
    /// The id of the default version.
    pub(crate) default_version: String,
    pub(crate) versions: Vec<PolicyVersion>,
}

/// Holds one version of a managed policy.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PolicyVersion {
    pub(crate) version: String,
    pub(crate) created: Timestamp,
    pub(crate) document: Document,
}

/// Names a user or group and the managed policies attached to it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Carrier {
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) attached: Vec<String>,
}

/// Holds what lies in one Region.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Region {
    #[serde(default)]
    pub(crate) instances: Vec<Instance>,
    #[serde(default)]
    pub(crate) domains: Vec<Domain>,
}

/// Holds a Connect instance.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Instance {
    pub(crate) id: String,
    #[serde(default)]
    pub(crate) alias: Option<String>,
    #[serde(default)]
    pub(crate) created: Option<Timestamp>,
    /// `CREATION_IN_PROGRESS`, `ACTIVE` or `CREATION_FAILED`.
    #[serde(default = "instance_active")]
    pub(crate) status: String,
    /// The ARN of its role.
    #[serde(default)]
    pub(crate) service_role: Option<String>,
    /// By Connect's name of the resource type.
    #[serde(default)]
    pub(crate) storage: BTreeMap<String, Vec<Storage>>,
    #[serde(default)]
    pub(crate) bots: Vec<Bot>,
    #[serde(default)]
    pub(crate) integrations: Vec<Integration>,
    /// By Connect's name of the attribute; those left out are `false`.
    #[serde(default)]
    pub(crate) attributes: BTreeMap<String, bool>,
    /// What outbound campaigns know of it, when it is onboarded.
    #[serde(default)]
    pub(crate) campaigns: Option<Campaigns>,
}

fn instance_active() -> String {
    "ACTIVE".to_owned()
}

/// Says where data goes.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum Storage {
    S3 {
        bucket: String,
        prefix: String,
        /// The ARN of a KMS key.
        #[serde(default)]
        key: Option<String>,
    },
    KinesisVideoStream {
        prefix: String,
        #[serde(default)]
        retention_hours: u32,
        key: String,
    },
    /// An ARN.
    KinesisStream(String),
    /// An ARN.
    KinesisFirehose(String),
}

/// Names a Lex bot.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum Bot {
    V1 {
        name: String,
        region: String,
    },
    /// The ARN of an alias.
    V2(String),
}

/// Names what an instance is integrated with.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Integration {
    /// Connect's name of the kind: `VOICE_ID`, `LAMBDA_FUNCTION` …
    pub(crate) kind: String,
    pub(crate) arn: String,
}

/// Tells what outbound campaigns know of an instance.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Campaigns {
    /// The ARN of the campaigns' role; without it there is no configuration, only a job.
    #[serde(default)]
    pub(crate) service_role: Option<String>,
    /// The versions of the API that know of it.
    #[serde(default = "both")]
    pub(crate) apis: Vec<CampaignsApi>,
    #[serde(default)]
    pub(crate) onboarding: Option<Onboarding>,
    #[serde(default)]
    pub(crate) key: Option<String>,
    #[serde(default)]
    pub(crate) integrations: Vec<CampaignsIntegration>,
}

fn both() -> Vec<CampaignsApi> {
    vec![CampaignsApi::V1, CampaignsApi::V2]
}

/// Names a version of the campaigns' API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum CampaignsApi {
    V1,
    V2,
}

/// Tells how onboarding went.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Onboarding {
    /// `IN_PROGRESS`, `SUCCEEDED` or `FAILED`.
    pub(crate) status: String,
    #[serde(default)]
    pub(crate) failure: Option<String>,
}

/// Names by ARN what campaigns may use.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum CampaignsIntegration {
    CustomerProfiles(String),
    QConnect(String),
    Lambda(String),
}

/// Holds a Customer Profiles domain.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Domain {
    pub(crate) name: String,
    pub(crate) created: Timestamp,
    /// The ARN of a KMS key.
    #[serde(default)]
    pub(crate) key: Option<String>,
    /// The URL of a queue.
    #[serde(default)]
    pub(crate) dead_letter_queue: Option<String>,
    /// URIs of what it is integrated with: ARNs of instances in most cases.
    #[serde(default)]
    pub(crate) integrations: Vec<String>,
}

impl LastUse {
    /// Returns when the role was last used, as seen now.
    pub(crate) fn at(&self, now: Timestamp) -> Timestamp {
        match self.when {
            When::At(at) => at,
            When::DaysAgo(days) => {
                let today = now.as_second().div_euclid(86_400);
                Timestamp::from_second((today - days) * 86_400).unwrap_or(now)
            }
        }
    }
}

impl Account {
    /// Returns a role by its name.
    pub(crate) fn role(&self, name: &str) -> Option<&Role> {
        self.roles.iter().find(|role| role.name == name)
    }

    /// Returns an instance by its id or ARN.
    pub(crate) fn instance(&self, region: &str, id: &str) -> Option<&Instance> {
        let id = id.rsplit('/').next().unwrap_or(id);
        let instances = &self.regions.get(region)?.instances;
        instances.iter().find(|instance| instance.id == id)
    }

    /// Returns the ARN of something in IAM.
    pub(crate) fn iam_arn(&self, resource: &str) -> String {
        format!("arn:{}:iam::{}:{resource}", self.partition, self.id)
    }

    /// Returns the ARN of a role.
    pub(crate) fn role_arn(&self, role: &Role) -> String {
        self.iam_arn(&format!("role{}{}", role.path, role.name))
    }

    /// Returns the ARN of something regional.
    pub(crate) fn regional_arn(&self, service: &str, region: &str, resource: &str) -> String {
        let Self { partition, id, .. } = self;
        format!("arn:{partition}:{service}:{region}:{id}:{resource}")
    }
}
