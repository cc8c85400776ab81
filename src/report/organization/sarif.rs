//! SARIF of many accounts: one run, because GitHub takes at most twenty; each result and each
//! notification names its account.

use std::io::{Result, Write};

use serde::ser::SerializeSeq;

use super::OrganizationReport;
use super::ndjson::RunLine;
use super::streamed::{Items, Streamed};
use crate::report::sarif::{Parts, notifications, results};
use crate::report::view::View;

pub(super) fn render(report: &OrganizationReport<'_>, out: &mut dyn Write) -> Result<()> {
    let results = Results {
        has_waived: report.totals.waived() > 0,
    };
    let parts = Parts {
        id: format!("roledrift/{}/organization/", report.partition),
        is_complete: report.totals.is_complete(),
        notifications: Streamed {
            report,
            items: Notifications,
        },
        file: report.lock.map(|file| file.path.as_str()),
        results: Streamed {
            report,
            items: results,
        },
        properties: RunLine::of(report),
    };
    parts.write(out)
}

struct Notifications;

struct Results {
    has_waived: bool,
}

impl Items for Notifications {
    fn add<S: SerializeSeq>(
        &self,
        view: &View<'_>,
        list: &mut S,
    ) -> std::result::Result<(), S::Error> {
        notifications(view).try_for_each(|own| list.serialize_element(&own))
    }
}

impl Items for Results {
    fn add<S: SerializeSeq>(
        &self,
        view: &View<'_>,
        list: &mut S,
    ) -> std::result::Result<(), S::Error> {
        results::entries(view, self.has_waived).try_for_each(|own| list.serialize_element(&own))
    }
}
