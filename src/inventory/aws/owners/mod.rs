//! What the roles serve: Connect instances, campaigns and Customer Profiles domains, in every Region.
//!
//! Regions, services and operations are asked side by side, each operation at AWS's published rate.
//! Whatever a Region, service or operation refuses is an unread fact of its own.

mod bots;
mod campaigns;
mod endpoint;
mod instances;
mod integrations;
mod profiles;
mod regions;
mod storage;
mod switches;
mod tally;

use std::sync::Arc;

use aws_config::SdkConfig;
use aws_sdk_iam::config::retry::RetryPartition;
use futures_util::{StreamExt, stream};

use super::Scope;
use super::body::guarded;
use crate::inventory::{Owners, RegionOwners};
use crate::model::{Partition, Region};
use endpoint::Endpoint;
use tally::Tally;

/// How many Regions are read at the same time: more than offer Amazon Connect today.
const PARALLEL_REGIONS: usize = 32;
/// How many instances of a Region are read at the same time.
///
/// The rates hold up, not the instances: a few keep every operation busy.
const PARALLEL_INSTANCES: usize = 4;

/// Makes a client of an SDK crate from a configuration; each crate has types of its own.
macro_rules! client {
    ($sdk:ident, $config:expr, $retries:expr) => {{
        let mut builder = $sdk::config::Builder::from($config);
        builder.set_retry_partition($retries.clone());
        $sdk::Client::from_conf(builder.build())
    }};
}

/// Makes the clients of a Region.
type ClientsOf = dyn Fn(&Region) -> RegionalClients + Send + Sync;

/// Holds the clients that owners are read with.
#[derive(Clone)]
pub struct OwnerClients {
    account: aws_sdk_account::Client,
    regional: Arc<ClientsOf>,
}

/// Holds the clients of one Region.
#[derive(Debug, Clone)]
pub struct RegionalClients {
    /// Amazon Connect.
    pub connect: aws_sdk_connect::Client,
    /// Outbound campaigns, version 1.
    pub campaigns: aws_sdk_connectcampaigns::Client,
    /// Outbound campaigns, version 2.
    pub campaigns_v2: aws_sdk_connectcampaignsv2::Client,
    /// Customer Profiles.
    pub profiles: aws_sdk_customerprofiles::Client,
}

impl OwnerClients {
    /// Uses clients that exist, or that a function makes for each Region.
    pub fn new(
        account: aws_sdk_account::Client,
        regional: impl Fn(&Region) -> RegionalClients + Send + Sync + 'static,
    ) -> Self {
        let guard = move |region: &Region| {
            let clients = regional(region);
            RegionalClients {
                connect: guarded!(aws_sdk_connect, clients.connect),
                campaigns: guarded!(aws_sdk_connectcampaigns, clients.campaigns),
                campaigns_v2: guarded!(aws_sdk_connectcampaignsv2, clients.campaigns_v2),
                profiles: guarded!(aws_sdk_customerprofiles, clients.profiles),
            }
        };
        Self {
            account: guarded!(aws_sdk_account, account),
            regional: Arc::new(guard),
        }
    }

    /// Makes clients from a configuration; `retries` holds how often all of them may try again.
    pub(super) fn of(config: &SdkConfig, retries: Option<RetryPartition>) -> Self {
        let account = client!(aws_sdk_account, config, retries);
        let config = config.clone();
        Self::new(account, move |region| {
            let region = aws_config::Region::new(region.to_string());
            let config = config.clone().into_builder().region(region).build();
            RegionalClients {
                connect: client!(aws_sdk_connect, &config, retries),
                campaigns: client!(aws_sdk_connectcampaigns, &config, retries),
                campaigns_v2: client!(aws_sdk_connectcampaignsv2, &config, retries),
                profiles: client!(aws_sdk_customerprofiles, &config, retries),
            }
        })
    }
}

impl std::fmt::Debug for OwnerClients {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OwnerClients").finish_non_exhaustive()
    }
}

/// Says which services to ask.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Services {
    pub(super) connect: bool,
    pub(super) campaigns: bool,
    pub(super) profiles: bool,
}

impl Services {
    pub(super) fn all() -> Self {
        Self {
            connect: true,
            campaigns: true,
            profiles: true,
        }
    }
}

/// Reads the owners of an account.
pub(super) async fn read(
    clients: &OwnerClients,
    partition: &Partition,
    scope: &Scope,
    progress: &(dyn Fn(&str) + Sync),
) -> Owners {
    let plan = regions::plan(&clients.account, partition, scope).await;
    let tally = Tally::new(plan.ask.len(), progress);
    let regions = stream::iter(plan.ask)
        .map(|(region, services)| {
            let reader = Reader::new((clients.regional)(&region), services, &tally);
            async move { (region, Box::pin(reader.read()).await) }
        })
        .buffer_unordered(PARALLEL_REGIONS)
        .collect()
        .await;
    Owners {
        listing: plan.complete,
        regions,
    }
}

/// Reads one Region.
struct Reader<'a> {
    clients: RegionalClients,
    services: Services,
    connect: Endpoint,
    // One for both versions of the API: they share a host and permissions.
    campaigns: Endpoint,
    profiles: Endpoint,
    tally: &'a Tally<'a>,
}

impl<'a> Reader<'a> {
    fn new(clients: RegionalClients, services: Services, tally: &'a Tally<'a>) -> Self {
        Self {
            clients,
            services,
            connect: Endpoint::new("connect"),
            campaigns: Endpoint::new("connect-campaigns"),
            profiles: Endpoint::new("profile"),
            tally,
        }
    }

    async fn read(&self) -> RegionOwners {
        let (instances, domains) = tokio::join!(self.instances(), self.domains());
        self.tally.region_done();
        RegionOwners { instances, domains }
    }
}
