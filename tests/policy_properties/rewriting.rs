//! Ways to write the same policy differently: none changes what it allows.

use proptest::prelude::*;
use proptest::sample::Index;
use roledrift::policy::{Comparison, Kind, Reason, Verdict, compare};

use crate::edits::pair;
use crate::generate::{any_policy, any_statement};
use crate::model::{Policy, Statement};
use crate::{cases, parse};

fn verdict(kind: Kind, one: &Policy, other: &Policy) -> Verdict {
    compare(&[&parse(one, kind)], &[&parse(other, kind)]).verdict
}

/// Divides a statement into one for each of the values of one list.
fn divided(statement: &Statement, at: Index) -> Vec<Statement> {
    let mut whole = statement.clone();
    let lists = whole.alternatives().len();
    if lists == 0 {
        return vec![whole];
    }
    let list = at.index(lists);
    let values = whole.alternatives()[list].clone();
    let part = |value: String| {
        let mut part = whole.clone();
        *part.alternatives()[list] = vec![value];
        part
    };
    values.into_iter().map(part).collect()
}

fn shuffled(policy: &Policy) -> Policy {
    let mut statements = policy.statements.clone();
    statements.reverse();
    for list in statements.iter_mut().flat_map(Statement::lists) {
        list.reverse();
        list.extend(list.first().cloned());
    }
    policy.with(statements)
}

/// Equal, or undecided where a variable or a key of several types is divided; many parts can be too much work.
fn is_same(verdict: Verdict) -> bool {
    matches!(
        verdict,
        Verdict::Equal
            | Verdict::Undecided(Reason::Variable(_) | Reason::Unsettled(_) | Reason::Budget)
    )
}

/// The verdict without the statement that an undecided one points to.
fn outline(comparison: &Comparison) -> String {
    match comparison.verdict {
        Verdict::Undecided(_) => "Undecided".to_owned(),
        verdict => format!("{verdict:?}"),
    }
}

proptest! {
    #![proptest_config(cases(2_500))]

    #[test]
    fn a_policy_is_equal_to_itself((kind, policy) in any_policy()) {
        prop_assert_eq!(verdict(kind, &policy, &policy), Verdict::Equal);
    }

    /// Read from right to left, this is the merging of statements that differ in one list.
    #[test]
    fn a_statement_can_be_divided((kind, statement) in any_statement(), at: Index, version: bool) {
        let statement = Statement { effect: "Allow", ..statement };
        let version = if version { "2012-10-17" } else { "2008-10-17" };
        let whole = Policy { version, statements: vec![statement.clone()] };
        let parts = whole.with(divided(&statement, at));
        let verdict = verdict(kind, &whole, &parts);
        prop_assert!(is_same(verdict), "{:?}", verdict);
    }
}

proptest! {
    #![proptest_config(cases(500))]

    #[test]
    fn division_within_a_policy_changes_nothing((kind, policy) in any_policy(), at: Index) {
        let parts = policy.statements.iter().flat_map(|own| divided(own, at));
        let parts = policy.with(parts.collect());
        let verdict = verdict(kind, &policy, &parts);
        prop_assert!(is_same(verdict), "{:?}", verdict);
    }
}

// Two policies near each other ask for many times the work.
proptest! {
    #![proptest_config(cases(150))]

    #[test]
    fn order_and_repetition_change_nothing((kind, one, other) in pair()) {
        let again = shuffled(&one).and(&one.statements);
        let [one, again, other] = [&one, &again, &other].map(|policy| parse(policy, kind));
        prop_assert_eq!(compare(&[&one], &[&again]).verdict, Verdict::Equal);
        prop_assert_eq!(
            outline(&compare(&[&one], &[&other])),
            outline(&compare(&[&again], &[&other]))
        );
    }

    #[test]
    fn documents_can_be_joined_and_parted((kind, one, other) in pair()) {
        let parts: Vec<_> = one.statements.iter().map(|own| parse(&one.with(vec![own.clone()]), kind)).collect();
        let parts: Vec<_> = parts.iter().collect();
        let (one, other) = (parse(&one, kind), parse(&other, kind));
        prop_assert_eq!(compare(&[&one], &parts).verdict, Verdict::Equal);
        prop_assert_eq!(
            outline(&compare(&[&one], &[&other])),
            outline(&compare(&parts, &[&other]))
        );
    }

    #[test]
    fn swapping_sides_swaps_gained_and_lost((kind, one, other) in pair()) {
        let (one, other) = (parse(&one, kind), parse(&other, kind));
        let (forth, back) = (compare(&[&one], &[&other]), compare(&[&other], &[&one]));
        prop_assert_eq!(&forth.gained, &back.lost);
        prop_assert_eq!(&forth.lost, &back.gained);
    }
}
