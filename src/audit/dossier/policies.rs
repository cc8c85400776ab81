//! Managed policies as observed, the known text that each is laid beside, and how AWS's versions
//! followed each other.

use std::collections::BTreeMap;

use super::written::{Written, places};
use crate::audit::subject::{Managed, Subject};
use crate::baselines::{Ledger, LedgerEntry};
use crate::inventory::{Inventory, Observed};
use crate::model::{Arn, PolicyVersion};
use crate::policy::published;
use crate::policy::{ActionLists, Document, Extent, GainedActions, Position};

/// What all timelines of a report may take together, and one comparison.
const STEPS: u64 = 40_000_000;
const STEPS_EACH: u64 = 10_000_000;

/// Holds a managed policy that roles carry.
#[derive(Debug, Clone)]
pub struct PolicyDossier {
    /// The policy.
    pub arn: Arn,
    /// The version in force.
    pub version: Observed<PolicyVersion>,
    /// Its document.
    pub document: Written,
    /// The known version that the document is laid beside: the same where it is known, otherwise the newest.
    pub beside: Option<PolicyVersion>,
    /// The text of that version.
    pub known_text: String,
    /// Where its statements begin.
    pub known_statements: Vec<Position>,
    /// The known versions, oldest first; none where no ledger covers the policy.
    pub steps: Vec<Step>,
}

/// Says what a version of a policy changed.
#[derive(Debug, Clone)]
pub struct Step {
    /// The version.
    pub version: PolicyVersion,
    /// When AWS created it.
    pub created: jiff::Timestamp,
    /// The known version before it; `None` for the first, which changes nothing.
    pub before: Option<PolicyVersion>,
    /// Actions that it allows at all, and the version before does not; in alphabetical order.
    pub added: Vec<&'static str>,
    /// Actions of which it allows more than before.
    pub widened: Vec<&'static str>,
    /// Actions that it no longer allows at all.
    pub removed: Vec<&'static str>,
    /// Actions of which it allows less than before.
    pub narrowed: Vec<&'static str>,
    /// Whether some differences may be missing.
    pub is_cut_short: bool,
}

/// Gathers the managed policies that roles carry.
pub(super) fn policies(
    inventory: &Inventory,
    subjects: &[Subject<'_>],
) -> BTreeMap<Arn, PolicyDossier> {
    let lists = ActionLists::new(STEPS, STEPS_EACH);
    let mut found: BTreeMap<Arn, PolicyDossier> = BTreeMap::new();
    for subject in subjects {
        for managed in subject.managed.read().into_iter().flatten() {
            let is_better = found.get(managed.arn).is_none_or(|known| {
                known.steps.is_empty() && managed.expected.is_some_and(|own| own.ledger.is_some())
            });
            if is_better {
                found.insert(managed.arn.clone(), policy(inventory, managed, &lists));
            }
        }
    }
    found
}

fn policy(inventory: &Inventory, managed: &Managed<'_>, lists: &ActionLists) -> PolicyDossier {
    let ledger = managed
        .expected
        .and_then(|expected| expected.ledger.as_ref());
    let ledger = ledger.filter(|ledger| *ledger.partition() == inventory.partition);
    let version = managed.default_version.read();
    let same = ledger
        .zip(version)
        .and_then(|(own, version)| own.get(*version));
    let beside = same.or_else(|| ledger.and_then(Ledger::newest));
    PolicyDossier {
        arn: managed.arn.clone(),
        version: managed.default_version.clone(),
        document: Written::of(&managed.source),
        beside: beside.map(|entry| entry.version),
        known_text: beside.map(|entry| entry.text.clone()).unwrap_or_default(),
        known_statements: beside
            .map(|entry| places(&entry.document))
            .unwrap_or_default(),
        steps: ledger.map_or_else(Vec::new, |ledger| steps(ledger, lists)),
    }
}

fn steps(ledger: &Ledger, lists: &ActionLists) -> Vec<Step> {
    let mut before: Option<&LedgerEntry> = None;
    let steps = ledger.entries().iter().map(|entry| {
        let older = before.replace(entry);
        let listed =
            |reference: &Document, candidate: &Document| lists.gained(&[reference], &[candidate]);
        let gained = older.map(|older| listed(&older.document, &entry.document));
        let lost = older.map(|older| listed(&entry.document, &older.document));
        let of = |list: &Option<GainedActions>, extent| {
            let actions = list.iter().flat_map(|list| list.actions(extent));
            actions.map(published::Action::text).collect()
        };
        Step {
            version: entry.version,
            created: entry.created,
            before: older.map(|older| older.version),
            added: of(&gained, Extent::New),
            widened: of(&gained, Extent::Wider),
            removed: of(&lost, Extent::New),
            narrowed: of(&lost, Extent::Wider),
            is_cut_short: [&gained, &lost]
                .into_iter()
                .flatten()
                .any(|list| list.is_cut_short || !list.undecided.is_empty()),
        }
    });
    steps.collect()
}
