//! SARIF messages: plain text in which brackets, braces and backslashes have a meaning.

use super::log::Message;
use crate::report::escape;

/// Makes a message of unescaped text.
///
/// Brackets would be links and braces placeholders (SARIF 2.1.0, 3.11.5 and 3.11.6); control
/// characters become visible.
pub(super) fn text(text: &str) -> Message {
    let visible = escape::terminal(text);
    let mut safe = String::with_capacity(visible.len());
    for character in visible.chars() {
        match character {
            '\\' | '[' | ']' => safe.extend(['\\', character]),
            '{' | '}' => safe.extend([character, character]),
            _ => safe.push(character),
        }
    }
    Message { text: safe }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holds_neither_links_nor_placeholders() {
        assert_eq!(
            text("see [here](https://example.com) {0} a\\b\u{1b}").text,
            r"see \[here\](https://example.com) {{0}} a\\b\\u{{1b}}"
        );
    }
}
