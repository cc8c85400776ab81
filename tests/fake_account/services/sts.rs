//! STS: who the caller is, and sessions in other accounts.
//!
//! See <https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html>.

use crate::fake_account::call::Call;
use crate::fake_account::principal::{Principal, SECRET, unique_id};
use crate::fake_account::protocol::{Content, Refusal};
use crate::fake_account::xml::Xml;

pub(crate) fn identity(call: &Call<'_>) -> Result<Content, Refusal> {
    let mut xml = Xml::new();
    xml.leaf("Arn", &call.principal.arn(&call.account.partition));
    xml.leaf("UserId", &call.principal.id());
    xml.leaf("Account", &call.account.id);
    Ok(Content::Xml(xml.finish()))
}

pub(crate) fn assume(call: &Call<'_>) -> Result<Content, Refusal> {
    let arn = call.require("RoleArn")?;
    let session = call.require("RoleSessionName")?;
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    let [_, partition, "iam", "", account, resource] = parts[..] else {
        return Err(call.service().invalid(format!("{arn} is invalid")));
    };
    let Some(path) = resource.strip_prefix("role") else {
        return Err(call.service().invalid(format!("{arn} is invalid")));
    };
    let name = path.rsplit('/').next().unwrap_or(path);
    // A role that is not there, or not in this way, is refused like one that may not be assumed.
    let target = call.world.account(account).ok_or_else(|| call.denied())?;
    if call.settings.requires_roles {
        let role = target.role(name);
        role.filter(|role| target.role_arn(role) == arn)
            .ok_or_else(|| call.denied())?;
    }
    let wanted = call.settings.external_id.as_deref();
    if wanted.is_some() && call.parameters.get("ExternalId") != wanted {
        return Err(call.denied());
    }
    let asked = match call.parameters.get("DurationSeconds") {
        None => 3600,
        Some(text) => text
            .parse()
            .ok()
            .filter(|seconds| (900..=43_200).contains(seconds))
            .ok_or_else(|| call.service().invalid("DurationSeconds is out of range"))?,
    };
    let seconds = call.settings.session_seconds.unwrap_or(asked);
    let expires = call.now + jiff::SignedDuration::from_secs(seconds);
    let expires = expires.round(jiff::Unit::Second).unwrap_or(expires);
    let (key, token) = Principal::session_keys(account, name, session, expires);
    let mut xml = Xml::new();
    xml.element("AssumedRoleUser", |xml| {
        let id = unique_id("AROA", name);
        xml.leaf("AssumedRoleId", &format!("{id}:{session}"));
        let user = format!("arn:{partition}:sts::{account}:assumed-role/{name}/{session}");
        xml.leaf("Arn", &user);
    });
    xml.element("Credentials", |xml| {
        xml.leaf("AccessKeyId", &key);
        xml.leaf("SecretAccessKey", SECRET);
        xml.leaf("SessionToken", &token);
        xml.leaf("Expiration", &expires.to_string());
    });
    Ok(Content::Xml(xml.finish()))
}
