//! Which rules run, and about which roles.

use std::collections::BTreeSet;

use super::rule::Rule;
use super::rules;
use crate::model::{Glob, GlobError, RoleName};

/// Selects rules and roles; everything by default.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    roles: Vec<Glob>,
    only: BTreeSet<&'static str>,
    skipped: BTreeSet<&'static str>,
}

/// Says what cannot be selected.
#[derive(Debug, thiserror::Error)]
pub enum SelectionError {
    /// There is no rule of this name.
    #[error("there is no rule `{name}`{hint}", hint = hint(name))]
    UnknownRule {
        /// The name as given.
        name: String,
    },
    /// Every rule was left out.
    #[error("no rule is left to run")]
    NoRule,
    /// A glob for role names is empty.
    #[error("an empty glob matches no role")]
    EmptyGlob,
    /// A glob for role names cannot be read.
    #[error("`{glob}` is not a glob for role names: {source}")]
    Glob {
        /// The glob as given.
        glob: String,
        /// What is wrong with it.
        source: GlobError,
    },
}

fn hint(name: &str) -> String {
    match rules::nearest(name) {
        Some(id) => format!("; did you mean `{id}`?"),
        None => "; `roledrift rules` lists them".to_owned(),
    }
}

impl Selection {
    /// Selects by rule names and role-name globs; empty lists select everything.
    ///
    /// # Errors
    /// Returns an error for an unknown rule or a glob that is none.
    pub fn new(
        only: &[String],
        skipped: &[String],
        role_globs: &[String],
    ) -> Result<Self, SelectionError> {
        let selection = Self {
            roles: globs(role_globs)?,
            only: ids(only)?,
            skipped: ids(skipped)?,
        };
        let left = selection.rules().count();
        if left == 0 {
            return Err(SelectionError::NoRule);
        }
        Ok(selection)
    }

    /// Returns the globs that choose roles; none choose all.
    pub fn role_globs(&self) -> Vec<String> {
        let globs = self.roles.iter();
        globs.map(|glob| glob.as_str().to_owned()).collect()
    }

    pub(super) fn rules(&self) -> impl Iterator<Item = &'static Rule> {
        rules::all().iter().copied().filter(|rule| {
            (self.only.is_empty() || self.only.contains(rule.id)) && !self.skipped.contains(rule.id)
        })
    }

    pub(super) fn wants_role(&self, name: &RoleName) -> bool {
        self.roles.is_empty() || self.roles.iter().any(|glob| glob.is_match(name.as_str()))
    }

    pub(super) fn wants_every_role(&self) -> bool {
        self.roles.is_empty()
    }
}

fn globs(globs: &[String]) -> Result<Vec<Glob>, SelectionError> {
    globs
        .iter()
        .map(|glob| match Glob::parse(glob) {
            Ok(_) if glob.is_empty() => Err(SelectionError::EmptyGlob),
            Ok(parsed) => Ok(parsed),
            Err(source) => Err(SelectionError::Glob {
                glob: glob.clone(),
                source,
            }),
        })
        .collect()
}

fn ids(names: &[String]) -> Result<BTreeSet<&'static str>, SelectionError> {
    names
        .iter()
        .map(|name| match rules::by_id(name) {
            Some(rule) => Ok(rule.id),
            None => Err(SelectionError::UnknownRule { name: name.clone() }),
        })
        .collect()
}
