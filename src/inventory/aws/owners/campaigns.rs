//! Outbound campaigns: whether an instance is enabled for them, in both versions of their API.

use std::collections::BTreeMap;

use aws_sdk_connectcampaigns::types as first;
use aws_sdk_connectcampaignsv2::types as second;

use super::Reader;
use super::endpoint::Refusal;
use crate::inventory::aws::convert::nonsense;
use crate::inventory::aws::pages::{self, Page};
use crate::inventory::operation::{
    GET_CONNECT_INSTANCE_CONFIG, GET_INSTANCE_ONBOARDING_JOB_STATUS, LIST_CAMPAIGNS,
    LIST_CONNECT_INSTANCE_INTEGRATIONS,
};
use crate::inventory::{
    Campaigns, CampaignsApi, Observed, Onboarding, Operation, Unread, UnreadReason,
};
use crate::model::Arn;

/// The largest page that campaigns give.
const PAGE: i32 = 50;

/// Asks one version of the API what campaigns know of an instance.
///
/// The SDK has types of its own for each version; what they hold is the same.
macro_rules! known {
    ($reader:ident, $config:expr, $job:expr, $integrations:expr, $campaigns:expr) => {{
        let ask = &$reader.campaigns;
        let config = ask.ask(GET_CONNECT_INSTANCE_CONFIG, $config).await;
        let Some(config) = enabled(config.map(|answer| answer.connect_instance_config))? else {
            return Ok(None);
        };
        let job = ask.ask(GET_INSTANCE_ONBOARDING_JOB_STATUS, $job);
        let (job, integrations, campaigns) = tokio::join!(job, $integrations, $campaigns);
        Ok(Some(Campaigns {
            role: Some(role(&config.service_linked_role_arn)?),
            key: config
                .encryption_config
                .and_then(|encryption| encryption.key_arn),
            onboarding: onboarding(job.map(|answer| {
                let job = answer.connect_instance_onboarding_job_status;
                job.map(|job| Onboarding {
                    status: job.status.as_str().to_owned(),
                    failure: job.failure_code.map(|code| code.as_str().to_owned()),
                })
            })),
            integrations,
            campaigns,
        }))
    }};
}

/// Lists the campaigns of an instance by one version of the API, whose types are in the module.
macro_rules! listed {
    ($reader:ident, $client:ident, $types:ident, $instance:ident) => {{
        let campaigns = $client;
        $reader.arns(LIST_CAMPAIGNS, async |token| {
            let own = $types::InstanceIdFilter::builder()
                .value($instance)
                .operator($types::InstanceIdFilterOperator::Eq);
            let filters =
                $types::CampaignFilters::builder().set_instance_id_filter(own.build().ok());
            let request = campaigns
                .list_campaigns()
                .filters(filters.build())
                .max_results(PAGE)
                .set_next_token(token);
            let page = $reader
                .campaigns
                .ask(LIST_CAMPAIGNS, async || request.send().await)
                .await?;
            let arns = page.campaign_summary_list().iter();
            let arns = arns.map(|campaign| Ok(campaign.arn().to_owned()));
            Ok(Page::of(arns.collect(), page.next_token()))
        })
    }};
}

impl Reader<'_> {
    /// Asks both versions; none where the Region does not offer campaigns.
    pub(super) async fn campaigns(
        &self,
        instance: &str,
    ) -> BTreeMap<CampaignsApi, Observed<Option<Campaigns>>> {
        if !self.services.campaigns {
            return BTreeMap::new();
        }
        let (first, second) = tokio::join!(self.first(instance), self.second(instance));
        let observed = |answer: Result<Option<Campaigns>, Unread>| match answer {
            Ok(campaigns) => Observed::Read(campaigns),
            Err(unread) => Observed::NotRead(unread),
        };
        BTreeMap::from([
            (CampaignsApi::V1, observed(first)),
            (CampaignsApi::V2, observed(second)),
        ])
    }

    async fn first(&self, instance: &str) -> Result<Option<Campaigns>, Unread> {
        let campaigns = &self.clients.campaigns;
        let config = campaigns
            .get_connect_instance_config()
            .connect_instance_id(instance);
        let job = campaigns
            .get_instance_onboarding_job_status()
            .connect_instance_id(instance);
        // This version has no integrations.
        let integrations = std::future::ready(Observed::Read(Vec::new()));
        let listed = listed!(self, campaigns, first, instance);
        let (config, job) = (async || config.send().await, async || job.send().await);
        known!(self, config, job, integrations, listed)
    }

    async fn second(&self, instance: &str) -> Result<Option<Campaigns>, Unread> {
        let campaigns = &self.clients.campaigns_v2;
        let config = campaigns
            .get_connect_instance_config()
            .connect_instance_id(instance);
        let job = campaigns
            .get_instance_onboarding_job_status()
            .connect_instance_id(instance);
        let integrations = self.arns(LIST_CONNECT_INSTANCE_INTEGRATIONS, async |token| {
            let request = campaigns
                .list_connect_instance_integrations()
                .connect_instance_id(instance)
                .max_results(PAGE)
                .set_next_token(token);
            let page = self
                .campaigns
                .ask(LIST_CONNECT_INSTANCE_INTEGRATIONS, async || {
                    request.send().await
                })
                .await?;
            let arns = page.integration_summary_list().iter().map(integrated);
            Ok(Page::of(arns.collect(), page.next_token()))
        });
        let listed = listed!(self, campaigns, second, instance);
        let (config, job) = (async || config.send().await, async || job.send().await);
        known!(self, config, job, integrations, listed)
    }

    /// Follows the pages of an operation that lists ARNs.
    async fn arns(
        &self,
        operation: Operation,
        page: impl AsyncFn(Option<String>) -> Result<Page<Result<String, Unread>>, Refusal>,
    ) -> Observed<Vec<Arn>> {
        let (listed, end) = pages::follow(operation.action, page).await;
        let read = || -> Result<Vec<Arn>, Unread> {
            end.map_err(Unread::from)?;
            let mut arns = Vec::with_capacity(listed.len());
            for listed in listed {
                let arn = listed?.parse();
                arns.push(arn.map_err(|error| nonsense(operation.action, &error))?);
            }
            arns.sort();
            arns.dedup();
            Ok(arns)
        };
        match read() {
            Ok(arns) => Observed::Read(arns),
            Err(unread) => Observed::NotRead(unread),
        }
    }
}

/// Returns the configuration for campaigns; `None` for an instance that is not enabled for them.
fn enabled<C>(answer: Result<Option<C>, Refusal>) -> Result<Option<C>, Unread> {
    match answer {
        Ok(Some(config)) => Ok(Some(config)),
        Ok(None) => Err(empty(GET_CONNECT_INSTANCE_CONFIG)),
        Err(Refusal::Absent(_)) => Ok(None),
        Err(Refusal::Unread(unread)) => Err(unread),
    }
}

/// Reads the role that campaigns act in.
fn role(text: &str) -> Result<Arn, Unread> {
    let operation = GET_CONNECT_INSTANCE_CONFIG.action;
    text.parse().map_err(|error| nonsense(operation, &error))
}

fn onboarding(answer: Result<Option<Onboarding>, Refusal>) -> Observed<Option<Onboarding>> {
    match answer {
        Ok(Some(job)) => Observed::Read(Some(job)),
        Ok(None) => Observed::NotRead(empty(GET_INSTANCE_ONBOARDING_JOB_STATUS)),
        Err(Refusal::Absent(_)) => Observed::Read(None),
        Err(Refusal::Unread(unread)) => Observed::NotRead(unread),
    }
}

fn integrated(summary: &second::IntegrationSummary) -> Result<String, Unread> {
    use second::IntegrationSummary;
    let arn = match summary {
        IntegrationSummary::CustomerProfiles(summary) => summary.domain_arn(),
        IntegrationSummary::QConnect(summary) => summary.knowledge_base_arn(),
        IntegrationSummary::Lambda(summary) => summary.function_arn(),
        // The SDK keeps nothing of a kind that it does not know.
        _ => {
            return Err(Unread {
                reason: UnreadReason::Malformed,
                operation: LIST_CONNECT_INSTANCE_INTEGRATIONS.action.to_owned(),
                message: "an integration of an unknown kind".to_owned(),
            });
        }
    };
    Ok(arn.to_owned())
}

fn empty(operation: Operation) -> Unread {
    Unread {
        reason: UnreadReason::Malformed,
        operation: operation.action.to_owned(),
        message: "an answer without content".to_owned(),
    }
}
