//! Roles as AWS created them: none may drift.
//!
//! The fixture holds 74 roles of a real account (2025-03-13, account id replaced). The recording
//! has no policy texts, so rules that need them claim nothing.

#![allow(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a failed unwrap is a failed test"
)]

mod support;

use roledrift::audit::{Selection, audit};
use roledrift::inventory::snapshot;
use roledrift::model::Severity;

#[test]
fn no_recorded_role_yields_a_finding_above_info() {
    let text = include_str!("fixtures/recorded-roles.json");
    let inventory = snapshot::read(text).unwrap();
    assert_eq!(inventory.roles.len(), 74);
    let audit = audit(&inventory, support::baselines(), &Selection::default());
    for finding in &audit.findings {
        assert_eq!(
            finding.rule.severity,
            Severity::Info,
            "{:?}: {}",
            finding.role,
            finding.summary
        );
    }
}

#[test]
fn every_recorded_role_is_known() {
    let inventory = snapshot::read(include_str!("fixtures/recorded-roles.json")).unwrap();
    let audit = audit(&inventory, support::baselines(), &Selection::default());
    let unknown: Vec<&str> = audit
        .roles
        .iter()
        .filter(|role| role.baseline.is_none())
        .map(|role| role.name.as_str())
        .collect();
    assert!(unknown.is_empty(), "{unknown:?}");
}
