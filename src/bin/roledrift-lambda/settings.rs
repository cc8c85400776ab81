//! What is the same for every event: the function's environment, and the files beside the program.

use std::time::Duration;

use roledrift::audit::{Auditor, Selection};
use roledrift::baselines::Baselines;
use roledrift::inventory::aws::{Entry, Limits, Scope};
use roledrift::model::Severity;
use roledrift::objects::Location;
use roledrift::organization::Judge;
use roledrift::report::Format;
use roledrift::waivers::Waivers;

use super::event::{Entering, Reporting};
use super::files;

const ROLE_NAME: &str = "roledrift-audit";
const SESSION_NAME: &str = "roledrift";
const CONCURRENCY: u16 = 16;
/// Seconds; an invocation ends after at most 900.
const ACCOUNT_TIMEOUT: u32 = 300;
const FORMATS: [Format; 2] = [Format::Json, Format::Markdown];

/// Holds what every event uses.
pub(crate) struct Settings {
    store: Option<Location>,
    role_name: String,
    session_name: String,
    external_id: Option<String>,
    concurrency: u16,
    account_timeout: u32,
    skip_owners: bool,
    formats: Vec<Format>,
    fail_on: Severity,
    min_coverage: f64,
    baselines: Baselines,
    waivers: Option<Waivers>,
}

/// Says what of the environment or the files cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SettingsError {
    #[error("`{name}`: {problem}")]
    Variable { name: &'static str, problem: String },
    #[error("the event names no store, and neither does `ROLEDRIFT_STORE`")]
    NoStore,
    #[error(transparent)]
    Baselines(#[from] roledrift::baselines::BaselineError),
    #[error(transparent)]
    Files(#[from] files::FilesError),
}

impl Settings {
    pub(crate) fn read() -> Result<Self, SettingsError> {
        let mut baselines = Baselines::embedded()?;
        if let Some(lock) = files::lock()? {
            baselines = baselines.with_lock(lock);
        }
        let text = |name| {
            Ok::<_, SettingsError>(variable::<String>(name)?.filter(|text| !text.is_empty()))
        };
        Ok(Self {
            store: variable("ROLEDRIFT_STORE")?,
            role_name: text("ROLEDRIFT_ROLE_NAME")?.unwrap_or_else(|| ROLE_NAME.to_owned()),
            session_name: text("ROLEDRIFT_SESSION_NAME")?
                .unwrap_or_else(|| SESSION_NAME.to_owned()),
            external_id: text("ROLEDRIFT_EXTERNAL_ID")?,
            concurrency: variable("ROLEDRIFT_CONCURRENCY")?.unwrap_or(CONCURRENCY),
            account_timeout: variable("ROLEDRIFT_ACCOUNT_TIMEOUT")?.unwrap_or(ACCOUNT_TIMEOUT),
            skip_owners: variable("ROLEDRIFT_SKIP_OWNERS")?.unwrap_or(false),
            formats: formats()?,
            fail_on: variable("ROLEDRIFT_FAIL_ON")?.unwrap_or(Severity::Low),
            min_coverage: variable("ROLEDRIFT_MIN_COVERAGE")?.unwrap_or(100.0),
            baselines,
            waivers: files::waivers()?,
        })
    }

    pub(crate) fn store(&self, named: Option<Location>) -> Result<Location, SettingsError> {
        named
            .or_else(|| self.store.clone())
            .ok_or(SettingsError::NoStore)
    }

    pub(crate) fn entry(&self, event: &Entering) -> Entry {
        let given = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
        Entry {
            role_name: given(&event.role_name).unwrap_or_else(|| self.role_name.clone()),
            session_name: self.session_name.clone(),
            external_id: given(&event.external_id).or_else(|| self.external_id.clone()),
        }
    }

    pub(crate) fn limits(&self, event: &Entering) -> Limits {
        let concurrency = event.concurrency.map_or(self.concurrency, Into::into);
        let timeout = event
            .account_timeout
            .map_or(self.account_timeout, Into::into);
        Limits {
            concurrency: concurrency.into(),
            deadline: Duration::from_secs(timeout.into()),
        }
    }

    pub(crate) fn scope(&self) -> Scope {
        Scope {
            owners: !self.skip_owners,
            offered: self.baselines.offered(),
            ..Scope::default()
        }
    }

    pub(crate) fn judge(&self) -> Judge {
        Judge {
            auditor: Auditor::new(self.baselines.clone(), Selection::default()),
            waivers: self.waivers.clone().map(Waivers::of_many_accounts),
        }
    }

    pub(crate) fn formats(&self, event: &Reporting) -> Vec<Format> {
        event
            .formats
            .clone()
            .unwrap_or_else(|| self.formats.clone())
    }

    pub(crate) fn fail_on(&self, event: &Reporting) -> Severity {
        event.fail_on.unwrap_or(self.fail_on)
    }

    /// Returns the share of the accounts, in percent, that is enough; all of them where no other is
    /// named.
    pub(crate) fn min_coverage(&self, event: &Reporting) -> f64 {
        event.min_coverage.unwrap_or(self.min_coverage)
    }
}

fn formats() -> Result<Vec<Format>, SettingsError> {
    let name = "ROLEDRIFT_FORMAT";
    let Some(list) = variable::<String>(name)? else {
        return Ok(FORMATS.to_vec());
    };
    let formats = list.split(',').map(|format| {
        let format = format.trim().parse::<Format>();
        format.map_err(|error| SettingsError::Variable {
            name,
            problem: error.to_string(),
        })
    });
    formats.collect()
}

fn variable<T>(name: &'static str) -> Result<Option<T>, SettingsError>
where
    T: std::str::FromStr<Err: std::fmt::Display>,
{
    let failed = |problem| SettingsError::Variable { name, problem };
    match std::env::var(name) {
        // Templates leave a parameter empty that nobody fills in.
        Ok(text) if text.is_empty() => Ok(None),
        Ok(text) => {
            let value = text.parse::<T>();
            value.map(Some).map_err(|error| failed(error.to_string()))
        }
        Err(std::env::VarError::NotPresent) => Ok(None),
        Err(error) => Err(failed(error.to_string())),
    }
}
