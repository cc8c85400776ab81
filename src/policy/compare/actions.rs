//! Groups of actions that the same statements are about.
//!
//! Must not know resources, principals or conditions.

use std::collections::{BTreeMap, BTreeSet};

use super::budget::{Budget, Exhausted};
use super::cells::{Cell, cells};
use super::rules::{Part, Rule};
use super::wording;
use crate::policy::language::{Glob, Reach, Token};
use crate::policy::{ActionPattern, Selection};

/// All actions that exactly these rules are about, by one of them.
pub(super) struct Group {
    pub(super) action: String,
    /// Whether the action is known to belong to the group.
    pub(super) is_typical: bool,
    /// Indices into the list of rules.
    pub(super) rules: BTreeSet<usize>,
}

/// Returns the groups of all actions that some grant is about.
///
/// Actions that a document spells out are looked up one by one and stand for their group where there are any.
/// All others are told apart by the patterns with wildcards alone.
/// A group may turn out to hold only actions that are spelled out, and then has no typical action.
pub(super) fn groups(rules: &[Rule<'_>], budget: &mut Budget) -> Result<Vec<Group>, Exhausted> {
    let index: Vec<Entry<'_>> = rules.iter().map(Entry::new).collect();
    let mut groups = Groups::new(rules);

    let mut seen = BTreeSet::new();
    for pattern in rules
        .iter()
        .flat_map(|rule| rule.statement.actions().patterns())
    {
        if !pattern.glob().has_wildcards() && seen.insert(pattern.folded()) {
            groups.add(pattern.text(), true, matching(&index, pattern.folded()));
        }
    }

    let (patterns, bases) = wildcard_patterns(rules);
    let globs: Vec<&Glob> = patterns.iter().map(|(glob, _)| *glob).collect();
    for cell in cells(&whole_actions(), &globs, &bases, budget)? {
        let matched: BTreeSet<&Glob> = (cell.matched.iter())
            .filter_map(|&index| globs.get(index).copied())
            .collect();
        let members = index
            .iter()
            .enumerate()
            .filter(|(_, entry)| entry.selects_by(&matched));
        let members: BTreeSet<usize> = members.map(|(rule, _)| rule).collect();
        let action = representative(&cell, &patterns, &index, &members);
        let is_typical = matching(&index, &action.to_ascii_lowercase()) == members;
        groups.add(&action, is_typical, members);
    }
    Ok(groups.found)
}

struct Groups<'r, 'd> {
    rules: &'r [Rule<'d>],
    seen: BTreeSet<BTreeSet<usize>>,
    found: Vec<Group>,
}

impl<'r, 'd> Groups<'r, 'd> {
    fn new(rules: &'r [Rule<'d>]) -> Self {
        Self {
            rules,
            seen: BTreeSet::new(),
            found: Vec::new(),
        }
    }

    /// Adds a group that some grant is about, once; a typical action replaces one that is not.
    fn add(&mut self, action: &str, is_typical: bool, rules: BTreeSet<usize>) {
        let is_grant =
            |&rule: &usize| (self.rules.get(rule)).is_some_and(|rule| rule.part == Part::Grant);
        if !rules.iter().any(is_grant) {
            return;
        }
        let group = Group {
            action: action.to_owned(),
            is_typical,
            rules,
        };
        if self.seen.insert(group.rules.clone()) {
            self.found.push(group);
        } else if is_typical
            && let Some(before) = self
                .found
                .iter_mut()
                .find(|before| before.rules == group.rules)
            && !before.is_typical
        {
            *before = group;
        }
    }
}

/// The actions of one rule, for looking up one action among thousands.
struct Entry<'d> {
    all_but: bool,
    literals: BTreeSet<&'d str>,
    globs: Vec<&'d Glob>,
}

impl<'d> Entry<'d> {
    fn new(rule: &Rule<'d>) -> Self {
        let actions = rule.statement.actions();
        let (globs, literals): (Vec<_>, Vec<_>) = actions
            .patterns()
            .partition(|pattern| pattern.glob().has_wildcards());
        Self {
            all_but: matches!(actions, Selection::AllBut(_)),
            literals: literals.into_iter().map(ActionPattern::folded).collect(),
            globs: globs.into_iter().map(ActionPattern::glob).collect(),
        }
    }

    fn selects(&self, folded: &str) -> bool {
        let matched =
            self.literals.contains(folded) || self.globs.iter().any(|glob| glob.matches(folded));
        matched != self.all_but
    }

    /// Decides an action that no document spells out, by the globs that match it.
    fn selects_by(&self, matched: &BTreeSet<&Glob>) -> bool {
        self.globs.iter().any(|glob| matched.contains(glob)) != self.all_but
    }
}

fn matching(index: &[Entry<'_>], folded: &str) -> BTreeSet<usize> {
    let matching = index
        .iter()
        .enumerate()
        .filter(|(_, entry)| entry.selects(folded));
    matching.map(|(rule, _)| rule).collect()
}

/// The actions there can be: `service:name`, neither part empty.
fn whole_actions() -> Glob {
    let part = [Token::One(Reach::Segment), Token::Many(Reach::Segment)];
    Glob::new([&part[..], &[Token::Char(':')], &part[..]].concat())
}

/// Returns the different patterns with wildcards and how they are written, and which of them grants are about.
fn wildcard_patterns<'d>(rules: &[Rule<'d>]) -> (Vec<(&'d Glob, &'d str)>, Vec<usize>) {
    static EVERYTHING: std::sync::LazyLock<Glob> =
        std::sync::LazyLock::new(|| Glob::with_wildcards("*"));
    let mut places: BTreeMap<&Glob, usize> = BTreeMap::new();
    let mut patterns = Vec::new();
    let mut bases = BTreeSet::new();
    let mut place_of = |glob: &'d Glob, text: &'d str| {
        *places.entry(glob).or_insert_with(|| {
            patterns.push((glob, text));
            patterns.len() - 1
        })
    };
    for rule in rules {
        let is_grant = rule.part == Part::Grant;
        let actions = rule.statement.actions();
        if is_grant && matches!(actions, Selection::AllBut(_)) {
            bases.insert(place_of(&EVERYTHING, "*"));
        }
        for pattern in actions
            .patterns()
            .filter(|pattern| pattern.glob().has_wildcards())
        {
            let place = place_of(pattern.glob(), pattern.text());
            if is_grant && matches!(actions, Selection::Only(_)) {
                bases.insert(place);
            }
        }
    }
    (patterns, bases.into_iter().collect())
}

/// Returns a readable action of the cell, or its shortest.
fn representative(
    cell: &Cell,
    patterns: &[(&Glob, &str)],
    index: &[Entry<'_>],
    members: &BTreeSet<usize>,
) -> String {
    let written = cell.matched.iter().filter_map(|&place| patterns.get(place));
    let readable = written
        .flat_map(|(_, text)| wording::actions(text))
        .find(|action| {
            let folded = action.to_ascii_lowercase();
            whole_actions().matches(&folded) && matching(index, &folded) == *members
        });
    readable.unwrap_or_else(|| cell.text.clone())
}
