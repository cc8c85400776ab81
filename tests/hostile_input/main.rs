//! Whatever lies in a file that the program is given: a clear error with its place and exit code 2,
//! within bounds of time and memory, and never a report on what was not there.

#![allow(
    unreachable_pub,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a failed unwrap is a failed test"
)]

mod answer;
mod attacks;
mod crowds;
mod endless;
mod inputs;
mod outputs;
mod passages;
mod stores;
#[path = "../support/mod.rs"]
mod support;
