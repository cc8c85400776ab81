//! Amazon Connect: instances and what is configured on them.
//!
//! See <https://docs.aws.amazon.com/connect/latest/APIReference/API_ListInstances.html> and siblings.

use serde_json::{Value, json};

use super::organizations::with_next;
use crate::fake_account::account::{Bot, Instance, Storage};
use crate::fake_account::call::Call;
use crate::fake_account::pages::Paged;
use crate::fake_account::principal::unique_id;
use crate::fake_account::protocol::{Content, Refusal};

const TEN: Paged = Paged::new("nextToken", "maxResults", 10, 10);
const BOTS: Paged = Paged::new("nextToken", "maxResults", 25, 25);
const ASSOCIATIONS: Paged = Paged::new("nextToken", "maxResults", 100, 100);
const ATTRIBUTES: Paged = Paged::new("nextToken", "maxResults", 7, 7);

/// Kinds of data that an instance stores or streams.
const STORAGE_USES: [&str; 13] = [
    "CHAT_TRANSCRIPTS",
    "CALL_RECORDINGS",
    "SCHEDULED_REPORTS",
    "MEDIA_STREAMS",
    "CONTACT_TRACE_RECORDS",
    "AGENT_EVENTS",
    "REAL_TIME_CONTACT_ANALYSIS_SEGMENTS",
    "ATTACHMENTS",
    "CONTACT_EVALUATIONS",
    "SCREEN_RECORDINGS",
    "REAL_TIME_CONTACT_ANALYSIS_CHAT_SEGMENTS",
    "REAL_TIME_CONTACT_ANALYSIS_VOICE_SEGMENTS",
    "EMAIL_MESSAGES",
];

/// Attributes that an instance has.
const ATTRIBUTE_TYPES: [&str; 12] = [
    "INBOUND_CALLS",
    "OUTBOUND_CALLS",
    "CONTACTFLOW_LOGS",
    "CONTACT_LENS",
    "AUTO_RESOLVE_BEST_VOICES",
    "USE_CUSTOM_TTS_VOICES",
    "EARLY_MEDIA",
    "MULTI_PARTY_CONFERENCE",
    "HIGH_VOLUME_OUTBOUND",
    "ENHANCED_CONTACT_MONITORING",
    "ENHANCED_CHAT_MONITORING",
    "MULTI_PARTY_CHAT_CONFERENCE",
];

fn arn(call: &Call<'_>, instance: &Instance) -> String {
    let resource = format!("instance/{}", instance.id);
    call.account
        .regional_arn("connect", &call.region, &resource)
}

fn summary(call: &Call<'_>, instance: &Instance) -> Value {
    let mut summary = json!({
        "Id": instance.id,
        "Arn": arn(call, instance),
        "IdentityManagementType": "CONNECT_MANAGED",
        "InstanceStatus": instance.status,
        "InboundCallsEnabled": instance.attributes.get("INBOUND_CALLS").unwrap_or(&true),
        "OutboundCallsEnabled": instance.attributes.get("OUTBOUND_CALLS").unwrap_or(&true),
    });
    if let Some(alias) = &instance.alias {
        summary["InstanceAlias"] = json!(alias);
        summary["InstanceAccessUrl"] = json!(format!("https://{alias}.my.connect.aws"));
    }
    if let Some(created) = instance.created {
        summary["CreatedTime"] = json!(created.as_millisecond() as f64 / 1000.0);
    }
    if let Some(role) = &instance.service_role {
        summary["ServiceRole"] = json!(role);
    }
    summary
}

pub(crate) fn instances(call: &Call<'_>) -> Result<Content, Refusal> {
    let region = call.account.regions.get(&call.region);
    let page = TEN.cut(call, region.map_or(&[][..], |region| &region.instances))?;
    let list: Vec<Value> = page
        .items
        .iter()
        .map(|instance| summary(call, instance))
        .collect();
    Ok(with_next(
        json!({ "InstanceSummaryList": list }),
        "NextToken",
        page.next,
    ))
}

pub(crate) fn instance(call: &Call<'_>) -> Result<Content, Refusal> {
    let instance = call.instance("InstanceId")?;
    Ok(Content::Json(
        json!({ "Instance": summary(call, instance) }),
    ))
}

pub(crate) fn storage(call: &Call<'_>) -> Result<Content, Refusal> {
    let instance = call.instance("InstanceId")?;
    let kind = call.require("resourceType")?;
    if !STORAGE_USES.contains(&kind) {
        return Err(Refusal {
            status: 400,
            code: "InvalidParameterException".to_owned(),
            message: format!("Invalid resource type {kind}"),
        });
    }
    let targets = instance.storage.get(kind).map_or(&[][..], Vec::as_slice);
    let page = TEN.cut(call, targets.iter().enumerate())?;
    let configs = page.items.iter().map(|(place, target)| {
        let id = unique_id("", &format!("{}/{kind}/{place}", instance.id)).to_lowercase();
        let mut config = target_of(target);
        config["AssociationId"] = json!(id);
        config
    });
    let configs: Vec<Value> = configs.collect();
    Ok(with_next(
        json!({ "StorageConfigs": configs }),
        "NextToken",
        page.next,
    ))
}

fn target_of(target: &Storage) -> Value {
    let encryption = |key: &str| json!({ "EncryptionType": "KMS", "KeyId": key });
    match target {
        Storage::S3 {
            bucket,
            prefix,
            key,
        } => {
            let mut config = json!({ "BucketName": bucket, "BucketPrefix": prefix });
            if let Some(key) = key {
                config["EncryptionConfig"] = encryption(key);
            }
            json!({ "StorageType": "S3", "S3Config": config })
        }
        Storage::KinesisVideoStream {
            prefix,
            retention_hours,
            key,
        } => json!({
            "StorageType": "KINESIS_VIDEO_STREAM",
            "KinesisVideoStreamConfig": {
                "Prefix": prefix,
                "RetentionPeriodHours": retention_hours,
                "EncryptionConfig": encryption(key),
            },
        }),
        Storage::KinesisStream(arn) => json!({
            "StorageType": "KINESIS_STREAM",
            "KinesisStreamConfig": { "StreamArn": arn },
        }),
        Storage::KinesisFirehose(arn) => json!({
            "StorageType": "KINESIS_FIREHOSE",
            "KinesisFirehoseConfig": { "FirehoseArn": arn },
        }),
    }
}

pub(crate) fn bots(call: &Call<'_>) -> Result<Content, Refusal> {
    let instance = call.instance("InstanceId")?;
    let version = call.require("lexVersion")?;
    let wanted = instance.bots.iter().filter(|bot| match bot {
        Bot::V1 { .. } => version == "V1",
        Bot::V2(_) => version == "V2",
    });
    let page = BOTS.cut(call, wanted)?;
    let list = page.items.iter().map(|bot| match bot {
        Bot::V1 { name, region } => json!({ "LexBot": { "Name": name, "LexRegion": region } }),
        Bot::V2(alias) => json!({ "LexV2Bot": { "AliasArn": alias } }),
    });
    let list: Vec<Value> = list.collect();
    Ok(with_next(
        json!({ "LexBots": list }),
        "NextToken",
        page.next,
    ))
}

pub(crate) fn lex_bots(call: &Call<'_>) -> Result<Content, Refusal> {
    let instance = call.instance("InstanceId")?;
    let first_version = instance.bots.iter().filter_map(|bot| match bot {
        Bot::V1 { name, region } => Some(json!({ "Name": name, "LexRegion": region })),
        Bot::V2(_) => None,
    });
    let page = BOTS.cut(call, first_version)?;
    Ok(with_next(
        json!({ "LexBots": page.items }),
        "NextToken",
        page.next,
    ))
}

pub(crate) fn associations(call: &Call<'_>) -> Result<Content, Refusal> {
    let instance = call.instance("InstanceId")?;
    let fits = |name: &str, value: &str| {
        let wanted = call.parameters.get(name);
        wanted.is_none_or(|wanted| wanted == value)
    };
    let wanted = instance.integrations.iter().filter(|integration| {
        fits("integrationType", &integration.kind) && fits("integrationArn", &integration.arn)
    });
    let page = ASSOCIATIONS.cut(call, wanted)?;
    let list = page.items.iter().map(|integration| {
        let id = unique_id("", &format!("{}/{}", instance.id, integration.arn)).to_lowercase();
        json!({
            "IntegrationAssociationId": id,
            "IntegrationAssociationArn":
                format!("{}/integration-association/{id}", arn(call, instance)),
            "InstanceId": instance.id,
            "IntegrationType": integration.kind,
            "IntegrationArn": integration.arn,
        })
    });
    let list: Vec<Value> = list.collect();
    let content = json!({ "IntegrationAssociationSummaryList": list });
    Ok(with_next(content, "NextToken", page.next))
}

fn attribute_of(instance: &Instance, kind: &str) -> Value {
    let is_on = instance.attributes.get(kind).copied().unwrap_or(false);
    json!({ "AttributeType": kind, "Value": if is_on { "true" } else { "false" } })
}

pub(crate) fn attribute(call: &Call<'_>) -> Result<Content, Refusal> {
    let instance = call.instance("InstanceId")?;
    let kind = call.require("AttributeType")?;
    if !ATTRIBUTE_TYPES.contains(&kind) {
        return Err(Refusal {
            status: 400,
            code: "InvalidParameterException".to_owned(),
            message: format!("Invalid attribute type {kind}"),
        });
    }
    Ok(Content::Json(
        json!({ "Attribute": attribute_of(instance, kind) }),
    ))
}

pub(crate) fn attributes(call: &Call<'_>) -> Result<Content, Refusal> {
    let instance = call.instance("InstanceId")?;
    let page = ATTRIBUTES.cut(call, ATTRIBUTE_TYPES)?;
    let list: Vec<Value> = page
        .items
        .iter()
        .map(|kind| attribute_of(instance, kind))
        .collect();
    Ok(with_next(
        json!({ "Attributes": list }),
        "NextToken",
        page.next,
    ))
}
