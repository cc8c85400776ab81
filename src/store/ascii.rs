//! JSON in printable ASCII: text of strangers stays harmless wherever a row is printed.

use std::io::{Result, Write};

use serde::Serialize;
use serde_json::ser::{Formatter, Serializer};

struct Ascii;

impl Formatter for Ascii {
    fn write_string_fragment<W: ?Sized + Write>(
        &mut self,
        writer: &mut W,
        fragment: &str,
    ) -> Result<()> {
        let mut units = [0; 2];
        for character in fragment.chars() {
            if matches!(character, ' '..='~') {
                write!(writer, "{character}")?;
            } else {
                for unit in character.encode_utf16(&mut units) {
                    write!(writer, "\\u{unit:04x}")?;
                }
            }
        }
        Ok(())
    }
}

/// Returns a value as one line, ending in a line feed.
pub(super) fn line(value: &impl Serialize) -> serde_json::Result<Vec<u8>> {
    let mut text = Vec::new();
    value.serialize(&mut Serializer::with_formatter(&mut text, Ascii))?;
    text.push(b'\n');
    Ok(text)
}

#[cfg(test)]
mod tests {
    #[test]
    fn keeps_the_meaning_and_prints_nothing_hostile() {
        let hostile = "a\u{1b}[2J\u{9b}\u{202e}\u{7f}\n\"\\ é 世 \u{1f600}";
        let line = super::line(&[hostile]).unwrap();
        let (end, text) = line.split_last().unwrap();
        assert_eq!(*end, b'\n');
        assert!(text.iter().all(|byte| matches!(byte, b' '..=b'~')));
        assert_eq!(
            serde_json::from_slice::<Vec<String>>(&line).unwrap(),
            [hostile]
        );
    }
}
