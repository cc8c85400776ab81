//! Following pages to the end, and noticing where the chain breaks.

use crate::inventory::{Unread, UnreadReason};

/// Holds one page of a list.
pub(super) struct Page<T> {
    pub(super) items: Vec<T>,
    pub(super) truncated: bool,
    pub(super) marker: Option<String>,
}

impl<T> Page<T> {
    /// Holds a page of a service that names the next one, or none.
    pub(super) fn of(items: Vec<T>, next: Option<&str>) -> Self {
        let marker = next.filter(|token| !token.is_empty());
        Self {
            items,
            truncated: marker.is_some(),
            marker: marker.map(ToOwned::to_owned),
        }
    }
}

/// Follows a list to its end; returns what the pages held, and why they ended early if they did.
///
/// The SDK's own paginators take a broken chain of pages for the end.
pub(super) async fn follow<T, E: From<Unread>>(
    operation: &str,
    fetch: impl AsyncFn(Option<String>) -> Result<Page<T>, E>,
) -> (Vec<T>, Result<(), E>) {
    let mut items = Vec::new();
    let mut marker = None;
    loop {
        let page = match fetch(marker.clone()).await {
            Ok(page) => page,
            Err(error) => return (items, Err(error)),
        };
        items.extend(page.items);
        let current = marker.as_deref();
        match next(operation, current, page.truncated, page.marker.as_deref()) {
            Ok(None) => return (items, Ok(())),
            Ok(following) => marker = following,
            Err(unread) => return (items, Err(unread.into())),
        }
    }
}

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
