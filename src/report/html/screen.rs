//! The last step before the writer: no character that acts, whatever a template let through.

use std::io::Write;

use crate::report::escape;

/// Writes text out to a writer, and keeps the writer's error.
pub(super) struct Screen<'o> {
    out: &'o mut dyn Write,
    buffer: String,
    failure: Option<std::io::Error>,
}

/// How much is gathered before it is written.
const BUFFER: usize = 64 * 1024;

impl<'o> Screen<'o> {
    pub(super) fn new(out: &'o mut dyn Write) -> Self {
        Self {
            out,
            buffer: String::with_capacity(BUFFER + 1024),
            failure: None,
        }
    }

    /// Writes what is left.
    pub(super) fn finish(mut self) -> std::io::Result<()> {
        match self.failure.take() {
            Some(failure) => Err(failure),
            None => self.out.write_all(self.buffer.as_bytes()),
        }
    }
}

impl std::fmt::Write for Screen<'_> {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        // Nearly all text is ASCII, and most of that a single pass over bytes.
        let is_ascii = text.bytes().all(|byte| matches!(byte, b' '..=b'~' | b'\n'));
        if is_ascii || text.chars().all(is_plain) {
            self.buffer.push_str(text);
        } else {
            for character in text.chars() {
                if is_plain(character) {
                    self.buffer.push(character);
                } else {
                    self.buffer.extend(character.escape_unicode());
                }
            }
        }
        if self.buffer.len() >= BUFFER {
            let written = self.out.write_all(self.buffer.as_bytes());
            self.buffer.clear();
            if let Err(failure) = written {
                self.failure = Some(failure);
                return Err(std::fmt::Error);
            }
        }
        Ok(())
    }
}

/// Tells characters that HTML allows, and that neither act nor turn the direction of text.
fn is_plain(character: char) -> bool {
    character == '\n' || !(escape::is_hostile(character) || is_noncharacter(character))
}

/// See <https://infra.spec.whatwg.org/#noncharacter>.
fn is_noncharacter(character: char) -> bool {
    let code = u32::from(character);
    (0xfdd0..=0xfdef).contains(&code) || code & 0xfffe == 0xfffe
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::*;

    #[test]
    fn what_acts_is_written_out() {
        let mut out = Vec::new();
        let mut screen = Screen::new(&mut out);
        write!(screen, "a\u{1b}b\nc\u{202e}\u{fffe}\u{1ffff}é").unwrap();
        screen.finish().unwrap();
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "a\\u{1b}b\nc\\u{202e}\\u{fffe}\\u{1ffff}é"
        );
    }
}
