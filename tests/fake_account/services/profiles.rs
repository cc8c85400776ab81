//! Customer Profiles: domains and what they are integrated with.
//!
//! See <https://docs.aws.amazon.com/customerprofiles/latest/APIReference/API_ListDomains.html>.

use serde_json::{Value, json};

use super::organizations::with_next;
use crate::fake_account::account::Domain;
use crate::fake_account::call::Call;
use crate::fake_account::pages::Paged;
use crate::fake_account::protocol::{Content, Refusal};

const PAGED: Paged = Paged::new("next-token", "max-results", 100, 100);

fn here<'a>(call: &'a Call<'_>) -> &'a [Domain] {
    let region = call.account.regions.get(&call.region);
    region.map_or(&[][..], |region| &region.domains)
}

fn named<'a>(call: &'a Call<'_>) -> Result<&'a Domain, Refusal> {
    let name = call.require("DomainName")?;
    let mut domains = here(call).iter();
    domains.find(|domain| domain.name == name).ok_or_else(|| {
        let message = format!("Domain {name} does not exist");
        call.service().not_found(message)
    })
}

fn dated(domain: &Domain) -> Value {
    let created = domain.created.as_millisecond() as f64 / 1000.0;
    json!({ "DomainName": domain.name, "CreatedAt": created, "LastUpdatedAt": created })
}

fn integration(domain: &Domain, uri: &str) -> Value {
    let mut item = dated(domain);
    item["Uri"] = json!(uri);
    item["ObjectTypeName"] = json!("CTR");
    item
}

pub(crate) fn domains(call: &Call<'_>) -> Result<Content, Refusal> {
    let page = PAGED.cut(call, here(call))?;
    let items: Vec<Value> = page.items.iter().map(|domain| dated(domain)).collect();
    Ok(with_next(json!({ "Items": items }), "NextToken", page.next))
}

pub(crate) fn domain(call: &Call<'_>) -> Result<Content, Refusal> {
    let own = named(call)?;
    let mut domain = dated(own);
    if let Some(key) = &own.key {
        domain["DefaultEncryptionKey"] = json!(key);
    }
    if let Some(queue) = &own.dead_letter_queue {
        domain["DeadLetterQueueUrl"] = json!(queue);
    }
    domain["DefaultExpirationDays"] = json!(366);
    domain["Stats"] =
        json!({ "ProfileCount": 0, "MeteringProfileCount": 0, "ObjectCount": 0, "TotalSize": 0 });
    Ok(Content::Json(domain))
}

pub(crate) fn integrations(call: &Call<'_>) -> Result<Content, Refusal> {
    let domain = named(call)?;
    let page = PAGED.cut(call, &domain.integrations)?;
    let items: Vec<Value> = page
        .items
        .iter()
        .map(|uri| integration(domain, uri))
        .collect();
    Ok(with_next(json!({ "Items": items }), "NextToken", page.next))
}

pub(crate) fn account_integrations(call: &Call<'_>) -> Result<Content, Refusal> {
    let uri = call.require("Uri")?;
    let with_it = here(call)
        .iter()
        .filter(|domain| domain.integrations.iter().any(|own| own == uri));
    let page = PAGED.cut(call, with_it)?;
    let items: Vec<Value> = page
        .items
        .iter()
        .map(|domain| integration(domain, uri))
        .collect();
    Ok(with_next(json!({ "Items": items }), "NextToken", page.next))
}
