//! Following pages to the end, and noticing where the chain breaks.

use std::collections::BTreeSet;

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

/// How many pages a list may have: more than the largest account or organization fills.
const MOST_PAGES: usize = 10_000;

/// Goes from page to page, and notices where that leads nowhere.
#[derive(Debug, Default)]
pub(super) struct Chain {
    /// The markers that led to a page so far.
    seen: BTreeSet<String>,
}

impl Chain {
    /// Returns the marker of the next page, or `None` at the end.
    ///
    /// # Errors
    /// Returns an obstacle when an answer says that more follows and does not lead there: it names
    /// no page, or one that was there already, or there is no end to them.
    pub(super) fn next(
        &mut self,
        operation: &str,
        truncated: bool,
        marker: Option<&str>,
    ) -> Result<Option<String>, Unread> {
        let broken = |message: &str| {
            Err(Unread {
                reason: UnreadReason::Malformed,
                operation: operation.to_owned(),
                message: message.to_owned(),
            })
        };
        if !truncated {
            return Ok(None);
        }
        let Some(marker) = marker.map(ToOwned::to_owned) else {
            return broken("the answer does not lead to the next page");
        };
        if !self.seen.insert(marker.clone()) {
            return broken("the pages lead in a circle");
        }
        if self.seen.len() >= MOST_PAGES {
            return broken("the list has no end");
        }
        Ok(Some(marker))
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
    let (mut chain, mut marker) = (Chain::default(), None);
    loop {
        let page = match fetch(marker.clone()).await {
            Ok(page) => page,
            Err(error) => return (items, Err(error)),
        };
        items.extend(page.items);
        match chain.next(operation, page.truncated, page.marker.as_deref()) {
            Ok(None) => return (items, Ok(())),
            Ok(following) => marker = following,
            Err(unread) => return (items, Err(unread.into())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chain_ends_goes_on_or_breaks() {
        let mut chain = Chain::default();
        let mut step = |truncated, marker| chain.next("iam:ListRoles", truncated, marker);
        assert_eq!(step(false, None), Ok(None));
        assert_eq!(step(false, Some("left over")), Ok(None));
        assert_eq!(step(true, Some("a")), Ok(Some("a".to_owned())));
        assert_eq!(step(true, Some("b")), Ok(Some("b".to_owned())));
        assert!(step(true, None).is_err());
        assert!(step(true, Some("b")).is_err());
        assert!(step(true, Some("a")).is_err());
    }

    #[tokio::test]
    async fn a_list_without_an_end_is_given_up() {
        let asked = std::cell::Cell::new(0);
        let (items, end) = follow("iam:ListRoles", async |_| {
            asked.set(asked.get() + 1);
            Ok::<_, Unread>(Page::of(vec![()], Some(&asked.get().to_string())))
        })
        .await;
        assert_eq!(items.len(), MOST_PAGES);
        assert_eq!(end.unwrap_err().reason, UnreadReason::Malformed);
    }
}
