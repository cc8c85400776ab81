//! What the comparison answers against the point evaluator.

use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use roledrift::policy::{
    Decision, Difference, Document, Reading, Reason, Request, compare, evaluate_under, new_access,
    new_access_under,
};

use crate::edits::pair;
use crate::requests::{Dice, Neighbourhood};
use crate::{cases, parse};

const READINGS: [Reading; 2] = [Reading::WholeText, Reading::BySegment];

fn is_new(reading: Reading, reference: &Document, candidate: &Document, request: &Request) -> bool {
    let allows = |document| {
        let decision = evaluate_under(reading, &[document], request);
        matches!(decision, Decision::Allowed(_))
    };
    allows(candidate) && !allows(reference)
}

proptest! {
    #![proptest_config(cases(600))]

    #[test]
    fn requests_never_contradict_an_answer(
        (kind, reference, candidate) in pair(),
        rolls in proptest::collection::vec(any::<u16>(), 499),
    ) {
        let near = Neighbourhood::of([&reference, &candidate]);
        let (reference, candidate) = (parse(&reference, kind), parse(&candidate, kind));
        for reading in READINGS {
            let is_new = |request: &Request| is_new(reading, &reference, &candidate, request);
            let answer = new_access_under(reading, &[&reference], &[&candidate]);
            if answer == Difference::Nothing {
                let mut dice = Dice::new(&rolls);
                for request in std::iter::repeat_with(|| near.request(&mut dice)).take(60) {
                    prop_assert!(!is_new(&request), "{}", request);
                }
            }
            if let Difference::Witness(witness) = &answer {
                prop_assert!(is_new(&witness.request), "{}", witness.request);
            }
        }
        let answer = new_access(&[&reference], &[&candidate]);
        if let Difference::Witness(witness) | Difference::NothingBySegment(witness) = &answer {
            let stands = READINGS.map(|reading| is_new(reading, &reference, &candidate, &witness.request));
            let said = READINGS.map(|reading| witness.reading.is_none_or(|only| only == reading));
            prop_assert_eq!(stands, said);
            let by_segment = matches!(answer, Difference::Witness(_));
            prop_assert_eq!(is_new(Reading::BySegment, &reference, &candidate, &witness.request), by_segment);
            let reading = witness.reading.unwrap_or(Reading::BySegment);
            let decision = evaluate_under(reading, &[&candidate], &witness.request);
            prop_assert_eq!(decision, Decision::Allowed(witness.allowed_by));
        }
    }
}

/// Counts what is left undecided, which `--nocapture` prints: at most one direction in twenty, and never for a bug.
#[test]
fn little_is_left_undecided() {
    let mut runner = TestRunner::new(cases(300));
    let mut counts: BTreeMap<&str, u32> = BTreeMap::new();
    for _ in 0..runner.config().cases {
        let (kind, one, other) = pair().new_tree(&mut runner).unwrap().current();
        let comparison = compare(&[&parse(&one, kind)], &[&parse(&other, kind)]);
        for difference in [comparison.gained, comparison.lost] {
            *counts.entry(named(&difference)).or_default() += 1;
        }
    }
    let total: u32 = counts.values().sum();
    eprintln!("{total} directions: {counts:#?}");
    let undecided = counts
        .iter()
        .filter(|(name, _)| name.starts_with("undecided"));
    assert!(undecided.map(|(_, count)| count).sum::<u32>() <= total / 20);
    assert!(!counts.contains_key("undecided: internal"));
}

fn named(difference: &Difference) -> &'static str {
    if let Difference::Undecided(reason) = difference {
        return match reason {
            Reason::Unsettled(_) => "undecided: unsettled",
            Reason::Variable(_) => "undecided: variable",
            Reason::Reading => "undecided: reading",
            Reason::Budget => "undecided: budget",
            Reason::Internal(_) => "undecided: internal",
        };
    }
    if matches!(difference, Difference::Witness(_)) {
        "a witness"
    } else {
        "nothing new"
    }
}
