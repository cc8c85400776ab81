//! Which features need the actions of a grant, on whatever resource.

use std::cell::RefCell;
use std::collections::HashMap;

use super::ceiling::{Ceiling, Configuration};
use super::parts::Part;
use crate::policy::{Difference, Document, any_new_access};

/// Says which features need the actions of a grant.
#[derive(Debug, Clone, Default)]
pub(super) struct Explained {
    /// Whether features do that live, also some whose grants nobody has seen.
    pub(super) by_any: bool,
    /// Whether features do that live and whose grants are known.
    pub(super) by_evidenced: bool,
    /// Whether features do whose service AWS has ended.
    pub(super) by_retired: bool,
    /// The ids of those with evidence, past ones too.
    pub(super) features: Vec<String>,
}

/// Answers for the actions of a role's grants.
pub(super) struct Explanations {
    live: Vec<Document>,
    evidenced: Vec<(String, Document)>,
    retired: Vec<(String, Document)>,
    /// What is known of single actions: a role's policies name few, and each on many resources.
    known: RefCell<HashMap<String, Explained>>,
}

impl Explanations {
    pub(super) fn of(ceiling: &Ceiling<'_>) -> Self {
        let evidenced = ceiling.features.iter().filter(|one| one.is_evidenced());
        let named = |feature: &crate::baselines::Feature| {
            Some((feature.id.clone(), feature.actions_anywhere()?))
        };
        let live = ceiling.features.iter();
        Self {
            live: live
                .filter_map(|one: &Configuration<'_>| one.feature.actions_anywhere())
                .collect(),
            evidenced: evidenced.filter_map(|one| named(one.feature)).collect(),
            retired: ceiling.retired.iter().copied().filter_map(named).collect(),
            known: RefCell::default(),
        }
    }

    /// Says which features need the actions of a part of a policy.
    pub(super) fn part(&self, part: &Part) -> Explained {
        let Some(action) = &part.action else {
            return self.document(&part.document);
        };
        if let Some(known) = self.known.borrow().get(action) {
            return known.clone();
        }
        let explained = self.document(&part.document);
        let mut known = self.known.borrow_mut();
        known.insert(action.clone(), explained.clone());
        explained
    }

    /// Says which features need the actions of a policy.
    pub(super) fn document(&self, document: &Document) -> Explained {
        let explain = |features: &[(String, Document)]| {
            let actions: Vec<&Document> = features.iter().map(|(_, actions)| actions).collect();
            fits(&actions, document)
        };
        let by_any = fits(&self.live.iter().collect::<Vec<_>>(), document);
        let by_retired = explain(&self.retired);
        if !by_any && !by_retired {
            return Explained::default();
        }
        let all = self.evidenced.iter().chain(&self.retired);
        let fitting = all.filter(|(_, actions)| fits(&[actions], document));
        Explained {
            by_any,
            by_evidenced: explain(&self.evidenced),
            by_retired,
            features: fitting.map(|(id, _)| id.clone()).collect(),
        }
    }
}

/// Tells whether a document has nothing but some actions.
fn fits(actions: &[&Document], document: &Document) -> bool {
    !actions.is_empty() && matches!(any_new_access(actions, &[document]), Difference::Nothing)
}
