//! Asking the accounts of a run that are still to do.

use std::num::NonZeroU32;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use roledrift::inventory::Member;
use roledrift::inventory::aws::{Entry, Fleet, Limits};
use roledrift::organization::{Judge, ResultsError};

use super::{Work, new_plan, of_file, open, planned};
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

/// Says what was kept, or why nothing could be.
enum Kept {
    Results(ResultsError),
    Text(std::io::Error),
}

/// Reads and judges the accounts that are still to do; their results are kept.
pub(super) fn scan(arguments: &ScanArgs, judge: Judge, store: &Path) -> Result<Work, Failure> {
    let many = &arguments.many;
    // Everything that can be wrong with files is told before anybody is asked.
    let planned = planned(many, store)?;
    let listed = many.which.accounts.as_deref().map(of_file).transpose()?;
    let scope = source::scope(&arguments.source, &judge.baselines);
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
            (None, Some(members)) => new_plan(many, store, members)?,
            (None, None) => {
                progress.at("listing accounts");
                let members = fleet.members(&many.which.ou).await;
                new_plan(many, store, members.map_err(Failure::Members)?)?
            }
        };
        let open = open(&work)?;
        let total = open.len();
        let accounts = open.into_iter().map(|account| Member {
            name: account.name,
            ..Member::new(account.id)
        });
        let (done, unread) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let results = work.results.clone();
        progress.at(&format!("0 of {total} accounts"));
        let progress = progress.clone();
        let keep = move |member: Member, read: Result<_, roledrift::inventory::aws::FleetError>| {
            let inventory = read.map_err(|error| error.to_string());
            if let Err(reason) = &inventory {
                unread.fetch_add(1, Ordering::Relaxed);
                tracing::info!("account {}: {reason}", member.id);
            }
            let now = jiff::Timestamp::now();
            let text = judge.result(&member.id, member.name, inventory, now);
            let kept = results.keep(&member.id, &text.map_err(Kept::Text)?);
            let done = 1 + done.fetch_add(1, Ordering::Relaxed);
            let unread = unread.load(Ordering::Relaxed);
            progress.at(&format!("{done} of {total} accounts, {unread} not read"));
            kept.map_err(Kept::Results)
        };
        let read = fleet.read(accounts.collect(), &scope, limits, keep).await;
        read.map_err(|problem| match problem {
            Kept::Results(source) => Failure::Results(source),
            Kept::Text(source) => Failure::Write {
                path: store.to_owned(),
                source,
            },
        })?;
        Ok(work)
    })
}
