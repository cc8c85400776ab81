//! `DescribeInstanceAttribute`: the features that are switched on for an instance.

use std::collections::BTreeMap;

use aws_sdk_connect::types::InstanceAttributeType;
use futures_util::future::join_all;

use super::Reader;
use crate::inventory::operation::DESCRIBE_INSTANCE_ATTRIBUTE;
use crate::inventory::{Observed, Switch, Unread, UnreadReason};

impl Reader<'_> {
    pub(super) async fn switches(&self, instance: &str) -> BTreeMap<Switch, Observed<bool>> {
        let switches = Switch::ALL.iter().map(|switch| async move {
            match self.switch(instance, *switch).await {
                Ok(on) => (*switch, Observed::Read(on)),
                Err(unread) => (*switch, Observed::NotRead(unread)),
            }
        });
        join_all(switches).await.into_iter().collect()
    }

    async fn switch(&self, instance: &str, switch: Switch) -> Result<bool, Unread> {
        let operation = DESCRIBE_INSTANCE_ATTRIBUTE;
        let request = self
            .clients
            .connect
            .describe_instance_attribute()
            .instance_id(instance)
            .attribute_type(InstanceAttributeType::from(switch.as_str()));
        let answer = self
            .connect
            .ask(operation, async || request.send().await)
            .await?;
        let value = answer.attribute().and_then(|attribute| attribute.value());
        match value.unwrap_or_default() {
            "true" => Ok(true),
            "false" => Ok(false),
            other => Err(Unread {
                reason: UnreadReason::Malformed,
                operation: operation.action.to_owned(),
                message: format!("`{other}` is neither `true` nor `false`"),
            }),
        }
    }
}
