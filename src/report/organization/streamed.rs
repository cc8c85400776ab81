//! Lists that are serialized while accounts are looked at, so that they are never held in memory.

use std::io;

use serde::ser::{Error as _, SerializeSeq};
use serde::{Serialize, Serializer};

use super::{Needs, OrganizationReport};
use crate::report::view::View;

/// Says what a list holds of an account.
pub(super) trait Items {
    /// Adds the items of an account to the list.
    fn add<S: SerializeSeq>(&self, view: &View<'_>, list: &mut S) -> Result<(), S::Error>;
}

/// Serializes as the list of the items of all accounts.
pub(super) struct Streamed<'r, I> {
    pub(super) report: &'r OrganizationReport<'r>,
    pub(super) items: I,
}

impl<I: Items> Serialize for Streamed<'_, I> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(None)?;
        let mut failure = None;
        let seen = self.report.accounts.each(Needs::Findings, &mut |account| {
            let added = self.items.add(&account.view(self.report), &mut list);
            added.map_err(|error| {
                failure = Some(error);
                io::Error::other("a list was not written")
            })
        });
        match (failure, seen) {
            (Some(failure), _) => Err(failure),
            (None, Err(error)) => Err(S::Error::custom(error)),
            (None, Ok(())) => list.end(),
        }
    }
}
