//! What the server is told to do wrong, for which operations, accounts and Regions.
//!
//! Must not know how a fault is carried out.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use globset::{Glob, GlobMatcher};
use serde::Deserialize;

use super::principal::mix;

/// Chooses calls and says what happens to them. Patterns are globs.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Rule {
    /// `connect:ListBots`, `connect*:*`.
    #[serde(default = "anything")]
    operation: String,
    /// The account that is asked; for `sts:AssumeRole` that of the role.
    #[serde(default = "anything")]
    account: String,
    #[serde(default = "anything")]
    region: String,
    /// Must match any one parameter: a role's name, an instance's id.
    #[serde(default)]
    parameter: Option<String>,
    /// Leaves the first so many matching calls alone.
    #[serde(default)]
    after: u64,
    /// Strikes so many calls and no more.
    #[serde(default)]
    times: Option<u64>,
    /// Strikes every so manieth matching call.
    #[serde(default = "each")]
    every: u64,
    fault: Fault,
}

fn anything() -> String {
    "*".to_owned()
}

fn each() -> u64 {
    1
}

/// Names what goes wrong.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum Fault {
    /// `AccessDenied` in the service's words.
    Deny,
    /// The caller's token has expired.
    ExpiredToken,
    Throttle,
    /// Status 500 in the service's words.
    Internal,
    /// Status 503 in the service's words.
    Unavailable,
    /// What was listed is gone.
    NotFound,
    /// As if the caller's clock were off: the signature has expired.
    ClockSkew,
    /// As if the secret were another.
    WrongSignature,
    /// As if the Region were not enabled.
    DisabledRegion,
    /// Any other refusal.
    Refuse {
        status: u16,
        code: String,
        #[serde(default)]
        message: String,
    },
    /// The answer comes later: `ms`, give or take `spread_ms`, and for one call of `tail_every`
    /// another `tail_ms`.
    Delay {
        ms: u64,
        #[serde(default)]
        spread_ms: u64,
        #[serde(default)]
        tail_every: u64,
        #[serde(default)]
        tail_ms: u64,
    },
    /// The connection is reset instead of an answer.
    Reset,
    /// The connection is reset in the middle of the answer's body.
    ResetInBody,
    /// The body comes in so many pieces with pauses between.
    SlowBody {
        pieces: usize,
        pause_ms: u64,
    },
    EmptyBody,
    /// The body ends in the middle, as if that were all.
    TruncatedBody,
    /// The body is replaced.
    Body {
        text: String,
    },
    /// The answer says that it is of another kind.
    ContentType(String),
    /// Every page says that more follows, behind the same marker.
    EndlessPages,
    /// The pages lead in a circle of two.
    CirclingPages,
    /// The first page comes twice.
    RepeatedPage,
    /// Pages are no longer than this.
    PageSize(usize),
}

/// Describes a call to the rules.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Target<'a> {
    pub(crate) operation: &'a str,
    pub(crate) account: &'a str,
    pub(crate) region: &'a str,
}

/// Holds the rules in force.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    armed: RwLock<Arc<Vec<Armed>>>,
    drawn: AtomicU64,
}

#[derive(Debug)]
struct Armed {
    rule: Rule,
    operation: GlobMatcher,
    account: GlobMatcher,
    region: GlobMatcher,
    parameter: Option<GlobMatcher>,
    seen: AtomicU64,
    struck: AtomicU64,
}

impl Faults {
    /// Replaces all rules.
    pub(crate) fn set(&self, rules: Vec<Rule>) -> Result<(), globset::Error> {
        let armed: Vec<Armed> = rules
            .into_iter()
            .map(Armed::new)
            .collect::<Result<_, _>>()?;
        *self.armed.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(armed);
        Ok(())
    }

    /// Returns what goes wrong with a call, rule by rule, and counts it.
    pub(crate) fn strike<'a>(
        &self,
        target: Target<'_>,
        mut parameters: impl FnMut() -> Vec<&'a str>,
    ) -> Vec<Fault> {
        let armed = Arc::clone(&self.armed.read().unwrap_or_else(PoisonError::into_inner));
        let strikes = armed.iter().filter(|armed| {
            armed.fits(target)
                && armed.parameter.as_ref().is_none_or(|pattern| {
                    parameters()
                        .into_iter()
                        .any(|value| pattern.is_match(value))
                })
                && armed.is_due()
        });
        strikes.map(|armed| armed.rule.fault.clone()).collect()
    }

    /// Returns how long a delay takes, in milliseconds.
    pub(crate) fn draw(&self, ms: u64, spread: u64, tail_every: u64, tail: u64) -> u64 {
        let drawn = mix(self.drawn.fetch_add(1, Ordering::Relaxed));
        let low = ms.saturating_sub(spread);
        let delay = low + drawn % (ms + spread - low + 1);
        let is_tail = tail_every > 0 && mix(drawn).is_multiple_of(tail_every);
        delay + if is_tail { tail } else { 0 }
    }
}

impl Armed {
    fn new(rule: Rule) -> Result<Self, globset::Error> {
        let compile = |pattern: &str| Ok(Glob::new(pattern)?.compile_matcher());
        Ok(Self {
            operation: compile(&rule.operation)?,
            account: compile(&rule.account)?,
            region: compile(&rule.region)?,
            parameter: rule.parameter.as_deref().map(compile).transpose()?,
            rule,
            seen: AtomicU64::new(0),
            struck: AtomicU64::new(0),
        })
    }

    fn fits(&self, target: Target<'_>) -> bool {
        self.operation.is_match(target.operation)
            && self.account.is_match(target.account)
            && self.region.is_match(target.region)
    }

    fn is_due(&self) -> bool {
        let seen = self.seen.fetch_add(1, Ordering::Relaxed);
        if seen < self.rule.after
            || !(seen - self.rule.after).is_multiple_of(self.rule.every.max(1))
        {
            return false;
        }
        let struck = self.struck.fetch_add(1, Ordering::Relaxed);
        self.rule.times.is_none_or(|times| struck < times)
    }
}
