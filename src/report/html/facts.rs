//! What else was read of a role, fact by fact.

use super::page::readable;
use super::rich::Rich;
use crate::audit::RoleDossier;
use crate::inventory::{Observed, Role};

/// Returns labels and values; what was not read is said to be so.
pub(super) fn facts(own: &RoleDossier) -> Vec<(&'static str, Rich)> {
    let role: &Role = &own.role;
    let not_read = |unread: &crate::inventory::Unread| format!("not read: {unread}");
    let created = role
        .created_at
        .map_or_else(|| "not told".to_owned(), readable);
    let used = match &role.last_use {
        Observed::Read(Some(used)) => format!("{} in {}", readable(used.at), used.region),
        Observed::Read(None) => "never in IAM's tracking period".to_owned(),
        Observed::NotRead(unread) => not_read(unread),
    };
    let described = match &role.description {
        Observed::Read(text) => text.clone().unwrap_or_else(|| "none".to_owned()),
        Observed::NotRead(unread) => not_read(unread),
    };
    let sessions = match &role.max_session_seconds {
        Observed::Read(seconds) => format!("{seconds} s at most"),
        Observed::NotRead(unread) => not_read(unread),
    };
    let boundary = match &role.boundary {
        Observed::Read(arn) => arn
            .as_ref()
            .map_or_else(|| "none".to_owned(), ToString::to_string),
        Observed::NotRead(unread) => not_read(unread),
    };
    let tags = match &role.tags {
        Observed::Read(tags) if tags.is_empty() => "none".to_owned(),
        Observed::Read(tags) => {
            let tags: Vec<String> = tags
                .iter()
                .map(|(key, value)| format!("{key} = {value}"))
                .collect();
            tags.join("; ")
        }
        Observed::NotRead(unread) => not_read(unread),
    };
    let mut facts = vec![
        (
            "Baseline",
            own.title.clone().unwrap_or_else(|| "none known".to_owned()),
        ),
        (
            "Service",
            own.linked.as_ref().map_or_else(
                || "none: not on a service's path".to_owned(),
                ToString::to_string,
            ),
        ),
    ];
    if !own.serves.is_empty() {
        facts.push(("Serves", own.serves.join(", ")));
    }
    facts.extend([
        ("Created", created),
        ("Last used", used),
        ("Description", described),
        ("Sessions", sessions),
        ("Boundary", boundary),
        ("Tags", tags),
    ]);
    facts
        .into_iter()
        .map(|(name, value)| (name, Rich::new(&value)))
        .collect()
}
