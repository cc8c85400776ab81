//! The parser, the point evaluator and the comparison on whatever text there is.
//!
//! An input is a policy document, or two parted by a line `---`.
//! libFuzzer stops where something panics, takes too long or takes too much memory; the rest is asserted here.
#![no_main]

mod mutate;

use libfuzzer_sys::{fuzz_mutator, fuzz_target};
use roledrift::policy::{
    Decision, Difference, Document, Kind, Reading, Reason, Verdict, compare, evaluate_under,
};

/// What parts two documents.
const PART: &str = "\n---\n";

/// Up to this many bytes, a document is never too much work to be seen to be equal to itself.
const SMALL: usize = 1_000;

fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    mutate::mutate(data, size, max_size, seed)
});

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    let (one, other) = text.split_once(PART).unwrap_or((&text, ""));
    let (one, other) = (parse(one), parse(other));
    for (document, length) in one.iter().chain(&other) {
        let verdict = compare(&[document], &[document]).verdict;
        let is_too_much = *length > SMALL && verdict == Verdict::Undecided(Reason::Budget);
        assert!(verdict == Verdict::Equal || is_too_much, "{verdict:?}");
    }
    if let (Some((one, _)), Some((other, _))) = (one, other) {
        let comparison = compare(&[&one], &[&other]);
        check(&one, &other, &comparison.gained);
        check(&other, &one, &comparison.lost);
    }
});

/// Parses a text as every kind of document; at most one fits.
fn parse(text: &str) -> Option<(Document, usize)> {
    let kinds = [Kind::Identity, Kind::Trust, Kind::Resource];
    let documents = kinds.map(|kind| Document::parse(text, kind).ok());
    let document = documents.into_iter().flatten().next()?;
    Some((document, text.len()))
}

fn check(reference: &Document, candidate: &Document, difference: &Difference) {
    if let Difference::Witness(witness) = difference {
        let decide = |document| evaluate_under(Reading::BySegment, &[document], &witness.request);
        assert!(matches!(decide(candidate), Decision::Allowed(_)));
        assert!(!matches!(decide(reference), Decision::Allowed(_)));
    }
    if let Difference::Undecided(reason) = difference {
        assert!(!matches!(reason, Reason::Internal(_)), "{reason}");
    }
}
