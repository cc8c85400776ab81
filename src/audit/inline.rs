//! What a role's inline policies allow beyond its ceiling, each granted thing under one heading.

use std::collections::BTreeMap;

use super::ceiling::Ceiling;
use super::finding::{Confidence, DocumentRef, StatementLocation};
use super::gap::Cause;
use super::parts::Part;
use super::source::Source;
use super::subject::{Managed, Subject};
use crate::baselines::Baseline;
use crate::policy::{
    Decision, Difference, Document, Reason, Request, Witness, evaluate, new_access,
};

/// A document of more parts is judged whole, so that no policy can stall an audit.
const MAX_PARTS: usize = 400;

const UNEVIDENCED: &str = "it grants what only features explain whose grants nobody has seen";

/// Says what is wrong with a grant. The first that applies is told, and only that.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Wrong {
    /// The service that it was for has ended.
    Retired,
    /// A feature needs such actions, in the role's own account only.
    OtherAccount,
    /// A feature needs such actions, on another resource.
    Unconfigured,
    /// No feature needs such actions.
    Unexplained,
}

/// Describes what an inline policy grants in excess.
#[derive(Debug)]
pub(super) struct Grant {
    pub(super) wrong: Wrong,
    pub(super) document: DocumentRef,
    /// A request that shows it.
    pub(super) request: Request,
    pub(super) statement: Option<StatementLocation>,
    /// The resource as the policy writes it; `None` where it excludes resources.
    pub(super) resource: Option<String>,
    /// The action as the policy writes it; `None` where it excludes actions.
    pub(super) action: Option<String>,
    /// The ids of the features that need such actions.
    pub(super) features: Vec<String>,
    /// How many more pairs of action and resource are wrong in the same way.
    pub(super) more: usize,
}

/// Says what could not be decided about a grant.
#[derive(Debug)]
pub(super) struct Open {
    /// The heading that it would stand under; `None` where that is open too.
    pub(super) under: Option<Wrong>,
    pub(super) cause: Cause,
}

/// Holds everything about the inline policies of one role.
#[derive(Debug)]
pub(super) struct Judgement {
    pub(super) grants: Vec<Grant>,
    pub(super) open: Vec<Open>,
    pub(super) confidence: Confidence,
}

impl Judgement {
    /// Returns what is said where there is nothing to compare with.
    pub(super) fn nothing(confidence: Confidence) -> Self {
        Self {
            grants: Vec::new(),
            open: Vec::new(),
            confidence,
        }
    }
}

/// Says how one part of a document relates to the ceiling.
enum Verdict {
    Within,
    Open(Open),
    Wrong(Wrong, Box<Witness>),
}

struct Judge<'a, 's> {
    subject: &'s Subject<'a>,
    ceiling: &'s Ceiling<'a>,
    own: Vec<&'s Document>,
    /// What the role's documents deny, whichever of them does.
    denies: Vec<Document>,
}

/// Compares every inline policy of a role with its ceiling.
pub(super) fn judge<'a>(
    subject: &Subject<'a>,
    baseline: &Baseline,
    ceiling: &Ceiling<'a>,
) -> Judgement {
    let mut judgement = Judgement::nothing(ceiling.confidence());
    let inline = subject.inline.read().map(Vec::as_slice).unwrap_or_default();
    let managed = || subject.managed.read().into_iter().flatten();
    let accepted = managed().filter(|managed| managed.is_accepted(baseline));
    let judge = Judge {
        subject,
        ceiling,
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
    fn source(&self, baseline: &Baseline, source: &Source, judgement: &mut Judgement) {
        let Ok(document) = source.parsed() else {
            return;
        };
        if matches!(
            self.beyond(&self.ceiling.certain, &[], document),
            Difference::Nothing
        ) {
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
                        features: part.map_or_else(Vec::new, |part| self.features(part)),
                        more: 0,
                    });
            }
        };
        match &units {
            Some(units) => {
                for unit in units {
                    decide(
                        self.verdict(&source.which, unit.resource.as_deref(), &unit.document),
                        Some(unit),
                    );
                }
            }
            None => decide(self.verdict(&source.which, None, document), None),
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

    /// Takes a document apart as far as needed; `None` where that would be too much.
    fn units(&self, source: &Source) -> Option<Vec<Part>> {
        let mut units = Vec::new();
        let parts = source.parts().filter(|parts| parts.len() <= MAX_PARTS)?;
        for part in parts {
            let verbatim = self.verbatim(part.resource.as_deref());
            let beyond = self.beyond(&self.ceiling.certain, &verbatim, &part.document);
            if !matches!(beyond, Difference::Nothing) {
                units.extend(part.by_action()?);
            }
            if units.len() > MAX_PARTS {
                return None;
            }
        }
        Some(units)
    }

    /// Places one part under its heading.
    fn verdict(&self, which: &DocumentRef, resource: Option<&str>, part: &Document) -> Verdict {
        let verbatim = self.verbatim(resource);
        let open = |under, reason: String| {
            let document = which.clone();
            let cause = Cause::Undecided { document, reason };
            Verdict::Open(Open { under, cause })
        };
        let undecided = |reason: Reason| open(None, reason.to_string());
        match self.beyond(&self.ceiling.certain, &verbatim, part) {
            Difference::Nothing | Difference::NothingBySegment(_) => return Verdict::Within,
            Difference::Undecided(reason) => return undecided(reason),
            Difference::Witness(_) => {}
        }
        let witness = match self.beyond(&self.ceiling.guessed, &verbatim, part) {
            Difference::Witness(witness) => witness,
            Difference::Undecided(reason) => return undecided(reason),
            Difference::Nothing | Difference::NothingBySegment(_) => {
                let evidenced = self.beyond(&self.ceiling.unread, &verbatim, part);
                return match (evidenced, self.unread_configuration(part)) {
                    (Difference::Nothing, Some(cause)) => Verdict::Open(Open {
                        under: Some(Wrong::Unconfigured),
                        cause,
                    }),
                    _ => open(Some(Wrong::Unexplained), UNEVIDENCED.to_owned()),
                };
            }
        };
        if fits(&self.ceiling.retired_actions, part) {
            return Verdict::Wrong(Wrong::Retired, Box::new(witness));
        }
        let abroad = self.beyond(&self.ceiling.anything, &verbatim, part);
        if let Difference::Witness(abroad) = abroad
            && matches!(
                self.beyond(&self.ceiling.any_account, &verbatim, part),
                Difference::Nothing
            )
        {
            return Verdict::Wrong(Wrong::OtherAccount, Box::new(abroad));
        }
        let wrong = if self.ceiling.is_configured && fits(&self.ceiling.actions, part) {
            Wrong::Unconfigured
        } else {
            Wrong::Unexplained
        };
        Verdict::Wrong(wrong, Box::new(witness))
    }

    /// Finds what a part allows beyond some ceiling, and no document of the role denies.
    fn beyond(&self, ceiling: &[Document], verbatim: &[Document], part: &Document) -> Difference {
        let reference: Vec<&Document> = self
            .own
            .iter()
            .copied()
            .chain(ceiling)
            .chain(verbatim)
            .collect();
        effective(&reference, part, &self.denies)
    }

    /// Lists the features, past ones too, that need the actions of a part.
    fn features(&self, part: &Part) -> Vec<String> {
        let live = self.ceiling.features.iter().map(|one| one.feature);
        let evidenced = live.filter(|feature| feature.evidence.is_evidence());
        let all = evidenced.chain(self.ceiling.retired.iter().copied());
        let fitting = all.filter(|feature| {
            let actions = feature.actions_anywhere();
            actions.is_some_and(|actions| fits(&[actions], &part.document))
        });
        fitting.map(|feature| feature.id.clone()).collect()
    }

    fn verbatim(&self, resource: Option<&str>) -> Vec<Document> {
        resource.map_or_else(Vec::new, |resource| self.ceiling.verbatim(resource))
    }

    /// Returns what was not read and could explain a part.
    fn unread_configuration(&self, part: &Document) -> Option<Cause> {
        let unread = || {
            let features = self.ceiling.features.iter();
            features.filter(|one| !one.unread.is_empty())
        };
        let fitting = unread().find(|one| {
            let actions = one.feature.actions_anywhere();
            actions.is_some_and(|actions| fits(&[actions], part))
        });
        let feature = fitting.or_else(|| unread().next())?;
        feature.unread.first().cloned()
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

/// Tells whether nothing in a part is beyond some actions.
fn fits(actions: &[Document], part: &Document) -> bool {
    let actions: Vec<&Document> = actions.iter().collect();
    !actions.is_empty() && matches!(new_access(&actions, &[part]), Difference::Nothing)
}

/// Finds what a document allows beyond a reference, and the role's denies leave.
fn effective(reference: &[&Document], document: &Document, denies: &[Document]) -> Difference {
    let found = new_access(reference, &[document]).under_any_reading();
    let Difference::Witness(witness) = &found else {
        return found;
    };
    let role: Vec<&Document> = [document].into_iter().chain(denies).collect();
    if matches!(evaluate(&role, &witness.request), Decision::ExplicitDeny(_)) {
        return new_access(reference, &role).under_any_reading();
    }
    found
}
