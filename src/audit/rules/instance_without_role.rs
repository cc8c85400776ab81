//! `instance-without-role`.

use crate::audit::finding::{About, Origin};
use crate::audit::gap::Cause;
use crate::audit::outcome::{Observation, Outcome};
use crate::audit::rule::{Group, Rule};
use crate::audit::served::{self, Owner};
use crate::audit::subject::Account;
use crate::audit::time;
use crate::baselines::OwnerKind;
use crate::inventory::{Fact, FactOwner, Inventory};
use crate::model::{Arn, Severity};

/// Instances get a role of their own since then.
const SINCE: jiff::civil::Date = jiff::civil::date(2018, 10, 1);

pub(super) static RULE: Rule = Rule {
    id: "instance-without-role",
    group: Group::Lifecycle,
    severity: Severity::Medium,
    what: "An Amazon Connect instance has no service-linked role, or names one that the account \
          does not have.",
    why: "Without the role the instance cannot use what came after October 2018, such as tags and \
          the newer user management; where the role is gone, everything stops that the service \
          does in it.",
    example: "An instance of 2017 without `ServiceRole`; an instance that names \
          `AWSServiceRoleForAmazonConnect_a1`, which does not exist.",
    remediation: "Open the instance's account overview and choose to create the service-linked role, or \
          `iam:CreateServiceLinkedRole` for `connect.amazonaws.com`.",
    false_positives: "The instance is about to be deleted.",
    source: "https://docs.aws.amazon.com/connect/latest/adminguide/connect-slr.html",
    needs_owners: true,
    role: None,
    account: Some(check),
};

fn check(account: &Account<'_>, outcome: &mut Outcome) {
    // Instances stand for no role; a scan of chosen roles does not ask for them.
    if !account.whole {
        return;
    }
    let inventory = account.inventory;
    for cause in served::unread_regions(&inventory.owners, OwnerKind::ConnectInstance) {
        outcome.gap(cause);
    }
    for owner in served::instances(&inventory.owners) {
        match owner.instance.status.as_str() {
            "CREATION_FAILED" => continue,
            "CREATION_IN_PROGRESS" => {
                let what = format!("{} is still being created", owner.name());
                outcome.gap(Cause::Unsettled { what });
                continue;
            }
            _ => {}
        }
        let problem = match &owner.instance.role {
            None => Some(never_given(owner)),
            Some(role) => absent(inventory, role, "it names", outcome),
        };
        let campaigns =
            served::campaigns(owner.instance).find_map(|(_, known)| known.role.as_ref());
        if campaigns.is_none() {
            for cause in served::unread_campaigns(owner.instance) {
                outcome.gap(cause);
            }
        }
        let campaigns = campaigns
            .and_then(|role| absent(inventory, role, "its outbound campaigns name", outcome));
        for (problem, topic) in [(problem, "instance"), (campaigns, "campaigns")] {
            let Some(problem) = problem else { continue };
            let created = owner.instance.created_at;
            if let Some(cause) = time::unsettled(inventory, created, &owner.name()) {
                outcome.gap(cause);
                continue;
            }
            let about = About {
                resource: owner.instance.arn.clone(),
                linked: None,
            };
            let summary = format!("{} in {}: {problem}", owner.name(), owner.region);
            let observation = Observation::new(Origin::Undetermined, summary).about(topic);
            outcome.report_elsewhere(about, observation);
        }
    }
}

fn never_given(owner: Owner<'_>) -> String {
    let day = owner
        .instance
        .created_at
        .map(|time| time.to_zoned(jiff::tz::TimeZone::UTC).date());
    match day {
        Some(day) if day < SINCE => format!(
            "it has no service-linked role, because it was created on {day}, before October 2018"
        ),
        Some(day) => format!(
            "it has no service-linked role, although it was created on {day}: the role was deleted"
        ),
        None => "it has no service-linked role, and no day of creation is known".to_owned(),
    }
}

/// Says that the account lacks a role; notes a gap where not all roles were listed.
fn absent(inventory: &Inventory, role: &Arn, who: &str, outcome: &mut Outcome) -> Option<String> {
    if inventory.roles.iter().any(|known| known.arn == *role) {
        return None;
    }
    if let Some(unread) = inventory.listing.unread() {
        outcome.gap(Cause::Unread {
            subject: FactOwner::Account,
            fact: Fact::Roles,
            unread: unread.clone(),
        });
        return None;
    }
    Some(format!(
        "{who} `{}`, which the account does not have",
        role.name()
    ))
}
