//! `ListDomains` and `ListAccountIntegrations`: Customer Profiles domains, and who uses them.

use super::Reader;
use super::endpoint::Refusal;
use crate::inventory::aws::convert::timestamp;
use crate::inventory::aws::pages::{self, Page};
use crate::inventory::operation::{LIST_ACCOUNT_INTEGRATIONS, LIST_DOMAINS};
use crate::inventory::{Domain, Observed, Unread};
use crate::model::Arn;

/// The largest page that Customer Profiles gives.
const PAGE: i32 = 100;

impl Reader<'_> {
    /// Lists the domains of the Region, by name.
    pub(super) async fn domains(&self) -> Observed<Vec<Domain>> {
        if !self.services.profiles {
            return Observed::Read(Vec::new());
        }
        let (mut domains, end) = pages::follow(LIST_DOMAINS.action, async |token| {
            let request = self
                .clients
                .profiles
                .list_domains()
                .max_results(PAGE)
                .set_next_token(token);
            let page = self
                .profiles
                .ask(LIST_DOMAINS, async || request.send().await)
                .await?;
            let domains = page.items().iter().map(|domain| Domain {
                name: domain.domain_name().to_owned(),
                created_at: timestamp(domain.created_at()),
            });
            Ok::<_, Refusal>(Page::of(domains.collect(), page.next_token()))
        })
        .await;
        if let Err(refusal) = end {
            return Observed::NotRead(Unread::from(refusal));
        }
        domains.sort_by(|a, b| a.name.cmp(&b.name));
        domains.dedup_by(|a, b| a.name == b.name);
        Observed::Read(domains)
    }

    /// Lists the domains that an instance is integrated with, by name.
    pub(super) async fn domains_of(&self, instance: &Arn) -> Observed<Vec<String>> {
        if !self.services.profiles {
            return Observed::Read(Vec::new());
        }
        let operation = LIST_ACCOUNT_INTEGRATIONS;
        let (mut domains, end) = pages::follow(operation.action, async |token| {
            let request = self
                .clients
                .profiles
                .list_account_integrations()
                .uri(instance.as_str())
                .max_results(PAGE)
                .set_next_token(token);
            let page = self
                .profiles
                .ask(operation, async || request.send().await)
                .await?;
            let domains = page.items().iter();
            let domains = domains.map(|integration| integration.domain_name().to_owned());
            Ok::<_, Refusal>(Page::of(domains.collect(), page.next_token()))
        })
        .await;
        if let Err(refusal) = end {
            return Observed::NotRead(Unread::from(refusal));
        }
        domains.sort();
        domains.dedup();
        Observed::Read(domains)
    }
}
