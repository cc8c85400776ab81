//! Policy documents as text, exactly as the account holds them.

use std::borrow::Cow;
use std::sync::Arc;

use percent_encoding::percent_decode_str;

/// Holds the text of a policy document, decoded but not interpreted; copies share it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DocumentText(Arc<str>);

impl DocumentText {
    /// Keeps a text as it is.
    pub fn new(text: impl Into<Arc<str>>) -> Self {
        Self(text.into())
    }

    /// Decodes a text that IAM returned: URL-encoded after RFC 3986, where `+` stands for itself.
    ///
    /// A text that already begins as JSON stays as it is, because some servers do not encode.
    /// See <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRolePolicy.html>.
    pub fn from_wire(text: &str) -> Self {
        if text.trim_start().starts_with(['{', '[']) {
            return Self(text.into());
        }
        let decoded: Cow<'_, str> = percent_decode_str(text).decode_utf8_lossy();
        Self(decoded.into())
    }

    /// Returns the text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the text as copies share it.
    pub fn shared(&self) -> &Arc<str> {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decodes_what_iam_encodes() {
        let text = DocumentText::from_wire("%7B%22a%22%3A%20%22x%2By%20100%25%22%7D");
        assert_eq!(text.as_str(), r#"{"a": "x+y 100%"}"#);
    }

    #[test]
    fn leaves_plain_json_with_percent_signs_alone() {
        let plain = r#" {"Resource": "arn:aws:s3:::a%2Fb+c"}"#;
        assert_eq!(DocumentText::from_wire(plain).as_str(), plain);
    }

    #[test]
    fn keeps_a_plus_sign() {
        assert_eq!(DocumentText::from_wire("%7B+%7D").as_str(), "{+}");
    }
}
