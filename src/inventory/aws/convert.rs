//! From the SDK's types to the domain's.

use std::collections::BTreeMap;

use aws_sdk_iam::primitives::DateTime;
use aws_sdk_iam::types;

use crate::inventory::{LastUse, Unread, UnreadReason};
use crate::model::{Arn, InvalidValue, RoleName, RolePath};

/// Identifies a role as the API names it.
pub(super) struct RoleKey {
    pub(super) arn: Arn,
    pub(super) name: RoleName,
    pub(super) path: RolePath,
}

impl RoleKey {
    pub(super) fn parse(arn: &str, name: &str, path: &str) -> Result<Self, InvalidValue> {
        Ok(Self {
            arn: arn.parse()?,
            name: name.parse()?,
            path: path.parse()?,
        })
    }
}

pub(super) fn timestamp(time: &DateTime) -> Option<jiff::Timestamp> {
    let nanoseconds = i32::try_from(time.subsec_nanos()).ok()?;
    jiff::Timestamp::new(time.secs(), nanoseconds).ok()
}

pub(super) fn tags(tags: &[types::Tag]) -> BTreeMap<String, String> {
    tags.iter()
        .map(|tag| (tag.key().to_owned(), tag.value().to_owned()))
        .collect()
}

pub(super) fn last_use(last_use: Option<&types::RoleLastUsed>) -> Option<LastUse> {
    let last_use = last_use?;
    Some(LastUse {
        at: timestamp(last_use.last_used_date()?)?,
        region: last_use.region().unwrap_or_default().to_owned(),
    })
}

pub(super) fn boundary(
    boundary: Option<&types::AttachedPermissionsBoundary>,
) -> Result<Option<Arn>, InvalidValue> {
    boundary
        .and_then(types::AttachedPermissionsBoundary::permissions_boundary_arn)
        .map(str::parse)
        .transpose()
}

pub(super) fn attached(policies: &[types::AttachedPolicy]) -> Result<Vec<Arn>, InvalidValue> {
    let mut arns = policies
        .iter()
        .map(|policy| policy.policy_arn().unwrap_or_default().parse())
        .collect::<Result<Vec<Arn>, _>>()?;
    arns.sort();
    Ok(arns)
}

/// Says that an answer holds a value that cannot be one.
pub(super) fn nonsense(operation: &str, error: &InvalidValue) -> Unread {
    Unread {
        reason: UnreadReason::Malformed,
        operation: operation.to_owned(),
        message: error.to_string(),
    }
}
