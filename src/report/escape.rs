//! Makes text of strangers harmless: names, descriptions and policies may hold anything.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::io::{Error, ErrorKind, Result, Write};

use serde::Serialize;

/// Bytes that are looked at before it is decided whether to go on.
const PIECE: usize = 255;

/// Tells characters that move a cursor, colour text or turn its direction.
pub(super) fn is_hostile(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{061c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
        )
}

/// Escapes for a terminal: control and direction characters become `\u{…}`.
pub fn terminal(text: &str) -> String {
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return text.to_owned();
    }
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        if is_hostile(character) {
            safe.extend(character.escape_unicode());
        } else {
            safe.push(character);
        }
    }
    safe
}

/// Escapes finished JSON further: what is legal inside a JSON string and hostile on a terminal.
///
/// Outside strings JSON holds no such character but line feeds and spaces of its layout.
pub fn json(text: &str) -> Cow<'_, str> {
    // A piece as a whole, so that the compiler may look at many bytes at once.
    let is_harmless = |piece: &[u8]| {
        let hostile =
            |byte: u8| u8::from(byte != b'\n') & u8::from(byte.wrapping_sub(b' ') > b'~' - b' ');
        piece.iter().fold(0, |any, byte| any | hostile(*byte)) == 0
    };
    if text.as_bytes().chunks(PIECE).all(is_harmless) {
        return Cow::Borrowed(text);
    }
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        if character != '\n' && is_hostile(character) {
            let mut units = [0; 2];
            for unit in character.encode_utf16(&mut units) {
                // Writing to a string cannot fail.
                let _ = write!(safe, "\\u{unit:04x}");
            }
        } else {
            safe.push(character);
        }
    }
    Cow::Owned(safe)
}

/// Writes a value as JSON that people can read, escaped as [`json`] does while it is made.
pub(super) fn write_json(value: &impl Serialize, out: &mut dyn Write) -> Result<()> {
    serde_json::to_writer_pretty(Json(out), value)?;
    out.write_all(b"\n")
}

/// Escapes pieces of JSON on their way; each ends where a character does.
struct Json<'o>(&'o mut dyn Write);

impl Write for Json<'_> {
    fn write(&mut self, bytes: &[u8]) -> Result<usize> {
        let text = std::str::from_utf8(bytes)
            .map_err(|error| Error::new(ErrorKind::InvalidData, error))?;
        self.0.write_all(json(text).as_bytes())?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> Result<()> {
        self.0.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_terminal_gets_no_control_and_no_direction_characters() {
        let hostile = "a\u{1b}[2Jb\u{9b}c\u{202e}d\ne\u{7f}";
        assert_eq!(
            terminal(hostile),
            r"a\u{1b}[2Jb\u{9b}c\u{202e}d\u{a}e\u{7f}"
        );
        assert_eq!(terminal("Grüße, 世界"), "Grüße, 世界");
    }

    #[test]
    fn json_keeps_its_meaning() {
        let text = serde_json::to_string_pretty(&["\u{9b}\u{202e}\u{2028}é\u{7f}"]).unwrap();
        let safe = json(&text);
        assert!(safe.is_ascii() || safe.contains('é'));
        assert!(!safe.contains('\u{9b}') && !safe.contains('\u{202e}'));
        assert_eq!(
            serde_json::from_str::<Vec<String>>(&safe).unwrap(),
            serde_json::from_str::<Vec<String>>(&text).unwrap()
        );
    }
}
