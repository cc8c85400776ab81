//! `unused-role`.

use jiff::Timestamp;

use super::orphaned_role::is_orphan;
use crate::audit::finding::Origin;
use crate::audit::gap::Cause;
use crate::audit::outcome::{Observation, Outcome};
use crate::audit::rule::{Group, Rule};
use crate::audit::subject::Subject;
use crate::audit::time;
use crate::inventory::Fact;
use crate::model::Severity;

/// The period of IAM Access Analyzer's unused-access findings, unless somebody chooses another.
const DAYS: i64 = 90;

pub(super) static RULE: Rule = Rule {
    id: "unused-role",
    group: Group::Lifecycle,
    severity: Severity::Info,
    what: "A service-linked role was not used for 90 days.",
    why: "What nothing uses can go, and a role that should be in use and is not points at a \
          feature that does not work.",
    example: "`AWSServiceRoleForConnectCampaigns_a1`, last used in spring, with no campaign since.",
    remediation: "Look at what the role serves. Where that is gone too, `iam:DeleteServiceLinkedRole`; it \
          refuses while the role is needed.",
    false_positives: "Many services act seldom: backups of a year, support cases. IAM looks back 400 days at \
          most, and Regions differ. Roles younger than 90 days and orphaned ones, which `orphaned- \
          role` reports with their last use, are left out.",
    source: "https://docs.aws.amazon.com/IAM/latest/APIReference/API_RoleLastUsed.html",
    needs_owners: false,
    role: Some(check),
    account: None,
};

fn check(subject: &Subject<'_>, outcome: &mut Outcome) {
    if subject.linked.is_none() || is_orphan(subject) {
        return;
    }
    let Some(last) = outcome.need(subject.about(), Fact::LastUse, &subject.role.last_use) else {
        return;
    };
    // A role that was never used is as old as itself.
    let since: Option<Timestamp> = match last {
        Some(last) => Some(last.at),
        None => subject.role.created_at,
    };
    let Some(now) = subject.inventory.collected_at else {
        outcome.gap(Cause::NoTime {
            what: "when the account was read",
        });
        return;
    };
    let Some(since) = since else {
        outcome.gap(Cause::NoTime {
            what: "when the role was created",
        });
        return;
    };
    if time::days_between(since, now) < DAYS {
        return;
    }
    let summary = match last {
        Some(last) => format!(
            "last used {} in {}",
            last.at.strftime("%Y-%m-%d"),
            last.region
        ),
        None => format!(
            "created {} and not used in the 400 days that IAM looks back at most",
            since.strftime("%Y-%m-%d")
        ),
    };
    outcome.report(Observation::new(Origin::Undetermined, summary));
}
