//! `unsupported-region`.

use crate::audit::finding::{About, Origin};
use crate::audit::outcome::{Observation, Outcome};
use crate::audit::rule::{Group, Rule};
use crate::audit::served;
use crate::audit::subject::{Account, Subject};
use crate::baselines::{Baseline, Offered, OwnerKind};
use crate::inventory::Fact;
use crate::model::{Arn, Severity};

pub(super) static RULE: Rule = Rule {
    id: "unsupported-region",
    group: Group::Lifecycle,
    severity: Severity::Low,
    what: "A service-linked role was used, or serves something, in a Region where its service is \
          not known to be offered.",
    why: "A service acts where it exists. A use elsewhere means that something else acts in the \
          role, or that this release does not know the Region yet.",
    example: "`AWSServiceRoleForAmazonConnect_a1`, last used in `eu-south-2`.",
    remediation: "Look at the role's events of that Region in CloudTrail; `roledrift baseline show` tells \
          where the service is known to be offered, and since when that was looked up.",
    false_positives: "AWS has begun to offer the service there after this release.",
    source: "https://docs.aws.amazon.com/connect/latest/adminguide/customerprofiles-slr.html",
    needs_owners: false,
    role: Some(check),
    account: Some(check_domains),
};

fn check(subject: &Subject<'_>, outcome: &mut Outcome) {
    let Some((baseline, offered)) = subject.baseline().and_then(with_regions) else {
        return;
    };
    // Which Regions other partitions have is known only where the list names one of them.
    if !covers(offered, subject.inventory.partition.as_str()) {
        return;
    }
    let mut places = Vec::new();
    let owners = subject.served.iter().flat_map(|served| &served.owners);
    for owner in owners {
        if !offered.regions.contains(owner.region) {
            places.push(format!("serves {} in {}", owner.name(), owner.region));
        }
    }
    let last = outcome.need(subject.about(), Fact::LastUse, &subject.role.last_use);
    if let Some(Some(last)) = last
        && !last.region.is_empty()
        && !offered
            .regions
            .iter()
            .any(|region| region.as_str() == last.region)
    {
        let day = last.at.strftime("%Y-%m-%d");
        places.push(format!("was last used in {} on {day}", last.region));
    }
    if places.is_empty() {
        // Domains name no role: what hides them leaves nothing open about one.
        let served = subject.served.as_ref();
        let served = served.filter(|served| served.kind != OwnerKind::CustomerProfilesDomain);
        for cause in served.into_iter().flat_map(|served| &served.unread) {
            outcome.gap(cause.clone());
        }
        return;
    }
    let summary = format!(
        "{}, where {} was not offered on {}",
        places.join(", "),
        baseline.title,
        offered.as_of
    );
    outcome.report(Observation::new(Origin::Undetermined, summary));
}

/// Domains name no role, so that they are reported themselves.
fn check_domains(account: &Account<'_>, outcome: &mut Outcome) {
    if !account.whole {
        return;
    }
    let inventory = account.inventory;
    let families = account.baselines.families().iter();
    let mut of_domains =
        families.filter(|family| family.owner == Some(OwnerKind::CustomerProfilesDomain));
    let Some((baseline, offered)) = of_domains.find_map(with_regions) else {
        return;
    };
    if !covers(offered, inventory.partition.as_str()) {
        return;
    }
    if !served::are_skipped(&inventory.owners) {
        let unread = served::unread_regions(&inventory.owners, OwnerKind::CustomerProfilesDomain);
        for cause in unread {
            outcome.gap(cause);
        }
    }
    for (region, domain) in served::domains(&inventory.owners) {
        if offered.regions.contains(region) {
            continue;
        }
        let arn = format!(
            "arn:{}:profile:{region}:{}:domains/{}",
            inventory.partition, inventory.account, domain.name
        );
        let Ok(resource) = arn.parse::<Arn>() else {
            continue;
        };
        let summary = format!(
            "domain `{}` lies in {region}, where {} was not offered on {}",
            domain.name, baseline.title, offered.as_of
        );
        let about = About {
            resource,
            linked: None,
        };
        outcome.report_elsewhere(about, Observation::new(Origin::Undetermined, summary));
    }
}

fn with_regions(baseline: &Baseline) -> Option<(&Baseline, &Offered)> {
    let offered = baseline.regions.as_ref()?;
    offered
        .evidence
        .is_evidence()
        .then_some((baseline, offered))
}

/// Tells whether a list of Regions says anything about a partition.
fn covers(offered: &Offered, partition: &str) -> bool {
    offered.regions.iter().any(|region| {
        let region = region.as_str();
        match partition {
            "aws-us-gov" => region.starts_with("us-gov-"),
            "aws-cn" => region.starts_with("cn-"),
            "aws" => !region.starts_with("us-gov-") && !region.starts_with("cn-"),
            _ => false,
        }
    })
}
