//! Patterns of actions.
//!
//! Must not know which actions AWS publishes.

use std::sync::Arc;

use super::Glob;
use crate::policy::budget::Budget;

/// Matches actions, ignoring their case: `s3:Get*`, or `*` for all. Copies share it.
///
/// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html>.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActionPattern(Arc<Content>);

#[derive(Debug, PartialEq, Eq)]
struct Content {
    text: String,
    /// INVARIANT: the lowercase form of `text`.
    folded: String,
    glob: Glob,
    /// How long the service's name is; `None` where it has wildcards.
    service: Option<usize>,
}

impl ActionPattern {
    /// Reads `service:name` with wildcards anywhere, or `*`; returns `None` for anything else.
    ///
    /// Wildcards in the service part are accepted, as AWS keeps documents that have them.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let is_part = |part: &str| {
            !part.is_empty()
                && !part.contains(|c: char| c == ':' || c.is_whitespace() || c.is_control())
        };
        let well_formed = text == "*"
            || text
                .split_once(':')
                .is_some_and(|(service, name)| is_part(service) && is_part(name));
        let folded = text.to_ascii_lowercase();
        well_formed.then(|| {
            Self(Arc::new(Content {
                text: text.to_owned(),
                glob: Glob::with_wildcards(&folded),
                service: (folded.split_once(':'))
                    .filter(|(service, _)| !service.contains(['*', '?']))
                    .map(|(service, _)| service.len()),
                folded,
            }))
        })
    }

    /// Returns the pattern as the document writes it.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.0.text
    }

    /// Tells whether the pattern matches an action, in any case.
    #[must_use]
    pub fn matches(&self, action: &str) -> bool {
        let folded = action.to_ascii_lowercase();
        self.0.glob.matches(&folded, &Budget::unlimited())
    }

    pub(crate) fn folded(&self) -> &str {
        &self.0.folded
    }

    /// Returns the service of the actions, in lowercase; `None` where there may be several.
    pub(crate) fn service(&self) -> Option<&str> {
        self.0.folded.get(..self.0.service?)
    }

    /// Returns the glob over lowercase actions.
    pub(crate) fn glob(&self) -> &Glob {
        &self.0.glob
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accepts_service_and_name_with_wildcards() {
        for text in ["*", "s3:*", "s3:Get?bject", "execute-api:Invoke", "*:*"] {
            assert!(ActionPattern::parse(text).is_some(), "{text}");
        }
    }

    #[test]
    fn refuses_what_is_no_service_and_name() {
        for text in ["", "s3", "s3*", ":Get", "s3:", "s3:a:b", "s3: Get", "**"] {
            assert!(ActionPattern::parse(text).is_none(), "{text}");
        }
    }

    #[test]
    fn matches_in_any_case() {
        let pattern = ActionPattern::parse("S3:get*").unwrap();
        assert!(pattern.matches("s3:GETObject"));
        assert!(!pattern.matches("s3:PutObject"));
    }
}
