//! IAM's operations on the whole account.
//!
//! See <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html>.

use super::iam_policies::{summary as policy_summary, version_of};
use super::iam_roles::{PAGED, attachments, end, identity, state};
use crate::fake_account::account::{Carrier, Policy, Role};
use crate::fake_account::call::Call;
use crate::fake_account::principal::unique_id;
use crate::fake_account::protocol::{Content, Refusal};
use crate::fake_account::xml::Xml;

/// Names something that the details are about.
#[derive(Debug, Clone, Copy)]
enum Detail<'a> {
    User(&'a Carrier),
    Group(&'a Carrier),
    Role(&'a Role),
    Policy(&'a Policy),
}

pub(crate) fn details(call: &Call<'_>) -> Result<Content, Refusal> {
    let filter = call.parameters.list("Filter");
    let wants = |kind: &str| filter.is_empty() || filter.contains(&kind);
    let account = &call.account;
    let mut all = Vec::new();
    if wants("User") {
        all.extend(account.users.iter().map(Detail::User));
    }
    if wants("Group") {
        all.extend(account.groups.iter().map(Detail::Group));
    }
    if wants("Role") {
        all.extend(account.roles.iter().map(Detail::Role));
    }
    if wants("LocalManagedPolicy") || wants("AWSManagedPolicy") {
        let policies = call.world.policies(account).into_iter().filter(|policy| {
            let mut roles = account.roles.iter();
            if policy.is_aws_owned() {
                let is_attached = roles.any(|role| role.attached.contains(&policy.arn));
                wants("AWSManagedPolicy") && is_attached
            } else {
                wants("LocalManagedPolicy")
            }
        });
        all.extend(policies.map(Detail::Policy));
    }
    let page = PAGED.cut(call, all)?;
    let mut xml = Xml::new();
    let carriers = |xml: &mut Xml, group: bool| {
        let (list, kind, prefix) = if group {
            ("GroupDetailList", "Group", "AGPA")
        } else {
            ("UserDetailList", "User", "AIDA")
        };
        let chosen = page.items.iter().filter_map(|detail| match detail {
            Detail::Group(carrier) if group => Some(*carrier),
            Detail::User(carrier) if !group => Some(*carrier),
            _ => None,
        });
        xml.list(list, chosen, |xml, carrier| {
            let resource = format!("{}/{}", kind.to_lowercase(), carrier.name);
            xml.leaf("Path", "/");
            xml.leaf(&format!("{kind}Name"), &carrier.name);
            xml.leaf(&format!("{kind}Id"), &unique_id(prefix, &carrier.name));
            xml.leaf("Arn", &account.iam_arn(&resource));
            xml.leaf("CreateDate", "2020-01-01T00:00:00Z");
            if !group {
                xml.element("GroupList", |_| ());
            }
            attachments(xml, "AttachedManagedPolicies", &carrier.attached);
        });
    };
    carriers(&mut xml, false);
    carriers(&mut xml, true);
    let roles = page.items.iter().filter_map(|detail| match detail {
        Detail::Role(role) => Some(*role),
        _ => None,
    });
    xml.list("RoleDetailList", roles, |xml, role| {
        role_detail(xml, call, role);
    });
    let policies = page.items.iter().filter_map(|detail| match detail {
        Detail::Policy(policy) => Some(*policy),
        _ => None,
    });
    xml.list("Policies", policies, |xml, policy| {
        policy_summary(xml, call, policy);
        xml.list("PolicyVersionList", &policy.versions, |xml, version| {
            version_of(xml, policy, version, true);
        });
    });
    end(&mut xml, &page);
    Ok(Content::Xml(xml.finish()))
}

fn role_detail(xml: &mut Xml, call: &Call<'_>, role: &Role) {
    identity(xml, call, role);
    xml.element("InstanceProfileList", |_| ());
    xml.list("RolePolicyList", &role.inline, |xml, (name, document)| {
        xml.leaf("PolicyName", name);
        xml.leaf("PolicyDocument", document.encoded());
    });
    attachments(xml, "AttachedManagedPolicies", &role.attached);
    state(xml, call, role);
}

pub(crate) fn summary(call: &Call<'_>) -> Result<Content, Refusal> {
    let account = &call.account;
    let policies = account.policies.iter();
    let local = policies.filter(|policy| !policy.is_aws_owned()).count();
    let entries = [
        ("Users", account.users.len()),
        ("UsersQuota", 5000),
        ("Groups", account.groups.len()),
        ("GroupsQuota", 300),
        ("Roles", account.roles.len()),
        ("RolesQuota", 1000),
        ("Policies", local),
        ("PoliciesQuota", 1500),
    ];
    let mut xml = Xml::new();
    xml.element("SummaryMap", |xml| {
        for (key, value) in entries {
            xml.element("entry", |xml| {
                xml.leaf("key", key);
                xml.leaf("value", &value.to_string());
            });
        }
    });
    Ok(Content::Xml(xml.finish()))
}
