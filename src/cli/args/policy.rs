//! What the command line accepts about policies alone. Every text here is the user's help.

use std::path::PathBuf;

use clap::builder::NonEmptyStringValueParser;
use clap::{Args, Subcommand, ValueEnum};
use roledrift::policy::Principal;

use crate::cli::policy::notation::{self, ContextFlag};

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

#[derive(Subcommand)]
pub(in crate::cli) enum PolicyCommand {
    /// Decide whether CANDIDATE allows anything that REFERENCE does not, with a request as proof
    #[command(after_help = DIFF_EXIT_CODES)]
    Diff(DiffArgs),
    /// Decide whether policies allow a request, and say which statement decides and why others do not
    #[command(after_help = EVAL_NOTES)]
    Eval(EvalArgs),
}

#[derive(Args)]
pub(in crate::cli) struct DiffArgs {
    /// The policy to compare with; `-` is stdin
    #[arg(required_unless_present = "batch")]
    pub(in crate::cli) reference: Option<PathBuf>,
    /// The policy that may allow more; `-` is stdin
    #[arg(required_unless_present = "batch")]
    pub(in crate::cli) candidate: Option<PathBuf>,
    /// What the policies are attached to [default: told from their elements]
    #[arg(long = "type", value_name = "TYPE")]
    pub(in crate::cli) kind: Option<PolicyKind>,
    /// How to show the answer
    #[arg(long, value_name = "FORMAT", default_value = "terminal")]
    pub(in crate::cli) format: AnswerFormat,
    /// Show long lists of actions in full; JSON always has them all
    #[arg(long)]
    pub(in crate::cli) all: bool,
    /// Compare many: lines of {"id": …, "reference": …, "candidate": …}, each side a document or a
    /// list of documents; `-` is stdin
    #[arg(long, value_name = "FILE", conflicts_with_all = ["reference", "candidate", "format", "all"])]
    pub(in crate::cli) batch: Option<PathBuf>,
    /// With --batch: also list the actions that are gained and lost, which takes several times as long
    #[arg(long, requires = "batch", conflicts_with_all = ["reference", "candidate"])]
    pub(in crate::cli) actions: bool,
}

#[derive(Args)]
pub(in crate::cli) struct EvalArgs {
    /// The policies, judged together as one set; `-` is stdin
    #[arg(value_name = "POLICY", required_unless_present = "batch")]
    pub(in crate::cli) policies: Vec<PathBuf>,
    /// The action of the request, such as s3:GetObject
    #[arg(
        long,
        required_unless_present = "batch",
        value_parser = notation::action
    )]
    pub(in crate::cli) action: Option<String>,
    /// The resource of the request, taken literally [default: none, which policies see as `*`]
    #[arg(long, value_parser = NonEmptyStringValueParser::new())]
    pub(in crate::cli) resource: Option<String>,
    /// Who makes the request: the ARN of a user, role, session or identity provider; an account id
    /// (its root user); connect.amazonaws.com or service:NAME; federated:PROVIDER; canonical:ID; or
    /// `*` or anonymous for a caller without credentials. Identity policies do not look at it
    #[arg(long, value_parser = notation::principal)]
    pub(in crate::cli) principal: Option<Principal>,
    /// A condition key and its value. KEY=VALUE is a single-valued key; repeating a key, or
    /// KEY=[VALUE] or KEY=[VALUE,VALUE], makes it multivalued. KEY ends at the first `=`
    #[arg(long, value_name = "KEY=VALUE")]
    pub(in crate::cli) context: Vec<ContextFlag>,
    /// What the policies are attached to [default: told from their elements]
    #[arg(long = "type", value_name = "TYPE")]
    pub(in crate::cli) kind: Option<PolicyKind>,
    /// How to show the answer
    #[arg(long, value_name = "FORMAT", default_value = "terminal")]
    pub(in crate::cli) format: AnswerFormat,
    /// Answer many: lines of {"id": …, "policies": [documents], "request": {…}}, shown below; `-` is
    /// stdin
    #[arg(
        long,
        value_name = "FILE",
        conflicts_with_all = ["policies", "action", "resource", "principal", "context", "format"]
    )]
    pub(in crate::cli) batch: Option<PathBuf>,
}

/// How an answer about policies is shown.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum AnswerFormat {
    /// For a person
    Terminal,
    /// For programs
    Json,
}

/// What a policy is attached to.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum PolicyKind {
    /// A user, group or role
    Identity,
    /// A role, as its trust policy
    Trust,
    /// A resource
    Resource,
}
