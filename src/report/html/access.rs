//! What a role may do against its baseline, by service.

use std::collections::BTreeMap;

use super::rich::Rich;
use crate::audit::{
    Access, ActionAccess, Change, DocumentRef, Dossiers, NotListed, Reference, RoleDossier,
};
use crate::policy::published::AccessLevel;
use crate::report::escape;

/// Shows what a role may do.
pub(super) enum AccessView {
    /// In full.
    Full(Box<Listing>),
    /// As another role, under this anchor.
    Same { place: usize, name: String },
    /// Not at all, for this reason.
    Nothing(&'static str),
}

/// Lists actions by service.
pub(super) struct Listing {
    /// Whether there is a baseline to compare with.
    pub(super) is_compared: bool,
    pub(super) with: Vec<String>,
    pub(super) gained: usize,
    pub(super) lost: usize,
    pub(super) same: usize,
    pub(super) services: Vec<ServiceView>,
    pub(super) unchanged: Vec<SameView>,
    pub(super) notes: Vec<String>,
}

/// Lists the changed actions of one service.
pub(super) struct ServiceView {
    pub(super) name: String,
    pub(super) groups: Vec<GroupView>,
}

/// Lists actions that changed alike, through the same documents.
pub(super) struct GroupView {
    pub(super) class: &'static str,
    pub(super) sign: &'static str,
    pub(super) says: &'static str,
    pub(super) through: Option<Rich>,
    /// Names by access level, the gravest first.
    pub(super) levels: Vec<(&'static str, String)>,
}

/// Lists the actions of one service that did not change.
pub(super) struct SameView {
    pub(super) name: String,
    pub(super) count: usize,
    pub(super) names: String,
}

impl AccessView {
    pub(super) fn of(
        dossiers: &Dossiers,
        place: usize,
        role: &RoleDossier,
        first: &mut [Option<usize>],
    ) -> Self {
        let number = match role.access {
            Ok(number) => number,
            Err(NotListed::NoDocument) => {
                return Self::Nothing("The role has no permissions policy that could be read.");
            }
            Err(NotListed::Steps) => {
                return Self::Nothing(
                    "Not listed: the work that one report may take for lists of actions went into other roles. `roledrift scan --role NAME` lists it.",
                );
            }
        };
        let seen = first.get(number).copied().flatten();
        if let Some(other) = seen.filter(|other| *other != place) {
            let name = dossiers
                .roles
                .get(other)
                .map(|own| own.role.name.to_string());
            return Self::Same {
                place: other,
                name: escape::terminal(&name.unwrap_or_default()),
            };
        }
        if let Some(slot) = first.get_mut(number) {
            *slot = Some(place);
        }
        match dossiers.accesses.get(number) {
            Some(access) => {
                let mut listing = listing(access);
                for (what, is_read) in [
                    ("managed", role.role.attached.read().is_some()),
                    ("inline", role.role.inline.read().is_some()),
                ] {
                    if !is_read {
                        listing.notes.push(format!(
                            "Incomplete: which {what} policies the role has was not read."
                        ));
                    }
                }
                Self::Full(Box::new(listing))
            }
            None => Self::Nothing("Not listed."),
        }
    }
}

fn listing(access: &Access) -> Listing {
    let actions = || access.services.values().flatten();
    let count = |of: &[Change]| {
        actions()
            .filter(|own| own.change.is_some_and(|own| of.contains(&own)))
            .count()
    };
    let is_compared = actions().any(|own| own.change.is_some());
    let mut notes = Vec::new();
    if !is_compared {
        notes.push(
            "What the role should be allowed is not known; this is what it is allowed.".to_owned(),
        );
    }
    if !access.missing.is_empty() {
        let names: Vec<String> = access
            .missing
            .iter()
            .map(|own| escape::terminal(&own.to_string()))
            .collect();
        notes.push(format!(
            "Incomplete: not read, or no policy: {}. What these allow or deny is not part of the list.",
            names.join(", ")
        ));
    }
    if !access.undecided.is_empty() {
        notes.push(format!("Undecided: {}.", access.undecided.join(", ")));
    }
    if access.is_cut_short {
        notes.push(
            "Incomplete: listing took more steps than it may, so actions are missing.".to_owned(),
        );
    }
    Listing {
        is_compared,
        with: access.references.iter().map(reference).collect(),
        gained: count(&[Change::Gained, Change::Wider, Change::Other]),
        lost: count(&[Change::Lost, Change::Narrower, Change::Other]),
        same: count(&[Change::Same]),
        services: access
            .services
            .iter()
            .filter_map(|(name, own)| changed(name, own))
            .collect(),
        unchanged: access
            .services
            .iter()
            .filter_map(|(name, own)| unchanged(name, own))
            .collect(),
        notes,
    }
}

fn reference(reference: &Reference) -> String {
    match reference {
        Reference::Known(name, version) => format!("{name} {version}, the newest known version"),
        Reference::AsObserved(name) => {
            format!("{name} as it is in the account (its versions are not bundled)")
        }
        Reference::Unknown(name) => format!("{name}, whose text is not known"),
        Reference::Features(1) => "the grants of one feature".to_owned(),
        Reference::Features(count) => format!("the grants of {count} features"),
    }
}

fn is_same(action: &ActionAccess) -> bool {
    matches!(action.change, None | Some(Change::Same))
}

fn short(action: &ActionAccess) -> String {
    let short = action.name.split_once(':');
    escape::terminal(short.map_or(&*action.name, |(_, short)| short))
}

fn unchanged(name: &str, actions: &[ActionAccess]) -> Option<SameView> {
    let names: Vec<String> = actions
        .iter()
        .filter(|own| is_same(own))
        .map(short)
        .collect();
    (!names.is_empty()).then(|| SameView {
        name: escape::terminal(name),
        count: names.len(),
        names: names.join(", "),
    })
}

fn changed(name: &str, actions: &[ActionAccess]) -> Option<ServiceView> {
    type Levels = BTreeMap<Option<AccessLevel>, Vec<String>>;
    let mut groups: BTreeMap<(Option<Change>, &[DocumentRef]), Levels> = BTreeMap::new();
    for action in actions.iter().filter(|own| !is_same(own)) {
        let levels = groups.entry((action.change, &action.through)).or_default();
        levels.entry(action.level).or_default().push(short(action));
    }
    let views = groups.into_iter().map(|((change, through), levels)| {
        let (class, sign, says) = described(change);
        let through: Vec<String> = through.iter().map(ToString::to_string).collect();
        let levels = levels.into_iter().map(|(level, names)| {
            (
                level.map_or("not published", AccessLevel::as_str),
                names.join(", "),
            )
        });
        GroupView {
            class,
            sign,
            says,
            through: (!through.is_empty()).then(|| Rich::new(&through.join(", "))),
            levels: levels.collect(),
        }
    });
    let groups: Vec<GroupView> = views.collect();
    (!groups.is_empty()).then(|| ServiceView {
        name: escape::terminal(name),
        groups,
    })
}

fn described(change: Option<Change>) -> (&'static str, &'static str, &'static str) {
    match change {
        Some(Change::Gained) => ("gained", "+", "gained"),
        Some(Change::Wider) => ("gained", "+", "gained more of"),
        Some(Change::Other) => ("other", "±", "partly gained, partly lost"),
        Some(Change::Lost) => ("lost", "−", "lost"),
        Some(Change::Narrower) => ("lost", "−", "lost part of"),
        Some(Change::Same) | None => ("same", "=", "same"),
    }
}
