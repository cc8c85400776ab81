//! From arguments to an inventory: a live account or a recorded one.

use roledrift::baselines::Baselines;
use roledrift::inventory::{Inventory, Owners, gaad, snapshot};

use super::args::SourceArgs;
use super::exit::Failure;
use super::files;

/// Reads the account that the arguments name.
pub(super) fn read(arguments: &SourceArgs, baselines: &Baselines) -> Result<Inventory, Failure> {
    let mut inventory = read_source(arguments, baselines)?;
    if arguments.skip_owners {
        inventory.owners = Owners::skipped();
    }
    Ok(inventory)
}

fn read_source(arguments: &SourceArgs, baselines: &Baselines) -> Result<Inventory, Failure> {
    if let Some(path) = &arguments.snapshot {
        let text = files::read(path)?;
        return snapshot::read(&text).map_err(|source| Failure::Snapshot {
            path: path.clone(),
            source,
        });
    }
    if let Some(path) = &arguments.gaad {
        let text = files::read(path)?;
        return gaad::read(&text).map_err(|source| Failure::Gaad {
            path: path.clone(),
            source,
        });
    }
    live(arguments, baselines)
}

#[cfg(feature = "aws")]
fn live(arguments: &SourceArgs, baselines: &Baselines) -> Result<Inventory, Failure> {
    use roledrift::inventory::aws::{ConnectOptions, Scope, Source, Strategy};

    use super::args::InventoryStrategy;
    use super::progress::Progress;

    let options = ConnectOptions {
        profile: arguments.profile.clone(),
        region: arguments.region.first().map(ToString::to_string),
        role_arn: arguments.role_arn.clone(),
        external_id: arguments.external_id.clone(),
    };
    let strategy = match arguments.inventory {
        None | Some(InventoryStrategy::Auto) => Strategy::Auto,
        Some(InventoryStrategy::Bulk) => Strategy::Bulk,
        Some(InventoryStrategy::Targeted) => Strategy::Targeted,
    };
    let scope = Scope {
        owners: !arguments.skip_owners,
        regions: arguments.region.iter().cloned().collect(),
        offered: offered(baselines),
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(Failure::Runtime)?;
    let progress = Progress::start();
    runtime
        .block_on(async {
            let source = Source::connect(&options).await.with_strategy(strategy);
            let note = |step: &str| progress.at(step);
            source.collect(jiff::Timestamp::now(), &scope, &note).await
        })
        .map_err(|source| Failure::Collect { source })
}

/// Returns where the services of the families are offered.
#[cfg(feature = "aws")]
fn offered(baselines: &Baselines) -> roledrift::inventory::aws::Offered {
    let of_family = |id: &str| {
        let mut families = baselines.families().iter();
        let offered = families.find(|family| family.id == id)?.regions.as_ref()?;
        Some(offered.regions.clone())
    };
    roledrift::inventory::aws::Offered {
        connect: of_family("connect"),
        campaigns: of_family("connect-campaigns"),
        profiles: of_family("customer-profiles"),
    }
}

#[cfg(not(feature = "aws"))]
fn live(_arguments: &SourceArgs, _baselines: &Baselines) -> Result<Inventory, Failure> {
    Err(Failure::NoLiveAccounts)
}
