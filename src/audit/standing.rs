//! Where a managed policy stands: which version is in force, and with which text, against what the
//! user accepted last or, where no lock holds the policy, against the bundled ledger.

use std::sync::Arc;

use jiff::civil::Date;

use super::gap::Cause;
use super::memory::Text;
use super::subject::{Managed, Subject};
use crate::baselines::{Ledger, LedgerEntry};
use crate::inventory::{Fact, FactOwner, Observed};
use crate::lock::LockedPolicy;
use crate::model::PolicyVersion;
use crate::policy::{Comparison, Difference, Document, GainedActions, compare, gained_actions};

/// Says where an observed policy version stands.
#[derive(Debug)]
pub(super) enum Standing {
    /// Neither lock nor ledger covers the policy.
    NotCovered,
    /// Version or text could not be read.
    Unknown(Cause),
    /// Both were read.
    Placed(Arc<Place>),
}

/// Places an observed policy version among known ones.
#[derive(Debug)]
pub(super) struct Place {
    /// The version in force.
    pub(super) version: PolicyVersion,
    /// The newest version in the ledger, or the one that the lock accepts.
    pub(super) newest: PolicyVersion,
    /// Who says so.
    pub(super) known_by: KnownBy,
    /// Whether the version in force is known.
    pub(super) listed: bool,
    /// Whether the text is to be compared at all: an older version whose text nobody kept has
    /// nothing of its own to be compared with.
    pub(super) has_reference: bool,
    /// The version that the text was compared with: the same one where its text is known,
    /// otherwise the newest.
    pub(super) compared_with: PolicyVersion,
    /// How the observed text differs from that.
    pub(super) text: Comparison,
    /// The actions that were gained and lost since that.
    pub(super) actions: Actions,
    /// How the observed text differs from the newest version's.
    pub(super) since_newest: Comparison,
}

/// Says where known versions come from.
#[derive(Debug)]
pub(super) enum KnownBy {
    /// The ledger of a family.
    Ledger,
    /// The user's lock file.
    Lock {
        /// The day on which the version in force was seen before, with the text that it has.
        before: Option<Date>,
    },
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

    /// Names a version of a policy as what it was compared with.
    pub(super) fn reference(&self, policy: &str, version: PolicyVersion) -> String {
        match self.known_by {
            KnownBy::Ledger => format!("{policy} {version}"),
            KnownBy::Lock { .. } => format!("{policy} {version} as locked"),
        }
    }

    fn in_ledger(
        ledger: &Ledger,
        newest: &LedgerEntry,
        version: PolicyVersion,
        document: &Document,
    ) -> Self {
        let listed: Option<&LedgerEntry> = ledger.get(version);
        let against = listed.unwrap_or(newest);
        let text = compare(&[&against.document], &[document]).under_any_reading();
        let since_newest = if against.version == newest.version {
            text.clone()
        } else {
            compare(&[&newest.document], &[document]).under_any_reading()
        };
        Self {
            version,
            newest: newest.version,
            known_by: KnownBy::Ledger,
            listed: listed.is_some(),
            has_reference: listed.is_some() || version >= newest.version,
            compared_with: against.version,
            actions: Actions::of(&text, &against.document, document),
            text,
            since_newest,
        }
    }

    /// A lock keeps the text of the accepted version only.
    fn in_lock(locked: &LockedPolicy, version: PolicyVersion, document: &Document) -> Self {
        let accepted = locked.accepted();
        let text = compare(&[locked.document()], &[document]).under_any_reading();
        Self {
            version,
            newest: accepted,
            known_by: KnownBy::Lock {
                before: locked.seen(version, document),
            },
            listed: locked.versions().contains_key(&version),
            has_reference: version >= accepted,
            compared_with: accepted,
            actions: Actions::of(&text, locked.document(), document),
            since_newest: text.clone(),
            text,
        }
    }
}

impl Standing {
    /// Places a policy that a role carries.
    ///
    /// What the user accepted outweighs the ledger: it may be older or newer than the release.
    pub(super) fn of(managed: &Managed<'_>, subject: &Subject<'_>) -> Self {
        if let Some(locked) = managed.locked(subject) {
            return placed(managed, None, |version, document| {
                Place::in_lock(locked, version, document)
            });
        }
        Self::by_ledger(managed, subject)
    }

    fn by_ledger(managed: &Managed<'_>, subject: &Subject<'_>) -> Self {
        let Some((ledger, newest)) = managed
            .expected
            .and_then(|expected| expected.ledger.as_ref())
            .and_then(|ledger| Some((ledger, ledger.newest()?)))
        else {
            return Self::NotCovered;
        };
        if *ledger.partition() != subject.inventory.partition {
            return Self::Unknown(Cause::Undecided {
                document: managed.source.which.clone(),
                reason: format!(
                    "its versions are known in partition `{}` only",
                    ledger.partition()
                ),
            });
        }
        let baseline = subject.baseline().map(|baseline| baseline.id.clone());
        placed(managed, baseline, |version, document| {
            Place::in_ledger(ledger, newest, version, document)
        })
    }
}

/// Finds the place of a policy, or what stands in the way; `by` tells who expects it.
fn placed(
    managed: &Managed<'_>,
    by: Option<String>,
    find: impl FnOnce(PolicyVersion, &Document) -> Place,
) -> Standing {
    let found = observed(managed).map(|(version, text, document)| {
        let key = (managed.arn.clone(), version, by);
        text.place(key, || find(version, document))
    });
    found.map_or_else(Standing::Unknown, Standing::Placed)
}

/// Returns version, text and document of a policy, or what stands in the way.
fn observed<'a>(
    managed: &'a Managed<'_>,
) -> Result<(PolicyVersion, &'a Text, &'a Document), Cause> {
    let (text, document) = managed.source.known_and_parsed()?;
    match &managed.default_version {
        Observed::Read(version) => Ok((*version, text, document)),
        Observed::NotRead(unread) => Err(Cause::Unread {
            subject: FactOwner::Policy(managed.arn.clone()),
            fact: Fact::DefaultVersion,
            unread: unread.clone(),
        }),
    }
}

/// Tells whether a comparison found no difference either way.
pub(super) fn is_equal(comparison: &Comparison) -> bool {
    matches!(
        (&comparison.gained, &comparison.lost),
        (Difference::Nothing, Difference::Nothing)
    )
}
