//! Groups of actions that the same statements are about.
//!
//! Must not know resources, principals or conditions.

use std::collections::BTreeSet;

use foldhash::{HashMap, HashMapExt, HashSet, HashSetExt};

use super::cells::cells;
use super::rules::{Part, Rule};
use super::wording;
use crate::policy::budget::{Budget, Exhausted};
use crate::policy::language::{Glob, Reach, Token};
use crate::policy::{ActionPattern, Selection};

/// All actions that exactly these rules are about, by one of them.
pub(super) struct Group {
    pub(super) action: String,
    /// Whether the action is known to belong to the group.
    pub(super) is_typical: bool,
    /// An action of the group that no document spells out, where one is known.
    pub(super) unspelled: Option<String>,
    /// Indices into the list of rules.
    pub(super) rules: BTreeSet<usize>,
}

/// Returns the groups of all actions that some grant is about.
///
/// Actions that a document spells out are looked up one by one and stand for their group where there are any.
/// All others are told apart by the patterns with wildcards alone.
/// A group may turn out to hold only actions that are spelled out, and then has no typical action.
pub(super) fn groups(rules: &[Rule<'_>], budget: &Budget) -> Result<Vec<Group>, Exhausted> {
    let mut groups = Groups::new(rules);
    if groups.grants.is_empty() {
        return Ok(Vec::new());
    }
    let index = Index::new(rules, budget)?;

    let is_open_grant = |rule: &usize| groups.grants.contains(rule);
    let mut open = (index.wildcards.iter().map(|own| &own.rule)).chain(&index.all_but);
    let has_open_grant = open.any(is_open_grant);
    let mut seen = HashSet::new();
    for pattern in rules
        .iter()
        .flat_map(|rule| sorted(rule.statement.actions()))
    {
        let own = index.literals.get(pattern.folded());
        let may_be_granted =
            has_open_grant || own.is_some_and(|rules| !rules.is_disjoint(&groups.grants));
        if may_be_granted && !pattern.glob().has_wildcards() && seen.insert(pattern.folded()) {
            let members = index.matching(pattern.folded(), budget)?;
            groups.add(pattern.text(), true, members);
        }
    }

    let everything = Glob::with_wildcards("*");
    let mut classes: Vec<Vec<&Glob>> = index.globs(rules.len());
    let mut bases = groups.grants.clone();
    if !bases.is_disjoint(&index.all_but) {
        bases.insert(classes.len());
        classes.push(vec![&everything]);
    }
    for cell in cells(&whole_actions(), &classes, &bases, budget)? {
        budget.spend(rules.len())?;
        let matched: BTreeSet<usize> = cell.matched.range(..rules.len()).copied().collect();
        let members: BTreeSet<usize> = matched
            .symmetric_difference(&index.all_but)
            .copied()
            .collect();
        let action = index.representative(&cell.text, &members, budget)?;
        let is_typical = index.matching(&action.to_ascii_lowercase(), budget)? == members;
        let is_unspelled = is_typical && !index.spells_out(&action.to_ascii_lowercase());
        if let Some(group) = groups.add(&action, is_typical, members)
            && is_unspelled
        {
            group.unspelled.get_or_insert(action);
        }
    }
    Ok(groups.found)
}

struct Groups {
    /// Indices into the list of rules.
    grants: BTreeSet<usize>,
    /// Where in the list of groups the group of these rules stands.
    seen: HashMap<BTreeSet<usize>, usize>,
    found: Vec<Group>,
}

impl Groups {
    fn new(rules: &[Rule<'_>]) -> Self {
        let rules = rules.iter().enumerate();
        let grants = rules.filter(|(_, rule)| rule.part == Part::Grant);
        Self {
            grants: grants.map(|(index, _)| index).collect(),
            seen: HashMap::new(),
            found: Vec::new(),
        }
    }

    /// Adds a group that some grant is about, once, and returns it; a typical action replaces one that is not.
    fn add(
        &mut self,
        action: &str,
        is_typical: bool,
        rules: BTreeSet<usize>,
    ) -> Option<&mut Group> {
        if rules.is_disjoint(&self.grants) {
            return None;
        }
        let place = *self.seen.entry(rules.clone()).or_insert_with(|| {
            self.found.push(Group {
                action: action.to_owned(),
                is_typical,
                unspelled: None,
                rules,
            });
            self.found.len() - 1
        });
        let group = self.found.get_mut(place)?;
        if is_typical && !group.is_typical {
            action.clone_into(&mut group.action);
            group.is_typical = true;
        }
        Some(group)
    }
}

/// The actions of all rules, for looking up one action among thousands.
pub(super) struct Index<'d> {
    /// The rules that list all but their patterns.
    all_but: BTreeSet<usize>,
    /// The rules whose patterns spell an action out.
    literals: HashMap<&'d str, BTreeSet<usize>>,
    wildcards: Vec<Wildcard<'d>>,
    /// Places in the list above, by what the pattern spells out before its first wildcard.
    by_start: HashMap<&'d str, Vec<usize>>,
    /// How long these are.
    lengths: BTreeSet<usize>,
}

struct Wildcard<'d> {
    rule: usize,
    pattern: &'d ActionPattern,
}

/// What one entry of an index costs, or one look into it.
const LOOKUP_COST: usize = 8;

impl<'d> Index<'d> {
    pub(super) fn new(rules: &[Rule<'d>], budget: &Budget) -> Result<Self, Exhausted> {
        let mut index = Self {
            all_but: BTreeSet::new(),
            literals: HashMap::new(),
            wildcards: Vec::new(),
            by_start: HashMap::new(),
            lengths: BTreeSet::new(),
        };
        for (rule, content) in rules.iter().enumerate() {
            let actions = content.statement.actions();
            if matches!(actions, Selection::AllBut(_)) {
                index.all_but.insert(rule);
            }
            for pattern in sorted(actions) {
                budget.spend(2 * LOOKUP_COST)?;
                index.add(rule, pattern);
            }
        }
        Ok(index)
    }

    fn add(&mut self, rule: usize, pattern: &'d ActionPattern) {
        let folded = pattern.folded();
        let Some(length) = folded.find(['*', '?']) else {
            self.literals.entry(folded).or_default().insert(rule);
            return;
        };
        let start = folded.get(..length).unwrap_or_default();
        self.lengths.insert(length);
        let places = self.by_start.entry(start).or_default();
        places.push(self.wildcards.len());
        self.wildcards.push(Wildcard { rule, pattern });
    }

    /// Returns the patterns with wildcards of each rule.
    fn globs(&self, rules: usize) -> Vec<Vec<&'d Glob>> {
        let mut globs = vec![Vec::new(); rules];
        for wildcard in &self.wildcards {
            if let Some(own) = globs.get_mut(wildcard.rule) {
                own.push(wildcard.pattern.glob());
            }
        }
        globs
    }

    /// Returns the places of the patterns with wildcards that match an action, given in lowercase.
    fn written(&self, folded: &str, budget: &Budget) -> Result<Vec<usize>, Exhausted> {
        let mut written = Vec::new();
        for &length in &self.lengths {
            let Some(start) = folded.get(..length) else {
                continue;
            };
            budget.spend(LOOKUP_COST)?;
            for &place in self.by_start.get(start).into_iter().flatten() {
                let wildcard = self.wildcards.get(place);
                if wildcard.is_some_and(|own| own.pattern.glob().matches(folded, budget)) {
                    written.push(place);
                }
            }
        }
        budget.check()?;
        written.sort_unstable();
        Ok(written)
    }

    /// Tells whether a pattern spells out an action, given in lowercase.
    pub(super) fn spells_out(&self, folded: &str) -> bool {
        self.literals.contains_key(folded)
    }

    /// Returns the rules that are about an action, given in lowercase.
    pub(super) fn matching(
        &self,
        folded: &str,
        budget: &Budget,
    ) -> Result<BTreeSet<usize>, Exhausted> {
        let written = self.written(folded, budget)?;
        let wildcards = written
            .iter()
            .filter_map(|&place| self.wildcards.get(place));
        let literals = self.literals.get(folded);
        let listed: BTreeSet<usize> = (wildcards.map(|own| own.rule))
            .chain(literals.into_iter().flatten().copied())
            .collect();
        budget.spend(LOOKUP_COST * (1 + listed.len() + self.all_but.len()))?;
        let matching = listed.symmetric_difference(&self.all_but);
        Ok(matching.copied().collect())
    }

    /// Returns a readable action that no pattern spells out and the same rules are about as about `text`, or the text itself.
    fn representative(
        &self,
        text: &str,
        members: &BTreeSet<usize>,
        budget: &Budget,
    ) -> Result<String, Exhausted> {
        let written = self.written(text, budget)?;
        let written: Vec<&str> = (written.iter())
            .filter_map(|&place| self.wildcards.get(place))
            .map(|own| own.pattern.text())
            .collect();
        let whole = whole_actions();
        for pattern in written.iter().chain([&"*"]) {
            for action in wording::actions(pattern, &written, budget) {
                let folded = action.to_ascii_lowercase();
                if whole.matches(&folded, budget)
                    && !self.spells_out(&folded)
                    && self.matching(&folded, budget)? == *members
                {
                    return Ok(action);
                }
            }
        }
        budget.check()?;
        Ok(text.to_owned())
    }
}

/// Returns the patterns in an order that is free of how they are listed.
fn sorted(actions: &Selection<ActionPattern>) -> impl Iterator<Item = &ActionPattern> {
    let mut patterns: Vec<_> = actions.patterns().collect();
    patterns.sort_by_key(|own| own.folded());
    patterns.dedup_by_key(|own| own.folded());
    patterns.into_iter()
}

/// The actions there can be: `service:name`, neither part empty.
fn whole_actions() -> Glob {
    let part = [Token::One(Reach::Segment), Token::Many(Reach::Segment)];
    Glob::new([&part[..], &[Token::Char(':')], &part[..]].concat())
}
