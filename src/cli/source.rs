//! From arguments to an inventory: a live account or a recorded one.

#[cfg(feature = "aws")]
use std::num::NonZeroUsize;
#[cfg(feature = "aws")]
use std::thread::available_parallelism;

use roledrift::baselines::Baselines;
use roledrift::inventory::{Inventory, Owners, gaad, snapshot};

use super::args::SourceArgs;
use super::exit::Failure;
use super::files::{self, Input};

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
        let text = files::read(path, Input::Account)?;
        return snapshot::read(&text).map_err(|source| Failure::Snapshot {
            path: path.clone(),
            source,
        });
    }
    if let Some(path) = &arguments.gaad {
        let text = files::read(path, Input::Account)?;
        return gaad::read(&text).map_err(|source| Failure::Gaad {
            path: path.clone(),
            source,
        });
    }
    live(arguments, baselines)
}

#[cfg(feature = "aws")]
fn live(arguments: &SourceArgs, baselines: &Baselines) -> Result<Inventory, Failure> {
    use roledrift::inventory::aws::Source;

    use super::progress::Progress;

    let (options, strategy) = (options(arguments), strategy(arguments));
    let scope = scope(arguments, baselines);
    let runtime = runtime()?;
    let progress = Progress::start();
    runtime
        .block_on(async {
            let source = Source::connect(&options).await.with_strategy(strategy);
            let note = |step: &str| progress.at(step);
            source.collect(jiff::Timestamp::now(), &scope, &note).await
        })
        .map_err(|source| Failure::Collect { source })
}

/// Returns the way to the caller's credentials.
#[cfg(feature = "aws")]
pub(super) fn options(arguments: &SourceArgs) -> roledrift::inventory::aws::ConnectOptions {
    roledrift::inventory::aws::ConnectOptions {
        profile: arguments.profile.clone(),
        region: arguments.region.first().map(ToString::to_string),
        role_arn: arguments.role_arn.clone(),
        external_id: arguments.external_id.clone(),
    }
}

/// Returns how roles are read.
#[cfg(feature = "aws")]
pub(super) fn strategy(arguments: &SourceArgs) -> roledrift::inventory::aws::Strategy {
    use roledrift::inventory::aws::Strategy;

    use super::args::InventoryStrategy;

    match arguments.inventory {
        None | Some(InventoryStrategy::Auto) => Strategy::Auto,
        Some(InventoryStrategy::Bulk) => Strategy::Bulk,
        Some(InventoryStrategy::Targeted) => Strategy::Targeted,
    }
}

/// Returns what is read beside the roles.
#[cfg(feature = "aws")]
pub(super) fn scope(
    arguments: &SourceArgs,
    baselines: &Baselines,
) -> roledrift::inventory::aws::Scope {
    roledrift::inventory::aws::Scope {
        owners: !arguments.skip_owners,
        regions: arguments.region.iter().cloned().collect(),
        offered: baselines.offered(),
    }
}

/// Makes what requests run on: one thread, which waits for the network.
#[cfg(feature = "aws")]
pub(super) fn runtime() -> Result<tokio::runtime::Runtime, Failure> {
    let processors = available_parallelism().map_or(1, NonZeroUsize::get);
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        // One account is judged on each processor; names are looked up beside them.
        .max_blocking_threads(processors + 2)
        .build()
        .map_err(Failure::Runtime)
}

#[cfg(not(feature = "aws"))]
fn live(_arguments: &SourceArgs, _baselines: &Baselines) -> Result<Inventory, Failure> {
    Err(Failure::NoLiveAccounts)
}
