//! One service in one Region: requests paced by AWS's published quotas, and none to who is not there.
//!
//! Must not know what the answers mean.

use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use aws_sdk_iam::error::{ProvideErrorMetadata, SdkError};
use governor::clock::Clock;
use governor::middleware::NoOpMiddleware;
use governor::state::{InMemoryState, NotKeyed};
use governor::{Quota, RateLimiter};
use tokio::sync::Mutex;

use crate::inventory::aws::failure::{is_absent, unread};
use crate::inventory::{Need, OPERATIONS, Operation, Rate, Unread, UnreadReason};

/// The share of a quota that is used, in percent: AWS's clock is not ours.
const USED_PERCENT: u32 = 97;

/// Says why a request told nothing.
#[derive(Debug)]
pub(super) enum Refusal {
    /// The service says that there is no such thing.
    Absent(Unread),
    /// It could not be told.
    Unread(Unread),
}

impl From<Unread> for Refusal {
    fn from(unread: Unread) -> Self {
        Self::Unread(unread)
    }
}

impl From<Refusal> for Unread {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Absent(unread) | Refusal::Unread(unread) => unread,
        }
    }
}

/// Holds the way to one service of one Region.
pub(super) struct Endpoint {
    buckets: BTreeMap<&'static str, Bucket>,
    /// Why nobody is asked any more: the first request that got no answer.
    down: OnceLock<Unread>,
}

impl Endpoint {
    /// Makes the way to the service whose actions begin with `prefix`; every bucket is full.
    pub(super) fn new(prefix: &str) -> Self {
        let of_service = |operation: &&Operation| {
            operation.need == Need::Owners && operation.action.split(':').next() == Some(prefix)
        };
        let buckets = OPERATIONS
            .iter()
            .filter(of_service)
            .filter_map(|operation| {
                let rate = operation.rate?;
                Some((operation.action, Bucket::new(rate)?))
            });
        Self {
            buckets: buckets.collect(),
            down: OnceLock::new(),
        }
    }

    /// Waits for the operation's turn, then sends one request.
    ///
    /// After a request without an answer none is sent any more, so that an endpoint that is not
    /// there costs at most twice the time of one.
    pub(super) async fn ask<T, E, R>(
        &self,
        operation: Operation,
        send: impl AsyncFnOnce() -> Result<T, SdkError<E, R>>,
    ) -> Result<T, Refusal>
    where
        E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
        R: std::fmt::Debug + Send + Sync + 'static,
    {
        self.turn(operation).await?;
        // Boxed: a request under way is large, and most of them wait.
        match Box::pin(send()).await {
            Ok(answer) => Ok(answer),
            Err(error) => {
                let unread = unread(operation.action, &error);
                if unread.reason == UnreadReason::Unreachable {
                    self.down.get_or_init(|| unread.clone());
                }
                Err(if is_absent(&error) {
                    Refusal::Absent(unread)
                } else {
                    Refusal::Unread(unread)
                })
            }
        }
    }

    async fn turn(&self, operation: Operation) -> Result<(), Unread> {
        let Some(bucket) = self.buckets.get(operation.action) else {
            return self.reachable(operation);
        };
        // Fair: whoever came first is served first.
        let _queue = bucket.queue.lock().await;
        loop {
            self.reachable(operation)?;
            match bucket.tokens.check() {
                Ok(()) => return Ok(()),
                Err(not_yet) => tokio::time::sleep(not_yet.wait_time_from(Now.now())).await,
            }
        }
    }

    fn reachable(&self, operation: Operation) -> Result<(), Unread> {
        match self.down.get() {
            None => Ok(()),
            Some(first) => Err(Unread {
                operation: operation.action.to_owned(),
                message: format!("not asked after {first}"),
                ..first.clone()
            }),
        }
    }
}

/// A token bucket, and the queue before it.
struct Bucket {
    tokens: RateLimiter<NotKeyed, InMemoryState, Now, NoOpMiddleware<Instant>>,
    queue: Mutex<()>,
}

impl Bucket {
    /// Stays below a quota by a few percent and one request at once, so that requests that travel
    /// for different times do not exceed it where they arrive.
    fn new(rate: Rate) -> Option<Self> {
        let period = Duration::from_secs(1) * 100 / (rate.per_second * USED_PERCENT).max(1);
        let burst = NonZeroU32::new(rate.burst.saturating_sub(1)).unwrap_or(NonZeroU32::MIN);
        let quota = Quota::with_period(period)?.allow_burst(burst);
        Some(Self {
            tokens: RateLimiter::direct_with_clock(quota, Now),
            queue: Mutex::new(()),
        })
    }
}

/// The runtime's clock, which tests can hold.
#[derive(Debug, Clone)]
struct Now;

impl Clock for Now {
    type Instant = Instant;

    fn now(&self) -> Instant {
        tokio::time::Instant::now().into_std()
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_connect::operation::list_bots::ListBotsError;
    use futures_util::future::join_all;

    use super::*;
    use crate::inventory::operation;

    /// Sends so many requests at once; returns when each was sent.
    async fn sent(operation: Operation, requests: usize) -> Vec<Duration> {
        let prefix = operation.action.split(':').next().unwrap();
        let endpoint = Endpoint::new(prefix);
        let start = tokio::time::Instant::now();
        let asked = (0..requests).map(|_| {
            endpoint.ask(operation, async || {
                Ok::<_, SdkError<ListBotsError, ()>>(start.elapsed())
            })
        });
        join_all(asked)
            .await
            .into_iter()
            .map(Result::unwrap)
            .collect()
    }

    /// Returns how many requests of a token bucket with this quota find it empty, the first at 0.
    fn refused(rate: Rate, sent: &[Duration]) -> usize {
        let mut tokens = f64::from(rate.burst);
        let mut last = Duration::ZERO;
        let mut refused = 0;
        for at in sent {
            let gained = at.saturating_sub(last).as_secs_f64() * f64::from(rate.per_second);
            tokens = (tokens + gained).min(f64::from(rate.burst));
            last = *at;
            if tokens < 1.0 {
                refused += 1;
            } else {
                tokens -= 1.0;
            }
        }
        refused
    }

    #[tokio::test(start_paused = true)]
    async fn stays_below_every_quota_and_close_to_it() {
        let paced = OPERATIONS
            .iter()
            .filter(|operation| operation.rate.is_some());
        for operation in paced {
            let rate = operation.rate.unwrap();
            let sent = sent(*operation, 200).await;
            assert_eq!(refused(rate, &sent), 0, "{}", operation.action);
            let floor = f64::from(200 - rate.burst) / f64::from(rate.per_second);
            let took = sent.last().unwrap().as_secs_f64();
            assert!(
                took >= floor && took <= floor * 1.05 + 0.6,
                "{}: {took} s, floor {floor} s",
                operation.action
            );
        }
    }

    #[tokio::test(start_paused = true)]
    async fn requests_of_connect_leave_two_a_second_in_order() {
        let sent = sent(operation::LIST_BOTS, 20).await;
        assert!(sent.is_sorted());
        let in_second = |second: u64| {
            let second = Duration::from_secs(second)..Duration::from_secs(second + 1);
            sent.iter().filter(|at| second.contains(*at)).count()
        };
        // Four of the burst of five, then one each 516 ms.
        assert_eq!(
            [in_second(0), in_second(1), in_second(2), in_second(3)],
            [5, 2, 2, 2]
        );
    }

    #[tokio::test(start_paused = true)]
    async fn nobody_waits_for_an_endpoint_that_is_not_there() {
        let endpoint = Endpoint::new("connect");
        let start = tokio::time::Instant::now();
        let asked = (0..100).map(|_| {
            endpoint.ask(operation::LIST_BOTS, async || {
                tokio::time::sleep(Duration::from_secs(5)).await;
                Err::<(), SdkError<ListBotsError, ()>>(SdkError::timeout_error("no answer"))
            })
        });
        let answers = join_all(asked).await;
        // Those that were sent before the first one ended end five seconds after that.
        assert!(start.elapsed() <= Duration::from_secs(10));
        for answer in answers {
            let unread = Unread::from(answer.unwrap_err());
            assert_eq!(unread.reason, UnreadReason::Unreachable);
            assert_eq!(unread.operation, "connect:ListBots");
        }
    }
}
