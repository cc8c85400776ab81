//! The live source through the real SDK over HTTP, against the fake account.
//!
//! The clock of the clients is held and jumps over the waits between requests, so the clients have
//! no time limits. Nothing is taken from the environment.

#![allow(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a failed unwrap is a failed test"
)]

mod fake_account;

use std::collections::{BTreeMap, BTreeSet};

use aws_config::retry::RetryConfig;
use aws_config::stalled_stream_protection::StalledStreamProtectionConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, SdkConfig};
use aws_sdk_iam::config::{Credentials, SharedCredentialsProvider};
use fake_account::{FakeAccount, Options};
use roledrift::inventory::aws::{Offered, OwnerClients, RegionalClients, Scope, Source, Strategy};
use roledrift::inventory::{
    CampaignsApi, Fact, FactOwner, Instance, Inventory, Need, OPERATIONS, Observed, UnreadReason,
};
use roledrift::model::Region;
use serde_json::{Value, json};

const HOME: &str = "us-east-1";
const AWAY: &str = "eu-west-2";
const FAR: &str = "ap-southeast-2";
/// Attempts per request.
const ATTEMPTS: u32 = 3;
/// A policy that only one role carries, and a user.
const SHARED: &str = "arn:aws:iam::aws:policy/aws-service-role/CertificateManagerServiceRolePolicy";

fn regions(names: &[&str]) -> BTreeSet<Region> {
    names.iter().map(|name| name.parse().unwrap()).collect()
}

/// Everything, in Regions that are named or in all three.
fn scope(only: &[&str]) -> Scope {
    Scope {
        regions: regions(only),
        ..offered(&[HOME, AWAY, FAR])
    }
}

/// Everything, where only these Regions offer the services.
fn offered(names: &[&str]) -> Scope {
    let offered = Some(regions(names));
    Scope {
        owners: true,
        regions: BTreeSet::new(),
        offered: Offered {
            connect: offered.clone(),
            campaigns: offered.clone(),
            profiles: offered,
        },
    }
}

/// The contact centre, with last uses that stay where they are.
fn contact_center() -> Value {
    let text = include_str!("fake_account/accounts/contact-center.clean.json");
    let mut account: Value = serde_json::from_str(text).unwrap();
    for role in account["roles"].as_array_mut().unwrap() {
        if role["last_use"].is_object() {
            role["last_use"] = json!({"region": HOME, "at": "2026-10-01T12:00:00Z"});
        }
    }
    account
}

/// Three instances of the contact centre in two Regions, a look-alike, and a user with AWS's policy.
fn small() -> Value {
    let mut account = contact_center();
    for (region, instances) in [(HOME, 2), (AWAY, 1), (FAR, 0)] {
        let found = account["regions"][region]["instances"].as_array_mut();
        found.unwrap().truncate(instances);
    }
    let nothing = json!({"Version": "2012-10-17", "Statement": []});
    let own = "arn:aws:iam::111122223333:policy/own";
    account["policies"].as_array_mut().unwrap().push(json!({
        "arn": own,
        "default_version": "v1",
        "versions": [{"version": "v1", "created": "2026-01-01T00:00:00Z", "document": nothing}],
    }));
    account["roles"].as_array_mut().unwrap().push(json!({
        "name": "AWSServiceRoleForSupport_backup",
        "path": "/",
        "created": "2026-01-01T00:00:00Z",
        "trust": nothing,
        "attached": [own],
        "inline": {"extra": nothing},
    }));
    account["users"] = json!([{"name": "eve", "attached": [SHARED]}]);
    account
}

/// Serves an account that refuses as `rules` say, at any rate.
fn serve(account: &Value, rules: &Value) -> FakeAccount {
    let options = Options {
        control: json!({"enforce_rates": false, "rules": rules}).to_string(),
        ..Options::default()
    };
    FakeAccount::of(&account.to_string(), &options).unwrap()
}

fn source(server: &FakeAccount, strategy: Strategy) -> Source {
    let (key, secret) = server.first_credentials();
    let credentials = Credentials::new(key, secret, None, None, "test");
    let config = SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .endpoint_url(server.url())
        .region(aws_config::Region::new(HOME))
        .retry_config(RetryConfig::standard().with_max_attempts(ATTEMPTS))
        .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
        .timeout_config(TimeoutConfig::disabled())
        .build();
    let account = aws_sdk_account::Client::new(&config);
    let of_region = config.clone();
    let owners = OwnerClients::new(account, move |region| {
        let region = aws_config::Region::new(region.to_string());
        let config = of_region.clone().into_builder().region(region).build();
        RegionalClients {
            connect: aws_sdk_connect::Client::new(&config),
            campaigns: aws_sdk_connectcampaigns::Client::new(&config),
            campaigns_v2: aws_sdk_connectcampaignsv2::Client::new(&config),
            profiles: aws_sdk_customerprofiles::Client::new(&config),
        }
    });
    let iam = aws_sdk_iam::Client::new(&config);
    Source::new(iam, aws_sdk_sts::Client::new(&config))
        .with_owners(owners)
        .with_strategy(strategy)
}

async fn collect(server: &FakeAccount, strategy: Strategy, scope: &Scope) -> Inventory {
    let now = "2026-11-02T06:00:00Z".parse().unwrap();
    let source = source(server, strategy);
    let inventory = source.collect(now, scope, &|_| {}).await.unwrap();
    assert_eq!(server.log().unsigned, 0);
    inventory
}

/// Lists what was not read: subject, fact, reason, operation.
fn unread(inventory: &Inventory) -> Vec<(FactOwner, Fact, UnreadReason, String)> {
    let coverage = inventory.coverage();
    let unread = coverage.unread().map(|(entry, unread)| {
        let subject = entry.subject.clone();
        let operation = unread.operation.clone();
        (subject, entry.fact.clone(), unread.reason, operation)
    });
    unread.collect()
}

fn instances<'a>(inventory: &'a Inventory, region: &str) -> &'a [Instance] {
    let owners = &inventory.owners.regions[&region.parse::<Region>().unwrap()];
    owners.instances.read().unwrap()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// Compares an instance with its recording.
fn assert_read(instance: &Instance, recorded: &Value) {
    assert_eq!(instance.alias.as_deref(), recorded["alias"].as_str());
    let role = instance.role.as_ref().unwrap().as_str();
    assert_eq!(Some(role), recorded["service_role"].as_str());
    for (kind, targets) in &instance.storage {
        let recorded = list(&recorded["storage"][kind.as_str()]);
        assert_eq!(targets.read().unwrap().len(), recorded.len(), "{kind}");
    }
    let bots = instance.bots.read().unwrap();
    assert_eq!(bots.len(), list(&recorded["bots"]).len());
    let found = instance.integrations.read().unwrap();
    let found: BTreeSet<_> = found.iter().map(|found| found.resource.as_str()).collect();
    let integrations = list(&recorded["integrations"]).iter();
    let integrations: BTreeSet<_> = integrations.filter_map(|one| one["arn"].as_str()).collect();
    assert_eq!(found, integrations);
    for (switch, on) in &instance.switches {
        let recorded = recorded["attributes"][switch.as_str()].as_bool();
        assert_eq!(*on, Observed::Read(recorded.unwrap_or(false)), "{switch}");
    }
    let newer = instance.campaigns[&CampaignsApi::V2].read().unwrap();
    let recorded = &recorded["campaigns"];
    assert_eq!(newer.is_some(), recorded.is_object());
    if let Some(campaigns) = newer {
        let role = campaigns.role.as_ref().unwrap().as_str();
        assert_eq!(Some(role), recorded["service_role"].as_str());
        let onboarding = campaigns.onboarding.read().unwrap().as_ref().unwrap();
        assert_eq!(onboarding.status, recorded["onboarding"]["status"]);
        let integrations = campaigns.integrations.read().unwrap();
        assert_eq!(integrations.len(), list(&recorded["integrations"]).len());
    }
}

#[tokio::test(start_paused = true)]
async fn the_contact_center_is_read_completely() {
    let recorded = contact_center();
    let server = serve(&recorded, &json!([]));
    let inventory = collect(&server, Strategy::Bulk, &scope(&[])).await;
    assert_eq!(unread(&inventory), []);
    assert_eq!(inventory.account.as_str(), recorded["id"].as_str().unwrap());
    assert_eq!(server.log().throttled, 0);

    let roles: BTreeMap<_, _> = inventory
        .roles
        .iter()
        .map(|role| (role.name.as_str(), role))
        .collect();
    assert_eq!(roles.len(), list(&recorded["roles"]).len());
    for recorded in list(&recorded["roles"]) {
        let role = roles[recorded["name"].as_str().unwrap()];
        assert_eq!(Some(role.path.as_str()), recorded["path"].as_str());
        let trust = role.trust.read().unwrap().as_str();
        let trust: Value = serde_json::from_str(trust).unwrap();
        assert_eq!(trust, recorded["trust"]);
        let attached = role.attached.read().unwrap();
        assert_eq!(attached.len(), list(&recorded["attached"]).len());
        let inline = role.inline.read().unwrap().len();
        assert_eq!(
            inline,
            recorded["inline"]
                .as_object()
                .map_or(0, serde_json::Map::len)
        );
        assert!(
            attached
                .iter()
                .all(|arn| inventory.policies.contains_key(arn))
        );
    }
    let sizes = [(HOME, 12, 2), (AWAY, 8, 1), (FAR, 5, 1)];
    assert_eq!(inventory.owners.regions.len(), sizes.len());
    for (region, number, domains) in sizes {
        let owners = &inventory.owners.regions[&region.parse::<Region>().unwrap()];
        assert_eq!(owners.domains.read().unwrap().len(), domains, "{region}");
        let found = instances(&inventory, region);
        assert_eq!(found.len(), number, "{region}");
        for instance in found {
            let mut recorded = list(&recorded["regions"][region]["instances"]).iter();
            let recorded = recorded.find(|recorded| recorded["id"] == instance.id);
            assert_read(instance, recorded.unwrap());
        }
    }
    let used = instances(&inventory, HOME).iter();
    let used = used.filter(|instance| !instance.domains.read().unwrap().is_empty());
    assert_eq!(used.count(), 2, "one instance for each domain");
    // Two versions of Lex, and the second has two pages in each instance.
    assert_eq!(server.log().operations["connect:ListBots"].calls, 25 * 3);
}

#[tokio::test(start_paused = true)]
async fn bulk_targeted_and_small_pages_tell_the_same() {
    let plain = serve(&small(), &json!([]));
    let bulk = collect(&plain, Strategy::Bulk, &scope(&[])).await;
    assert_eq!(unread(&bulk), []);
    assert_eq!(collect(&plain, Strategy::Targeted, &scope(&[])).await, bulk);
    let paged = serve(&small(), &json!([{"fault": {"page_size": 2}}]));
    for strategy in [Strategy::Bulk, Strategy::Targeted] {
        assert_eq!(collect(&paged, strategy, &scope(&[])).await, bulk);
    }
    let calls = |server: &FakeAccount, operation: &str| server.log().operations[operation].calls;
    for operation in [
        "account:ListRegions",
        "connect:ListBots",
        "iam:GetAccountAuthorizationDetails",
        "iam:ListPolicies",
        "iam:ListRoles",
    ] {
        assert!(
            calls(&paged, operation) > calls(&plain, operation),
            "{operation}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_scan_calls_what_the_table_of_operations_says() {
    let server = serve(&small(), &json!([]));
    collect(&server, Strategy::Targeted, &scope(&[])).await;
    // Only where the account does not fit a page is its size asked for.
    server
        .control(r#"{"rules": [{"operation": "iam:*", "fault": {"page_size": 5}}]}"#)
        .unwrap();
    let alone = Scope::default();
    collect(&server, Strategy::Auto, &alone).await;
    let log = server.log();
    let called: BTreeSet<String> = log
        .ever
        .iter()
        .map(|name| name.replace("connect-campaigns-v2:", "connect-campaigns:"))
        .collect();
    let table = OPERATIONS
        .iter()
        .filter(|operation| operation.need != Need::Organization)
        .map(|operation| operation.action.to_owned());
    assert_eq!(called, table.collect());
}

type Tells = fn(&Fact) -> bool;

/// Operations with the kind of fact that each tells.
const TELLS: [(&str, Tells); 17] = [
    ("iam:ListAttachedRolePolicies", |fact| {
        matches!(fact, Fact::AttachedPolicies)
    }),
    ("iam:ListRolePolicies", |fact| {
        matches!(fact, Fact::InlinePolicies)
    }),
    ("iam:GetRolePolicy", |fact| {
        matches!(fact, Fact::InlineDocument(_))
    }),
    ("iam:ListEntitiesForPolicy", |fact| {
        matches!(fact, Fact::Carriers)
    }),
    ("connect:ListInstanceStorageConfigs", |fact| {
        matches!(fact, Fact::Storage(_))
    }),
    ("connect:ListBots", |fact| matches!(fact, Fact::Bots)),
    ("connect:ListIntegrationAssociations", |fact| {
        matches!(fact, Fact::Integrations)
    }),
    ("connect:DescribeInstanceAttribute", |fact| {
        matches!(fact, Fact::Switch(_))
    }),
    ("profile:ListDomains", |fact| matches!(fact, Fact::Domains)),
    ("profile:GetDomain", |fact| {
        matches!(fact, Fact::DomainSettings(_))
    }),
    ("profile:ListAccountIntegrations", |fact| {
        matches!(fact, Fact::InstanceDomains)
    }),
    ("connect-campaigns:GetConnectInstanceConfig", |fact| {
        matches!(fact, Fact::Campaigns(CampaignsApi::V1))
    }),
    ("connect-campaigns-v2:GetConnectInstanceConfig", |fact| {
        matches!(fact, Fact::Campaigns(CampaignsApi::V2))
    }),
    (
        "connect-campaigns-v2:GetInstanceOnboardingJobStatus",
        |fact| matches!(fact, Fact::Onboarding(CampaignsApi::V2)),
    ),
    ("connect-campaigns:ListCampaigns", |fact| {
        matches!(fact, Fact::CampaignList(CampaignsApi::V1))
    }),
    ("connect-campaigns-v2:ListCampaigns", |fact| {
        matches!(fact, Fact::CampaignList(CampaignsApi::V2))
    }),
    (
        "connect-campaigns-v2:ListConnectInstanceIntegrations",
        |fact| matches!(fact, Fact::CampaignIntegrations(CampaignsApi::V2)),
    ),
];

#[tokio::test(start_paused = true)]
async fn a_denied_operation_costs_one_kind_of_fact() {
    let server = serve(&small(), &json!([]));
    for (operation, tells) in TELLS {
        let rules = json!({"rules": [{"operation": operation, "fault": "deny"}]});
        server.control(&rules.to_string()).unwrap();
        let strategy = match operation.strip_prefix("iam:") {
            Some(_) => Strategy::Targeted,
            None => Strategy::Bulk,
        };
        let inventory = collect(&server, strategy, &offered(&[AWAY])).await;
        let unread = unread(&inventory);
        assert!(!unread.is_empty(), "{operation}");
        let action = operation.replace("-v2:", ":");
        for (subject, fact, reason, named) in unread {
            assert!(tells(&fact), "{operation}: {fact} of {subject:?}");
            assert_eq!((reason, &named), (UnreadReason::Denied, &action));
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_denied_region_costs_only_itself() {
    let rules = json!([{"operation": "connect:*", "region": AWAY, "fault": "deny"}]);
    let server = serve(&small(), &rules);
    let inventory = collect(&server, Strategy::Bulk, &scope(&[])).await;
    assert_eq!(instances(&inventory, HOME).len(), 2);
    assert_eq!(
        unread(&inventory),
        [(
            FactOwner::Region(AWAY.parse().unwrap()),
            Fact::Instances,
            UnreadReason::Denied,
            "connect:ListInstances".to_owned()
        )]
    );
}

#[tokio::test(start_paused = true)]
async fn an_instance_that_is_not_onboarded_has_no_campaigns() {
    let server = serve(&small(), &json!([]));
    let inventory = collect(&server, Strategy::Bulk, &scope(&[HOME])).await;
    let named = |alias: &str| {
        let mut found = instances(&inventory, HOME).iter();
        found
            .find(|found| found.alias.as_deref() == Some(alias))
            .unwrap()
    };
    let (onboarded, not) = (named("acme-us-east-00"), named("acme-us-east-01"));
    assert!(
        onboarded.campaigns[&CampaignsApi::V2]
            .read()
            .unwrap()
            .is_some()
    );
    for api in CampaignsApi::ALL {
        assert_eq!(not.campaigns[api], Observed::Read(None), "{api}");
    }
}

#[tokio::test(start_paused = true)]
async fn without_a_list_of_regions_all_that_offer_the_services_are_asked() {
    let mut account = small();
    account["regions"].as_object_mut().unwrap().remove(FAR);
    account["region_status"] = json!({FAR: "DISABLED"});
    let rules = json!([{"operation": "account:ListRegions", "fault": "deny"}]);
    let server = serve(&account, &rules);
    let inventory = collect(&server, Strategy::Bulk, &scope(&[])).await;
    assert_eq!(instances(&inventory, HOME).len(), 2);
    assert_eq!(instances(&inventory, AWAY).len(), 1);
    let far = FactOwner::Region(FAR.parse().unwrap());
    let unread = unread(&inventory);
    assert!(
        unread.iter().all(|(subject, ..)| *subject == far),
        "{unread:?}"
    );
    let facts: Vec<&Fact> = unread.iter().map(|(_, fact, ..)| fact).collect();
    assert_eq!(facts, [&Fact::Instances, &Fact::Domains]);
}

#[tokio::test(start_paused = true)]
async fn narrowing_to_a_region_asks_there_only_and_is_told() {
    let server = serve(
        &small(),
        &json!([{"region": HOME, "operation": "connect:*", "fault": "deny"}]),
    );
    let inventory = collect(&server, Strategy::Bulk, &scope(&[AWAY])).await;
    assert_eq!(instances(&inventory, AWAY).len(), 1);
    assert_eq!(inventory.owners.regions.len(), 1);
    assert_eq!(server.log().operations["connect:ListInstances"].refused, 0);
    let skipped = inventory.owners.listing.unread().unwrap();
    assert_eq!(skipped.reason, UnreadReason::Skipped);
    assert_eq!(skipped.message, "not asked in ap-southeast-2, us-east-1");
}

#[tokio::test(start_paused = true)]
async fn owners_that_are_skipped_are_not_asked_for() {
    let server = serve(&small(), &json!([]));
    let inventory = collect(&server, Strategy::Bulk, &Scope::default()).await;
    assert!(inventory.owners.regions.is_empty());
    let log = server.log();
    let mut called = log.ever.iter();
    assert!(called.all(|name| name.starts_with("iam:") || name.starts_with("sts:")));
}

#[tokio::test(start_paused = true)]
async fn throttling_is_retried_and_told_when_retries_end() {
    let id = small()["regions"][AWAY]["instances"][0]["id"].clone();
    let throttled = |times: u32| {
        json!([{
            "operation": "connect:ListIntegrationAssociations",
            "parameter": id,
            "times": times,
            "fault": "throttle",
        }])
    };
    let passing = serve(&small(), &throttled(ATTEMPTS - 1));
    let inventory = collect(&passing, Strategy::Bulk, &scope(&[])).await;
    assert_eq!(unread(&inventory), []);

    let lasting = serve(&small(), &throttled(1000));
    let inventory = collect(&lasting, Strategy::Bulk, &scope(&[])).await;
    let arn = instances(&inventory, AWAY)[0].arn.clone();
    let operation = "connect:ListIntegrationAssociations".to_owned();
    assert_eq!(
        lasting.log().operations[&operation].throttled,
        u64::from(ATTEMPTS)
    );
    assert_eq!(
        unread(&inventory),
        [(
            FactOwner::Instance(arn),
            Fact::Integrations,
            UnreadReason::Throttled,
            operation
        )]
    );
}
