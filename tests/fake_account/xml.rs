//! Writes XML the way the query services answer.
//!
//! Must not know any operation.

use std::fmt::Write as _;

/// Holds XML that is being written.
#[derive(Debug, Default)]
pub(crate) struct Xml {
    text: String,
}

impl Xml {
    /// Begins a response with room for a page of documents.
    pub(crate) fn new() -> Self {
        Self {
            text: String::with_capacity(4096),
        }
    }

    /// Writes an element with text, escaped.
    pub(crate) fn leaf(&mut self, name: &str, text: &str) {
        let _ = write!(self.text, "<{name}>");
        escape(&mut self.text, text);
        let _ = write!(self.text, "</{name}>");
    }

    /// Writes an element with text where there is any.
    pub(crate) fn optional(&mut self, name: &str, text: Option<&str>) {
        if let Some(text) = text {
            self.leaf(name, text);
        }
    }

    /// Writes an element that holds others.
    pub(crate) fn element(&mut self, name: &str, content: impl FnOnce(&mut Self)) {
        let _ = write!(self.text, "<{name}>");
        content(self);
        let _ = write!(self.text, "</{name}>");
    }

    /// Writes a list: one `member` for each item.
    pub(crate) fn list<T>(
        &mut self,
        name: &str,
        items: impl IntoIterator<Item = T>,
        mut content: impl FnMut(&mut Self, T),
    ) {
        self.element(name, |xml| {
            for item in items {
                xml.element("member", |xml| content(xml, item));
            }
        });
    }

    /// Writes a list of texts.
    pub(crate) fn texts<'a>(&mut self, name: &str, items: impl IntoIterator<Item = &'a str>) {
        self.element(name, |xml| {
            for item in items {
                xml.leaf("member", item);
            }
        });
    }

    /// Returns what was written.
    pub(crate) fn finish(self) -> String {
        self.text
    }
}

/// Appends text so that a parser gives it back unchanged.
pub(crate) fn escape(into: &mut String, text: &str) {
    for character in text.chars() {
        match character {
            '&' => into.push_str("&amp;"),
            '<' => into.push_str("&lt;"),
            '>' => into.push_str("&gt;"),
            '"' => into.push_str("&quot;"),
            '\t' | '\n' | '\r' => {
                let _ = write!(into, "&#{};", u32::from(character));
            }
            other => into.push(other),
        }
    }
}
