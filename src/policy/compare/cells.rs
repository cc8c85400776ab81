//! The cells of a space of texts: two texts share a cell when the same classes of patterns match them.
//!
//! Whatever is decided by classes alone is decided by looking at one text of each cell.
//! Must not know what the texts mean.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::rc::Rc;

use foldhash::{HashSet, HashSetExt};

use super::automaton::{Automaton, Part, Pattern, State};
use crate::policy::budget::{Budget, Exhausted};
use crate::policy::language::Glob;

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
    let mut patterns: Vec<Vec<Pattern<'_>>> = Vec::with_capacity(classes.len());
    for class in classes {
        patterns.push(class.iter().map(|glob| Pattern::Glob(glob)).collect());
    }
    pay_for(&patterns, budget)?;
    let automaton = Automaton::new(&patterns, universe, None)?;
    walk(&automaton, classes.len(), bases, budget)
}

/// A cell of the texts that templates make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct TemplateCell {
    pub(super) text: String,
    /// The values of the variables that make the text, each by its number.
    pub(super) values: BTreeMap<usize, String>,
    pub(super) matched: BTreeSet<usize>,
}

/// Returns every cell of the texts that the templates of a base make inside `universe`, whatever their variables hold.
///
/// A class with a template matches where the template makes the same text from the same values.
pub(super) fn template_cells(
    universe: &Glob,
    classes: &[Vec<Pattern<'_>>],
    base: &[Vec<Part>],
    budget: &Budget,
) -> Result<Vec<TemplateCell>, Exhausted> {
    let writer = classes.len();
    let base: Vec<Pattern<'_>> = base.iter().map(|parts| Pattern::Parts(parts)).collect();
    let classes: Vec<Vec<Pattern<'_>>> = classes.iter().cloned().chain([base]).collect();
    pay_for(&classes, budget)?;
    let automaton = Automaton::new(&classes, universe, Some(writer))?;
    let found = walk(&automaton, classes.len(), &BTreeSet::from([writer]), budget)?;
    let cells = found.into_iter().map(|cell| {
        let (text, values) = automaton.unmarked(&cell.text);
        TemplateCell {
            text,
            values,
            matched: cell.matched,
        }
    });
    Ok(cells.collect())
}

fn pay_for(classes: &[Vec<Pattern<'_>>], budget: &Budget) -> Result<(), Exhausted> {
    let lengths = classes.iter().flatten().map(|pattern| pattern.len() + 2);
    budget.spend(lengths.sum::<usize>() + classes.len())
}

/// Walks the automaton of `inside` classes and the universe.
fn walk(
    automaton: &Automaton,
    inside: usize,
    bases: &BTreeSet<usize>,
    budget: &Budget,
) -> Result<Vec<Cell>, Exhausted> {
    let is_base: Vec<bool> = (0..=inside).map(|owner| bases.contains(&owner)).collect();
    let is_live = |state: &[usize]| {
        let owners = || state.iter().filter_map(|&place| automaton.owner(place));
        owners().any(|owner| owner == inside)
            && owners().any(|owner| is_base.get(owner) == Some(&true))
    };

    let mut found = Vec::new();
    let mut signatures = HashSet::new();
    let mut visited = HashSet::new();
    let mut ways = Ways::default();
    let mut queue = VecDeque::new();
    let (mut symbols, mut next) = (Vec::new(), Vec::new());
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
        automaton.symbols(&state, &mut symbols);
        for &symbol in &symbols {
            automaton.step(&state, symbol, &mut next);
            budget.spend(STEP_COST + 2 * state.len() + 2 * next.len())?;
            if is_live(&next) && !visited.contains(next.as_slice()) {
                let next: State = next.as_slice().into();
                visited.insert(Rc::clone(&next));
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
