//! What is wrong with the inline policies of a role.

use super::finding::{Confidence, DocumentRef, StatementLocation};
use super::gap::Cause;
use crate::policy::Request;

/// Says what is wrong with a grant. The first that applies is told, and only that.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Wrong {
    /// The service that it was for has ended.
    Retired,
    /// A feature needs such actions, in the role's own account only.
    OtherAccount,
    /// A feature needs such actions, on another resource.
    Unconfigured,
    /// No feature needs such actions.
    Unexplained,
}

/// Describes what an inline policy grants in excess.
#[derive(Debug)]
pub(super) struct Grant {
    pub(super) wrong: Wrong,
    pub(super) document: DocumentRef,
    /// A request that shows it.
    pub(super) request: Request,
    pub(super) statement: Option<StatementLocation>,
    /// The resource as the policy writes it; `None` where it excludes resources.
    pub(super) resource: Option<String>,
    /// The action as the policy writes it; `None` where it excludes actions.
    pub(super) action: Option<String>,
    /// The ids of the features that need such actions.
    pub(super) features: Vec<String>,
    /// How many more pairs of action and resource are wrong in the same way.
    pub(super) more: usize,
}

/// Says what could not be decided about a grant.
#[derive(Debug)]
pub(super) struct Open {
    /// The heading that it would stand under; `None` where that is open too.
    pub(super) under: Option<Wrong>,
    pub(super) cause: Cause,
}

/// Holds everything about the inline policies of one role.
#[derive(Debug)]
pub(super) struct Judgement {
    pub(super) grants: Vec<Grant>,
    pub(super) open: Vec<Open>,
    pub(super) confidence: Confidence,
}

impl Judgement {
    /// Returns what is said where there is nothing to compare with.
    pub(super) fn nothing(confidence: Confidence) -> Self {
        Self {
            grants: Vec::new(),
            open: Vec::new(),
            confidence,
        }
    }
}
