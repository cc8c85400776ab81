//! `unused-waiver`. Found while waivers are applied, which the audit knows nothing of.

use crate::audit::rule::{Group, Rule};
use crate::model::Severity;

pub(super) static RULE: Rule = Rule {
    id: "unused-waiver",
    group: Group::Hygiene,
    severity: Severity::Info,
    what: "A waiver in `roledrift.toml` covers no finding.",
    why: "What it was written for is mended or gone. Left in place it would hide the next finding \
          of that kind.",
    example: "A waiver of `trust-widened` for a role that was deleted.",
    remediation: "Remove the entry, or correct its rule or resource where it was meant to cover \
          something.",
    false_positives: "Drift that comes and goes. The rule is silent where something that the waiver could \
          cover was not looked at, and about waivers of other accounts.",
    source: "https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-archive-rules.html",
    needs_owners: false,
    role: None,
    account: None,
};
