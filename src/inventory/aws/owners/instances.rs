//! `ListInstances`, and everything that is asked about each instance.

use std::collections::BTreeMap;

use aws_sdk_connect::types::InstanceSummary;
use futures_util::{StreamExt, stream};

use super::endpoint::Refusal;
use super::{PARALLEL_INSTANCES, Reader};
use crate::inventory::aws::convert::{nonsense, timestamp};
use crate::inventory::aws::pages::{self, Page};
use crate::inventory::operation::LIST_INSTANCES;
use crate::inventory::{Instance, Observed, Unread};
use crate::model::{Arn, InvalidValue};

/// The largest page that Connect gives of instances and of storage configurations.
pub(super) const PAGE: i32 = 10;

/// Holds what the list of instances tells of one.
struct Listed {
    arn: Arn,
    id: String,
    alias: Option<String>,
    status: String,
    created_at: Option<jiff::Timestamp>,
    role: Option<Arn>,
}

impl Reader<'_> {
    /// Reads every instance, by ARN.
    pub(super) async fn instances(&self) -> Observed<Vec<Instance>> {
        if !self.services.connect {
            return Observed::Read(Vec::new());
        }
        let listed = match self.listed().await {
            Ok(listed) => listed,
            Err(unread) => return Observed::NotRead(unread),
        };
        self.tally.found(listed.len());
        let instances: BTreeMap<Arn, Instance> = stream::iter(listed.into_values())
            .map(|listed| async {
                let instance = Box::pin(self.instance(listed)).await;
                self.tally.instance_done();
                (instance.arn.clone(), instance)
            })
            .buffer_unordered(PARALLEL_INSTANCES)
            .collect()
            .await;
        Observed::Read(instances.into_values().collect())
    }

    async fn listed(&self) -> Result<BTreeMap<Arn, Listed>, Unread> {
        let connect = &self.clients.connect;
        let (listed, end) = pages::follow(LIST_INSTANCES.action, async |token| {
            let request = connect
                .list_instances()
                .max_results(PAGE)
                .set_next_token(token);
            let page = self
                .connect
                .ask(LIST_INSTANCES, async || request.send().await);
            let page = page.await?;
            let listed = page.instance_summary_list().iter().map(Listed::parse);
            Ok::<_, Refusal>(Page::of(listed.collect(), page.next_token()))
        })
        .await;
        end?;
        let listed: Result<Vec<Listed>, InvalidValue> = listed.into_iter().collect();
        let listed = listed.map_err(|error| nonsense(LIST_INSTANCES.action, &error))?;
        Ok(listed
            .into_iter()
            .map(|listed| (listed.arn.clone(), listed))
            .collect())
    }

    async fn instance(&self, listed: Listed) -> Instance {
        let id = listed.id.as_str();
        let (storage, bots, integrations, switches, domains, campaigns) = tokio::join!(
            self.storage(id),
            self.bots(id),
            self.integrations(id),
            self.switches(id),
            self.domains_of(&listed.arn),
            self.campaigns(id),
        );
        Instance {
            arn: listed.arn,
            id: listed.id,
            alias: listed.alias,
            status: listed.status,
            created_at: listed.created_at,
            role: listed.role,
            storage,
            bots,
            integrations,
            switches,
            domains,
            campaigns,
        }
    }
}

impl Listed {
    fn parse(summary: &InstanceSummary) -> Result<Self, InvalidValue> {
        let id = summary.id().unwrap_or_default();
        if id.is_empty() {
            return Err(InvalidValue {
                value: id.to_owned(),
                expected: "the id of an instance",
            });
        }
        Ok(Self {
            arn: summary.arn().unwrap_or_default().parse()?,
            id: id.to_owned(),
            alias: summary.instance_alias().map(ToOwned::to_owned),
            status: summary
                .instance_status()
                .map_or_else(String::new, |status| status.as_str().to_owned()),
            created_at: summary.created_time().and_then(timestamp),
            role: role(summary.service_role())?,
        })
    }
}

/// Reads a role's ARN; no text stands for no role.
fn role(arn: Option<&str>) -> Result<Option<Arn>, InvalidValue> {
    arn.filter(|arn| !arn.is_empty())
        .map(str::parse)
        .transpose()
}
