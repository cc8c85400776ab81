//! How fast many accounts are asked at once, and each of them: as fast as they answer, until many requests
//! are throttled.
//!
//! AWS publishes no quota for IAM and throttles the caller as well as the account. Additive increase
//! and multiplicative decrease find the rate that it bears. Must not know what is asked.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// How long answers are counted before the rate is thought over.
const WINDOW: Duration = Duration::from_secs(1);
/// What is left of the rate when too many requests were throttled.
const DECREASE: f64 = 0.7;
/// What a quiet window adds, as a share of the rate that was throttled.
const INCREASE: f64 = 0.05;
/// The share of throttled answers, in percent, that is no reason to slow down: one throttled account of
/// many, or one call of many.
const TOLERATED_PERCENT: u32 = 10;

/// Slows down everybody who waits for a turn.
#[derive(Debug)]
pub(super) struct Pace(Mutex<State>);

/// Says whose pace it is.
#[derive(Debug, Clone, Copy)]
struct Bounds {
    of: &'static str,
    /// The rate below which nothing goes, in requests a second.
    least: f64,
    /// Fewer answers than this in a window tell nothing.
    telling: u32,
}

const EVERYBODY: Bounds = Bounds {
    of: "to all accounts",
    least: 5.0,
    telling: 10,
};

const AN_ACCOUNT: Bounds = Bounds {
    of: "to one account",
    least: 1.0,
    telling: 4,
};

#[derive(Debug)]
struct State {
    bounds: Bounds,
    /// Requests a second; `None` while nothing limits them.
    limit: Option<Limit>,
    window: Window,
}

#[derive(Debug, Clone, Copy)]
struct Limit {
    rate: f64,
    /// The rate at which AWS throttled last.
    throttled_at: f64,
    /// When the next request may go.
    next: Instant,
}

#[derive(Debug)]
struct Window {
    start: Instant,
    answered: u32,
    throttled: u32,
}

impl Pace {
    /// Makes the pace of all accounts together.
    pub(super) fn of_everybody() -> Self {
        Self::within(EVERYBODY)
    }

    /// Makes the pace of one account.
    pub(super) fn of_an_account() -> Self {
        Self::within(AN_ACCOUNT)
    }

    fn within(bounds: Bounds) -> Self {
        Self(Mutex::new(State {
            bounds,
            limit: None,
            window: Window::new(Instant::now()),
        }))
    }

    /// Waits until one more request may go.
    pub(super) async fn turn(&self) {
        let turn = self.with(State::turn);
        if let Some(turn) = turn {
            tokio::time::sleep_until(turn).await;
        }
    }

    /// Learns from an answer.
    pub(super) fn heard(&self, throttled: bool) {
        self.with(|state, now| state.heard(now, throttled));
    }

    fn with<T>(&self, act: impl FnOnce(&mut State, Instant) -> T) -> T {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        act(&mut state, Instant::now())
    }
}

impl Window {
    fn new(start: Instant) -> Self {
        Self {
            start,
            answered: 0,
            throttled: 0,
        }
    }
}

impl State {
    fn turn(&mut self, now: Instant) -> Option<Instant> {
        let limit = self.limit.as_mut()?;
        let turn = limit.next.max(now);
        limit.next = turn + Duration::from_secs_f64(1.0 / limit.rate);
        Some(turn)
    }

    fn heard(&mut self, now: Instant, throttled: bool) {
        self.window.answered += 1;
        self.window.throttled += u32::from(throttled);
        let elapsed = now.saturating_duration_since(self.window.start);
        if elapsed < WINDOW {
            return;
        }
        let window = std::mem::replace(&mut self.window, Window::new(now));
        let too_many = window.answered >= self.bounds.telling
            && window.throttled * 100 > window.answered * TOLERATED_PERCENT;
        if too_many {
            let served = f64::from(window.answered - window.throttled) / elapsed.as_secs_f64();
            self.slow_down(now, served);
        } else {
            self.speed_up();
        }
    }

    fn slow_down(&mut self, now: Instant, served: f64) {
        let least = self.bounds.least;
        let current = self
            .limit
            .map_or(served, |limit| limit.rate.min(served.max(least)));
        let rate = (current * DECREASE).max(least);
        tracing::info!(
            "many requests {} are throttled: at most {rate:.0} a second now",
            self.bounds.of
        );
        self.limit = Some(Limit {
            rate,
            throttled_at: current.max(least),
            next: self.limit.map_or(now, |limit| limit.next),
        });
    }

    fn speed_up(&mut self) {
        if let Some(limit) = &mut self.limit {
            limit.rate += limit.throttled_at * INCREASE;
            // Far above what was throttled: whatever throttled then is over.
            if limit.rate > 4.0 * limit.throttled_at {
                self.limit = None;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sends requests as fast as the pace allows for some seconds to a service that answers `rate`
    /// a second and throttles the rest; returns how many it answered and throttled.
    async fn flood(pace: &Pace, rate: f64, seconds: u64) -> (u32, u32) {
        let end = Instant::now() + Duration::from_secs(seconds);
        let (mut tokens, mut filled) = (rate, Instant::now());
        let (mut served, mut throttled) = (0, 0);
        while Instant::now() < end {
            // Two hundred clients, each with one request under way for 200 ms.
            tokio::time::sleep(Duration::from_millis(1)).await;
            pace.turn().await;
            let now = Instant::now();
            tokens = (tokens + rate * (now - filled).as_secs_f64()).min(rate);
            filled = now;
            if tokens >= 1.0 {
                tokens -= 1.0;
                served += 1;
                pace.heard(false);
            } else {
                throttled += 1;
                pace.heard(true);
            }
        }
        (served, throttled)
    }

    #[tokio::test(start_paused = true)]
    async fn nobody_waits_while_nothing_is_throttled() {
        let pace = Pace::of_everybody();
        let (served, throttled) = flood(&pace, 2_000.0, 10).await;
        assert!(served >= 4_900 && throttled == 0, "{served} {throttled}");
    }

    #[tokio::test(start_paused = true)]
    async fn finds_the_rate_that_is_borne_and_forgets_it_when_it_is_over() {
        let pace = Pace::of_everybody();
        flood(&pace, 100.0, 10).await;
        let (served, throttled) = flood(&pace, 100.0, 60).await;
        assert!(served >= 60 * 70, "{served}");
        assert!(throttled * 10 <= served, "{served} {throttled}");
        flood(&pace, 2_000.0, 120).await;
        let (served, _) = flood(&pace, 2_000.0, 10).await;
        assert!(served >= 4_900, "{served}");
    }

    #[tokio::test(start_paused = true)]
    async fn an_account_finds_its_own_rate() {
        let pace = Pace::of_an_account();
        flood(&pace, 10.0, 10).await;
        let (served, throttled) = flood(&pace, 10.0, 60).await;
        assert!(served >= 60 * 7, "{served}");
        assert!(throttled * 5 <= served, "{served} {throttled}");
    }

    #[tokio::test(start_paused = true)]
    async fn one_throttled_account_of_many_slows_nobody_down() {
        let pace = Pace::of_everybody();
        for number in 0..10_000_u32 {
            tokio::time::sleep(Duration::from_millis(1)).await;
            pace.turn().await;
            pace.heard(number.is_multiple_of(20));
        }
        assert!(pace.with(|state, _| state.limit).is_none());
    }
}
