//! Globs for names and ARNs.

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

/// The longest ARN that IAM gives, in characters; a glob needs no more.
const LONGEST: usize = 2_048;

/// Matches whole texts: `*` stands for any text, `/` and `:` too.
#[derive(Debug, Clone)]
// INVARIANT: `set` holds `text` alone.
pub struct Glob {
    text: String,
    set: GlobSet,
}

/// Says why a text is no glob.
#[derive(Debug, Clone, thiserror::Error)]
pub enum GlobError {
    /// It is longer than any ARN.
    #[error("it is longer than {LONGEST} characters")]
    TooLong,
    /// Its brackets or braces do not fit.
    #[error("{0}")]
    Shape(globset::ErrorKind),
    /// Its braces hold each other too often.
    #[error("its braces are nested too deeply")]
    TooDeep,
}

impl Glob {
    /// Reads a glob of at most 2,048 characters.
    ///
    /// # Errors
    /// Returns an error for a text that is none, or one that would take too much to match.
    pub fn parse(text: &str) -> Result<Self, GlobError> {
        if text.chars().count() > LONGEST {
            return Err(GlobError::TooLong);
        }
        let shape = |error: globset::Error| GlobError::Shape(error.kind().clone());
        let glob = GlobBuilder::new(text).build().map_err(shape)?;
        // A matcher of the glob itself panics where the expression behind it is refused; a set does not.
        let set = GlobSetBuilder::new().add(glob).build();
        Ok(Self {
            text: text.to_owned(),
            set: set.map_err(|_| GlobError::TooDeep)?,
        })
    }

    /// Returns the text.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Tells whether it matches the whole of a text.
    pub fn is_match(&self, text: &str) -> bool {
        self.set.is_match(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn matches_across_slashes_and_colons() {
        let glob = Glob::parse("arn:*:iam::*:role/*/a?[xy]{1,2}").unwrap();
        assert!(glob.is_match("arn:aws:iam::111122223333:role/aws-service-role/abx2"));
        assert!(!glob.is_match("arn:aws:iam::111122223333:role/abx3"));
    }

    #[test]
    fn refuses_what_takes_too_much() {
        let problem = |text: &str| Glob::parse(text).unwrap_err().to_string();
        let nested = "{a,".repeat(500) + &"}".repeat(500);
        assert_eq!(problem(&nested), "its braces are nested too deeply");
        let long = "*a".repeat(1_025);
        assert_eq!(problem(&long), "it is longer than 2048 characters");
        assert!(Glob::parse(&"*a".repeat(1_024)).is_ok());
        assert!(problem("[a").contains("unclosed"));
    }
}
