//! The automaton of several classes of patterns, walked state by state.
//!
//! Must not know what the classes are for.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use crate::policy::budget::Exhausted;
use crate::policy::language::{Glob, Reach, Token};

/// A part of a pattern: a token, or the value of a policy variable by its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Token(Token),
    Value(usize),
}

/// A pattern of a class.
#[derive(Debug, Clone, Copy)]
pub(super) enum Pattern<'p> {
    Glob(&'p Glob),
    Parts(&'p [Part]),
}

impl Pattern<'_> {
    pub(super) fn len(&self) -> usize {
        match self {
            Self::Glob(glob) => glob.tokens().len(),
            Self::Parts(parts) => parts.len(),
        }
    }
}

/// Places in the patterns, ascending.
pub(super) type State = Rc<[usize]>;

/// The parts of all patterns in one row; a place between two parts is the index of the latter.
///
/// Texts can hold marks: where the value of a variable begins and where it ends.
/// A pattern of the base writes the marks, around any value.
/// The other patterns read the text without them, but for a variable, which takes exactly a value of its own.
/// So what such a pattern matches, it matches whatever the variables hold.
pub(super) struct Automaton {
    places: Vec<Place>,
    starts: Vec<usize>,
    /// For each class a place that matches whatever follows.
    sinks: Vec<usize>,
    marks: Vec<Marks>,
}

struct Place {
    /// The class, or the number of classes for the universe.
    owner: usize,
    /// Where the pattern starts.
    pattern: usize,
    slot: Slot,
    /// Whether the pattern writes marks.
    writes: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Slot {
    Token(Token),
    /// Before the value of a variable.
    Value(Marks),
    /// Within it.
    Inside(Marks),
    End,
}

/// The characters that stand for the begin and the end of a variable's value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Marks {
    begin: char,
    end: char,
}

/// Characters for private use: no pattern at hand may hold those that are taken for marks.
const PRIVATE: std::ops::RangeInclusive<char> = '\u{10f000}'..='\u{10fffd}';

impl Automaton {
    /// Makes the automaton of the classes and of the universe behind them; `writer` is the class that writes marks.
    ///
    /// Fails where the patterns have more variables than there are marks.
    pub(super) fn new(
        classes: &[Vec<Pattern<'_>>],
        universe: &Glob,
        writer: Option<usize>,
    ) -> Result<Self, Exhausted> {
        let sink = Glob::new(vec![Token::Many(Reach::Anything)]);
        let mut automaton = Self {
            places: Vec::new(),
            starts: Vec::new(),
            sinks: Vec::new(),
            marks: marks(classes)?,
        };
        let universe = vec![Pattern::Glob(universe)];
        for (owner, patterns) in classes.iter().chain([&universe]).enumerate() {
            let start = automaton.add(owner, Pattern::Glob(&sink), false);
            automaton.sinks.push(start);
            for pattern in patterns {
                let start = automaton.add(owner, *pattern, writer == Some(owner));
                automaton.starts.push(start);
            }
        }
        Ok(automaton)
    }

    fn add(&mut self, owner: usize, pattern: Pattern<'_>, writes: bool) -> usize {
        let start = self.places.len();
        let mut push = |slot| {
            self.places.push(Place {
                owner,
                pattern: start,
                slot,
                writes,
            });
        };
        match pattern {
            Pattern::Glob(glob) => {
                let tokens = glob.tokens().iter();
                tokens.for_each(|token| push(Slot::Token(*token)));
            }
            Pattern::Parts(parts) => {
                for part in parts {
                    match part {
                        Part::Token(token) => push(Slot::Token(*token)),
                        Part::Value(number) => {
                            if let Some(marks) = self.marks.get(*number) {
                                push(Slot::Value(*marks));
                                push(Slot::Inside(*marks));
                            }
                        }
                    }
                }
            }
        }
        push(Slot::End);
        start
    }

    pub(super) fn owner(&self, place: usize) -> Option<usize> {
        self.places.get(place).map(|place| place.owner)
    }

    fn slot(&self, place: usize) -> Option<Slot> {
        self.places.get(place).map(|place| place.slot)
    }

    pub(super) fn start(&self) -> State {
        let mut start = Vec::new();
        self.close(self.starts.iter().copied(), &mut start);
        start.into()
    }

    /// Puts the state that a symbol leads to into `next`.
    pub(super) fn step(&self, state: &State, symbol: char, next: &mut Vec<usize>) {
        let is_mark = self.is_mark(symbol);
        let places = state.iter().filter_map(|&index| {
            let place = self.places.get(index)?;
            if is_mark {
                return match place.slot {
                    Slot::Value(marks) if marks.begin == symbol => Some(index + 1),
                    Slot::Inside(marks) if marks.end == symbol => Some(index + 1),
                    Slot::Inside(_) => None,
                    _ => (!place.writes).then_some(index),
                };
            }
            match place.slot {
                Slot::Token(token) if !token.accepts(symbol) => None,
                Slot::Token(Token::Many(_)) | Slot::Inside(_) => Some(index),
                Slot::Token(_) => Some(index + 1),
                Slot::Value(_) | Slot::End => None,
            }
        });
        self.close(places, next);
    }

    fn is_mark(&self, symbol: char) -> bool {
        let mut marks = self.marks.iter();
        marks.any(|marks| marks.begin == symbol || marks.end == symbol)
    }

    /// Returns a text without its marks, and the values of the variables between them, each by its number.
    ///
    /// Where a variable has several values in the text, the first is returned.
    pub(super) fn unmarked(&self, text: &str) -> (String, BTreeMap<usize, String>) {
        let mut plain = String::new();
        let mut values = BTreeMap::new();
        let mut open: Option<(usize, usize)> = None;
        for c in text.chars() {
            let begun = self.marks.iter().position(|marks| marks.begin == c);
            if let Some(number) = begun {
                open = Some((number, plain.len()));
            } else if self.is_mark(c) {
                if let Some((number, from)) = open.take() {
                    let value = plain.get(from..).unwrap_or_default().to_owned();
                    values.entry(number).or_insert(value);
                }
            } else {
                plain.push(c);
            }
        }
        (plain, values)
    }

    /// Adds the places that are reached by letting a `*` stand for nothing, and forgets those that add nothing.
    fn close(&self, places: impl Iterator<Item = usize>, state: &mut Vec<usize>) {
        state.clear();
        for mut place in places {
            state.push(place);
            while let Some(Slot::Token(Token::Many(_))) = self.slot(place) {
                place += 1;
                state.push(place);
            }
        }
        state.sort_unstable();
        state.dedup();
        self.keep_last_runs(state);
        self.settle(state);
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
            } else if place.slot == Slot::Token(Token::Many(Reach::Anything)) {
                behind = Some(place.pattern);
            }
        }
        if behind.is_some() {
            state.retain(|&place| place != usize::MAX);
        }
    }

    /// Forgets the places of a class that is settled: many patterns with `*` at both ends would multiply states otherwise.
    fn settle(&self, state: &mut Vec<usize>) {
        let mut settled: Vec<usize> = (state.iter())
            .filter(|&&place| self.matches_whatever_follows(place))
            .filter_map(|&place| self.owner(place))
            .collect();
        if settled.is_empty() {
            return;
        }
        settled.sort_unstable();
        settled.dedup();
        state.retain(|&place| {
            self.owner(place)
                .is_none_or(|owner| settled.binary_search(&owner).is_err())
        });
        let sinks = settled.iter().filter_map(|&owner| self.sinks.get(owner));
        state.extend(sinks.flat_map(|&sink| [sink, sink + 1]));
        state.sort_unstable();
    }

    fn matches_whatever_follows(&self, place: usize) -> bool {
        self.slot(place) == Some(Slot::Token(Token::Many(Reach::Anything)))
            && self.slot(place + 1) == Some(Slot::End)
    }

    /// Returns the classes that match the text which led to a state.
    pub(super) fn matched(&self, state: &State) -> BTreeSet<usize> {
        let ends = (state.iter()).filter(|&&place| self.slot(place) == Some(Slot::End));
        ends.filter_map(|&place| self.owner(place)).collect()
    }

    /// Puts symbols that stand for all into `apart`: a character that no token names, each that a token treats apart, and the marks that can be written.
    pub(super) fn symbols(&self, state: &State, apart: &mut Vec<char>) {
        apart.clear();
        let mut has_wildcard = false;
        for place in state.iter().filter_map(|&place| self.places.get(place)) {
            match place.slot {
                Slot::Token(Token::Char(c)) => apart.push(c),
                Slot::Token(Token::EitherCase(c)) => {
                    apart.extend([c.to_ascii_lowercase(), c.to_ascii_uppercase()]);
                }
                Slot::Token(Token::One(reach) | Token::Many(reach)) => {
                    has_wildcard = true;
                    apart.extend((reach == Reach::Segment).then_some(':'));
                }
                Slot::Value(marks) if place.writes => apart.push(marks.begin),
                Slot::Inside(marks) => {
                    has_wildcard = true;
                    apart.extend(place.writes.then_some(marks.end));
                }
                Slot::Value(_) | Slot::End => {}
            }
        }
        apart.sort_unstable();
        apart.dedup();
        // No uppercase: actions are compared in lowercase.
        let mut ordinary = ('a'..='z').chain('0'..='9').chain('\u{4e00}'..='\u{9fff}');
        let other = ordinary.find(|c| !apart.contains(c));
        if let Some(other) = other.filter(|_| has_wildcard) {
            apart.insert(0, other);
        }
    }
}

/// Returns marks for the variables of the patterns, by characters that no pattern holds.
fn marks(classes: &[Vec<Pattern<'_>>]) -> Result<Vec<Marks>, Exhausted> {
    let parts = || {
        let patterns = classes.iter().flatten();
        patterns.flat_map(|pattern| match pattern {
            Pattern::Glob(_) => [].iter(),
            Pattern::Parts(parts) => parts.iter(),
        })
    };
    let numbers = parts().filter_map(|part| match part {
        Part::Value(number) => Some(number + 1),
        Part::Token(_) => None,
    });
    let Some(count) = numbers.max() else {
        return Ok(Vec::new());
    };
    let globs = classes.iter().flatten().flat_map(|pattern| match pattern {
        Pattern::Glob(glob) => glob.tokens().iter(),
        Pattern::Parts(_) => [].iter(),
    });
    let in_parts = parts().filter_map(|part| match part {
        Part::Token(token) => Some(token),
        Part::Value(_) => None,
    });
    let taken: BTreeSet<char> = (globs.chain(in_parts))
        .filter_map(|token| match token {
            Token::Char(c) | Token::EitherCase(c) => Some(*c),
            Token::One(_) | Token::Many(_) => None,
        })
        .collect();
    let mut free = PRIVATE.filter(|c| !taken.contains(c));
    let marks = (0..count).map(|_| {
        let (begin, end) = (free.next()?, free.next()?);
        Some(Marks { begin, end })
    });
    marks.collect::<Option<_>>().ok_or(Exhausted)
}
