//! What the program writes: whole or not at all, for its owner only, never through a link.

#![cfg(unix)]

use std::collections::BTreeSet;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;

use super::answer::{run, run_under};
use super::inputs::{Input, desk};

/// What an argument calls the file that is written.
const FILE: &str = "OUT";

/// Commands that write a file, and its mode where the mask takes nothing.
#[rustfmt::skip]
const WRITERS: [(&[&str], u32); 6] = [
    (&["snapshot", "--snapshot", "account.json", "-o", FILE], 0o600),
    (&["scan", "--snapshot", "account.json", "--format", "json=OUT"], 0o600),
    (&["scan", "--snapshot", "account.json", "--format", "terminal=OUT"], 0o600),
    (
        &["scan", "--snapshot", "account.json", "--format", "json", "--save-snapshot", FILE],
        0o600,
    ),
    (&["plan", "--accounts", "accounts.txt", "-o", FILE], 0o600),
    (&["baseline", "lock", "--snapshot", "account.json", "-o", FILE], 0o644),
];

fn called(arguments: &[&str], file: &str) -> Vec<String> {
    arguments
        .iter()
        .map(|word| word.replace(FILE, file))
        .collect()
}

fn write(folder: &Path, limits: &str, arguments: &[&str], file: &str) -> super::answer::Answer {
    let words = called(arguments, file);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    run_under(limits, folder, &words)
}

fn names(folder: &Path) -> BTreeSet<String> {
    std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect()
}

fn make_pipe(path: &Path) {
    let made = std::process::Command::new("mkfifo").arg(path).status();
    assert!(made.unwrap().success());
}

#[test]
fn files_are_for_their_owner() {
    let desk = desk();
    for (index, (arguments, mode)) in WRITERS.iter().enumerate() {
        let file = format!("out{index}");
        let answer = write(desk.path(), "umask 022", arguments, &file);
        assert!(answer.code < 2, "{arguments:?}: {answer:?}");
        let found = std::fs::metadata(desk.path().join(&file)).unwrap();
        assert_eq!(found.permissions().mode() & 0o777, *mode, "{arguments:?}");
    }
}

#[test]
fn a_link_is_replaced_and_not_followed() {
    let desk = desk();
    for (arguments, _) in &WRITERS {
        for target in ["precious", "/nonexistent", "pipe", "/dev/null"] {
            let link = desk.path().join("link");
            let precious = desk.path().join("precious");
            // A lock is read first: it has to be one.
            let kept = std::fs::read(desk.path().join("own.lock")).unwrap();
            std::fs::write(&precious, &kept).unwrap();
            if target == "pipe" && !desk.path().join("pipe").exists() {
                make_pipe(&desk.path().join("pipe"));
            }
            let is_lock = arguments[0] == "baseline";
            if is_lock && (target == "pipe" || target == "/dev/null") {
                // Reading the lock comes first: nobody writes to the pipe.
                continue;
            }
            symlink(target, &link).unwrap();
            let answer = write(desk.path(), "true", arguments, "link");
            assert!(answer.code < 2, "{arguments:?} {target}: {answer:?}");
            assert_eq!(std::fs::read(&precious).unwrap(), kept, "{arguments:?}");
            let found = std::fs::symlink_metadata(&link).unwrap();
            let is_left = is_lock && target == "precious" && found.is_symlink();
            // A lock that need not change is not written.
            assert!(found.is_file() || is_left, "{arguments:?} {target}");
            assert!(!Path::new("/nonexistent").exists());
            std::fs::remove_file(link).unwrap();
        }
    }
}

#[test]
fn a_folder_is_no_file_to_write() {
    let desk = desk();
    std::fs::create_dir(desk.path().join("folder")).unwrap();
    for (arguments, _) in &WRITERS {
        let answer = write(desk.path(), "true", arguments, "folder");
        answer.assert_error("folder", "folder");
        assert!(desk.path().join("folder").is_dir());
    }
}

/// Where the disk is full, the old file stays and nothing is left behind.
#[test]
fn a_full_disk_leaves_the_old_file() {
    let desk = desk();
    for (arguments, _) in &WRITERS {
        let is_lock = arguments[0] == "baseline";
        let old = if is_lock {
            r#"{"format": "roledrift-lock", "version": 1, "partitions": {}}"#
        } else {
            "old"
        };
        std::fs::write(desk.path().join("out"), old).unwrap();
        let before = names(desk.path());
        // No file may grow beyond a block or two: the write fails as it does on a full disk.
        let answer = write(desk.path(), "trap '' XFSZ; ulimit -f 0", arguments, "out");
        assert_eq!(answer.code, 2, "{arguments:?}");
        let kept = std::fs::read_to_string(desk.path().join("out")).unwrap();
        assert_eq!(kept, old, "{arguments:?}");
        assert_eq!(names(desk.path()), before, "{arguments:?}");
    }
    let answer = run(
        desk.path(),
        &[
            "scan",
            "--snapshot",
            "account.json",
            "--format",
            "json=/dev/full",
        ],
    );
    answer.assert_error("full", "cannot write `/dev/full`");
}

#[test]
fn a_full_disk_behind_stdout_is_told() {
    let desk = desk();
    for arguments in [
        &["scan", "--snapshot", "account.json"][..],
        &["scan", "--snapshot", "account.json", "--format", "json"],
        &["policy", "diff", "good.json", "policy.json"],
        &["policy", "diff", "--batch", "pairs.ndjson"],
        &["plan", "--accounts", "accounts.txt"],
        &["rules"],
    ] {
        let answer = run_under("exec >/dev/full", desk.path(), arguments);
        answer.assert_error("full", "cannot write to stdout");
    }
}

#[test]
fn a_full_disk_behind_stderr_changes_no_exit_code() {
    let desk = desk();
    for (arguments, code) in [
        (&["scan", "--snapshot", "nowhere.json"][..], 2),
        (&["policy", "diff", "--batch", "policy.json"], 2),
        // Warns of a run that cannot be read.
        (
            &[
                "scan",
                "--snapshot",
                "account.json",
                "--store",
                "store",
                "--previous",
                "latest",
            ],
            0,
        ),
    ] {
        let good = ["scan", "--snapshot", "account.json", "--store", "store"];
        assert_eq!(run(desk.path(), &good).code, 0);
        std::fs::remove_dir_all(desk.path().join("store/findings")).unwrap();
        let answer = run_under("exec 2>/dev/full", desk.path(), arguments);
        assert_eq!(answer.code, code, "{answer:?}");
    }
}

#[test]
fn a_store_on_a_full_disk_holds_no_half_run() {
    let desk = desk();
    let arguments = [
        "scan",
        "--snapshot",
        "account.json",
        "--store",
        "store",
        "--format",
        "json",
    ];
    let whole = run(desk.path(), &arguments);
    assert!(whole.code < 2, "{whole:?}");
    let answer = run_under("trap '' XFSZ; ulimit -f 0", desk.path(), &arguments);
    assert_eq!(answer.code, 2, "{answer:?}");
    let history = run(
        desk.path(),
        &["history", "--store", "store", "--format", "json"],
    );
    assert_eq!(history.code, 0, "{history:?}");
    let history: serde_json::Value = serde_json::from_str(&history.out).unwrap();
    assert_eq!(history["accounts"][0]["runs"].as_array().unwrap().len(), 1);
    // What was begun may be left, and is told as that.
    let mut aside = history["set_aside"].as_array().unwrap().iter();
    let is_unfinished = |own: &serde_json::Value| own["problem"].to_string().contains("unfinished");
    assert!(aside.all(is_unfinished), "{history}");
}

#[test]
fn many_writers_at_once_leave_whole_files() {
    let desk = desk();
    let arguments = [
        "scan",
        "--snapshot",
        "account.json",
        "--store",
        "store",
        "--format",
        "json=out.json",
        "--save-snapshot",
        "taken.json",
    ];
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| assert!(run(desk.path(), &arguments).code < 2));
        }
    });
    let report = std::fs::read(desk.path().join("out.json")).unwrap();
    serde_json::from_slice::<serde_json::Value>(&report).unwrap();
    let read = |name| std::fs::read(desk.path().join(name)).unwrap();
    assert_eq!(read("taken.json"), read("account.json"));
    let history = run(
        desk.path(),
        &["history", "--store", "store", "--format", "json"],
    );
    let history: serde_json::Value = serde_json::from_str(&history.out).unwrap();
    assert_eq!(history["accounts"][0]["runs"].as_array().unwrap().len(), 4);
    assert_eq!(history["set_aside"].as_array().unwrap().len(), 0);
    let left = names(desk.path())
        .into_iter()
        .find(|name| name.contains(".tmp"));
    assert_eq!(left, None);
}

#[test]
fn one_file_is_not_written_twice_whatever_it_is_called() {
    let desk = desk();
    let absolute = desk.path().canonicalize().unwrap().join("out");
    for other in ["out", "./out", "a/../out", absolute.to_str().unwrap()] {
        let arguments = [
            "scan",
            "--snapshot",
            "account.json",
            "--format",
            "json=out",
            "--format",
            &format!("csv={other}"),
        ];
        let answer = run(desk.path(), &arguments);
        answer.assert_error(other, "would be written twice");
    }
}

#[test]
fn a_pipe_among_baselines_is_told() {
    let desk = desk();
    let pipe = desk.path().join("baselines/pipe.json");
    make_pipe(&pipe);
    let answer = Input::named("catalogue").read(desk.path());
    answer.assert_error("pipe", "pipe.json` is no regular file");
}
