//! `roledrift.toml`: the flags of `scan`, written down.
//!
//! A flag wins over its environment variable, that over the file, that over the default.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::args::{InventoryStrategy, ScanArgs, SourceArgs, Target};
use super::exit::Failure;
use super::files;
use roledrift::model::{InvalidValue, Region, Severity};

const DEFAULT: &str = "roledrift.toml";

/// The file.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub(super) struct Config {
    #[serde(default)]
    scan: Scan,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
struct Scan {
    profile: Option<String>,
    region: Vec<Region>,
    skip_owners: bool,
    role_arn: Option<String>,
    external_id: Option<String>,
    inventory: Option<InventoryStrategy>,
    baseline_dir: Vec<PathBuf>,
    role: Vec<String>,
    rule: Vec<String>,
    skip_rule: Vec<String>,
    format: Vec<Text<Target>>,
    fail_on: Option<Text<Severity>>,
    allow_incomplete: bool,
}

/// A value that is written as text.
struct Text<T>(T);

impl<'de, T: std::str::FromStr<Err = InvalidValue>> Deserialize<'de> for Text<T> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map(Self).map_err(serde::de::Error::custom)
    }
}

impl Config {
    /// Reads the file that the user names, or `roledrift.toml` of the working folder if it is there.
    pub(super) fn read(path: Option<&Path>) -> Result<Self, Failure> {
        let path = match path {
            Some(path) => path,
            None if Path::new(DEFAULT).is_file() => Path::new(DEFAULT),
            None => return Ok(Self::default()),
        };
        let text = files::read(path)?;
        toml::from_str(&text).map_err(|source| Failure::Config {
            path: path.to_owned(),
            source,
        })
    }

    /// Fills in what the command line leaves open about the source.
    pub(super) fn complete_source(&self, arguments: &mut SourceArgs) {
        let scan = &self.scan;
        arguments.profile = arguments.profile.take().or_else(|| scan.profile.clone());
        fill(&mut arguments.region, &scan.region);
        arguments.skip_owners |= scan.skip_owners;
        arguments.role_arn = arguments.role_arn.take().or_else(|| scan.role_arn.clone());
        arguments.external_id = arguments
            .external_id
            .take()
            .or_else(|| scan.external_id.clone());
        arguments.inventory = arguments.inventory.or(scan.inventory);
    }

    /// Fills in what the command line leaves open about a scan.
    pub(super) fn complete(self, arguments: &mut ScanArgs) {
        self.complete_source(&mut arguments.source);
        let scan = self.scan;
        fill(&mut arguments.baseline_dir, &scan.baseline_dir);
        fill(&mut arguments.role, &scan.role);
        fill(&mut arguments.rule, &scan.rule);
        fill(&mut arguments.skip_rule, &scan.skip_rule);
        if arguments.format.is_empty() {
            arguments.format = scan.format.into_iter().map(|format| format.0).collect();
        }
        arguments.fail_on = arguments
            .fail_on
            .or(scan.fail_on.map(|severity| severity.0));
        arguments.allow_incomplete |= scan.allow_incomplete;
    }
}

fn fill<T: Clone>(given: &mut Vec<T>, written: &[T]) {
    if given.is_empty() {
        given.extend_from_slice(written);
    }
}
