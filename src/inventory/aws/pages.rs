//! Following pages to the end, and noticing where the chain breaks.

use crate::inventory::{Unread, UnreadReason};

/// Returns the marker of the next page, or `None` at the end.
///
/// # Errors
/// Returns an obstacle when an answer says that more follows and does not lead there.
pub(super) fn next(
    operation: &str,
    current: Option<&str>,
    truncated: bool,
    marker: Option<&str>,
) -> Result<Option<String>, Unread> {
    match marker {
        _ if !truncated => Ok(None),
        Some(marker) if Some(marker) != current => Ok(Some(marker.to_owned())),
        _ => Err(Unread {
            reason: UnreadReason::Malformed,
            operation: operation.to_owned(),
            message: "the answer does not lead to the next page".to_owned(),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chain_ends_goes_on_or_breaks() {
        let step = |current, truncated, marker| next("iam:ListRoles", current, truncated, marker);
        assert_eq!(step(None, false, None), Ok(None));
        assert_eq!(step(None, false, Some("left over")), Ok(None));
        assert_eq!(step(None, true, Some("b")), Ok(Some("b".to_owned())));
        assert!(step(None, true, None).is_err());
        assert!(step(Some("b"), true, Some("b")).is_err());
    }
}
