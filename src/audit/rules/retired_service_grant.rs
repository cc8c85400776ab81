//! `retired-service-grant`.

use super::inline_grants::{Heading, and_more, report_beyond_features};
use crate::audit::finding::Origin;
use crate::audit::judgement::Wrong;
use crate::audit::outcome::Outcome;
use crate::audit::rule::{Group, Rule};
use crate::audit::subject::Subject;
use crate::model::Severity;

pub(super) static RULE: Rule = Rule {
    id: "retired-service-grant",
    group: Group::Resources,
    severity: Severity::Low,
    what: "An inline policy of a service-linked role still allows what a service needed that AWS \
          has ended.",
    why: "Nothing uses such a grant any more, and a name that comes free may be given to something \
          else.",
    example: "`voiceid:*` on a Connect role, or `events:PutRule` on the rule that served it: Amazon \
          Connect Voice ID ended on 2026-05-20.",
    remediation: "Disassociate what is left of the service from the instance; where the policy stays, ask \
          AWS Support.",
    false_positives: "AWS gives no day by which it takes such grants away itself.",
    source: "https://docs.aws.amazon.com/connect/latest/adminguide/voiceid-apis.html",
    needs_owners: false,
    role: Some(check),
    account: None,
};

fn check(subject: &Subject<'_>, outcome: &mut Outcome) {
    let heading = Heading {
        wrong: Wrong::Retired,
        origin: Origin::Service,
        reference: "the managed policy and every feature that still exists",
    };
    report_beyond_features(subject, outcome, &heading, |grant, _| {
        let retired = subject.ceiling().into_iter().flat_map(|of| &of.retired);
        let ended = retired
            .filter(|feature| grant.features.contains(&feature.id))
            .find_map(|feature| Some((feature, feature.retired.as_ref()?)));
        let ended = ended.map_or_else(String::new, |(feature, retired)| {
            format!(", for what ended on {}: {}", retired.on, feature.title)
        });
        format!(
            "{} still allows {}{}{ended}",
            grant.document,
            grant.request,
            and_more(grant)
        )
    });
}
