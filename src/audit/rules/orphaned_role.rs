//! `orphaned-role`.

use crate::audit::finding::{Confidence, Origin};
use crate::audit::outcome::{Observation, Outcome};
use crate::audit::rule::{Group, Rule};
use crate::audit::served::{self, Served};
use crate::audit::subject::Subject;
use crate::audit::time;
use crate::baselines::OwnerKind;
use crate::inventory::Inventory;
use crate::model::Severity;

pub(super) static RULE: Rule = Rule {
    id: "orphaned-role",
    group: Group::Lifecycle,
    severity: Severity::Medium,
    what: "A service-linked role serves nothing: no instance, campaigns configuration or domain \
          that exists.",
    why: "The service can act in it all the same. AWS deletes such a role together with what it \
          serves, so that one that stays was left over or made by hand, and nobody watches it.",
    example: "`AWSServiceRoleForAmazonConnect_backup`, and no instance in any Region names it.",
    remediation: "See in CloudTrail who created it and whether anything uses it; then \
          `iam:DeleteServiceLinkedRole`, which refuses as long as something does.",
    false_positives: "None where owners name their role. For Customer Profiles nothing links domain and role: \
          the finding is made only where the account has no domain at all.",
    source: "https://docs.aws.amazon.com/connect/latest/adminguide/connect-slr.html",
    needs_owners: true,
    role: Some(check),
    account: None,
};

fn check(subject: &Subject<'_>, outcome: &mut Outcome) {
    let Some(served) = &subject.served else {
        return;
    };
    if may_have_owner(subject, served) {
        return;
    }
    for cause in &served.unread {
        outcome.gap(cause.clone());
    }
    if !served.unread.is_empty() {
        return;
    }
    if let Some(cause) = time::unsettled(subject.inventory, subject.role.created_at, "the role") {
        outcome.gap(cause);
        return;
    }
    let used = match subject.role.last_use.read() {
        Some(Some(last)) => format!("; last used {}", last.at.strftime("%Y-%m-%d")),
        Some(None) => "; not used in the time that IAM looks back".to_owned(),
        None => String::new(),
    };
    let summary = match served.kind {
        OwnerKind::CustomerProfilesDomain => {
            format!(
                "the account has no {} in any Region{used}",
                served.kind.title()
            )
        }
        kind => format!("no {} in any Region names this role{used}", kind.title()),
    };
    let confidence = match served.kind {
        OwnerKind::CustomerProfilesDomain => Confidence::ByCount,
        OwnerKind::ConnectInstance | OwnerKind::OutboundCampaigns => Confidence::Exact,
    };
    outcome.report(Observation::new(Origin::Undetermined, summary).with_confidence(confidence));
}

/// Tells whether a role surely serves nothing, so that this rule tells all there is to tell.
pub(super) fn is_orphan(subject: &Subject<'_>) -> bool {
    let served = subject.served.as_ref();
    served.is_some_and(|served| served.unread.is_empty() && !may_have_owner(subject, served))
}

/// Tells whether anything that was read may be what the role serves.
fn may_have_owner(subject: &Subject<'_>, served: &Served<'_>) -> bool {
    match served.kind {
        // An instance without a role of its own may still use the one role of earlier days.
        OwnerKind::ConnectInstance | OwnerKind::OutboundCampaigns => {
            let legacy = subject
                .baseline()
                .is_some_and(|baseline| baseline.role.is_legacy(&subject.role.name));
            !served.owners.is_empty() || (legacy && has_roleless_instance(subject.inventory))
        }
        // Which domain is whose nobody tells: any may be this role's.
        OwnerKind::CustomerProfilesDomain => {
            let domains = &subject.inventory.owners;
            served::domains(domains).next().is_some()
        }
    }
}

fn has_roleless_instance(inventory: &Inventory) -> bool {
    served::instances(&inventory.owners).any(|owner| owner.instance.role.is_none())
}
