//! No credential, session token, external id or signature in anything that the program writes.

#![allow(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a failed unwrap is a failed test"
)]

mod fake_account;

use std::path::Path;
use std::process::{Command, Output};

use fake_account::{FakeAccount, Options};
use serde_json::{Value, json};

const EXTERNAL_ID: &str = "external-id-that-nobody-may-see";
/// What requests carry beside the secrets themselves: parts of signed headers.
const SIGNED: [&str; 5] = [
    "Signature=",
    "SignedHeaders",
    "AWS4-HMAC-SHA256",
    "x-amz-security-token",
    "X-Amz-Security-Token",
];
const FORMATS: [&str; 11] = [
    "terminal", "json", "ndjson", "sarif", "ocsf", "asff", "junit", "csv", "markdown", "github",
    "html",
];

fn serve(rules: &Value) -> FakeAccount {
    let file = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/fake_account/accounts/fleet.json"
    );
    let options = Options {
        control: json!({"enforce_rates": false, "external_id": EXTERNAL_ID, "rules": rules})
            .to_string(),
        fleet: Some(5),
        ..Options::default()
    };
    FakeAccount::open(&[file], &options).unwrap()
}

fn run(server: &FakeAccount, folder: &Path, arguments: &[String]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_roledrift"))
        .args(arguments)
        .current_dir(folder)
        .env_clear()
        .envs(server.environment())
        .env("ROLEDRIFT_EXTERNAL_ID", EXTERNAL_ID)
        // What other programs obey, this one must not.
        .env("RUST_LOG", "trace")
        .env("RUST_BACKTRACE", "full")
        .output()
        .unwrap()
}

/// Reads everything that the program has left in a folder.
fn left(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(left(&path));
            continue;
        }
        let bytes = std::fs::read(&path).unwrap();
        let name = path.display().to_string();
        if path.extension().is_some_and(|ending| ending == "gz") {
            let mut text = Vec::new();
            std::io::Read::read_to_end(&mut flate2::read::GzDecoder::new(&bytes[..]), &mut text)
                .unwrap();
            found.push((name, text));
        } else {
            found.push((name, bytes));
        }
    }
    found
}

#[test]
fn no_secret_leaves_the_program() {
    let expired = json!([{"operation": "iam:*", "account": "*26", "fault": "expired_token"}]);
    let denied = json!([{"operation": "sts:AssumeRole", "fault": "deny"}]);
    let unsigned = json!([{"fault": "wrong_signature"}]);
    let skewed = json!([{"fault": "clock_skew"}]);
    let broken = json!([{"fault": {"body": {"text": "<html>"}}}]);
    let mut written = 0;
    for rules in [json!([]), expired, denied, unsigned, skewed, broken] {
        let server = serve(&rules);
        let (_, secret) = server.first_credentials();
        let mut secrets = vec![secret, EXTERNAL_ID.to_owned()];
        secrets.extend(SIGNED.map(ToOwned::to_owned));
        // As session tokens of the fake account begin.
        secrets.push("FAKE/2".to_owned());
        for verbose in ["--quiet", "-v", "-vv", "-vvv", "-vvvvv"] {
            let folder = tempfile::tempdir().unwrap();
            let formats = FORMATS
                .iter()
                .map(|format| format!("--format={format}=report.{format}"));
            let formats: Vec<String> = formats.collect();
            let words = |words: &[&str]| {
                words
                    .iter()
                    .map(|word| (*word).to_owned())
                    .collect::<Vec<_>>()
            };
            let org = words(&["scan", "--org", "--skip-owners", "--store", "runs", verbose]);
            let one = words(&[
                "scan",
                "--skip-owners",
                "--store",
                "run",
                "--save-snapshot",
                "account.json",
                verbose,
            ]);
            for arguments in [org, one] {
                let output = run(
                    &server,
                    folder.path(),
                    &[arguments.clone(), formats.clone()].concat(),
                );
                let mut all = left(folder.path());
                written += all.len();
                all.push(("stdout".to_owned(), output.stdout));
                all.push(("stderr".to_owned(), output.stderr));
                for (name, bytes) in all {
                    let text = String::from_utf8_lossy(&bytes);
                    for secret in &secrets {
                        assert!(
                            !text.contains(secret),
                            "{arguments:?}: `{secret}` in {name}"
                        );
                    }
                }
            }
        }
    }
    assert!(written > 500, "{written} files were looked at");
}

#[test]
fn help_shows_no_external_id() {
    let server = serve(&json!([]));
    let folder = tempfile::tempdir().unwrap();
    for command in ["scan", "plan", "snapshot"] {
        let output = run(
            &server,
            folder.path(),
            &[command.to_owned(), "--help".to_owned()],
        );
        let text = String::from_utf8_lossy(&output.stdout);
        assert!(
            text.contains("--external-id") && !text.contains(EXTERNAL_ID),
            "{text}"
        );
    }
}
