//! A pull reader over JSON text that knows the place of each key and value.
//!
//! Must not know the elements of a policy.

use std::collections::BTreeSet;

use jiter::{Jiter, JiterError, JiterErrorType, JsonErrorType, Peek};

use crate::policy::error::Problem;
use crate::policy::{Located, Locator, ParseError, Position};

pub(super) type Result<T, E = ParseError> = std::result::Result<T, E>;

/// What a value turns out to be, before it is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    Object,
    Array,
    String,
    Number,
    Boolean,
    Null,
}

impl Shape {
    fn name(self) -> &'static str {
        match self {
            Self::Object => "an object",
            Self::Array => "a list",
            Self::String => "a string",
            Self::Number => "a number",
            Self::Boolean => "a boolean",
            Self::Null => "null",
        }
    }
}

/// In bytes.
const LONGEST_TEXT: usize = 1 << 20;

pub(crate) struct Reader<'t> {
    text: &'t str,
    json: Jiter<'t>,
    locator: Locator<'t>,
}

impl<'t> Reader<'t> {
    /// Reads a policy document, which is never longer than 1 MiB.
    pub(super) fn new(text: &'t str) -> Result<Self> {
        Self::up_to(LONGEST_TEXT, text)
    }

    /// Refuses a text of more than `most` bytes, at its first character behind that.
    pub(crate) fn up_to(most: usize, text: &'t str) -> Result<Self> {
        if text.len() > most {
            let position = Locator::new(text).locate(most);
            return Err(ParseError::new(position, Problem::TooLong { most }));
        }
        Ok(Self {
            text,
            json: Jiter::new(text.as_bytes()),
            locator: Locator::new(text),
        })
    }

    /// Returns place and shape of the next value.
    pub(crate) fn peek(&mut self) -> Result<(Position, Shape)> {
        let peek = self.json.peek().map_err(|error| self.syntax(&error))?;
        let index = self.json.current_index();
        let shape = match peek {
            Peek::Object => Shape::Object,
            Peek::Array => Shape::Array,
            Peek::String => Shape::String,
            Peek::True | Peek::False => Shape::Boolean,
            Peek::Null => Shape::Null,
            Peek::Minus => Shape::Number,
            peek if peek.into_inner().is_ascii_digit() => Shape::Number,
            _ => return Err(self.syntax_at(index, JsonErrorType::ExpectedSomeValue)),
        };
        Ok((self.locator.locate(index), shape))
    }

    /// Returns the error for a value of another shape than `expected` says.
    pub(super) fn wrong_type(
        position: Position,
        element: &str,
        expected: &'static str,
        found: Shape,
    ) -> ParseError {
        let problem = Problem::WrongType {
            element: element.to_owned(),
            expected,
            found: found.name(),
        };
        ParseError::new(position, problem)
    }

    /// Reads the string value of an element.
    pub(crate) fn string(&mut self, element: &str) -> Result<Located<String>> {
        match self.peek()? {
            (_, Shape::String) => self.scalar(element, "a string"),
            (position, found) => Err(Self::wrong_type(position, element, "a string", found)),
        }
    }

    /// Reads a string, number or boolean; the latter two as the text that the document writes.
    pub(crate) fn scalar(
        &mut self,
        element: &str,
        expected: &'static str,
    ) -> Result<Located<String>> {
        let (position, shape) = self.peek()?;
        let start = self.json.current_index();
        let read = match shape {
            Shape::String => {
                let string = self.json.next_str().map(str::to_owned);
                let value = string.map_err(|error| self.syntax(&error))?;
                return Ok(Located { value, position });
            }
            Shape::Number => self.json.next_number_bytes().map(|_| ()),
            Shape::Boolean => self.json.next_bool().map(|_| ()),
            found => return Err(Self::wrong_type(position, element, expected, found)),
        };
        read.map_err(|error| self.syntax(&error))?;
        let written = self.text.get(start..self.json.current_index());
        Ok(Located {
            value: written.unwrap_or_default().to_owned(),
            position,
        })
    }

    /// Reads an object, handing over each key before its value is read.
    ///
    /// Refuses a key that stands there twice.
    pub(crate) fn object<E: From<ParseError>>(
        &mut self,
        element: &str,
        mut visit: impl FnMut(&mut Self, Located<String>) -> Result<(), E>,
    ) -> Result<(), E> {
        match self.peek()? {
            (_, Shape::Object) => {}
            (position, found) => {
                let error = Self::wrong_type(position, element, "an object", found);
                return Err(error.into());
            }
        }
        let mut seen = BTreeSet::new();
        let mut position = self.next_key_position();
        let mut key = self.json.next_object().map(|key| key.map(str::to_owned));
        while let Some(name) = key.map_err(|error| self.syntax(&error))? {
            if !seen.insert(name.clone()) {
                let problem = Problem::DuplicateElement { name };
                return Err(ParseError::new(position, problem).into());
            }
            let value = name;
            visit(self, Located { value, position })?;
            position = self.next_key_position();
            key = self.json.next_key().map(|key| key.map(str::to_owned));
        }
        Ok(())
    }

    /// Reads a single value or a list of at least one, each by `read`.
    pub(super) fn one_or_many<T>(
        &mut self,
        element: &str,
        mut read: impl FnMut(&mut Self) -> Result<T>,
    ) -> Result<Vec<T>> {
        let (position, shape) = self.peek()?;
        if shape != Shape::Array {
            return Ok(vec![read(self)?]);
        }
        let mut values = Vec::new();
        let mut next = self.json.next_array();
        while next.map_err(|error| self.syntax(&error))?.is_some() {
            values.push(read(self)?);
            next = self.json.array_step();
        }
        if values.is_empty() {
            let element = element.to_owned();
            return Err(ParseError::new(position, Problem::Empty { element }));
        }
        Ok(values)
    }

    /// Reads over a value, and returns its text as written with the place of its first character.
    pub(crate) fn raw(&mut self) -> Result<Located<&'t str>> {
        let (position, _) = self.peek()?;
        let start = self.json.current_index();
        let skipped = self.json.next_skip();
        skipped.map_err(|error| self.syntax(&error))?;
        let value = self.text.get(start..self.json.current_index());
        Ok(Located {
            value: value.unwrap_or_default(),
            position,
        })
    }

    /// Refuses anything but white space behind the value that was read.
    pub(crate) fn finish(&mut self) -> Result<()> {
        self.json.finish().map_err(|error| self.syntax(&error))
    }

    /// The JSON reader does not tell where a key begins: it is the next quote behind `{`, `,` and white space.
    fn next_key_position(&mut self) -> Position {
        let index = self.json.current_index();
        let rest = self.text.get(index..).unwrap_or_default();
        let skipped = rest.len()
            - rest
                .trim_start_matches(['{', ',', ' ', '\t', '\r', '\n'])
                .len();
        self.locator.locate(index + skipped)
    }

    fn syntax(&mut self, error: &JiterError) -> ParseError {
        let kind = match &error.error_type {
            JiterErrorType::JsonError(kind) => kind.clone(),
            JiterErrorType::WrongType { .. } => JsonErrorType::ExpectedSomeValue,
        };
        self.syntax_at(error.index, kind)
    }

    fn syntax_at(&mut self, index: usize, kind: JsonErrorType) -> ParseError {
        ParseError::new(self.locator.locate(index), Problem::Json(kind))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_booleans_keep_their_text() {
        for text in ["-1.50e3", "true", "12345678901234567890123"] {
            let mut reader = Reader::new(text).unwrap();
            let value = reader.scalar("x", "a value").unwrap();
            assert_eq!(value.value, text);
        }
    }
}
