//! Many accounts, each entered by a role of its own, a bounded number at a time.
//!
//! What one account does costs the others nothing: each has its deadline and its retries, an account
//! that is slow gives its place to the next, and what was read of one is handed on and dropped.

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::thread::available_parallelism;
use std::time::Duration;

use aws_config::SdkConfig;
use aws_config::retry::RetryConfig;
use aws_sdk_iam::config::retry::{RetryPartition, TokenBucket};
use aws_sdk_iam::config::{IdentityCache, SharedCredentialsProvider};
use futures_util::{StreamExt, stream};
use tokio::sync::{Semaphore, SemaphorePermit};

use super::body::guarded;
use super::documents::Documents;
use super::pace::Pace;
use super::session::{Role, Session};
use super::transport::{Listener, Transport};
use super::visit::{Visit, Visitor};
use super::{
    CollectError, ConnectOptions, OwnerClients, Scope, Source, Strategy, connect, identity,
    organization,
};
use crate::inventory::{Inventory, Member, Unread, UnreadReason};
use crate::model::{AccountId, Partition};

/// Attempts per request: an account that is throttled for half a minute is read all the same.
const ATTEMPTS: u32 = 25;
/// The longest wait between attempts.
const MAX_BACKOFF: Duration = Duration::from_secs(5);
/// When an account is slow: from then on another one is read beside it.
const SLOW: Duration = Duration::from_secs(10);
/// How many slow accounts there may be for each that is not.
const SLOW_ACCOUNTS: usize = 3;

/// Says how accounts are entered.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The name of the role to assume in each account, with its path: `audit/roledrift-audit`.
    pub role_name: String,
    /// What CloudTrail calls the sessions.
    pub session_name: String,
    /// The external id that the roles' trust policies ask for.
    pub external_id: Option<String>,
}

/// Says how many accounts are read at the same time, and how long each may take.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Accounts at the same time; slow ones are not counted, of which there may be three times as
    /// many. 0 counts as 1.
    pub concurrency: usize,
    /// How long an account may take.
    pub deadline: Duration,
}

/// Says why nothing is known of an account.
#[derive(Debug, thiserror::Error)]
pub enum FleetError {
    /// Its role could not be assumed.
    #[error("{0}")]
    Closed(Unread),
    /// It could not be read.
    #[error(transparent)]
    Collect(#[from] CollectError),
    /// It took longer than it may.
    #[error("not read within {} seconds", .0.as_secs())]
    Deadline(Duration),
}

/// Holds the way into many accounts.
#[derive(Debug)]
pub struct Fleet {
    config: SdkConfig,
    sts: aws_sdk_sts::Client,
    caller: (AccountId, Partition),
    entry: Entry,
    strategy: Strategy,
    documents: Arc<Documents>,
    /// Asks whatever account is visited, as its session.
    visitor: aws_sdk_iam::Client,
    /// Asks as the caller.
    iam: aws_sdk_iam::Client,
}

impl Fleet {
    /// Finds credentials as [`Source::connect`] does, and asks whose they are.
    ///
    /// # Errors
    /// Returns an error when the credentials do not tell who they are.
    pub async fn connect(options: &ConnectOptions, entry: Entry) -> Result<Self, CollectError> {
        Self::new(&connect::configuration(options).await, entry).await
    }

    /// Uses a configuration that exists: all accounts share the connections of its HTTP client, and
    /// its retries are replaced.
    ///
    /// # Errors
    /// Returns an error when the credentials do not tell who they are.
    pub async fn new(config: &SdkConfig, entry: Entry) -> Result<Self, CollectError> {
        let transport = Transport::over(config.http_client());
        let retries = RetryConfig::standard()
            .with_max_attempts(ATTEMPTS)
            .with_max_backoff(MAX_BACKOFF);
        let config = config
            .clone()
            .into_builder()
            .http_client(transport.clone())
            .retry_config(retries)
            .build();
        let pace = Arc::new(Pace::of_everybody());
        let sts = aws_sdk_sts::config::Builder::from(&config)
            .http_client(transport.paced(&pace))
            .interceptor(Listener(pace))
            .retry_partition(retries_of("sts"))
            .build();
        let sts = guarded!(aws_sdk_sts, aws_sdk_sts::Client::from_conf(sts));
        let caller = identity(&sts).await?;
        let pace = Arc::new(Pace::of_everybody());
        let iam = |config: &SdkConfig| {
            let iam = aws_sdk_iam::config::Builder::from(config)
                .http_client(transport.paced(&pace))
                .interceptor(Listener(Arc::clone(&pace)))
                .retry_partition(retries_of("account"))
                .build();
            guarded!(aws_sdk_iam, aws_sdk_iam::Client::from_conf(iam))
        };
        let visitor = as_session(&config, SharedCredentialsProvider::new(Visitor));
        Ok(Self {
            visitor: iam(&visitor),
            iam: iam(&config),
            config,
            sts,
            caller,
            entry,
            strategy: Strategy::Auto,
            documents: Arc::default(),
        })
    }

    /// Sets how roles are read.
    #[must_use]
    pub fn with_strategy(mut self, strategy: Strategy) -> Self {
        self.strategy = strategy;
        self
    }

    /// Returns the account that the caller is in.
    pub fn caller(&self) -> &AccountId {
        &self.caller.0
    }

    /// Lists the accounts of the caller's organization for whoever enters none of them.
    ///
    /// # Errors
    /// Returns why the list could not be read to its end.
    pub async fn list(options: &ConnectOptions, units: &[String]) -> Result<Vec<Member>, Unread> {
        let config = connect::configuration(options).await;
        organization::members(&config, units).await
    }

    /// Lists the accounts of the caller's organization, those below some units (or roots) only
    /// where any is named; by id.
    ///
    /// # Errors
    /// Returns why the list could not be read to its end.
    pub async fn members(&self, units: &[String]) -> Result<Vec<Member>, Unread> {
        organization::members(&self.config, units).await
    }

    /// Reads one account.
    ///
    /// The caller's own account is read with the caller's own credentials where the role cannot be
    /// assumed there.
    ///
    /// # Errors
    /// Returns why nothing is known of the account; everything less becomes an unread fact.
    pub async fn collect(
        &self,
        account: &AccountId,
        scope: &Scope,
        deadline: Duration,
    ) -> Result<Inventory, FleetError> {
        let read = async {
            let (visit, source) = self
                .enter(account, scope)
                .await
                .map_err(FleetError::Closed)?;
            let now = jiff::Timestamp::now();
            let inventory = visit.during(source.collect(now, scope, &|_| {})).await?;
            Ok(inventory)
        };
        let read = tokio::time::timeout(deadline, Box::pin(read)).await;
        read.unwrap_or(Err(FleetError::Deadline(deadline)))
    }

    /// Reads accounts side by side, and hands each to `sink` as it ends, on a thread that may wait: as many at
    /// the same time as there are processors.
    ///
    /// # Errors
    /// Returns the first error of `sink`; accounts that are being read then are given up.
    pub async fn read<E: Send + 'static>(
        &self,
        accounts: Vec<Member>,
        scope: &Scope,
        limits: Limits,
        sink: impl Fn(Member, Result<Inventory, FleetError>) -> Result<(), E> + Send + Sync + 'static,
    ) -> Result<(), E> {
        let sink = Arc::new(sink);
        let places = Places::new(limits.concurrency.max(1));
        let (places, number) = (&places, places.number());
        let threads = &Semaphore::new(available_parallelism().map_or(1, NonZeroUsize::get));
        let mut ends = stream::iter(accounts)
            .map(|member| {
                let sink = Arc::clone(&sink);
                async move {
                    let read = Box::pin(self.collect(&member.id, scope, limits.deadline));
                    // Held until the account is handed on: what was read of it is in memory.
                    let (result, _place) = places.take(read).await;
                    let _thread = threads.acquire().await;
                    tokio::task::spawn_blocking(move || sink(member, result)).await
                }
            })
            .buffer_unordered(number);
        while let Some(end) = ends.next().await {
            match end {
                Ok(kept) => kept?,
                Err(panicked) => std::panic::resume_unwind(panicked.into_panic()),
            }
        }
        Ok(())
    }

    /// Begins a visit of an account.
    async fn enter(&self, account: &AccountId, scope: &Scope) -> Result<(Visit, Source), Unread> {
        let partition = &self.caller.1;
        let role = Role {
            account: account.clone(),
            arn: format!(
                "arn:{partition}:iam::{account}:role/{}",
                self.entry.role_name
            ),
            session_name: self.entry.session_name.clone(),
            external_id: self.entry.external_id.clone(),
        };
        let (session, iam) = match Session::begin(self.sts.clone(), role).await {
            Ok(session) => (Some(SharedCredentialsProvider::new(session)), &self.visitor),
            Err(unread) if unread.reason == UnreadReason::Denied && account == self.caller() => {
                tracing::info!("account {account} is the caller's own: {unread}");
                (None, &self.iam)
            }
            Err(unread) => return Err(unread),
        };
        let owners = || {
            let session = session.clone();
            let config = session.map(|session| as_session(&self.config, session));
            let config = config.as_ref().unwrap_or(&self.config);
            OwnerClients::of(config, Some(retries_of("account")))
        };
        let source = Source {
            iam: iam.clone(),
            sts: self.sts.clone(),
            owners: scope.owners.then(owners),
            strategy: self.strategy,
            documents: Arc::clone(&self.documents),
            identity: Some((account.clone(), partition.clone())),
        };
        Ok((Visit::new(session), source))
    }
}

/// Has requests made with credentials that keep themselves; a shared cache would keep those of every account.
fn as_session(config: &SdkConfig, session: SharedCredentialsProvider) -> SdkConfig {
    let builder = config.clone().into_builder().credentials_provider(session);
    builder.identity_cache(IdentityCache::no_cache()).build()
}

/// Bounds how many accounts are read at the same time.
struct Places {
    quick: Semaphore,
    slow: Semaphore,
    number: usize,
}

impl Places {
    fn new(quick: usize) -> Self {
        let slow = quick * SLOW_ACCOUNTS;
        Self {
            quick: Semaphore::new(quick),
            slow: Semaphore::new(slow),
            number: quick + slow,
        }
    }

    fn number(&self) -> usize {
        self.number
    }

    /// Waits for a place and reads an account; returns the place with the result.
    ///
    /// Who needs long moves to a place for slow accounts, once there is one.
    async fn take<T>(
        &self,
        mut read: impl Future<Output = T> + Unpin,
    ) -> (T, Option<SemaphorePermit<'_>>) {
        // The semaphores are never closed: a place is always given.
        let place = self.quick.acquire().await.ok();
        let moves = async {
            tokio::time::sleep(SLOW).await;
            self.slow.acquire().await.ok()
        };
        tokio::select! {
            result = &mut read => (result, place),
            slow = moves => {
                drop(place);
                (read.await, slow)
            }
        }
    }
}

/// Makes retries of their own: those that all clients of a process share run out for everybody when
/// one account throttles. Attempts and deadlines bound them.
pub(super) fn retries_of(name: &'static str) -> RetryPartition {
    RetryPartition::custom(name)
        .token_bucket(TokenBucket::unlimited())
        .build()
}
