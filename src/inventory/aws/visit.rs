//! Which account a task reads: whose session its requests carry, and how fast they go.
//!
//! One client asks all accounts, since making one costs more than a request of it. It finds the session in
//! the task that asks; what is asked outside of any visit is refused, never asked as somebody else.

use std::sync::Arc;

use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{ProvideCredentials, future};
use aws_sdk_iam::config::SharedCredentialsProvider;

use super::pace::Pace;

tokio::task_local! {
    static CURRENT: Visit;
}

/// Holds what requests of one account need.
#[derive(Debug, Clone)]
pub(super) struct Visit {
    /// Whose requests they are; `None` where their client knows that by itself.
    session: Option<SharedCredentialsProvider>,
    pace: Arc<Pace>,
}

impl Visit {
    /// Makes a visit at a pace of its own.
    pub(super) fn new(session: Option<SharedCredentialsProvider>) -> Self {
        Self {
            session,
            pace: Arc::new(Pace::of_an_account()),
        }
    }

    /// Does some work in the account.
    pub(super) async fn during<T>(self, work: impl Future<Output = T>) -> T {
        CURRENT.scope(self, work).await
    }

    /// Returns the pace of the account that this task reads, if it reads one.
    pub(super) fn pace() -> Option<Arc<Pace>> {
        CURRENT.try_with(|visit| Arc::clone(&visit.pace)).ok()
    }

    fn session() -> Option<SharedCredentialsProvider> {
        CURRENT
            .try_with(|visit| visit.session.clone())
            .ok()
            .flatten()
    }
}

/// Provides the credentials of the account that the asking task reads.
#[derive(Debug)]
pub(super) struct Visitor;

impl ProvideCredentials for Visitor {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(async {
            let Some(session) = Visit::session() else {
                let problem = "no account is being read";
                return Err(CredentialsError::not_loaded(problem));
            };
            session.provide_credentials().await
        })
    }
}

#[cfg(test)]
mod tests {
    use aws_credential_types::Credentials;

    use super::*;

    async fn key() -> Option<String> {
        let found = Visitor.provide_credentials().await.ok()?;
        Some(found.access_key_id().to_owned())
    }

    #[tokio::test]
    async fn each_of_two_accounts_in_one_task_has_its_own_session() {
        let visit = |key: &str| {
            let session = Credentials::new(key, "secret", None, None, "test");
            Visit::new(Some(SharedCredentialsProvider::new(session)))
        };
        let asks = async || {
            let first = key().await;
            tokio::task::yield_now().await;
            (first, key().await)
        };
        let (a, b) = tokio::join!(visit("A").during(asks()), visit("B").during(asks()));
        assert_eq!(a, (Some("A".to_owned()), Some("A".to_owned())));
        assert_eq!(b, (Some("B".to_owned()), Some("B".to_owned())));
    }

    #[tokio::test]
    async fn nobody_is_anybody_outside_of_a_visit() {
        assert_eq!(key().await, None);
        assert_eq!(Visit::new(None).during(key()).await, None);
        assert!(Visit::pace().is_none());
    }
}
