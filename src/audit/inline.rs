//! What a role's inline policies allow beyond its ceiling, each granted thing under one heading.

use std::cell::OnceCell;
use std::collections::BTreeMap;

use super::ceiling::{Ceiling, Steps};
use super::explained::{Explained, Explanations};
use super::finding::DocumentRef;
use super::gap::Cause;
use super::judgement::{Grant, Judgement, Open, Wrong};
use super::parts::Part;
use super::source::Source;
use super::subject::{Managed, Subject};
use crate::baselines::Baseline;
use crate::policy::{
    Decision, Difference, Document, Reason, Services, Witness, any_new_access, evaluate, new_access,
};

/// A document of more parts is judged whole, so that no policy can stall an audit.
const MAX_PARTS: usize = 400;

const UNEVIDENCED: &str = "it grants what only features explain whose grants nobody has seen";

/// Says how one part of a document relates to the ceiling.
enum Verdict {
    Within,
    Open(Open),
    Wrong(Wrong, Box<Witness>),
}

struct Judge<'a, 's> {
    subject: &'s Subject<'a>,
    ceiling: &'s Ceiling<'a>,
    /// What evidence says and owners have configured, of the services that the role's inline policies are
    /// about: the first of the steps, which is often enough.
    certain: Vec<Document>,
    steps: OnceCell<Steps>,
    explanations: OnceCell<Explanations>,
    own: Vec<&'s Document>,
    /// What the role's documents deny, whichever of them does.
    denies: Vec<&'s Document>,
}

/// Compares every inline policy of a role with its ceiling.
pub(super) fn judge<'a>(
    subject: &Subject<'a>,
    baseline: &Baseline,
    ceiling: &Ceiling<'a>,
) -> Judgement {
    let mut judgement = Judgement::nothing(ceiling.confidence());
    let inline = subject.inline.read().map(Vec::as_slice).unwrap_or_default();
    if inline.is_empty() {
        return judgement;
    }
    let managed = || subject.managed.read().into_iter().flatten();
    let accepted = managed().filter(|managed| managed.is_accepted(baseline));
    let judge = Judge {
        subject,
        ceiling,
        certain: ceiling.certain_of(&Services::of_documents(
            inline.iter().filter_map(Source::document),
        )),
        steps: OnceCell::new(),
        explanations: OnceCell::new(),
        own: accepted.filter_map(Managed::document).collect(),
        denies: inline
            .iter()
            .chain(managed().map(|managed| &managed.source))
            .filter_map(Source::denies)
            .collect(),
    };
    for source in inline {
        judge.source(baseline, source, &mut judgement);
    }
    judgement
}

impl Judge<'_, '_> {
    fn steps(&self) -> &Steps {
        self.steps.get_or_init(|| self.ceiling.steps())
    }

    fn explanations(&self) -> &Explanations {
        let of = || Explanations::of(self.ceiling);
        self.explanations.get_or_init(of)
    }

    fn source(&self, baseline: &Baseline, source: &Source, judgement: &mut Judgement) {
        let Ok(document) = source.parsed() else {
            return;
        };
        if self.is_within(&self.certain, &[], document) {
            return;
        }
        let mut found: BTreeMap<Wrong, Grant> = BTreeMap::new();
        let mut open = Vec::new();
        let units = self.units(source);
        let mut decide = |verdict: Verdict, part: Option<&Part>| match verdict {
            Verdict::Within => {}
            Verdict::Open(question) => open.push(question),
            Verdict::Wrong(wrong, witness) => {
                let statement = part.map_or(witness.allowed_by.statement, |part| part.statement);
                found
                    .entry(wrong)
                    .and_modify(|grant| grant.more += 1)
                    .or_insert_with(|| Grant {
                        wrong,
                        document: source.which.clone(),
                        request: witness.request,
                        statement: source.location(statement),
                        resource: part.and_then(|part| part.resource.clone()),
                        action: part.and_then(|part| part.action.clone()),
                        features: part
                            .map_or_else(Explained::default, |part| self.explanations().part(part))
                            .features,
                        more: 0,
                    });
            }
        };
        match &units {
            Some(units) => {
                for unit in units {
                    decide(
                        self.verdict(&source.which, &unit.document, Some(unit)),
                        Some(unit),
                    );
                }
            }
            None => decide(self.verdict(&source.which, document, None), None),
        }
        // What only a managed policy that was not read could explain is no finding.
        if !found.is_empty() {
            let unknown = self.unread_ceiling(baseline);
            if !unknown.is_empty() {
                for wrong in std::mem::take(&mut found).into_keys() {
                    let of = unknown.iter().map(|cause| Open {
                        under: Some(wrong),
                        cause: cause.clone(),
                    });
                    judgement.open.extend(of);
                }
            }
        }
        judgement.open.extend(open);
        judgement.grants.extend(found.into_values());
    }

    /// Takes a document that is not within the ceiling apart as far as needed; `None` where that would be too much.
    fn units(&self, source: &Source) -> Option<Vec<Part>> {
        let parts = source.parts().filter(|parts| parts.len() <= MAX_PARTS)?;
        let is_whole = parts.len() == 1;
        let mut units = Vec::new();
        for part in parts {
            let verbatim = self.verbatim(part.resource.as_deref());
            let is_asked = !is_whole || !verbatim.is_empty();
            if is_asked && self.is_within(&self.certain, &verbatim, &part.document) {
                continue;
            }
            units.extend(part.by_action()?);
            if units.len() > MAX_PARTS {
                return None;
            }
        }
        Some(units)
    }

    /// Places a document, or one part of it, under its heading.
    fn verdict(&self, which: &DocumentRef, document: &Document, part: Option<&Part>) -> Verdict {
        let verbatim = self.verbatim(part.and_then(|part| part.resource.as_deref()));
        let open = |under, reason: String| {
            let document = which.clone();
            let cause = Cause::Undecided { document, reason };
            Verdict::Open(Open { under, cause })
        };
        let undecided = |reason: Reason| open(None, reason.to_string());
        let steps = self.steps();
        let explained = || match part {
            Some(part) => self.explanations().part(part),
            None => self.explanations().document(document),
        };
        // What the widest of these steps does not allow, the others do not.
        let witness = match self.beyond(new_access, &steps.guessed, &verbatim, document) {
            Difference::Witness(witness) => witness,
            not_shown => {
                let unless_guessed =
                    self.beyond(any_new_access, &self.certain, &verbatim, document);
                return match (unless_guessed, not_shown) {
                    (Difference::Nothing | Difference::NothingBySegment(_), _) => Verdict::Within,
                    (Difference::Undecided(reason), _)
                    | (Difference::Witness(_), Difference::Undecided(reason)) => undecided(reason),
                    (Difference::Witness(_), _) => {
                        let known = self.is_within(&steps.unread, &verbatim, document);
                        match self.unread_configuration(&explained()).filter(|_| known) {
                            Some(cause) => Verdict::Open(Open {
                                under: Some(Wrong::Unconfigured),
                                cause,
                            }),
                            None => open(Some(Wrong::Unexplained), UNEVIDENCED.to_owned()),
                        }
                    }
                };
            }
        };
        let explained = explained();
        if explained.by_retired {
            return Verdict::Wrong(Wrong::Retired, Box::new(witness));
        }
        if explained.by_any
            && self.is_within(&steps.any_account, &verbatim, document)
            && let Difference::Witness(abroad) =
                self.beyond(new_access, &steps.anything, &verbatim, document)
        {
            return Verdict::Wrong(Wrong::OtherAccount, Box::new(abroad));
        }
        let wrong = if self.ceiling.is_configured && explained.by_evidenced {
            Wrong::Unconfigured
        } else {
            Wrong::Unexplained
        };
        Verdict::Wrong(wrong, Box::new(witness))
    }

    /// Finds what a part allows beyond some grants, and no document of the role denies.
    fn beyond(
        &self,
        search: Search,
        grants: &[Document],
        verbatim: &[Document],
        part: &Document,
    ) -> Difference {
        let own = self.own.iter().copied();
        let reference: Vec<&Document> = own.chain(grants).chain(verbatim).collect();
        let part = part.for_principals_of(self.subject.inventory.account.as_str());
        effective(search, &reference, &part, &self.denies)
    }

    fn is_within(&self, grants: &[Document], verbatim: &[Document], part: &Document) -> bool {
        let beyond = self.beyond(any_new_access, grants, verbatim, part);
        matches!(beyond, Difference::Nothing)
    }

    fn verbatim(&self, resource: Option<&str>) -> Vec<Document> {
        resource.map_or_else(Vec::new, |resource| self.ceiling.verbatim(resource))
    }

    /// Returns what was not read and could explain a grant.
    fn unread_configuration(&self, explained: &Explained) -> Option<Cause> {
        let features = self.ceiling.features.iter();
        let mut unread = features.filter(|one| !one.unread.is_empty()).peekable();
        let first = unread.peek().copied();
        let fitting = unread.find(|one| explained.features.contains(&one.feature.id));
        fitting.or(first)?.unread.first().cloned()
    }

    /// Lists what was not read of the managed policies that belong to the ceiling.
    fn unread_ceiling(&self, baseline: &Baseline) -> Vec<Cause> {
        match self.subject.attached() {
            Err(cause) => vec![cause],
            Ok(managed) => managed
                .iter()
                .filter(|managed| managed.is_accepted(baseline))
                .filter_map(|managed| managed.source.parsed().err())
                .collect(),
        }
    }
}

/// Searches for something new, worded for readers or not.
type Search = fn(&[&Document], &[&Document]) -> Difference;

/// Finds what a document allows beyond a reference, and the role's denies leave.
fn effective(
    search: Search,
    reference: &[&Document],
    document: &Document,
    denies: &[&Document],
) -> Difference {
    let found = search(reference, &[document]).under_any_reading();
    let Difference::Witness(witness) = &found else {
        return found;
    };
    let role: Vec<&Document> = [document]
        .into_iter()
        .chain(denies.iter().copied())
        .collect();
    if matches!(evaluate(&role, &witness.request), Decision::ExplicitDeny(_)) {
        return search(reference, &role).under_any_reading();
    }
    found
}
