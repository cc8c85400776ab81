//! The lists of actions of a comparison, for a person.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Result, Write};

use super::Side;
use crate::policy::published::Action;
use crate::policy::{Extent, FutureActions, Gain, GainedActions, Request, Selection, StatementRef};
use crate::report::escape;

/// Says which direction lists are about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    Gained,
    Lost,
}

impl Way {
    fn heading(self, extent: Extent, count: usize) -> String {
        let actions = actions(count);
        match (self, extent) {
            (Self::Gained, Extent::New) => format!("{actions} not allowed before:"),
            (Self::Gained, Extent::Wider) => format!("{actions} allowed more widely:"),
            (Self::Lost, Extent::New) => format!("{actions} no longer allowed:"),
            (Self::Lost, Extent::Wider) => format!("{actions} allowed less widely:"),
        }
    }
}

/// How much is shown.
#[derive(Clone, Copy)]
struct Most {
    services: usize,
    /// Of each service.
    names: usize,
    /// Groups of actions that the same statements allow.
    groups: usize,
    resources: usize,
}

impl Most {
    fn of(all: bool) -> Self {
        let most = |limit: usize| if all { usize::MAX } else { limit };
        Self {
            services: most(8),
            names: most(8),
            groups: most(6),
            resources: most(3),
        }
    }
}

/// Writes the lists of one direction; tells whether there was anything to write.
pub(super) fn lists(
    way: Way,
    found: &GainedActions,
    allowing: &Side,
    all: bool,
    out: &mut dyn Write,
) -> Result<bool> {
    if *found == GainedActions::default() {
        return Ok(false);
    }
    let most = Most::of(all);
    let mut is_empty = found.undecided.is_empty() && !found.is_cut_short;
    for extent in [Extent::New, Extent::Wider] {
        let count = found.actions(extent).count();
        if count > 0 {
            is_empty = false;
            writeln!(out, "         {}", way.heading(extent, count))?;
            groups(found, extent, allowing, most, out)?;
        }
    }
    if is_empty {
        writeln!(out, "         no action published today")?;
    }
    unpublished(found, most, out)?;
    for line in future(found, allowing) {
        writeln!(out, "         {}", escape::terminal(&line))?;
    }
    if !found.undecided.is_empty() {
        let count = actions(found.undecided.len());
        writeln!(out, "         undecided for {count}:")?;
        by_service(&found.undecided, most, out)?;
    }
    if found.is_cut_short {
        writeln!(
            out,
            "         more may be missing: not everything could be looked at"
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

/// Actions that the same statements allow, and a request with one of them.
struct Granted<'a> {
    actions: Vec<Action>,
    example: &'a Request,
}

/// Writes actions by the statements that allow them: on which resources, or an example of what is wider.
fn groups(
    found: &GainedActions,
    extent: Extent,
    allowing: &Side,
    most: Most,
    out: &mut dyn Write,
) -> Result<()> {
    let mut granted: BTreeMap<&[StatementRef], Granted<'_>> = BTreeMap::new();
    let is_shown = |gain: &&Gain| gain.extent == extent && !gain.actions.is_empty();
    for gain in found.gains.iter().filter(is_shown) {
        let own = granted.entry(&gain.allowed_by).or_insert(Granted {
            actions: Vec::new(),
            example: &gain.example.request,
        });
        own.actions.extend(&gain.actions);
    }
    for (statements, own) in granted.iter().take(most.groups) {
        by_service(&own.actions, most, out)?;
        if extent == Extent::Wider {
            let example = escape::terminal(&own.example.to_string());
            writeln!(out, "             such as {example}")?;
            continue;
        }
        for &at in *statements {
            if let Some(line) = resources(allowing, at, most) {
                writeln!(out, "             {}", escape::terminal(&line))?;
            }
        }
    }
    match granted.len().saturating_sub(most.groups) {
        0 => Ok(()),
        left => {
            let left = granted.values().rev().take(left);
            let count = actions(left.map(|own| own.actions.len()).sum());
            writeln!(out, "           {count} by further statements (--all)")
        }
    }
}

/// Writes one line for each service: `connect (2)  CreateQueue, DeleteQueue`.
fn by_service(actions: &[Action], most: Most, out: &mut dyn Write) -> Result<()> {
    let mut services: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for action in actions {
        let service = action.service();
        let name = action.text().get(service.len() + 1..).unwrap_or_default();
        services.entry(service).or_default().insert(name);
    }
    for (service, names) in services.iter().take(most.services) {
        let count = names.len();
        let names = shortened(names.iter().map(|name| (*name).to_owned()), most.names);
        writeln!(out, "           {service} ({count})  {names}")?;
    }
    match services.len().saturating_sub(most.services) {
        0 => Ok(()),
        left => writeln!(out, "           and {left} further services (--all)"),
    }
}

/// Joins texts, the first ones at most.
pub(in crate::report) fn shortened(
    texts: impl ExactSizeIterator<Item = String>,
    most: usize,
) -> String {
    let left = texts.len().saturating_sub(most);
    let listed = texts.take(most).collect::<Vec<_>>().join(", ");
    match left {
        0 => listed,
        left => format!("{listed} and {left} more (--all)"),
    }
}

/// Says which resources a statement is about; nothing in trust policies.
fn resources(allowing: &Side, at: StatementRef, most: Most) -> Option<String> {
    let statement = allowing.statement(at)?;
    let resources = statement.resources()?;
    let is_limited = !statement.conditions().is_empty();
    let but = match resources {
        Selection::Only(_) => "",
        Selection::AllBut(_) => "all but ",
    };
    let texts = (resources.located().iter()).map(|own| format!("`{}`", own.value.text()));
    let texts = shortened(texts, most.resources);
    let limits = if is_limited { " with conditions" } else { "" };
    let place = allowing.place(at)?;
    let (number, sid) = (at.statement + 1, place.sid);
    let sid = sid.map(|sid| format!(" `{sid}`")).unwrap_or_default();
    Some(format!("on {but}{texts}{limits} (statement {number}{sid})"))
}

fn unpublished(found: &GainedActions, most: Most, out: &mut dyn Write) -> Result<()> {
    let names: BTreeSet<&String> = found
        .gains
        .iter()
        .flat_map(|own| &own.unpublished)
        .collect();
    if names.is_empty() {
        return Ok(());
    }
    let count = actions(names.len());
    let names = names.iter().map(|name| format!("`{name}`"));
    let names = shortened(names, most.names);
    writeln!(
        out,
        "         {count} not published: {}",
        escape::terminal(&names)
    )
}

/// Returns a line for each pattern that allows actions which do not exist yet.
fn future(found: &GainedActions, allowing: &Side) -> BTreeSet<String> {
    let lines = found.gains.iter().flat_map(|gain| {
        gain.future.iter().filter_map(|future| {
            let place = allowing.place(future.statement)?;
            Some(format!("and {} (by {place})", described(future)))
        })
    });
    lines.collect()
}

fn described(future: &FutureActions) -> String {
    let Some(pattern) = &future.pattern else {
        return "every future action that its `NotAction` does not name".to_owned();
    };
    match pattern.split_once(':') {
        None => "every future action of every service".to_owned(),
        Some((service, "*")) if !service.contains(['*', '?']) => {
            format!("every future `{service}` action")
        }
        Some(_) => format!("future actions that match `{pattern}`"),
    }
}
