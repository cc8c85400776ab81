//! Who is known to carry which service-linked policy, and whether that is everybody.

use std::collections::{BTreeMap, BTreeSet};

use super::{Carrier, CarrierKind};
use crate::model::Arn;

/// Indexes entities by the service-linked policies that they carry.
#[derive(Debug, Default)]
pub(super) struct KnownCarriers(BTreeMap<Arn, Known>);

/// Sets, because a page that comes twice must not count twice.
#[derive(Debug, Default)]
struct Known {
    attached: BTreeSet<Carrier>,
    bounded: BTreeSet<Carrier>,
}

/// Says how many entities carry a policy, as IAM counts them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Counts {
    /// Users, groups and roles that it is attached to.
    pub(super) attachments: usize,
    /// Users and roles that have it as permissions boundary.
    pub(super) boundaries: usize,
}

impl KnownCarriers {
    /// Notes an entity with its attached policies and its boundary.
    pub(super) fn add<'a>(
        &mut self,
        kind: CarrierKind,
        name: &str,
        attached: impl IntoIterator<Item = &'a Arn>,
        boundary: Option<&Arn>,
    ) {
        let carrier = || Carrier {
            kind,
            name: name.to_owned(),
        };
        for arn in attached.into_iter().filter(|arn| arn.is_linked_policy()) {
            self.0
                .entry(arn.clone())
                .or_default()
                .attached
                .insert(carrier());
        }
        if let Some(arn) = boundary.filter(|arn| arn.is_linked_policy()) {
            self.0
                .entry(arn.clone())
                .or_default()
                .bounded
                .insert(carrier());
        }
    }

    /// Returns the policies that some known entity carries.
    pub(super) fn policies(&self) -> impl Iterator<Item = &Arn> {
        self.0.keys()
    }

    /// Returns who is known to carry a policy, sorted.
    pub(super) fn of(&self, policy: &Arn) -> Vec<Carrier> {
        self.0
            .get(policy)
            .into_iter()
            .flat_map(|known| known.attached.union(&known.bounded).cloned())
            .collect()
    }

    /// Tells whether the known carriers are as many as IAM counts: then they are all.
    pub(super) fn account_for(&self, policy: &Arn, counts: Counts) -> bool {
        let (attachments, boundaries) = self.counts(policy);
        attachments == counts.attachments && boundaries == counts.boundaries
    }

    /// Tells whether IAM counts fewer carriers than are known: such counts leave entities out.
    #[cfg(feature = "aws")]
    pub(super) fn exceed(&self, policy: &Arn, counts: Counts) -> bool {
        let (attachments, boundaries) = self.counts(policy);
        attachments > counts.attachments || boundaries > counts.boundaries
    }

    fn counts(&self, policy: &Arn) -> (usize, usize) {
        self.0
            .get(policy)
            .map_or((0, 0), |known| (known.attached.len(), known.bounded.len()))
    }
}
