//! Groups of actions that the same statements are about.
//!
//! Must not know resources, principals or conditions.

use std::collections::BTreeSet;

use super::budget::{Budget, Exhausted};
use super::cells::cells;
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

    let everything = Glob::with_wildcards("*");
    let mut classes: Vec<Vec<&Glob>> = index.iter().map(Entry::globs).collect();
    let mut bases: BTreeSet<usize> = (0..rules.len())
        .filter(|&rule| groups.is_grant(rule))
        .collect();
    if bases
        .iter()
        .any(|&rule| index.get(rule).is_some_and(|entry| entry.all_but))
    {
        bases.insert(classes.len());
        classes.push(vec![&everything]);
    }
    for cell in cells(&whole_actions(), &classes, &bases, budget)? {
        let members = index
            .iter()
            .enumerate()
            .filter(|(rule, entry)| cell.matched.contains(rule) != entry.all_but);
        let members: BTreeSet<usize> = members.map(|(rule, _)| rule).collect();
        let action = representative(&cell.text, &index, &members);
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

    fn is_grant(&self, rule: usize) -> bool {
        (self.rules.get(rule)).is_some_and(|rule| rule.part == Part::Grant)
    }

    /// Adds a group that some grant is about, once; a typical action replaces one that is not.
    fn add(&mut self, action: &str, is_typical: bool, rules: BTreeSet<usize>) {
        if !rules.iter().any(|&rule| self.is_grant(rule)) {
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
    wildcards: Vec<&'d ActionPattern>,
}

impl<'d> Entry<'d> {
    fn new(rule: &Rule<'d>) -> Self {
        let actions = rule.statement.actions();
        let (wildcards, literals): (Vec<_>, Vec<_>) = actions
            .patterns()
            .partition(|pattern| pattern.glob().has_wildcards());
        Self {
            all_but: matches!(actions, Selection::AllBut(_)),
            literals: literals.into_iter().map(ActionPattern::folded).collect(),
            wildcards,
        }
    }

    fn globs(&self) -> Vec<&'d Glob> {
        self.wildcards
            .iter()
            .map(|pattern| pattern.glob())
            .collect()
    }

    fn selects(&self, folded: &str) -> bool {
        let matched = self.literals.contains(folded)
            || self
                .wildcards
                .iter()
                .any(|pattern| pattern.glob().matches(folded));
        matched != self.all_but
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

/// Returns a readable action that the same rules are about as about `text`, or the text itself.
fn representative(text: &str, index: &[Entry<'_>], members: &BTreeSet<usize>) -> String {
    let patterns = index.iter().flat_map(|entry| &entry.wildcards);
    let written: Vec<&str> = patterns
        .filter(|pattern| pattern.glob().matches(text))
        .map(|pattern| pattern.text())
        .collect();
    let mut proposals = (written.iter())
        .chain([&"*"])
        .flat_map(|pattern| wording::actions(pattern, &written));
    let readable = proposals.find(|action| {
        let folded = action.to_ascii_lowercase();
        whole_actions().matches(&folded) && matching(index, &folded) == *members
    });
    readable.unwrap_or_else(|| text.to_owned())
}
