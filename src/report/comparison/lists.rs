//! The lists of actions of a comparison, for a person.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Result, Write};

use super::Side;
use crate::policy::published::Action;
use crate::policy::{Extent, FutureActions, Gain, GainedActions};
use crate::report::escape;

/// How many services, actions of each, and groups are shown unless all are asked for.
const MOST_SERVICES: usize = 8;
const MOST_ACTIONS: usize = 8;
const MOST_GROUPS: usize = 6;

/// Writes the lists of one direction; tells whether there was anything to write.
pub(super) fn lists(
    found: &GainedActions,
    allowing: &Side,
    all: bool,
    out: &mut dyn Write,
) -> Result<bool> {
    if *found == GainedActions::default() {
        return Ok(false);
    }
    let most = |limit: usize| if all { usize::MAX } else { limit };
    let new: Vec<Action> = found.actions(Extent::New).collect();
    if !new.is_empty() {
        writeln!(out, "         new {}:", actions(new.len()))?;
        by_service(&new, most(MOST_SERVICES), most(MOST_ACTIONS), out)?;
    }
    let wider: Vec<&Gain> = (found.gains.iter())
        .filter(|gain| gain.extent == Extent::Wider && !gain.actions.is_empty())
        .collect();
    if !wider.is_empty() {
        let count = found.actions(Extent::Wider).count();
        writeln!(out, "         {} allowed more widely:", actions(count))?;
    }
    for gain in wider.iter().take(most(MOST_GROUPS)) {
        by_service(&gain.actions, most(MOST_SERVICES), most(MOST_ACTIONS), out)?;
        let example = escape::terminal(&gain.example.request.to_string());
        writeln!(out, "             such as {example}")?;
    }
    if let left @ 1.. = wider.len().saturating_sub(most(MOST_GROUPS)) {
        writeln!(
            out,
            "           and those of {left} further statements (--all)"
        )?;
    }
    if new.is_empty() && wider.is_empty() && found.undecided.is_empty() && !found.is_cut_short {
        writeln!(out, "         no action published today")?;
    }
    unpublished(found, most(MOST_ACTIONS), out)?;
    for line in future(found, allowing) {
        writeln!(out, "         {}", escape::terminal(&line))?;
    }
    if !found.undecided.is_empty() {
        let count = actions(found.undecided.len());
        writeln!(out, "         undecided for {count}:")?;
        by_service(
            &found.undecided,
            most(MOST_SERVICES),
            most(MOST_ACTIONS),
            out,
        )?;
    }
    if found.is_cut_short {
        writeln!(
            out,
            "         the lists can lack actions: looking for them took more steps than it may"
        )?;
    }
    Ok(true)
}

fn actions(count: usize) -> String {
    match count {
        1 => "1 action".to_owned(),
        count => format!("{count} actions"),
    }
}

/// Writes one line for each service: `connect (2)  CreateQueue, DeleteQueue`.
fn by_service(
    actions: &[Action],
    most_services: usize,
    most_actions: usize,
    out: &mut dyn Write,
) -> Result<()> {
    let mut services: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for action in actions {
        let service = action.service();
        let name = action.text().get(service.len() + 1..).unwrap_or_default();
        services.entry(service).or_default().push(name);
    }
    for (service, names) in services.iter().take(most_services) {
        let listed = shortened(names, most_actions);
        writeln!(out, "           {service} ({})  {listed}", names.len())?;
    }
    if let left @ 1.. = services.len().saturating_sub(most_services) {
        writeln!(out, "           and {left} further services (--all)")?;
    }
    Ok(())
}

fn shortened(names: &[&str], most: usize) -> String {
    let listed = names.iter().copied().take(most);
    let listed = listed.collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(most) {
        0 => listed,
        left => format!("{listed} and {left} more (--all)"),
    }
}

fn unpublished(found: &GainedActions, most: usize, out: &mut dyn Write) -> Result<()> {
    let names: BTreeSet<String> = (found.gains.iter())
        .flat_map(|gain| &gain.unpublished)
        .map(|name| escape::terminal(name))
        .collect();
    if names.is_empty() {
        return Ok(());
    }
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    writeln!(
        out,
        "         {} not published: {}",
        actions(names.len()),
        shortened(&names, most)
    )
}

/// Returns a line for each pattern that allows actions which do not exist yet.
fn future(found: &GainedActions, allowing: &Side) -> BTreeSet<String> {
    let lines = found.gains.iter().flat_map(|gain| {
        gain.future.iter().filter_map(|future| {
            let place = allowing.place(future.statement)?;
            let more = match gain.extent {
                Extent::New => "and",
                Extent::Wider => "and, more widely,",
            };
            Some(format!("{more} {} (by {place})", described(future)))
        })
    });
    lines.collect()
}

fn described(future: &FutureActions) -> String {
    let Some(pattern) = &future.pattern else {
        return "every future action that `NotAction` does not name".to_owned();
    };
    match pattern.split_once(':') {
        None => "every future action of every service".to_owned(),
        Some((service, "*")) if !service.contains(['*', '?']) => {
            format!("every future `{service}` action")
        }
        Some(_) => format!("future actions that match `{pattern}`"),
    }
}
