//! Ages, measured against the time at which the account was read.

use jiff::Timestamp;

use super::gap::Cause;
use crate::inventory::Inventory;

/// Roles and what they serve are read one after the other and come and go together: what is younger
/// than this may be half of a pair.
const SETTLING_SECONDS: i64 = 3600;

const DAY_SECONDS: i64 = 86_400;

/// Returns the cause of a gap for what came into being too shortly before the account was read.
pub(super) fn unsettled(
    inventory: &Inventory,
    created: Option<Timestamp>,
    what: &str,
) -> Option<Cause> {
    let (now, created) = (inventory.collected_at?, created?);
    let age = now.as_second().saturating_sub(created.as_second());
    (age < SETTLING_SECONDS).then(|| Cause::Unsettled {
        what: format!("{what} was created on {created}"),
    })
}

/// Returns the whole days from one time to a later one.
pub(super) fn days_between(from: Timestamp, to: Timestamp) -> i64 {
    to.as_second().saturating_sub(from.as_second()) / DAY_SECONDS
}
