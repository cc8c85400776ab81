//! The steps themselves.

use std::hash::{BuildHasher, Hasher};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use roledrift::inventory::aws::{CollectError, ConnectOptions, Fleet, configuration};
use roledrift::inventory::{Member, Unread};
use roledrift::objects::{Location, Objects, ObjectsError};
use roledrift::organization::{
    Choice, ChoiceError, Plan, Progress, ResultsError, Shard, Work, merge, write_shards,
};
use roledrift::report::{Format, organization};
use roledrift::store::{RunId, StoreError};

use super::answer::{Answer, Merged, Planned, Sharded};
use super::event::{AccountEvent, Entering, Event, MergeEvent, PlanEvent, Reporting, ShardEvent};
use super::settings::{Settings, SettingsError};

/// The name of the shards' object, below that of the run.
const SHARDS: &str = "shards.jsonl";
/// The most bytes of a notification's text: SNS refuses more than 256 KiB, and nobody reads them.
const MESSAGE: usize = 8 << 10;

/// Says why a step could not be carried out.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StepError {
    #[error(transparent)]
    Settings(#[from] SettingsError),
    #[error(transparent)]
    Objects(#[from] ObjectsError),
    #[error(transparent)]
    Results(#[from] ResultsError),
    #[error(transparent)]
    Run(#[from] StoreError),
    #[error(transparent)]
    Choice(#[from] ChoiceError),
    #[error("the accounts of the organization could not be listed: {0}")]
    Members(Unread),
    #[error(transparent)]
    Caller(#[from] CollectError),
    #[error("run `{run}` has {shards} shards: there is no shard {shard}")]
    NoSuchShard {
        run: RunId,
        shards: usize,
        shard: usize,
    },
    #[error("the report cannot be written: {0}")]
    Report(#[from] std::io::Error),
}

/// Carries out what an event asks for.
pub(crate) async fn carry_out(event: Event, settings: &Settings) -> Result<Answer, StepError> {
    match event {
        Event::Plan(event) => plan(event, settings).await.map(Answer::Planned),
        Event::Shard(event) => shard(event, settings).await.map(Answer::Sharded),
        Event::Merge(event) => merge_run(event, settings).await,
        Event::Account(event) => account(event, settings).await,
    }
}

async fn plan(event: PlanEvent, settings: &Settings) -> Result<Planned, StepError> {
    let (location, objects) = open(event.store, settings).await?;
    let members = Fleet::list(&ConnectOptions::default(), &event.ou).await;
    let choice = Choice {
        include: event.include.into_iter().collect(),
        exclude: event.exclude.into_iter().collect(),
    };
    let accounts = choice.of(members.map_err(StepError::Members)?)?;
    let plan = Plan {
        run: event.run.map_or_else(new_run, Ok)?,
        shards: accounts.len().div_ceil(event.accounts_per_shard.max(1)),
        accounts,
    };
    let shards = write_shards(&plan).map_err(std::io::Error::from)?;
    let work = Work::begin(&objects, plan)?;
    let place = work.results.keep_file(SHARDS, shards.as_bytes())?;
    let (bucket, key) = match &location {
        Location::Bucket { bucket, .. } => {
            let key = place.strip_prefix(&format!("s3://{bucket}/"));
            (Some(bucket.clone()), key.unwrap_or(&place).to_owned())
        }
        Location::Folder(_) => (None, place),
    };
    Ok(Planned {
        run: work.plan.run.to_string(),
        store: location.to_string(),
        bucket,
        key,
        shards: work.plan.shards,
        accounts: work.plan.accounts.len(),
    })
}

async fn shard(event: ShardEvent, settings: &Settings) -> Result<Sharded, StepError> {
    let (_, objects) = open(event.store, settings).await?;
    let work = Work::resume(&objects, Some(&event.run))?;
    let shards = work.plan.shards;
    let shard = Shard::new(event.shard, shards).ok_or(StepError::NoSuchShard {
        run: event.run,
        shards,
        shard: event.shard,
    })?;
    let entering = Entering {
        role_name: event.role_name,
        external_id: event.external_id,
        concurrency: event.concurrency,
        account_timeout: event.account_timeout,
    };
    let work = work.in_shard(shard);
    let mut answer = Sharded::of(&work.plan.run, event.shard, work.plan.accounts.len());
    (answer.asked, answer.failed) = audit(&work, &entering, settings).await?;
    Ok(answer)
}

async fn merge_run(event: MergeEvent, settings: &Settings) -> Result<Answer, StepError> {
    let (_, objects) = open(event.store, settings).await?;
    let work = Work::resume(&objects, Some(&event.run))?;
    let reporting = Reporting {
        formats: event.formats,
        fail_on: event.fail_on,
        min_coverage: event.min_coverage,
    };
    report(work, &reporting, settings)
}

async fn account(event: AccountEvent, settings: &Settings) -> Result<Answer, StepError> {
    let (_, objects) = open(event.store, settings).await?;
    let plan = Plan {
        run: new_run()?,
        shards: 1,
        accounts: Choice::default().of(vec![Member::new(event.account)])?,
    };
    let work = Work::begin(&objects, plan)?;
    let entering = Entering {
        role_name: event.role_name,
        external_id: event.external_id,
        concurrency: event.concurrency,
        account_timeout: event.account_timeout,
    };
    audit(&work, &entering, settings).await?;
    let reporting = Reporting {
        formats: event.formats,
        fail_on: event.fail_on,
        min_coverage: event.min_coverage,
    };
    report(work, &reporting, settings)
}

/// Audits what is still to do; returns how many accounts were asked, and of how many of them nothing
/// is known.
async fn audit(
    work: &Work,
    entering: &Entering,
    settings: &Settings,
) -> Result<(usize, usize), StepError> {
    let fleet = Fleet::connect(&ConnectOptions::default(), settings.entry(entering)).await?;
    let counts = Arc::new((AtomicUsize::new(0), AtomicUsize::new(0)));
    let counted = Arc::clone(&counts);
    let note = move |at: Progress| {
        counted.0.fetch_max(at.done, Ordering::Relaxed);
        counted.1.fetch_max(at.unread, Ordering::Relaxed);
    };
    let limits = settings.limits(entering);
    work.carry_out(&fleet, settings.judge(), &settings.scope(), limits, note)
        .await?;
    Ok((
        counts.0.load(Ordering::Relaxed),
        counts.1.load(Ordering::Relaxed),
    ))
}

fn report(work: Work, event: &Reporting, settings: &Settings) -> Result<Answer, StepError> {
    let fail_on = settings.fail_on(event);
    let results = work.results.clone();
    let run = work.plan.run.to_string();
    let merged = merge(work)?;
    let shown = merged.report(false);
    let mut reports = Vec::new();
    for format in settings.formats(event) {
        let mut text = Vec::new();
        organization::render(&shown, format, &mut text)?;
        reports.push(results.keep_file(&format!("report.{}", extension(format)), &text)?);
    }
    let mut message = Vec::new();
    organization::render(&shown, Format::Terminal, &mut message)?;
    let message = anstream::adapter::strip_bytes(&message).into_vec();
    let totals = merged.totals();
    let count = |outcome| totals.count(outcome);
    let (accounts, complete) = (totals.accounts(), count(organization::Outcome::Complete));
    let findings = totals.unwaived(fail_on);
    let enough = Some(settings.min_coverage(event));
    Ok(Answer::Merged(Box::new(Merged {
        run,
        clean: totals.verdict(fail_on, false, enough) == organization::Verdict::Clean,
        accounts,
        complete,
        incomplete: count(organization::Outcome::Incomplete),
        failed: count(organization::Outcome::Failed),
        skipped: count(organization::Outcome::Skipped),
        findings,
        new: totals.new_findings(fail_on),
        reports,
        subject: format!(
            "roledrift: {findings} findings, {complete} of {accounts} accounts complete"
        ),
        message: beginning(&message, MESSAGE),
    })))
}

/// Opens the store that an event or else the environment names.
async fn open(
    named: Option<Location>,
    settings: &Settings,
) -> Result<(Location, Objects), StepError> {
    let location = settings.store(named)?;
    let objects = match &location {
        Location::Folder(path) => Objects::in_folder(path)?,
        Location::Bucket { bucket, prefix } => {
            let config = configuration(&ConnectOptions::default()).await;
            Objects::in_bucket(bucket, prefix, &config)?
        }
    };
    Ok((location, objects))
}

fn new_run() -> Result<RunId, StoreError> {
    let now = jiff::Timestamp::now();
    let random = std::hash::RandomState::new().build_hasher().finish();
    RunId::new(now, now, u32::try_from(random >> 32).unwrap_or_default())
}

/// Returns whole lines of a text, as many as fit.
fn beginning(text: &[u8], most: usize) -> String {
    let text = String::from_utf8_lossy(text);
    if text.len() <= most {
        return text.into_owned();
    }
    let mut short = String::new();
    for line in text.split_inclusive('\n') {
        if short.len() + line.len() > most {
            break;
        }
        short.push_str(line);
    }
    short + "… the reports have the rest\n"
}

/// Returns how the name of a report's object ends.
fn extension(format: Format) -> &'static str {
    match format {
        Format::Terminal => "txt",
        Format::Markdown => "md",
        Format::Junit => "junit.xml",
        Format::Ocsf => "ocsf.json",
        Format::Asff => "asff.json",
        Format::Github => "github.txt",
        other => other.as_str(),
    }
}
