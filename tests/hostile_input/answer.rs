//! Runs the program within bounds, and looks at what it says.

use std::fs::File;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// No run takes nearly as long, in a debug build on a busy machine either.
const LONGEST: Duration = Duration::from_mins(2);

/// In KiB of address space, the program itself included: the longest input that is read, and as
/// much again.
const MOST_MEMORY: u32 = 640 << 10;

/// What became of a run.
#[derive(Debug)]
pub struct Answer {
    pub code: i32,
    pub out: String,
    pub err: String,
}

/// Runs the program in a folder, with nothing of the machine's settings.
pub fn run(folder: &Path, arguments: &[&str]) -> Answer {
    run_under(&format!("ulimit -v {MOST_MEMORY}"), folder, arguments)
}

/// Runs the program after some words to the shell.
pub fn run_under(limits: &str, folder: &Path, arguments: &[&str]) -> Answer {
    // Only Linux bounds the address space.
    let script = if cfg!(target_os = "linux") {
        format!("{limits}; exec \"$@\"")
    } else {
        "exec \"$@\"".to_owned()
    };
    let said = tempfile::tempdir().unwrap();
    let place = |name: &str| File::create(said.path().join(name)).unwrap();
    let program = assert_cmd::cargo::cargo_bin("roledrift");
    let mut child = Command::new("/bin/sh")
        .args(["-c", &script, "sh"])
        .arg(program)
        .args(arguments)
        .env_clear()
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(place("out"))
        .stderr(place("err"))
        .spawn()
        .unwrap();
    let begun = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        if begun.elapsed() > LONGEST {
            child.kill().unwrap();
            child.wait().unwrap();
            panic!("no end: {arguments:?}");
        }
        std::thread::sleep(Duration::from_millis(5));
    };
    let text = |name: &str| {
        let bytes = std::fs::read(said.path().join(name)).unwrap();
        String::from_utf8(bytes).unwrap()
    };
    let answer = Answer {
        code: status.code().unwrap_or(-1),
        out: text("out"),
        err: text("err"),
    };
    assert!(
        (0..=3).contains(&answer.code) && !answer.err.contains("panicked"),
        "{arguments:?}: {answer:?}"
    );
    answer
}

impl Answer {
    /// Makes sure of an error that names the file, on a line of bearable length.
    pub fn assert_error(&self, what: &str, file: &str) {
        assert_eq!(self.code, 2, "{what}: {self:?}");
        assert!(self.err.starts_with("error: "), "{what}: {self:?}");
        assert!(self.err.contains(file), "{what}: {self:?}");
        assert!(self.err.len() < 20_000, "{what}: {} bytes", self.err.len());
        let is_control = |c: char| c.is_control() && c != '\n';
        assert!(!self.err.contains(is_control), "{what}: {self:?}");
    }

    /// Makes sure that an error tells a line, as `line 3` or as `:3:7`.
    pub fn assert_place(&self, what: &str) {
        let is_number = |text: &str| text.starts_with(|c: char| c.is_ascii_digit());
        let spelled = self.err.split("line ").skip(1).any(is_number);
        let mut parts = self.err.split(':').skip(1).map(is_number);
        let pointed = parts.any(|number| number);
        assert!(spelled || pointed, "{what}: {self:?}");
    }
}
