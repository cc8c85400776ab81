//! Digests of policy documents.

use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};

use crate::model::InvalidValue;
use crate::policy::NormalForm;

/// Identifies a document by its content, however it is laid out: SHA-256 of its normal form.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
// INVARIANT: 64 lower-case hexadecimal digits.
pub struct Digest(String);

impl Digest {
    /// Digests a document's normal form, as [`NormalForm::text`] writes it.
    pub fn of(form: &NormalForm) -> Self {
        let bytes: [u8; 32] = Sha256::digest(form.text().as_bytes()).into();
        let mut digits = String::with_capacity(64);
        for byte in bytes {
            // Writing to a string cannot fail.
            let _ = write!(digits, "{byte:02x}");
        }
        Self(digits)
    }

    /// Returns the hexadecimal digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::str::FromStr for Digest {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        if text.len() == 64 && text.bytes().all(is_digit) {
            return Ok(Self(text.to_owned()));
        }
        Err(InvalidValue {
            value: text.to_owned(),
            expected: "64 lower-case hexadecimal digits",
        })
    }
}
