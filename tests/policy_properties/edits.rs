//! Small edits of a policy: two policies that differ in one place ask harder questions than two strangers.

use proptest::prelude::*;
use proptest::sample::Index;
use roledrift::policy::Kind;

use crate::generate::{policy, statement};
use crate::model::{Policy, Statement};

/// A change of one place, which is given by indices.
#[derive(Debug, Clone)]
enum Edit {
    Remove,
    Add(Statement),
    Replace(Statement),
    FlipEffect,
    RemoveValue(Index),
    TakeActions(Statement),
    TakeResources(Statement),
    TakeConditions(Statement),
    RemoveCondition(Index),
}

fn edit(kind: Kind) -> impl Strategy<Value = (Edit, Index)> {
    let own = || statement(kind);
    let edit = prop_oneof![
        1 => Just(Edit::Remove),
        1 => own().prop_map(Edit::Add),
        1 => own().prop_map(Edit::Replace),
        1 => Just(Edit::FlipEffect),
        3 => any::<Index>().prop_map(Edit::RemoveValue),
        1 => own().prop_map(Edit::TakeActions),
        1 => own().prop_map(Edit::TakeResources),
        2 => own().prop_map(Edit::TakeConditions),
        2 => any::<Index>().prop_map(Edit::RemoveCondition),
    ];
    (edit, any::<Index>())
}

fn apply(policy: &Policy, edit: Edit, at: Index) -> Policy {
    let mut statements = policy.statements.clone();
    let place = at.index(statements.len());
    let own = &mut statements[place];
    match edit {
        Edit::Remove if policy.statements.len() > 1 => drop(statements.remove(place)),
        Edit::Remove => {}
        Edit::Add(statement) => statements.push(statement),
        Edit::Replace(statement) => *own = statement,
        Edit::FlipEffect => {
            own.effect = if own.effect == "Allow" {
                "Deny"
            } else {
                "Allow"
            };
        }
        Edit::RemoveValue(index) => {
            let mut lists: Vec<_> = own.lists().into_iter().filter(|l| l.len() > 1).collect();
            if !lists.is_empty() {
                let list = index.index(lists.len());
                let place = index.index(lists[list].len());
                lists[list].remove(place);
            }
        }
        Edit::TakeActions(other) => own.actions = other.actions,
        Edit::TakeResources(other) => own.resources = other.resources,
        Edit::TakeConditions(other) => own.conditions = other.conditions,
        Edit::RemoveCondition(index) => {
            if !own.conditions.is_empty() {
                own.conditions.remove(index.index(own.conditions.len()));
            }
        }
    }
    policy.with(statements)
}

/// A policy with one or two edits.
pub(crate) fn edited(kind: Kind, policy: Policy) -> impl Strategy<Value = Policy> {
    proptest::collection::vec(edit(kind), 1..3).prop_map(move |edits| {
        edits
            .into_iter()
            .fold(policy.clone(), |policy, (edit, at)| {
                apply(&policy, edit, at)
            })
    })
}

/// Two policies of one kind, near each other as a rule.
pub(crate) fn pair() -> impl Strategy<Value = (Kind, Policy, Policy)> {
    crate::generate::any_policy().prop_flat_map(|(kind, one)| {
        let near = edited(kind, one.clone());
        let other = prop_oneof![2 => near.boxed(), 1 => policy(kind).boxed()];
        (Just(kind), Just(one), other)
    })
}
