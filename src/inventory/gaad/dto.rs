//! The dump's shape, as far as it is needed; other members are passed over.

use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use crate::inventory::DocumentText;
use crate::model::{Arn, PolicyVersion, RoleName, RolePath};

/// Every page of a dump, put together.
#[derive(Default)]
pub(super) struct Dump {
    pub(super) roles: Vec<RoleDetail>,
    pub(super) users: Vec<EntityDetail>,
    pub(super) groups: Vec<EntityDetail>,
    pub(super) policies: Vec<PolicyDetail>,
    /// Whether the last page said that more follow.
    pub(super) truncated: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Page {
    role_detail_list: Vec<RoleDetail>,
    #[serde(default)]
    user_detail_list: Vec<EntityDetail>,
    #[serde(default)]
    group_detail_list: Vec<EntityDetail>,
    #[serde(default)]
    policies: Vec<PolicyDetail>,
    #[serde(default)]
    is_truncated: bool,
    /// What the CLI prints in its place when `--max-items` cut the dump.
    #[serde(default)]
    next_token: Option<String>,
}

impl Dump {
    pub(super) fn parse(text: &str) -> Result<Self, serde_json::Error> {
        let mut dump = Self::default();
        let mut pages = 0;
        for page in serde_json::Deserializer::from_str(text).into_iter::<Page>() {
            let page = page?;
            dump.roles.extend(page.role_detail_list);
            dump.users.extend(page.user_detail_list);
            dump.groups.extend(page.group_detail_list);
            dump.policies.extend(page.policies);
            dump.truncated = page.is_truncated || page.next_token.is_some();
            pages += 1;
        }
        if pages == 0 {
            // Let the parser itself say that the text ends too early.
            serde_json::from_str::<Page>(text)?;
        }
        Ok(dump)
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct RoleDetail {
    pub(super) arn: Arn,
    #[serde(rename = "RoleName")]
    pub(super) name: RoleName,
    pub(super) path: RolePath,
    #[serde(rename = "CreateDate", default)]
    pub(super) created_at: Option<Time>,
    #[serde(rename = "AssumeRolePolicyDocument", default)]
    pub(super) trust: Option<Document>,
    #[serde(rename = "RolePolicyList", default)]
    pub(super) inline: Option<Vec<InlinePolicy>>,
    #[serde(rename = "AttachedManagedPolicies", default)]
    pub(super) attached: Option<Vec<AttachedPolicy>>,
    /// The call leaves it out where there is none.
    #[serde(rename = "PermissionsBoundary", default)]
    pub(super) boundary: Option<Boundary>,
    #[serde(default)]
    pub(super) tags: Vec<Tag>,
    #[serde(rename = "RoleLastUsed", default)]
    pub(super) last_use: Option<RoleLastUsed>,
}

/// A user or a group.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct EntityDetail {
    #[serde(alias = "UserName", alias = "GroupName")]
    pub(super) name: String,
    #[serde(rename = "AttachedManagedPolicies", default)]
    pub(super) attached: Vec<AttachedPolicy>,
    #[serde(rename = "PermissionsBoundary", default)]
    pub(super) boundary: Option<Boundary>,
}

#[derive(Deserialize)]
pub(super) struct AttachedPolicy {
    #[serde(rename = "PolicyArn")]
    pub(super) arn: Arn,
}

#[derive(Deserialize)]
pub(super) struct InlinePolicy {
    #[serde(rename = "PolicyName")]
    pub(super) name: String,
    #[serde(rename = "PolicyDocument")]
    pub(super) document: Document,
}

#[derive(Deserialize)]
pub(super) struct Boundary {
    #[serde(rename = "PermissionsBoundaryArn")]
    pub(super) arn: Arn,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Tag {
    pub(super) key: String,
    pub(super) value: String,
}

#[derive(Deserialize)]
pub(super) struct RoleLastUsed {
    #[serde(rename = "LastUsedDate", default)]
    pub(super) date: Option<Time>,
    #[serde(rename = "Region", default)]
    pub(super) region: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct PolicyDetail {
    pub(super) arn: Arn,
    #[serde(rename = "DefaultVersionId", default)]
    pub(super) default_version: Option<PolicyVersion>,
    /// How many users, groups and roles carry the policy.
    #[serde(default)]
    pub(super) attachment_count: Option<usize>,
    /// How many users and roles have it as boundary.
    #[serde(default)]
    pub(super) permissions_boundary_usage_count: Option<usize>,
    #[serde(rename = "PolicyVersionList", default)]
    pub(super) versions: Vec<Version>,
}

impl PolicyDetail {
    pub(super) fn default_document(&self) -> Option<&Document> {
        let version = self
            .versions
            .iter()
            .find(|version| Some(version.id) == self.default_version);
        version?.document.as_ref()
    }
}

#[derive(Deserialize)]
pub(super) struct Version {
    #[serde(rename = "VersionId")]
    pub(super) id: PolicyVersion,
    #[serde(rename = "Document", default)]
    pub(super) document: Option<Document>,
}

/// A document: an object as the CLI decodes it, or URL-encoded text as the API sends it.
pub(super) struct Document(Box<RawValue>);

impl Document {
    /// Returns the document's text; `None` for an empty one, which tells nothing.
    pub(super) fn text(&self) -> Option<DocumentText> {
        let text = self.decoded();
        (!text.as_str().is_empty()).then_some(text)
    }

    fn decoded(&self) -> DocumentText {
        match serde_json::from_str::<String>(self.0.get()) {
            Ok(encoded) => DocumentText::from_wire(&encoded),
            Err(_) => DocumentText::new(self.0.get()),
        }
    }
}

impl<'de> Deserialize<'de> for Document {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Box::<RawValue>::deserialize(deserializer).map(Self)
    }
}

/// A time: RFC 3339 text (CLI v2), or seconds since 1970 (CLI v1 where so configured).
#[derive(Deserialize, Clone, Copy)]
#[serde(try_from = "WrittenTime")]
pub(super) struct Time(pub(super) jiff::Timestamp);

#[derive(Deserialize)]
#[serde(
    untagged,
    expecting = "a time must be RFC 3339 text or seconds since 1970"
)]
enum WrittenTime {
    Text(jiff::Timestamp),
    Seconds(f64),
}

impl TryFrom<WrittenTime> for Time {
    type Error = jiff::Error;

    fn try_from(time: WrittenTime) -> Result<Self, Self::Error> {
        match time {
            WrittenTime::Text(timestamp) => Ok(Self(timestamp)),
            WrittenTime::Seconds(seconds) => {
                let since = jiff::SignedDuration::try_from_secs_f64(seconds)?;
                jiff::Timestamp::from_duration(since).map(Self)
            }
        }
    }
}
