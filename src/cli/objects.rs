//! Opening the place that runs are kept in.

use roledrift::objects::{Location, Objects};

use super::exit::Failure;

/// Opens a place; a bucket with the caller's own credentials, those of a profile where one is named.
pub(super) fn open(location: &Location, profile: Option<&str>) -> Result<Objects, Failure> {
    match location {
        Location::Folder(path) => Ok(Objects::in_folder(path)?),
        Location::Bucket { bucket, prefix } => in_bucket(bucket, prefix, profile),
    }
}

/// Opens a place that must be there.
pub(super) fn open_existing(location: &Location) -> Result<Objects, Failure> {
    match location {
        Location::Folder(path) if !path.is_dir() => {
            Err(Failure::NoSuchStore { path: path.clone() })
        }
        location => open(location, None),
    }
}

#[cfg(feature = "s3")]
fn in_bucket(bucket: &str, prefix: &str, profile: Option<&str>) -> Result<Objects, Failure> {
    use roledrift::inventory::aws::{ConnectOptions, configuration};

    let options = ConnectOptions {
        profile: profile.map(ToOwned::to_owned),
        ..ConnectOptions::default()
    };
    let config = super::source::runtime()?.block_on(configuration(&options));
    Ok(Objects::in_bucket(bucket, prefix, &config)?)
}

#[cfg(not(feature = "s3"))]
fn in_bucket(_bucket: &str, _prefix: &str, _profile: Option<&str>) -> Result<Objects, Failure> {
    Err(Failure::NoBuckets)
}
