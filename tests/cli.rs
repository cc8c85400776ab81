//! The command as a user runs it, on recorded accounts.

#![allow(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a failed unwrap is a failed test"
)]

use std::path::PathBuf;
use std::process::Output;

use assert_cmd::Command;

fn roledrift(arguments: &[&str]) -> Output {
    Command::cargo_bin("roledrift")
        .unwrap()
        .args(arguments)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .env_clear()
        .output()
        .unwrap()
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

const EXAMPLE: &str = "examples/contact-center.json";

fn scratch() -> (tempfile::TempDir, impl Fn(&str) -> PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_owned();
    (folder, move |name: &str| path.join(name))
}

#[test]
fn the_example_shows_its_planted_findings() {
    let output = roledrift(&["scan", "--snapshot", EXAMPLE]);
    assert_eq!(code(&output), 1);
    assert!(stderr(&output).is_empty(), "{}", stderr(&output));
    insta::assert_snapshot!(stdout(&output));
}

#[test]
fn the_example_plants_every_rule_about_what_roles_serve() {
    use roledrift::audit::{Group, all};

    let output = roledrift(&["scan", "--snapshot", EXAMPLE, "--format", "json"]);
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let findings = report["findings"].as_array().unwrap();
    for rule in all() {
        if matches!(rule.group, Group::Resources | Group::Lifecycle) {
            let planted = findings.iter().any(|finding| finding["rule"] == rule.id);
            assert!(planted, "{}", rule.id);
        }
    }
    let by_count = findings
        .iter()
        .find(|finding| finding["rule"] == "profile-domain-count-mismatch");
    assert_eq!(by_count.unwrap()["confidence"], "by-count");
}

#[test]
fn owners_that_are_skipped_take_their_rules_along() {
    let scan = |more: &[&str]| {
        let arguments = ["scan", "--snapshot", EXAMPLE, "--skip-owners"];
        roledrift(&[&arguments, more].concat())
    };
    let text = stdout(&scan(&[]));
    assert!(
        text.contains("selected: 29 of 35 rules, without those about what the roles serve"),
        "{text}"
    );
    assert!(!text.contains("orphaned-role"));
    let output = scan(&["--rule", "orphaned-role"]);
    assert_eq!(code(&output), 2);
    assert!(
        stderr(&output).contains("no rule is left"),
        "{}",
        stderr(&output)
    );
}

#[test]
fn the_json_report_fits_its_published_schema() {
    let output = roledrift(&["scan", "--snapshot", EXAMPLE, "--format", "json"]);
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let schema = std::fs::read_to_string("schemas/report.schema.json").unwrap();
    let schema: serde_json::Value = serde_json::from_str(&schema).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let errors: Vec<String> = validator
        .iter_errors(&report)
        .map(|error| error.to_string())
        .collect();
    assert!(errors.is_empty(), "{errors:?}");
}

#[test]
fn committed_data_fits_its_published_schemas() {
    for (schema, files) in [
        (
            "snapshot",
            vec![
                EXAMPLE.to_owned(),
                "tests/fixtures/recorded-roles.json".to_owned(),
            ],
        ),
        ("catalog", vec!["baselines/catalog.json".to_owned()]),
        (
            "family",
            [
                "connect",
                "connect-campaigns",
                "customer-profiles",
                "connect-synchronization",
            ]
            .map(|family| format!("baselines/{family}/family.json"))
            .to_vec(),
        ),
    ] {
        let text = std::fs::read_to_string(format!("schemas/{schema}.schema.json")).unwrap();
        let validator = jsonschema::validator_for(&serde_json::from_str(&text).unwrap()).unwrap();
        for file in files {
            let value = serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
            let errors: Vec<String> = validator
                .iter_errors(&value)
                .map(|error| error.to_string())
                .collect();
            assert!(errors.is_empty(), "{file}: {errors:?}");
        }
    }
}

#[test]
fn a_snapshot_of_a_snapshot_gives_the_same_report_byte_for_byte() {
    let (_folder, path) = scratch();
    let copy = path("copy.json");
    let copy = copy.to_str().unwrap();
    let first = roledrift(&[
        "scan",
        "--snapshot",
        EXAMPLE,
        "--format",
        "json",
        "--save-snapshot",
        copy,
    ]);
    let second = roledrift(&["scan", "--snapshot", copy, "--format", "json"]);
    assert_eq!(first.stdout, second.stdout);
    let third = roledrift(&["snapshot", "--snapshot", copy]);
    assert_eq!(stdout(&third), std::fs::read_to_string(copy).unwrap());
}

#[test]
fn exit_codes_follow_the_threshold_and_the_coverage() {
    let scan = |more: &[&str]| {
        code(&roledrift(
            &[&["scan", "--snapshot", EXAMPLE, "--format", "json"], more].concat(),
        ))
    };
    assert_eq!(scan(&[]), 1);
    assert_eq!(scan(&["--rule", "trust-widened"]), 1);
    assert_eq!(scan(&["--role", "*CloudTrail*"]), 0);
    assert_eq!(scan(&["--role", "*Backup"]), 3);
    assert_eq!(scan(&["--role", "*Backup", "--allow-incomplete"]), 0);
    assert_eq!(scan(&["--role", "*Backup", "--fail-on", "info"]), 1);
    assert_eq!(scan(&["--role", "*TrustedAdvisor", "--fail-on", "high"]), 0);
}

#[test]
fn wrong_usage_is_exit_code_two_and_one_clear_error() {
    let (_folder, path) = scratch();
    std::fs::write(
        path("bad.json"),
        "{\n  \"format\": \"roledrift-snapshot\",\n  \"version\": 1,\n  oops",
    )
    .unwrap();
    std::fs::write(
        path("new.json"),
        r#"{"format": "roledrift-snapshot", "version": 9}"#,
    )
    .unwrap();
    std::fs::write(path("binary.json"), b"{\"a\": \"\xff\"}").unwrap();
    std::fs::write(path("bad.toml"), "[scan]\nfail-on = \"severe\"\n").unwrap();
    let file = |name: &str| path(name).to_str().unwrap().to_owned();
    for (arguments, problem) in [
        (vec!["--rule", "trust"], "no rule `trust`"),
        (vec!["--skip-rule", "nonsense"], "no rule `nonsense`"),
        (vec!["--role", "[a"], "not a glob"),
        (
            vec!["--role", "NoSuchRole*"],
            "no role of the account matches",
        ),
        (vec!["--role", ""], "empty glob"),
        (
            vec!["--format", "json=x", "--save-snapshot", "x"],
            "written twice",
        ),
        (vec!["--fail-on", "severe"], "severe"),
        (vec!["--format", "xml"], "xml"),
        (vec!["--region", "Virginia"], "`Virginia` is not a Region"),
        (
            vec!["--format", "json", "--format", "terminal"],
            "two reports to stdout",
        ),
        (vec!["--snapshot", "/no/such/file"], "/no/such/file"),
        (vec!["--snapshot", &file("bad.json")], "line 4"),
        (
            vec!["--snapshot", &file("new.json")],
            "format version 9 is newer",
        ),
        (vec!["--snapshot", &file("binary.json")], "line 1, column 8"),
        (vec!["--gaad", &file("new.json")], "RoleDetailList"),
        (vec!["--config", &file("bad.toml")], "line 2"),
        (vec!["--baseline-dir", "examples"], "no baseline"),
    ] {
        let mut all = vec!["scan"];
        if !arguments.contains(&"--snapshot") && !arguments.contains(&"--gaad") {
            all.extend(["--snapshot", EXAMPLE]);
        }
        all.extend(arguments.iter().copied());
        let output = roledrift(&all);
        assert_eq!(code(&output), 2, "{arguments:?}");
        assert!(output.stdout.is_empty(), "{arguments:?}");
        assert!(
            stderr(&output).contains(problem),
            "{arguments:?}: {}",
            stderr(&output)
        );
        assert!(
            stderr(&output).starts_with("error: "),
            "{arguments:?}: {}",
            stderr(&output)
        );
    }
}

#[test]
fn hostile_names_stay_text_in_every_output() {
    let (_folder, path) = scratch();
    let text = std::fs::read_to_string(EXAMPLE).unwrap();
    let hostile = text.replace("ExportedReports", "\\u001b[2J\\u009b31m\\u202eevil\\nline");
    std::fs::write(path("hostile.json"), hostile).unwrap();
    let file = path("hostile.json");
    for format in ["terminal", "json"] {
        let file = file.to_str().unwrap();
        let output = stdout(&roledrift(&[
            "scan",
            "--snapshot",
            file,
            "--format",
            format,
        ]));
        assert!(output.contains("evil"), "{format}");
        for forbidden in ['\u{1b}', '\u{9b}', '\u{202e}'] {
            assert!(!output.contains(forbidden), "{format}: {forbidden:?}");
        }
        assert!(!output.contains("evil\nline"), "{format}");
    }
}

#[test]
fn a_report_goes_to_a_file_whole_and_unstyled() {
    let (_folder, path) = scratch();
    let (json, text) = (path("r.json"), path("r.txt"));
    let output = roledrift(&[
        "scan",
        "--snapshot",
        EXAMPLE,
        "--format",
        &format!("json={}", json.display()),
        "--format",
        &format!("terminal={}", text.display()),
    ]);
    assert_eq!(code(&output), 1);
    assert!(output.stdout.is_empty());
    serde_json::from_str::<serde_json::Value>(&std::fs::read_to_string(json).unwrap()).unwrap();
    assert!(!std::fs::read_to_string(text).unwrap().contains('\u{1b}'));
}

#[cfg(unix)]
#[test]
fn a_pipe_that_closes_early_does_not_change_the_verdict() {
    let command = format!(
        "'{}' scan --snapshot {EXAMPLE} | true; test \"${{PIPESTATUS[0]}}\" = 1",
        assert_cmd::cargo::cargo_bin("roledrift").display()
    );
    let status = std::process::Command::new("bash")
        .args(["-c", &command])
        .status()
        .unwrap();
    assert!(status.success());
}

#[cfg(unix)]
#[test]
fn a_target_that_is_no_file_is_written_to_and_not_replaced() {
    let output = roledrift(&["scan", "--snapshot", EXAMPLE, "--format", "json=/dev/null"]);
    assert_eq!(code(&output), 1);
    assert!(!std::fs::metadata("/dev/null").unwrap().is_file());
}

#[test]
fn flags_win_over_the_environment_and_that_over_the_file() {
    let (folder, path) = scratch();
    std::fs::write(
        path("roledrift.toml"),
        "[scan]\nfail-on = \"critical\"\nformat = [\"json\"]\n",
    )
    .unwrap();
    let example = std::fs::canonicalize(EXAMPLE).unwrap();
    let run = |environment: Option<&str>, arguments: &[&str]| {
        let mut command = Command::cargo_bin("roledrift").unwrap();
        command
            .args(["scan", "--role", "*TrustedAdvisor", "--snapshot"])
            .arg(&example)
            .args(arguments);
        command.current_dir(folder.path()).env_clear();
        if let Some(value) = environment {
            command.env("ROLEDRIFT_FAIL_ON", value);
        }
        let output = command.output().unwrap();
        assert!(stdout(&output).starts_with('{'));
        code(&output)
    };
    assert_eq!(run(None, &[]), 0);
    assert_eq!(run(Some("low"), &[]), 1);
    assert_eq!(run(Some("low"), &["--fail-on", "critical"]), 0);
}

/// Reads the report's entry about which Regions were asked.
fn regions_unread(arguments: &[&str]) -> serde_json::Value {
    let output = roledrift(arguments);
    let report: serde_json::Value = serde_json::from_str(&stdout(&output)).unwrap();
    let unread = report["unread"].as_array().unwrap();
    let about = |entry: &&serde_json::Value| entry["operation"] == "connect:ListInstances";
    unread.iter().find(about).unwrap().clone()
}

#[test]
fn owners_left_out_are_told_from_owners_that_nobody_can_tell() {
    let recorded = "tests/fixtures/recorded-roles.json";
    let older = ["scan", "--format", "json", "--snapshot", recorded];
    assert_eq!(regions_unread(&older)["reason"], "not-offered");
    let scan = ["scan", "--format", "json", "--snapshot", EXAMPLE];
    let skipped = [&scan[..], &["--skip-owners"]].concat();
    let entry = regions_unread(&skipped);
    assert_eq!(entry["reason"], "skipped");
    assert_eq!(entry["subject"], serde_json::Value::Null);

    let (_folder, path) = scratch();
    let config = path("roledrift.toml");
    std::fs::write(&config, "[scan]\nskip-owners = true\n").unwrap();
    let config = ["--config", config.to_str().unwrap()];
    let configured = [&scan[..], &config].concat();
    assert_eq!(regions_unread(&configured)["reason"], "skipped");
}

#[test]
fn prints_the_permissions_of_a_scan() {
    let documented = std::fs::read_to_string("docs/least-privilege-policy.json").unwrap();
    assert_eq!(stdout(&roledrift(&["permissions"])), documented);

    let policy = stdout(&roledrift(&["permissions", "--deep", "--org"]));
    let policy: serde_json::Value = serde_json::from_str(&policy).unwrap();
    let statements = policy["Statement"].as_array().unwrap();
    assert_eq!(statements.len(), 4);
    assert_eq!(
        statements[3]["Resource"],
        "arn:aws:iam::*:role/roledrift-audit"
    );

    insta::assert_snapshot!(
        "permissions_for_cloudformation",
        stdout(&roledrift(&[
            "permissions",
            "--org",
            "--format",
            "cloudformation"
        ]))
    );
    insta::assert_snapshot!(
        "permissions_for_terraform",
        stdout(&roledrift(&[
            "permissions",
            "--org",
            "--format",
            "terraform"
        ]))
    );
    assert_eq!(code(&roledrift(&["permissions", "--format", "xml"])), 2);
}

#[test]
fn baselines_of_the_user_are_added_and_checked() {
    let (_folder, path) = scratch();
    let catalog = r#"{"schema": 1, "as_of": "2026-11-01", "linked_policies": [], "roles": [
      {"name": "AWSServiceRoleForAmazonConnectVoiceAgents", "suffix": "none",
       "principal": "voice-agents.connect.amazonaws.com", "evidence": "recorded", "policies": [],
       "policy_evidence": "recorded"}]}"#;
    std::fs::write(path("catalog.json"), catalog).unwrap();
    let folder = path("");
    let folder = folder.to_str().unwrap();
    let check = roledrift(&["baseline", "check", folder]);
    assert_eq!(
        (code(&check), stdout(&check).contains("1 catalogued roles")),
        (0, true)
    );
    let scan = [
        "scan",
        "--snapshot",
        EXAMPLE,
        "--role",
        "*VoiceAgents",
        "--format",
        "json",
    ];
    assert!(stdout(&roledrift(&scan)).contains("uncatalogued-role"));
    let with = roledrift(&[&scan[..], &["--baseline-dir", folder]].concat());
    assert_eq!(code(&with), 0);
    assert!(stdout(&with).contains("\"conforms\": 1"));

    // A family's own folder is no baseline folder, and must not pass for an empty one.
    let family = roledrift(&["baseline", "check", "baselines/connect"]);
    assert_eq!(code(&family), 2, "{}", stdout(&family));

    std::fs::write(path("catalog.json"), catalog.replace("recorded", "rumour")).unwrap();
    let check = roledrift(&["baseline", "check", folder]);
    assert_eq!(code(&check), 2);
    assert!(
        stderr(&check).contains("catalog.json:3:"),
        "{}",
        stderr(&check)
    );
}

#[test]
fn shows_baselines_rules_and_explanations() {
    let list = stdout(&roledrift(&["baseline", "list"]));
    assert!(list.contains("34 versions up to v55"), "{list}");
    assert!(list.contains("\ncatalogue of 2026-"), "{list}");
    for family in ["connect", "connect-campaigns", "customer-profiles"] {
        let show = stdout(&roledrift(&["baseline", "show", family]));
        insta::assert_snapshot!(format!("baseline_{family}"), show);
    }
    let show = stdout(&roledrift(&["baseline", "show", "connect"]));
    assert!(
        show.contains("v31") && show.contains("call-recordings"),
        "{show}"
    );
    for told in [
        "configured by storage of CHAT_TRANSCRIPTS, CALL_RECORDINGS",
        "needs kinesis:PutRecord, kinesis:PutRecords on arn:${partition}:kinesis:",
        "or exactly on arn:${partition}:s3:::${bucket}/*",
        "ended on 2026-05-20",
        "serves     Amazon Connect instance",
    ] {
        assert!(show.contains(told), "{told}: {show}");
    }
    let version = stdout(&roledrift(&[
        "baseline",
        "show",
        "customer-profiles",
        "--version",
        "v3",
    ]));
    assert!(version.contains("profile:GetRecommender"));
    assert_eq!(code(&roledrift(&["baseline", "show", "nothing"])), 2);
    assert_eq!(
        code(&roledrift(&[
            "baseline",
            "show",
            "connect",
            "--version",
            "v1"
        ])),
        2
    );

    let rules = stdout(&roledrift(&["rules"]));
    assert!(rules.contains("look-alike-policy"));
    let explain = stdout(&roledrift(&["explain", "look-alike-policy"]));
    assert!(explain.contains("What to do") && explain.contains("https://docs.aws.amazon.com/"));
    assert_eq!(code(&roledrift(&["explain", "nothing"])), 2);
}

#[test]
fn guesses_what_mistyped_names_mean() {
    for (arguments, meant) in [
        (["explain", "trust-widend"].as_slice(), "`trust-widened`"),
        (&["baseline", "show", "conect"], "`connect`"),
        (
            &["baseline", "show", "AWSServiceRoleForSuport"],
            "`AWSServiceRoleForSupport`",
        ),
    ] {
        let output = roledrift(arguments);
        assert_eq!(code(&output), 2);
        let expected = format!("did you mean {meant}?");
        assert!(stderr(&output).contains(&expected), "{}", stderr(&output));
    }
    let output = roledrift(&["baseline", "show", "AWSServiceRoleForZzzzqqq"]);
    assert!(stderr(&output).contains("`roledrift baseline list` shows all"));
}

#[test]
fn has_a_manual_page_for_each_command() {
    let page = stdout(&roledrift(&["man"]));
    assert!(page.contains(".TH roledrift 1"));
    let page = stdout(&roledrift(&["man", "policy", "diff"]));
    assert!(page.contains(".TH roledrift-policy-diff 1") && page.contains("CANDIDATE"));
    let output = roledrift(&["man", "polcy"]);
    assert_eq!(code(&output), 2);
    assert!(stderr(&output).contains("there is no command `polcy`"));

    let (_folder, file) = scratch();
    let folder = file("pages");
    let output = roledrift(&["man", "--dir", folder.to_str().unwrap()]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    for name in ["roledrift", "roledrift-scan", "roledrift-baseline-diff"] {
        let text = std::fs::read_to_string(folder.join(format!("{name}.1"))).unwrap();
        assert!(text.contains(&format!(".TH {name} 1")), "{name}");
    }
}

#[test]
fn completes_in_every_shell() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let output = roledrift(&["completions", shell]);
        assert_eq!(code(&output), 0);
        assert!(stdout(&output).contains("fail-on-new"), "{shell}");
    }
}

#[test]
fn says_less_on_request() {
    let (_folder, file) = scratch();
    let store = file("store");
    let scan = |flag: &str| {
        let store = store.to_str().unwrap();
        roledrift(&["scan", "--snapshot", EXAMPLE, "--store", store, flag])
    };
    assert!(stderr(&scan("--verbose")).contains("kept as run"));
    // A run that was cut off is warned of.
    let findings = store.join("findings");
    let day = std::fs::read_dir(findings)
        .unwrap()
        .next()
        .unwrap()
        .unwrap();
    let run = std::fs::read_dir(day.path())
        .unwrap()
        .next()
        .unwrap()
        .unwrap();
    std::fs::remove_dir_all(run.path()).unwrap();
    let warned = stderr(&scan("--fail-on-new"));
    assert!(warned.contains("WARN"), "{warned}");
    let store = store.to_str().unwrap();
    let quiet = [
        "scan",
        "--snapshot",
        EXAMPLE,
        "--store",
        store,
        "--fail-on-new",
        "--quiet",
    ];
    assert_eq!(stderr(&roledrift(&quiet)), "");
    assert_eq!(code(&roledrift(&["scan", "--quiet", "--verbose"])), 2);
}

#[test]
fn shows_in_words_what_changed_between_two_versions() {
    let diff = |arguments: &[&str]| roledrift(&[&["baseline", "diff"], arguments].concat());
    let output = diff(&["connect", "v53", "v54"]);
    assert_eq!(code(&output), 1);
    insta::assert_snapshot!("connect_v53_to_v54", stdout(&output));
    insta::assert_snapshot!(
        "connect_v9_to_v10",
        stdout(&diff(&["connect", "v9", "v10"]))
    );
    let output = diff(&["connect", "v31", "v53"]);
    assert_eq!(code(&output), 0);
    let output = diff(&["connect", "v53", "v54", "--format", "json"]);
    let answer: serde_json::Value = serde_json::from_str(&stdout(&output)).unwrap();
    assert_eq!(answer["from"]["version"], "v53");
    assert_eq!(
        answer["statements"]["added"][0]["sid"],
        "DenyWisdomForConnectEnabledTaggedResources"
    );
    assert_eq!(
        answer["statements"]["changed"][0]["elements"][0]["element"],
        "Action"
    );
    assert_eq!(answer["statements"]["unchanged"], 34);
    assert_eq!(code(&diff(&["connect", "v1", "v53"])), 2);
}

#[cfg(target_os = "linux")]
#[test]
fn a_crash_leaves_no_memory_behind() {
    use std::process::{Command, Stdio};
    use std::time::{Duration, Instant};

    let program = assert_cmd::cargo::cargo_bin!("roledrift");
    let script = "ulimit -c \"$(ulimit -H -c)\"; exec \"$0\" policy eval --batch -";
    let mut waiting = Command::new("sh")
        .args(["-c", script])
        .arg(program)
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    let limits = format!("/proc/{}/limits", waiting.id());
    let core = || {
        let text = std::fs::read_to_string(&limits).unwrap();
        let line = text
            .lines()
            .find(|line| line.starts_with("Max core file size"));
        let words = line.unwrap().split_whitespace();
        words.skip(4).take(2).map(str::to_owned).collect::<Vec<_>>()
    };
    let end = Instant::now() + Duration::from_secs(10);
    while core() != ["0", "0"] && Instant::now() < end {
        std::thread::sleep(Duration::from_millis(10));
    }
    let found = core();
    waiting.kill().unwrap();
    waiting.wait().unwrap();
    assert_eq!(found, ["0", "0"]);
}
