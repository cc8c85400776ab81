//! What the command line accepts. Every text here is the user's help.

use std::path::PathBuf;

use clap::builder::NonEmptyStringValueParser;
use clap::{Args, Parser, Subcommand, ValueEnum};
use roledrift::model::{AccountId, PolicyVersion, Region, Severity};
use roledrift::organization::Shard;
use roledrift::policy::Principal;
use roledrift::report::{Format, PermissionsFormat};
use roledrift::store::RunId;

use super::policy::notation::{self, ContextFlag};

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

const DIFF_EXIT_CODES: &str = "\
Exit codes:
  0  the candidate allows nothing new (with --batch: every line was read)
  1  the candidate allows something new
  2  wrong usage, or a policy cannot be read (with --batch: in some line)
  3  not decided
Explicit denials that only one side has are shown, and change neither verdict nor exit code.";

const EVAL_NOTES: &str = "\
A request of --batch is written as `policy diff --batch` writes a witness; in its context a text is
a single-valued key, and a list is a multivalued one, also with one value:
  {\"action\": \"s3:GetObject\", \"resource\": \"arn:aws:s3:::example/key\",
   \"principal\": {\"kind\": \"aws\", \"value\": \"arn:aws:iam::111122223333:role/example\"},
   \"context\": {\"aws:SourceAccount\": \"111122223333\", \"aws:TagKeys\": [\"team\"]}}

Exit codes:
  0  allowed (with --batch: every line was answered)
  1  denied, explicitly or because no statement allows it
  2  wrong usage, or a policy cannot be read (with --batch: in some line)
  3  depends on whether a wildcard in a resource crosses `:`";

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
    /// Keep this run in a folder, to be read by `roledrift history`, DuckDB and Athena
    #[arg(long, value_name = "DIR", env = "ROLEDRIFT_STORE")]
    pub(super) store: Option<PathBuf>,
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

/// Which accounts, where there are many.
#[derive(Args, Clone, Default)]
pub(super) struct AccountsArgs {
    /// Audit every account of the caller's organization
    #[arg(long, env = "ROLEDRIFT_ORG", conflicts_with_all = ["snapshot", "gaad", "accounts"])]
    pub(super) org: bool,
    /// With --org: only accounts below this organizational unit or root
    #[arg(
        long,
        value_name = "OU_ID",
        env = "ROLEDRIFT_OU",
        value_delimiter = ',',
        requires = "org"
    )]
    pub(super) ou: Vec<String>,
    /// Audit the accounts of a file: on each line an id, or {"id": "…", "name": "…"}; `-` is stdin
    #[arg(long, value_name = "FILE", env = "ROLEDRIFT_ACCOUNTS", conflicts_with_all = ["snapshot", "gaad"])]
    pub(super) accounts: Option<PathBuf>,
    /// Only this account of those
    #[arg(
        long,
        value_name = "ID",
        env = "ROLEDRIFT_INCLUDE_ACCOUNT",
        value_delimiter = ','
    )]
    pub(super) include_account: Vec<AccountId>,
    /// Not this account
    #[arg(
        long,
        value_name = "ID",
        env = "ROLEDRIFT_EXCLUDE_ACCOUNT",
        value_delimiter = ','
    )]
    pub(super) exclude_account: Vec<AccountId>,
}

/// How many accounts are audited.
#[derive(Args, Clone, Default)]
#[command(next_help_heading = "Many accounts")]
pub(super) struct ManyArgs {
    #[command(flatten)]
    pub(super) which: AccountsArgs,
    /// The role to assume in each account, with its path but without a leading `/`
    /// [default: roledrift-audit]
    #[arg(long, value_name = "NAME", env = "ROLEDRIFT_ROLE_NAME")]
    pub(super) role_name: Option<String>,
    /// What CloudTrail calls the sessions [default: roledrift]
    #[arg(long, value_name = "NAME", env = "ROLEDRIFT_SESSION_NAME")]
    pub(super) session_name: Option<String>,
    /// How many accounts are read at the same time [default: 32]
    #[arg(long, value_name = "N", env = "ROLEDRIFT_CONCURRENCY")]
    pub(super) concurrency: Option<std::num::NonZeroU16>,
    /// How long an account may take [default: 900]
    #[arg(long, value_name = "SECONDS", env = "ROLEDRIFT_ACCOUNT_TIMEOUT")]
    pub(super) account_timeout: Option<std::num::NonZeroU32>,
    /// Exit with 0 where nothing was found and this share of the accounts was audited completely
    #[arg(long, value_name = "PERCENT", env = "ROLEDRIFT_MIN_COVERAGE")]
    pub(super) min_coverage: Option<Percent>,
    /// Go on with a run of the store that was cut off; no account that is kept is asked again
    #[arg(
        long,
        value_name = "RUN|latest",
        conflicts_with_all = ["org", "accounts", "shard_file", "run", "include_account", "exclude_account"]
    )]
    pub(super) resume: Option<WhichRun>,
    /// Audit one shard of a file that `roledrift plan` wrote; needs --shard and --store
    #[arg(
        long,
        value_name = "FILE",
        requires = "shard",
        conflicts_with_all = ["org", "accounts", "run", "include_account", "exclude_account"]
    )]
    pub(super) shard_file: Option<PathBuf>,
    /// Which shard: I of --shard-file, or I/N of the accounts by id
    #[arg(long, value_name = "I|I/N", env = "ROLEDRIFT_SHARD")]
    pub(super) shard: Option<WhichShard>,
    /// Name the run that shards I/N belong to, as all workers do: 20261102T060000Z-019a42c8d9b0-5f3c9a21
    #[arg(long, value_name = "RUN", env = "ROLEDRIFT_RUN")]
    pub(super) run: Option<RunId>,
}

impl ManyArgs {
    /// Tells whether many accounts are asked for.
    pub(super) fn is_given(&self) -> bool {
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
pub(super) struct Percent(f64);

impl Percent {
    pub(super) fn get(self) -> f64 {
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
pub(super) enum WhichRun {
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
pub(super) enum WhichShard {
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
pub(super) struct PlanArgs {
    /// How many shards
    #[arg(long, value_name = "N", default_value = "1")]
    pub(super) shards: std::num::NonZeroU16,
    /// Write the shards to FILE, one on each line; `-` is stdout
    #[arg(short, long, value_name = "FILE", default_value = "-")]
    pub(super) output: PathBuf,
    /// Also keep the plan in the folder that the shards will be kept in
    #[arg(long, value_name = "DIR", env = "ROLEDRIFT_STORE")]
    pub(super) store: Option<PathBuf>,
    /// Read settings from FILE [default: roledrift.toml, if there is one]
    #[arg(long, value_name = "FILE", env = "ROLEDRIFT_CONFIG")]
    pub(super) config: Option<PathBuf>,
    #[command(flatten)]
    pub(super) source: SourceArgs,
    #[command(flatten)]
    pub(super) which: AccountsArgs,
}

#[derive(Args)]
pub(super) struct MergeArgs {
    /// The folder that the accounts' results are kept in
    pub(super) store: PathBuf,
    /// Which run [default: latest]
    #[arg(long, value_name = "RUN|latest")]
    pub(super) run: Option<WhichRun>,
    /// Write FORMAT (terminal, json, ndjson, markdown) to stdout or FILE; at most one goes to stdout
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
    /// Exit with 1 only for findings that no earlier run of the store knew
    #[arg(long, env = "ROLEDRIFT_FAIL_ON_NEW")]
    pub(super) fail_on_new: bool,
    /// Show waived findings in full
    #[arg(long, env = "ROLEDRIFT_SHOW_WAIVED")]
    pub(super) show_waived: bool,
    /// Exit with 0 where an account was not audited completely and nothing was found
    #[arg(long, env = "ROLEDRIFT_ALLOW_INCOMPLETE")]
    pub(super) allow_incomplete: bool,
    /// Exit with 0 where nothing was found and this share of the accounts was audited completely
    #[arg(long, value_name = "PERCENT", env = "ROLEDRIFT_MIN_COVERAGE")]
    pub(super) min_coverage: Option<Percent>,
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
    /// The folder that `scan --store` keeps runs in
    #[arg(long, value_name = "DIR", env = "ROLEDRIFT_STORE")]
    pub(super) store: Option<PathBuf>,
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

#[derive(Subcommand)]
pub(super) enum PolicyCommand {
    /// Decide whether CANDIDATE allows anything that REFERENCE does not, with a request as proof
    #[command(after_help = DIFF_EXIT_CODES)]
    Diff(DiffArgs),
    /// Decide whether policies allow a request, and say which statement decides and why others do not
    #[command(after_help = EVAL_NOTES)]
    Eval(EvalArgs),
}

#[derive(Args)]
pub(super) struct DiffArgs {
    /// The policy to compare with; `-` is stdin
    #[arg(required_unless_present = "batch")]
    pub(super) reference: Option<PathBuf>,
    /// The policy that may allow more; `-` is stdin
    #[arg(required_unless_present = "batch")]
    pub(super) candidate: Option<PathBuf>,
    /// What the policies are attached to [default: told from their elements]
    #[arg(long = "type", value_name = "TYPE")]
    pub(super) kind: Option<PolicyKind>,
    /// How to show the answer
    #[arg(long, value_name = "FORMAT", default_value = "terminal")]
    pub(super) format: AnswerFormat,
    /// Show long lists of actions in full; JSON always has them all
    #[arg(long)]
    pub(super) all: bool,
    /// Compare many: lines of {"id": …, "reference": …, "candidate": …}, each side a document or a
    /// list of documents; `-` is stdin
    #[arg(long, value_name = "FILE", conflicts_with_all = ["reference", "candidate", "format", "all"])]
    pub(super) batch: Option<PathBuf>,
    /// With --batch: also list the actions that are gained and lost, which takes several times as long
    #[arg(long, requires = "batch", conflicts_with_all = ["reference", "candidate"])]
    pub(super) actions: bool,
}

#[derive(Args)]
pub(super) struct EvalArgs {
    /// The policies, judged together as one set; `-` is stdin
    #[arg(value_name = "POLICY", required_unless_present = "batch")]
    pub(super) policies: Vec<PathBuf>,
    /// The action of the request, such as s3:GetObject
    #[arg(
        long,
        required_unless_present = "batch",
        value_parser = notation::action
    )]
    pub(super) action: Option<String>,
    /// The resource of the request, taken literally [default: none, which policies see as `*`]
    #[arg(long, value_parser = NonEmptyStringValueParser::new())]
    pub(super) resource: Option<String>,
    /// Who makes the request: the ARN of a user, role, session or identity provider; an account id
    /// (its root user); connect.amazonaws.com or service:NAME; federated:PROVIDER; canonical:ID; or
    /// `*` or anonymous for a caller without credentials. Identity policies do not look at it
    #[arg(long, value_parser = notation::principal)]
    pub(super) principal: Option<Principal>,
    /// A condition key and its value. KEY=VALUE is a single-valued key; repeating a key, or
    /// KEY=[VALUE] or KEY=[VALUE,VALUE], makes it multivalued. KEY ends at the first `=`
    #[arg(long, value_name = "KEY=VALUE")]
    pub(super) context: Vec<ContextFlag>,
    /// What the policies are attached to [default: told from their elements]
    #[arg(long = "type", value_name = "TYPE")]
    pub(super) kind: Option<PolicyKind>,
    /// How to show the answer
    #[arg(long, value_name = "FORMAT", default_value = "terminal")]
    pub(super) format: AnswerFormat,
    /// Answer many: lines of {"id": …, "policies": [documents], "request": {…}}, shown below; `-` is
    /// stdin
    #[arg(
        long,
        value_name = "FILE",
        conflicts_with_all = ["policies", "action", "resource", "principal", "context", "format"]
    )]
    pub(super) batch: Option<PathBuf>,
}

/// How an answer about policies is shown.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum AnswerFormat {
    /// For a person
    Terminal,
    /// For programs
    Json,
}

/// What a policy is attached to.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum PolicyKind {
    /// A user, group or role
    Identity,
    /// A role, as its trust policy
    Trust,
    /// A resource
    Resource,
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
