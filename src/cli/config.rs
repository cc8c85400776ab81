//! `roledrift.toml`: the flags of `scan`, written down, and waivers.
//!
//! A flag wins over its environment variable, that over the file, that over the default.

use std::num::{NonZeroU16, NonZeroU32};
use std::path::{Path, PathBuf};

use serde::Deserialize;

use roledrift::model::{AccountId, InvalidValue, Region, Severity, nearest};
use roledrift::objects::Location;
use roledrift::waivers::{Entry, Waivers};

use super::args::{
    AccountsArgs, InventoryStrategy, Percent, PreviousRun, ScanArgs, SourceArgs, Target,
};
use super::exit::Failure;
use super::files::{self, Input};

const DEFAULT: &str = "roledrift.toml";

/// The settings of roledrift: flags written down, and waivers.
#[derive(Deserialize, Default, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "roledrift.toml")]
pub(super) struct Config {
    /// The flags of `roledrift scan`; one that is given wins.
    #[serde(default)]
    scan: Scan,
    /// Findings that somebody decided to live with.
    #[serde(default)]
    waiver: Vec<Entry>,
    /// The file and its text; nothing where no file was read.
    #[serde(skip)]
    file: Option<(PathBuf, String)>,
}

#[derive(Deserialize, Default, schemars::JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a flag that the command line has too"
)]
struct Scan {
    /// A profile of the shared AWS configuration.
    profile: Option<String>,
    /// Regions; the first one answers for global services.
    region: Vec<Region>,
    /// Whether to leave out what the roles serve.
    skip_owners: bool,
    /// The role to assume.
    role_arn: Option<String>,
    /// The external id to give when assuming the role.
    external_id: Option<String>,
    /// How to read roles.
    inventory: Option<InventoryStrategy>,
    /// Folders of further baselines.
    baseline_dir: Vec<PathBuf>,
    /// The lock file of AWS's policies.
    lock: Option<PathBuf>,
    /// Globs for the names of the roles to judge; without any, all roles.
    role: Vec<String>,
    /// The rules to run; without any, all rules.
    rule: Vec<String>,
    /// The rules to leave out.
    skip_rule: Vec<String>,
    /// Formats, each with its file: `json=report.json`.
    #[schemars(with = "Vec<String>")]
    format: Vec<Text<Target>>,
    /// The severity from which on a finding makes the exit code 1.
    #[schemars(with = "Option<String>", extend("enum" = severities()))]
    fail_on: Option<Text<Severity>>,
    /// Whether only new findings make the exit code 1.
    fail_on_new: bool,
    /// Whether a run that could not read everything may end with exit code 0.
    allow_incomplete: bool,
    /// Whether waived findings are shown in full.
    show_waived: bool,
    /// Where to keep runs: a folder, or `s3://bucket/prefix`.
    #[schemars(with = "Option<String>")]
    store: Option<Location>,
    /// Only these of many accounts.
    include_account: Vec<AccountId>,
    /// Not these of many accounts.
    exclude_account: Vec<AccountId>,
    /// The role to assume in each of many accounts.
    role_name: Option<String>,
    /// What CloudTrail calls the sessions in many accounts.
    session_name: Option<String>,
    /// How many accounts are read at the same time.
    concurrency: Option<NonZeroU16>,
    /// How many seconds each of many accounts may take.
    account_timeout: Option<NonZeroU32>,
    /// The share of many accounts, in percent, that is enough for exit code 0.
    #[schemars(with = "Option<f64>", range(min = 0, max = 100))]
    min_coverage: Option<Percent>,
    /// What to compare with: a run of the store, a JSON report, or `latest`.
    #[schemars(with = "Option<String>")]
    previous: Option<Text<PreviousRun>>,
}

/// Lists what `fail-on` may be, `null` for the schema's sake.
fn severities() -> Vec<Option<&'static str>> {
    let named = Severity::ALL
        .into_iter()
        .map(|severity| Some(severity.as_str()));
    named.chain([None]).collect()
}

/// A value that is written as text.
struct Text<T>(T);

impl<'de, T: std::str::FromStr<Err = InvalidValue>> Deserialize<'de> for Text<T> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map(Self).map_err(serde::de::Error::custom)
    }
}

impl Config {
    /// Reads the file that the user names, or `roledrift.toml` of the working folder if it is there.
    pub(super) fn read(path: Option<&Path>) -> Result<Self, Failure> {
        let path = match path {
            Some(path) => path,
            None if Path::new(DEFAULT).is_file() => Path::new(DEFAULT),
            None => return Ok(Self::default()),
        };
        Self::parse(path, files::read(path, Input::Config)?)
    }

    /// Reads the text of a file.
    pub(super) fn parse(path: &Path, text: String) -> Result<Self, Failure> {
        let mut config: Self = toml::from_str(&text).map_err(|source| Failure::Config {
            path: path.to_owned(),
            hint: hint(source.message()),
            source: Box::new(source),
        })?;
        config.file = Some((path.to_owned(), text));
        Ok(config)
    }

    /// Returns the waivers; nothing where no file was read.
    pub(super) fn waivers(&mut self) -> Result<Option<Waivers>, Failure> {
        let entries = std::mem::take(&mut self.waiver);
        let Some((path, text)) = &self.file else {
            return Ok(None);
        };
        Ok(Some(Waivers::new(
            &path.display().to_string(),
            text,
            entries,
        )?))
    }

    /// Returns where runs are kept.
    pub(super) fn store(self) -> Option<Location> {
        self.scan.store
    }

    /// Returns the lock file that is named.
    pub(super) fn lock(&self) -> Option<PathBuf> {
        self.scan.lock.clone()
    }

    /// Fills in what the command line leaves open about the source.
    pub(super) fn complete_source(&self, arguments: &mut SourceArgs) {
        let scan = &self.scan;
        arguments.profile = arguments.profile.take().or_else(|| scan.profile.clone());
        fill(&mut arguments.region, &scan.region);
        arguments.skip_owners |= scan.skip_owners;
        arguments.role_arn = arguments.role_arn.take().or_else(|| scan.role_arn.clone());
        arguments.external_id = arguments
            .external_id
            .take()
            .or_else(|| scan.external_id.clone());
        arguments.inventory = arguments.inventory.or(scan.inventory);
    }

    /// Fills in which accounts a plan is of.
    pub(super) fn complete_accounts(&self, which: &mut AccountsArgs) {
        fill(&mut which.include_account, &self.scan.include_account);
        fill(&mut which.exclude_account, &self.scan.exclude_account);
    }

    /// Fills in what the command line leaves open about a scan.
    pub(super) fn complete(self, arguments: &mut ScanArgs) {
        self.complete_source(&mut arguments.source);
        let scan = self.scan;
        fill(&mut arguments.baseline_dir, &scan.baseline_dir);
        arguments.lock = arguments.lock.take().or(scan.lock);
        fill(&mut arguments.role, &scan.role);
        fill(&mut arguments.rule, &scan.rule);
        fill(&mut arguments.skip_rule, &scan.skip_rule);
        if arguments.format.is_empty() {
            arguments.format = scan.format.into_iter().map(|format| format.0).collect();
        }
        arguments.fail_on = arguments
            .fail_on
            .or(scan.fail_on.map(|severity| severity.0));
        arguments.fail_on_new |= scan.fail_on_new;
        arguments.allow_incomplete |= scan.allow_incomplete;
        arguments.show_waived |= scan.show_waived;
        arguments.store = arguments.store.take().or(scan.store);
        let many = &mut arguments.many;
        if many.is_given() {
            fill(&mut many.which.include_account, &scan.include_account);
            fill(&mut many.which.exclude_account, &scan.exclude_account);
            many.min_coverage = many.min_coverage.or(scan.min_coverage);
        }
        many.role_name = many.role_name.take().or(scan.role_name);
        many.session_name = many.session_name.take().or(scan.session_name);
        many.concurrency = many.concurrency.or(scan.concurrency);
        many.account_timeout = many.account_timeout.or(scan.account_timeout);
        let previous = arguments.previous.take();
        arguments.previous = previous.or(scan.previous.map(|previous| previous.0));
    }
}

/// Finds what somebody meant by an unknown key: the error lists the known ones.
fn hint(message: &str) -> String {
    let unknown = message.strip_prefix("unknown field `");
    let Some((name, known)) = unknown.and_then(|rest| rest.split_once('`')) else {
        return String::new();
    };
    let known = known.split('`').skip(1).step_by(2);
    match nearest(name, known) {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => String::new(),
    }
}

fn fill<T: Clone>(given: &mut Vec<T>, written: &[T]) {
    if given.is_empty() {
        given.extend_from_slice(written);
    }
}

#[cfg(test)]
mod tests;
