//! What service-linked roles serve: Connect instances, campaigns and Customer Profiles domains.
//!
//! Roles are global and these resources are regional, so they are kept Region by Region.
//! Must not know which permissions follow from them.

use std::collections::BTreeMap;

use super::operation::LIST_INSTANCES;
use super::{Observed, Unread, UnreadReason};
use crate::model::{Arn, Region};

/// Holds the resources that own service-linked roles.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owners {
    /// Whether every Region was asked that is enabled for the account and offers these services.
    pub listing: Observed<()>,
    /// What each Region holds that was asked.
    pub regions: BTreeMap<Region, RegionOwners>,
}

/// Holds what one Region tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegionOwners {
    /// The Amazon Connect instances, by ARN; none where Amazon Connect is not offered.
    pub instances: Observed<Vec<Instance>>,
    /// The Customer Profiles domains, by name; none where Customer Profiles is not offered.
    pub domains: Observed<Vec<Domain>>,
}

/// Holds an Amazon Connect instance and what is configured on it.
///
/// See <https://docs.aws.amazon.com/connect/latest/APIReference/API_InstanceSummary.html>.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instance {
    /// The instance's ARN.
    pub arn: Arn,
    /// Its id, a UUID.
    pub id: String,
    /// Its alias, where it has one.
    pub alias: Option<String>,
    /// `ACTIVE`, `CREATION_IN_PROGRESS` or `CREATION_FAILED`; empty where Connect says nothing.
    pub status: String,
    /// When it was created, where Connect says so.
    pub created_at: Option<jiff::Timestamp>,
    /// Its service-linked role; instances made before October 2018 may have none.
    pub role: Option<Arn>,
    /// Where it stores or streams what: one entry for each kind of data that was asked about.
    pub storage: BTreeMap<StorageUse, Observed<Vec<StorageTarget>>>,
    /// The Amazon Lex bots added to it.
    pub bots: Observed<Vec<Bot>>,
    /// What it is integrated with.
    pub integrations: Observed<Vec<Integration>>,
    /// The switches that were asked about.
    pub switches: BTreeMap<Switch, Observed<bool>>,
    /// The Customer Profiles domains that the instance is integrated with, by name.
    pub domains: Observed<Vec<String>>,
    /// What outbound campaigns know of the instance, for each version of their API that was asked:
    /// both, or none where campaigns are not offered.
    pub campaigns: BTreeMap<CampaignsApi, Observed<Option<Campaigns>>>,
}

/// Declares a closed set of names that AWS uses in its APIs.
macro_rules! names {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $text:literal,)+ }) => {
        $(#[$doc])*
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash,
            serde::Serialize, serde::Deserialize, schemars::JsonSchema,
        )]
        pub enum $name {
            $($(#[$variant_doc])* #[serde(rename = $text)] $variant,)+
        }

        impl $name {
            /// Lists all of them.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// Returns the name that AWS's API uses.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)+
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}

names! {
    /// Names a kind of data that an instance stores or streams.
    ///
    /// See <https://docs.aws.amazon.com/connect/latest/APIReference/API_ListInstanceStorageConfigs.html>.
    StorageUse {
        /// Chat transcripts.
        ChatTranscripts = "CHAT_TRANSCRIPTS",
        /// Recorded calls.
        CallRecordings = "CALL_RECORDINGS",
        /// Exported reports.
        ScheduledReports = "SCHEDULED_REPORTS",
        /// Live media.
        MediaStreams = "MEDIA_STREAMS",
        /// Contact records.
        ContactTraceRecords = "CONTACT_TRACE_RECORDS",
        /// Agent events.
        AgentEvents = "AGENT_EVENTS",
        /// Contact Lens segments, all channels.
        RealTimeContactAnalysisSegments = "REAL_TIME_CONTACT_ANALYSIS_SEGMENTS",
        /// Attachments.
        Attachments = "ATTACHMENTS",
        /// Contact evaluations.
        ContactEvaluations = "CONTACT_EVALUATIONS",
        /// Screen recordings.
        ScreenRecordings = "SCREEN_RECORDINGS",
        /// Contact Lens segments of chats.
        RealTimeContactAnalysisChatSegments = "REAL_TIME_CONTACT_ANALYSIS_CHAT_SEGMENTS",
        /// Contact Lens segments of calls.
        RealTimeContactAnalysisVoiceSegments = "REAL_TIME_CONTACT_ANALYSIS_VOICE_SEGMENTS",
        /// Email messages.
        EmailMessages = "EMAIL_MESSAGES",
    }
}

names! {
    /// Names an attribute of an instance that switches a feature on.
    ///
    /// See <https://docs.aws.amazon.com/connect/latest/APIReference/API_DescribeInstanceAttribute.html>.
    Switch {
        /// Flow logs.
        FlowLogs = "CONTACTFLOW_LOGS",
        /// Outbound campaigns.
        OutboundCampaigns = "HIGH_VOLUME_OUTBOUND",
    }
}

names! {
    /// Names a version of the API of outbound campaigns.
    CampaignsApi {
        /// `connect-campaigns`, version 1.
        V1 = "v1",
        /// `connect-campaigns`, version 2.
        V2 = "v2",
    }
}

/// Says where an instance stores or streams data.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum StorageTarget {
    /// Objects of a bucket.
    S3 {
        /// The bucket's name.
        bucket: String,
        /// What the keys of the objects begin with.
        prefix: String,
        /// The ARN of the AWS KMS key that encrypts the objects, where one is configured.
        key: Option<String>,
    },
    /// A stream of Kinesis Data Streams.
    KinesisStream(Arn),
    /// A delivery stream of Amazon Data Firehose.
    KinesisFirehose(Arn),
    /// Streams of Kinesis Video Streams whose names begin so.
    KinesisVideoStream {
        /// The beginning of the streams' names.
        prefix: String,
        /// The ARN of the AWS KMS key that encrypts the streams, where Connect names one.
        key: Option<String>,
    },
}

/// Names an Amazon Lex bot.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Bot {
    /// A bot of Lex V1.
    V1 {
        /// Its name.
        name: String,
        /// Its Region.
        region: String,
    },
    /// An alias of a bot of Lex V2.
    V2 {
        /// The alias.
        alias: Arn,
    },
}

/// Names something that an instance is integrated with.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Integration {
    /// The kind, as Connect's API names it: `VOICE_ID`, `WISDOM_ASSISTANT`, …
    pub kind: String,
    /// The integrated resource, as Connect gives it: an ARN in most cases.
    pub resource: String,
}

/// Tells what outbound campaigns know of an instance that they were enabled for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Campaigns {
    /// The service-linked role that they act in.
    pub role: Option<Arn>,
    /// The ARN of the AWS KMS key that encrypts their data, where one is configured.
    pub key: Option<String>,
    /// How far onboarding got, where there is such a job.
    pub onboarding: Observed<Option<Onboarding>>,
    /// The Customer Profiles domains, Q in Connect knowledge bases and functions they may use;
    /// version 1 of the API has none.
    pub integrations: Observed<Vec<Arn>>,
    /// The campaigns of the instance that this version of the API lists.
    pub campaigns: Observed<Vec<Arn>>,
}

/// Tells how onboarding an instance to outbound campaigns went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Onboarding {
    /// `IN_PROGRESS`, `SUCCEEDED` or `FAILED`.
    pub status: String,
    /// Why it failed: `IAM_ACCESS_DENIED` for instance.
    pub failure: Option<String>,
}

/// Holds a Customer Profiles domain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Domain {
    /// Its name, unique in account and Region.
    pub name: String,
    /// When it was created, where Customer Profiles says so.
    pub created_at: Option<jiff::Timestamp>,
    /// How it is set up.
    pub settings: Observed<DomainSettings>,
}

/// Holds how a Customer Profiles domain is set up.
///
/// See <https://docs.aws.amazon.com/customerprofiles/latest/APIReference/API_GetDomain.html>.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DomainSettings {
    /// The AWS KMS key that encrypts its data, where one is configured.
    pub key: Option<String>,
    /// The URL of the Amazon SQS queue that takes what could not be processed, where there is one.
    pub dead_letter_queue: Option<String>,
}

impl Owners {
    /// Returns what an inventory holds whose owners the user left out.
    pub fn skipped() -> Self {
        Self::unread(Unread {
            reason: UnreadReason::Skipped,
            operation: LIST_INSTANCES.action.to_owned(),
            message: String::new(),
        })
    }

    /// Returns what an inventory holds whose source cannot hold owners.
    pub fn not_offered(message: &str) -> Self {
        Self::unread(Unread::not_offered(LIST_INSTANCES.action, message))
    }

    /// Returns what an inventory holds whose source could not tell which Regions to ask.
    pub fn unread(unread: Unread) -> Self {
        Self {
            listing: Observed::NotRead(unread),
            regions: BTreeMap::new(),
        }
    }
}
