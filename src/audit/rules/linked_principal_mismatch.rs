//! `linked-principal-mismatch`.

use crate::audit::finding::Origin;
use crate::audit::outcome::{Observation, Outcome};
use crate::audit::rule::{Group, Rule};
use crate::audit::subject::Subject;
use crate::baselines::Resolution;
use crate::model::Severity;

pub(super) static RULE: Rule = Rule {
    id: "linked-principal-mismatch",
    group: Group::Identity,
    severity: Severity::High,
    what: "A service-linked role bears the name of one service and lies under the path of \
          another.",
    why: "The path says which service AWS linked the role to. A known name under the path of \
          another service is either a role that this tool does not know yet or a name chosen \
          to mislead.",
    example: "`AWSServiceRoleForSupport` under `/aws-service-role/connect.amazonaws.com/`.",
    remediation: "Compare the role's creation in CloudTrail (`CreateServiceLinkedRole`) with what the \
          service documents; add a baseline with `--baseline-dir` if the service really uses \
          this name.",
    false_positives: "A service that began to link its role to another principal after this release.",
    source: "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create-service-linked-role.html",
    needs_owners: false,
    role: Some(check),
    account: None,
};

fn check(subject: &Subject<'_>, outcome: &mut Outcome) {
    let (Some(Resolution::OtherPrincipal(baseline)), Some(linked)) =
        (subject.resolution, &subject.linked)
    else {
        return;
    };
    let summary = format!(
        "`{}` is the role of `{}` ({}), but this one is linked to `{linked}`",
        baseline.role.name,
        baseline.principal,
        baseline.role_evidence.as_str(),
    );
    outcome.report(Observation::new(Origin::Undetermined, summary));
}
