//! `roledrift scan`.

use std::collections::BTreeSet;
use std::path::PathBuf;

use roledrift::audit::{Selection, SelectionError, audit, dossiers};
use roledrift::baselines::Baselines;
use roledrift::inventory::snapshot;
use roledrift::model::Severity;
use roledrift::report::{Format, LockFile, Report, render};

use super::args::{ScanArgs, Target};
use super::config::Config;
use super::exit::{Failure, Outcome};
use super::runs::Runs;
use super::{baseline, files, lock, many, recording, source};

/// What `--fail-on` is when nobody says otherwise.
pub(super) const FAIL_ON: Severity = Severity::Low;

pub(super) fn run(mut arguments: ScanArgs) -> Result<Outcome, Failure> {
    let mut config = Config::read(arguments.config.as_deref())?;
    let waivers = config.waivers()?;
    config.complete(&mut arguments);
    // Everything that can be wrong with the arguments is told before the account is asked.
    if arguments.many.is_given() {
        return many::scan(&arguments, waivers);
    }
    many::refuse_flags(&arguments.many)?;
    let targets = targets(&arguments.format, arguments.save_snapshot.as_ref())?;
    let selection = Selection::new(&arguments.rule, &arguments.skip_rule, &arguments.role)?;
    let mut baselines: Baselines = baseline::load(&arguments.baseline_dir)?;
    let mut locked = None;
    if let Some((path, lock)) = lock::read(arguments.lock.as_deref())? {
        locked = Some(LockFile::new(recording::named(&path), &lock));
        baselines = baselines.with_lock(lock);
    }
    let runs = Runs::prepare(&arguments)?;

    let inventory = source::read(&arguments.source, &baselines)?;
    if let Some(path) = &arguments.save_snapshot {
        let mut text = Vec::new();
        snapshot::write(&inventory, &mut text).map_err(|source| Failure::Write {
            path: path.clone(),
            source,
        })?;
        files::write(path, &text)?;
    }
    let wanted = |by: fn(Format) -> bool| targets.iter().any(|target| by(target.format));
    let mut report = Report::new(
        audit(&inventory, &baselines, &selection),
        inventory.coverage(),
    );
    if report.audit.rules.is_empty() {
        // The only rules that were chosen need what the roles serve.
        return Err(SelectionError::NoRule.into());
    }
    if report.audit.roles.is_empty() && !report.audit.role_globs.is_empty() {
        let globs = report.audit.role_globs.join("`, `");
        return Err(Failure::NoSuchRole { globs });
    }
    if wanted(Format::shows_documents) {
        report.dossiers = Some(dossiers(&inventory, &baselines, &report.audit));
    }
    if wanted(Format::points_into_recordings) {
        report.recording = recording::of(&arguments)?;
        report.lock = locked;
    }
    report.show_waived = arguments.show_waived;
    // The account is judged as of when it was read, waivers too.
    let now = jiff::Timestamp::now();
    let observed_at = inventory.collected_at.unwrap_or(now);
    let waived = waivers.map(|waivers| waivers.apply(&mut report.audit, observed_at));
    report.waived = waived.clone().unwrap_or_default();
    report.since = runs.compare(&report.audit, waived.as_ref(), observed_at)?;
    runs.keep(&report, waived.as_ref(), observed_at, now)?;
    if wanted(Format::shows_history) {
        report.history = runs.history(&report.audit)?;
    }
    for target in &targets {
        write(&report, target)?;
    }
    let fail_on = arguments.fail_on.unwrap_or(FAIL_ON);
    Ok(Outcome::of(
        &report,
        fail_on,
        arguments.fail_on_new,
        arguments.allow_incomplete,
    ))
}

/// Returns where the report goes: the terminal format to stdout when nothing else is said.
pub(super) fn targets(
    formats: &[Target],
    snapshot: Option<&PathBuf>,
) -> Result<Vec<Target>, Failure> {
    let mut targets = formats.to_vec();
    if targets.is_empty() {
        targets.push(Target {
            format: Format::Terminal,
            file: None,
        });
    }
    if targets
        .iter()
        .filter(|target| target.file.is_none())
        .count()
        > 1
    {
        return Err(Failure::TwoReports);
    }
    let files = targets.iter().filter_map(|target| target.file.as_ref());
    let mut seen = BTreeSet::new();
    for file in files.chain(snapshot) {
        if !seen.insert(recording::named(file)) {
            return Err(Failure::SameFile { path: file.clone() });
        }
    }
    Ok(targets)
}

fn write(report: &Report, target: &Target) -> Result<(), Failure> {
    let mut text = Vec::new();
    render(report, target.format, &mut text).map_err(Failure::Stdout)?;
    match &target.file {
        Some(path) => files::write(path, &plain(target.format, text)),
        None if target.format == Format::Terminal => files::write_styled(&text).map(|_| ()),
        None => files::write_stdout(&text).map(|_| ()),
    }
}

/// Takes the styles out of what goes to a file.
fn plain(format: Format, text: Vec<u8>) -> Vec<u8> {
    if format == Format::Terminal {
        anstream::adapter::strip_bytes(&text).into_vec()
    } else {
        text
    }
}
