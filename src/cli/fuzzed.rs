//! What the fuzzer calls (`fuzz/fuzz_targets/command_line.rs`): readers of text that only the command
//! line has. No other build has this module.

use super::config::Config;
use super::policy::{answer_pair, answer_question};

pub(crate) fn configuration(text: &str) {
    if let Ok(mut config) = Config::parse("roledrift.toml".as_ref(), text.to_owned()) {
        let _ = config.waivers();
    }
}

pub(crate) fn pair(line: &str) {
    if let Some(answer) = answer_pair(line) {
        check(&answer);
    }
}

pub(crate) fn question(line: &str) {
    if let Some(answer) = answer_question(line) {
        check(&answer);
    }
}

/// Makes sure of one line of JSON that harms no terminal.
fn check(answer: &str) {
    assert!(answer.ends_with('\n') && answer.lines().count() == 1);
    assert!(!answer.trim_end().contains(char::is_control));
    assert!(serde_json::from_str::<serde_json::Value>(answer).is_ok());
}
