//! Everything counted over many accounts.

use std::collections::BTreeMap;

use serde::Serialize;

use super::account::{AccountSummary, Outcome, at_least};
use crate::model::Severity;

/// Sums up a run of many accounts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing was found that counts, and enough is known.
    Clean,
    /// Something was found that counts.
    Findings,
    /// Nothing was found that counts, but not enough is known.
    Incomplete,
}

/// Counts over many accounts.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Totals {
    /// Accounts by outcome.
    outcomes: BTreeMap<&'static str, usize>,
    /// Judged roles by status.
    roles: BTreeMap<String, usize>,
    /// Findings by severity, waived ones too.
    findings: BTreeMap<String, usize>,
    /// Findings by severity that nobody decided to live with.
    unwaived: BTreeMap<String, usize>,
    /// Those of them that no earlier run of the store knew; `null` where no account was compared with
    /// any.
    new: Option<BTreeMap<String, usize>>,
}

impl Totals {
    /// Adds an account.
    pub fn add(&mut self, account: &AccountSummary) {
        *self.outcomes.entry(account.outcome.as_str()).or_default() += 1;
        add(&mut self.roles, &account.roles);
        add(&mut self.findings, &account.findings);
        add(&mut self.unwaived, &account.unwaived);
        if let Some(new) = &account.new {
            add(self.new.get_or_insert_default(), new);
        }
    }

    /// Counts the accounts of an outcome.
    pub fn count(&self, outcome: Outcome) -> usize {
        self.outcomes.get(outcome.as_str()).copied().unwrap_or(0)
    }

    /// Counts all accounts.
    pub fn accounts(&self) -> usize {
        self.outcomes.values().sum()
    }

    /// Tells whether every account that was not skipped was audited completely, and there was one.
    pub fn is_complete(&self) -> bool {
        self.count(Outcome::Complete) > 0
            && self.count(Outcome::Failed) + self.count(Outcome::Incomplete) == 0
    }

    /// Returns how many of the accounts that were not skipped were audited completely, in percent;
    /// 0 where there was none.
    pub fn coverage(&self) -> f64 {
        let wanted = self.accounts() - self.count(Outcome::Skipped);
        if wanted == 0 {
            return 0.0;
        }
        #[expect(clippy::cast_precision_loss, reason = "numbers of accounts are small")]
        let share = self.count(Outcome::Complete) as f64 / wanted as f64;
        share * 100.0
    }

    /// Writes the coverage with one decimal, rounded down: only all of the accounts are `100.0`.
    pub(in crate::report) fn coverage_text(&self) -> String {
        format!("{:.1}", (self.coverage() * 10.0).floor() / 10.0)
    }

    /// Counts the accounts by outcome.
    pub(super) fn outcomes(&self) -> String {
        let counts: Vec<String> = Outcome::ALL
            .into_iter()
            .filter(|outcome| self.count(*outcome) > 0)
            .map(|outcome| format!("{} {}", self.count(outcome), outcome.as_str()))
            .collect();
        counts.join(", ")
    }

    /// Says that a run is not the whole truth.
    pub(in crate::report) fn partial(&self) -> String {
        let missing = self.count(Outcome::Incomplete) + self.count(Outcome::Failed);
        format!(
            "partial: {missing} of {} accounts were not audited completely ({} % coverage)",
            self.accounts() - self.count(Outcome::Skipped),
            self.coverage_text()
        )
    }

    /// Counts the findings that nobody decided to live with, from a severity on.
    pub fn unwaived(&self, severity: Severity) -> usize {
        at_least(&self.unwaived, severity)
    }

    /// Counts those of them that no earlier run knew; `None` where no account was compared with any.
    pub fn new_findings(&self, severity: Severity) -> Option<usize> {
        self.new.as_ref().map(|new| at_least(new, severity))
    }

    /// Judges the run; `enough` is the coverage, in percent, that the user accepts instead of all.
    pub fn verdict(&self, fail_on: Severity, only_new: bool, enough: Option<f64>) -> Verdict {
        let counted = match self.new_findings(fail_on) {
            // Where nothing was known before, everything is new.
            Some(new) if only_new => new,
            _ => self.unwaived(fail_on),
        };
        if counted > 0 {
            Verdict::Findings
        } else if self.is_complete() || enough.is_some_and(|enough| self.coverage() >= enough) {
            Verdict::Clean
        } else {
            Verdict::Incomplete
        }
    }

    /// Counts the findings, waived ones too.
    pub fn findings(&self) -> usize {
        self.findings.values().sum()
    }

    /// Counts the waived findings.
    pub fn waived(&self) -> usize {
        self.findings() - self.unwaived.values().sum::<usize>()
    }

    /// Counts the findings of a severity, waived ones too.
    pub fn of_severity(&self, severity: Severity) -> usize {
        self.findings.get(severity.as_str()).copied().unwrap_or(0)
    }

    /// Counts the judged roles by status.
    pub fn roles(&self) -> &BTreeMap<String, usize> {
        &self.roles
    }
}

fn add(to: &mut BTreeMap<String, usize>, counts: &BTreeMap<String, usize>) {
    for (name, count) in counts {
        *to.entry(name.clone()).or_default() += count;
    }
}
