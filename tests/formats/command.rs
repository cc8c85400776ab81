//! Formats on the command line.

use std::path::Path;
use std::process::Output;

use assert_cmd::Command;
use roledrift::report::Format;

const EXAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/contact-center.json");

fn scan(folder: &Path, arguments: &[&str]) -> Output {
    Command::cargo_bin("roledrift")
        .unwrap()
        .arg("scan")
        .args(arguments)
        .current_dir(folder)
        .env_clear()
        .output()
        .unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[test]
fn help_and_errors_list_every_format() {
    let folder = tempfile::tempdir().unwrap();
    let help = scan(folder.path(), &["--help"]);
    let error = scan(folder.path(), &["--snapshot", EXAMPLE, "--format", "xml"]);
    assert_eq!(error.status.code(), Some(2));
    for said in [text(&help.stdout), text(&error.stderr)] {
        let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
        let names = Format::ALL.map(Format::as_str).join(", ");
        assert!(said.contains(&format!("({names})")), "{said}");
    }
}

#[test]
fn every_format_is_written_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let targets = Format::ALL.map(|format| format!("--format={0}=report.{0}", format.as_str()));
    let mut arguments = vec!["--snapshot", EXAMPLE];
    arguments.extend(targets.iter().map(String::as_str));
    let output = scan(folder.path(), &arguments);
    assert_eq!(output.status.code(), Some(1), "{}", text(&output.stderr));
    assert!(output.stdout.is_empty());
    for format in Format::ALL {
        let name = format!("report.{}", format.as_str());
        let report = std::fs::read_to_string(folder.path().join(name)).unwrap();
        assert!(!report.contains('\u{1b}'));
        // One finding of each end of the list.
        for rule in ["trust-widened", "description-edited"] {
            assert!(report.contains(rule), "{}: {rule}", format.as_str());
        }
    }
}

#[test]
fn a_recording_made_by_the_scan_is_pointed_into_as_one_that_was_read() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("audits")).unwrap();
    let dump = r#"{"RoleDetailList": [{
        "Path": "/", "RoleName": "AWSServiceRoleForNothing", "RoleId": "AROA",
        "Arn": "arn:aws:iam::111122223333:role/AWSServiceRoleForNothing",
        "CreateDate": "2026-01-01T00:00:00Z",
        "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}]},
        "RolePolicyList": [], "AttachedManagedPolicies": [], "Tags": []}],
        "Policies": [], "UserDetailList": [], "GroupDetailList": []}"#;
    std::fs::write(folder.path().join("dump.json"), dump).unwrap();
    let file = "audits/account 1.json";
    let first = scan(
        folder.path(),
        &[
            "--gaad",
            "dump.json",
            "--save-snapshot",
            file,
            "--format",
            "sarif",
        ],
    );
    assert_eq!(first.status.code(), Some(1), "{}", text(&first.stderr));
    let sarif = text(&first.stdout);
    assert!(
        sarif.contains(r#""uri": "audits/account%201.json""#),
        "{sarif}"
    );
    let inside = folder.path().canonicalize().unwrap().join(file);
    for path in [
        file,
        "./audits/../audits/account 1.json",
        inside.to_str().unwrap(),
    ] {
        let again = scan(folder.path(), &["--snapshot", path, "--format", "sarif"]);
        assert_eq!(sarif, text(&again.stdout), "{path}");
    }
    let elsewhere = tempfile::tempdir().unwrap();
    let outside = scan(
        elsewhere.path(),
        &["--snapshot", inside.to_str().unwrap(), "--format", "github"],
    );
    let line = text(&outside.stdout);
    assert!(
        line.contains(&format!("file={},line=", inside.to_str().unwrap())),
        "{line}"
    );
    let none = scan(folder.path(), &["--gaad", "dump.json", "--format", "sarif"]);
    assert!(!text(&none.stdout).contains("physicalLocation"));
}

#[test]
fn policy_diff_offers_only_what_it_can_show() {
    let output = Command::cargo_bin("roledrift")
        .unwrap()
        .args(["policy", "diff", "a.json", "b.json", "--format", "sarif"])
        .env_clear()
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("terminal, json"));
}
