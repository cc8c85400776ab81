//! From arguments to an inventory: a live account or a recorded one.

use roledrift::inventory::{Inventory, gaad, snapshot};

use super::args::SourceArgs;
use super::exit::Failure;
use super::files;

/// Reads the account that the arguments name.
pub(super) fn read(arguments: &SourceArgs) -> Result<Inventory, Failure> {
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
    live(arguments)
}

#[cfg(feature = "aws")]
fn live(arguments: &SourceArgs) -> Result<Inventory, Failure> {
    use roledrift::inventory::aws::{ConnectOptions, Source, Strategy};

    use super::args::InventoryStrategy;
    use super::progress::Progress;

    let options = ConnectOptions {
        profile: arguments.profile.clone(),
        region: arguments.region.first().cloned(),
        role_arn: arguments.role_arn.clone(),
        external_id: arguments.external_id.clone(),
    };
    let strategy = match arguments.inventory {
        None | Some(InventoryStrategy::Auto) => Strategy::Auto,
        Some(InventoryStrategy::Bulk) => Strategy::Bulk,
        Some(InventoryStrategy::Targeted) => Strategy::Targeted,
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
            source.collect(jiff::Timestamp::now(), &note).await
        })
        .map_err(|source| Failure::Collect { source })
}

#[cfg(not(feature = "aws"))]
fn live(_arguments: &SourceArgs) -> Result<Inventory, Failure> {
    Err(Failure::NoLiveAccounts)
}
