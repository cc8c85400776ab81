//! `ListIntegrationAssociations`: what an instance is integrated with.

use aws_sdk_connect::types::IntegrationAssociationSummary;

use super::Reader;
use super::endpoint::Refusal;
use crate::inventory::aws::pages::{self, Page};
use crate::inventory::operation::LIST_INTEGRATION_ASSOCIATIONS;
use crate::inventory::{Integration, Observed, Unread};

/// The largest page that Connect gives of integrations.
const PAGE: i32 = 100;

impl Reader<'_> {
    pub(super) async fn integrations(&self, instance: &str) -> Observed<Vec<Integration>> {
        let operation = LIST_INTEGRATION_ASSOCIATIONS;
        let (mut integrations, end) = pages::follow(operation.action, async |token| {
            let request = self
                .clients
                .connect
                .list_integration_associations()
                .instance_id(instance)
                .max_results(PAGE)
                .set_next_token(token);
            let page = self
                .connect
                .ask(operation, async || request.send().await)
                .await?;
            let integrations = page.integration_association_summary_list();
            let integrations = integrations.iter().map(integration).collect();
            Ok::<_, Refusal>(Page::of(integrations, page.next_token()))
        })
        .await;
        integrations.sort();
        integrations.dedup();
        match end {
            Ok(()) => Observed::Read(integrations),
            Err(refusal) => Observed::NotRead(Unread::from(refusal)),
        }
    }
}

/// Keeps kinds that the SDK does not know yet by the name that Connect gave.
fn integration(summary: &IntegrationAssociationSummary) -> Integration {
    Integration {
        kind: summary
            .integration_type()
            .map_or_else(String::new, |kind| kind.as_str().to_owned()),
        resource: summary.integration_arn().unwrap_or_default().to_owned(),
    }
}
