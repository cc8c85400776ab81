//! Policy texts, alone or side by side, with the statements that findings are about marked.

use std::collections::BTreeSet;

use similar::{Algorithm, DiffOp, capture_diff_slices};

use super::layout::{Line, laid_out};
use crate::policy::Position;

/// Holds a text in stretches of lines that look alike.
pub(super) struct Text {
    pub(super) stretches: Vec<Stretch>,
}

/// Holds lines that look alike.
pub(super) struct Stretch {
    /// A class of the style sheet; empty for plain lines.
    pub(super) class: &'static str,
    /// What a screen reader says before it.
    pub(super) spoken: String,
    pub(super) text: String,
}

/// Holds two texts side by side.
pub(super) struct Pair {
    pub(super) left_title: String,
    pub(super) left: Text,
    pub(super) right_title: String,
    pub(super) right: Text,
    pub(super) is_equal: bool,
    /// Whether long stretches that are equal were left out.
    pub(super) is_cut: bool,
}

/// Most lines that are compared; longer texts are shown alone.
const MOST_LINES: usize = 5_000;

/// How many equal lines around a difference are shown, and how many make a stretch that is left out.
const CONTEXT: usize = 8;
const LONG: usize = 3 * CONTEXT;

/// How a line looks.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Look {
    difference: Difference,
    marked: Option<usize>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Difference {
    None,
    More,
    Less,
    Gap,
    /// So many lines that both have.
    LeftOut(usize),
}

impl Text {
    /// Shows a document with some statements marked.
    pub(super) fn of(text: &str, statements: &[Position], marked: &BTreeSet<usize>) -> Self {
        let lines = laid_out(text, statements);
        Self::new(
            lines
                .iter()
                .map(|line| (line.text.as_str(), look(line, Difference::None, marked))),
        )
    }

    fn new<'l>(lines: impl Iterator<Item = (&'l str, Look)>) -> Self {
        let mut stretches: Vec<Stretch> = Vec::new();
        let mut before: Option<Look> = None;
        for (line, look) in lines {
            let sign = match look.difference {
                Difference::More => "+ ",
                Difference::Less => "− ",
                Difference::None | Difference::Gap | Difference::LeftOut(_) => "  ",
            };
            let told = match look.difference {
                Difference::LeftOut(count) => format!("⋯ {count} equal lines"),
                _ => String::new(),
            };
            match stretches.last_mut().filter(|_| before == Some(look)) {
                Some(last) => {
                    last.text.push('\n');
                    last.text.push_str(sign);
                    last.text.push_str(line);
                }
                None => stretches.push(Stretch {
                    class: class(look),
                    spoken: spoken(look, before),
                    text: format!("{sign}{line}{told}"),
                }),
            }
            before = Some(look);
        }
        Self { stretches }
    }
}

fn look(line: &Line, difference: Difference, marked: &BTreeSet<usize>) -> Look {
    Look {
        difference,
        marked: line.statement.filter(|own| marked.contains(own)),
    }
}

fn class(look: Look) -> &'static str {
    match (look.difference, look.marked.is_some()) {
        (Difference::None, false) => "",
        (Difference::None, true) => "marked",
        (Difference::More, false) => "more",
        (Difference::More, true) => "more marked",
        (Difference::Less, false) => "less",
        (Difference::Less, true) => "less marked",
        (Difference::Gap, _) => "gap",
        (Difference::LeftOut(_), _) => "left-out",
    }
}

fn spoken(look: Look, before: Option<Look>) -> String {
    let marked = look
        .marked
        .filter(|_| before.and_then(|own| own.marked) != look.marked);
    let marked =
        marked.map(|number| format!("Statement {}, which a finding is about: ", number + 1));
    let difference = match look.difference {
        Difference::More | Difference::Less => "Only here: ",
        Difference::None | Difference::Gap | Difference::LeftOut(_) => "",
    };
    marked.unwrap_or_default() + difference
}

impl Pair {
    /// Lays two documents side by side, aligned; `None` where they are too long for that.
    pub(super) fn of(
        left: (String, &str, &[Position]),
        right: (String, &str, &[Position]),
        marked: &BTreeSet<usize>,
    ) -> Option<Self> {
        let (left_title, left_text, left_statements) = left;
        let (right_title, right_text, right_statements) = right;
        let left = laid_out(left_text, left_statements);
        let right = laid_out(right_text, right_statements);
        if left.len().max(right.len()) > MOST_LINES {
            return None;
        }
        let texts = |lines: &[Line]| -> Vec<String> {
            // A comma more or less is not worth a mark.
            let texts = lines
                .iter()
                .map(|line| line.text.trim().trim_end_matches(','));
            texts.map(ToOwned::to_owned).collect()
        };
        let ops = capture_diff_slices(Algorithm::Myers, &texts(&left), &texts(&right));
        let mut sides: [Vec<(&str, Look)>; 2] = [Vec::new(), Vec::new()];
        let is_equal = ops.iter().all(|op| matches!(op, DiffOp::Equal { .. }));
        for op in &ops {
            let is_same = matches!(op, DiffOp::Equal { .. });
            let (old, new) = (op.old_range(), op.new_range());
            let height = old.len().max(new.len());
            let [own, known] = &mut sides;
            add(
                own,
                left.get(old).unwrap_or_default(),
                is_same,
                Difference::More,
                marked,
                height,
            );
            let none = BTreeSet::new();
            add(
                known,
                right.get(new).unwrap_or_default(),
                is_same,
                Difference::Less,
                &none,
                height,
            );
        }
        let is_cut = !is_equal && cut(&mut sides);
        let [left, right] = sides.map(|side| Text::new(side.into_iter()));
        Some(Self {
            left_title,
            left,
            right_title,
            right,
            is_equal,
            is_cut,
        })
    }
}

/// Leaves long stretches out that are equal and not marked; tells whether there were any.
fn cut(sides: &mut [Vec<(&str, Look)>; 2]) -> bool {
    let [left, _] = &*sides;
    let is_plain = |look: &Look| look.difference == Difference::None && look.marked.is_none();
    let mut left_out: Vec<(usize, usize)> = Vec::new();
    let mut start = 0;
    let stretches = left.chunk_by(|(_, one), (_, next)| is_plain(one) == is_plain(next));
    for stretch in stretches {
        let end = start + stretch.len();
        if stretch.first().is_some_and(|(_, look)| is_plain(look)) && stretch.len() > LONG {
            left_out.push((start + CONTEXT, end - CONTEXT));
        }
        start = end;
    }
    for side in sides {
        for &(from, to) in left_out.iter().rev() {
            let mark = Look {
                difference: Difference::LeftOut(to - from),
                marked: None,
            };
            side.splice(from..to, [("", mark)]);
        }
    }
    !left_out.is_empty()
}

fn add<'l>(
    side: &mut Vec<(&'l str, Look)>,
    lines: &'l [Line],
    is_same: bool,
    other: Difference,
    marked: &BTreeSet<usize>,
    height: usize,
) {
    let difference = if is_same { Difference::None } else { other };
    side.extend(
        lines
            .iter()
            .map(|line| (line.text.as_str(), look(line, difference, marked))),
    );
    let gap = Look {
        difference: Difference::Gap,
        marked: None,
    };
    side.extend((lines.len()..height).map(|_| ("", gap)));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &Text) -> Vec<&str> {
        text.stretches
            .iter()
            .flat_map(|own| own.text.split('\n'))
            .collect()
    }

    #[test]
    fn differences_stand_side_by_side_and_long_equal_stretches_are_left_out() {
        let document = |last: &str| {
            let actions: Vec<String> = (0..60).map(|n| format!("\"a:B{n}\"")).collect();
            format!("{{\"Action\":[{},\"{last}\"]}}", actions.join(","))
        };
        let (left, right) = (document("a:C"), document("a:D"));
        let marked = BTreeSet::new();
        let pair = Pair::of(
            ("l".to_owned(), &left, &[]),
            ("r".to_owned(), &right, &[]),
            &marked,
        );
        let pair = pair.unwrap();
        assert!(pair.is_cut && !pair.is_equal);
        let (left, right) = (shown(&pair.left), shown(&pair.right));
        assert_eq!(left.len(), right.len());
        let at = left.iter().position(|line| line.starts_with("+ ")).unwrap();
        assert!(
            left[at].contains("a:C") && right[at].starts_with("− ") && right[at].contains("a:D")
        );
        assert!(left.contains(&"  ⋯ 46 equal lines"), "{left:?}");
    }

    #[test]
    fn equal_documents_have_no_sign() {
        let text = "{\"a\": [1, 2]}";
        let side = |name: &str| (name.to_owned(), text, &[][..]);
        let pair = Pair::of(side("l"), side("r"), &BTreeSet::new()).unwrap();
        assert!(pair.is_equal && shown(&pair.left).iter().all(|line| line.starts_with("  ")));
    }
}
