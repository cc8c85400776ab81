//! Outbound campaigns, both versions of their API.
//!
//! See <https://docs.aws.amazon.com/connect-outbound/latest/APIReference/API_GetConnectInstanceConfig.html>.

use serde_json::{Value, json};

use super::organizations::with_next;
use crate::fake_account::account::{Campaigns, CampaignsApi, CampaignsIntegration};
use crate::fake_account::call::Call;
use crate::fake_account::pages::Paged;
use crate::fake_account::protocol::{Content, Refusal, Service};

const ID: &str = "connectInstanceId";
const FIFTY: Paged = Paged::new("nextToken", "maxResults", 50, 50);

/// Returns what campaigns know of the instance that a path names.
fn onboarded<'a>(call: &'a Call<'_>) -> Result<&'a Campaigns, Refusal> {
    let api = if call.service() == Service::CampaignsV1 {
        CampaignsApi::V1
    } else {
        CampaignsApi::V2
    };
    let known = call.instance(ID)?.campaigns.as_ref();
    known
        .filter(|campaigns| campaigns.apis.contains(&api))
        .ok_or_else(|| unknown(call))
}

fn unknown(call: &Call<'_>) -> Refusal {
    call.service().not_found("Instance is not onboarded")
}

pub(crate) fn configuration(call: &Call<'_>) -> Result<Content, Refusal> {
    let campaigns = onboarded(call)?;
    let role = campaigns
        .service_role
        .as_ref()
        .ok_or_else(|| unknown(call))?;
    let mut encryption = json!({ "enabled": campaigns.key.is_some() });
    if let Some(key) = &campaigns.key {
        encryption["encryptionType"] = json!("KMS");
        encryption["keyArn"] = json!(key);
    }
    Ok(Content::Json(json!({ "connectInstanceConfig": {
        "connectInstanceId": call.require(ID)?,
        "serviceLinkedRoleArn": role,
        "encryptionConfig": encryption,
    }})))
}

pub(crate) fn onboarding(call: &Call<'_>) -> Result<Content, Refusal> {
    let onboarding = onboarded(call)?.onboarding.as_ref().ok_or_else(|| {
        let message = "There is no onboarding job";
        call.service().not_found(message)
    })?;
    let mut status = json!({
        "connectInstanceId": call.require(ID)?,
        "status": onboarding.status,
    });
    if let Some(failure) = &onboarding.failure {
        status["failureCode"] = json!(failure);
    }
    Ok(Content::Json(
        json!({ "connectInstanceOnboardingJobStatus": status }),
    ))
}

pub(crate) fn integrations(call: &Call<'_>) -> Result<Content, Refusal> {
    let page = FIFTY.cut(call, &onboarded(call)?.integrations)?;
    let list = page.items.iter().map(|integration| match integration {
        CampaignsIntegration::CustomerProfiles(arn) => json!({
            "customerProfiles": { "domainArn": arn, "objectTypeNames": { "Campaign-Email": "CTR" } },
        }),
        CampaignsIntegration::QConnect(arn) => json!({ "qConnect": { "knowledgeBaseArn": arn } }),
        CampaignsIntegration::Lambda(arn) => json!({ "lambda": { "functionArn": arn } }),
    });
    let list: Vec<Value> = list.collect();
    Ok(with_next(
        json!({ "integrationSummaryList": list }),
        "nextToken",
        page.next,
    ))
}

/// Lists no campaign: recordings hold none.
pub(crate) fn campaigns(call: &Call<'_>) -> Result<Content, Refusal> {
    let page = FIFTY.cut(call, Vec::<Value>::new())?;
    Ok(with_next(
        json!({ "campaignSummaryList": page.items }),
        "nextToken",
        page.next,
    ))
}
