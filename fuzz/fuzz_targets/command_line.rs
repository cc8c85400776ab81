//! What only the command line reads: `roledrift.toml` with its waivers, and the lines of batches.
#![no_main]
#![allow(dead_code, unexpected_cfgs, reason = "of the program, only its parsers are called")]

use libfuzzer_sys::fuzz_target;

#[path = "../../src/cli/mod.rs"]
mod cli;

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    cli::fuzzed::configuration(&text);
    for line in text.lines() {
        cli::fuzzed::pair(line);
        cli::fuzzed::question(line);
    }
});
