//! `ListInstanceStorageConfigs`: where an instance stores or streams each kind of data.

use std::collections::BTreeMap;

use aws_sdk_connect::types::{
    EncryptionConfig, InstanceStorageConfig, InstanceStorageResourceType, StorageType,
};
use futures_util::future::join_all;

use super::Reader;
use super::endpoint::Refusal;
use super::instances::PAGE;
use crate::inventory::aws::convert::nonsense;
use crate::inventory::aws::pages::{self, Page};
use crate::inventory::operation::LIST_INSTANCE_STORAGE_CONFIGS;
use crate::inventory::{Observed, StorageTarget, StorageUse, Unread, UnreadReason};
use crate::model::Arn;

const OPERATION: &str = LIST_INSTANCE_STORAGE_CONFIGS.action;

impl Reader<'_> {
    pub(super) async fn storage(
        &self,
        instance: &str,
    ) -> BTreeMap<StorageUse, Observed<Vec<StorageTarget>>> {
        let kinds = StorageUse::ALL.iter().map(|kind| async move {
            match self.storage_of(instance, *kind).await {
                Ok(targets) => (*kind, Observed::Read(targets)),
                Err(unread) => (*kind, Observed::NotRead(unread)),
            }
        });
        join_all(kinds).await.into_iter().collect()
    }

    async fn storage_of(
        &self,
        instance: &str,
        kind: StorageUse,
    ) -> Result<Vec<StorageTarget>, Unread> {
        let (targets, end) = pages::follow(OPERATION, async |token| {
            let request = self
                .clients
                .connect
                .list_instance_storage_configs()
                .instance_id(instance)
                .resource_type(InstanceStorageResourceType::from(kind.as_str()))
                .max_results(PAGE)
                .set_next_token(token);
            let page = self
                .connect
                .ask(LIST_INSTANCE_STORAGE_CONFIGS, async || request.send().await)
                .await?;
            let targets = page.storage_configs().iter().map(target).collect();
            Ok::<_, Refusal>(Page::of(targets, page.next_token()))
        })
        .await;
        end?;
        let mut targets = targets.into_iter().collect::<Result<Vec<_>, _>>()?;
        targets.sort();
        targets.dedup();
        Ok(targets)
    }
}

fn target(config: &InstanceStorageConfig) -> Result<StorageTarget, Unread> {
    let target = match config.storage_type() {
        StorageType::S3 => config.s3_config().map(|s3| {
            Ok(StorageTarget::S3 {
                bucket: s3.bucket_name().to_owned(),
                prefix: s3.bucket_prefix().to_owned(),
                key: s3.encryption_config().map(key),
            })
        }),
        StorageType::KinesisStream => config
            .kinesis_stream_config()
            .map(|stream| arn(stream.stream_arn()).map(StorageTarget::KinesisStream)),
        StorageType::KinesisFirehose => config
            .kinesis_firehose_config()
            .map(|stream| arn(stream.firehose_arn()).map(StorageTarget::KinesisFirehose)),
        StorageType::KinesisVideoStream => config.kinesis_video_stream_config().map(|video| {
            Ok(StorageTarget::KinesisVideoStream {
                prefix: video.prefix().to_owned(),
                key: video.encryption_config().map(key),
            })
        }),
        // What it is cannot be told, so neither can what all targets are.
        unknown => {
            return Err(malformed(format!(
                "storage of the unknown type `{unknown}`"
            )));
        }
    };
    target.unwrap_or_else(|| {
        let kind = config.storage_type();
        Err(malformed(format!(
            "storage of type `{kind}` without its place"
        )))
    })
}

fn key(encryption: &EncryptionConfig) -> String {
    encryption.key_id().to_owned()
}

fn arn(text: &str) -> Result<Arn, Unread> {
    text.parse().map_err(|error| nonsense(OPERATION, &error))
}

fn malformed(message: String) -> Unread {
    Unread {
        reason: UnreadReason::Malformed,
        operation: OPERATION.to_owned(),
        message,
    }
}
