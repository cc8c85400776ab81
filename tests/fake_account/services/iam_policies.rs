//! IAM's operations on managed policies.
//!
//! See <https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListPolicies.html> and its siblings.

use super::iam_roles::{PAGED, end};
use crate::fake_account::account::{Account, Policy, PolicyVersion};
use crate::fake_account::call::Call;
use crate::fake_account::principal::unique_id;
use crate::fake_account::protocol::{Content, Refusal};
use crate::fake_account::xml::Xml;

/// Names something that a policy is attached to.
#[derive(Debug, Clone, Copy)]
enum Entity<'a> {
    Group(&'a str),
    User(&'a str),
    Role(&'a str),
}

impl Policy {
    fn resource(&self) -> &str {
        let resource = self.arn.splitn(6, ':').nth(5).unwrap_or_default();
        resource.strip_prefix("policy").unwrap_or(resource)
    }

    pub(crate) fn name(&self) -> &str {
        self.arn.rsplit('/').next().unwrap_or(&self.arn)
    }

    pub(crate) fn path(&self) -> &str {
        let resource = self.resource();
        &resource[..resource.len() - self.name().len()]
    }

    pub(crate) fn is_aws_owned(&self) -> bool {
        self.arn.split(':').nth(4) == Some("aws")
    }

    fn default(&self) -> Option<&PolicyVersion> {
        let mut versions = self.versions.iter();
        versions.find(|version| version.version == self.default_version)
    }
}

/// Lists what carries a policy, or has it as its boundary.
fn carriers<'a>(account: &'a Account, arn: &'a str, as_boundary: bool) -> Vec<Entity<'a>> {
    let roles = account.roles.iter().filter(|role| {
        if as_boundary {
            role.boundary.as_deref() == Some(arn)
        } else {
            role.attached.iter().any(|attached| attached == arn)
        }
    });
    let mut found: Vec<Entity<'a>> = roles.map(|role| Entity::Role(&role.name)).collect();
    if !as_boundary {
        let carries = |attached: &[String]| attached.iter().any(|attached| attached == arn);
        let users = account.users.iter().filter(|user| carries(&user.attached));
        found.extend(users.map(|user| Entity::User(&user.name)));
        let groups = account
            .groups
            .iter()
            .filter(|group| carries(&group.attached));
        found.extend(groups.map(|group| Entity::Group(&group.name)));
    }
    found
}

/// Writes what IAM tells of a policy without its document.
pub(crate) fn summary(xml: &mut Xml, call: &Call<'_>, policy: &Policy) {
    let count = |as_boundary| {
        carriers(&call.account, &policy.arn, as_boundary)
            .len()
            .to_string()
    };
    let first = policy.versions.first();
    let is_reserved = policy.path().starts_with("/aws-service-role/");
    xml.leaf("PolicyName", policy.name());
    xml.leaf("PolicyId", &unique_id("ANPA", &policy.arn));
    xml.leaf("Arn", &policy.arn);
    xml.leaf("Path", policy.path());
    xml.leaf("DefaultVersionId", &policy.default_version);
    xml.leaf("AttachmentCount", &count(false));
    xml.leaf("PermissionsBoundaryUsageCount", &count(true));
    xml.leaf("IsAttachable", if is_reserved { "false" } else { "true" });
    if let Some(version) = first {
        xml.leaf("CreateDate", &version.created.to_string());
    }
    if let Some(version) = policy.default().or(first) {
        xml.leaf("UpdateDate", &version.created.to_string());
    }
}

/// Writes a version, with its document where it is wanted.
pub(crate) fn version_of(
    xml: &mut Xml,
    policy: &Policy,
    version: &PolicyVersion,
    with_document: bool,
) {
    let is_default = version.version == policy.default_version;
    if with_document {
        xml.leaf("Document", version.document.encoded());
    }
    xml.leaf("VersionId", &version.version);
    xml.leaf(
        "IsDefaultVersion",
        if is_default { "true" } else { "false" },
    );
    xml.leaf("CreateDate", &version.created.to_string());
}

/// Finds the policy that a call names.
fn named<'a>(call: &'a Call<'_>) -> Result<&'a Policy, Refusal> {
    let arn = call.require("PolicyArn")?;
    let missing = || format!("Policy {arn} does not exist or is not attachable.");
    call.world
        .policy(&call.account, arn)
        .ok_or_else(|| call.service().not_found(missing()))
}

pub(crate) fn list(call: &Call<'_>) -> Result<Content, Refusal> {
    let get = |name: &str| call.parameters.get(name);
    let prefix = get("PathPrefix").unwrap_or("/");
    let only_attached = get("OnlyAttached") == Some("true");
    let usage = get("PolicyUsageFilter");
    let policies = call
        .world
        .policies(&call.account)
        .into_iter()
        .filter(|policy| {
            let is_in_scope = match get("Scope") {
                Some("AWS") => policy.is_aws_owned(),
                Some("Local") => !policy.is_aws_owned(),
                _ => true,
            };
            let is_used =
                |as_boundary| !carriers(&call.account, &policy.arn, as_boundary).is_empty();
            is_in_scope
                && policy.path().starts_with(prefix)
                && (!only_attached || is_used(false))
                && match usage {
                    Some("PermissionsPolicy") => is_used(false),
                    Some("PermissionsBoundary") => is_used(true),
                    _ => true,
                }
        });
    let page = PAGED.cut(call, policies)?;
    let mut xml = Xml::new();
    xml.list("Policies", &page.items, |xml, policy| {
        summary(xml, call, policy);
    });
    end(&mut xml, &page);
    Ok(Content::Xml(xml.finish()))
}

pub(crate) fn get(call: &Call<'_>) -> Result<Content, Refusal> {
    let policy = named(call)?;
    let mut xml = Xml::new();
    xml.element("Policy", |xml| summary(xml, call, policy));
    Ok(Content::Xml(xml.finish()))
}

pub(crate) fn version(call: &Call<'_>) -> Result<Content, Refusal> {
    let policy = named(call)?;
    let id = call.require("VersionId")?;
    let mut versions = policy.versions.iter();
    let version = versions
        .find(|version| version.version == id)
        .ok_or_else(|| {
            let arn = &policy.arn;
            let message = format!("Policy {arn} version {id} does not exist or is not attachable.");
            call.service().not_found(message)
        })?;
    let mut xml = Xml::new();
    xml.element("PolicyVersion", |xml| {
        version_of(xml, policy, version, true);
    });
    Ok(Content::Xml(xml.finish()))
}

pub(crate) fn versions(call: &Call<'_>) -> Result<Content, Refusal> {
    let policy = named(call)?;
    let page = PAGED.cut(call, policy.versions.iter().rev())?;
    let mut xml = Xml::new();
    xml.list("Versions", &page.items, |xml, version| {
        version_of(xml, policy, version, false);
    });
    end(&mut xml, &page);
    Ok(Content::Xml(xml.finish()))
}

pub(crate) fn entities(call: &Call<'_>) -> Result<Content, Refusal> {
    let policy = named(call)?;
    let get = |name: &str| call.parameters.get(name);
    let mut found = Vec::new();
    if get("PolicyUsageFilter") != Some("PermissionsBoundary") {
        found.extend(carriers(&call.account, &policy.arn, false));
    }
    if get("PolicyUsageFilter") != Some("PermissionsPolicy") {
        found.extend(carriers(&call.account, &policy.arn, true));
    }
    let prefix = get("PathPrefix").unwrap_or("/");
    found.retain(|entity| {
        let (kind, path) = match entity {
            Entity::Group(_) => ("Group", "/"),
            Entity::User(_) => ("User", "/"),
            Entity::Role(name) => {
                let role = call.account.role(name);
                ("Role", role.map_or("/", |role| role.path.as_str()))
            }
        };
        get("EntityFilter").is_none_or(|wanted| wanted == kind) && path.starts_with(prefix)
    });
    let page = PAGED.cut(call, found)?;
    let mut xml = Xml::new();
    let mut write =
        |list: &str, kind: &str, prefix: &str, of: fn(&Entity<'_>) -> Option<String>| {
            xml.list(list, page.items.iter().filter_map(of), |xml, name| {
                xml.leaf(&format!("{kind}Name"), &name);
                xml.leaf(&format!("{kind}Id"), &unique_id(prefix, &name));
            });
        };
    write("PolicyGroups", "Group", "AGPA", |entity| match entity {
        Entity::Group(name) => Some((*name).to_owned()),
        _ => None,
    });
    write("PolicyUsers", "User", "AIDA", |entity| match entity {
        Entity::User(name) => Some((*name).to_owned()),
        _ => None,
    });
    write("PolicyRoles", "Role", "AROA", |entity| match entity {
        Entity::Role(name) => Some((*name).to_owned()),
        _ => None,
    });
    end(&mut xml, &page);
    Ok(Content::Xml(xml.finish()))
}
