//! What roles may do, action by action, against their baselines.
//!
//! Every action that is called gained or lost has a request that the evaluator confirmed.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::rc::Rc;

use super::reference::{Baseline, Reference};
use crate::audit::finding::DocumentRef;
use crate::audit::gap::Cause;
use crate::audit::subject::Subject;
use crate::baselines::Bindings;
use crate::policy::published::{self, AccessLevel};
use crate::policy::{ActionLists, Document, Effect, Extent, GainedActions};

/// What all lists of a report may take together, and one of them.
const STEPS: u64 = 100_000_000;
const STEPS_EACH: u64 = 10_000_000;

/// Lists what a role may do, and what it may not although its baseline may.
#[derive(Debug, Clone)]
pub struct Access {
    /// Actions by service prefix.
    pub services: BTreeMap<String, Vec<ActionAccess>>,
    /// What was taken for the baseline; empty where nothing is known to compare with.
    pub references: Vec<Reference>,
    /// The documents of the role that were not read or are no policies: what they allow is missing.
    pub missing: Vec<DocumentRef>,
    /// Actions that it is not known about.
    pub undecided: Vec<&'static str>,
    /// Whether the work ended before all actions were looked at.
    pub is_cut_short: bool,
}

/// Says how what a role may do with one action differs from its baseline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActionAccess {
    /// The action, `service:Name`.
    pub name: Cow<'static, str>,
    /// Its access level; `None` where AWS does not publish the action.
    pub level: Option<AccessLevel>,
    /// How it differs; `None` where there is no baseline.
    pub change: Option<Change>,
    /// The documents that allow what is gained.
    pub through: Vec<DocumentRef>,
}

/// Names a difference from the baseline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Change {
    /// The baseline does not allow the action at all.
    Gained,
    /// The baseline allows it elsewhere, or under other conditions, only.
    Wider,
    /// The role allows some that the baseline does not, and the other way round.
    Other,
    /// The role does not allow the action at all, and the baseline does.
    Lost,
    /// The baseline allows more of it.
    Narrower,
    /// No difference.
    Same,
}

/// Says why a role's actions are not listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotListed {
    /// It has no policy that could be read.
    NoDocument,
    /// The steps that a report may take are used up.
    Steps,
}

/// Collects what roles may do; roles with equal documents and baselines share it.
pub(super) struct Accesses<'s> {
    lists: ActionLists,
    known: BTreeMap<Key<'s>, usize>,
    /// What single documents allow, by their text.
    allowed: BTreeMap<&'s str, Rc<GainedActions>>,
    pub(super) listed: Vec<Access>,
}

impl Default for Accesses<'_> {
    fn default() -> Self {
        Self {
            lists: ActionLists::new(STEPS, STEPS_EACH),
            known: BTreeMap::new(),
            allowed: BTreeMap::new(),
            listed: Vec::new(),
        }
    }
}

/// Everything that the answer depends on.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Key<'s> {
    texts: Vec<(DocumentRef, &'s str)>,
    /// Whether all managed and all inline policies are known.
    is_read: [bool; 2],
    baseline: Option<&'s str>,
    bindings: Vec<Vec<Bindings>>,
}

/// A document of a role that could be parsed.
struct Own<'s> {
    which: &'s DocumentRef,
    text: &'s str,
    document: &'s Document,
}

impl<'s> Accesses<'s> {
    pub(super) fn of(&mut self, subject: &'s Subject<'_>) -> Result<usize, NotListed> {
        let inline = subject.inline.read().map_or(&[][..], Vec::as_slice);
        let managed = subject.managed.read().map_or(&[][..], Vec::as_slice);
        let sources = managed.iter().map(|own| &own.source).chain(inline);
        let ceiling = subject.ceiling();
        let key = Key {
            texts: (sources.clone().map(|own| (own.which.clone(), own.text()))).collect(),
            is_read: [
                subject.managed.read().is_some(),
                subject.inline.read().is_some(),
            ],
            baseline: subject.baseline().map(|own| own.id.as_str()),
            bindings: ceiling.map_or_else(Vec::new, |own| {
                own.features
                    .iter()
                    .map(crate::audit::ceiling::Configuration::bindings)
                    .collect()
            }),
        };
        if let Some(&known) = self.known.get(&key) {
            return Ok(known);
        }
        let parsed = sources.clone().filter_map(|own| {
            Some(Own {
                which: &own.which,
                text: own.text(),
                document: own.parsed().ok()?,
            })
        });
        let own: Vec<Own<'_>> = parsed.collect();
        if own.is_empty() {
            return Err(NotListed::NoDocument);
        }
        if self.lists.are_used_up() {
            return Err(NotListed::Steps);
        }
        let unread = sources.filter(|own| {
            matches!(
                own.parsed(),
                Err(Cause::Unread { .. } | Cause::Malformed { .. })
            )
        });
        let missing = unread.map(|own| own.which.clone()).collect();
        let mut access = self.compare(&own, &Baseline::of(subject, managed));
        access.missing = missing;
        self.listed.push(access);
        self.known.insert(key, self.listed.len() - 1);
        Ok(self.listed.len() - 1)
    }

    /// Lists what documents allow: each by itself where none denies anything, otherwise together.
    fn allowed(&mut self, own: &[Own<'s>]) -> Vec<Rc<GainedActions>> {
        let denies = |own: &Own<'_>| {
            let mut statements = own.document.statements().iter();
            statements.any(|statement| statement.effect() == Effect::Deny)
        };
        if own.iter().any(denies) {
            let documents: Vec<&Document> = own.iter().map(|own| own.document).collect();
            return vec![Rc::new(self.lists.gained(&[], &documents))];
        }
        let lists = own.iter().map(|own| {
            let known = self.allowed.entry(own.text);
            let list = || Rc::new(self.lists.gained(&[], &[own.document]));
            Rc::clone(known.or_insert_with(list))
        });
        lists.collect()
    }

    fn compare(&mut self, own: &[Own<'s>], with: &Baseline<'_>) -> Access {
        let allowed = self.allowed(own);
        let documents: Vec<&Document> = own.iter().map(|own| own.document).collect();
        let ceiling: Vec<&Document> = with.managed.iter().copied().chain(&with.features).collect();
        let gained = (with.is_known).then(|| self.lists.gained(&ceiling, &documents));
        let lost = (with.is_whole).then(|| self.lists.gained(&documents, &with.managed));
        let lists = || allowed.iter().map(Rc::as_ref).chain(&gained).chain(&lost);
        let mut entries: BTreeMap<String, ActionAccess> = BTreeMap::new();
        let same = gained.as_ref().map(|_| Change::Same);
        for (name, _, _) in allowed.iter().map(Rc::as_ref).flat_map(actions) {
            entry(&mut entries, name, same);
        }
        for (name, extent, documents) in gained.iter().flat_map(actions) {
            let change = if extent == Extent::New {
                Change::Gained
            } else {
                Change::Wider
            };
            let entry = entry(&mut entries, name, same);
            entry.change = Some(change);
            let through = documents.into_iter().filter_map(|place| own.get(place));
            entry.through.extend(through.map(|own| own.which.clone()));
            entry.through.sort();
            entry.through.dedup();
        }
        for (name, extent, _) in lost.iter().flat_map(actions) {
            let entry = entry(&mut entries, name, same);
            entry.change = Some(match entry.change {
                Some(Change::Gained | Change::Wider) => Change::Other,
                _ if extent == Extent::New => Change::Lost,
                _ => Change::Narrower,
            });
        }
        let mut services: BTreeMap<String, Vec<ActionAccess>> = BTreeMap::new();
        for entry in entries.into_values() {
            let service = entry.name.split(':').next().unwrap_or_default();
            services
                .entry(service.to_ascii_lowercase())
                .or_default()
                .push(entry);
        }
        let undecided = lists().flat_map(|list| &list.undecided);
        let mut undecided: Vec<&str> = undecided.map(|action| action.text()).collect();
        undecided.sort_unstable();
        undecided.dedup();
        Access {
            services,
            references: with.references.clone(),
            missing: Vec::new(),
            undecided,
            is_cut_short: lists().any(|list| list.is_cut_short),
        }
    }
}

/// Adds an action where it is not listed yet.
fn entry<'e>(
    entries: &'e mut BTreeMap<String, ActionAccess>,
    name: Cow<'static, str>,
    change: Option<Change>,
) -> &'e mut ActionAccess {
    entries
        .entry(name.to_ascii_lowercase())
        .or_insert_with(|| ActionAccess {
            level: published::find(&name).map(published::Action::level),
            name,
            change,
            through: Vec::new(),
        })
}

/// Iterates over the actions of a list with their extent and the documents that allow them.
fn actions(list: &GainedActions) -> impl Iterator<Item = (Cow<'static, str>, Extent, Vec<usize>)> {
    list.gains.iter().flat_map(|gain| {
        let published = gain
            .actions
            .iter()
            .map(|action| Cow::Borrowed(action.text()));
        let others = gain.unpublished.iter().map(|name| Cow::Owned(name.clone()));
        let documents: Vec<usize> = gain.allowed_by.iter().map(|at| at.document).collect();
        published
            .chain(others)
            .map(move |name| (name, gain.extent, documents.clone()))
    })
}
