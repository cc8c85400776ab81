//! Which Regions are asked, and whether those are all that could hold an owner.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_account::Client;
use aws_sdk_account::types::RegionOptStatus;

use super::Services;
use crate::inventory::aws::Scope;
use crate::inventory::aws::convert::nonsense;
use crate::inventory::aws::failure::unread;
use crate::inventory::aws::pages::{self, Page};
use crate::inventory::operation::{LIST_INSTANCES, LIST_REGIONS};
use crate::inventory::{Observed, Unread, UnreadReason};
use crate::model::{InvalidValue, Partition, Region};

/// The largest page that Account Management gives.
const PAGE: i32 = 50;

/// What Region names of the other partitions begin with.
///
/// See <https://docs.aws.amazon.com/general/latest/gr/rande.html>.
const PARTITIONS: [(&str, &str); 8] = [
    ("aws-us-gov", "us-gov-"),
    ("aws-cn", "cn-"),
    ("aws-eusc", "eusc-"),
    ("aws-iso-b", "us-isob-"),
    ("aws-iso-e", "eu-isoe-"),
    ("aws-iso-f", "us-isof-"),
    ("aws-iso-f", "eu-isof-"),
    ("aws-iso", "us-iso-"),
];

/// Holds what was decided.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Plan {
    /// The Regions to ask, each with the services that it offers.
    pub(super) ask: BTreeMap<Region, Services>,
    /// Whether no other Region can hold an owner.
    pub(super) complete: Observed<()>,
}

/// Decides which Regions to ask; AWS is asked for the account's Regions where that makes a difference.
pub(super) async fn plan(account: &Client, partition: &Partition, scope: &Scope) -> Plan {
    let offered = scope.offered.regions();
    let named_all = offered.as_ref().is_some_and(|offered| {
        let mut offered = offered.iter().filter(|region| lies_in(region, partition));
        offered.all(|region| scope.regions.contains(region))
    });
    let usable = if named_all && !scope.regions.is_empty() {
        None
    } else {
        Some(usable(account).await)
    };
    decide(partition, scope, offered.as_ref(), usable)
}

/// Decides by the Regions that the account can use; `None` where nobody needs to know them.
fn decide(
    partition: &Partition,
    scope: &Scope,
    offered: Option<&BTreeSet<Region>>,
    usable: Option<Result<BTreeSet<Region>, Unread>>,
) -> Plan {
    let here = |region: &&Region| lies_in(region, partition);
    let expected: Result<BTreeSet<Region>, Unread> = match (offered, usable) {
        (Some(offered), Some(Ok(usable))) => Ok(offered.intersection(&usable).cloned().collect()),
        // A Region that is not enabled says so itself.
        (Some(offered), _) => Ok(offered.iter().filter(here).cloned().collect()),
        (None, Some(usable)) => usable,
        (None, None) => Ok(BTreeSet::new()),
    };
    let (wanted, complete) = if scope.regions.is_empty() {
        match expected {
            Ok(expected) => (expected, Observed::Read(())),
            Err(unread) => (BTreeSet::new(), Observed::NotRead(unread)),
        }
    } else {
        (scope.regions.clone(), narrowed(scope, expected))
    };
    let ask = wanted.into_iter().map(|region| {
        let services = scope.offered.services(&region);
        (region, services)
    });
    Plan {
        ask: ask.collect(),
        complete,
    }
}

/// Says whether the Regions that the user names are all that would have been asked.
fn narrowed(scope: &Scope, expected: Result<BTreeSet<Region>, Unread>) -> Observed<()> {
    let expected = match expected {
        Ok(expected) => expected,
        Err(unread) => return Observed::NotRead(unread),
    };
    let left_out: Vec<&str> = expected
        .difference(&scope.regions)
        .map(Region::as_str)
        .collect();
    if left_out.is_empty() {
        return Observed::Read(());
    }
    Observed::NotRead(Unread {
        reason: UnreadReason::Skipped,
        operation: LIST_INSTANCES.action.to_owned(),
        message: format!("not asked in {}", left_out.join(", ")),
    })
}

/// Lists the Regions that are not disabled for the account.
async fn usable(account: &Client) -> Result<BTreeSet<Region>, Unread> {
    let operation = LIST_REGIONS.action;
    let (listed, end) = pages::follow(operation, async |token| {
        let request = account
            .list_regions()
            .max_results(PAGE)
            .set_next_token(token);
        let page = request
            .send()
            .await
            .map_err(|error| unread(operation, &error))?;
        let usable = page
            .regions()
            .iter()
            // Being enabled or disabled takes hours, and all the while there may be owners.
            .filter(|region| region.region_opt_status() != Some(&RegionOptStatus::Disabled))
            .map(|region| region.region_name().unwrap_or_default().parse())
            .collect::<Vec<Result<Region, InvalidValue>>>();
        Ok::<_, Unread>(Page::of(usable, page.next_token()))
    })
    .await;
    end?;
    listed
        .into_iter()
        .collect::<Result<_, _>>()
        .map_err(|error| nonsense(operation, &error))
}

/// Tells whether a Region belongs to a partition.
fn lies_in(region: &Region, partition: &Partition) -> bool {
    let of_name = PARTITIONS
        .iter()
        .find(|(_, beginning)| region.as_str().starts_with(beginning));
    partition.as_str() == of_name.map_or("aws", |(partition, _)| partition)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::aws::Offered;

    fn set(names: &[&str]) -> BTreeSet<Region> {
        names.iter().map(|name| name.parse().unwrap()).collect()
    }

    fn scope(regions: &[&str]) -> Scope {
        Scope {
            owners: true,
            regions: set(regions),
            offered: Offered {
                connect: Some(set(&["us-east-1", "eu-west-2", "us-gov-west-1"])),
                campaigns: Some(set(&["us-east-1"])),
                profiles: Some(set(&["us-east-1", "eu-west-2"])),
            },
        }
    }

    fn decided(
        scope: &Scope,
        partition: &str,
        usable: Option<Result<BTreeSet<Region>, Unread>>,
    ) -> (Vec<String>, Observed<()>) {
        let offered = scope.offered.regions();
        let partition = partition.parse().unwrap();
        let plan = decide(&partition, scope, offered.as_ref(), usable);
        let names = plan.ask.keys().map(ToString::to_string).collect();
        (names, plan.complete)
    }

    fn denied() -> Unread {
        Unread {
            reason: UnreadReason::Denied,
            operation: LIST_REGIONS.action.to_owned(),
            message: String::new(),
        }
    }

    #[test]
    fn asks_where_a_service_is_offered_and_the_account_can_go() {
        let usable = Some(Ok(set(&["us-east-1", "eu-north-1"])));
        let (asked, complete) = decided(&scope(&[]), "aws", usable);
        assert_eq!(asked, ["us-east-1"]);
        assert_eq!(complete, Observed::Read(()));
    }

    #[test]
    fn asks_everywhere_in_the_partition_where_nobody_tells() {
        let (asked, complete) = decided(&scope(&[]), "aws", Some(Err(denied())));
        assert_eq!(asked, ["eu-west-2", "us-east-1"]);
        assert_eq!(complete, Observed::Read(()));
        let (asked, _) = decided(&scope(&[]), "aws-us-gov", Some(Err(denied())));
        assert_eq!(asked, ["us-gov-west-1"]);
    }

    #[test]
    fn a_narrowed_scope_is_complete_only_where_nothing_is_left_out() {
        let both = Some(Ok(set(&["us-east-1", "eu-west-2"])));
        let (asked, complete) = decided(&scope(&["us-east-1", "mx-central-1"]), "aws", both);
        assert_eq!(asked, ["mx-central-1", "us-east-1"]);
        let unread = complete.unread().unwrap();
        assert_eq!(unread.reason, UnreadReason::Skipped);
        assert_eq!(unread.message, "not asked in eu-west-2");

        let one = Some(Ok(set(&["us-east-1"])));
        let (_, complete) = decided(&scope(&["us-east-1"]), "aws", one);
        assert_eq!(complete, Observed::Read(()));
        let (_, complete) = decided(&scope(&["us-east-1"]), "aws", Some(Err(denied())));
        assert_eq!(complete.unread().unwrap().reason, UnreadReason::Skipped);
    }

    #[test]
    fn without_a_table_every_usable_region_is_asked_or_none() {
        let mut scope = scope(&[]);
        scope.offered.connect = None;
        let (asked, _) = decided(&scope, "aws", Some(Ok(set(&["eu-north-1"]))));
        assert_eq!(asked, ["eu-north-1"]);
        let (asked, complete) = decided(&scope, "aws", Some(Err(denied())));
        assert!(asked.is_empty());
        assert_eq!(complete, Observed::NotRead(denied()));
    }

    #[test]
    fn an_unknown_region_is_asked_for_every_service() {
        let scope = scope(&["mx-central-1", "eu-west-2"]);
        let plan = decide(
            &Partition::commercial(),
            &scope,
            scope.offered.regions().as_ref(),
            None,
        );
        let all = Services {
            connect: true,
            campaigns: true,
            profiles: true,
        };
        assert_eq!(plan.ask[&"mx-central-1".parse().unwrap()], all);
        assert!(!plan.ask[&"eu-west-2".parse().unwrap()].campaigns);
    }
}
