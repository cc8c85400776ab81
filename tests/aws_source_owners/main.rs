//! What roles serve, read through the live source against scripted SDK answers.

#![allow(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a failed unwrap is a failed test"
)]

mod script;

use aws_sdk_account::operation::list_regions::ListRegionsError;
use aws_sdk_connect::operation::list_bots::{ListBotsError, ListBotsOutput};
use aws_sdk_connect::operation::list_instance_storage_configs::ListInstanceStorageConfigsOutput;
use aws_sdk_connect::operation::list_instances::{ListInstancesError, ListInstancesOutput};
use aws_sdk_connect::operation::list_integration_associations::ListIntegrationAssociationsOutput;
use aws_sdk_connect::types as connect;
use aws_sdk_connectcampaigns::operation as campaigns;
use aws_sdk_connectcampaigns::types as campaigns_types;
use aws_sdk_connectcampaignsv2::operation as campaigns_v2;
use aws_sdk_connectcampaignsv2::types as campaigns_v2_types;
use aws_sdk_customerprofiles::operation::get_domain::{GetDomainError, GetDomainOutput};
use aws_sdk_customerprofiles::operation::list_account_integrations::ListAccountIntegrationsOutput;
use aws_sdk_customerprofiles::operation::list_domains::ListDomainsOutput;
use aws_sdk_customerprofiles::primitives::DateTime;
use aws_sdk_customerprofiles::types as profiles;
use aws_smithy_mocks::{Rule, RuleMode, mock, mock_client};
use roledrift::inventory::aws::{OwnerClients, RegionalClients, Scope};
use roledrift::inventory::{
    Bot, Campaigns, CampaignsApi, DomainSettings, Fact, FactOwner, Integration, Observed,
    Onboarding, StorageTarget, StorageUse, Switch, UnreadReason, snapshot,
};
use roledrift::model::Region;
use script::*;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::time::Instant;

#[tokio::test(start_paused = true)]
async fn reads_what_an_instance_is_configured_with() {
    let kept = storage(|| vec![s3("second", None), s3("first", Some(KEY))]);
    let streams = mock!(aws_sdk_connect::Client::list_instance_storage_configs)
        .match_requests(|request| {
            request.resource_type()
                == Some(&connect::InstanceStorageResourceType::ContactTraceRecords)
        })
        .then_output(|| {
            let stream = connect::KinesisFirehoseConfig::builder()
                .firehose_arn("arn:aws:firehose:us-east-1:111122223333:deliverystream/ctr");
            let config = connect::InstanceStorageConfig::builder()
                .storage_type(connect::StorageType::KinesisFirehose)
                .kinesis_firehose_config(stream.build().unwrap());
            ListInstanceStorageConfigsOutput::builder()
                .storage_configs(config.build().unwrap())
                .build()
        });
    let bots = mock!(aws_sdk_connect::Client::list_bots)
        .match_requests(|request| request.lex_version() == Some(&connect::LexVersion::V1))
        .then_output(|| {
            let bot = connect::LexBot::builder()
                .name("orders")
                .lex_region("us-west-2");
            let bot = connect::LexBotConfig::builder().lex_bot(bot.build().unwrap());
            ListBotsOutput::builder().lex_bots(bot.build()).build()
        });
    let flow_logs = mock!(aws_sdk_connect::Client::describe_instance_attribute)
        .match_requests(|request| {
            request.attribute_type() == Some(&connect::InstanceAttributeType::ContactflowLogs)
        })
        .then_output(|| attribute("true"));
    let integrations =
        mock!(aws_sdk_connect::Client::list_integration_associations).then_output(|| {
            let integration = connect::IntegrationAssociationSummary::builder()
                .integration_type(connect::IntegrationType::from("HOLOGRAM"))
                .integration_arn("arn:aws:hologram:us-east-1:111122223333:stage/1");
            ListIntegrationAssociationsOutput::builder()
                .integration_association_summary_list(integration.build())
                .build()
        });
    let script = Script::with_instances(1..2)
        .connect(&kept)
        .connect(&streams)
        .connect(&bots)
        .connect(&flow_logs)
        .connect(&integrations);
    let inventory = collect_home(script).await;

    assert_eq!(unread(&inventory), []);
    let [instance] = instances(&inventory, HOME) else {
        panic!("one instance");
    };
    assert_eq!(instance.arn.as_str(), instance_arn(1));
    assert_eq!(instance.status, "ACTIVE");
    assert_eq!(instance.role, Some(ROLE.parse().unwrap()));
    assert_eq!(instance.storage.len(), StorageUse::ALL.len());
    let bucket = |name: &str, key: Option<&str>| StorageTarget::S3 {
        bucket: name.to_owned(),
        prefix: "calls/".to_owned(),
        key: key.map(ToOwned::to_owned),
    };
    assert_eq!(
        instance.storage[&StorageUse::CallRecordings],
        Observed::Read(vec![bucket("first", Some(KEY)), bucket("second", None)])
    );
    let stream = "arn:aws:firehose:us-east-1:111122223333:deliverystream/ctr";
    assert_eq!(
        instance.storage[&StorageUse::ContactTraceRecords],
        Observed::Read(vec![StorageTarget::KinesisFirehose(
            stream.parse().unwrap()
        )])
    );
    assert_eq!(
        instance.bots,
        Observed::Read(vec![Bot::V1 {
            name: "orders".to_owned(),
            region: "us-west-2".to_owned()
        }])
    );
    assert_eq!(
        instance.integrations,
        Observed::Read(vec![Integration {
            kind: "HOLOGRAM".to_owned(),
            resource: "arn:aws:hologram:us-east-1:111122223333:stage/1".to_owned(),
        }])
    );
    assert_eq!(instance.switches[&Switch::FlowLogs], Observed::Read(true));
    assert_eq!(
        instance.switches[&Switch::OutboundCampaigns],
        Observed::Read(false)
    );
}

#[tokio::test(start_paused = true)]
async fn reads_domains_and_who_uses_them() {
    let domains = mock!(aws_sdk_customerprofiles::Client::list_domains).then_output(|| {
        let domain = profiles::ListDomainItem::builder()
            .domain_name("amazon-connect-support")
            .created_at(DateTime::from_secs(1_700_000_000))
            .last_updated_at(DateTime::from_secs(1_700_000_000));
        ListDomainsOutput::builder()
            .items(domain.build().unwrap())
            .build()
    });
    let used = mock!(aws_sdk_customerprofiles::Client::list_account_integrations)
        .match_requests(|request| request.uri() == Some(&instance_arn(1)))
        .then_output(|| {
            let integration = profiles::ListIntegrationItem::builder()
                .domain_name("amazon-connect-support")
                .uri(instance_arn(1))
                .created_at(DateTime::from_secs(1_700_000_000))
                .last_updated_at(DateTime::from_secs(1_700_000_000));
            ListAccountIntegrationsOutput::builder()
                .items(integration.build().unwrap())
                .build()
        });
    let script = Script::with_instances(1..3)
        .profiles(&domains)
        .profiles(&used);
    let inventory = collect_home(script).await;
    assert_eq!(unread(&inventory), []);
    let found = instances(&inventory, HOME);
    assert_eq!(
        found[0].domains,
        Observed::Read(vec!["amazon-connect-support".to_owned()])
    );
    assert_eq!(found[1].domains, Observed::Read(Vec::new()));
    let domains = &inventory.owners.regions[&region(HOME)].domains;
    assert_eq!(domains.read().unwrap()[0].name, "amazon-connect-support");
}

#[tokio::test(start_paused = true)]
async fn reads_how_domains_are_set_up() {
    let domains = mock!(aws_sdk_customerprofiles::Client::list_domains).then_output(|| {
        let domain = |name: &str| {
            let domain = profiles::ListDomainItem::builder()
                .domain_name(name)
                .created_at(DateTime::from_secs(1_700_000_000))
                .last_updated_at(DateTime::from_secs(1_700_000_000));
            domain.build().unwrap()
        };
        ListDomainsOutput::builder()
            .items(domain("support"))
            .items(domain("sales"))
            .build()
    });
    let sales = mock!(aws_sdk_customerprofiles::Client::get_domain)
        .match_requests(|request| request.domain_name() == Some("sales"))
        .then_output(|| {
            GetDomainOutput::builder()
                .domain_name("sales")
                .default_encryption_key(KEY)
                .dead_letter_queue_url("https://sqs.us-east-1.amazonaws.com/111122223333/dead")
                .created_at(DateTime::from_secs(1_700_000_000))
                .last_updated_at(DateTime::from_secs(1_700_000_000))
                .build()
                .unwrap()
        });
    let denied = mock!(aws_sdk_customerprofiles::Client::get_domain)
        .match_requests(|request| request.domain_name() == Some("support"))
        .then_error(|| GetDomainError::generic(coded("AccessDeniedException")));
    let script = Script::with_instances(1..2)
        .profiles(&domains)
        .profiles(&sales)
        .profiles(&denied);
    let inventory = collect_home(script).await;
    let found = inventory.owners.regions[&region(HOME)].domains.read();
    let [sales, support] = found.unwrap().as_slice() else {
        panic!("two domains");
    };
    assert_eq!(
        sales.settings,
        Observed::Read(DomainSettings {
            key: Some(KEY.to_owned()),
            dead_letter_queue: Some(
                "https://sqs.us-east-1.amazonaws.com/111122223333/dead".to_owned()
            ),
        })
    );
    assert!(support.settings.read().is_none());
    let fact = Fact::DomainSettings("support".to_owned());
    let region = FactOwner::Region(region(HOME));
    let operation = "profile:GetDomain".to_owned();
    assert_eq!(
        unread(&inventory),
        [(region, fact, UnreadReason::Denied, operation)]
    );
    let mut recorded = Vec::new();
    snapshot::write(&inventory, &mut recorded).unwrap();
    let again = snapshot::read(std::str::from_utf8(&recorded).unwrap()).unwrap();
    assert_eq!(again, inventory);
}

#[tokio::test(start_paused = true)]
async fn reads_what_campaigns_know_of_an_instance() {
    let config = mock!(aws_sdk_connectcampaignsv2::Client::get_connect_instance_config)
        .match_requests(|request| request.connect_instance_id() == Some("00000001"))
        .then_output(|| {
            let config = campaigns_v2_types::InstanceConfig::builder()
                .connect_instance_id("00000001")
                .service_linked_role_arn(CAMPAIGNS_ROLE)
                .encryption_config(
                    campaigns_v2_types::EncryptionConfig::builder()
                        .enabled(true)
                        .key_arn(KEY)
                        .build(),
                );
            campaigns_v2::get_connect_instance_config::GetConnectInstanceConfigOutput::builder()
                .connect_instance_config(config.build().unwrap())
                .build()
        });
    let job = mock!(aws_sdk_connectcampaignsv2::Client::get_instance_onboarding_job_status)
        .then_output(|| {
            let job = campaigns_v2_types::InstanceOnboardingJobStatus::builder()
                .connect_instance_id("00000001")
                .status(campaigns_v2_types::InstanceOnboardingJobStatusCode::from("PAUSED"));
            campaigns_v2::get_instance_onboarding_job_status::GetInstanceOnboardingJobStatusOutput::builder()
                .connect_instance_onboarding_job_status(job.build().unwrap())
                .build()
        });
    let integrated = mock!(aws_sdk_connectcampaignsv2::Client::list_connect_instance_integrations)
        .then_output(|| {
            let function = campaigns_v2_types::LambdaIntegrationSummary::builder()
                .function_arn("arn:aws:lambda:us-east-1:111122223333:function:f");
            campaigns_v2::list_connect_instance_integrations::ListConnectInstanceIntegrationsOutput::builder()
                .integration_summary_list(campaigns_v2_types::IntegrationSummary::Lambda(
                    function.build().unwrap(),
                ))
                .build()
        });
    let listed = mock!(aws_sdk_connectcampaignsv2::Client::list_campaigns)
        .match_requests(|request| {
            let own = request
                .filters()
                .and_then(|filters| filters.instance_id_filter());
            own.is_some_and(|own| own.value() == "00000001")
        })
        .then_output(|| {
            let campaign = campaigns_v2_types::CampaignSummary::builder()
                .id("1")
                .arn(CAMPAIGN)
                .name("reminders")
                .channel_subtypes(campaigns_v2_types::ChannelSubtype::Telephony)
                .connect_instance_id("00000001");
            campaigns_v2::list_campaigns::ListCampaignsOutput::builder()
                .campaign_summary_list(campaign.build().unwrap())
                .build()
        });
    let rules = [&config, &job, &integrated, &listed];
    let script = Script::with_instances(1..2).campaigns_v2(&rules);
    let inventory = collect_home(script).await;
    assert_eq!(unread(&inventory), []);
    let instance = &instances(&inventory, HOME)[0];
    assert_eq!(instance.campaigns[&CampaignsApi::V1], Observed::Read(None));
    assert_eq!(
        instance.campaigns[&CampaignsApi::V2],
        Observed::Read(Some(Campaigns {
            role: Some(CAMPAIGNS_ROLE.parse().unwrap()),
            key: Some(KEY.to_owned()),
            onboarding: Observed::Read(Some(Onboarding {
                status: "PAUSED".to_owned(),
                failure: None,
            })),
            integrations: Observed::Read(vec![
                "arn:aws:lambda:us-east-1:111122223333:function:f"
                    .parse()
                    .unwrap()
            ]),
            campaigns: Observed::Read(vec![CAMPAIGN.parse().unwrap()]),
        }))
    );
    let mut recorded = Vec::new();
    snapshot::write(&inventory, &mut recorded).unwrap();
    let again = snapshot::read(std::str::from_utf8(&recorded).unwrap()).unwrap();
    assert_eq!(again, inventory);
}

#[tokio::test(start_paused = true)]
async fn the_first_version_of_campaigns_has_no_integrations() {
    let config =
        mock!(aws_sdk_connectcampaigns::Client::get_connect_instance_config).then_output(|| {
            let config = campaigns_types::InstanceConfig::builder()
                .connect_instance_id("00000001")
                .service_linked_role_arn(CAMPAIGNS_ROLE)
                .encryption_config(
                    campaigns_types::EncryptionConfig::builder()
                        .enabled(false)
                        .build(),
                );
            campaigns::get_connect_instance_config::GetConnectInstanceConfigOutput::builder()
                .connect_instance_config(config.build().unwrap())
                .build()
        });
    let job = mock!(aws_sdk_connectcampaigns::Client::get_instance_onboarding_job_status)
        .then_error(|| {
            campaigns::get_instance_onboarding_job_status::GetInstanceOnboardingJobStatusError::generic(
                coded("ResourceNotFoundException"),
            )
        });
    let script = Script::with_instances(1..2).campaigns(&[&config, &job]);
    let inventory = collect_home(script).await;
    assert_eq!(
        instances(&inventory, HOME)[0].campaigns[&CampaignsApi::V1],
        Observed::Read(Some(Campaigns {
            role: Some(CAMPAIGNS_ROLE.parse().unwrap()),
            key: None,
            onboarding: Observed::Read(None),
            integrations: Observed::Read(Vec::new()),
            campaigns: Observed::Read(Vec::new()),
        }))
    );
}

/// A page of instances, and where it leads.
fn page(
    asked: Option<&'static str>,
    numbers: std::ops::Range<usize>,
    next: Option<&'static str>,
) -> Rule {
    mock!(aws_sdk_connect::Client::list_instances)
        .match_requests(move |request| {
            request.next_token() == asked && request.max_results() == Some(10)
        })
        .then_output(move || {
            ListInstancesOutput::builder()
                .set_instance_summary_list(Some(numbers.clone().map(summary).collect()))
                .set_next_token(next.map(ToOwned::to_owned))
                .build()
        })
}

#[tokio::test(start_paused = true)]
async fn pages_are_followed_to_the_end() {
    let pages = [
        page(None, 0..10, Some("b")),
        page(Some("b"), 10..20, Some("c")),
        page(Some("c"), 20..25, None),
    ];
    let bots = |asked: Option<&'static str>, name: &'static str, next: Option<&'static str>| {
        mock!(aws_sdk_connect::Client::list_bots)
            .match_requests(move |request| {
                request.next_token() == asked
                    && request.instance_id() == Some("00000024")
                    && request.lex_version() == Some(&connect::LexVersion::V2)
            })
            .then_output(move || {
                let alias = format!("arn:aws:lex:us-east-1:111122223333:bot-alias/{name}/a");
                let bot = connect::LexV2Bot::builder().alias_arn(alias).build();
                let bot = connect::LexBotConfig::builder().lex_v2_bot(bot).build();
                ListBotsOutput::builder()
                    .lex_bots(bot)
                    .set_next_token(next.map(ToOwned::to_owned))
                    .build()
            })
    };
    let bots = [bots(None, "z", Some("more")), bots(Some("more"), "a", None)];
    let script = pages
        .iter()
        .chain(&bots)
        .fold(Script::empty(), Script::connect);
    let inventory = collect_home(script).await;
    let found = instances(&inventory, HOME);
    assert_eq!(found.len(), 25);
    assert!(found.is_sorted_by(|a, b| a.arn < b.arn));
    let bots = found[24].bots.read().unwrap();
    assert_eq!(bots.len(), 2);
    assert!(bots.is_sorted());
    assert_eq!(unread(&inventory), []);
}

#[tokio::test(start_paused = true)]
async fn a_page_that_leads_to_itself_is_no_list() {
    let (first, again) = (
        page(None, 0..1, Some("b")),
        page(Some("b"), 1..2, Some("b")),
    );
    let script = Script::empty().connect(&first).connect(&again);
    let inventory = collect_home(script).await;
    assert_eq!(
        unread(&inventory),
        [(
            FactOwner::Region(region(HOME)),
            Fact::Instances,
            UnreadReason::Malformed,
            "connect:ListInstances".to_owned()
        )]
    );
}

#[tokio::test(start_paused = true)]
async fn a_denied_operation_costs_its_own_facts() {
    let denied = mock!(aws_sdk_connect::Client::list_bots)
        .match_requests(|request| request.instance_id() == Some("00000002"))
        .then_error(|| ListBotsError::generic(denied()));
    let script = Script::with_instances(1..4).connect(&denied);
    let inventory = collect_home(script).await;
    assert_eq!(
        unread(&inventory),
        [(
            FactOwner::Instance(instance_arn(2).parse().unwrap()),
            Fact::Bots,
            UnreadReason::Denied,
            "connect:ListBots".to_owned()
        )]
    );
    // A refusal is no reason to stop asking.
    assert_eq!(denied.num_calls(), 2);
}

fn refused(code: &'static str) -> Rule {
    mock!(aws_sdk_connect::Client::list_instances)
        .then_error(move || ListInstancesError::generic(coded(code)))
}

#[tokio::test(start_paused = true)]
async fn a_denied_region_costs_only_itself() {
    let scripts = [
        (HOME, Script::with_instances(1..2)),
        (
            AWAY,
            Script::empty().connect(&refused("AccessDeniedException")),
        ),
    ];
    let inventory = collect(&scope(&[]), &regions(), &scripts).await;
    assert_eq!(instances(&inventory, HOME).len(), 1);
    assert_eq!(inventory.owners.listing, Observed::Read(()));
    assert_eq!(
        unread(&inventory),
        [(
            FactOwner::Region(region(AWAY)),
            Fact::Instances,
            UnreadReason::Denied,
            "connect:ListInstances".to_owned()
        )]
    );
}

#[tokio::test(start_paused = true)]
async fn without_a_list_of_regions_all_that_offer_the_services_are_asked() {
    let regions = mock!(aws_sdk_account::Client::list_regions)
        .then_error(|| ListRegionsError::generic(denied()));
    let scripts = [
        (HOME, Script::with_instances(1..2)),
        (AWAY, Script::empty()),
        (
            "af-south-1",
            Script::empty().connect(&refused("UnrecognizedClientException")),
        ),
    ];
    let inventory = collect(&scope(&[]), &regions, &scripts).await;
    let asked: Vec<&str> = inventory
        .owners
        .regions
        .keys()
        .map(Region::as_str)
        .collect();
    assert_eq!(asked, ["af-south-1", AWAY, HOME]);
    assert_eq!(inventory.owners.listing, Observed::Read(()));
    let unread = unread(&inventory);
    assert_eq!(unread.len(), 1);
    assert_eq!(unread[0].0, FactOwner::Region(region("af-south-1")));
    assert_eq!(unread[0].2, UnreadReason::Failed);
}

#[tokio::test(start_paused = true)]
async fn narrowing_to_a_region_is_told() {
    let regions = regions();
    let scripts = [(AWAY, Script::empty())];
    let inventory = collect(&scope(&[AWAY]), &regions, &scripts).await;
    assert_eq!(inventory.owners.regions.len(), 1);
    let skipped = inventory.owners.listing.unread().unwrap();
    assert_eq!(skipped.reason, UnreadReason::Skipped);
    assert_eq!(skipped.message, "not asked in us-east-1");

    // The third Region that offers the services is disabled for the account.
    let scripts = [(HOME, Script::empty()), (AWAY, Script::empty())];
    let inventory = collect(&scope(&[HOME, AWAY]), &regions, &scripts).await;
    assert_eq!(inventory.owners.listing, Observed::Read(()));
}

#[tokio::test(start_paused = true)]
async fn storage_of_an_unknown_type_is_not_read() {
    let unknown = storage(|| {
        let config = connect::InstanceStorageConfig::builder()
            .storage_type(connect::StorageType::from("PAPER_TAPE"))
            .build();
        vec![s3("known", None), config.unwrap()]
    });
    let inventory = collect_home(Script::with_instances(1..2).connect(&unknown)).await;
    let storage = &instances(&inventory, HOME)[0].storage;
    let unread = storage[&StorageUse::CallRecordings].unread().unwrap();
    assert_eq!(unread.reason, UnreadReason::Malformed);
    assert_eq!(unread.operation, "connect:ListInstanceStorageConfigs");
    assert!(
        unread.message.contains("`PAPER_TAPE`"),
        "{}",
        unread.message
    );
    assert_eq!(
        storage[&StorageUse::ChatTranscripts],
        Observed::Read(Vec::new())
    );
}

#[tokio::test(start_paused = true)]
async fn owners_that_are_skipped_are_not_asked_for() {
    let regions = regions();
    let scope = Scope {
        owners: false,
        ..scope(&[])
    };
    let inventory = collect(&scope, &regions, &[]).await;
    assert_eq!(regions.num_calls(), 0);
    assert!(inventory.owners.regions.is_empty());
    let unread = unread(&inventory);
    assert_eq!(unread.len(), 1);
    assert_eq!(
        (&unread[0].1, unread[0].2),
        (&Fact::Regions, UnreadReason::Skipped)
    );
}

#[tokio::test(start_paused = true)]
async fn an_endpoint_that_does_not_answer_costs_a_bounded_time_and_only_itself() {
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", nobody.local_addr().unwrap());
    drop(nobody);
    let unreachable = aws_sdk_connectcampaigns::Config::builder()
        .with_test_defaults_v2()
        .endpoint_url(address)
        .build();
    let clients = RegionalClients {
        campaigns: aws_sdk_connectcampaigns::Client::from_conf(unreachable),
        ..Script::with_instances(0..25).clients()
    };
    let account = mock_client!(aws_sdk_account, RuleMode::MatchAny, [&regions()]);
    let owners = OwnerClients::new(account, move |_| clients.clone());
    let start = Instant::now();
    let inventory = source(&regions(), &[])
        .with_owners(owners)
        .collect(NOW.parse().unwrap(), &scope(&[HOME, AWAY]), &|_| {})
        .await
        .unwrap();
    let unread = unread(&inventory);
    assert!(unread.iter().all(|(_, fact, reason, _)| {
        matches!(fact, Fact::Campaigns(_)) && *reason == UnreadReason::Unreachable
    }));
    let first = Fact::Campaigns(CampaignsApi::V1);
    let of_first = unread.iter().filter(|(_, fact, ..)| *fact == first);
    assert_eq!(of_first.count(), 50, "25 instances in each of two Regions");
    // Connect's own rate is what the rest takes.
    assert!(start.elapsed() < Duration::from_mins(3));
}

#[tokio::test(start_paused = true)]
async fn a_deep_read_takes_little_longer_than_the_published_rates_impose() {
    let sent: Arc<Mutex<Vec<Duration>>> = Arc::default();
    let start = Instant::now();
    let log = sent.clone();
    let storage =
        mock!(aws_sdk_connect::Client::list_instance_storage_configs).then_output(move || {
            log.lock().unwrap().push(start.elapsed());
            ListInstanceStorageConfigsOutput::builder().build()
        });
    let steps: Mutex<Vec<String>> = Mutex::default();
    let scripts = [
        (HOME, Script::with_instances(0..25).connect(&storage)),
        (AWAY, Script::empty()),
    ];
    let note = |step: &str| steps.lock().unwrap().push(step.to_owned());
    source(&regions(), &scripts)
        .collect(NOW.parse().unwrap(), &scope(&[]), &note)
        .await
        .unwrap();
    let sent = sent.lock().unwrap();
    assert_eq!(sent.len(), 25 * StorageUse::ALL.len());
    // A burst of five, then two a second.
    let floor = Duration::from_millis(500) * u32::try_from(sent.len() - 5).unwrap();
    let took = start.elapsed();
    println!("a deep read of 25 instances takes {took:?}, the rates impose {floor:?}");
    assert!(took >= floor && took < floor * 11 / 10);
    for window in sent.windows(7) {
        // Never more than the burst and what one second brings.
        assert!(
            window[6] >= window[0] + Duration::from_millis(500),
            "{window:?}"
        );
    }
    let last = steps.lock().unwrap().last().unwrap().clone();
    assert!(
        last.ends_with("2 of 2 Regions, 25 of 25 Connect instances"),
        "{last}"
    );
}
