//! Account management: which Regions are enabled.
//!
//! See <https://docs.aws.amazon.com/accounts/latest/reference/API_ListRegions.html>.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::organizations::with_next;
use crate::fake_account::account::Account;
use crate::fake_account::call::Call;
use crate::fake_account::pages::Paged;
use crate::fake_account::protocol::{Content, Refusal};

const PAGED: Paged = Paged::new("NextToken", "MaxResults", 50, 50);

/// Regions that every account has.
const DEFAULT: [&str; 17] = [
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
    "ap-south-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "ca-central-1",
    "eu-central-1",
    "eu-north-1",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "sa-east-1",
    "us-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
];

/// Regions that an account must opt in to.
const OPT_IN: [&str; 11] = [
    "af-south-1",
    "ap-east-1",
    "ap-south-2",
    "ap-southeast-3",
    "ap-southeast-4",
    "ca-west-1",
    "eu-central-2",
    "eu-south-1",
    "il-central-1",
    "me-central-1",
    "me-south-1",
];

/// Lists the Regions of an account with their statuses.
fn statuses(account: &Account) -> BTreeMap<&str, &str> {
    let default = DEFAULT.iter().map(|region| (*region, "ENABLED_BY_DEFAULT"));
    let mut all: BTreeMap<&str, &str> = default.collect();
    all.extend(OPT_IN.iter().map(|region| (*region, "DISABLED")));
    for region in account.regions.keys() {
        let status = all.entry(region).or_insert("ENABLED");
        if *status == "DISABLED" {
            *status = "ENABLED";
        }
    }
    for (region, status) in &account.region_status {
        all.insert(region, status);
    }
    all
}

/// Tells whether a Region answers.
pub(crate) fn is_enabled(account: &Account, region: &str) -> bool {
    let status = statuses(account).get(region).copied();
    matches!(status, Some("ENABLED" | "ENABLED_BY_DEFAULT" | "DISABLING"))
}

pub(crate) fn list(call: &Call<'_>) -> Result<Content, Refusal> {
    // The own account is not named; another one needs the organization's management account.
    let named = call.parameters.get("AccountId").unwrap_or(&call.account.id);
    let other = match named {
        own if own == call.account.id => None,
        _ if call.world.management().as_ref() == Some(&call.account.id) => {
            call.world.account(named)
        }
        _ => return Err(call.denied()),
    };
    let account = other.as_ref().unwrap_or(&call.account);
    let wanted = call.parameters.list("RegionOptStatusContains");
    let regions = statuses(account).into_iter();
    let chosen = regions.filter(|(_, status)| wanted.is_empty() || wanted.contains(status));
    let page = PAGED.cut(call, chosen)?;
    let regions = page
        .items
        .iter()
        .map(|(region, status)| json!({ "RegionName": region, "RegionOptStatus": status }));
    let regions: Vec<Value> = regions.collect();
    Ok(with_next(
        json!({ "Regions": regions }),
        "NextToken",
        page.next,
    ))
}
