//! `cross-account-grant`.

use super::inline_grants::{Heading, and_more, report_beyond_features};
use crate::audit::finding::Origin;
use crate::audit::judgement::Wrong;
use crate::audit::outcome::Outcome;
use crate::audit::rule::{Group, Rule};
use crate::audit::subject::Subject;
use crate::model::Severity;

pub(super) static RULE: Rule = Rule {
    id: "cross-account-grant",
    group: Group::Resources,
    severity: Severity::High,
    what: "An inline policy of a service-linked role reaches resources of another account that a \
          feature needs in its own account only.",
    why: "Streams, bots and domains of a contact centre belong to its own account. A grant that \
          reaches another one can carry recordings and contact records out of it.",
    example: "A Connect role may `kinesis:PutRecord` on `arn:aws:kinesis:eu- \
          west-2:444455556666:stream/contacts`, and no instance streams there.",
    remediation: "Find the change in CloudTrail (`PutRolePolicy`) and who owns the other account; switch \
          the feature off and on again, or ask AWS Support.",
    false_positives: "A resource of another account that the instance is configured to use is no finding where \
          the configuration was read. ARNs of Amazon S3 name no account, so that another account's \
          bucket is told as `grant-on-unconfigured-resource`.",
    source: "https://docs.aws.amazon.com/connect/latest/adminguide/connect-slr.html",
    needs_owners: false,
    role: Some(check),
    account: None,
};

fn check(subject: &Subject<'_>, outcome: &mut Outcome) {
    let heading = Heading {
        wrong: Wrong::OtherAccount,
        origin: Origin::Account,
        reference: "the managed policy and every feature within the account",
    };
    report_beyond_features(subject, outcome, &heading, |grant, baseline| {
        format!(
            "{} allows {}{}, outside of account {}, whose own resources {} needs",
            grant.document,
            grant.request,
            and_more(grant),
            subject.inventory.account,
            baseline.title
        )
    });
}
