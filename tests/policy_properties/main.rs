//! Laws that comparison and evaluation keep for all documents and requests.
//!
//! `PROPTEST_CASES=N` runs N cases of each law instead of the usual number, from a new seed each time;
//! `PROPTEST_RNG_SEED` fixes that seed. Without either, every run tries the same cases.

#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

mod answers;
mod edits;
mod generate;
mod model;
mod ordering;
mod requests;
mod rewriting;

use proptest::test_runner::{Config, RngSeed};
use roledrift::policy::{Document, Kind};

/// Says how many cases of a law are tried, and from which seed.
fn cases(usual: u32) -> Config {
    let on_demand = std::env::var("PROPTEST_CASES").is_ok();
    let config = Config {
        failure_persistence: None,
        // A hard question takes a second in a debug build: a case that fails is made smaller within minutes.
        max_shrink_iters: 500,
        ..Config::default()
    };
    if on_demand {
        return config;
    }
    Config {
        cases: usual,
        rng_seed: RngSeed::Fixed(0),
        ..config
    }
}

fn parse(policy: &model::Policy, kind: Kind) -> Document {
    let text = policy.text();
    Document::parse(&text, kind).unwrap_or_else(|error| panic!("{error} in {text}"))
}
