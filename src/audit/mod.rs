//! Judges an inventory against the baselines: a pure function, one file per rule.
//!
//! Does no I/O and formats no output. Every rule has three answers: silent, a finding, or a gap:
//! something it needed could not be read, so that it claims nothing.

mod beyond;
mod ceiling;
mod configured;
mod dossier;
mod explained;
mod finding;
mod gap;
mod inline;
mod judgement;
mod memory;
mod outcome;
mod parts;
mod reach;
mod rule;
mod rules;
mod selection;
mod served;
mod source;
mod standing;
mod subject;
mod time;

pub use dossier::{
    Access, ActionAccess, Change, Dossiers, FeatureGrant, NotListed, PolicyDossier, Reference,
    RoleDossier, Step, Written, dossiers,
};
pub use finding::{
    Confidence, DocumentRef, FileLocation, Finding, Origin, Proof, StatementLocation,
};
pub use gap::{Cause, Gap};
pub use reach::Reach;
pub use rule::{Group, Rule};
pub use rules::{all, by_id, nearest};
pub use selection::{Selection, SelectionError};

use std::collections::BTreeSet;

use crate::baselines::{Baseline, Baselines};
use crate::inventory::{Fact, FactOwner, Inventory};
use crate::model::{AccountId, Arn, Partition, RoleName, Severity};
use finding::About;
use memory::Memory;
use outcome::Outcome;
use subject::{Account, Subject};

/// Holds the judgement of one account.
#[derive(Debug, Clone)]
pub struct Audit {
    /// The account.
    pub account: AccountId,
    /// Its partition.
    pub partition: Partition,
    /// When it was read.
    pub collected_at: Option<jiff::Timestamp>,
    /// Every judged role, by ARN.
    pub roles: Vec<RoleAudit>,
    /// Every finding: most severe first, then by role and rule.
    pub findings: Vec<Finding>,
    /// What concerns no single role and could not be decided.
    pub gaps: Vec<Gap>,
    /// The rules that ran.
    pub rules: Vec<&'static str>,
    /// Whether the user left out what the roles serve, and with it the rules that need it.
    pub owners_skipped: bool,
    /// Whether AWS's policies were compared with a lock file.
    pub locked: bool,
    /// The globs that chose the roles; none chose all.
    pub role_globs: Vec<String>,
}

/// Holds the judgement of one role.
#[derive(Debug, Clone)]
pub struct RoleAudit {
    /// The role's ARN.
    pub arn: Arn,
    /// Its name.
    pub name: RoleName,
    /// The baseline that it was judged by: a family's id, or the catalogued role's name.
    pub baseline: Option<String>,
    /// The judgement.
    pub status: Status,
    /// What could not be decided, and why.
    pub gaps: Vec<Gap>,
}

/// Sums up a role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// Some rule found drift: a finding above info.
    Drifted,
    /// Nothing was found, but something could not be decided.
    Inconclusive,
    /// Nothing evidenced is known about what this role should be, or should carry.
    Uncatalogued,
    /// Everything that the rules need was read and is as the baseline says.
    Conforms,
}

impl Status {
    /// Returns the name that outputs use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Drifted => "drifted",
            Self::Inconclusive => "inconclusive",
            Self::Uncatalogued => "uncatalogued",
            Self::Conforms => "conforms",
        }
    }
}

impl Audit {
    /// Tells whether every selected rule could decide about every selected role.
    pub fn is_complete(&self) -> bool {
        self.gaps.is_empty() && self.roles.iter().all(|role| role.gaps.is_empty())
    }

    /// Makes a finding about an entry in a file of the user, if its rule was selected.
    ///
    /// `entry` tells entries of the file apart, in the same way in every run.
    pub(crate) fn about_file(
        &self,
        rule: &'static str,
        entry: &str,
        summary: String,
        file: FileLocation,
    ) -> Option<Finding> {
        let rule = by_id(rule).filter(|rule| self.rules.contains(&rule.id))?;
        let resource = Arn::account_root(&self.partition, &self.account);
        Some(Finding::in_file(
            rule,
            &self.account,
            resource,
            entry,
            summary,
            file,
        ))
    }

    /// Adds findings in their place.
    pub(crate) fn add(&mut self, findings: Vec<Finding>) {
        self.findings.extend(findings);
        self.findings.sort_by(|a, b| a.order().cmp(&b.order()));
    }

    /// Counts the roles of a status.
    pub fn count(&self, status: Status) -> usize {
        self.roles
            .iter()
            .filter(|role| role.status == status)
            .count()
    }
}

/// Judges an account.
///
/// The same inventory, baselines and selection give the same audit, in the same order.
pub fn audit(inventory: &Inventory, baselines: &Baselines, selection: &Selection) -> Audit {
    judge(inventory, baselines, selection, &Memory::default())
}

/// Judges many accounts as [`audit()`] does each, and works out once what they have in common.
#[derive(Debug)]
pub struct Auditor {
    baselines: Baselines,
    selection: Selection,
    memory: Memory,
}

impl Auditor {
    /// Judges by these baselines what is selected.
    pub fn new(baselines: Baselines, selection: Selection) -> Self {
        Self {
            baselines,
            selection,
            memory: Memory::default(),
        }
    }

    /// Returns what the roles should be.
    pub fn baselines(&self) -> &Baselines {
        &self.baselines
    }

    /// Judges an account.
    pub fn audit(&self, inventory: &Inventory) -> Audit {
        judge(inventory, &self.baselines, &self.selection, &self.memory)
    }
}

fn judge(
    inventory: &Inventory,
    baselines: &Baselines,
    selection: &Selection,
    memory: &Memory,
) -> Audit {
    let selected = applicable(inventory, selection);
    let subjects: Vec<Subject<'_>> = inventory
        .roles
        .iter()
        .filter(|role| selection.wants_role(&role.name))
        .map(|role| Subject::new(inventory, baselines, memory, role))
        .collect();
    let mut findings = Vec::new();
    let judged: Vec<(&Subject<'_>, Vec<Gap>)> = subjects
        .iter()
        .map(|subject| (subject, judge_role(subject, &selected, &mut findings)))
        .collect();
    let account = Account {
        inventory,
        baselines,
        subjects: &subjects,
        whole: selection.wants_every_role(),
    };
    let gaps = judge_account(&account, &selected, &mut findings);
    findings.sort_by(|a, b| a.order().cmp(&b.order()));

    let drifted: BTreeSet<&Arn> = findings
        .iter()
        .filter(|finding| finding.rule.severity > Severity::Info)
        .map(|finding| &finding.resource)
        .collect();
    let roles = judged
        .into_iter()
        .map(|(subject, gaps)| RoleAudit {
            arn: subject.role.arn.clone(),
            name: subject.role.name.clone(),
            baseline: subject.baseline().map(|baseline| baseline.id.clone()),
            status: status(subject, &gaps, drifted.contains(&subject.role.arn)),
            gaps,
        })
        .collect();
    Audit {
        account: inventory.account.clone(),
        partition: inventory.partition.clone(),
        collected_at: inventory.collected_at,
        roles,
        findings,
        gaps,
        rules: selected.iter().map(|rule| rule.id).collect(),
        owners_skipped: served::are_skipped(&inventory.owners),
        locked: baselines.lock().is_some(),
        role_globs: selection.role_globs(),
    }
}

/// Returns the selected rules, without those that need owners where the user left owners out.
fn applicable(inventory: &Inventory, selection: &Selection) -> Vec<&'static Rule> {
    let skipped = served::are_skipped(&inventory.owners);
    let rules = selection.rules();
    rules
        .filter(|rule| !(rule.needs_owners && skipped))
        .collect()
}

fn judge_role(
    subject: &Subject<'_>,
    rules: &[&'static Rule],
    findings: &mut Vec<Finding>,
) -> Vec<Gap> {
    let account = &subject.inventory.account;
    let about = About::role(&subject.role.arn);
    let mut gaps = BTreeSet::new();
    for rule in rules.iter().copied() {
        let Some(check) = rule.role else { continue };
        let mut outcome = Outcome::new(rule);
        check(subject, &mut outcome);
        let observations = outcome.observations.into_iter();
        findings.extend(
            observations.map(|observation| Finding::new(rule, account, about.clone(), observation)),
        );
        gaps.extend(outcome.gaps);
    }
    let gaps: Vec<Gap> = gaps.into_iter().collect();
    let unread_input = self::rules::unread_input();
    if !gaps.is_empty() && rules.contains(&unread_input) {
        let observation = gap::observation(&gaps);
        findings.push(Finding::new(unread_input, account, about, observation));
    }
    gaps
}

fn judge_account(
    account: &Account<'_>,
    rules: &[&'static Rule],
    findings: &mut Vec<Finding>,
) -> Vec<Gap> {
    let mut gaps = BTreeSet::new();
    if let Some(unread) = account.inventory.listing.unread() {
        gaps.insert(Gap {
            cause: Cause::Unread {
                subject: FactOwner::Account,
                fact: Fact::Roles,
                unread: unread.clone(),
            },
            rule: None,
        });
    }
    for rule in rules.iter().copied() {
        let Some(check) = rule.account else { continue };
        let mut outcome = Outcome::new(rule);
        check(account, &mut outcome);
        gaps.extend(outcome.gaps);
        for (about, observation) in outcome.elsewhere {
            let account = &account.inventory.account;
            findings.push(Finding::new(rule, account, about, observation));
        }
    }
    gaps.into_iter().collect()
}

fn status(subject: &Subject<'_>, gaps: &[Gap], drifted: bool) -> Status {
    if drifted {
        Status::Drifted
    } else if !gaps.is_empty() {
        Status::Inconclusive
    } else if subject.baseline().is_some_and(Baseline::knows_policies) {
        Status::Conforms
    } else {
        Status::Uncatalogued
    }
}
