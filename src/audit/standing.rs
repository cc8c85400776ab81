//! Where a managed policy stands in its ledger: which version is in force, and with which text.

use super::subject::Managed;
use crate::baselines::LedgerEntry;
use crate::inventory::{Fact, FactOwner, Inventory, Observed};
use crate::model::PolicyVersion;
use crate::policy::{Comparison, Difference, Document, GainedActions, compare, gained_actions};

use super::gap::Cause;

/// Says where an observed policy version stands.
#[derive(Debug)]
pub(super) enum Standing {
    /// No ledger covers the policy.
    NotCovered,
    /// Version or text could not be read.
    Unknown(Cause),
    /// Both were read.
    Placed(Box<Place>),
}

/// Places an observed policy version in the ledger of known ones.
#[derive(Debug)]
pub(super) struct Place {
    /// The version in force.
    pub(super) version: PolicyVersion,
    /// The newest version in the ledger.
    pub(super) newest: PolicyVersion,
    /// Whether the ledger holds the version in force.
    pub(super) listed: bool,
    /// The ledger's version that the text was compared with: the same one where it is listed,
    /// otherwise the newest.
    pub(super) compared_with: PolicyVersion,
    /// How the observed text differs from that.
    pub(super) text: Comparison,
    /// The actions that were gained and lost since that.
    pub(super) actions: Actions,
    /// How the observed text differs from the newest version's.
    pub(super) since_newest: Comparison,
}

/// The published actions of which an observed text allows more, and less.
#[derive(Debug)]
pub(super) struct Actions {
    pub(super) gained: GainedActions,
    pub(super) lost: GainedActions,
}

impl Actions {
    fn of(comparison: &Comparison, reference: &Document, observed: &Document) -> Self {
        let (reference, observed) = (&[reference][..], &[observed][..]);
        Self {
            gained: gained_actions(&comparison.gained, reference, observed),
            lost: gained_actions(&comparison.lost, observed, reference),
        }
    }
}

impl Place {
    /// Tells whether an older version than the newest known one is in force.
    pub(super) fn is_behind(&self) -> bool {
        self.version < self.newest
    }

    /// Tells whether the text is to be compared at all: an older version that the ledger does not
    /// hold has nothing of its own to be compared with.
    pub(super) fn has_reference(&self) -> bool {
        self.listed || !self.is_behind()
    }
}

impl Standing {
    pub(super) fn of(managed: &Managed<'_>, inventory: &Inventory) -> Self {
        let Some((ledger, newest)) = managed
            .expected
            .and_then(|expected| expected.ledger.as_ref())
            .and_then(|ledger| Some((ledger, ledger.newest()?)))
        else {
            return Self::NotCovered;
        };
        if *ledger.partition() != inventory.partition {
            return Self::Unknown(Cause::Undecided {
                document: managed.source.which.clone(),
                reason: format!(
                    "its versions are known in partition `{}` only",
                    ledger.partition()
                ),
            });
        }
        let document = match managed.source.parsed() {
            Ok(document) => document,
            Err(cause) => return Self::Unknown(cause),
        };
        let version = match &managed.default_version {
            Observed::Read(version) => *version,
            Observed::NotRead(unread) => {
                return Self::Unknown(Cause::Unread {
                    subject: FactOwner::Policy(managed.arn.clone()),
                    fact: Fact::DefaultVersion,
                    unread: unread.clone(),
                });
            }
        };
        let listed: Option<&LedgerEntry> = ledger.get(version);
        let against = listed.unwrap_or(newest);
        let text = compare(&[&against.document], &[document]).under_any_reading();
        let since_newest = if against.version == newest.version {
            text.clone()
        } else {
            compare(&[&newest.document], &[document]).under_any_reading()
        };
        Self::Placed(Box::new(Place {
            version,
            newest: newest.version,
            listed: listed.is_some(),
            compared_with: against.version,
            actions: Actions::of(&text, &against.document, document),
            text,
            since_newest,
        }))
    }
}

/// Tells whether a comparison found no difference either way.
pub(super) fn is_equal(comparison: &Comparison) -> bool {
    matches!(
        (&comparison.gained, &comparison.lost),
        (Difference::Nothing, Difference::Nothing)
    )
}
