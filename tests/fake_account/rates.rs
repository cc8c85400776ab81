//! AWS's published request rates: a token bucket for each account, Region and operation.
//!
//! Must not know the wire. Time comes in as an argument.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use serde::Deserialize;

/// Holds a rate.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Rate {
    pub(crate) per_second: f64,
    /// How many requests may come at once after a pause.
    pub(crate) burst: f64,
}

impl Rate {
    /// Declares a rate.
    pub(crate) const fn new(per_second: f64, burst: f64) -> Self {
        Self { per_second, burst }
    }
}

/// Holds the buckets that are not full, and some that are full again.
#[derive(Debug, Default)]
pub(crate) struct Buckets {
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    buckets: HashMap<u64, Bucket>,
    /// At how many buckets the full ones are thrown away next.
    sweep_at: usize,
}

#[derive(Debug)]
struct Bucket {
    rate: Rate,
    tokens: f64,
    at: Instant,
}

/// So many buckets may lie about before anything is thrown away.
const SWEPT_AT: usize = 16_384;

impl Buckets {
    /// Takes one token; `false` when there is none.
    pub(crate) fn take(&self, key: u64, rate: Rate, now: Instant) -> bool {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let Kept { buckets, sweep_at } = &mut *kept;
        if buckets.len() >= (*sweep_at).max(SWEPT_AT) {
            buckets.retain(|_, bucket| bucket.level(now) < bucket.rate.burst);
            *sweep_at = 2 * buckets.len();
        }
        let bucket = buckets.entry(key).or_insert(Bucket {
            rate,
            tokens: rate.burst,
            at: now,
        });
        bucket.tokens = bucket.level(now);
        bucket.at = now;
        bucket.rate = rate;
        let has_token = bucket.tokens >= 1.0;
        if has_token {
            bucket.tokens -= 1.0;
        }
        has_token
    }

    /// Fills all buckets.
    pub(crate) fn reset(&self) {
        *self.kept.lock().unwrap_or_else(PoisonError::into_inner) = Kept::default();
    }
}

impl Bucket {
    fn level(&self, now: Instant) -> f64 {
        let passed = now.saturating_duration_since(self.at).as_secs_f64();
        (self.tokens + passed * self.rate.per_second).min(self.rate.burst)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn gives_the_burst_and_then_the_rate() {
        let buckets = Buckets::default();
        let rate = Rate::new(2.0, 5.0);
        let start = Instant::now();
        let taken = |key, after: u64| buckets.take(key, rate, start + Duration::from_millis(after));
        assert_eq!((0..7).filter(|_| taken(1, 0)).count(), 5);
        assert!(!taken(1, 499));
        assert!(taken(1, 500));
        assert!(!taken(1, 600));
        assert!(taken(2, 600), "another account has its own");
        assert_eq!((0..9).filter(|_| taken(1, 60_000)).count(), 5);
    }

    #[test]
    fn keeps_no_bucket_that_is_full_again() {
        let buckets = Buckets::default();
        let rate = Rate::new(2.0, 5.0);
        let start = Instant::now();
        for second in 0..10 {
            for key in 0..10_000 {
                let now = start + Duration::from_secs(second * 10);
                assert!(buckets.take(second * 10_000 + key, rate, now));
            }
        }
        assert!(buckets.kept.lock().unwrap().buckets.len() <= 2 * SWEPT_AT);
    }
}
