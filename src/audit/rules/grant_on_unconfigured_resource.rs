//! `grant-on-unconfigured-resource`.

use super::inline_grants::{Heading, and_more, configured, report_beyond_features};
use crate::audit::finding::Origin;
use crate::audit::judgement::Wrong;
use crate::audit::outcome::Outcome;
use crate::audit::rule::{Group, Rule};
use crate::audit::subject::Subject;
use crate::model::Severity;

pub(super) static RULE: Rule = Rule {
    id: "grant-on-unconfigured-resource",
    group: Group::Resources,
    severity: Severity::Medium,
    what: "An inline policy of a service-linked role has the actions of a feature on a resource \
          that no instance of the role is configured to use.",
    why: "The service needs the grant on what is configured, and on nothing else. What is left \
          from an earlier configuration, or was added by hand, opens data that has nothing to do \
          with the instance.",
    example: "The instance keeps recordings in `acme-recordings`, and its role may write objects of \
          `acme-finance`.",
    remediation: "Compare with the instance's data storage and streaming pages. A grant that is left over \
          goes away when the feature is configured anew; otherwise find it in CloudTrail \
          (`PutRolePolicy`).",
    false_positives: "The configuration was changed between the reading of Connect and of IAM. A grant on the \
          whole configured bucket is accepted although the instance writes under one prefix, \
          because AWS documents the grant for the bucket.",
    source: "https://docs.aws.amazon.com/connect/latest/adminguide/connect-slr.html",
    needs_owners: true,
    role: Some(check),
    account: None,
};

fn check(subject: &Subject<'_>, outcome: &mut Outcome) {
    let heading = Heading {
        wrong: Wrong::Unconfigured,
        origin: Origin::Undetermined,
        reference: "the managed policy and the features as they are configured",
    };
    report_beyond_features(subject, outcome, &heading, |grant, _| {
        let features = subject.ceiling().into_iter().flat_map(|of| &of.features);
        let explained: Vec<String> = features
            .filter(|one| grant.features.contains(&one.feature.id))
            .map(|one| match configured(one) {
                known if known.is_empty() => format!("{} is not configured", one.feature.title),
                known => format!("{} is configured as {known}", one.feature.title),
            })
            .collect();
        let granted = match (&grant.action, &grant.resource) {
            (Some(action), Some(resource)) => format!("`{action}` on `{resource}`"),
            _ => grant.request.to_string(),
        };
        format!(
            "{} grants {granted}{}; {}",
            grant.document,
            and_more(grant),
            explained.join("; ")
        )
    });
}
