//! Places in the text of a policy document.
//!
//! Must not know what stands at a place.

use std::fmt;

/// Names a place in a document's text.
///
/// Lines end at `\n`; both numbers start at 1, and the column counts Unicode scalar values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// The line, from 1.
    pub line: u32,
    /// The column, from 1, in Unicode scalar values.
    pub column: u32,
}

impl Position {
    /// The place of a text's first character.
    pub(crate) const START: Self = Self { line: 1, column: 1 };

    /// Returns the place of a byte of a text.
    pub(crate) fn at_offset(text: &str, offset: usize) -> Self {
        let before = text.get(..offset).unwrap_or_default();
        let last = before.rsplit('\n').next().unwrap_or_default();
        let number = |count: usize| u32::try_from(count + 1).unwrap_or(u32::MAX);
        Self {
            line: number(before.matches('\n').count()),
            column: number(last.chars().count()),
        }
    }

    /// Translates a place in a part of a text to one in the whole, where the part begins here.
    pub(crate) fn of_inner(self, inner: Self) -> Self {
        Self {
            line: self.line.saturating_add(inner.line.saturating_sub(1)),
            column: if inner.line <= 1 {
                self.column.saturating_add(inner.column.saturating_sub(1))
            } else {
                inner.column
            },
        }
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}", self.line, self.column)
    }
}

/// Holds a value together with the place where the document says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Located<T> {
    /// What the document says.
    pub value: T,
    /// Where its first character stands.
    pub position: Position,
}

impl<T> Located<T> {
    pub(crate) fn map<U>(self, convert: impl FnOnce(T) -> U) -> Located<U> {
        Located {
            value: convert(self.value),
            position: self.position,
        }
    }
}

/// Turns byte offsets into places, in one pass where the offsets ascend.
pub(crate) struct Locator<'t> {
    text: &'t str,
    offset: usize,
    position: Position,
}

impl<'t> Locator<'t> {
    pub(crate) fn new(text: &'t str) -> Self {
        Self {
            text,
            offset: 0,
            position: Position::START,
        }
    }

    /// An offset past the end, or inside a character, means the last place before it.
    pub(crate) fn locate(&mut self, offset: usize) -> Position {
        if offset < self.offset {
            *self = Self::new(self.text);
        }
        let rest = self.text.get(self.offset..).unwrap_or_default();
        for c in rest.chars() {
            let end = self.offset + c.len_utf8();
            if end > offset {
                break;
            }
            self.offset = end;
            if c == '\n' {
                self.position.line += 1;
                self.position.column = 1;
            } else {
                self.position.column += 1;
            }
        }
        self.position
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locates_by_line_and_character() {
        let mut locator = Locator::new("é\r\nxy");
        for (offset, line, column) in [
            (0, 1, 1),
            (2, 1, 2),
            (4, 2, 1),
            (5, 2, 2),
            (99, 2, 3),
            (2, 1, 2),
        ] {
            assert_eq!(
                locator.locate(offset),
                Position { line, column },
                "{offset}"
            );
        }
    }
}
