//! `ListDomains`, `GetDomain` and `ListAccountIntegrations`: Customer Profiles domains, how they are
//! set up, and who uses them.

use futures_util::future::join_all;

use super::Reader;
use super::endpoint::Refusal;
use crate::inventory::aws::convert::timestamp;
use crate::inventory::aws::pages::{self, Page};
use crate::inventory::operation::{GET_DOMAIN, LIST_ACCOUNT_INTEGRATIONS, LIST_DOMAINS};
use crate::inventory::{Domain, DomainSettings, Observed, Unread};
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
            let domains = page.items().iter().map(|domain| {
                let name = domain.domain_name().to_owned();
                (name, timestamp(domain.created_at()))
            });
            Ok::<_, Refusal>(Page::of(domains.collect(), page.next_token()))
        })
        .await;
        if let Err(refusal) = end {
            return Observed::NotRead(Unread::from(refusal));
        }
        domains.sort();
        domains.dedup_by(|a, b| a.0 == b.0);
        let domains = domains.into_iter().map(|(name, created_at)| async move {
            Domain {
                settings: self.settings(&name).await,
                name,
                created_at,
            }
        });
        Observed::Read(join_all(domains).await)
    }

    async fn settings(&self, domain: &str) -> Observed<DomainSettings> {
        let request = self.clients.profiles.get_domain().domain_name(domain);
        let answer = self
            .profiles
            .ask(GET_DOMAIN, async || request.send().await)
            .await;
        match answer {
            Ok(domain) => Observed::Read(DomainSettings {
                key: domain.default_encryption_key,
                dead_letter_queue: domain.dead_letter_queue_url,
            }),
            Err(refusal) => Observed::NotRead(Unread::from(refusal)),
        }
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
