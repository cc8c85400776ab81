//! A build without the SDK: only what needs nobody to be asked.

use std::path::Path;

use roledrift::organization::Judge;

use super::{Work, new_plan, of_file, open, planned};
use crate::cli::args::ScanArgs;
use crate::cli::exit::Failure;

/// Goes on with what needs nobody to be asked.
pub(super) fn scan(arguments: &ScanArgs, _judge: Judge, store: &Path) -> Result<Work, Failure> {
    let many = &arguments.many;
    let listed = many.which.accounts.as_deref().map(of_file).transpose()?;
    let work = match (planned(many, store)?, listed) {
        (Some(work), _) => work,
        (None, Some(members)) => new_plan(many, store, members)?,
        (None, None) => return Err(Failure::NoLiveAccounts),
    };
    if open(&work)?.is_empty() {
        return Ok(work);
    }
    Err(Failure::NoLiveAccounts)
}
