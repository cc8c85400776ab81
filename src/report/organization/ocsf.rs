//! OCSF events of many accounts: one array, each event with its own account.
//!
//! An account that is not complete has an event of its own, as in the report of one account.

use std::io::{Result, Write};

use super::{Needs, OrganizationReport};
use crate::report::ocsf::Events;

pub(super) fn render(report: &OrganizationReport<'_>, out: &mut dyn Write) -> Result<()> {
    let mut events = Events::new(out);
    report.accounts.each(Needs::Findings, &mut |account| {
        events.add(&account.view(report))
    })?;
    events.finish()
}
