//! From what was read of an account to what is kept of it.

use std::io::{Error, Result};

use super::plan::{Planned, Skip};
use crate::audit::Auditor;
use crate::inventory::Inventory;
use crate::model::{AccountId, Partition};
use crate::report::Report;
use crate::report::organization::{AccountSummary, Outcome, write};
use crate::waivers::Waivers;

/// Holds what became of an account.
#[derive(Debug)]
pub struct Judged {
    /// The outcome.
    pub summary: AccountSummary,
    /// The account's partition, where it was audited.
    pub partition: Option<Partition>,
    /// What is to be kept: [`write()`] wrote it.
    pub text: Vec<u8>,
}

/// Judges accounts, each by itself; the same inventory gives the same bytes.
#[derive(Debug)]
pub struct Judge {
    /// What the roles should be, and what is judged.
    pub auditor: Auditor,
    /// What the users decided to live with.
    pub waivers: Option<Waivers>,
}

impl Judge {
    /// Judges an account, or says why nothing is known of it.
    ///
    /// # Errors
    /// Returns the error of a value that JSON cannot hold.
    pub fn result(
        &self,
        id: &AccountId,
        name: Option<String>,
        inventory: std::result::Result<Inventory, String>,
        now: jiff::Timestamp,
    ) -> Result<Judged> {
        let inventory = match inventory {
            Ok(inventory) => inventory,
            Err(reason) => return failed(id, name, reason),
        };
        if let Some(found) = stranger(&inventory, id) {
            return failed(id, name, format!("the answers are of account {found}"));
        }
        let coverage = inventory.coverage();
        let audit = self.auditor.audit(&inventory);
        let mut report = Report::new(audit, coverage);
        let observed_at = inventory.collected_at.unwrap_or(now);
        drop(inventory);
        if let Some(waivers) = &self.waivers {
            report.waived = waivers.apply(&mut report.audit, observed_at);
        }
        let summary = AccountSummary::of(&report, name);
        let mut text = Vec::new();
        write(&summary, Some(&report), &mut text)?;
        Ok(Judged {
            summary,
            partition: Some(report.audit.partition),
            text,
        })
    }
}

/// Returns the other account that an inventory, or a role of it, is of.
fn stranger<'i>(inventory: &'i Inventory, id: &AccountId) -> Option<&'i str> {
    let roles = inventory.roles.iter().map(|role| role.arn.account());
    std::iter::once(inventory.account.as_str())
        .chain(roles)
        .find(|found| *found != id.as_str())
}

fn failed(id: &AccountId, name: Option<String>, reason: String) -> Result<Judged> {
    let reasons = vec![reason];
    bare(AccountSummary::without_audit(
        id.clone(),
        name,
        Outcome::Failed,
        reasons,
    ))
}

fn bare(summary: AccountSummary) -> Result<Judged> {
    let mut text = Vec::new();
    write(&summary, None, &mut text)?;
    Ok(Judged {
        summary,
        partition: None,
        text,
    })
}

impl Planned {
    /// Returns what became of an account that is not looked at; `None` where it is.
    ///
    /// # Errors
    /// Returns the error of a value that JSON cannot hold.
    pub fn skipped(&self) -> std::result::Result<Option<Judged>, Error> {
        self.skip.map(|skip| bare(self.summary(skip))).transpose()
    }

    fn summary(&self, skip: Skip) -> AccountSummary {
        AccountSummary::without_audit(
            self.id.clone(),
            self.name.clone(),
            Outcome::Skipped,
            vec![skip.as_str().to_owned()],
        )
    }
}
