//! What service-linked roles serve.
//!
//! The place in the model for Connect instances, Customer Profiles domains and campaigns
//! configurations. No source collects them yet, so every inventory says that they were skipped.

use super::{Observed, Unread, UnreadReason};

/// Holds the resources that own service-linked roles.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Owners {}

impl Owners {
    /// Returns what an inventory holds whose source was not asked about owners.
    pub fn skipped() -> Observed<Self> {
        Observed::NotRead(Unread {
            reason: UnreadReason::Skipped,
            operation: "connect:ListInstances".to_owned(),
            message: String::new(),
        })
    }
}
