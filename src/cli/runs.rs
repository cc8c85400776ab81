//! `scan --store` and `scan --previous`: what a scan is compared with, and where it is kept.

use std::hash::{BuildHasher, Hasher};
use std::path::PathBuf;

use jiff::Timestamp;
use roledrift::audit::Audit;
use roledrift::report::{Report, Since, escape_for_terminal};
use roledrift::store::{
    AccountHistory, Previous, Run, RunId, SetAside, Store, Trail, history, previous_report,
};
use roledrift::waivers::Waived;

use super::args::{PreviousRun, ScanArgs};
use super::exit::Failure;
use super::files::{self, Input};
use super::objects;

/// Holds what the arguments say about other runs.
pub(super) struct Runs {
    store: Option<Store>,
    previous: Compared,
}

/// What to compare with.
enum Compared {
    Nothing,
    /// The runs of a store, up to one of them or to now.
    Runs(Store, Option<RunId>),
    /// A report and its text.
    Report(PathBuf, String),
}

impl Runs {
    /// Checks the arguments, and reads the report to compare with: the scan may write over it.
    pub(super) fn prepare(arguments: &ScanArgs) -> Result<Self, Failure> {
        let profile = arguments.source.profile.as_deref();
        let open = |location| objects::open(location, profile).map(Store::new);
        let store = arguments.store.as_ref().map(open).transpose()?;
        let in_store = |run: Option<RunId>| match &store {
            Some(store) => Ok(Compared::Runs(store.clone(), run)),
            None => Err(Failure::PreviousWithoutStore),
        };
        let previous = match &arguments.previous {
            Some(PreviousRun::Latest) => in_store(None)?,
            Some(PreviousRun::Run(id)) => in_store(Some(id.clone()))?,
            Some(PreviousRun::File(path)) => {
                Compared::Report(path.clone(), files::read(path, Input::Report)?)
            }
            None if !arguments.fail_on_new => Compared::Nothing,
            None => in_store(None).map_err(|_| Failure::NothingToCompare)?,
        };
        Ok(Self { store, previous })
    }

    /// Tells how an audit differs from what it is compared with.
    pub(super) fn compare(
        &self,
        audit: &Audit,
        waived: Option<&Waived>,
        observed_at: Timestamp,
    ) -> Result<Option<Since>, Failure> {
        let (mut trail, previous): (Trail, Previous) =
            match &self.previous {
                Compared::Nothing => return Ok(None),
                Compared::Runs(store, run) => {
                    let (trail, previous, set_aside) =
                        store.trail(&audit.account, run.as_ref(), observed_at)?;
                    warn(&set_aside);
                    (trail, previous)
                }
                Compared::Report(path, text) => previous_report(path, text, &audit.account)
                    .map_err(|source| Failure::PreviousReport {
                        path: path.clone(),
                        source,
                    })?,
            };
        let comparison = trail.advance(&Run::of(audit, waived, observed_at));
        Ok(Some(Since {
            previous,
            comparison,
        }))
    }

    /// Returns the account's runs, where there is a store.
    pub(super) fn history(&self, audit: &Audit) -> Result<Option<AccountHistory>, Failure> {
        let Some(store) = &self.store else {
            return Ok(None);
        };
        let found = history(store, Some(&audit.account))?;
        let mut accounts = found.accounts.into_iter();
        Ok(accounts.find(|own| own.account == audit.account))
    }

    /// Keeps the run where the user wants that.
    pub(super) fn keep(
        &self,
        report: &Report,
        waived: Option<&Waived>,
        observed_at: Timestamp,
        now: Timestamp,
    ) -> Result<(), Failure> {
        let Some(store) = &self.store else {
            return Ok(());
        };
        let (audit, coverage) = (&report.audit, &report.coverage);
        let id = store.keep(audit, coverage, waived, observed_at, now, chance())?;
        tracing::info!("kept as run {id}");
        Ok(())
    }
}

fn warn(set_aside: &[SetAside]) {
    for aside in set_aside {
        let text = format!("run {}: {}", aside.name, aside.obstacle);
        tracing::warn!("{}", escape_for_terminal(&text));
    }
}

/// Returns a number that another process hardly draws at the same time.
pub(super) fn chance() -> u32 {
    let random = std::hash::RandomState::new().build_hasher().finish();
    u32::try_from(random >> 32).unwrap_or_default()
}
