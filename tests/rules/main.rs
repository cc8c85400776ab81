//! Every rule: a case where it fires, one where it stays silent, one where its input was not read.

#![allow(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a failed unwrap is a failed test"
)]

#[path = "../support/mod.rs"]
mod support;

mod aws_changes;
mod identity;
mod lifecycle;
mod lock;
mod metadata;
mod policies;
mod resources;
mod trust;
mod whole;
