//! `unread-input`.

use crate::audit::finding::{About, Origin};
use crate::audit::outcome::{Observation, Outcome};
use crate::audit::rule::{Group, Rule};
use crate::audit::subject::Account;
use crate::model::{Arn, Severity};

pub(super) static RULE: Rule = Rule {
    id: "unread-input",
    group: Group::Hygiene,
    severity: Severity::Info,
    what: "Something that a rule needed could not be read or decided.",
    why: "The rules it names claim nothing about this role: neither that it conforms nor that \
          it drifted. `roledrift scan` then ends with exit code 3 unless something else was \
          found.",
    example: "`iam:ListRolePolicies` was denied for one role.",
    remediation: "Grant the permission that the finding names (README lists all), record the account \
          again, or leave the rules out with `--skip-rule`.",
    false_positives: "None: the finding says what is not known.",
    source: "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_job-functions.html",
    needs_owners: false,
    role: None,
    account: Some(check_account),
};

fn check_account(account: &Account<'_>, outcome: &mut Outcome) {
    let inventory = account.inventory;
    // That the audit is incomplete then is noted whether or not this rule runs.
    let Some(unread) = inventory.listing.unread() else {
        return;
    };
    let summary = format!(
        "roles of account {} may be missing from this audit: {unread}",
        inventory.account
    );
    let about = About {
        resource: Arn::account_root(&inventory.partition, &inventory.account),
        linked: None,
    };
    outcome.report_elsewhere(about, Observation::new(Origin::Undetermined, summary));
}
