//! Baseline files as text, and where in them an error lies.

use std::collections::BTreeMap;

use include_dir::{Dir, include_dir};

use crate::policy::Position;

static EMBEDDED: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/baselines");

/// Holds the texts of baseline files, by their path below the baseline folder (`/` between parts).
#[derive(Debug, Clone, Default)]
pub struct Files(BTreeMap<String, String>);

impl Files {
    /// Returns the files that are part of this release.
    pub fn embedded() -> Self {
        let mut files = Self::default();
        let mut folders = vec![&EMBEDDED];
        while let Some(folder) = folders.pop() {
            folders.extend(folder.dirs());
            for file in folder.files() {
                if let (Some(path), Some(text)) = (file.path().to_str(), file.contents_utf8()) {
                    files.insert(path.replace('\\', "/"), text);
                }
            }
        }
        files
    }

    /// Adds a file.
    pub fn insert(&mut self, path: impl Into<String>, text: impl Into<String>) {
        self.0.insert(path.into(), text.into());
    }

    pub(super) fn get(&self, path: &str) -> Option<&str> {
        self.0.get(path).map(String::as_str)
    }

    /// Returns the paths of all `<family>/family.json`.
    pub(super) fn families(&self) -> impl Iterator<Item = &str> {
        self.0
            .keys()
            .map(String::as_str)
            .filter(|path| path.ends_with("/family.json"))
    }
}

/// Says what is wrong with a baseline file, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{position}: {problem}", position = Colons(*position))]
pub struct BaselineError {
    /// The file's path below the baseline folder.
    pub file: String,
    /// The place in it.
    pub position: Position,
    /// What is wrong, as a lower-case fragment.
    pub problem: String,
}

/// Shows a position as editors and compilers do: `12:3`.
struct Colons(Position);

impl std::fmt::Display for Colons {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.0.line, self.0.column)
    }
}

impl BaselineError {
    pub(super) fn json(file: &str, error: &serde_json::Error) -> Self {
        let line = u32::try_from(error.line()).unwrap_or(u32::MAX);
        let column = u32::try_from(error.column()).unwrap_or(u32::MAX);
        let text = error.to_string();
        // The place is told once, in front.
        let problem = text
            .rsplit_once(" at line ")
            .map_or(text.as_str(), |(problem, _)| problem);
        Self {
            file: file.to_owned(),
            position: Position { line, column },
            problem: problem.to_owned(),
        }
    }

    /// Points at the last place where a file writes `value` as a JSON string.
    pub(super) fn at_value(
        file: &str,
        text: &str,
        value: &str,
        problem: impl Into<String>,
    ) -> Self {
        let offset = text.rfind(&format!("\"{value}\"")).unwrap_or(0);
        Self {
            file: file.to_owned(),
            position: Position::at_offset(text, offset),
            problem: problem.into(),
        }
    }
}
