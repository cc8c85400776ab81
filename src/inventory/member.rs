//! An account as its organization knows it.
//!
//! Must not know what is in the account.

use crate::model::AccountId;

/// Names an account of an organization, or of a list that the user wrote.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Member {
    /// The account.
    pub id: AccountId,
    /// What its owners call it; text of strangers.
    pub name: Option<String>,
    /// Whether the organization says that it is suspended, being closed or closed: AWS lets nobody
    /// into such an account.
    pub suspended: bool,
}

impl Member {
    /// Names an account of which nothing else is known.
    pub fn new(id: AccountId) -> Self {
        Self {
            id,
            name: None,
            suspended: false,
        }
    }
}
