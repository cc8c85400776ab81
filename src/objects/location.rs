//! How users name a place.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use serde::{Deserialize, Deserializer, de::Error as _};

use crate::model::InvalidValue;

/// Names a place that keeps objects: a folder, or `s3://bucket/prefix`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Location {
    /// A folder.
    Folder(PathBuf),
    /// A bucket of Amazon S3.
    Bucket {
        /// Its name.
        bucket: String,
        /// What the names of its objects begin with, without `/` at either end; may be empty.
        prefix: String,
    },
}

impl Location {
    /// Takes a folder to be meant relative to another one.
    #[must_use]
    pub fn relative_to(self, folder: &Path) -> Self {
        match self {
            Self::Folder(path) => Self::Folder(folder.join(path)),
            bucket @ Self::Bucket { .. } => bucket,
        }
    }
}

impl FromStr for Location {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let invalid = || InvalidValue {
            value: text.to_owned(),
            expected: "a folder or `s3://bucket/prefix`",
        };
        let Some((scheme, rest)) = text.split_once("://") else {
            return match text {
                "" => Err(invalid()),
                path => Ok(Self::Folder(path.into())),
            };
        };
        let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
        let prefix = prefix.trim_matches('/');
        let hidden = |part: &str| matches!(part, "." | "..") || part.chars().any(char::is_control);
        // https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
        let named = (3..=63).contains(&bucket.len())
            && bucket.bytes().all(|byte| {
                byte.is_ascii_lowercase() || byte.is_ascii_digit() || b".-".contains(&byte)
            });
        let whole = prefix.is_empty() || prefix.split('/').all(|part| !part.is_empty());
        if scheme != "s3" || !named || !whole || prefix.split('/').any(hidden) {
            return Err(invalid());
        }
        Ok(Self::Bucket {
            bucket: bucket.to_owned(),
            prefix: prefix.to_owned(),
        })
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Folder(path) => write!(f, "{}", path.display()),
            Self::Bucket { bucket, prefix } if prefix.is_empty() => write!(f, "s3://{bucket}"),
            Self::Bucket { bucket, prefix } => write!(f, "s3://{bucket}/{prefix}"),
        }
    }
}

impl<'de> Deserialize<'de> for Location {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_folders_from_buckets() {
        for path in ["runs", "/var/runs", "./a:b", "C:\\runs", "s3:/x"] {
            assert_eq!(path.parse(), Ok(Location::Folder(path.into())));
        }
        for (text, bucket, prefix) in [
            ("s3://audit-runs", "audit-runs", ""),
            ("s3://audit.runs/", "audit.runs", ""),
            ("s3://audit-runs/a/b/", "audit-runs", "a/b"),
        ] {
            let (bucket, prefix) = (bucket.to_owned(), prefix.to_owned());
            assert_eq!(text.parse(), Ok(Location::Bucket { bucket, prefix }));
        }
    }

    #[test]
    fn refuses_what_is_neither() {
        for text in [
            "",
            "gs://audit-runs",
            "https://audit-runs.s3.amazonaws.com/",
            "s3://",
            "s3:///prefix",
            "s3://Audit/x",
            "s3://audit-runs/a//b",
            "s3://audit-runs/../b",
            "s3://audit-runs/a\nb",
        ] {
            assert!(text.parse::<Location>().is_err(), "{text:?}");
        }
    }
}
