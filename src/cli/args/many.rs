//! What the command line accepts about many accounts. Every text here is the user's help.

use std::path::PathBuf;

use clap::Args;
use roledrift::model::{AccountId, Severity};
use roledrift::objects::Location;
use roledrift::organization::Shard;
use roledrift::store::RunId;

use super::{SourceArgs, Target};

/// Which accounts, where there are many.
#[derive(Args, Clone, Default)]
pub(in crate::cli) struct AccountsArgs {
    /// Audit every account of the caller's organization
    #[arg(long, env = "ROLEDRIFT_ORG", conflicts_with_all = ["snapshot", "gaad", "accounts"])]
    pub(in crate::cli) org: bool,
    /// With --org: only accounts below this organizational unit or root
    #[arg(
        long,
        value_name = "OU_ID",
        env = "ROLEDRIFT_OU",
        value_delimiter = ',',
        requires = "org"
    )]
    pub(in crate::cli) ou: Vec<String>,
    /// Audit the accounts of a file: on each line an id, or {"id": "…", "name": "…"}; `-` is stdin
    #[arg(long, value_name = "FILE", env = "ROLEDRIFT_ACCOUNTS", conflicts_with_all = ["snapshot", "gaad"])]
    pub(in crate::cli) accounts: Option<PathBuf>,
    /// Only this account of those
    #[arg(
        long,
        value_name = "ID",
        env = "ROLEDRIFT_INCLUDE_ACCOUNT",
        value_delimiter = ','
    )]
    pub(in crate::cli) include_account: Vec<AccountId>,
    /// Not this account
    #[arg(
        long,
        value_name = "ID",
        env = "ROLEDRIFT_EXCLUDE_ACCOUNT",
        value_delimiter = ','
    )]
    pub(in crate::cli) exclude_account: Vec<AccountId>,
}

/// How many accounts are audited.
#[derive(Args, Clone, Default)]
#[command(next_help_heading = "Many accounts")]
pub(in crate::cli) struct ManyArgs {
    #[command(flatten)]
    pub(in crate::cli) which: AccountsArgs,
    /// The role to assume in each account, with its path but without a leading `/`
    /// [default: roledrift-audit]
    #[arg(long, value_name = "NAME", env = "ROLEDRIFT_ROLE_NAME")]
    pub(in crate::cli) role_name: Option<String>,
    /// What CloudTrail calls the sessions [default: roledrift]
    #[arg(long, value_name = "NAME", env = "ROLEDRIFT_SESSION_NAME")]
    pub(in crate::cli) session_name: Option<String>,
    /// How many accounts are read at the same time [default: 32]
    #[arg(long, value_name = "N", env = "ROLEDRIFT_CONCURRENCY")]
    pub(in crate::cli) concurrency: Option<std::num::NonZeroU16>,
    /// How long an account may take [default: 900]
    #[arg(long, value_name = "SECONDS", env = "ROLEDRIFT_ACCOUNT_TIMEOUT")]
    pub(in crate::cli) account_timeout: Option<std::num::NonZeroU32>,
    /// Exit with 0 where nothing was found and this share of the accounts was audited completely
    #[arg(long, value_name = "PERCENT", env = "ROLEDRIFT_MIN_COVERAGE")]
    pub(in crate::cli) min_coverage: Option<Percent>,
    /// Go on with a run of the store that was cut off; no account that is kept is asked again
    #[arg(
        long,
        value_name = "RUN|latest",
        conflicts_with_all = ["org", "accounts", "shard_file", "run", "include_account", "exclude_account"]
    )]
    pub(in crate::cli) resume: Option<WhichRun>,
    /// Audit one shard of a file that `roledrift plan` wrote; needs --shard and --store
    #[arg(
        long,
        value_name = "FILE",
        requires = "shard",
        conflicts_with_all = ["org", "accounts", "run", "include_account", "exclude_account"]
    )]
    pub(in crate::cli) shard_file: Option<PathBuf>,
    /// Which shard: I of --shard-file, or I/N of the accounts by id
    #[arg(long, value_name = "I|I/N", env = "ROLEDRIFT_SHARD")]
    pub(in crate::cli) shard: Option<WhichShard>,
    /// Name the run that shards I/N belong to, as all workers do: 20261102T060000Z-019a42c8d9b0-5f3c9a21
    #[arg(long, value_name = "RUN", env = "ROLEDRIFT_RUN")]
    pub(in crate::cli) run: Option<RunId>,
}

impl ManyArgs {
    /// Tells whether many accounts are asked for.
    pub(in crate::cli) fn is_given(&self) -> bool {
        self.which.org
            || self.which.accounts.is_some()
            || self.resume.is_some()
            || self.shard_file.is_some()
    }
}

/// Holds a share in percent.
#[derive(Clone, Copy, Debug, PartialEq, serde::Deserialize)]
#[serde(try_from = "f64")]
// INVARIANT: between 0 and 100.
pub(in crate::cli) struct Percent(f64);

impl Percent {
    pub(in crate::cli) fn get(self) -> f64 {
        self.0
    }
}

impl TryFrom<f64> for Percent {
    type Error = &'static str;

    fn try_from(number: f64) -> Result<Self, Self::Error> {
        if (0.0..=100.0).contains(&number) {
            Ok(Self(number))
        } else {
            Err("not between 0 and 100")
        }
    }
}

impl std::str::FromStr for Percent {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let number: f64 = text.parse().map_err(|_| "not a number")?;
        number.try_into()
    }
}

/// Names a run of a store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::cli) enum WhichRun {
    /// The last one.
    Latest,
    /// This one.
    Run(RunId),
}

impl std::str::FromStr for WhichRun {
    type Err = roledrift::model::InvalidValue;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "latest" => Ok(Self::Latest),
            id => id.parse().map(Self::Run),
        }
    }
}

/// Names a shard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::cli) enum WhichShard {
    /// Of a file that knows how many there are.
    Number(usize),
    /// Of so many.
    Of(Shard),
}

impl std::str::FromStr for WhichShard {
    type Err = roledrift::model::InvalidValue;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.parse() {
            Ok(number) => Ok(Self::Number(number)),
            Err(_) => text.parse().map(Self::Of),
        }
    }
}

#[derive(Args)]
pub(in crate::cli) struct PlanArgs {
    /// How many shards
    #[arg(long, value_name = "N", default_value = "1")]
    pub(in crate::cli) shards: std::num::NonZeroU16,
    /// Write the shards to FILE, one on each line; `-` is stdout
    #[arg(short, long, value_name = "FILE", default_value = "-")]
    pub(in crate::cli) output: PathBuf,
    /// Also keep the plan in the folder or `s3://bucket/prefix` that the shards will be kept in
    #[arg(long, value_name = "STORE", env = "ROLEDRIFT_STORE")]
    pub(in crate::cli) store: Option<Location>,
    /// Read settings from FILE [default: roledrift.toml, if there is one]
    #[arg(long, value_name = "FILE", env = "ROLEDRIFT_CONFIG")]
    pub(in crate::cli) config: Option<PathBuf>,
    #[command(flatten)]
    pub(in crate::cli) source: SourceArgs,
    #[command(flatten)]
    pub(in crate::cli) which: AccountsArgs,
}

#[derive(Args)]
pub(in crate::cli) struct MergeArgs {
    /// The folder or `s3://bucket/prefix` that the accounts' results are kept in
    pub(in crate::cli) store: Location,
    /// Which run [default: latest]
    #[arg(long, value_name = "RUN|latest")]
    pub(in crate::cli) run: Option<WhichRun>,
    /// Write FORMAT (terminal, json, ndjson, sarif, ocsf, asff, junit, csv, markdown, github, html)
    /// to stdout or FILE; at most one goes to stdout
    #[arg(
        long,
        value_name = "FORMAT[=FILE]",
        env = "ROLEDRIFT_FORMAT",
        value_delimiter = ','
    )]
    pub(in crate::cli) format: Vec<Target>,
    /// Point SARIF results and annotations at AWS's policies in FILE, as `roledrift baseline lock`
    /// wrote it [default: roledrift.lock, if there is one]
    #[arg(long, value_name = "FILE", env = "ROLEDRIFT_LOCK")]
    pub(in crate::cli) lock: Option<PathBuf>,
    /// Exit with 1 from this severity on: info, low (the default), medium, high, critical
    #[arg(long, value_name = "SEVERITY", env = "ROLEDRIFT_FAIL_ON")]
    pub(in crate::cli) fail_on: Option<Severity>,
    /// Exit with 1 only for findings that no earlier run of the store knew
    #[arg(long, env = "ROLEDRIFT_FAIL_ON_NEW")]
    pub(in crate::cli) fail_on_new: bool,
    /// Show waived findings in full
    #[arg(long, env = "ROLEDRIFT_SHOW_WAIVED")]
    pub(in crate::cli) show_waived: bool,
    /// Exit with 0 where an account was not audited completely and nothing was found
    #[arg(long, env = "ROLEDRIFT_ALLOW_INCOMPLETE")]
    pub(in crate::cli) allow_incomplete: bool,
    /// Exit with 0 where nothing was found and this share of the accounts was audited completely
    #[arg(long, value_name = "PERCENT", env = "ROLEDRIFT_MIN_COVERAGE")]
    pub(in crate::cli) min_coverage: Option<Percent>,
}
