//! IAM's operations on roles.
//!
//! See <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRole.html> and its siblings.

use crate::fake_account::account::Role;
use crate::fake_account::call::Call;
use crate::fake_account::pages::{Page, Paged};
use crate::fake_account::principal::unique_id;
use crate::fake_account::protocol::{Content, Refusal};
use crate::fake_account::xml::Xml;

/// How IAM's lists are paged.
pub(crate) const PAGED: Paged = Paged::new("Marker", "MaxItems", 100, 1000);

/// Writes how a list ends.
pub(crate) fn end<T>(xml: &mut Xml, page: &Page<T>) {
    let is_truncated = page.next.is_some();
    xml.leaf("IsTruncated", if is_truncated { "true" } else { "false" });
    xml.optional("Marker", page.next.as_deref());
}

/// Writes the list of managed policies that are attached to something.
pub(crate) fn attachments<'a>(
    xml: &mut Xml,
    name: &str,
    arns: impl IntoIterator<Item = &'a String>,
) {
    xml.list(name, arns, |xml, arn| {
        xml.leaf("PolicyName", arn.rsplit('/').next().unwrap_or(arn));
        xml.leaf("PolicyArn", arn);
    });
}

/// Writes what every answer about a role begins with.
pub(crate) fn identity(xml: &mut Xml, call: &Call<'_>, role: &Role) {
    let arn = call.account.role_arn(role);
    xml.leaf("Path", &role.path);
    xml.leaf("RoleName", &role.name);
    xml.leaf("RoleId", &unique_id("AROA", &arn));
    xml.leaf("Arn", &arn);
    xml.leaf("CreateDate", &role.created.to_string());
    xml.leaf("AssumeRolePolicyDocument", role.trust.encoded());
}

/// Writes what `ListRoles` leaves out.
pub(crate) fn state(xml: &mut Xml, call: &Call<'_>, role: &Role) {
    if let Some(boundary) = &role.boundary {
        xml.element("PermissionsBoundary", |xml| {
            xml.leaf("PermissionsBoundaryType", "Policy");
            xml.leaf("PermissionsBoundaryArn", boundary);
        });
    }
    if !role.tags.is_empty() {
        tag_list(xml, role.tags.iter());
    }
    xml.element("RoleLastUsed", |xml| {
        if let Some(last_use) = &role.last_use {
            xml.leaf("LastUsedDate", &last_use.at(call.now).to_string());
            xml.leaf("Region", &last_use.region);
        }
    });
}

fn tag_list<'a>(xml: &mut Xml, tags: impl IntoIterator<Item = (&'a String, &'a String)>) {
    xml.list("Tags", tags, |xml, (key, value)| {
        xml.leaf("Key", key);
        xml.leaf("Value", value);
    });
}

fn settings(xml: &mut Xml, role: &Role) {
    xml.optional("Description", role.description.as_deref());
    xml.leaf("MaxSessionDuration", &role.max_session_seconds.to_string());
}

/// Finds the role that a call names.
fn named<'a>(call: &'a Call<'_>) -> Result<&'a Role, Refusal> {
    let name = call.require("RoleName")?;
    let missing = || format!("The role with name {name} cannot be found.");
    call.account
        .role(name)
        .ok_or_else(|| call.service().not_found(missing()))
}

pub(crate) fn list(call: &Call<'_>) -> Result<Content, Refusal> {
    let prefix = call.parameters.get("PathPrefix").unwrap_or("/");
    let roles = call.account.roles.iter();
    let page = PAGED.cut(call, roles.filter(|role| role.path.starts_with(prefix)))?;
    let mut xml = Xml::new();
    xml.list("Roles", &page.items, |xml, role| {
        identity(xml, call, role);
        settings(xml, role);
    });
    end(&mut xml, &page);
    Ok(Content::Xml(xml.finish()))
}

pub(crate) fn get(call: &Call<'_>) -> Result<Content, Refusal> {
    let role = named(call)?;
    let mut xml = Xml::new();
    xml.element("Role", |xml| {
        identity(xml, call, role);
        settings(xml, role);
        state(xml, call, role);
    });
    Ok(Content::Xml(xml.finish()))
}

pub(crate) fn inline_names(call: &Call<'_>) -> Result<Content, Refusal> {
    let page = PAGED.cut(call, named(call)?.inline.keys())?;
    let mut xml = Xml::new();
    xml.texts("PolicyNames", page.items.iter().map(|name| name.as_str()));
    end(&mut xml, &page);
    Ok(Content::Xml(xml.finish()))
}

pub(crate) fn inline(call: &Call<'_>) -> Result<Content, Refusal> {
    let role = named(call)?;
    let name = call.require("PolicyName")?;
    let document = role.inline.get(name).ok_or_else(|| {
        call.service()
            .not_found(format!("The role policy with name {name} cannot be found."))
    })?;
    let mut xml = Xml::new();
    xml.leaf("RoleName", &role.name);
    xml.leaf("PolicyName", name);
    xml.leaf("PolicyDocument", document.encoded());
    Ok(Content::Xml(xml.finish()))
}

pub(crate) fn attached(call: &Call<'_>) -> Result<Content, Refusal> {
    let prefix = call.parameters.get("PathPrefix").unwrap_or("/");
    let arns = named(call)?.attached.iter().filter(|arn| {
        let resource = arn.splitn(6, ':').nth(5).unwrap_or_default();
        let path = resource.strip_prefix("policy").unwrap_or(resource);
        path.starts_with(prefix)
    });
    let page = PAGED.cut(call, arns)?;
    let mut xml = Xml::new();
    attachments(&mut xml, "AttachedPolicies", page.items.iter().copied());
    end(&mut xml, &page);
    Ok(Content::Xml(xml.finish()))
}

pub(crate) fn tags(call: &Call<'_>) -> Result<Content, Refusal> {
    let page = PAGED.cut(call, &named(call)?.tags)?;
    let mut xml = Xml::new();
    tag_list(&mut xml, page.items.iter().copied());
    end(&mut xml, &page);
    Ok(Content::Xml(xml.finish()))
}
