//! AWS's own policy documents: the same in every account, so each version is fetched once.
//!
//! Must not know who asks. A document that an account's own policy holds is never kept.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use tokio::sync::Semaphore;

use crate::inventory::{DocumentText, Observed};
use crate::model::{Arn, PolicyVersion};

/// How long to wait for what another account is fetching: its answer may never come.
const PATIENCE: Duration = Duration::from_secs(2);

/// Holds the documents of AWS's policies that were fetched, by ARN (which names the partition) and
/// version.
#[derive(Debug, Default)]
pub(super) struct Documents {
    kept: Mutex<BTreeMap<(Arn, PolicyVersion), Arc<Slot>>>,
}

#[derive(Debug)]
struct Slot {
    document: OnceLock<DocumentText>,
    /// Who holds it fetches.
    turn: Semaphore,
}

impl Documents {
    /// Returns a document, fetched by `fetch` where nobody did before.
    ///
    /// One fetches, others wait for it, but not for long: whoever it takes too long for asks too.
    /// A failure is the asker's own.
    pub(super) async fn get(
        &self,
        arn: &Arn,
        version: PolicyVersion,
        fetch: impl AsyncFnOnce() -> Observed<DocumentText>,
    ) -> Observed<DocumentText> {
        if !arn.is_aws_owned() {
            return fetch().await;
        }
        let slot = self.slot(arn, version);
        if let Some(document) = slot.document.get() {
            return Observed::Read(document.clone());
        }
        let turn = tokio::time::timeout(PATIENCE, slot.turn.acquire()).await;
        if let Some(document) = slot.document.get() {
            return Observed::Read(document.clone());
        }
        let found = fetch().await;
        if let Some(document) = found.read().filter(|document| is_json(document)) {
            slot.document.get_or_init(|| document.clone());
        }
        drop(turn);
        found
    }

    fn slot(&self, arn: &Arn, version: PolicyVersion) -> Arc<Slot> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let slot = kept.entry((arn.clone(), version)).or_insert_with(|| {
            Arc::new(Slot {
                document: OnceLock::new(),
                turn: Semaphore::new(1),
            })
        });
        Arc::clone(slot)
    }
}

/// Tells whether a document can be one at all: nonsense that one account got stays with it.
fn is_json(document: &DocumentText) -> bool {
    serde_json::from_str::<serde::de::IgnoredAny>(document.as_str()).is_ok()
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;
    use crate::inventory::{Unread, UnreadReason};

    const TEXT: &str = "{}";

    fn arn(owner: &str) -> Arn {
        format!("arn:aws:iam::{owner}:policy/x").parse().unwrap()
    }

    fn version() -> PolicyVersion {
        "v1".parse().unwrap()
    }

    fn refused() -> Observed<DocumentText> {
        Observed::NotRead(Unread {
            reason: UnreadReason::Denied,
            operation: "iam:GetPolicyVersion".to_owned(),
            message: String::new(),
        })
    }

    #[tokio::test(start_paused = true)]
    async fn many_ask_and_one_fetches() {
        let documents = Documents::default();
        let (arn, fetched) = (arn("aws"), AtomicUsize::new(0));
        let ask = || {
            documents.get(&arn, version(), async || {
                fetched.fetch_add(1, Ordering::Relaxed);
                tokio::time::sleep(Duration::from_secs(1)).await;
                Observed::Read(DocumentText::new(TEXT))
            })
        };
        let found = futures_util::future::join_all((0..100).map(|_| ask())).await;
        assert_eq!(fetched.load(Ordering::Relaxed), 1);
        assert!(found.iter().all(|found| found.read().is_some()));
    }

    #[tokio::test(start_paused = true)]
    async fn nobody_waits_long_for_one_who_gets_no_answer() {
        let documents = Documents::default();
        let arn = arn("aws");
        let hangs = documents.get(&arn, version(), async || {
            tokio::time::sleep(Duration::from_mins(10)).await;
            refused()
        });
        let asks = documents.get(&arn, version(), async || {
            Observed::Read(DocumentText::new(TEXT))
        });
        let start = tokio::time::Instant::now();
        let asks = async { (asks.await, start.elapsed()) };
        let (hung, (found, took)) = tokio::join!(hangs, asks);
        assert!(found.read().is_some() && took <= PATIENCE);
        assert!(hung.unread().is_some());
    }

    #[tokio::test]
    async fn a_refusal_and_nonsense_are_the_askers_own() {
        let documents = Documents::default();
        let arn = arn("aws");
        let first = documents.get(&arn, version(), async || refused()).await;
        assert!(first.unread().is_some());
        let nonsense = DocumentText::new("<html>");
        documents
            .get(&arn, version(), async || Observed::Read(nonsense))
            .await;
        let text = || DocumentText::new(TEXT);
        let third = documents.get(&arn, version(), async || Observed::Read(text()));
        assert_eq!(third.await.read(), Some(&text()));
    }

    #[tokio::test]
    async fn the_policies_of_an_account_are_not_kept() {
        let documents = Documents::default();
        let arn = arn("111122223333");
        let text = |text| Observed::Read(DocumentText::new(text));
        documents.get(&arn, version(), async || text("{}")).await;
        let second = documents.get(&arn, version(), async || text("[]")).await;
        assert_eq!(second, text("[]"));
    }
}
