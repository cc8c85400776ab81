//! `expired-waiver`. Found while waivers are applied, which the audit knows nothing of.

use crate::audit::rule::{Group, Rule};
use crate::model::Severity;

pub(super) static RULE: Rule = Rule {
    id: "expired-waiver",
    group: Group::Hygiene,
    severity: Severity::Low,
    what: "A waiver in `roledrift.toml` is past its date.",
    why: "It no longer waives anything: what it covered counts again, and nobody may have looked \
          at it since.",
    example: "A waiver of `session-duration-edited` that says `expires = 2026-06-30`, in a scan \
          of July.",
    remediation: "Mend what the waiver covered and remove the entry, or decide about it anew and \
          give it a later date.",
    false_positives: "None: the date is the one that the file says.",
    source: "https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-archive-rules.html",
    needs_owners: false,
    role: None,
    account: None,
};
