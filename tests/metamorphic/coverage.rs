//! What was not read turns answers into "not decided", and into nothing else.

use proptest::prelude::*;
use roledrift::audit::{Reach, Selection, Status, audit};
use roledrift::inventory::{Inventory, Observed, Unread, UnreadReason};

use super::recipe::recipes;
use super::support::baselines;
use super::{cases, findings, named};

/// Visits every fact of an inventory in a fixed order, and takes those away that are chosen.
struct Eraser<'c> {
    chosen: &'c dyn Fn(usize) -> bool,
    seen: usize,
}

impl Eraser<'_> {
    fn fact<T>(&mut self, fact: &mut Observed<T>) {
        if (self.chosen)(self.seen) {
            *fact = Observed::NotRead(Unread {
                reason: UnreadReason::Denied,
                operation: "x:Read".to_owned(),
                message: String::new(),
            });
        }
        self.seen += 1;
    }

    /// Visits what lies inside before the fact that holds it.
    fn inventory(&mut self, inventory: &mut Inventory) {
        for role in &mut inventory.roles {
            self.fact(&mut role.trust);
            self.fact(&mut role.attached);
            if let Observed::Read(policies) = &mut role.inline {
                for policy in policies {
                    self.fact(&mut policy.document);
                }
            }
            self.fact(&mut role.inline);
            self.fact(&mut role.description);
            self.fact(&mut role.max_session_seconds);
            self.fact(&mut role.boundary);
            self.fact(&mut role.tags);
            self.fact(&mut role.last_use);
        }
        for policy in inventory.policies.values_mut() {
            self.fact(&mut policy.default_version);
            self.fact(&mut policy.document);
            if let Some(carriers) = &mut policy.carriers {
                self.fact(carriers);
            }
        }
        self.owners(inventory);
        self.fact(&mut inventory.listing);
        self.fact(&mut inventory.policy_listing);
    }

    fn owners(&mut self, inventory: &mut Inventory) {
        let owners = &mut inventory.owners;
        for region in owners.regions.values_mut() {
            if let Observed::Read(domains) = &mut region.domains {
                for domain in domains {
                    self.fact(&mut domain.settings);
                }
            }
            self.fact(&mut region.domains);
            if let Observed::Read(instances) = &mut region.instances {
                for instance in instances {
                    instance
                        .storage
                        .values_mut()
                        .for_each(|fact| self.fact(fact));
                    self.fact(&mut instance.bots);
                    self.fact(&mut instance.integrations);
                    instance
                        .switches
                        .values_mut()
                        .for_each(|fact| self.fact(fact));
                    self.fact(&mut instance.domains);
                    for campaigns in instance.campaigns.values_mut() {
                        if let Observed::Read(Some(campaigns)) = campaigns {
                            self.fact(&mut campaigns.onboarding);
                            self.fact(&mut campaigns.integrations);
                            self.fact(&mut campaigns.campaigns);
                        }
                        self.fact(campaigns);
                    }
                }
            }
            self.fact(&mut region.instances);
        }
        if owners.listing.read().is_some() {
            self.fact(&mut owners.listing);
        }
    }
}

/// Takes facts away; returns how many there were.
fn erase(inventory: &mut Inventory, chosen: &dyn Fn(usize) -> bool) -> usize {
    let mut eraser = Eraser { chosen, seen: 0 };
    eraser.inventory(inventory);
    eraser.seen
}

proptest! {
    #![proptest_config(cases(350))]

    #[test]
    fn reading_less_decides_less_and_claims_nothing_else(
        recipe in recipes(),
        places in proptest::collection::vec(any::<proptest::sample::Index>(), 1..5),
    ) {
        let account = recipe.account();
        let locked = recipe.lock().map(|lock| baselines().clone().with_lock(lock));
        let by = locked.as_ref().unwrap_or_else(|| baselines());
        let facts = erase(&mut account.0.clone(), &|_| false);
        let places: Vec<usize> = places.iter().map(|place| place.index(facts)).collect();
        let mut less = account.clone();
        erase(&mut less.0, &|place| places.contains(&place));
        let before = audit(&account.0, by, &Selection::default());
        let after = audit(&less.0, by, &Selection::default());

        for (known, found) in before.roles.iter().zip(&after.roles) {
            prop_assert_eq!(&known.arn, &found.arn);
            let is_same = known.status == found.status;
            prop_assert!(
                is_same || found.status == Status::Inconclusive,
                "{:?} became {:?}", known, found
            );
        }
        let (known, found) = (findings(&before), findings(&after));
        let new: Vec<_> = found.iter()
            .filter(|(id, own)| !known.contains_key(*id) && own.rule.id != "unread-input")
            .map(|(_, own)| *own)
            .collect();
        prop_assert!(new.is_empty(), "claimed without reading: {:#?}", named(new));
        let reach = Reach::of(&after);
        let lost: Vec<_> = known.iter()
            .filter(|(id, own)| {
                !found.contains_key(*id) && reach.decides(own.rule.id, &own.resource)
            })
            .map(|(_, own)| *own)
            .collect();
        prop_assert!(lost.is_empty(), "lost without a gap: {:#?}", named(lost));
        // A role of which something is not read is complete only where no rule needed it.
        prop_assert!(before.is_complete() || !after.is_complete());
    }
}
