//! The cells of a space of texts: two texts share a cell when the same classes of patterns match them.
//!
//! Whatever is decided by classes alone is decided by looking at one text of each cell.
//! Must not know what the texts mean.

use std::collections::{BTreeSet, HashSet, VecDeque};
use std::rc::Rc;

use crate::policy::budget::{Budget, Exhausted};
use crate::policy::language::{Glob, Reach, Token};

/// One cell, by its shortest text and the indices of the classes that match it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Cell {
    pub(super) text: String,
    pub(super) matched: BTreeSet<usize>,
}

/// What a step of the automaton costs besides the places it touches: memory for a state and the way there.
const STEP_COST: usize = 16;

/// Returns every cell inside `universe` that at least one of the `bases` matches, shortest texts first.
///
/// A class matches what any of its patterns matches; `bases` are indices of classes.
/// Walks the deterministic automaton of all patterns breadth-first, building only what is reached and can still match a base.
pub(super) fn cells(
    universe: &Glob,
    classes: &[Vec<&Glob>],
    bases: &BTreeSet<usize>,
    budget: &Budget,
) -> Result<Vec<Cell>, Exhausted> {
    let inside = classes.len();
    let lengths = classes.iter().flatten().map(|glob| glob.tokens().len() + 2);
    budget.spend(lengths.sum::<usize>() + classes.len())?;
    let automaton = Automaton::new(classes, universe);
    let is_live = |state: &State| {
        let owners = || state.iter().filter_map(|&place| automaton.owner(place));
        owners().any(|owner| owner == inside) && owners().any(|owner| bases.contains(&owner))
    };

    let mut found = Vec::new();
    let mut signatures = HashSet::new();
    let mut visited = HashSet::new();
    let mut ways = Ways::default();
    let mut queue = VecDeque::new();
    let start = automaton.start();
    if is_live(&start) {
        visited.insert(Rc::clone(&start));
        queue.push_back((start, None));
    }
    while let Some((state, way)) = queue.pop_front() {
        let mut matched = automaton.matched(&state);
        budget.spend(state.len() + 2 * matched.len())?;
        if matched.remove(&inside)
            && !matched.is_disjoint(bases)
            && signatures.insert(matched.clone())
        {
            let text = ways.text(way);
            budget.spend(text.len())?;
            found.push(Cell { text, matched });
        }
        for symbol in automaton.symbols(&state) {
            let next = automaton.step(&state, symbol);
            budget.spend(STEP_COST + 2 * state.len() + 2 * next.len())?;
            if is_live(&next) && visited.insert(Rc::clone(&next)) {
                queue.push_back((next, Some(ways.extend(way, symbol))));
            }
        }
    }
    Ok(found)
}

/// Returns the classes that match a text.
pub(super) fn matched(classes: &[Vec<&Glob>], text: &str, budget: &Budget) -> BTreeSet<usize> {
    let is_match = |class: &Vec<&Glob>| class.iter().any(|glob| glob.matches(text, budget));
    let matching = classes
        .iter()
        .enumerate()
        .filter(|(_, class)| is_match(class));
    matching.map(|(index, _)| index).collect()
}

/// The texts that led to states, each by its last character and the index of the text before.
#[derive(Default)]
struct Ways {
    steps: Vec<(Option<usize>, char)>,
}

impl Ways {
    fn extend(&mut self, way: Option<usize>, symbol: char) -> usize {
        self.steps.push((way, symbol));
        self.steps.len() - 1
    }

    fn text(&self, mut way: Option<usize>) -> String {
        let mut reversed = Vec::new();
        while let Some(&(before, symbol)) = way.and_then(|way| self.steps.get(way)) {
            reversed.push(symbol);
            way = before;
        }
        reversed.into_iter().rev().collect()
    }
}

/// Places in the patterns, ascending.
type State = Rc<[usize]>;

/// The tokens of all patterns in one row; a place between two tokens is the index of the latter.
struct Automaton {
    places: Vec<Place>,
    starts: Vec<usize>,
    /// For each class a place that matches whatever follows.
    sinks: Vec<usize>,
}

struct Place {
    /// The class, or the number of classes for the universe.
    owner: usize,
    /// Where the pattern starts.
    pattern: usize,
    /// `None` at the end of a pattern.
    token: Option<Token>,
}

impl Automaton {
    fn new(classes: &[Vec<&Glob>], universe: &Glob) -> Self {
        let sink = Glob::new(vec![Token::Many(Reach::Anything)]);
        let mut automaton = Self {
            places: Vec::new(),
            starts: Vec::new(),
            sinks: Vec::new(),
        };
        let universe = vec![universe];
        for (owner, patterns) in classes.iter().chain([&universe]).enumerate() {
            let start = automaton.add(owner, &sink);
            automaton.sinks.push(start);
            for pattern in patterns {
                let start = automaton.add(owner, pattern);
                automaton.starts.push(start);
            }
        }
        automaton
    }

    fn add(&mut self, owner: usize, glob: &Glob) -> usize {
        let pattern = self.places.len();
        let tokens = glob.tokens().iter().copied().map(Some).chain([None]);
        self.places.extend(tokens.map(|token| Place {
            owner,
            pattern,
            token,
        }));
        pattern
    }

    fn owner(&self, place: usize) -> Option<usize> {
        self.places.get(place).map(|place| place.owner)
    }

    fn token(&self, place: usize) -> Option<Token> {
        self.places.get(place).and_then(|place| place.token)
    }

    fn start(&self) -> State {
        self.closed(self.starts.iter().copied())
    }

    fn step(&self, state: &State, symbol: char) -> State {
        self.closed(state.iter().filter_map(|&place| {
            match self.token(place).filter(|token| token.accepts(symbol))? {
                Token::Many(_) => Some(place),
                _ => Some(place + 1),
            }
        }))
    }

    /// Adds the places that are reached by letting a `*` stand for nothing, and forgets those that add nothing.
    fn closed(&self, places: impl Iterator<Item = usize>) -> State {
        let mut state = Vec::new();
        for mut place in places {
            state.push(place);
            while let Some(Token::Many(_)) = self.token(place) {
                place += 1;
                state.push(place);
            }
        }
        state.sort_unstable();
        state.dedup();
        self.keep_last_runs(&mut state);
        self.settle(&mut state);
        state.into()
    }

    /// Forgets the places before the last `*` of a pattern: whatever can follow there can follow at the `*` as well.
    ///
    /// Patterns with many `*` would multiply states otherwise.
    fn keep_last_runs(&self, state: &mut Vec<usize>) {
        let mut behind = None;
        for slot in state.iter_mut().rev() {
            let Some(place) = self.places.get(*slot) else {
                continue;
            };
            if behind == Some(place.pattern) {
                *slot = usize::MAX;
            } else if place.token == Some(Token::Many(Reach::Anything)) {
                behind = Some(place.pattern);
            }
        }
        if behind.is_some() {
            state.retain(|&place| place != usize::MAX);
        }
    }

    /// Forgets the places of a class that is settled: many patterns with `*` at both ends would multiply states otherwise.
    fn settle(&self, state: &mut Vec<usize>) {
        let settled: BTreeSet<usize> = (state.iter())
            .filter(|&&place| self.matches_whatever_follows(place))
            .filter_map(|&place| self.owner(place))
            .collect();
        if settled.is_empty() {
            return;
        }
        state.retain(|&place| {
            self.owner(place)
                .is_none_or(|owner| !settled.contains(&owner))
        });
        let sinks = settled.iter().filter_map(|&owner| self.sinks.get(owner));
        state.extend(sinks.flat_map(|&sink| [sink, sink + 1]));
        state.sort_unstable();
    }

    fn matches_whatever_follows(&self, place: usize) -> bool {
        self.token(place) == Some(Token::Many(Reach::Anything)) && self.token(place + 1).is_none()
    }

    /// Returns the classes that match the text which led to a state.
    fn matched(&self, state: &State) -> BTreeSet<usize> {
        let ends = state.iter().filter(|&&place| self.token(place).is_none());
        ends.filter_map(|&place| self.owner(place)).collect()
    }

    /// Returns characters that stand for all: one that no token names, and each that a token treats apart.
    fn symbols(&self, state: &State) -> Vec<char> {
        let mut apart = BTreeSet::new();
        let mut has_wildcard = false;
        for &place in state.iter() {
            match self.token(place) {
                Some(Token::Char(c)) => {
                    apart.insert(c);
                }
                Some(Token::EitherCase(c)) => {
                    apart.extend([c.to_ascii_lowercase(), c.to_ascii_uppercase()]);
                }
                Some(Token::One(reach) | Token::Many(reach)) => {
                    has_wildcard = true;
                    apart.extend((reach == Reach::Segment).then_some(':'));
                }
                None => {}
            }
        }
        // No uppercase: actions are compared in lowercase.
        let mut ordinary = ('a'..='z').chain('0'..='9').chain('\u{4e00}'..='\u{9fff}');
        let other = ordinary.find(|c| !apart.contains(c));
        let other = other.filter(|_| has_wildcard);
        other.into_iter().chain(apart).collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn texts(alphabet: &[char], longest: usize) -> Vec<String> {
        let mut all = vec![String::new()];
        let mut last = all.clone();
        for _ in 0..longest {
            last = (last.iter())
                .flat_map(|text| alphabet.iter().map(move |c| format!("{text}{c}")))
                .collect();
            all.extend_from_slice(&last);
        }
        all
    }

    fn found(patterns: &[Glob]) -> Vec<Cell> {
        let everything = Glob::with_wildcards("*");
        let classes: Vec<_> = patterns.iter().map(|pattern| vec![pattern]).collect();
        let bases = (0..patterns.len()).collect();
        cells(&everything, &classes, &bases, &Budget::unlimited()).unwrap()
    }

    #[test]
    fn a_pattern_within_another_has_no_cell_of_its_own() {
        let patterns = ["a*", "ab*", "c"].map(Glob::with_wildcards);
        let found: Vec<_> = found(&patterns)
            .into_iter()
            .map(|cell| (cell.text, cell.matched))
            .collect();
        assert_eq!(
            found,
            [
                ("a".to_owned(), BTreeSet::from([0])),
                ("c".to_owned(), BTreeSet::from([2])),
                ("ab".to_owned(), BTreeSet::from([0, 1])),
            ]
        );
    }

    fn overlapping() -> Vec<Glob> {
        let middles = 'a'..='z';
        middles
            .map(|c| Glob::with_wildcards(&format!("*x{c}y?????*")))
            .collect()
    }

    #[test]
    fn many_overlapping_patterns_of_one_class_are_no_burden() {
        let (everything, patterns) = (Glob::with_wildcards("*"), overlapping());
        let classes = [patterns.iter().collect(), vec![&everything]];
        let found = cells(
            &everything,
            &classes,
            &BTreeSet::from([1]),
            &Budget::unlimited(),
        )
        .unwrap();
        assert_eq!(found.len(), 2);
    }

    #[test]
    fn too_many_overlapping_classes_exhaust_the_budget() {
        let (everything, patterns) = (Glob::with_wildcards("*"), overlapping());
        let classes: Vec<_> = patterns.iter().map(|pattern| vec![pattern]).collect();
        let found = cells(
            &everything,
            &classes,
            &BTreeSet::from([0]),
            &Budget::new(1_000_000),
        );
        assert_eq!(found, Err(Exhausted));
    }

    #[test]
    fn many_wildcards_in_one_pattern_are_no_burden() {
        let everything = Glob::with_wildcards("*");
        let one = Glob::with_wildcards(&"*a".repeat(2_000));
        let other = Glob::with_wildcards(&format!("{}*b", "*a".repeat(2_000)));
        let classes = [vec![&one], vec![&other]];
        let budget = Budget::new(1_000_000);
        let found = cells(&everything, &classes, &BTreeSet::from([0, 1]), &budget).unwrap();
        assert_eq!(found.len(), 2);
    }

    proptest! {
        #[test]
        fn cells_agree_with_matching_every_short_text(
            sources in proptest::collection::vec("[ab:*?]{0,5}", 1..4),
            segmented in any::<bool>(),
        ) {
            let patterns: Vec<Glob> = sources
                .iter()
                .map(|source| Glob::with_wildcards(source))
                .map(|glob| if segmented { glob.by_segment() } else { glob.ignoring_case() })
                .collect();
            let signature = |text: &str| -> BTreeSet<usize> {
                let matching = patterns.iter().enumerate().filter(|(_, glob)| glob.matches(text, &Budget::unlimited()));
                matching.map(|(index, _)| index).collect()
            };
            let found = found(&patterns);
            for cell in &found {
                prop_assert_eq!(&signature(&cell.text), &cell.matched);
            }
            let signatures: BTreeSet<_> = found.into_iter().map(|cell| cell.matched).collect();
            for text in texts(&['a', 'B', ':', 'z'], 5) {
                let signature = signature(&text);
                prop_assert!(signature.is_empty() || signatures.contains(&signature), "{}", text);
            }
        }
    }
}
