//! Outbound campaigns: whether an instance is enabled for them, in both versions of their API.

use std::collections::BTreeMap;

use aws_sdk_connectcampaignsv2::types::IntegrationSummary;

use super::Reader;
use super::endpoint::Refusal;
use crate::inventory::aws::convert::nonsense;
use crate::inventory::aws::pages::{self, Page};
use crate::inventory::operation::{
    GET_CONNECT_INSTANCE_CONFIG, GET_INSTANCE_ONBOARDING_JOB_STATUS,
    LIST_CONNECT_INSTANCE_INTEGRATIONS,
};
use crate::inventory::{
    Campaigns, CampaignsApi, Observed, Onboarding, Operation, Unread, UnreadReason,
};
use crate::model::Arn;

/// The largest page that campaigns give of integrations.
const PAGE: i32 = 50;

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
        let request = campaigns
            .get_connect_instance_config()
            .connect_instance_id(instance);
        let answer = self
            .campaigns
            .ask(GET_CONNECT_INSTANCE_CONFIG, async || request.send().await)
            .await
            .map(|answer| {
                let config = answer.connect_instance_config;
                config.map(|config| config.service_linked_role_arn)
            });
        let Some(role) = enabled(answer)? else {
            return Ok(None);
        };
        let request = campaigns
            .get_instance_onboarding_job_status()
            .connect_instance_id(instance);
        let answer = self
            .campaigns
            .ask(GET_INSTANCE_ONBOARDING_JOB_STATUS, async || {
                request.send().await
            })
            .await
            .map(|answer| {
                let job = answer.connect_instance_onboarding_job_status;
                job.map(|job| Onboarding {
                    status: job.status.as_str().to_owned(),
                    failure: job.failure_code.map(|code| code.as_str().to_owned()),
                })
            });
        Ok(Some(Campaigns {
            role: Some(role),
            onboarding: onboarding(answer),
            // This version has none.
            integrations: Observed::Read(Vec::new()),
        }))
    }

    async fn second(&self, instance: &str) -> Result<Option<Campaigns>, Unread> {
        let campaigns = &self.clients.campaigns_v2;
        let request = campaigns
            .get_connect_instance_config()
            .connect_instance_id(instance);
        let answer = self
            .campaigns
            .ask(GET_CONNECT_INSTANCE_CONFIG, async || request.send().await)
            .await
            .map(|answer| {
                let config = answer.connect_instance_config;
                config.map(|config| config.service_linked_role_arn)
            });
        let Some(role) = enabled(answer)? else {
            return Ok(None);
        };
        let request = campaigns
            .get_instance_onboarding_job_status()
            .connect_instance_id(instance);
        let job = async {
            self.campaigns
                .ask(GET_INSTANCE_ONBOARDING_JOB_STATUS, async || {
                    request.send().await
                })
                .await
                .map(|answer| {
                    let job = answer.connect_instance_onboarding_job_status;
                    job.map(|job| Onboarding {
                        status: job.status.as_str().to_owned(),
                        failure: job.failure_code.map(|code| code.as_str().to_owned()),
                    })
                })
        };
        let (job, integrations) = tokio::join!(job, self.integrations_of_campaigns(instance));
        Ok(Some(Campaigns {
            role: Some(role),
            onboarding: onboarding(job),
            integrations: match integrations {
                Ok(integrations) => Observed::Read(integrations),
                Err(unread) => Observed::NotRead(unread),
            },
        }))
    }

    async fn integrations_of_campaigns(&self, instance: &str) -> Result<Vec<Arn>, Unread> {
        let operation = LIST_CONNECT_INSTANCE_INTEGRATIONS;
        let (integrations, end) = pages::follow(operation.action, async |token| {
            let request = self
                .clients
                .campaigns_v2
                .list_connect_instance_integrations()
                .connect_instance_id(instance)
                .max_results(PAGE)
                .set_next_token(token);
            let page = self
                .campaigns
                .ask(operation, async || request.send().await)
                .await?;
            let integrations = page.integration_summary_list().iter().map(integrated);
            Ok::<_, Refusal>(Page::of(integrations.collect(), page.next_token()))
        })
        .await;
        end?;
        let mut integrations = integrations.into_iter().collect::<Result<Vec<_>, _>>()?;
        integrations.sort();
        integrations.dedup();
        Ok(integrations)
    }
}

/// Returns the role that campaigns act in; `None` for an instance that is not enabled for them.
fn enabled(answer: Result<Option<String>, Refusal>) -> Result<Option<Arn>, Unread> {
    let operation = GET_CONNECT_INSTANCE_CONFIG;
    match answer {
        Ok(Some(arn)) => arn
            .parse()
            .map(Some)
            .map_err(|error| nonsense(operation.action, &error)),
        Ok(None) => Err(empty(operation)),
        Err(Refusal::Absent(_)) => Ok(None),
        Err(Refusal::Unread(unread)) => Err(unread),
    }
}

fn onboarding(answer: Result<Option<Onboarding>, Refusal>) -> Observed<Option<Onboarding>> {
    match answer {
        Ok(Some(job)) => Observed::Read(Some(job)),
        Ok(None) => Observed::NotRead(empty(GET_INSTANCE_ONBOARDING_JOB_STATUS)),
        Err(Refusal::Absent(_)) => Observed::Read(None),
        Err(Refusal::Unread(unread)) => Observed::NotRead(unread),
    }
}

fn integrated(summary: &IntegrationSummary) -> Result<Arn, Unread> {
    let operation = LIST_CONNECT_INSTANCE_INTEGRATIONS.action;
    let arn = match summary {
        IntegrationSummary::CustomerProfiles(summary) => summary.domain_arn(),
        IntegrationSummary::QConnect(summary) => summary.knowledge_base_arn(),
        IntegrationSummary::Lambda(summary) => summary.function_arn(),
        // The SDK keeps nothing of a kind that it does not know.
        _ => {
            return Err(Unread {
                reason: UnreadReason::Malformed,
                operation: operation.to_owned(),
                message: "an integration of an unknown kind".to_owned(),
            });
        }
    };
    arn.parse().map_err(|error| nonsense(operation, &error))
}

fn empty(operation: Operation) -> Unread {
    Unread {
        reason: UnreadReason::Malformed,
        operation: operation.action.to_owned(),
        message: "an answer without content".to_owned(),
    }
}
