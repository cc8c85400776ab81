//! How much work one answer may take: counted steps, never time, so that every run answers alike.
//!
//! Whatever costs takes a budget as a parameter: matching a text, evaluating a request, walking an automaton.
//! Must not know what is worked on.

use std::cell::Cell;

/// Counts down the steps that are left.
///
/// A step is a few nanoseconds of work: one character or pattern that is looked at.
/// A budget that is used up stays so, and from then on all work that takes it ends at once with a meaningless answer.
/// Whoever draws a conclusion asks [`Budget::check`] first.
#[derive(Debug)]
pub(crate) struct Budget {
    #[cfg(test)]
    allowed: u64,
    /// `None` once more was asked for than was left.
    left: Cell<Option<u64>>,
}

/// The budget is used up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Exhausted;

impl Budget {
    pub(crate) fn new(allowed: u64) -> Self {
        Self {
            #[cfg(test)]
            allowed,
            left: Cell::new(Some(allowed)),
        }
    }

    /// Makes a budget that no document can use up.
    pub(crate) fn unlimited() -> Self {
        Self::new(u64::MAX)
    }

    /// Pays for steps.
    pub(crate) fn spend(&self, steps: usize) -> Result<(), Exhausted> {
        let steps = u64::try_from(steps).unwrap_or(u64::MAX);
        #[cfg(test)]
        PAID.set(PAID.get().saturating_add(steps));
        let left = self.left.get().and_then(|left| left.checked_sub(steps));
        self.left.set(left);
        left.map(|_| ()).ok_or(Exhausted)
    }

    /// Pays for steps and tells whether they may be taken.
    pub(crate) fn allows(&self, steps: usize) -> bool {
        self.spend(steps).is_ok()
    }

    /// Fails where the budget is used up, so that nothing that was answered counts.
    pub(crate) fn check(&self) -> Result<(), Exhausted> {
        self.spend(0)
    }

    /// Returns how many steps are left; none once the budget is used up.
    pub(crate) fn left(&self) -> u64 {
        self.left.get().unwrap_or(0)
    }

    /// Returns how many steps were paid for; all of them once the budget is used up.
    #[cfg(test)]
    pub(crate) fn spent(&self) -> u64 {
        self.allowed - self.left.get().unwrap_or(0)
    }
}

#[cfg(test)]
thread_local! {
    static PAID: Cell<u64> = const { Cell::new(0) };
}

/// Returns how many steps this thread has paid for until now, out of whatever budget.
#[cfg(test)]
pub(crate) fn paid() -> u64 {
    PAID.get()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_budget_that_is_used_up_stays_so() {
        let budget = Budget::new(10);
        assert_eq!((budget.spend(4), budget.spent()), (Ok(()), 4));
        assert_eq!((budget.spend(6), budget.check()), (Ok(()), Ok(())));
        assert_eq!(budget.spend(1), Err(Exhausted));
        assert_eq!((budget.check(), budget.allows(0)), (Err(Exhausted), false));
        assert_eq!(budget.spent(), 10);
    }
}
