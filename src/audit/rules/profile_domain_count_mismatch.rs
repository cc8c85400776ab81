//! `profile-domain-count-mismatch`.

use crate::audit::finding::{About, Confidence, Origin};
use crate::audit::gap::Cause;
use crate::audit::outcome::{Observation, Outcome};
use crate::audit::rule::{Group, Rule};
use crate::audit::served;
use crate::audit::subject::Account;
use crate::audit::time;
use crate::baselines::{OwnerKind, Resolution};
use crate::inventory::{Domain, Fact, FactOwner, Role};
use crate::model::{Arn, Region, Severity};

/// Customer Profiles has service-linked roles since then.
const SINCE: jiff::civil::Date = jiff::civil::date(2023, 6, 8);

pub(super) static RULE: Rule = Rule {
    id: "profile-domain-count-mismatch",
    group: Group::Lifecycle,
    severity: Severity::Low,
    what: "The account has not as many Customer Profiles roles as domains.",
    why: "Each domain has a role of its own, and the role goes away with it. Roles in excess are \
          left over or made by hand; a domain without one cannot publish metrics, nor clean up \
          after itself.",
    example: "Two roles `AWSServiceRoleForProfile_…` and one domain in all Regions.",
    remediation: "Compare the days on which roles and domains were created; `iam:DeleteServiceLinkedRole` \
          refuses to delete a role that is in use.",
    false_positives: "No API links a domain and its role, so that only their numbers can be compared. Domains \
          older than 2023-06-08 got their role later, and may still wait for one.",
    source: "https://docs.aws.amazon.com/connect/latest/adminguide/customerprofiles-slr.html",
    needs_owners: true,
    role: None,
    account: Some(check),
};

fn check(account: &Account<'_>, outcome: &mut Outcome) {
    // Only all roles can be counted.
    if !account.whole {
        return;
    }
    let inventory = account.inventory;
    let mut gaps = served::unread_regions(&inventory.owners, OwnerKind::CustomerProfilesDomain);
    if let Some(unread) = inventory.listing.unread() {
        gaps.push(Cause::Unread {
            subject: FactOwner::Account,
            fact: Fact::Roles,
            unread: unread.clone(),
        });
    }
    let roles: Vec<&Role> = roles(account);
    let domains: Vec<(&Region, &Domain)> = served::domains(&inventory.owners).collect();
    let ages = roles.iter().map(|role| role.created_at);
    let mut ages = ages.chain(domains.iter().map(|(_, domain)| domain.created_at));
    if gaps.is_empty() && roles.len() != domains.len() {
        gaps.extend(ages.find_map(|at| time::unsettled(inventory, at, "a role or domain")));
    }
    let decidable = gaps.is_empty();
    for cause in gaps {
        outcome.gap(cause);
    }
    // Without any domain every role is an orphan, and told as one.
    if !decidable || roles.len() == domains.len() || domains.is_empty() {
        return;
    }
    let early = domains
        .iter()
        .filter(|(_, domain)| is_early(domain))
        .count();
    let note = match early {
        0 => String::new(),
        early => format!("; {early} of them older than {SINCE}, which got their roles later"),
    };
    let names: Vec<String> = domains
        .iter()
        .map(|(region, domain)| format!("`{}` ({region})", domain.name))
        .collect();
    let summary = format!(
        "Customer Profiles has {} role{} and {} domain{}{note}: {}",
        roles.len(),
        plural(roles.len()),
        domains.len(),
        plural(domains.len()),
        names.join(", ")
    );
    let about = About {
        resource: Arn::account_root(&inventory.partition, &inventory.account),
        linked: None,
    };
    let observation =
        Observation::new(Origin::Undetermined, summary).with_confidence(Confidence::ByCount);
    outcome.report_elsewhere(about, observation);
}

/// Lists the roles of Customer Profiles.
fn roles<'a>(account: &Account<'a>) -> Vec<&'a Role> {
    let of_domains = account.subjects.iter().filter(|subject| {
        matches!(subject.resolution, Some(Resolution::Known(baseline))
            if baseline.owner == Some(OwnerKind::CustomerProfilesDomain))
    });
    of_domains.map(|subject| subject.role).collect()
}

fn plural(count: usize) -> &'static str {
    if count == 1 { "" } else { "s" }
}

fn is_early(domain: &Domain) -> bool {
    let day = domain
        .created_at
        .map(|time| time.to_zoned(jiff::tz::TimeZone::UTC).date());
    day.is_some_and(|day| day < SINCE)
}
