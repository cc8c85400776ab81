//! What the command line accepts. Every text here is the user's help.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use roledrift::model::{AccountId, PolicyVersion, Region, Severity};
use roledrift::objects::Location;
use roledrift::report::{Format, PermissionsFormat};
use roledrift::store::RunId;

mod many;
mod policy;

pub(super) use many::{AccountsArgs, ManyArgs, MergeArgs, Percent, PlanArgs, WhichRun, WhichShard};
pub(super) use policy::{AnswerFormat, DiffArgs, EvalArgs, PolicyCommand, PolicyKind};

const EXIT_CODES: &str = "\
Exit codes:
  0  no finding at or above --fail-on
  1  findings
  2  wrong usage or configuration, or nothing could be read
  3  nothing found, but part of the account could not be read (--allow-incomplete makes it 0)";

const MANY_EXIT_CODES: &str = "\
Exit codes:
  0  no finding at or above --fail-on
  1  findings
  2  wrong usage or configuration, or there is no such run
  3  nothing found, but an account was not audited completely (--allow-incomplete makes it 0, and
     so does --min-coverage where that is reached)";

const VERSION_DIFF_EXIT_CODES: &str = "\
Exit codes:
  0  the newer version allows nothing new
  1  the newer version allows something new
  2  wrong usage, or a version is not known
  3  not decided";

const LOCK_NOTES: &str = "\
Commit the file: it says what was accepted, and `roledrift scan` reports what AWS changes after that.
One file serves several accounts: AWS's policies are the same in each account of a partition.

Exit codes:
  0  every policy of the account is in the file
  2  wrong usage or configuration, or nothing could be read or written
  3  some policy could not be read; what the file held of it stays";

/// Audits AWS accounts for drift of service-linked roles.
#[derive(Parser)]
#[command(version, about, after_help = EXIT_CODES)]
pub(super) struct Arguments {
    /// Say more on stderr; repeat for still more
    #[arg(short, long, action = clap::ArgAction::Count, global = true)]
    pub(super) verbose: u8,
    /// Say nothing on stderr but why a command failed
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub(super) quiet: bool,
    #[command(subcommand)]
    pub(super) command: Command,
}

#[derive(Subcommand)]
pub(super) enum Command {
    /// Audit an account, a snapshot, a GAAD dump, or many accounts
    #[command(after_help = EXIT_CODES)]
    Scan(Box<ScanArgs>),
    /// Divide the accounts of an organization into shards, for `scan --shard-file`
    Plan(Box<PlanArgs>),
    /// Make the one report of a run of many accounts
    #[command(after_help = MANY_EXIT_CODES)]
    Merge(MergeArgs),
    /// Record an account to a file; nothing is judged
    Snapshot(SnapshotArgs),
    /// Show or check baselines
    Baseline {
        #[command(subcommand)]
        command: BaselineCommand,
    },
    /// Compare policies, or decide about a request
    Policy {
        #[command(subcommand)]
        command: PolicyCommand,
    },
    /// List the runs of a store: what is new or resolved, and since when findings are open
    History(HistoryArgs),
    /// List every rule
    Rules,
    /// Explain a rule: what, why, an example, what to do
    Explain {
        /// The rule's name
        rule: String,
    },
    /// Print the least-privilege IAM policy that a scan needs
    Permissions(PermissionsArgs),
    /// Print shell completions
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Print the manual page of a command
    Man {
        /// The command, such as `scan` or `policy diff` [default: roledrift itself]
        #[arg(value_name = "COMMAND", conflicts_with = "dir")]
        words: Vec<String>,
        /// Write the pages of all commands into this folder instead
        #[arg(long, value_name = "DIR")]
        dir: Option<PathBuf>,
    },
}

#[derive(Args)]
pub(super) struct ScanArgs {
    /// Also record the account to FILE
    #[arg(long, value_name = "FILE", env = "ROLEDRIFT_SAVE_SNAPSHOT")]
    pub(super) save_snapshot: Option<PathBuf>,
    /// Add baselines from a folder, or replace embedded ones
    #[arg(
        long,
        value_name = "DIR",
        env = "ROLEDRIFT_BASELINE_DIR",
        value_delimiter = ','
    )]
    pub(super) baseline_dir: Vec<PathBuf>,
    /// Compare AWS's policies with those that FILE holds, as accepted by `roledrift baseline lock`
    /// [default: roledrift.lock, if there is one]
    #[arg(long, value_name = "FILE", env = "ROLEDRIFT_LOCK")]
    pub(super) lock: Option<PathBuf>,
    /// Judge only roles whose name matches GLOB
    #[arg(
        long,
        value_name = "GLOB",
        env = "ROLEDRIFT_ROLE",
        value_delimiter = ','
    )]
    pub(super) role: Vec<String>,
    /// Run only this rule
    #[arg(
        long,
        value_name = "RULE",
        env = "ROLEDRIFT_RULE",
        value_delimiter = ','
    )]
    pub(super) rule: Vec<String>,
    /// Leave this rule out
    #[arg(
        long,
        value_name = "RULE",
        env = "ROLEDRIFT_SKIP_RULE",
        value_delimiter = ','
    )]
    pub(super) skip_rule: Vec<String>,
    /// Write FORMAT (terminal, json, ndjson, sarif, ocsf, asff, junit, csv, markdown, github, html)
    /// to stdout or FILE; at most one goes to stdout
    #[arg(
        long,
        value_name = "FORMAT[=FILE]",
        env = "ROLEDRIFT_FORMAT",
        value_delimiter = ','
    )]
    pub(super) format: Vec<Target>,
    /// Exit with 1 from this severity on: info, low (the default), medium, high, critical
    #[arg(long, value_name = "SEVERITY", env = "ROLEDRIFT_FAIL_ON")]
    pub(super) fail_on: Option<Severity>,
    /// Show waived findings in full
    #[arg(long, env = "ROLEDRIFT_SHOW_WAIVED")]
    pub(super) show_waived: bool,
    /// Keep this run in a folder or in `s3://bucket/prefix`, to be read by `roledrift history`, DuckDB and
    /// Athena
    #[arg(long, value_name = "STORE", env = "ROLEDRIFT_STORE")]
    pub(super) store: Option<Location>,
    /// Tell new findings from known and resolved ones. RUN is the id of a run of the store, FILE a
    /// JSON report; `latest` is the store's last run of the account
    #[arg(long, value_name = "RUN|FILE|latest", env = "ROLEDRIFT_PREVIOUS")]
    pub(super) previous: Option<PreviousRun>,
    /// Exit with 1 for new findings only; with a store and without --previous, compared with `latest`
    #[arg(long, env = "ROLEDRIFT_FAIL_ON_NEW")]
    pub(super) fail_on_new: bool,
    /// Exit with 0 where part of the account could not be read and nothing was found
    #[arg(long, env = "ROLEDRIFT_ALLOW_INCOMPLETE")]
    pub(super) allow_incomplete: bool,
    /// Read settings from FILE [default: roledrift.toml, if there is one]
    #[arg(long, value_name = "FILE", env = "ROLEDRIFT_CONFIG")]
    pub(super) config: Option<PathBuf>,
    // Last: the heading of its options holds for all that follow.
    #[command(flatten)]
    pub(super) source: SourceArgs,
    #[command(flatten)]
    pub(super) many: ManyArgs,
}

#[derive(Args)]
pub(super) struct SnapshotArgs {
    /// The file to write; `-` is stdout
    #[arg(short, long, value_name = "FILE", default_value = "-")]
    pub(super) output: PathBuf,
    /// Read settings from FILE [default: roledrift.toml, if there is one]
    #[arg(long, value_name = "FILE", env = "ROLEDRIFT_CONFIG")]
    pub(super) config: Option<PathBuf>,
    // Last: the heading of its options holds for all that follow.
    #[command(flatten)]
    pub(super) source: SourceArgs,
}

/// Where the account comes from.
#[derive(Args, Clone)]
#[command(next_help_heading = "Source")]
pub(super) struct SourceArgs {
    /// Read a recorded account instead of a live one; `-` is stdin
    #[arg(long, value_name = "FILE", conflicts_with = "gaad")]
    pub(super) snapshot: Option<PathBuf>,
    /// Read the output of `aws iam get-account-authorization-details`; `-` is stdin
    #[arg(long, value_name = "FILE")]
    pub(super) gaad: Option<PathBuf>,
    /// Use a profile of the shared AWS configuration
    #[arg(long, value_name = "NAME", env = "ROLEDRIFT_PROFILE")]
    pub(super) profile: Option<String>,
    /// Look for what the roles serve in this Region only; the first one also answers for global
    /// services [default: every Region that is enabled and offers Amazon Connect]
    #[arg(
        long,
        value_name = "REGION",
        env = "ROLEDRIFT_REGION",
        value_delimiter = ','
    )]
    pub(super) region: Vec<Region>,
    /// Leave out what the roles serve: Connect instances, campaigns, Customer Profiles domains
    #[arg(long, env = "ROLEDRIFT_SKIP_OWNERS")]
    pub(super) skip_owners: bool,
    /// Assume this role first
    #[arg(long, value_name = "ARN", env = "ROLEDRIFT_ROLE_ARN")]
    pub(super) role_arn: Option<String>,
    /// Give this external id when assuming the role
    #[arg(
        long,
        value_name = "ID",
        env = "ROLEDRIFT_EXTERNAL_ID",
        hide_env_values = true
    )]
    pub(super) external_id: Option<String>,
    /// How to read roles [default: auto, whichever needs fewer requests]
    #[arg(long, value_name = "HOW", env = "ROLEDRIFT_INVENTORY")]
    pub(super) inventory: Option<InventoryStrategy>,
}

#[derive(Args)]
pub(super) struct HistoryArgs {
    /// The folder or `s3://bucket/prefix` that `scan --store` keeps runs in
    #[arg(long, value_name = "STORE", env = "ROLEDRIFT_STORE")]
    pub(super) store: Option<Location>,
    /// Show only this account
    #[arg(long, value_name = "ID")]
    pub(super) account: Option<AccountId>,
    /// How to show the runs
    #[arg(long, value_name = "FORMAT", default_value = "terminal")]
    pub(super) format: HistoryFormat,
    /// Read settings from FILE [default: roledrift.toml, if there is one]
    #[arg(long, value_name = "FILE", env = "ROLEDRIFT_CONFIG")]
    pub(super) config: Option<PathBuf>,
}

/// How a history is shown.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum HistoryFormat {
    /// For a person
    Terminal,
    /// For programs
    Json,
}

/// What a scan is compared with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum PreviousRun {
    /// The store's last run of the account.
    Latest,
    /// A run of the store.
    Run(RunId),
    /// A JSON report.
    File(PathBuf),
}

impl std::str::FromStr for PreviousRun {
    type Err = roledrift::model::InvalidValue;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(match (text, text.parse()) {
            ("latest", _) => Self::Latest,
            ("", _) => {
                return Err(roledrift::model::InvalidValue {
                    value: String::new(),
                    expected: "a run, a file or `latest`",
                });
            }
            (_, Ok(id)) => Self::Run(id),
            (file, Err(_)) => Self::File(PathBuf::from(file)),
        })
    }
}

/// How roles are read.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum InventoryStrategy {
    /// Whichever needs fewer requests for this account
    Auto,
    /// All roles at once (iam:GetAccountAuthorizationDetails)
    Bulk,
    /// Each service-linked role by itself
    Targeted,
}

#[derive(Subcommand)]
pub(super) enum BaselineCommand {
    /// List families and the catalogue
    List {
        #[command(flatten)]
        folders: BaselineFolders,
    },
    /// Show a family or a catalogued role, or one version of its managed policy
    Show {
        /// The family's id or the role's name
        name: String,
        /// Print the document of this version
        #[arg(long, value_name = "VERSION")]
        version: Option<PolicyVersion>,
        #[command(flatten)]
        folders: BaselineFolders,
    },
    /// Show what AWS changed between two versions of a managed policy
    #[command(after_help = VERSION_DIFF_EXIT_CODES)]
    Diff(VersionDiffArgs),
    /// Accept AWS's policies as the account has them: write or update a lock file
    #[command(after_help = LOCK_NOTES)]
    Lock(Box<LockArgs>),
    /// Check the files of a baseline folder
    Check {
        /// The folder
        dir: PathBuf,
    },
}

#[derive(Args)]
pub(super) struct VersionDiffArgs {
    /// The family's id
    pub(super) name: String,
    /// The older version
    pub(super) from: PolicyVersion,
    /// The newer version
    pub(super) to: PolicyVersion,
    /// How to show the answer
    #[arg(long, value_name = "FORMAT", default_value = "terminal")]
    pub(super) format: AnswerFormat,
    /// Show long lists in full; JSON always has them all
    #[arg(long)]
    pub(super) all: bool,
    #[command(flatten)]
    pub(super) folders: BaselineFolders,
}

#[derive(Args)]
pub(super) struct LockArgs {
    /// The lock file to write or update; `-` is stdout [default: roledrift.lock]
    #[arg(short, long, value_name = "FILE", env = "ROLEDRIFT_LOCK")]
    pub(super) output: Option<PathBuf>,
    /// Read settings from FILE [default: roledrift.toml, if there is one]
    #[arg(long, value_name = "FILE", env = "ROLEDRIFT_CONFIG")]
    pub(super) config: Option<PathBuf>,
    // Last: the heading of its options holds for all that follow.
    #[command(flatten)]
    pub(super) source: SourceArgs,
}

#[derive(Args)]
pub(super) struct PermissionsArgs {
    /// Also allow reading what the roles serve, as every scan does without --skip-owners
    #[arg(long)]
    pub(super) deep: bool,
    /// Also allow listing an organization's accounts and assuming the role `roledrift-audit` in
    /// them
    #[arg(long)]
    pub(super) org: bool,
    /// How to write the policy: json, cloudformation or terraform
    #[arg(long, value_name = "FORMAT", default_value = "json")]
    pub(super) format: PermissionsFormat,
}

#[derive(Args)]
pub(super) struct BaselineFolders {
    /// Add baselines from a folder, or replace embedded ones
    #[arg(
        long,
        value_name = "DIR",
        env = "ROLEDRIFT_BASELINE_DIR",
        value_delimiter = ','
    )]
    pub(super) baseline_dir: Vec<PathBuf>,
}

/// A format and where it goes.
#[derive(Clone, Debug)]
pub(super) struct Target {
    pub(super) format: Format,
    /// `None` is stdout.
    pub(super) file: Option<PathBuf>,
}

impl std::str::FromStr for Target {
    type Err = roledrift::model::InvalidValue;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (format, file) = match text.split_once('=') {
            Some((format, file)) => (format, Some(PathBuf::from(file))),
            None => (text, None),
        };
        Ok(Self {
            format: format.parse()?,
            file,
        })
    }
}
