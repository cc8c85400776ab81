//! `unread-input`.

use crate::audit::finding::Origin;
use crate::audit::outcome::{Observation, Outcome};
use crate::audit::rule::{Group, Rule};
use crate::audit::subject::Account;
use crate::inventory::{Fact, Subject as FactSubject};
use crate::model::Severity;

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
    role: None,
    account: Some(check_account),
};

fn check_account(account: &Account<'_>, outcome: &mut Outcome) {
    let listing = &account.inventory.listing;
    if let Some(unread) = listing.unread() {
        outcome.need(FactSubject::Account, Fact::Roles, listing);
        let account_id = &account.inventory.account;
        let summary =
            format!("roles of account {account_id} may be missing from this audit: {unread}");
        if let Ok(root) =
            format!("arn:{}:iam::{account_id}:root", account.inventory.partition).parse()
        {
            outcome.report_elsewhere(root, None, Observation::new(Origin::Undetermined, summary));
        }
    }
}
