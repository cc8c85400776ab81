//! A scripted account: what each Region answers, and ways to change it.

#![allow(
    unreachable_pub,
    clippy::unwrap_used,
    reason = "shared within the test; a failed unwrap is a failed test"
)]

use aws_sdk_account::operation::list_regions::ListRegionsOutput;
use aws_sdk_account::types::RegionOptStatus;
use aws_sdk_connect::error::ErrorMetadata;
use aws_sdk_connect::operation::describe_instance_attribute::DescribeInstanceAttributeOutput;
use aws_sdk_connect::operation::list_bots::ListBotsOutput;
use aws_sdk_connect::operation::list_instance_storage_configs::ListInstanceStorageConfigsOutput;
use aws_sdk_connect::operation::list_instances::ListInstancesOutput;
use aws_sdk_connect::operation::list_integration_associations::ListIntegrationAssociationsOutput;
use aws_sdk_connect::types as connect;
use aws_sdk_connectcampaigns::operation as campaigns;
use aws_sdk_connectcampaignsv2::operation as campaigns_v2;
use aws_sdk_customerprofiles::operation::get_domain::GetDomainOutput;
use aws_sdk_customerprofiles::operation::list_account_integrations::ListAccountIntegrationsOutput;
use aws_sdk_customerprofiles::operation::list_domains::ListDomainsOutput;
use aws_sdk_customerprofiles::primitives::DateTime;
use aws_sdk_iam::operation::get_account_authorization_details::GetAccountAuthorizationDetailsOutput;
use aws_sdk_iam::operation::list_policies::ListPoliciesOutput;
use aws_sdk_iam::operation::list_roles::ListRolesOutput;
use aws_sdk_sts::operation::get_caller_identity::GetCallerIdentityOutput;
use aws_smithy_mocks::{Rule, RuleMode, mock, mock_client};
use roledrift::inventory::aws::{Offered, OwnerClients, RegionalClients, Scope, Source};
use roledrift::inventory::{Fact, FactOwner, Instance, Inventory, UnreadReason};
use roledrift::model::Region;
use std::collections::{BTreeMap, BTreeSet};

pub const HOME: &str = "us-east-1";
pub const AWAY: &str = "eu-west-2";
pub const NOW: &str = "2026-11-02T06:00:00Z";

pub fn region(name: &str) -> Region {
    name.parse().unwrap()
}

pub fn set(names: &[&str]) -> BTreeSet<Region> {
    names.iter().map(|name| region(name)).collect()
}

pub fn instance_arn(number: usize) -> String {
    format!("arn:aws:connect:us-east-1:111122223333:instance/{number:08}")
}

pub const ROLE: &str = "arn:aws:iam::111122223333:role/aws-service-role/connect.amazonaws.com/AWSServiceRoleForAmazonConnect_a";
pub const CAMPAIGN: &str = "arn:aws:connect-campaigns:us-east-1:111122223333:campaign/1";
pub const CAMPAIGNS_ROLE: &str = "arn:aws:iam::111122223333:role/aws-service-role/connect-campaigns.amazonaws.com/AWSServiceRoleForConnectCampaigns_a";

pub fn denied() -> ErrorMetadata {
    coded("AccessDeniedException")
}

pub fn coded(code: &str) -> ErrorMetadata {
    ErrorMetadata::builder().code(code).message("no").build()
}

/// What one Region answers; rules added last are asked first.
#[derive(Clone, Default)]
pub struct Script {
    connect: Vec<Rule>,
    campaigns: Vec<Rule>,
    campaigns_v2: Vec<Rule>,
    profiles: Vec<Rule>,
}

impl Script {
    /// A Region with nothing in it.
    pub fn empty() -> Self {
        Self::with_instances(0..0)
    }

    /// A Region with these instances, each with nothing configured.
    pub fn with_instances(numbers: std::ops::Range<usize>) -> Self {
        let listed = numbers.clone();
        let instances = mock!(aws_sdk_connect::Client::list_instances).then_output(move || {
            ListInstancesOutput::builder()
                // The wrong way round: the inventory has an order of its own.
                .set_instance_summary_list(Some(listed.clone().rev().map(summary).collect()))
                .build()
        });
        let storage = mock!(aws_sdk_connect::Client::list_instance_storage_configs)
            .then_output(|| ListInstanceStorageConfigsOutput::builder().build());
        let bots = mock!(aws_sdk_connect::Client::list_bots)
            .then_output(|| ListBotsOutput::builder().build());
        let integrations = mock!(aws_sdk_connect::Client::list_integration_associations)
            .then_output(|| ListIntegrationAssociationsOutput::builder().build());
        let attribute = mock!(aws_sdk_connect::Client::describe_instance_attribute)
            .then_output(|| attribute("false"));
        let domains = mock!(aws_sdk_customerprofiles::Client::list_domains)
            .then_output(|| ListDomainsOutput::builder().build());
        let settings = mock!(aws_sdk_customerprofiles::Client::get_domain).then_output(|| {
            let long_ago = DateTime::from_secs(1_700_000_000);
            GetDomainOutput::builder()
                .domain_name("whatever")
                .created_at(long_ago)
                .last_updated_at(long_ago)
                .build()
                .unwrap()
        });
        let used = mock!(aws_sdk_customerprofiles::Client::list_account_integrations)
            .then_output(|| ListAccountIntegrationsOutput::builder().build());
        let first = mock!(aws_sdk_connectcampaigns::Client::get_connect_instance_config)
            .then_error(|| {
                campaigns::get_connect_instance_config::GetConnectInstanceConfigError::generic(
                    coded("ResourceNotFoundException"),
                )
            });
        let second = mock!(aws_sdk_connectcampaignsv2::Client::get_connect_instance_config)
            .then_error(|| {
                campaigns_v2::get_connect_instance_config::GetConnectInstanceConfigError::generic(
                    coded("ResourceNotFoundException"),
                )
            });
        let first_list = mock!(aws_sdk_connectcampaigns::Client::list_campaigns)
            .then_output(|| campaigns::list_campaigns::ListCampaignsOutput::builder().build());
        let second_list = mock!(aws_sdk_connectcampaignsv2::Client::list_campaigns)
            .then_output(|| campaigns_v2::list_campaigns::ListCampaignsOutput::builder().build());
        Self {
            connect: vec![instances, storage, bots, integrations, attribute],
            campaigns: vec![first, first_list],
            campaigns_v2: vec![second, second_list],
            profiles: vec![domains, settings, used],
        }
    }

    pub fn connect(mut self, rule: &Rule) -> Self {
        self.connect.insert(0, rule.clone());
        self
    }

    pub fn campaigns(mut self, rules: &[&Rule]) -> Self {
        self.campaigns.splice(0..0, rules.iter().copied().cloned());
        self
    }

    pub fn campaigns_v2(mut self, rules: &[&Rule]) -> Self {
        let rules = rules.iter().copied().cloned();
        self.campaigns_v2.splice(0..0, rules);
        self
    }

    pub fn profiles(mut self, rule: &Rule) -> Self {
        self.profiles.insert(0, rule.clone());
        self
    }

    pub fn clients(&self) -> RegionalClients {
        RegionalClients {
            connect: mock_client!(aws_sdk_connect, RuleMode::MatchAny, &self.connect),
            campaigns: mock_client!(
                aws_sdk_connectcampaigns,
                RuleMode::MatchAny,
                &self.campaigns
            ),
            campaigns_v2: mock_client!(
                aws_sdk_connectcampaignsv2,
                RuleMode::MatchAny,
                &self.campaigns_v2
            ),
            profiles: mock_client!(aws_sdk_customerprofiles, RuleMode::MatchAny, &self.profiles),
        }
    }
}

pub fn summary(number: usize) -> connect::InstanceSummary {
    connect::InstanceSummary::builder()
        .id(format!("{number:08}"))
        .arn(instance_arn(number))
        .instance_alias("support")
        .instance_status(connect::InstanceStatus::Active)
        .created_time(DateTime::from_secs(1_700_000_000))
        .service_role(ROLE)
        .build()
}

pub fn attribute(value: &str) -> DescribeInstanceAttributeOutput {
    let attribute = connect::Attribute::builder().value(value).build();
    DescribeInstanceAttributeOutput::builder()
        .attribute(attribute)
        .build()
}

pub fn storage(
    configs: impl Fn() -> Vec<connect::InstanceStorageConfig> + Send + Sync + 'static,
) -> Rule {
    mock!(aws_sdk_connect::Client::list_instance_storage_configs)
        .match_requests(|request| {
            request.resource_type() == Some(&connect::InstanceStorageResourceType::CallRecordings)
        })
        .then_output(move || {
            ListInstanceStorageConfigsOutput::builder()
                .set_storage_configs(Some(configs()))
                .build()
        })
}

/// The key that objects of buckets are encrypted with, where one is configured.
pub const KEY: &str = "arn:aws:kms:us-east-1:111122223333:key/1";

pub fn s3(bucket: &str, key: Option<&str>) -> connect::InstanceStorageConfig {
    let encryption = key.map(|key| {
        connect::EncryptionConfig::builder()
            .encryption_type(connect::EncryptionType::Kms)
            .key_id(key)
            .build()
            .unwrap()
    });
    let place = connect::S3Config::builder()
        .bucket_name(bucket)
        .bucket_prefix("calls/")
        .set_encryption_config(encryption);
    connect::InstanceStorageConfig::builder()
        .storage_type(connect::StorageType::S3)
        .s3_config(place.build().unwrap())
        .build()
        .unwrap()
}

/// The Regions of the account as Account Management lists them, with one that is disabled.
pub fn regions() -> Rule {
    mock!(aws_sdk_account::Client::list_regions).then_output(|| {
        let listed = [
            (HOME, RegionOptStatus::EnabledByDefault),
            (AWAY, RegionOptStatus::Enabled),
            ("eu-north-1", RegionOptStatus::EnabledByDefault),
            ("af-south-1", RegionOptStatus::Disabled),
        ];
        let listed = listed.map(|(name, status)| {
            aws_sdk_account::types::Region::builder()
                .region_name(name)
                .region_opt_status(status)
                .build()
        });
        ListRegionsOutput::builder()
            .set_regions(Some(listed.to_vec()))
            .build()
    })
}

pub fn scope(regions: &[&str]) -> Scope {
    let offered = Some(set(&[HOME, AWAY, "af-south-1", "us-gov-west-1"]));
    Scope {
        owners: true,
        regions: set(regions),
        offered: Offered {
            connect: offered.clone(),
            campaigns: offered.clone(),
            profiles: offered,
        },
    }
}

/// An account without roles, and what these Regions answer.
pub fn source(regions: &Rule, scripts: &[(&str, Script)]) -> Source {
    let clients: BTreeMap<Region, RegionalClients> = scripts
        .iter()
        .map(|(name, script)| (region(name), script.clients()))
        .collect();
    let account = mock_client!(aws_sdk_account, RuleMode::MatchAny, [regions]);
    let owners = OwnerClients::new(account, move |region| clients[region].clone());
    let roles = mock!(aws_sdk_iam::Client::list_roles).then_output(|| {
        let page = ListRolesOutput::builder().set_roles(Some(Vec::new()));
        page.build().unwrap()
    });
    let details = mock!(aws_sdk_iam::Client::get_account_authorization_details)
        .then_output(|| GetAccountAuthorizationDetailsOutput::builder().build());
    let policies = mock!(aws_sdk_iam::Client::list_policies)
        .then_output(|| ListPoliciesOutput::builder().build());
    let identity = mock!(aws_sdk_sts::Client::get_caller_identity).then_output(|| {
        GetCallerIdentityOutput::builder()
            .account("111122223333")
            .arn("arn:aws:sts::111122223333:assumed-role/audit/session")
            .build()
    });
    let iam = mock_client!(
        aws_sdk_iam,
        RuleMode::MatchAny,
        [&roles, &details, &policies]
    );
    let sts = mock_client!(aws_sdk_sts, RuleMode::MatchAny, [&identity]);
    Source::new(iam, sts).with_owners(owners)
}

pub async fn collect(scope: &Scope, regions: &Rule, scripts: &[(&str, Script)]) -> Inventory {
    source(regions, scripts)
        .collect(NOW.parse().unwrap(), scope, &|_| {})
        .await
        .unwrap()
}

/// Collects an account whose other Region is empty.
pub async fn collect_home(script: Script) -> Inventory {
    let scripts = [(HOME, script), (AWAY, Script::empty())];
    collect(&scope(&[]), &regions(), &scripts).await
}

pub fn instances<'a>(inventory: &'a Inventory, name: &str) -> &'a [Instance] {
    inventory.owners.regions[&region(name)]
        .instances
        .read()
        .unwrap()
}

/// What was not read, and by which operation.
pub fn unread(inventory: &Inventory) -> Vec<(FactOwner, Fact, UnreadReason, String)> {
    let coverage = inventory.coverage();
    let unread = coverage.unread().map(|(entry, unread)| {
        let (subject, fact) = (entry.subject.clone(), entry.fact.clone());
        (subject, fact, unread.reason, unread.operation.clone())
    });
    unread.collect()
}
