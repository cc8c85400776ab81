//! For a person: one line of summary, then roles (and policies) by severity, then what could not be read.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Result, Write};

use anstyle::{AnsiColor, Style};

use super::{Report, Since, escape};
use crate::audit::{Audit, Confidence, Finding, Origin, RoleAudit, Status, all};
use crate::model::{Arn, Severity};
use crate::store::{Open, Previous, Standing};

const BOLD: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();
const RED: Style = AnsiColor::Red.on_default();
const GREEN: Style = AnsiColor::Green.on_default();
const YELLOW: Style = AnsiColor::Yellow.on_default();
const CYAN: Style = AnsiColor::Cyan.on_default();

pub(super) fn render(report: &Report, out: &mut dyn Write) -> Result<()> {
    let audit = &report.audit;
    summary(report, out)?;
    let mut explained = BTreeSet::new();
    for (resource, findings) in by_resource(report) {
        section(report, resource, &findings, &mut explained, out)?;
    }
    undecided(audit, out)?;
    information(report, out)?;
    if let Some(since) = &report.since {
        gone("resolved since then", &since.comparison.resolved, out)?;
        let missed = &since.comparison.not_looked_at;
        gone("open before and not looked at this time", missed, out)?;
    }
    conforming(audit, out)?;
    if let Some(finding) = drift(report).next() {
        let rule = finding.rule.id;
        writeln!(
            out,
            "\n{DIM}more about a rule: roledrift explain {rule}{DIM:#}"
        )?;
    }
    Ok(())
}

/// Returns the findings that call for something; the others are told in one line each.
fn drift(report: &Report) -> impl Iterator<Item = &Finding> {
    report
        .shown()
        .filter(|finding| finding.rule.severity > Severity::Info)
}

fn summary(report: &Report, out: &mut dyn Write) -> Result<()> {
    let audit = &report.audit;
    let read = match audit.collected_at {
        Some(time) => format!(", read {}", time.strftime("%Y-%m-%d %H:%M UTC")),
        None => String::new(),
    };
    writeln!(
        out,
        "{BOLD}account {}{BOLD:#} ({}{read})",
        audit.account, audit.partition
    )?;
    let roles: Vec<String> = [
        Status::Drifted,
        Status::Inconclusive,
        Status::Uncatalogued,
        Status::Conforms,
    ]
    .into_iter()
    .filter(|status| audit.count(*status) > 0)
    .map(|status| counted(audit, status))
    .collect();
    if audit.rules.len() < all().len() || !audit.role_globs.is_empty() {
        let globs = escape::terminal(&audit.role_globs.join(", "));
        let roles = if globs.is_empty() {
            "all roles".to_owned()
        } else {
            format!("roles {globs}")
        };
        let (ran, known) = (audit.rules.len(), all().len());
        let owners = if audit.owners_skipped {
            ", without those about what the roles serve"
        } else {
            ""
        };
        writeln!(
            out,
            "{YELLOW}selected: {ran} of {known} rules{owners}, {roles}{YELLOW:#}"
        )?;
    }
    write!(
        out,
        "{} role{}",
        audit.roles.len(),
        plural(audit.roles.len())
    )?;
    if !roles.is_empty() {
        write!(out, ": {}", roles.join(", "))?;
    }
    let counts: Vec<String> = Severity::ALL
        .into_iter()
        .rev()
        .filter_map(|severity| {
            let count = of_severity(audit, severity);
            let style = style(severity);
            (count > 0).then(|| format!("{style}{count} {severity}{style:#}"))
        })
        .collect();
    let total = audit.findings.len();
    match counts.as_slice() {
        [] => writeln!(out, "; {GREEN}no findings{GREEN:#}")?,
        counts => writeln!(
            out,
            "; {total} finding{}: {}",
            plural(total),
            counts.join(", ")
        )?,
    }
    match (report.waived_count(), report.show_waived) {
        (0, _) => {}
        (count, true) => writeln!(out, "{count} waived")?,
        (count, false) => {
            writeln!(out, "{count} waived {DIM}(--show-waived shows them){DIM:#}")?;
        }
    }
    report
        .since
        .as_ref()
        .map_or(Ok(()), |since| changes(since, out))
}

/// Tells how the run differs from the earlier one.
fn changes(since: &Since, out: &mut dyn Write) -> Result<()> {
    let previous = match &since.previous {
        Previous::Nothing => "no earlier run of this account".to_owned(),
        Previous::Run(id) => format!("run {id}"),
        Previous::Report { path, .. } => escape::terminal(&format!("`{}`", path.display())),
    };
    let comparison = &since.comparison;
    let new = comparison.new_count();
    let style = if new == 0 { GREEN } else { YELLOW };
    write!(
        out,
        "compared with {previous}: {style}{new} new{style:#}, {} known, {} resolved",
        comparison.known_count(),
        comparison.resolved.len()
    )?;
    match comparison.not_looked_at.len() {
        0 => writeln!(out),
        missed => writeln!(out, ", {YELLOW}{missed} not looked at{YELLOW:#}"),
    }
}

/// Groups findings by what they are about, the worst first.
fn by_resource(report: &Report) -> Vec<(&Arn, Vec<&Finding>)> {
    let mut groups: BTreeMap<&Arn, Vec<&Finding>> = BTreeMap::new();
    for finding in drift(report) {
        groups.entry(&finding.resource).or_default().push(finding);
    }
    let mut groups: Vec<_> = groups.into_iter().collect();
    groups.sort_by_key(|(resource, findings)| {
        let worst = findings.iter().map(|finding| finding.rule.severity).max();
        (std::cmp::Reverse(worst), *resource)
    });
    groups
}

fn section(
    report: &Report,
    resource: &Arn,
    findings: &[&Finding],
    explained: &mut BTreeSet<&'static str>,
    out: &mut dyn Write,
) -> Result<()> {
    let mut judged = report.audit.roles.iter();
    let judged = judged.find(|judged| judged.arn == *resource);
    let status = judged.map_or_else(|| kind(resource), |judged| judged.status.as_str());
    let name = called(resource);
    let arn = escape::terminal(resource.as_str());
    writeln!(out, "\n{BOLD}{name}{BOLD:#}  {status}\n{DIM}{arn}{DIM:#}")?;
    for finding in findings {
        finding_lines(report, finding, explained, out)?;
    }
    Ok(())
}

fn is_account(resource: &Arn) -> bool {
    resource.resource() == "root"
}

/// Names what a finding is about, for a person.
pub(super) fn called(resource: &Arn) -> String {
    if is_account(resource) {
        format!("account {}", escape::terminal(resource.account()))
    } else {
        escape::terminal(resource.name())
    }
}

fn finding_lines(
    report: &Report,
    finding: &Finding,
    explained: &mut BTreeSet<&'static str>,
    out: &mut dyn Write,
) -> Result<()> {
    let severity = finding.rule.severity;
    let style = style(severity);
    write!(
        out,
        "  {style}{severity:<8}{style:#} {BOLD}{}{BOLD:#}",
        finding.rule.id
    )?;
    if let Some(document) = &finding.document {
        write!(out, "  {}", escape::terminal(&document.to_string()))?;
    }
    if let Some(statement) = &finding.statement {
        write!(out, ", {}", escape::terminal(&statement.to_string()))?;
    }
    if let Some(file) = &finding.file {
        write!(out, "  {}", escape::terminal(&file.to_string()))?;
    }
    let (origin, rests_on) = (made_by(finding.origin), rests_on(finding.confidence));
    write!(out, "  {DIM}{origin}{rests_on}{DIM:#}")?;
    match report.standing(finding) {
        None => writeln!(out)?,
        Some(Standing::New) => writeln!(out, "  {BOLD}new{BOLD:#}")?,
        Some(Standing::Known { since }) => {
            let day = since.map(|since| format!(" since {}", since.strftime("%Y-%m-%d")));
            writeln!(out, "  {DIM}known{}{DIM:#}", day.unwrap_or_default())?;
        }
    }
    writeln!(out, "           {}", escape::terminal(&finding.summary))?;
    if let Some(waiver) = report.waiver(finding) {
        let why = format!(
            "waived until {} by {}: {}",
            waiver.expires, waiver.owner, waiver.reason
        );
        writeln!(out, "           {CYAN}{}{CYAN:#}", escape::terminal(&why))?;
    }
    if explained.insert(finding.rule.id) {
        writeln!(
            out,
            "           {DIM}to do: {}{DIM:#}",
            finding.rule.remediation
        )?;
    }
    Ok(())
}

fn undecided(audit: &Audit, out: &mut dyn Write) -> Result<()> {
    if audit.is_complete() {
        return Ok(());
    }
    // Roles that miss the same thing are shown together.
    let mut by_cause: BTreeMap<String, (BTreeSet<&str>, BTreeSet<&str>)> = BTreeMap::new();
    for role in &audit.roles {
        for gap in &role.gaps {
            let (rules, names) = by_cause.entry(gap.cause.to_string()).or_default();
            rules.extend(gap.rule);
            names.insert(role.name.as_str());
        }
    }
    for gap in &audit.gaps {
        by_cause
            .entry(gap.cause.to_string())
            .or_default()
            .0
            .extend(gap.rule);
    }
    writeln!(out, "\n{YELLOW}could not be read or decided{YELLOW:#}")?;
    for (cause, (rules, names)) in by_cause {
        let rules: Vec<&str> = rules.into_iter().collect();
        let rules = if rules.is_empty() {
            "any rule".to_owned()
        } else {
            rules.join(", ")
        };
        writeln!(out, "  {}", escape::terminal(&cause))?;
        writeln!(
            out,
            "           {DIM}{}; no claim by {}{DIM:#}",
            whose(&names),
            rules
        )?;
    }
    Ok(())
}

fn whose(roles: &BTreeSet<&str>) -> String {
    match roles.iter().collect::<Vec<_>>().as_slice() {
        [] => "the account as a whole".to_owned(),
        [one] => escape::terminal(one),
        [first, rest @ ..] => {
            format!(
                "{} and {} other role{}",
                escape::terminal(first),
                rest.len(),
                plural(rest.len())
            )
        }
    }
}

/// Tells what calls for nothing: in full where it stands alone, role by role otherwise.
fn information(report: &Report, out: &mut dyn Write) -> Result<()> {
    let mut notes: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
    for finding in report.shown() {
        // What was not read has its own section.
        if finding.rule.severity == Severity::Info && finding.rule.id != "unread-input" {
            notes.entry(finding.rule.id).or_default().push(finding);
        }
    }
    if !notes.is_empty() {
        writeln!(out, "\n{DIM}for information{DIM:#}")?;
    }
    for (rule, findings) in notes {
        let names: Vec<String> = findings
            .iter()
            .map(|finding| called(&finding.resource))
            .collect();
        let names = names.join(", ");
        match findings.as_slice() {
            [finding] => {
                let summary = escape::terminal(&finding.summary);
                writeln!(out, "  {rule}  {names}: {summary}")?;
            }
            all => writeln!(out, "  {rule} ({})  {names}", all.len())?,
        }
    }
    Ok(())
}

/// Tells of findings of earlier runs that this one does not show.
fn gone(title: &str, findings: &[Open], out: &mut dyn Write) -> Result<()> {
    if findings.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n{DIM}{title}{DIM:#}")?;
    for open in findings {
        let record = &open.record;
        let since = open
            .since
            .map(|since| format!(" (since {})", since.strftime("%Y-%m-%d")));
        writeln!(
            out,
            "  {}  {}: {}{}",
            escape::terminal(&record.rule),
            called(&record.resource),
            escape::terminal(&record.summary),
            since.unwrap_or_default()
        )?;
    }
    Ok(())
}

fn conforming(audit: &Audit, out: &mut dyn Write) -> Result<()> {
    let names: Vec<String> = audit
        .roles
        .iter()
        .filter(|role| role.status == Status::Conforms)
        .map(|role: &RoleAudit| escape::terminal(role.name.as_str()))
        .collect();
    if names.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n{GREEN}as the baseline says{GREEN:#}")?;
    writeln!(out, "  {}", names.join(", "))
}

fn counted(audit: &Audit, status: Status) -> String {
    match (audit.count(status), status) {
        (1, Status::Conforms) => "1 conforms".to_owned(),
        (count, Status::Conforms) => format!("{count} conform"),
        (count, _) => format!("{count} {}", status.as_str()),
    }
}

fn made_by(origin: Origin) -> &'static str {
    match origin {
        Origin::Aws => "made by AWS",
        Origin::Service => "made by the service",
        Origin::Account => "made in the account",
        Origin::Undetermined => "origin not known",
    }
}

fn rests_on(confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::Exact => "",
        Confidence::ByCount => "; by count only",
        Confidence::ConfigurationUnread => "; configuration not read",
    }
}

/// Says what a resource is that is no judged role.
fn kind(resource: &Arn) -> &'static str {
    match (resource.service(), resource.resource()) {
        ("iam", "root") => "as a whole",
        ("iam", _) => "managed policy",
        ("connect", _) => "Amazon Connect instance",
        ("profile", _) => "Customer Profiles domain",
        _ => "resource",
    }
}

fn of_severity(audit: &Audit, severity: Severity) -> usize {
    audit
        .findings
        .iter()
        .filter(|finding| finding.rule.severity == severity)
        .count()
}

fn style(severity: Severity) -> Style {
    match severity {
        Severity::Critical => RED.bold(),
        Severity::High => RED,
        Severity::Medium => YELLOW,
        Severity::Low => CYAN,
        Severity::Info => DIM,
    }
}

pub(super) fn plural(count: usize) -> &'static str {
    if count == 1 { "" } else { "s" }
}
