//! How audits of generated accounts relate to each other: what is changed in an account, and what may
//! change in its audit then.
//!
//! `PROPTEST_CASES=N` runs N cases of each law instead of the usual number, from a new seed each time;
//! `PROPTEST_RNG_SEED` fixes that seed. Without either, every run tries the same cases.

#![allow(
    unreachable_pub,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

mod coverage;
mod drift;
mod order;
mod recipe;
#[path = "../support/mod.rs"]
mod support;
mod waiving;

use std::collections::BTreeMap;

use proptest::test_runner::{Config, RngSeed};
use roledrift::audit::{Audit, Finding};

/// Says how many cases of a law are tried, and from which seed.
fn cases(usual: u32) -> Config {
    let on_demand = std::env::var("PROPTEST_CASES").is_ok();
    let config = Config {
        failure_persistence: None,
        max_shrink_iters: 300,
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

/// Returns the findings of an audit by their ids; each id stands for one.
fn findings(audit: &Audit) -> BTreeMap<&str, &Finding> {
    let by_id: BTreeMap<&str, &Finding> = (audit.findings.iter())
        .map(|finding| (finding.id.as_str(), finding))
        .collect();
    assert_eq!(by_id.len(), audit.findings.len(), "two findings of one id");
    by_id
}

/// Says of findings what a failed test shows.
fn named<'a>(findings: impl IntoIterator<Item = &'a Finding>) -> Vec<String> {
    let findings = findings.into_iter();
    findings
        .map(|finding| {
            format!(
                "{}: {}: {}",
                finding.rule.id, finding.resource, finding.summary
            )
        })
        .collect()
}
