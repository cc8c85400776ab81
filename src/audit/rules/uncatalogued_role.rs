//! `uncatalogued-role`.

use crate::audit::finding::Origin;
use crate::audit::outcome::{Observation, Outcome};
use crate::audit::rule::{Group, Rule};
use crate::audit::subject::Subject;
use crate::baselines::Resolution;
use crate::model::Severity;

pub(super) static RULE: Rule = Rule {
    id: "uncatalogued-role",
    group: Group::Identity,
    severity: Severity::Info,
    what: "Nothing evidenced is known about a service-linked role, or about its policies.",
    why: "Its trust policy and its metadata are judged like every service-linked role's; what \
          it should be allowed to do is not known, so nothing is claimed about its \
          permissions.",
    example: "The role of a service that AWS launched last month.",
    remediation: "Describe the role in a folder of your own and pass it with `--baseline-dir`, or wait \
          for a release that knows it.",
    false_positives: "None: the finding says what is not known.",
    source: "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_aws-services-that-work-with-iam.html",
    needs_owners: false,
    role: Some(check),
    account: None,
};

fn check(subject: &Subject<'_>, outcome: &mut Outcome) {
    let role = subject.role;
    let summary = match (subject.resolution, &subject.linked) {
        (Some(Resolution::Unknown), Some(linked)) => {
            format!("nothing evidenced is known about `{}` of `{linked}`", role.name)
        }
        (Some(Resolution::Known(baseline)), _) if !baseline.knows_policies() => {
            "no evidence tells which policies it should carry; its name, trust and metadata were judged"
                .to_owned()
        }
        (None, None) if role.path.is_reserved() => {
            format!("the path `{}` names no service", role.path)
        }
        _ => return,
    };
    outcome.report(Observation::new(Origin::Undetermined, summary));
}
