//! Takes over what an account shows.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::{Digest, Lock, LockedPolicy, Seen};
use crate::inventory::{DocumentText, Inventory, ManagedPolicy, Observed, Unread};
use crate::model::{Arn, PolicyVersion};
use crate::policy::{Document, Kind, ParseError, Position};

/// Tells what an account changed in a lock.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Update {
    /// Policies that were not known.
    pub added: Vec<Arn>,
    /// Policies that were known with another version or document.
    pub changed: Vec<Changed>,
    /// How many policies are as they were known.
    pub unchanged: usize,
    /// Policies that could not be taken over, and why; what was known of them stays.
    pub unread: Vec<(Arn, Obstacle)>,
    /// Why policies may be missing altogether; `None` where all were listed.
    pub unlisted: Option<Unread>,
}

/// Describes a policy that changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changed {
    /// The policy.
    pub arn: Arn,
    /// The version that was accepted before.
    pub from: PolicyVersion,
    /// The version that is now; the same one where only the document changed.
    pub to: PolicyVersion,
}

/// Says why a policy could not be taken over.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Obstacle {
    /// A role carries it, and the inventory does not hold it.
    #[error("the inventory does not hold it")]
    Absent,
    /// Its version or document was not read.
    #[error("{0}")]
    Unread(Unread),
    /// Its document is none.
    #[error("malformed: {0}")]
    Malformed(ParseError),
    /// Its document has no normal form.
    #[error("it tests one condition key twice under one operator")]
    NoNormalForm,
}

impl Update {
    /// Tells whether every policy of the account was taken over.
    pub fn is_complete(&self) -> bool {
        self.unread.is_empty() && self.unlisted.is_none()
    }
}

impl Lock {
    /// Accepts the AWS-owned policies under `/aws-service-role/` as an account of this day has them.
    ///
    /// Versions that were seen before stay, with their days. Policies that the account does not
    /// have stay as they are: another account may have them.
    pub fn observe(&mut self, inventory: &Inventory, day: Date) -> Update {
        let mut update = Update {
            unlisted: unlisted(inventory),
            ..Update::default()
        };
        let own =
            |arn: &&Arn| arn.is_linked_policy() && arn.partition() == inventory.partition.as_str();
        let attached = inventory
            .roles
            .iter()
            .filter_map(|role| role.attached.read());
        let mut wanted: BTreeMap<&Arn, Option<&ManagedPolicy>> = attached
            .flatten()
            .filter(own)
            .map(|arn| (arn, None))
            .collect();
        let held = inventory.policies.iter();
        wanted.extend(
            held.filter(|(arn, _)| own(arn))
                .map(|(arn, policy)| (arn, Some(policy))),
        );
        for (arn, policy) in wanted {
            let read = policy.ok_or(Obstacle::Absent).and_then(read);
            match read {
                Ok((version, document)) => {
                    self.accept(inventory, arn, version, &document, day, &mut update);
                }
                Err(obstacle) => update.unread.push((arn.clone(), obstacle)),
            }
        }
        update
    }

    fn accept(
        &mut self,
        inventory: &Inventory,
        arn: &Arn,
        version: PolicyVersion,
        document: &Document,
        day: Date,
        update: &mut Update,
    ) {
        let Some(form) = document.normal_form() else {
            update.unread.push((arn.clone(), Obstacle::NoNormalForm));
            return;
        };
        let digest = Digest::of(&form);
        let policies = self
            .partitions
            .entry(inventory.partition.clone())
            .or_default();
        let known = policies.remove(arn.name());
        let mut versions = BTreeMap::new();
        match known {
            Some(known) => {
                if known.accepted == version && known.form == form {
                    update.unchanged += 1;
                } else {
                    update.changed.push(Changed {
                        arn: arn.clone(),
                        from: known.accepted,
                        to: version,
                    });
                }
                versions = known.versions;
            }
            None => update.added.push(arn.clone()),
        }
        let seen = versions.entry(version).or_insert_with(|| Seen {
            on: day,
            digest: digest.clone(),
        });
        if seen.digest != digest {
            *seen = Seen { on: day, digest };
        }
        let locked = LockedPolicy {
            position: Position { line: 1, column: 1 },
            accepted: version,
            versions,
            document: document.clone(),
            form,
        };
        policies.insert(arn.name().to_owned(), locked);
    }
}

fn read(policy: &ManagedPolicy) -> Result<(PolicyVersion, Document), Obstacle> {
    let unread = |unread: &Unread| Obstacle::Unread(unread.clone());
    let version = match &policy.default_version {
        Observed::Read(version) => *version,
        Observed::NotRead(why) => return Err(unread(why)),
    };
    let text = match &policy.document {
        Observed::Read(text) => DocumentText::as_str(text),
        Observed::NotRead(why) => return Err(unread(why)),
    };
    let document = Document::parse(text, Kind::Identity).map_err(Obstacle::Malformed)?;
    Ok((version, document))
}

/// Tells why the account may have policies that the inventory does not hold.
///
/// They are listed by themselves; where that was denied, through the roles that carry them.
fn unlisted(inventory: &Inventory) -> Option<Unread> {
    let unlisted = inventory.policy_listing.unread()?;
    let roles = inventory.roles.iter();
    let attached = roles.filter_map(|role| role.attached.unread());
    inventory
        .listing
        .unread()
        .into_iter()
        .chain(attached)
        .next()
        .map(|_| unlisted.clone())
}
