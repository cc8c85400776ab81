//! The user's files beside the program: `roledrift.toml` with waivers, and `roledrift.lock`.

use std::path::PathBuf;

use roledrift::lock::{Lock, LockError};
use roledrift::waivers::{Entry, WaiverError, Waivers};
use serde::Deserialize;

const CONFIG: &str = "roledrift.toml";
const LOCK: &str = "roledrift.lock";

/// Says which file cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FilesError {
    #[error("cannot read `{path}`: {source}", path = path.display())]
    Read {
        path: PathBuf,
        source: std::io::Error,
    },
    #[error("`{CONFIG}`: {0}")]
    Config(#[from] toml::de::Error),
    #[error(transparent)]
    Waiver(#[from] WaiverError),
    #[error("`{LOCK}`: {0}")]
    Lock(#[from] LockError),
}

/// What the function reads of the configuration; the rest is for the command line.
#[derive(Deserialize)]
struct Config {
    #[serde(default)]
    waiver: Vec<Entry>,
}

/// Reads the waivers; `None` where there is no file.
pub(crate) fn waivers() -> Result<Option<Waivers>, FilesError> {
    let Some(text) = read(CONFIG)? else {
        return Ok(None);
    };
    let config: Config = toml::from_str(&text)?;
    Ok(Some(Waivers::new(CONFIG, &text, config.waiver)?))
}

/// Reads the lock; `None` where there is no file.
pub(crate) fn lock() -> Result<Option<Lock>, FilesError> {
    let text = read(LOCK)?;
    Ok(text.map(|text| Lock::parse(&text)).transpose()?)
}

/// Reads a file of the folder that Lambda unpacks the archive into.
fn read(name: &str) -> Result<Option<String>, FilesError> {
    let Some(folder) = std::env::var_os("LAMBDA_TASK_ROOT") else {
        return Ok(None);
    };
    let path = PathBuf::from(folder).join(name);
    match std::fs::read_to_string(&path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(FilesError::Read { path, source }),
    }
}
