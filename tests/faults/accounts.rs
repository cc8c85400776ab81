//! The accounts that are read: one where all is well, one with drift, and a small organization.
//!
//! Must not know any fault.

use serde_json::{Value, json};

pub(crate) const HOME: &str = "us-east-1";
pub(crate) const AWAY: &str = "eu-west-2";
/// The account of an organization that is entered by a role.
pub(crate) const MEMBER: &str = "222233334444";
/// A policy that one role carries.
const SHARED: &str = "arn:aws:iam::aws:policy/aws-service-role/CertificateManagerServiceRolePolicy";

/// Part of the contact centre: one instance, with campaigns, domains in two Regions, the roles that
/// belong to them, and some others.
pub(crate) fn clean() -> Value {
    let text = include_str!("../fake_account/accounts/contact-center.clean.json");
    let mut account: Value = serde_json::from_str(text).unwrap();
    let mut kept = vec![
        "AWSServiceRoleForCertificateManager".to_owned(),
        "AWSServiceRoleForCloudTrail".to_owned(),
    ];
    let regions = account["regions"].as_object_mut().unwrap();
    regions.retain(|name, _| [HOME, AWAY].contains(&name.as_str()));
    for region in [HOME, AWAY] {
        let instances = regions[region]["instances"].as_array_mut().unwrap();
        instances.truncate(usize::from(region == HOME));
        let Some(instance) = instances.first_mut() else {
            continue;
        };
        instance["bots"].as_array_mut().unwrap().truncate(2);
        for role in [
            &instance["service_role"],
            &instance["campaigns"]["service_role"],
        ] {
            let name = role.as_str().and_then(|arn| arn.rsplit('/').next());
            kept.extend(name.map(ToOwned::to_owned));
        }
    }
    let domains: usize = regions.values().map(|region| domains(region).len()).sum();
    let mut profiles = 0;
    account["roles"].as_array_mut().unwrap().retain_mut(|role| {
        let name = role["name"].as_str().unwrap().to_owned();
        let is_profile = name.starts_with("AWSServiceRoleForProfile_")
            && role["last_use"]["region"] != "ap-southeast-2";
        profiles += usize::from(is_profile);
        if role["last_use"].is_object() {
            role["last_use"]["at"] = json!("2026-10-30T12:00:00Z");
            role["last_use"].as_object_mut().unwrap().remove("days_ago");
        }
        is_profile || kept.contains(&name)
    });
    assert_eq!(profiles, domains);
    account
}

fn domains(region: &Value) -> &[Value] {
    region["domains"].as_array().map_or(&[], Vec::as_slice)
}

/// The same with a look-alike, a role that carries more than it should, and a user with a policy of
/// AWS's.
pub(crate) fn drifted() -> Value {
    let mut account = clean();
    let anything = json!({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "s3:*", "Resource": "*"},
    ]});
    let own = "arn:aws:iam::111122223333:policy/own";
    account["policies"].as_array_mut().unwrap().push(json!({
        "arn": own,
        "default_version": "v1",
        "versions": [{"version": "v1", "created": "2026-01-01T00:00:00Z", "document": anything}],
    }));
    let roles = account["roles"].as_array_mut().unwrap();
    for role in roles.iter_mut() {
        if role["name"] == "AWSServiceRoleForCloudTrail" {
            role["inline"] = json!({"extra": anything});
        }
    }
    roles.push(json!({
        "name": "AWSServiceRoleForSupport_backup",
        "path": "/",
        "created": "2026-01-01T00:00:00Z",
        "trust": {"Version": "2012-10-17", "Statement": []},
        "attached": [own],
        "inline": {"extra": anything},
    }));
    account["users"] = json!([{"name": "eve", "attached": [SHARED]}]);
    account
}

/// A management account and a member in a unit, both as recorded.
pub(crate) fn organization(account: &Value) -> Value {
    let (mut management, mut member) = (account.clone(), account.clone());
    management["membership"] = json!({"name": "management"});
    let text = member.to_string().replace("111122223333", MEMBER);
    member = serde_json::from_str(&text).unwrap();
    member["membership"] = json!({"name": "member", "unit": "branch"});
    json!({
        "accounts": [management, member],
        "organization": {"id": "o-fakefaults1", "units": [{"name": "branch"}]},
    })
}
