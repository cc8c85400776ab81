//! How the process ends: the exit codes, and every reason for the second one.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use roledrift::audit::{Finding, SelectionError};
use roledrift::baselines::BaselineError;
use roledrift::inventory::gaad::GaadError;
use roledrift::inventory::snapshot::SnapshotError;
use roledrift::model::Severity;
use roledrift::objects::ObjectsError;
use roledrift::organization::{AccountsFileError, ChoiceError, ResultsError, ShardsFileError};
use roledrift::policy::{Decision, Difference, Explanation};
use roledrift::report::organization::Verdict;
use roledrift::report::{Report, escape_for_terminal, shorten_middle};
use roledrift::store::{ReportFileError, Standing, StoreError};
use roledrift::waivers::WaiverError;

use super::files::Input;

/// Most characters of a message: it quotes text of strangers, and tells the place behind it.
pub(super) const LONGEST_MESSAGE: usize = 4_000;

/// Says how a command that did its work ended.
pub(super) enum Outcome {
    /// Nothing at or above the threshold.
    Clean,
    /// Findings at or above the threshold.
    Findings,
    /// Nothing found, but not everything was read.
    Incomplete,
}

impl Outcome {
    /// Judges a comparison by what the candidate allows, wildcards in resources read by segment.
    pub(super) fn of_comparison(gained: &Difference) -> Self {
        match gained {
            Difference::Nothing | Difference::NothingBySegment(_) => Self::Clean,
            Difference::Witness(_) => Self::Findings,
            Difference::Undecided(_) => Self::Incomplete,
        }
    }

    /// Judges a request by whether it is allowed, however wildcards are read.
    pub(super) fn of_evaluation(explanation: &Explanation) -> Self {
        match explanation.decision {
            _ if explanation.depends_on_reading() => Self::Incomplete,
            Decision::Allowed(_) => Self::Clean,
            Decision::ExplicitDeny(_) | Decision::ImplicitDeny => Self::Findings,
        }
    }

    /// Judges a report by what the user wants to fail on; what is waived does not count.
    pub(super) fn of(
        report: &Report,
        fail_on: Severity,
        only_new: bool,
        allow_incomplete: bool,
    ) -> Self {
        let counts = |finding: &Finding| {
            finding.rule.severity >= fail_on
                && (!only_new || report.standing(finding) == Some(Standing::New))
        };
        if report.unwaived().any(counts) {
            Self::Findings
        } else if report.audit.is_complete() || allow_incomplete {
            Self::Clean
        } else {
            Self::Incomplete
        }
    }
}

impl From<Verdict> for Outcome {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Clean => Self::Clean,
            Verdict::Findings => Self::Findings,
            Verdict::Incomplete => Self::Incomplete,
        }
    }
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> Self {
        Self::from(match outcome {
            Outcome::Clean => 0,
            Outcome::Findings => 1,
            Outcome::Incomplete => 3,
        })
    }
}

/// Says why a command could not do its work. Always exit code 2.
#[derive(Debug, thiserror::Error)]
pub(super) enum Failure {
    #[error("cannot read `{path}`: {source}", path = path.display())]
    Read {
        path: PathBuf,
        source: std::io::Error,
    },
    #[error("cannot read `{path}`: not UTF-8 at line {line}, column {column}", path = path.display())]
    Encoding {
        path: PathBuf,
        line: usize,
        column: usize,
    },
    #[error(
        "cannot read `{path}`: longer than {most} bytes, the most for {what}",
        path = path.display(), most = input.most(), what = input.as_str()
    )]
    TooLong { path: PathBuf, input: Input },
    #[error("cannot write `{path}`: {source}", path = path.display())]
    Write {
        path: PathBuf,
        source: std::io::Error,
    },
    #[error("cannot write to stdout: {0}")]
    Stdout(#[source] std::io::Error),
    #[error("`{path}`: {source}", path = path.display())]
    Snapshot {
        path: PathBuf,
        source: SnapshotError,
    },
    #[error("`{path}`: {source}", path = path.display())]
    Gaad { path: PathBuf, source: GaadError },
    #[error("`{path}`: {source}", path = path.display())]
    Lock {
        path: PathBuf,
        source: roledrift::lock::LockError,
    },
    #[error("there is no lock file `{path}`: `roledrift baseline lock -o {path}` makes one", path = path.display())]
    NoLock { path: PathBuf },
    #[error("baseline `{folder}`: {source}", folder = folder.display())]
    Baseline {
        folder: PathBuf,
        source: BaselineError,
    },
    #[error("embedded baseline: {0}")]
    Embedded(#[source] BaselineError),
    #[error("`{path}` holds no baseline: neither <family>/family.json nor catalog.json", path = path.display())]
    EmptyBaseline { path: PathBuf },
    #[error("`{path}` holds baselines of more than {most} bytes", path = path.display())]
    ManyBaselines { path: PathBuf, most: usize },
    #[error("`{path}` has a name that is not UTF-8", path = path.display())]
    FileName { path: PathBuf },
    #[error("`{path}` is no regular file", path = path.display())]
    NoRegularFile { path: PathBuf },
    #[error("there is no baseline `{name}`; {hint}")]
    UnknownBaseline {
        name: String,
        /// What was probably meant, or where to look.
        hint: String,
    },
    #[error(
        "`{name}` has no document of version {version}; `roledrift baseline show {name}` lists what is known"
    )]
    UnknownVersion {
        name: String,
        version: roledrift::model::PolicyVersion,
    },
    #[error("`{path}`: {source}", path = path.display())]
    Policy {
        path: PathBuf,
        source: roledrift::policy::ParseError,
    },
    #[error("{bad} of {lines} lines could not be answered")]
    BadLines { bad: usize, lines: usize },
    #[error("more than one policy is `-`: stdin can only be one of them")]
    TwoStdins,
    #[error("`{path}` would be written twice", path = path.display())]
    SameFile { path: PathBuf },
    #[error("no role of the account matches `{globs}`")]
    NoSuchRole { globs: String },
    #[error(transparent)]
    Selection(#[from] SelectionError),
    #[error("there is no command `{command}`; `roledrift help` lists them")]
    NoPage { command: String },
    #[error("`{path}`: {source}{hint}", path = path.display())]
    Config {
        path: PathBuf,
        source: Box<toml::de::Error>,
        /// What was probably meant, or nothing.
        hint: String,
    },
    #[error(transparent)]
    Waiver(#[from] WaiverError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("`{path}`: {source}", path = path.display())]
    PreviousReport {
        path: PathBuf,
        source: ReportFileError,
    },
    #[error("`--previous` names a run of a store: give the store too (`--store DIR`)")]
    PreviousWithoutStore,
    #[error("`--fail-on-new` needs something to compare with: give `--previous` or `--store`")]
    NothingToCompare,
    #[error(
        "give the folder or bucket that runs are kept in (`--store DIR`, `--store s3://bucket/prefix`)"
    )]
    NoStore,
    #[error("`{path}` is no folder: `roledrift scan --store DIR` makes one", path = path.display())]
    NoSuchStore { path: PathBuf },
    #[error("`{path}`: {source}", path = path.display())]
    Accounts {
        path: PathBuf,
        source: AccountsFileError,
    },
    #[error("`{path}`: {source}", path = path.display())]
    Shards {
        path: PathBuf,
        source: ShardsFileError,
    },
    #[error(transparent)]
    Choice(#[from] ChoiceError),
    #[error(transparent)]
    Results(#[from] ResultsError),
    #[error("`--{flag}` belongs to one account: it cannot go with many")]
    OneAccountOnly { flag: &'static str },
    #[error("`--{flag}` says how to audit many accounts: give --org or --accounts too")]
    ManyAccountsOnly { flag: &'static str },
    #[error("give --org or --accounts")]
    NoAccounts,
    #[cfg(not(feature = "s3"))]
    #[error(
        "this build keeps runs in folders only: build with the feature `s3` for `s3://bucket/prefix`"
    )]
    NoBuckets,
    #[error(transparent)]
    Objects(#[from] ObjectsError),
    #[error("shard {shard} is none of the {shards} of `{path}`", path = path.display())]
    NoSuchShard {
        shard: usize,
        shards: usize,
        path: PathBuf,
    },
    #[error(
        "`--shard {number}` does not say of how many: give `--shard {number}/N` or --shard-file"
    )]
    ShardOfWhat { number: usize },
    #[error("`--shard I/N` divides accounts by itself: with --shard-file, give `--shard I`")]
    ShardOfFile,
    #[cfg(feature = "aws")]
    #[error("the accounts of the organization could not be listed: {0}")]
    Members(roledrift::inventory::Unread),
    #[error("two reports to stdout: give all but one a file (`--format json=report.json`)")]
    TwoReports,
    #[cfg(feature = "aws")]
    #[error("{source}")]
    Collect {
        source: roledrift::inventory::aws::CollectError,
    },
    #[cfg(feature = "aws")]
    #[error("cannot start the runtime: {0}")]
    Runtime(#[source] std::io::Error),
    #[cfg(not(feature = "aws"))]
    #[error(
        "this build cannot read a live account: give --snapshot or --gaad, or build with the feature `aws`"
    )]
    NoLiveAccounts,
}

/// Tells the user and ends.
pub(super) fn report(failure: &Failure) -> ExitCode {
    let text = shorten_middle(&failure.to_string(), LONGEST_MESSAGE);
    // Only the excerpt of a configuration file needs its lines.
    let lines: Vec<String> = match failure {
        Failure::Config { .. } => text.lines().map(escape_for_terminal).collect(),
        _ => vec![escape_for_terminal(&text)],
    };
    // Where stderr takes nothing, the exit code alone has to tell.
    let _ = writeln!(std::io::stderr(), "error: {}", lines.join("\n"));
    ExitCode::from(2)
}
