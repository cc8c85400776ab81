//! `docs/faults.md`, from what happened.

use std::fmt::Write as _;
use std::path::Path;

use super::Outcome;
use super::cell::End;
use super::kinds::{KINDS, Kind};
use super::operations::Operation;

const OPENING: &str = "\
# What a fault costs

Written by `tests/faults`, which reads recorded accounts through the real SDK while one operation fails; do not edit it by hand.

A scan survives what AWS, the network and proxies do to it.
What could not be read is named in the report with the operation and the reason, findings rest only on what was read, and no role conforms that would not conform otherwise.

- Requests that time out, are throttled, answered with status 500 or 503, broken off, or answered with an empty or truncated body are sent again, six times in all (25 times for many accounts); a fault that ends before that costs nothing.
- A list whose pages lead in a circle, or have no end, counts as not read.
- An endpoint that gives no answer is not asked again: everything else that it was to tell is unread too, in that Region.
- What AWS says does not exist is taken to be gone, where it can go: a role that was deleted after it was listed is left out.

The last two columns are exit codes: of an account where all is well, and of one that has drifted elsewhere.
`0` beside something unread says that no rule needed it to decide about that account; `–`, that the account without drift never calls the operation.
Everything is lost (exit code 2) only where nobody tells whose credentials they are, which roles there are, or which accounts an organization has.

## Faults

";

/// Writes the page.
pub(crate) fn page(rows: &[(&Operation, Vec<(&Kind, Outcome)>)]) -> String {
    let mut page = OPENING.to_owned();
    page.push_str("| fault | what happens |\n|---|---|\n");
    for kind in KINDS {
        let _ = writeln!(page, "| {} | {} |", kind.name, kind.happens);
    }
    page.push_str("\n## Operations\n\n");
    page.push_str("| operation | faults | what is not read | all well | drift |\n");
    page.push_str("|---|---|---|---|---|\n");
    for (operation, outcomes) in rows {
        let mut groups: Vec<(&Outcome, Vec<&str>)> = Vec::new();
        for (kind, outcome) in outcomes {
            match groups.iter_mut().find(|(known, _)| *known == outcome) {
                Some((_, names)) => names.push(kind.name),
                None => groups.push((outcome, vec![kind.name])),
            }
        }
        for (outcome, names) in groups {
            let faults = names.join(", ");
            let coverage = coverage(outcome);
            let (clean, drifted) = (outcome.clean.as_deref().unwrap_or("–"), &outcome.drifted);
            let label = operation.label;
            let _ = writeln!(
                page,
                "| `{label}` | {faults} | {coverage} | {clean} | {drifted} |"
            );
        }
        let exempt = KINDS
            .iter()
            .filter_map(|kind| Some((operation.exempt(kind)?, kind.name)));
        let mut reasons: Vec<(&str, Vec<&str>)> = Vec::new();
        for (reason, name) in exempt {
            match reasons.iter_mut().find(|(known, _)| *known == reason) {
                Some((_, names)) => names.push(name),
                None => reasons.push((reason, vec![name])),
            }
        }
        for (reason, names) in reasons {
            let (label, faults) = (operation.label, names.join(", "));
            let _ = writeln!(
                page,
                "| `{label}` | {faults} | does not apply: {reason} | | |"
            );
        }
    }
    page
}

fn coverage(outcome: &Outcome) -> String {
    match outcome.effect.end {
        End::Same => "nothing".to_owned(),
        End::Gone if outcome.effect.coverage.is_empty() => {
            "nothing; what is gone is left out".to_owned()
        }
        _ => outcome.effect.coverage.join("<br>"),
    }
}

/// Compares the page with the committed one, or commits it to be.
pub(crate) fn fresh(text: &str) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/faults.md");
    if std::env::var_os("ROLEDRIFT_BLESS").is_some() {
        std::fs::write(&file, text).unwrap();
    }
    let committed = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(
        committed == text,
        "docs/faults.md is stale: see CONTRIBUTING.md"
    );
}
