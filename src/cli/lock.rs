//! `roledrift baseline lock`, and the lock file that a scan reads.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use jiff::tz::TimeZone;
use roledrift::lock::{Lock, Update};
use roledrift::report::escape_for_terminal;

use super::args::LockArgs;
use super::config::Config;
use super::exit::{Failure, Outcome};
use super::files::Input;
use super::{baseline, files, source};

const DEFAULT: &str = "roledrift.lock";

/// Reads the lock that the user names, or `roledrift.lock` of the working folder if it is there.
pub(super) fn read(path: Option<&Path>) -> Result<Option<(PathBuf, Lock)>, Failure> {
    let path = match path {
        Some(path) if path.exists() => path,
        Some(path) => {
            return Err(Failure::NoLock {
                path: path.to_owned(),
            });
        }
        None if Path::new(DEFAULT).is_file() => Path::new(DEFAULT),
        None => return Ok(None),
    };
    let lock = parse(path, &files::read(path, Input::Lock)?)?;
    Ok(Some((path.to_owned(), lock)))
}

pub(super) fn run(arguments: &LockArgs) -> Result<Outcome, Failure> {
    let mut wanted = arguments.source.clone();
    let config = Config::read(arguments.config.as_deref())?;
    config.complete_source(&mut wanted);
    // What the roles serve takes long to read, and says nothing about AWS's policies.
    wanted.skip_owners = true;
    let named = arguments.output.clone().or_else(|| config.lock());
    let path = named.unwrap_or_else(|| PathBuf::from(DEFAULT));
    let to_stdout = path == Path::new("-");
    let (before, mut lock) = if path.exists() && !to_stdout {
        let text = files::read(&path, Input::Lock)?;
        let lock = parse(&path, &text)?;
        (Some(text), lock)
    } else {
        (None, Lock::default())
    };

    let inventory = source::read(&wanted, &baseline::load(&[])?)?;
    let at = inventory.collected_at.unwrap_or_else(jiff::Timestamp::now);
    let update = lock.observe(&inventory, at.to_zoned(TimeZone::UTC).date());
    let mut text = Vec::new();
    lock.write(&mut text).map_err(Failure::Stdout)?;
    if to_stdout {
        files::write_stdout(&text)?;
    } else {
        // A file that need not change keeps its time.
        if before.as_deref().map(str::as_bytes) != Some(&text) {
            files::write_shared(&path, &text)?;
        }
        files::write_stdout(summary(&path, &lock, &update).as_bytes())?;
    }
    warn(&update);
    Ok(if update.is_complete() {
        Outcome::Clean
    } else {
        Outcome::Incomplete
    })
}

fn parse(path: &Path, text: &str) -> Result<Lock, Failure> {
    Lock::parse(text).map_err(|source| Failure::Lock {
        path: path.to_owned(),
        source,
    })
}

fn summary(path: &Path, lock: &Lock, update: &Update) -> String {
    let mut text = format!(
        "{}: {} policies; {} added, {} changed, {} unchanged\n",
        escape_for_terminal(&path.display().to_string()),
        lock.len(),
        update.added.len(),
        update.changed.len(),
        update.unchanged
    );
    for changed in &update.changed {
        let name = escape_for_terminal(changed.arn.name());
        // Writing to a string cannot fail.
        let _ = if changed.from == changed.to {
            writeln!(
                text,
                "  changed  {name} {} with another document",
                changed.to
            )
        } else {
            writeln!(text, "  changed  {name} {} to {}", changed.from, changed.to)
        };
    }
    text
}

fn warn(update: &Update) {
    for (arn, obstacle) in &update.unread {
        let text = format!("`{}` is not taken over: {obstacle}", arn.name());
        tracing::warn!("{}", escape_for_terminal(&text));
    }
    if let Some(unread) = &update.unlisted {
        let text = format!("policies may be missing: {unread}");
        tracing::warn!("{}", escape_for_terminal(&text));
    }
}
