//! The program that AWS Lambda runs, against the fake account: plan, shards, merge, one account.

#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a failed unwrap is a failed test"
)]

mod fake_account;

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};

use fake_account::{FakeAccount, Options};
use serde_json::{Value, json};

/// Accounts of the fleet; every fiftieth is suspended.
const ACCOUNTS: u64 = 60;

fn serve(rules: &Value) -> FakeAccount {
    let file = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/fake_account/accounts/fleet.json"
    );
    let options = Options {
        control: json!({"enforce_rates": false, "rules": rules}).to_string(),
        fleet: Some(ACCOUNTS),
        ..Options::default()
    };
    FakeAccount::open(&[file], &options).unwrap()
}

/// Lambda's side: hands out events one by one, and takes what the program answers.
///
/// See <https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html>.
struct Function {
    program: Child,
    events: Sender<String>,
    answers: Receiver<(bool, Value)>,
}

impl Function {
    fn start(server: &FakeAccount, store: &Path, task: &Path) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let program = Command::new(env!("CARGO_BIN_EXE_roledrift-lambda"))
            .env_clear()
            .env(
                "AWS_LAMBDA_RUNTIME_API",
                listener.local_addr().unwrap().to_string(),
            )
            .env("AWS_LAMBDA_FUNCTION_NAME", "roledrift")
            .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "512")
            .env("AWS_LAMBDA_FUNCTION_VERSION", "1")
            .env("LAMBDA_TASK_ROOT", task)
            .envs(server.environment())
            .env("ROLEDRIFT_STORE", store)
            .env("ROLEDRIFT_SKIP_OWNERS", "true")
            .stderr(Stdio::inherit())
            .spawn()
            .unwrap();
        let (events, waiting) = channel::<String>();
        let (sender, answers) = channel();
        std::thread::spawn(move || {
            // Each connection on a thread of its own: the program keeps some open.
            let waiting = std::sync::Arc::new(std::sync::Mutex::new(waiting));
            for stream in listener.incoming() {
                let (waiting, sender) = (std::sync::Arc::clone(&waiting), sender.clone());
                std::thread::spawn(move || converse(&stream.unwrap(), &waiting, &sender));
            }
        });
        Self {
            program,
            events,
            answers,
        }
    }

    /// Returns whether the program answered at all, and what.
    fn invoke(&self, event: &Value) -> (bool, Value) {
        self.events.send(event.to_string()).unwrap();
        let patience = std::time::Duration::from_mins(2);
        self.answers.recv_timeout(patience).unwrap()
    }

    fn answer(&self, event: &Value) -> Value {
        let (answered, answer) = self.invoke(event);
        assert!(answered, "{event}: {answer}");
        answer
    }
}

impl Drop for Function {
    fn drop(&mut self) {
        self.program.kill().unwrap();
        self.program.wait().unwrap();
    }
}

fn converse(
    stream: &TcpStream,
    waiting: &std::sync::Mutex<Receiver<String>>,
    sender: &Sender<(bool, Value)>,
) {
    let mut reader = BufReader::new(stream);
    loop {
        let mut first = String::new();
        if reader.read_line(&mut first).unwrap_or(0) == 0 {
            return;
        }
        let mut length = 0;
        loop {
            let mut header = String::new();
            reader.read_line(&mut header).unwrap();
            let header = header.trim().to_ascii_lowercase();
            if header.is_empty() {
                break;
            }
            if let Some(number) = header.strip_prefix("content-length:") {
                length = number.trim().parse().unwrap();
            }
        }
        let mut body = vec![0; length];
        reader.read_exact(&mut body).unwrap();
        let answer = if first.starts_with("GET") {
            let Ok(event) = waiting.lock().unwrap().recv() else {
                return;
            };
            format!(
                "HTTP/1.1 200 OK\r\nlambda-runtime-aws-request-id: 1\r\n\
                 lambda-runtime-deadline-ms: 4102444800000\r\n\
                 lambda-runtime-invoked-function-arn: arn:aws:lambda:us-east-1:111122223333:function:f\r\n\
                 content-type: application/json\r\ncontent-length: {}\r\n\r\n{event}",
                event.len()
            )
        } else {
            let answered = first.contains("/response ");
            let value = serde_json::from_slice(&body).unwrap();
            sender.send((answered, value)).unwrap();
            "HTTP/1.1 202 Accepted\r\ncontent-length: 2\r\n\r\n{}".to_owned()
        };
        (&mut &*stream).write_all(answer.as_bytes()).unwrap();
    }
}

/// Returns the lines of a report that do not differ from run to run.
fn lines(text: &str) -> Vec<Value> {
    let lines = text.lines().map(|line| {
        let mut line: Value = serde_json::from_str(line).unwrap();
        let members = line.as_object_mut().unwrap();
        members.remove("collected_at");
        members.remove("run");
        line
    });
    lines.collect()
}

#[test]
fn a_run_in_shards_is_the_run_of_one_machine() {
    let server = serve(&json!([]));
    let (folder, task) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let store = folder.path().join("runs");
    let function = Function::start(&server, &store, task.path());
    let plan = function.answer(&json!({"do": "plan", "accounts_per_shard": 7}));
    assert_eq!(
        (&plan["accounts"], &plan["shards"]),
        (&json!(ACCOUNTS), &json!(9))
    );
    let shards = std::fs::read_to_string(plan["key"].as_str().unwrap()).unwrap();
    assert_eq!(shards.lines().count(), 9);
    let run = &plan["run"];
    for line in shards.lines().rev() {
        let line: Value = serde_json::from_str(line).unwrap();
        assert_eq!(line["run"], *run);
        let answer = function.answer(&json!({"do": "shard", "run": run, "shard": line["shard"]}));
        assert_eq!(
            answer["accounts"],
            line["accounts"].as_array().unwrap().len()
        );
        assert_eq!(answer["failed"], 0);
    }
    // Once more, as Step Functions may: nobody is asked.
    let again = function.answer(&json!({"do": "shard", "run": run, "shard": 1}));
    assert_eq!(
        (&again["accounts"], &again["asked"]),
        (&json!(7), &json!(0))
    );

    let merged =
        function.answer(&json!({"do": "merge", "run": run, "formats": ["ndjson", "markdown"]}));
    assert_eq!(merged["clean"], false);
    assert_eq!(merged["accounts"], ACCOUNTS);
    assert_eq!(
        merged["complete"].as_u64().unwrap() + merged["skipped"].as_u64().unwrap(),
        ACCOUNTS
    );
    assert!(merged["subject"].as_str().unwrap().is_ascii());
    assert!(merged["message"].as_str().unwrap().len() < 9_000);

    let whole = Command::new(env!("CARGO_BIN_EXE_roledrift"))
        .args(["scan", "--org", "--skip-owners", "--format", "ndjson"])
        .current_dir(folder.path())
        .env_clear()
        .envs(server.environment())
        .output()
        .unwrap();
    let report = std::fs::read_to_string(merged["reports"][0].as_str().unwrap()).unwrap();
    let (report, whole) = (
        lines(&report),
        lines(&String::from_utf8(whole.stdout).unwrap()),
    );
    assert_eq!(report.len(), whole.len());
    for (ours, theirs) in report.iter().zip(&whole) {
        assert_eq!(ours, theirs);
    }
}

#[test]
fn one_account_is_a_run_of_its_own_and_a_missing_shard_is_never_clean() {
    // Not the first, which the caller is in.
    let refused = "200000007926";
    let rules = json!([{"operation": "sts:AssumeRole", "account": refused, "fault": "deny"}]);
    let server = serve(&rules);
    let (folder, task) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let function = Function::start(&server, &folder.path().join("runs"), task.path());
    let failed = function.answer(&json!({"do": "account", "account": refused, "formats": []}));
    assert_eq!(
        (&failed["clean"], &failed["failed"]),
        (&json!(false), &json!(1))
    );
    let message = failed["message"].as_str().unwrap();
    assert!(message.contains("sts:AssumeRole"), "{message}");

    let plan = function.answer(&json!({"do": "plan", "accounts_per_shard": 30}));
    function.answer(&json!({"do": "shard", "run": plan["run"], "shard": 2}));
    let merged =
        function.answer(&json!({"do": "merge", "run": plan["run"], "fail_on": "critical"}));
    assert_eq!(merged["clean"], false);
    assert!(merged["failed"].as_u64().unwrap() >= 29, "{merged}");
    let reports: BTreeSet<&str> = merged["reports"]
        .as_array()
        .unwrap()
        .iter()
        .map(|name| name.as_str().unwrap().rsplit('/').next().unwrap())
        .collect();
    assert_eq!(reports, ["report.json", "report.md"].into());
}

#[test]
fn what_cannot_be_done_is_an_error_that_says_why() {
    let server = serve(&json!([]));
    let (folder, task) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let function = Function::start(&server, &folder.path().join("runs"), task.path());
    let run = "20261102T060000Z-019a42c8d9b0-5f3c9a21";
    for (event, expected) in [
        (json!({"do": "sweep"}), "unknown variant"),
        (json!({"do": "plan", "shards": 3}), "unknown field"),
        (json!({"do": "merge", "run": run}), "there is no run"),
        (
            json!({"do": "plan", "exclude": ["999999999999"]}),
            "no account `999999999999`",
        ),
    ] {
        let (answered, said) = function.invoke(&event);
        assert!(!answered, "{event}: {said}");
        let message = said["errorMessage"].as_str().unwrap();
        assert!(message.contains(expected), "{event}: {message}");
    }
    let plan = function.answer(&json!({"do": "plan"}));
    let (answered, said) = function.invoke(&json!({"do": "shard", "run": plan["run"], "shard": 3}));
    assert!(!answered);
    assert!(
        said["errorMessage"]
            .as_str()
            .unwrap()
            .contains("there is no shard 3"),
        "{said}"
    );
}
