//! Named objects in a folder, in a temporary file or, with feature `s3`, in a bucket: what runs are kept as.
//!
//! An object appears whole or not at all, and takes the place of one with its name. Must not know what
//! objects hold.

#[cfg(feature = "s3")]
mod bucket;
mod folder;
mod location;
mod spool;

use std::collections::BTreeSet;
use std::io;
use std::path::Path;

#[cfg(feature = "s3")]
use bucket::Bucket;
use folder::Folder;
pub use location::Location;
use spool::Spool;

/// Holds a place that keeps objects.
///
/// A name has the parts of a path, with `/` between them. Copies share the place.
#[derive(Debug, Clone)]
pub struct Objects(Place);

#[derive(Debug, Clone)]
enum Place {
    Folder(Folder),
    Spool(Spool),
    #[cfg(feature = "s3")]
    Bucket(Bucket),
}

/// Says why objects cannot be kept or read.
#[derive(Debug, thiserror::Error)]
#[error("cannot {doing} `{place}`: {source}")]
pub struct ObjectsError {
    /// What was tried: `read`, `write`, `list`, `open`.
    pub doing: &'static str,
    /// On which object or place.
    pub place: String,
    /// What the system or the service said.
    pub source: io::Error,
}

impl Objects {
    /// Names a folder, which need not be there yet; nothing is read or made.
    ///
    /// Objects outlast a power cut.
    ///
    /// # Errors
    /// Returns an error where the name is that of something else.
    pub fn in_folder(path: impl AsRef<Path>) -> Result<Self, ObjectsError> {
        Ok(Self(Place::Folder(Folder::new(path.as_ref())?)))
    }

    /// Makes a place that is gone when the last copy is.
    ///
    /// # Errors
    /// Returns the file system's error.
    pub fn temporary() -> Result<Self, ObjectsError> {
        let spool = Spool::new().map_err(|source| ObjectsError {
            doing: "make a file in",
            place: std::env::temp_dir().display().to_string(),
            source,
        })?;
        Ok(Self(Place::Spool(spool)))
    }

    /// Names a bucket's objects below a prefix; asks in which Region the bucket is.
    ///
    /// # Errors
    /// Returns an error where the bucket is not there or does not answer.
    #[cfg(feature = "s3")]
    pub fn in_bucket(
        bucket: &str,
        prefix: &str,
        config: &bucket::SdkConfig,
    ) -> Result<Self, ObjectsError> {
        Ok(Self(Place::Bucket(Bucket::open(bucket, prefix, config)?)))
    }

    /// Tells whether objects are gone when the last copy is; such a place compresses them by itself.
    pub fn are_temporary(&self) -> bool {
        matches!(self.0, Place::Spool(_))
    }

    /// Returns the path or address of an object; with an empty name that of the place.
    pub fn address(&self, name: &str) -> String {
        match &self.0 {
            Place::Folder(folder) => folder.path(name).display().to_string(),
            Place::Spool(_) => format!("temporary file: {name}"),
            #[cfg(feature = "s3")]
            Place::Bucket(bucket) => bucket.address(name),
        }
    }

    /// Keeps an object.
    ///
    /// # Errors
    /// Returns an error where it cannot be kept; then it is as it was before.
    pub fn put(&self, name: &str, bytes: &[u8]) -> Result<(), ObjectsError> {
        let put = match &self.0 {
            Place::Folder(folder) => folder.put(name, bytes),
            Place::Spool(spool) => spool.put(name, bytes),
            #[cfg(feature = "s3")]
            Place::Bucket(bucket) => bucket.put(name, bytes),
        };
        put.map_err(self.failed("write", name))
    }

    /// Reads an object of at most so many bytes; `None` where there is none.
    ///
    /// # Errors
    /// Returns an error where it is larger, or cannot be read.
    pub fn get(&self, name: &str, most: u64) -> Result<Option<Vec<u8>>, ObjectsError> {
        let got = match &self.0 {
            Place::Folder(folder) => folder.get(name, most),
            Place::Spool(spool) => spool.get(name, most),
            #[cfg(feature = "s3")]
            Place::Bucket(bucket) => bucket.get(name, most),
        };
        got.map_err(self.failed("read", name))
    }

    /// Lists what is directly below a name, objects and further names; below an empty name all of
    /// the place. Nothing is below a name that is not there.
    ///
    /// # Errors
    /// Returns an error where it cannot be listed.
    pub fn below(&self, name: &str) -> Result<BTreeSet<String>, ObjectsError> {
        let found = match &self.0 {
            Place::Folder(folder) => folder.below(name),
            Place::Spool(spool) => Ok(spool.below(name)),
            #[cfg(feature = "s3")]
            Place::Bucket(bucket) => bucket.below(name),
        };
        found.map_err(self.failed("list", name))
    }

    /// Tells whether there is an object of this name.
    ///
    /// # Errors
    /// Returns an error where that cannot be told.
    pub fn contains(&self, name: &str) -> Result<bool, ObjectsError> {
        let found = match &self.0 {
            Place::Folder(folder) => Ok(folder.path(name).is_file()),
            Place::Spool(spool) => Ok(spool.contains(name)),
            #[cfg(feature = "s3")]
            Place::Bucket(bucket) => bucket.contains(name),
        };
        found.map_err(self.failed("read", name))
    }

    fn failed<'a>(
        &'a self,
        doing: &'static str,
        name: &'a str,
    ) -> impl FnOnce(io::Error) -> ObjectsError + use<'a> {
        move |source| ObjectsError {
            doing,
            place: self.address(name),
            source,
        }
    }
}

/// Says that an object is larger than whoever reads it allows.
fn too_large(most: u64) -> io::Error {
    io::Error::new(
        io::ErrorKind::InvalidData,
        format!("larger than {most} bytes"),
    )
}
