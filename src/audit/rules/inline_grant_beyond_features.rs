//! `inline-grant-beyond-features`.

use super::inline_grants::{Heading, and_more, report_beyond_features};
use crate::audit::finding::Origin;
use crate::audit::judgement::Wrong;
use crate::audit::outcome::Outcome;
use crate::audit::rule::{Group, Rule};
use crate::audit::subject::Subject;
use crate::model::Severity;

pub(super) static RULE: Rule = Rule {
    id: "inline-grant-beyond-features",
    group: Group::Policies,
    severity: Severity::High,
    what: "An inline policy of a service-linked role allows what no feature of its service \
          explains.",
    why: "Services add inline policies as features are switched on: a bucket for recordings, a \
          stream for contact records. Whatever goes beyond every such feature was not put there \
          for one.",
    example: "An inline policy with `s3:*` on a Connect role, whose features never need more than \
          reading and writing objects of one bucket.",
    remediation: "Find the change in CloudTrail (`PutRolePolicy`). The account cannot delete the policy; \
          switch the feature off and on again, or ask AWS Support.",
    false_positives: "A feature that AWS introduced after this release.",
    source: "https://docs.aws.amazon.com/connect/latest/adminguide/connect-slr.html",
    needs_owners: false,
    role: Some(check),
    account: None,
};

fn check(subject: &Subject<'_>, outcome: &mut Outcome) {
    let heading = Heading {
        wrong: Wrong::Unexplained,
        origin: Origin::Account,
        reference: "the managed policy and every known feature",
    };
    report_beyond_features(subject, outcome, &heading, |grant, baseline| {
        format!(
            "{} allows {}{}, which no feature of {} needs",
            grant.document,
            grant.request,
            and_more(grant),
            baseline.title
        )
    });
}
