//! Sentences with `code` between backticks, as findings and rules write them.

use crate::report::escape;

/// Holds a sentence in pieces.
pub(super) struct Rich {
    pub(super) pieces: Vec<Piece>,
}

/// Holds text that is code, or is not.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Piece {
    pub(super) is_code: bool,
    pub(super) text: String,
}

impl Rich {
    /// Takes a text apart at its backticks; one without a partner stays as it is.
    pub(super) fn new(text: &str) -> Self {
        let text = escape::terminal(text);
        let mut pieces = Vec::new();
        let mut rest = text.as_str();
        while let Some((before, code, behind)) = next(rest) {
            pieces.extend(piece(false, before));
            pieces.extend(piece(true, code));
            rest = behind;
        }
        pieces.extend(piece(false, rest));
        Self { pieces }
    }
}

fn piece(is_code: bool, text: &str) -> Option<Piece> {
    (is_code || !text.is_empty()).then(|| Piece {
        is_code,
        text: text.to_owned(),
    })
}

fn next(text: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = text.split_once('`')?;
    let (code, behind) = rest.split_once('`')?;
    Some((before, code, behind))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn backticks_make_code_and_nothing_is_lost() {
        for text in ["plain", "a `b` c", "`b`", "a ` b", "``", "`a` `b", ""] {
            let pieces = Rich::new(text).pieces;
            let back: String = pieces
                .iter()
                .map(|piece| {
                    if piece.is_code {
                        format!("`{}`", piece.text)
                    } else {
                        piece.text.clone()
                    }
                })
                .collect();
            assert_eq!(back, text);
        }
        assert!(Rich::new("a `b` c").pieces[1].is_code);
    }
}
