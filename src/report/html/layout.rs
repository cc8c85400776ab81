//! Policy texts laid out alike, so that they can be read and compared line by line.
//!
//! Changes white space between tokens only. Must not know what a policy means.

use crate::policy::Position;
use crate::report::escape;

/// Holds a line of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) text: String,
    /// The statement that it is part of, from 0.
    pub(super) statement: Option<usize>,
}

/// Most characters of a list that stays on one line.
const SHORT: usize = 60;

/// Lays a JSON text out; what is no JSON keeps its own lines.
///
/// `statements` are the places where statements begin in the text.
pub(super) fn laid_out(text: &str, statements: &[Position]) -> Vec<Line> {
    tokens(text, statements).map_or_else(|| verbatim(text), |tokens| lines(&tokens))
}

fn verbatim(text: &str) -> Vec<Line> {
    let lines = text.split('\n').map(|line| Line {
        text: escape::terminal(line),
        statement: None,
    });
    lines.collect()
}

/// A piece of JSON: a string, a bare word or number, or one punctuation character.
struct Token<'t> {
    text: &'t str,
    /// The statement that begins here.
    begins: Option<usize>,
}

/// Takes a text apart; `None` where it is not made of JSON's tokens, in nesting that closes.
fn tokens<'t>(text: &'t str, statements: &[Position]) -> Option<Vec<Token<'t>>> {
    // What is no JSON has no tokens that could be set apart without a loss.
    serde_json::from_str::<serde::de::IgnoredAny>(text).ok()?;
    let mut tokens = Vec::new();
    let mut place = Position { line: 1, column: 1 };
    let mut open = Vec::new();
    let mut characters = text.char_indices().peekable();
    while let Some((start, character)) = characters.next() {
        let here = place;
        step(&mut place, character);
        if character.is_ascii_whitespace() {
            continue;
        }
        let mut end = start + character.len_utf8();
        match character {
            '{' | '[' => open.push(if character == '{' { '}' } else { ']' }),
            '}' | ']' if open.pop() != Some(character) => return None,
            '}' | ']' | ',' | ':' => {}
            '"' => loop {
                let (at, next) = characters.next()?;
                step(&mut place, next);
                end = at + next.len_utf8();
                match next {
                    '"' => break,
                    '\\' => {
                        let (_, escaped) = characters.next()?;
                        step(&mut place, escaped);
                    }
                    _ => {}
                }
            },
            _ => {
                let is_word =
                    |next: char| !(next.is_ascii_whitespace() || "{}[],:\"".contains(next));
                while let Some((at, next)) = characters.next_if(|(_, next)| is_word(*next)) {
                    step(&mut place, next);
                    end = at + next.len_utf8();
                }
            }
        }
        tokens.push(Token {
            text: text.get(start..end)?,
            begins: statements.iter().position(|own| *own == here),
        });
    }
    open.is_empty().then_some(tokens)
}

fn step(place: &mut Position, character: char) {
    if character == '\n' {
        place.line += 1;
        place.column = 1;
    } else {
        place.column += 1;
    }
}

/// Writes tokens as lines.
struct Layout {
    lines: Vec<Line>,
    line: String,
    depth: usize,
    /// The statement at hand, and the depth around it.
    statement: Option<(usize, usize)>,
}

fn lines(tokens: &[Token<'_>]) -> Vec<Line> {
    let mut layout = Layout {
        lines: Vec::new(),
        line: String::new(),
        depth: 0,
        statement: None,
    };
    let mut rest = tokens;
    while let [token, behind @ ..] = rest {
        rest = behind;
        if let Some(number) = token.begins {
            layout.statement = Some((number, layout.depth));
        }
        match token.text {
            "{" | "[" => {
                if let Some((text, behind)) = short(rest, token.text) {
                    layout.line.push_str(&text);
                    rest = behind;
                } else {
                    layout.line.push_str(token.text);
                    layout.end();
                    layout.depth += 1;
                }
            }
            "}" | "]" => {
                layout.end();
                layout.depth = layout.depth.saturating_sub(1);
                layout.line.push_str(token.text);
            }
            "," => {
                layout.line.push(',');
                layout.end();
                if layout
                    .statement
                    .is_some_and(|(_, around)| layout.depth == around)
                {
                    layout.statement = None;
                }
            }
            ":" => layout.line.push_str(": "),
            other => layout.line.push_str(other),
        }
        // The list of statements, or a lone statement, ends here.
        if layout
            .statement
            .is_some_and(|(_, around)| layout.depth < around)
        {
            layout.statement = None;
        }
    }
    layout.end();
    layout.lines
}

impl Layout {
    fn end(&mut self) {
        let line = std::mem::take(&mut self.line);
        if !line.is_empty() {
            self.lines.push(Line {
                text: format!(
                    "{}{}",
                    "  ".repeat(self.depth.min(40)),
                    escape::terminal(&line)
                ),
                statement: self.statement.map(|(number, _)| number),
            });
        }
    }
}

/// Returns a list or object without nesting on one line, where it is short, and what follows it.
fn short<'a, 't>(rest: &'a [Token<'t>], opening: &str) -> Option<(String, &'a [Token<'t>])> {
    let mut text = opening.to_owned();
    let mut items = 0;
    for (place, token) in rest.iter().enumerate() {
        match token.text {
            "{" | "[" => return None,
            "," => {
                text.push_str(", ");
                items += 1;
            }
            ":" => text.push_str(": "),
            "}" | "]" => {
                text.push_str(token.text);
                let fits = items == 0 || text.chars().count() <= SHORT / 2;
                return fits
                    .then(|| rest.get(place + 1..))
                    .flatten()
                    .map(|rest| (text, rest));
            }
            other => text.push_str(other),
        }
        if text.len() > 4 * SHORT {
            return None;
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str, statements: &[Position]) -> Vec<(String, Option<usize>)> {
        let lines = laid_out(text, statements).into_iter();
        lines.map(|line| (line.text, line.statement)).collect()
    }

    #[test]
    fn equal_documents_are_laid_out_alike_whatever_their_white_space() {
        let tight = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["a:B","a:C"],"Resource":"*"}]}"#;
        let loose = tight
            .replace(',', " ,\n ")
            .replace(':', " : ")
            .replace(" : B", ":B");
        let loose = loose.replace("a : C", "a:C");
        let only = |text: &str| -> Vec<String> {
            laid_out(text, &[])
                .into_iter()
                .map(|line| line.text)
                .collect()
        };
        assert_eq!(only(tight), only(&loose));
        assert_eq!(only(tight)[4], "      \"Effect\": \"Allow\",");
    }

    #[test]
    fn lines_know_their_statement() {
        let text = r#"{"Statement":[{"Effect":"Allow"},{"Effect":"Deny","Resource":"{[,"}]}"#;
        let places = [15, 34].map(|column| Position { line: 1, column });
        let lines = texts(text, &places);
        let marked: Vec<_> = lines.iter().filter(|(_, own)| *own == Some(1)).collect();
        assert!(
            marked.iter().any(|(text, _)| text.contains("{[,")),
            "{lines:?}"
        );
        assert!(
            !marked.iter().any(|(text, _)| text.contains("Allow")),
            "{lines:?}"
        );
        assert_eq!(lines.last().unwrap(), &("}".to_owned(), None));
    }

    #[test]
    fn what_is_no_json_keeps_its_lines() {
        for text in [
            "a\nb",
            "1 2",
            "{\"a\" \"b\"}",
            "{\"a\": [}",
            "\"open",
            "{\"a\\",
        ] {
            let lines: Vec<String> = laid_out(text, &[])
                .into_iter()
                .map(|own| own.text)
                .collect();
            assert_eq!(lines.join("\n"), text);
        }
    }
}
