//! What a run says, whether it was just made, kept in a folder, or written as a report.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use crate::audit::{Audit, Finding, Reach};
use crate::model::{AccountId, Arn, Partition, Severity};
use crate::waivers::Waived;

/// Holds what one run found, and what it could decide about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// The account.
    pub account: AccountId,
    /// Its partition.
    pub partition: Partition,
    /// When the account was read; `None` where nobody knows.
    pub observed_at: Option<Timestamp>,
    /// What the run could decide about.
    pub reach: Reach,
    /// The findings about waivers that could not be decided about, by id; `None` where no waivers
    /// were read, so that nothing is known of any.
    pub undecided_waivers: Option<BTreeSet<String>>,
    /// Every finding, by id.
    pub findings: BTreeMap<String, Record>,
}

/// Holds of a finding what later runs need. Its rule may be one that this release does not have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// The finding's id.
    pub id: String,
    /// The rule's id.
    pub rule: String,
    /// The rule's severity at that time.
    pub severity: Severity,
    /// The role that it is about.
    pub role: Option<Arn>,
    /// The role, the managed policy or the account that it is about.
    pub resource: Arn,
    /// What is wrong, in one sentence.
    pub summary: String,
    /// Whether it was waived.
    pub waived: bool,
}

impl Run {
    /// Returns what an audit says; `waived` is `None` where no waivers were read.
    ///
    /// `observed_at` stands in where the audit does not know when the account was read.
    pub fn of(audit: &Audit, waived: Option<&Waived>, observed_at: Timestamp) -> Self {
        Self {
            account: audit.account.clone(),
            partition: audit.partition.clone(),
            observed_at: Some(audit.collected_at.unwrap_or(observed_at)),
            reach: Reach::of(audit),
            undecided_waivers: waived.map(|waived| waived.undecided().clone()),
            findings: audit
                .findings
                .iter()
                .map(|finding| {
                    let waived = waived.is_some_and(|waived| waived.get(finding).is_some());
                    (finding.id.clone(), Record::of(finding, waived))
                })
                .collect(),
        }
    }
}

impl Record {
    fn of(finding: &Finding, waived: bool) -> Self {
        Self {
            id: finding.id.clone(),
            rule: finding.rule.id.to_owned(),
            severity: finding.rule.severity,
            role: finding.role.clone(),
            resource: finding.resource.clone(),
            summary: finding.summary.clone(),
            waived,
        }
    }
}
