//! "Allows nothing new" is an order, and adding a statement moves a policy in a known direction of it.

use proptest::prelude::*;
use roledrift::policy::{Difference, Kind, new_access};

use crate::edits::edited;
use crate::generate::{any_policy, kind, policy, statement};
use crate::model::{Policy, Statement};
use crate::{cases, parse};

fn new(kind: Kind, reference: &Policy, candidate: &Policy) -> Difference {
    new_access(&[&parse(reference, kind)], &[&parse(candidate, kind)])
}

fn policy_and_statement() -> impl Strategy<Value = (Kind, Policy, Statement)> {
    kind().prop_flat_map(|kind| (Just(kind), policy(kind), statement(kind)))
}

/// Three policies, each near the one before it.
fn chain() -> impl Strategy<Value = (Kind, [Policy; 3])> {
    any_policy().prop_flat_map(|(kind, first)| {
        let second = edited(kind, first.clone());
        second.prop_flat_map(move |second| {
            let first = first.clone();
            let third = edited(kind, second.clone());
            (
                Just(kind),
                third.prop_map(move |third| [first.clone(), second.clone(), third]),
            )
        })
    })
}

proptest! {
    #![proptest_config(cases(2_000))]

    #[test]
    fn another_allow_takes_nothing_away((kind, policy, more) in policy_and_statement()) {
        let wider = policy.and(&[Statement { effect: "Allow", ..more }]);
        prop_assert_eq!(new(kind, &wider, &policy), Difference::Nothing);
    }

    #[test]
    fn another_deny_allows_nothing_new((kind, policy, more) in policy_and_statement()) {
        let narrower = policy.and(&[Statement { effect: "Deny", ..more }]);
        prop_assert_eq!(new(kind, &policy, &narrower), Difference::Nothing);
    }
}

proptest! {
    #![proptest_config(cases(300))]

    #[test]
    fn nothing_new_carries_over((kind, policies) in chain()) {
        let among = |a: usize, b: usize| new(kind, &policies[a], &policies[b]);
        for [a, b, c] in [[0, 1, 2], [2, 1, 0]] {
            if among(a, b) == Difference::Nothing && among(b, c) == Difference::Nothing {
                let over = among(a, c);
                prop_assert!(!matches!(over, Difference::Witness(_)), "{:?}", over);
            }
        }
    }
}
