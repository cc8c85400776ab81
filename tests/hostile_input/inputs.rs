//! Every file that the program reads: a good one of each, and the command that reads it.

use std::path::Path;

use roledrift::inventory::snapshot;
use roledrift::lock::Lock;
use roledrift::organization::{Plan, Planned, Skip, write_shards};

use super::answer::{Answer, run};
use super::support::{Account, CONNECT, baseline_file};

/// The run of plans and shards.
pub const RUN: &str = "20261102T060000Z-019a42c8d9b0-5f3c9a21";

/// How a file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grammar {
    Json,
    /// JSON, or a word, on each line; whoever reads it tells the line.
    Lines,
    /// Lines that are answered one by one: a bad one gets a line of its own.
    Batch,
    Toml,
}

/// A file that the program reads.
pub struct Input {
    pub name: &'static str,
    /// Its path in the folder of the case.
    pub path: &'static str,
    pub grammar: Grammar,
    /// The most bytes that it may have.
    pub most: u64,
    pub arguments: &'static [&'static str],
}

const POLICY: &str = r#"{
  "Version": "2012-10-17",
  "Statement": [
    {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}
  ]
}
"#;

const TRUST: &str = r#"{
  "Version": "2012-10-17",
  "Statement": [
    {"Effect": "Allow", "Principal": {"Service": "a.amazonaws.com"}, "Action": "sts:AssumeRole"}
  ]
}
"#;

const WAIVER: &str = r#"[scan]
fail-on = "high"

[[waiver]]
rule = "trust-widened"
resource = "arn:aws:iam::*"
reason = "r"
owner = "o"
expires = 2030-01-01
"#;

const BATCH: &str = r#"{"id": 1, "reference": {"Statement": {"Effect": "Allow", "Action": "a:B", "Resource": "*"}}, "candidate": {"Statement": {"Effect": "Allow", "Action": "a:B", "Resource": "*"}}}
{"id": 2, "reference": {"Statement": {"Effect": "Allow", "Action": "a:*", "Resource": "*"}}, "candidate": {"Statement": {"Effect": "Allow", "Action": "a:B", "Resource": "*"}}}
"#;

const QUESTIONS: &str = r#"{"id": 1, "policies": {"Statement": {"Effect": "Allow", "Action": "a:B", "Resource": "*"}}, "request": {"action": "a:B", "resource": "*"}}
{"id": 2, "policies": [], "request": {"action": "a:B", "resource": "*", "context": {"k": "v"}}}
"#;

const DUMP: &str = r#"{
  "RoleDetailList": [
    {
      "Arn": "arn:aws:iam::111122223333:role/aws-service-role/cloudtrail.amazonaws.com/AWSServiceRoleForCloudTrail",
      "RoleName": "AWSServiceRoleForCloudTrail",
      "Path": "/aws-service-role/cloudtrail.amazonaws.com/",
      "CreateDate": "2024-02-03T04:05:06Z",
      "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "cloudtrail.amazonaws.com"}, "Action": "sts:AssumeRole"}]},
      "RolePolicyList": [{"PolicyName": "inline", "PolicyDocument": {}}],
      "AttachedManagedPolicies": [{"PolicyName": "CloudTrailServiceRolePolicy", "PolicyArn": "arn:aws:iam::aws:policy/aws-service-role/CloudTrailServiceRolePolicy"}],
      "Tags": [{"Key": "team", "Value": "a"}],
      "RoleLastUsed": {"LastUsedDate": 1790000000.5, "Region": "eu-west-2"}
    }
  ],
  "Policies": [
    {
      "Arn": "arn:aws:iam::aws:policy/aws-service-role/CloudTrailServiceRolePolicy",
      "DefaultVersionId": "v3",
      "AttachmentCount": 1,
      "PolicyVersionList": [{"VersionId": "v3", "Document": {}}]
    }
  ]
}
"#;

pub const INPUTS: [Input; 15] = [
    Input {
        name: "policy document",
        path: "policy.json",
        grammar: Grammar::Json,
        most: 1 << 20,
        arguments: &["policy", "diff", "good.json", "policy.json"],
    },
    Input {
        name: "evaluated policy",
        path: "evaluated.json",
        grammar: Grammar::Json,
        most: 1 << 20,
        arguments: &[
            "policy",
            "eval",
            "--action",
            "s3:GetObject",
            "evaluated.json",
        ],
    },
    Input {
        name: "trust policy",
        path: "trust.json",
        grammar: Grammar::Json,
        most: 1 << 20,
        arguments: &[
            "policy",
            "diff",
            "--type",
            "trust",
            "trust.json",
            "trust.json",
        ],
    },
    Input {
        name: "snapshot",
        path: "snapshot.json",
        grammar: Grammar::Json,
        most: 256 << 20,
        arguments: &["scan", "--snapshot", "snapshot.json"],
    },
    Input {
        name: "GAAD dump",
        path: "dump.json",
        grammar: Grammar::Json,
        most: 256 << 20,
        arguments: &["scan", "--gaad", "dump.json"],
    },
    Input {
        name: "lock file",
        path: "own.lock",
        grammar: Grammar::Json,
        most: 64 << 20,
        arguments: &["scan", "--snapshot", "account.json", "--lock", "own.lock"],
    },
    Input {
        name: "earlier report",
        path: "earlier.json",
        grammar: Grammar::Json,
        most: 256 << 20,
        arguments: &[
            "scan",
            "--snapshot",
            "account.json",
            "--previous",
            "earlier.json",
        ],
    },
    Input {
        name: "configuration with waivers",
        path: "own.toml",
        grammar: Grammar::Toml,
        most: 4 << 20,
        arguments: &["scan", "--snapshot", "account.json", "--config", "own.toml"],
    },
    Input {
        name: "family",
        path: "baselines/connect-synchronization/family.json",
        grammar: Grammar::Json,
        most: 16 << 20,
        arguments: &["baseline", "check", "baselines"],
    },
    Input {
        name: "document of a family",
        path: "baselines/connect-synchronization/policies/v1.json",
        grammar: Grammar::Json,
        most: 16 << 20,
        arguments: &["baseline", "check", "baselines"],
    },
    Input {
        name: "catalogue",
        path: "baselines/catalog.json",
        grammar: Grammar::Json,
        most: 16 << 20,
        arguments: &[
            "scan",
            "--snapshot",
            "account.json",
            "--baseline-dir",
            "baselines",
        ],
    },
    Input {
        name: "list of accounts",
        path: "accounts.txt",
        grammar: Grammar::Lines,
        most: 16 << 20,
        arguments: &["plan", "--accounts", "accounts.txt", "--shards", "2"],
    },
    Input {
        name: "file of shards",
        path: "shards.jsonl",
        grammar: Grammar::Lines,
        most: 64 << 20,
        arguments: &[
            "scan",
            "--shard-file",
            "shards.jsonl",
            "--shard",
            "1",
            "--store",
            "store",
        ],
    },
    Input {
        name: "batch of comparisons",
        path: "pairs.ndjson",
        grammar: Grammar::Batch,
        most: 16 << 20,
        arguments: &["policy", "diff", "--batch", "pairs.ndjson"],
    },
    Input {
        name: "batch of requests",
        path: "questions.ndjson",
        grammar: Grammar::Batch,
        most: 16 << 20,
        arguments: &["policy", "eval", "--batch", "questions.ndjson"],
    },
];

impl Input {
    /// Returns the input of a name.
    pub fn named(name: &str) -> &'static Self {
        INPUTS.iter().find(|input| input.name == name).unwrap()
    }

    /// Runs the command in a folder.
    pub fn read(&self, folder: &Path) -> Answer {
        run(folder, self.arguments)
    }
}

/// The plan of a run in which nobody is to be asked.
pub fn plan() -> Plan {
    let accounts = ["111122223333", "222233334444", "333344445555"];
    Plan {
        run: RUN.parse().unwrap(),
        shards: 2,
        accounts: accounts
            .map(|id| Planned {
                id: id.parse().unwrap(),
                name: Some(format!("account {id}")),
                skip: Some(Skip::Suspended),
            })
            .into(),
    }
}

/// Returns a recorded account as text.
pub fn recorded(account: &Account) -> String {
    let mut text = Vec::new();
    snapshot::write(&account.0, &mut text).unwrap();
    String::from_utf8(text).unwrap()
}

/// Makes a folder with a good file of every kind.
pub fn desk() -> tempfile::TempDir {
    let desk = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = desk.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    for name in ["good.json", "policy.json", "evaluated.json"] {
        write(name, POLICY);
    }
    write("trust.json", TRUST);
    let mut account = Account::with_instance();
    account.role(CONNECT).tags =
        roledrift::inventory::Observed::Read([("team".to_owned(), "a".to_owned())].into());
    write("account.json", &recorded(&account));
    write("snapshot.json", &recorded(&account));
    write("dump.json", DUMP);
    let mut lock = Lock::default();
    lock.observe(&account.0, "2026-11-02".parse().unwrap());
    let mut text = Vec::new();
    lock.write(&mut text).unwrap();
    write("own.lock", &String::from_utf8(text).unwrap());
    write("own.toml", WAIVER);
    let family = "connect-synchronization";
    let policies = ["v1", "v2", "v3", "v4", "v5"].map(|version| format!("policies/{version}.json"));
    for file in policies.into_iter().chain(["family.json".to_owned()]) {
        let path = format!("{family}/{file}");
        write(&format!("baselines/{path}"), &baseline_file(&path));
    }
    write("baselines/catalog.json", &baseline_file("catalog.json"));
    write(
        "accounts.txt",
        "# all\n111122223333\n{\"id\": \"222233334444\", \"name\": \"two\"}\n",
    );
    write("shards.jsonl", &write_shards(&plan()).unwrap());
    write("pairs.ndjson", BATCH);
    write("questions.ndjson", QUESTIONS);
    let report = run(
        desk.path(),
        &["scan", "--snapshot", "account.json", "--format", "json"],
    );
    write("earlier.json", &report.out);
    desk
}

#[test]
fn every_good_file_is_read() {
    let desk = desk();
    for input in &INPUTS {
        let answer = input.read(desk.path());
        assert!(
            [0, 1, 3].contains(&answer.code),
            "{}: {answer:?}",
            input.name
        );
    }
}
