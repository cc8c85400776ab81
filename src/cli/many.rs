//! `roledrift scan --org` and `--accounts`, and `roledrift merge`.

#[cfg(feature = "aws")]
mod live;
#[cfg(not(feature = "aws"))]
#[path = "many/recorded.rs"]
mod live;

use std::path::Path;

use roledrift::audit::{Auditor, Selection};
use roledrift::model::Severity;
use roledrift::objects::Objects;
use roledrift::organization::{
    Choice, Judge, Merged, Plan, Shard, Work, merge, read_accounts, read_shards,
};
use roledrift::report::organization::OrganizationReport;
use roledrift::report::{Format, LockFile, organization};
use roledrift::store::RunId;
use roledrift::waivers::Waivers;

use super::args::{
    AccountsArgs, ManyArgs, MergeArgs, Percent, ScanArgs, Target, WhichRun, WhichShard,
};
use super::exit::{Failure, Outcome};
use super::files::Input;
use super::scan::{FAIL_ON, targets};
use super::{baseline, files, lock, objects, recording, runs};

/// Refuses what only many accounts have where one is asked for.
pub(super) fn refuse_flags(many: &ManyArgs) -> Result<(), Failure> {
    let given = [
        ("include-account", !many.which.include_account.is_empty()),
        ("exclude-account", !many.which.exclude_account.is_empty()),
        ("shard", many.shard.is_some()),
        ("run", many.run.is_some()),
        ("min-coverage", many.min_coverage.is_some()),
    ];
    match given.into_iter().find(|(_, given)| *given) {
        Some((flag, _)) => Err(Failure::ManyAccountsOnly { flag }),
        None => Ok(()),
    }
}

/// Audits many accounts.
pub(super) fn scan(arguments: &ScanArgs, waivers: Option<Waivers>) -> Result<Outcome, Failure> {
    let one_account = [
        ("save-snapshot", arguments.save_snapshot.is_some()),
        ("previous", arguments.previous.is_some()),
    ];
    if let Some((flag, _)) = one_account.into_iter().find(|(_, given)| *given) {
        return Err(Failure::OneAccountOnly { flag });
    }
    if arguments.fail_on_new && arguments.store.is_none() {
        return Err(Failure::NothingToCompare);
    }
    let many = &arguments.many;
    let needs_store = many.resume.is_some() || many.shard_file.is_some() || many.run.is_some();
    if needs_store && arguments.store.is_none() {
        return Err(Failure::NoStore);
    }
    if let (Some(WhichShard::Number(number)), None) = (many.shard, &many.shard_file) {
        return Err(Failure::ShardOfWhat { number });
    }
    let targets = targets(&arguments.format, None)?;
    let mut baselines = baseline::load(&arguments.baseline_dir)?;
    let mut locked = None;
    if let Some((path, lock)) = lock::read(arguments.lock.as_deref())? {
        locked = Some(LockFile::new(recording::named(&path), &lock));
        baselines = baselines.with_lock(lock);
    }
    let selection = Selection::new(&arguments.rule, &arguments.skip_rule, &arguments.role)?;
    let judge = Judge {
        auditor: Auditor::new(baselines, selection),
        waivers: waivers.map(Waivers::of_many_accounts),
    };
    let objects = match &arguments.store {
        Some(location) => objects::open(location, arguments.source.profile.as_deref())?,
        // Without a store the results are kept until the report is made.
        None => Objects::temporary()?,
    };
    let work = live::scan(arguments, judge, &objects)?;
    let merged = merge(work)?;
    let mut report = merged.report(arguments.show_waived);
    report.lock = locked.as_ref();
    write(&report, &targets)?;
    Ok(ending(
        &merged,
        arguments.fail_on,
        arguments.fail_on_new,
        arguments.allow_incomplete,
        many.min_coverage,
    ))
}

/// Makes the one report of a run.
pub(super) fn merge_store(arguments: &MergeArgs) -> Result<Outcome, Failure> {
    let targets = targets(&arguments.format, None)?;
    let objects = objects::open_existing(&arguments.store)?;
    let work = Work::resume(&objects, named(arguments.run.as_ref()))?;
    let merged = merge(work)?;
    let points = targets.iter().map(|target| target.format);
    let locked = if points.into_iter().any(Format::points_into_recordings) {
        lock::read(arguments.lock.as_deref())?
    } else {
        None
    };
    let locked = locked.map(|(path, lock)| LockFile::new(recording::named(&path), &lock));
    let mut report = merged.report(arguments.show_waived);
    report.lock = locked.as_ref();
    write(&report, &targets)?;
    Ok(ending(
        &merged,
        arguments.fail_on,
        arguments.fail_on_new,
        arguments.allow_incomplete,
        arguments.min_coverage,
    ))
}

/// Lists the accounts of a file.
pub(super) fn of_file(path: &Path) -> Result<Vec<roledrift::inventory::Member>, Failure> {
    read_accounts(&files::read(path, Input::Accounts)?).map_err(|source| Failure::Accounts {
        path: path.to_owned(),
        source,
    })
}

/// Says which of the accounts are looked at.
pub(super) fn choice(which: &AccountsArgs) -> Choice {
    Choice {
        include: which.include_account.iter().cloned().collect(),
        exclude: which.exclude_account.iter().cloned().collect(),
    }
}

/// Makes the id of a run that begins now.
pub(super) fn new_run() -> Result<RunId, Failure> {
    let now = jiff::Timestamp::now();
    Ok(RunId::new(now, now, runs::chance())?)
}

fn named(run: Option<&WhichRun>) -> Option<&RunId> {
    match run {
        None | Some(WhichRun::Latest) => None,
        Some(WhichRun::Run(id)) => Some(id),
    }
}

fn write(report: &OrganizationReport<'_>, targets: &[Target]) -> Result<(), Failure> {
    for target in targets {
        let format = target.format;
        let is_styled = format == Format::Terminal;
        match &target.file {
            Some(path) => files::write_while(path, |out| {
                if is_styled {
                    let mut plain = files::Plain::new(out);
                    return organization::render(report, format, &mut plain);
                }
                organization::render(report, format, out)
            })?,
            None => {
                files::stdout_while(is_styled, |out| organization::render(report, format, out))?;
            }
        }
    }
    Ok(())
}

fn ending(
    merged: &Merged,
    fail_on: Option<Severity>,
    only_new: bool,
    allow_incomplete: bool,
    min_coverage: Option<Percent>,
) -> Outcome {
    let enough = if allow_incomplete {
        Some(0.0)
    } else {
        min_coverage.map(Percent::get)
    };
    let fail_on = fail_on.unwrap_or(FAIL_ON);
    merged.totals().verdict(fail_on, only_new, enough).into()
}

/// Finds the plan of a run that is not a new one; `None` where accounts are to be listed.
fn planned(many: &ManyArgs, objects: &Objects) -> Result<Option<Work>, Failure> {
    if let Some(run) = &many.resume {
        let work = Work::resume(objects, named(Some(run)))?;
        return Ok(Some(match shard_of(many)? {
            None => work,
            Some(shard) => work.in_shard(shard),
        }));
    }
    let Some(path) = &many.shard_file else {
        return Ok(None);
    };
    let Some(WhichShard::Number(number)) = many.shard else {
        return Err(Failure::ShardOfFile);
    };
    let shards = read_shards(&files::read(path, Input::Shards)?);
    let (plan, lines) = shards.map_err(|source| Failure::Shards {
        path: path.clone(),
        source,
    })?;
    let line = lines.into_iter().find(|line| line.shard == number);
    let line = line.ok_or_else(|| Failure::NoSuchShard {
        shard: number,
        shards: plan.shards,
        path: path.clone(),
    })?;
    let mut work = Work::begin(objects, plan)?;
    work.plan.accounts = line.accounts;
    Ok(Some(work))
}

/// Plans a new run of accounts that were listed.
fn new_plan(
    many: &ManyArgs,
    objects: &Objects,
    members: Vec<roledrift::inventory::Member>,
) -> Result<Work, Failure> {
    let shard = shard_of(many)?;
    let plan = Plan {
        run: many.run.clone().map_or_else(new_run, Ok)?,
        shards: shard.map_or(1, Shard::of),
        accounts: choice(&many.which).of(members)?,
    };
    let work = Work::begin(objects, plan)?;
    Ok(match shard {
        None => work,
        Some(shard) => work.in_shard(shard),
    })
}

fn shard_of(many: &ManyArgs) -> Result<Option<Shard>, Failure> {
    match many.shard {
        None => Ok(None),
        Some(WhichShard::Of(shard)) => Ok(Some(shard)),
        Some(WhichShard::Number(number)) => Err(Failure::ShardOfWhat { number }),
    }
}
