//! The AWS Security Finding Format of many accounts: one list, each finding with its own account.
//!
//! An account that is not complete has an entry of its own, as in the report of one account.

use std::io::{Result, Write};

use serde::ser::SerializeSeq;

use super::OrganizationReport;
use super::streamed::{Items, Streamed};
use crate::report::asff::{FindingList, entries};
use crate::report::escape;
use crate::report::view::View;

pub(super) fn render(report: &OrganizationReport<'_>, out: &mut dyn Write) -> Result<()> {
    let items = Findings;
    let list = FindingList {
        findings: Streamed { report, items },
    };
    escape::write_json(&list, out)
}

struct Findings;

impl Items for Findings {
    fn add<S: SerializeSeq>(
        &self,
        view: &View<'_>,
        list: &mut S,
    ) -> std::result::Result<(), S::Error> {
        entries(view).try_for_each(|entry| list.serialize_element(&entry))
    }
}
