//! How the text of one document became that of another: which statements came, went, and changed.
//!
//! Says nothing about what the documents allow, which [`compare`](crate::policy::compare) does; must not know why they are compared.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use crate::policy::{Document, Effect, PrincipalPattern, Selection, Statement, Template};

/// Lists what was done to the statements of a document; places are from 0.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StatementChanges {
    /// Places of new statements in the newer document.
    pub added: Vec<usize>,
    /// Places of statements in the older document that are gone.
    pub removed: Vec<usize>,
    /// Statements that both have, with differences, in the order of the newer document.
    pub changed: Vec<ChangedStatement>,
    /// How many statements say the same, wherever they stand.
    pub unchanged: usize,
}

/// Tells how one statement changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangedStatement {
    /// Its place in the older document.
    pub before: usize,
    /// Its place in the newer document.
    pub after: usize,
    /// What changed, by element; none where only its `Sid` did.
    pub elements: BTreeMap<Element, Change>,
}

/// Names an element of a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Element {
    /// `Effect`.
    Effect,
    /// `Principal`.
    Principal,
    /// `NotPrincipal`.
    NotPrincipal,
    /// `Action`.
    Action,
    /// `NotAction`.
    NotAction,
    /// `Resource`.
    Resource,
    /// `NotResource`.
    NotResource,
    /// `Condition`.
    Condition,
}

impl Element {
    /// Returns the name that documents use.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Effect => "Effect",
            Self::Principal => "Principal",
            Self::NotPrincipal => "NotPrincipal",
            Self::Action => "Action",
            Self::NotAction => "NotAction",
            Self::Resource => "Resource",
            Self::NotResource => "NotResource",
            Self::Condition => "Condition",
        }
    }
}

/// Lists what came to an element and what went, sorted.
///
/// Conditions are one text for each operator and key: ``StringEquals aws:SourceAccount = 111122223333``.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Change {
    /// What is new.
    pub added: Vec<String>,
    /// What is gone.
    pub removed: Vec<String>,
}

/// Finds out how the statements of one document became those of another.
///
/// Statements belong together by their `Sid`; otherwise where they say the same, whatever they are called.
/// Where one has no `Sid`, those belong together that are about the same actions or share at least half of what they say.
/// The order of statements and values and the case of actions do not matter.
#[must_use]
pub fn statement_changes(older: &Document, newer: &Document) -> StatementChanges {
    let (before, after) = (contents(older), contents(newer));
    let mut pairs = Pairs {
        left: (0..before.len()).collect(),
        right: (0..after.len()).collect(),
        found: BTreeMap::new(),
    };
    let sids = by_sid(newer);
    for (place, statement) in older.statements().iter().enumerate() {
        if let Some(&other) = statement.sid().and_then(|sid| sids.get(sid)) {
            pairs.add(place, other);
        }
    }
    let alike = |one: usize, other: usize| {
        let (one, other) = (before.get(one)?, after.get(other)?);
        let common = one.items.intersection(&other.items).count();
        let all = one.items.len() + other.items.len() - common;
        let may_be_one = one.sid.is_none() || other.sid.is_none();
        let is_like = 2 * common >= all || one.about() == other.about();
        (common == all || (may_be_one && is_like)).then_some((common == all, common))
    };
    pairs.add_best(alike);
    let mut changes = StatementChanges {
        added: pairs.right.into_iter().collect(),
        removed: pairs.left.into_iter().collect(),
        ..StatementChanges::default()
    };
    for (after_place, before_place) in pairs.found {
        let (Some(one), Some(other)) = (before.get(before_place), after.get(after_place)) else {
            continue;
        };
        if one == other {
            changes.unchanged += 1;
        } else {
            changes.changed.push(ChangedStatement {
                before: before_place,
                after: after_place,
                elements: differences(&one.items, &other.items),
            });
        }
    }
    changes
}

/// What a statement says, apart from order and case.
#[derive(PartialEq, Eq)]
struct Content<'d> {
    sid: Option<&'d str>,
    items: BTreeSet<Item>,
}

impl Content<'_> {
    /// Returns effect and actions.
    fn about(&self) -> Vec<&Item> {
        let is_about = |item: &&Item| {
            matches!(
                item.element,
                Element::Effect | Element::Action | Element::NotAction
            )
        };
        self.items.iter().filter(is_about).collect()
    }
}

/// One value of an element; values that differ only in case are equal where case does not matter.
struct Item {
    element: Element,
    /// What is compared.
    folded: String,
    text: String,
}

impl Item {
    fn new(element: Element, text: impl Into<String>) -> Self {
        let text = text.into();
        Self {
            element,
            folded: text.clone(),
            text,
        }
    }
}

impl Ord for Item {
    fn cmp(&self, other: &Self) -> Ordering {
        (self.element, &self.folded).cmp(&(other.element, &other.folded))
    }
}

impl PartialOrd for Item {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Item {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Item {}

/// Statements that are not yet paired, and those that are, by their place in the newer document.
struct Pairs {
    left: BTreeSet<usize>,
    right: BTreeSet<usize>,
    found: BTreeMap<usize, usize>,
}

impl Pairs {
    fn add(&mut self, before: usize, after: usize) {
        if self.left.contains(&before) && self.right.remove(&after) {
            self.left.remove(&before);
            self.found.insert(after, before);
        }
    }

    /// Pairs what is left, the most alike first.
    fn add_best<A: Ord>(&mut self, alike: impl Fn(usize, usize) -> Option<A>) {
        let mut candidates: Vec<_> = (self.left.iter())
            .flat_map(|&one| self.right.iter().map(move |&other| (one, other)))
            .filter_map(|(one, other)| Some((alike(one, other)?, one, other)))
            .collect();
        candidates.sort_by(|one, other| {
            other
                .0
                .cmp(&one.0)
                .then((one.1, one.2).cmp(&(other.1, other.2)))
        });
        for (_, one, other) in candidates {
            self.add(one, other);
        }
    }
}

fn by_sid(document: &Document) -> BTreeMap<&str, usize> {
    let statements = document.statements().iter().enumerate();
    // Parsing does not demand that they are unique: the first one counts.
    let sids = statements
        .rev()
        .filter_map(|(place, own)| Some((own.sid()?, place)));
    sids.collect()
}

fn contents(document: &Document) -> Vec<Content<'_>> {
    let contents = document.statements().iter().map(|statement| Content {
        sid: statement.sid(),
        items: items(statement),
    });
    contents.collect()
}

fn items(statement: &Statement) -> BTreeSet<Item> {
    let effect = match statement.effect() {
        Effect::Allow => "Allow",
        Effect::Deny => "Deny",
    };
    let mut items = BTreeSet::from([Item::new(Element::Effect, effect)]);
    if let Some(principals) = statement.principals() {
        let element = either(principals, Element::Principal, Element::NotPrincipal);
        items.extend(
            principals
                .patterns()
                .map(|own| Item::new(element, principal(own))),
        );
    }
    let actions = statement.actions();
    let element = either(actions, Element::Action, Element::NotAction);
    items.extend(actions.patterns().map(|own| Item {
        element,
        folded: own.folded().to_owned(),
        text: own.text().to_owned(),
    }));
    if let Some(resources) = statement.resources() {
        let element = either(resources, Element::Resource, Element::NotResource);
        items.extend(
            resources
                .patterns()
                .map(|own| Item::new(element, own.text())),
        );
    }
    for condition in statement.conditions() {
        let values: BTreeSet<&str> = condition.templates().map(Template::text).collect();
        let values = values.into_iter().collect::<Vec<_>>().join(", ");
        let (operator, key) = (&condition.operator().value, &condition.key().value);
        items.insert(Item {
            element: Element::Condition,
            folded: format!("{operator} {} = {values}", key.folded()),
            text: format!("{operator} {key} = {values}"),
        });
    }
    items
}

fn either<T>(selection: &Selection<T>, only: Element, all_but: Element) -> Element {
    match selection {
        Selection::Only(_) => only,
        Selection::AllBut(_) => all_but,
    }
}

fn principal(pattern: &PrincipalPattern) -> String {
    match pattern {
        PrincipalPattern::Everyone => "*".to_owned(),
        PrincipalPattern::Account(own) | PrincipalPattern::Aws(own) => format!("AWS {own}"),
        PrincipalPattern::Service(own) => format!("Service {own}"),
        PrincipalPattern::AnyService => "Service *".to_owned(),
        PrincipalPattern::Federated(own) => format!("Federated {own}"),
        PrincipalPattern::AnyFederated => "Federated *".to_owned(),
        PrincipalPattern::CanonicalUser(own) => format!("CanonicalUser {own}"),
        PrincipalPattern::AnyCanonicalUser => "CanonicalUser *".to_owned(),
    }
}

fn differences(before: &BTreeSet<Item>, after: &BTreeSet<Item>) -> BTreeMap<Element, Change> {
    let mut elements: BTreeMap<Element, Change> = BTreeMap::new();
    for item in after.difference(before) {
        let change = elements.entry(item.element).or_default();
        change.added.push(item.text.clone());
    }
    for item in before.difference(after) {
        let change = elements.entry(item.element).or_default();
        change.removed.push(item.text.clone());
    }
    elements
}
