//! Roles as observed.

use std::collections::BTreeMap;

use super::{DocumentText, Observed};
use crate::model::{Arn, RoleName, RolePath};

/// Holds one role, fact by fact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Role {
    /// The role's ARN.
    pub arn: Arn,
    /// Its name.
    pub name: RoleName,
    /// Its path; only AWS creates roles under `/aws-service-role/`.
    pub path: RolePath,
    /// When it was created, where the source says so.
    pub created_at: Option<jiff::Timestamp>,
    /// The trust policy.
    pub trust: Observed<DocumentText>,
    /// The managed policies that it carries, sorted.
    pub attached: Observed<Vec<Arn>>,
    /// The inline policies that it carries, by name.
    pub inline: Observed<Vec<InlinePolicy>>,
    /// The description, if any.
    pub description: Observed<Option<String>>,
    /// The maximum session duration, in seconds.
    pub max_session_seconds: Observed<u32>,
    /// The permissions boundary, if any.
    pub boundary: Observed<Option<Arn>>,
    /// The tags.
    pub tags: Observed<BTreeMap<String, String>>,
    /// When the role was last used; `None` when never in IAM's tracking period.
    pub last_use: Observed<Option<LastUse>>,
}

/// Holds one inline policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InlinePolicy {
    /// Its name.
    pub name: String,
    /// Its text.
    pub document: Observed<DocumentText>,
}

/// Tells when and where a role was last used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastUse {
    /// The time of the last request.
    pub at: jiff::Timestamp,
    /// The Region that it went to.
    pub region: String,
}
