//! A build without the SDK: only what needs nobody to be asked.

use roledrift::objects::Objects;
use roledrift::organization::{Judge, Work};

use super::{new_plan, of_file, planned};
use crate::cli::args::ScanArgs;
use crate::cli::exit::Failure;

/// Goes on with what needs nobody to be asked.
pub(super) fn scan(
    arguments: &ScanArgs,
    _judge: Judge,
    objects: &Objects,
) -> Result<Work, Failure> {
    let many = &arguments.many;
    let listed = many.which.accounts.as_deref().map(of_file).transpose()?;
    let work = match (planned(many, objects)?, listed) {
        (Some(work), _) => work,
        (None, Some(members)) => new_plan(many, objects, members)?,
        (None, None) => return Err(Failure::NoLiveAccounts),
    };
    if work.open()?.is_empty() {
        return Ok(work);
    }
    Err(Failure::NoLiveAccounts)
}
