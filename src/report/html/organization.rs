//! One page about many accounts: how much of them is known, each account's outcome, and findings by
//! rule.
//!
//! Holds as many accounts and findings as a browser shows with ease, those first that need a look;
//! how many are left out is told.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::io::{Result, Write};

use askama::Template;

use super::findings::{FindingView, RuleView};
use super::glance::{STATUSES, Share, label, shares};
use super::page::{content_policy, counted, readable};
use super::rich::Rich;
use super::screen::Screen;
use super::{STYLE, written};
use crate::audit::Rule;
use crate::model::Severity;
use crate::report::organization::{AccountSummary, Needs, OrganizationReport, Outcome, Totals};
use crate::report::view::{Marked, View};
use crate::report::{escape, facts};

/// The script of this page.
const SCRIPT: &str = include_str!("templates/organization.js");

/// How many accounts are listed.
const MOST_ACCOUNTS: usize = 10_000;

/// How many findings of a rule are shown.
const MOST_OF_A_RULE: usize = 100;

/// How many reasons of an account are shown; its outcome holds ten.
const MOST_REASONS: usize = 3;

/// The outcomes, those first that need a look.
const OUTCOMES: [Outcome; 4] = [
    Outcome::Failed,
    Outcome::Incomplete,
    Outcome::Skipped,
    Outcome::Complete,
];

pub(in crate::report) fn render(
    report: &OrganizationReport<'_>,
    out: &mut dyn Write,
) -> Result<()> {
    let page = Page::of(report)?;
    let mut screen = Screen::new(out);
    let result = page.render_into(&mut screen);
    written(result, screen)
}

#[derive(Template)]
#[template(path = "organization.html")]
struct Page {
    policy: String,
    style: &'static str,
    script: &'static str,
    tool: &'static str,
    run: String,
    partition: String,
    planned: Option<(String, String)>,
    accounts: String,
    is_complete: bool,
    headline: String,
    /// What is missing, where anything is.
    partial: Option<String>,
    coverage: String,
    outcomes: Vec<Share>,
    statuses: Vec<Share>,
    severities: Vec<Share>,
    waived: usize,
    new: Option<usize>,
    rows: Vec<AccountRow>,
    rows_left_out: usize,
    groups: Vec<Group>,
    facts: Vec<(&'static str, String)>,
}

/// Shows an account.
struct AccountRow {
    id: String,
    name: String,
    outcome: &'static str,
    roles: usize,
    findings: usize,
    reasons: Vec<Rich>,
    more: usize,
}

/// Shows the findings of a rule.
struct Group {
    rule: RuleView,
    accounts: usize,
    findings: Vec<FindingView>,
    left_out: usize,
}

/// Gathers the findings of a rule: those that nobody decided to live with, and the waived ones.
#[derive(Default)]
struct Gathered {
    open: Vec<FindingView>,
    waived: Vec<FindingView>,
    count: usize,
    accounts: usize,
    last: Option<String>,
}

impl Page {
    fn of(report: &OrganizationReport<'_>) -> Result<Self> {
        let totals = report.totals;
        let outcomes = OUTCOMES.map(|own| (own.as_str(), own.as_str(), totals.count(own)));
        let roles = totals.roles();
        let statuses = STATUSES.map(|status| {
            let count = roles.get(status.as_str()).copied().unwrap_or(0);
            (status.as_str(), label(status), count)
        });
        let mut severities = Severity::ALL;
        severities.reverse();
        let severities =
            severities.map(|own| (own.as_str(), own.as_str(), totals.of_severity(own)));
        let mut lists = Lists::of(report)?;
        let rows = lists.rows();
        Ok(Self {
            policy: content_policy(SCRIPT),
            style: STYLE,
            script: SCRIPT,
            tool: facts::TOOL,
            run: escape::terminal(report.run),
            partition: report.partition.to_string(),
            planned: report
                .planned_at
                .map(|time| (time.to_string(), readable(time))),
            accounts: counted(totals.accounts(), "account", "accounts"),
            is_complete: totals.is_complete(),
            headline: headline(totals),
            partial: (!totals.is_complete()).then(|| totals.partial()),
            coverage: totals.coverage_text(),
            outcomes: shares(&outcomes),
            statuses: shares(&statuses),
            severities: shares(&severities),
            waived: totals.waived(),
            new: totals.new_findings(Severity::Info),
            rows_left_out: totals.accounts() - rows.len(),
            rows,
            groups: lists.groups(),
            facts: report.facts(),
        })
    }
}

fn headline(totals: &Totals) -> String {
    if totals.count(Outcome::Complete) + totals.count(Outcome::Incomplete) == 0 {
        return "No account was audited.".to_owned();
    }
    let found = match totals.unwaived(Severity::Low) {
        0 => "No drift was found".to_owned(),
        open => format!("{} above info", counted(open, "finding", "findings")),
    };
    if totals.is_complete() {
        format!("{found}. Every account that was to be audited was audited completely.")
    } else {
        format!("{found}, but not every account was audited completely.")
    }
}

impl AccountRow {
    fn of(account: &AccountSummary) -> Self {
        let reasons = account.reasons.iter();
        Self {
            id: account.account.to_string(),
            name: escape::terminal(account.name.as_deref().unwrap_or_default()),
            outcome: account.outcome.as_str(),
            roles: account.roles.values().sum(),
            findings: account.findings.values().sum(),
            more: reasons.len().saturating_sub(MOST_REASONS),
            reasons: reasons
                .take(MOST_REASONS)
                .map(|reason| Rich::new(reason))
                .collect(),
        }
    }
}

/// Gathers accounts and findings while accounts are looked at.
#[derive(Default)]
struct Lists {
    rows: BTreeMap<Outcome, Vec<AccountRow>>,
    rules: BTreeMap<(Reverse<Severity>, &'static str), (&'static Rule, Gathered)>,
    findings: usize,
}

impl Lists {
    fn of(report: &OrganizationReport<'_>) -> Result<Self> {
        let mut lists = Self::default();
        report.accounts.each(Needs::Findings, &mut |account| {
            let rows = lists.rows.entry(account.summary.outcome).or_default();
            if rows.len() < MOST_ACCOUNTS {
                rows.push(AccountRow::of(&account.summary));
            }
            let view = account.view(report);
            for marked in &view.findings {
                lists.add(&view, marked);
            }
            Ok(())
        })?;
        Ok(lists)
    }

    fn add(&mut self, view: &View<'_>, marked: &Marked<'_>) {
        let rule = marked.finding.rule;
        let key = (Reverse(rule.severity), rule.id);
        let entry = self.rules.entry(key);
        let (_, gathered) = entry.or_insert_with(|| (rule, Gathered::default()));
        gathered.add(view, marked, self.findings);
        self.findings += 1;
    }

    /// Returns the accounts, those first that need a look.
    fn rows(&mut self) -> Vec<AccountRow> {
        let rows = OUTCOMES.iter().filter_map(|own| self.rows.remove(own));
        rows.flatten().take(MOST_ACCOUNTS).collect()
    }

    /// Returns the findings by rule, the most severe first.
    fn groups(self) -> Vec<Group> {
        let rules = self.rules.into_values();
        let groups = rules.map(|(rule, gathered)| {
            let findings = gathered.open.into_iter().chain(gathered.waived);
            let findings: Vec<FindingView> = findings.take(MOST_OF_A_RULE).collect();
            Group {
                rule: RuleView::of(rule, gathered.count),
                accounts: gathered.accounts,
                left_out: gathered.count - findings.len(),
                findings,
            }
        });
        groups.collect()
    }
}

impl Gathered {
    fn add(&mut self, view: &View<'_>, marked: &Marked<'_>, place: usize) {
        self.count += 1;
        if self.last.as_deref() != Some(view.account.as_str()) {
            self.accounts += 1;
            self.last = Some(view.account.to_string());
        }
        let list = if marked.waiver.is_some() {
            &mut self.waived
        } else {
            &mut self.open
        };
        if list.len() < MOST_OF_A_RULE {
            let mut shown = FindingView::of_marked(marked, place, None, &BTreeMap::new());
            shown.account = Some(escape::terminal(&view.called()));
            list.push(shown);
        }
    }
}
