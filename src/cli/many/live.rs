//! Asking the accounts of a run that are still to do.

use std::num::NonZeroU32;
use std::time::Duration;

use roledrift::inventory::aws::{Entry, Fleet, Limits};
use roledrift::objects::Objects;
use roledrift::organization::{Judge, Work};

use super::{new_plan, of_file, planned};
use crate::cli::args::ScanArgs;
use crate::cli::exit::Failure;
use crate::cli::progress::Progress;
use crate::cli::source;

/// What the role in each account is called when nobody says otherwise.
const ROLE_NAME: &str = "roledrift-audit";
/// What CloudTrail calls the sessions.
const SESSION_NAME: &str = "roledrift";
const CONCURRENCY: usize = 32;
/// Seconds.
const ACCOUNT_TIMEOUT: u32 = 900;

/// Reads and judges the accounts that are still to do; their results are kept.
pub(super) fn scan(arguments: &ScanArgs, judge: Judge, objects: &Objects) -> Result<Work, Failure> {
    let many = &arguments.many;
    // Everything that can be wrong with files is told before anybody is asked.
    let planned = match planned(many, objects)? {
        // Nobody has to be asked for what is kept already.
        Some(work) if work.open()?.is_empty() => return Ok(work),
        planned => planned,
    };
    let listed = many.which.accounts.as_deref().map(of_file).transpose()?;
    let scope = source::scope(&arguments.source, judge.auditor.baselines());
    let limits = Limits {
        concurrency: many
            .concurrency
            .map_or(CONCURRENCY, |n| usize::from(n.get())),
        deadline: Duration::from_secs(
            many.account_timeout
                .map_or(ACCOUNT_TIMEOUT, NonZeroU32::get)
                .into(),
        ),
    };
    let entry = Entry {
        role_name: many
            .role_name
            .clone()
            .unwrap_or_else(|| ROLE_NAME.to_owned()),
        session_name: many
            .session_name
            .clone()
            .unwrap_or_else(|| SESSION_NAME.to_owned()),
        external_id: arguments.source.external_id.clone(),
    };
    let progress = Progress::start();
    source::runtime()?.block_on(async {
        let options = source::options(&arguments.source);
        let fleet = Fleet::connect(&options, entry).await;
        let fleet = fleet
            .map_err(|source| Failure::Collect { source })?
            .with_strategy(source::strategy(&arguments.source));
        let work = match (planned, listed) {
            (Some(work), _) => work,
            (None, Some(members)) => new_plan(many, objects, members)?,
            (None, None) => {
                progress.at("listing accounts");
                let members = fleet.members(&many.which.ou).await;
                new_plan(many, objects, members.map_err(Failure::Members)?)?
            }
        };
        let note = move |at: roledrift::organization::Progress| {
            let (done, of, unread) = (at.done, at.of, at.unread);
            progress.at(&format!("{done} of {of} accounts, {unread} not read"));
        };
        work.carry_out(&fleet, judge, &scope, limits, note).await?;
        Ok(work)
    })
}
