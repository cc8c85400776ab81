//! What a reviewer reads of the example account: each role's documents, features and actions.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use roledrift::audit::{Access, Dossiers, PolicyDossier, RoleDossier, Selection, audit, dossiers};
use roledrift::inventory::snapshot;

use crate::support::baselines;

/// Writes how many actions of a service differ how.
fn counted(access: &Access) -> String {
    let mut text = String::new();
    for (service, actions) in &access.services {
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        for action in actions {
            let change = action
                .change
                .map_or("listed".to_owned(), |own| format!("{own:?}"));
            let level = action
                .level
                .map(|own| format!("{own:?}"))
                .unwrap_or_default();
            let through: Vec<_> = action.through.iter().map(ToString::to_string).collect();
            let key = [change, level, through.join(" and ")];
            *counts
                .entry(key.join(" ").trim_end().to_owned())
                .or_default() += 1;
        }
        let _ = writeln!(text, "    {service}: {counts:?}");
    }
    text
}

fn of_role(role: &RoleDossier) -> String {
    let mut text = format!("{}\n", role.role.name);
    let _ = writeln!(
        text,
        "  {:?} of {:?}, family {}, serves {:?}, actions {:?}, features {:?}",
        role.title, role.linked, role.is_family, role.serves, role.access, role.grants
    );
    let inline = role.inline.read().into_iter().flatten();
    for written in [&role.trust].into_iter().chain(inline) {
        let places = written.statements.iter();
        let places: Vec<_> = places
            .map(|own| format!("{}:{}", own.line, own.column))
            .collect();
        let (services, problem) = (&written.services, &written.problem);
        let _ = writeln!(
            text,
            "  {}: {services:?} at {places:?} {problem:?}",
            written.which
        );
    }
    text
}

fn of_policy(policy: &PolicyDossier) -> String {
    let mut text = format!("{} {:?}\n", policy.arn, policy.version.read());
    let known = (
        &policy.beside,
        policy.known_text.len(),
        policy.known_statements.len(),
    );
    let written = (policy.document.statements.len(), &policy.document.services);
    let _ = writeln!(text, "  {written:?} beside {known:?}");
    for step in &policy.steps {
        let counts = [&step.added, &step.widened, &step.removed, &step.narrowed];
        let counts = counts.map(Vec::len);
        let (before, cut) = (&step.before, step.is_cut_short);
        let _ = writeln!(
            text,
            "  {} of {} after {before:?}: {counts:?} {cut}",
            step.version, step.created
        );
    }
    text
}

fn outlined(found: &Dossiers) -> String {
    let mut text: String = found.roles.iter().map(of_role).collect();
    text.extend(found.policies.values().map(of_policy));
    for (number, access) in found.accesses.iter().enumerate() {
        let missing: Vec<_> = access.missing.iter().map(ToString::to_string).collect();
        let known = (
            &access.references,
            missing,
            access.undecided.len(),
            access.is_cut_short,
        );
        let _ = writeln!(
            text,
            "actions {number} against {known:?}\n{}",
            counted(access).trim_end()
        );
    }
    for (number, list) in found.grants.iter().enumerate() {
        let _ = writeln!(text, "features {number}");
        for own in list {
            let (actions, resources) = (own.actions.len(), &own.resources);
            let of = (own.evidence, own.is_retired, actions, resources);
            let _ = writeln!(text, "    {}: {of:?}", own.title);
        }
    }
    text
}

#[test]
fn dossiers_of_the_example() {
    let text = include_str!("../../examples/contact-center.json");
    let account = snapshot::read(text).unwrap();
    let judged = audit(&account, baselines(), &Selection::default());
    insta::assert_snapshot!(
        "dossiers_of_the_example",
        outlined(&dossiers(&account, baselines(), &judged))
    );
}
