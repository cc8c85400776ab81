//! In which order an account is read changes nothing.

use proptest::prelude::*;
use proptest::sample::Index;
use roledrift::audit::{Audit, Selection, audit};
use roledrift::inventory::{Inventory, gaad, snapshot};
use serde_json::{Value, json};

use super::recipe::recipes;
use super::support::baselines;
use super::{cases, findings};

/// Dice that never end.
type Chances<'c> = std::iter::Cycle<std::slice::Iter<'c, Index>>;

/// Puts things into another order, one that follows from the chances.
fn shuffle<T>(items: &mut [T], chances: &mut Chances<'_>) {
    for place in (1..items.len()).rev() {
        items.swap(place, chances.next().unwrap().index(place + 1));
    }
}

/// Shuffles every list of a snapshot, or those of policy documents alone.
fn shuffle_lists(value: &mut Value, inside: bool, chances: &mut Chances<'_>) {
    match value {
        Value::Array(items) => {
            if !inside {
                shuffle(items, chances);
            }
            for item in items {
                shuffle_lists(item, inside, chances);
            }
        }
        Value::Object(members) => {
            for (name, member) in members {
                if name == "Statement" {
                    if let (true, Value::Array(items)) = (inside, &mut *member) {
                        shuffle(items, chances);
                    }
                    continue;
                }
                shuffle_lists(member, inside, chances);
            }
        }
        _ => {}
    }
}

fn recorded(inventory: &Inventory) -> Value {
    let mut text = Vec::new();
    snapshot::write(inventory, &mut text).unwrap();
    serde_json::from_slice(&text).unwrap()
}

fn judged(inventory: &Inventory) -> Audit {
    audit(inventory, baselines(), &Selection::default())
}

/// Pages as `aws iam get-account-authorization-details` prints them, so many roles on each.
fn pages(inventory: &Value, most: usize, chances: &mut Chances<'_>) -> String {
    let mut roles: Vec<Value> = inventory["roles"]
        .as_array()
        .unwrap()
        .iter()
        .map(role)
        .collect();
    shuffle(&mut roles, chances);
    let mut policies: Vec<Value> = inventory["policies"]
        .as_array()
        .unwrap()
        .iter()
        .map(policy)
        .collect();
    shuffle(&mut policies, chances);
    let mut pages: Vec<Value> = roles
        .chunks(most)
        .map(|roles| json!({"IsTruncated": true, "RoleDetailList": roles}))
        .collect();
    for policy in policies {
        let page = chances.next().unwrap().index(pages.len());
        let page = pages[page].as_object_mut().unwrap();
        page.entry("Policies")
            .or_insert(json!([]))
            .as_array_mut()
            .unwrap()
            .push(policy);
    }
    pages.last_mut().unwrap()["IsTruncated"] = false.into();
    pages.iter().map(Value::to_string).collect()
}

fn role(role: &Value) -> Value {
    let read = |fact: &str| role[fact]["read"].clone();
    let arns = read("attached");
    let inline = read("inline");
    json!({
        "Arn": role["arn"], "RoleName": role["name"], "Path": role["path"],
        "AssumeRolePolicyDocument": read("trust"),
        "AttachedManagedPolicies": arns.as_array().unwrap().iter()
            .map(|arn| json!({"PolicyArn": arn})).collect::<Vec<_>>(),
        "RolePolicyList": inline.as_array().unwrap().iter()
            .map(|own| json!({"PolicyName": own["name"], "PolicyDocument": own["document"]["read"]}))
            .collect::<Vec<_>>(),
    })
}

fn policy(policy: &Value) -> Value {
    let version = &policy["default_version"]["read"];
    json!({
        "Arn": policy["arn"], "DefaultVersionId": version, "AttachmentCount": 1,
        "PolicyVersionList": [{"VersionId": version, "Document": policy["document"]["read"]}],
    })
}

proptest! {
    #![proptest_config(cases(100))]

    #[test]
    fn lists_in_another_order_make_the_same_audit(
        recipe in recipes(),
        chances in proptest::collection::vec(any::<Index>(), 20),
    ) {
        let account = recipe.account();
        let mut value = recorded(&account.0);
        let plain = snapshot::read(&value.to_string()).unwrap();
        shuffle_lists(&mut value, false, &mut chances.iter().cycle());
        let other = snapshot::read(&value.to_string()).unwrap();
        prop_assert_eq!(&plain, &other);
        prop_assert_eq!(format!("{:?}", judged(&plain)), format!("{:?}", judged(&other)));
    }

    #[test]
    fn statements_in_another_order_make_the_same_findings(
        recipe in recipes(),
        chances in proptest::collection::vec(any::<Index>(), 20),
    ) {
        let mut value = recorded(&recipe.account().0);
        let plain = judged(&snapshot::read(&value.to_string()).unwrap());
        shuffle_lists(&mut value, true, &mut chances.iter().cycle());
        let other = judged(&snapshot::read(&value.to_string()).unwrap());
        let said = |audit: &Audit| -> Vec<String> {
            let found = findings(audit).into_values();
            found.map(|own| format!(
                "{} {} {:?} {:?} {:?} {:?}", own.id, own.rule.id, own.resource, own.origin,
                own.confidence, own.proof.as_ref().map(|proof| (proof.gained, proof.actions.clone()))
            )).collect()
        };
        prop_assert_eq!(said(&plain), said(&other));
        prop_assert_eq!(format!("{:?}", plain.roles), format!("{:?}", other.roles));
        prop_assert_eq!(format!("{:?}", plain.gaps), format!("{:?}", other.gaps));
    }

    #[test]
    fn pages_in_another_order_make_the_same_audit(
        recipe in recipes(),
        most in 1_usize..4,
        chances in proptest::collection::vec(any::<Index>(), 20),
        others in proptest::collection::vec(any::<Index>(), 20),
    ) {
        let value = recorded(&recipe.account().0);
        let roles = value["roles"].as_array().unwrap().len();
        let whole = gaad::read(&pages(&value, roles, &mut chances.iter().cycle())).unwrap();
        let paged = gaad::read(&pages(&value, most, &mut others.iter().cycle())).unwrap();
        prop_assert_eq!(&whole, &paged);
        prop_assert_eq!(format!("{:?}", judged(&whole)), format!("{:?}", judged(&paged)));
    }
}
