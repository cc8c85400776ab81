//! Documents made to be expensive: what they are answered with, and how many steps that takes.
//!
//! Must not know how the comparison works.

use super::direction::{SEARCH_STEPS, Wording, under_both};
use crate::policy::budget::Budget;
use crate::policy::{Difference, Document, Kind, Verdict, compare};

const S3: &str = r#""s3:Get""#;
const ANY: &str = r#""*""#;

fn statement(actions: &str, resources: &str, conditions: &str) -> String {
    format!(
        r#"{{"Effect":"Allow","Action":{actions},"Resource":{resources},"Condition":{conditions}}}"#
    )
}

fn identity(statements: &[String]) -> Document {
    let text = format!(
        r#"{{"Version":"2012-10-17","Statement":[{}]}}"#,
        statements.join(",")
    );
    Document::parse(&text, Kind::Identity).unwrap()
}

fn list(values: impl IntoIterator<Item = String>) -> String {
    let quoted = values.into_iter().map(|value| format!("{value:?}"));
    format!("[{}]", quoted.collect::<Vec<_>>().join(","))
}

/// One statement about the actions.
fn of_actions(actions: impl IntoIterator<Item = String>) -> Document {
    identity(&[statement(&list(actions), ANY, "{}")])
}

/// One statement about the resources.
fn of_resources(resources: impl IntoIterator<Item = String>) -> Document {
    identity(&[statement(S3, &list(resources), "{}")])
}

/// One statement with the values of a key.
fn of_values(operator: &str, values: impl IntoIterator<Item = String>) -> Document {
    let condition = format!(r#"{{"{operator}":{{"k":{}}}}}"#, list(values));
    identity(&[statement(S3, ANY, &condition)])
}

/// One statement for each value, with a key of its own besides.
fn of_conditions(operator: &str, numbers: std::ops::Range<usize>) -> Document {
    let statements = numbers.map(|number| {
        let own = format!(r#"{{"{operator}":{{"k":"*v{number}*"}},"Bool":{{"b{number}":true}}}}"#);
        statement(S3, ANY, &own)
    });
    identity(&statements.collect::<Vec<_>>())
}

fn letter(number: usize) -> char {
    char::from(b"abcdefghijklmnopqrstuvwxyz"[number % 26])
}

fn words(count: usize, from: usize) -> impl Iterator<Item = String> + Clone {
    let word = move |n: usize| [letter(7 * n + from), letter(3 * n), letter(n + from)];
    (0..count).map(move |number| word(number).into_iter().collect())
}

fn tangled(from: usize) -> impl Iterator<Item = String> {
    (0..300).map(move |n| format!("*x{}y?????{}*", letter(n + from), letter(5 * n)))
}

const NOTHING: &str = "nothing";
const WITNESS: &str = "witness";
const BUDGET: &str = "budget";

fn kind(difference: &Difference) -> &'static str {
    match difference {
        Difference::Nothing | Difference::NothingBySegment(_) => NOTHING,
        Difference::Witness(_) => WITNESS,
        Difference::Undecided(_) => BUDGET,
    }
}

/// Checks the answers of both directions, and that those which are decided leave steps.
fn assert_answers(name: &str, one: &Document, other: &Document, expected: [&str; 2]) {
    for ((reference, candidate), expected) in [(one, other), (other, one)].into_iter().zip(expected)
    {
        let budget = Budget::new(SEARCH_STEPS);
        let answer = under_both(Wording::Readable, &[reference], &[candidate], &budget);
        let answer = answer.as_ref().map_or(BUDGET, kind);
        assert_eq!(answer, expected, "{name} took {} steps", budget.spent());
        assert_eq!(budget.check().is_err(), expected == BUDGET, "{name}");
    }
}

#[test]
fn overlapping_patterns_end() {
    let globs = |count, from| words(count, from).map(|word| format!("s3:*{word}*"));
    let each = |count, from| {
        let statements =
            words(count, from).map(|word| statement(&list([format!("s3:*{word}*")]), ANY, "{}"));
        identity(&statements.collect::<Vec<_>>())
    };
    for count in [12, 16, 20] {
        let (one, other) = (of_actions(globs(count, 0)), of_actions(globs(count, 5)));
        assert_answers("in one statement", &one, &other, [WITNESS, WITNESS]);
        let (one, other) = (each(count, 0), each(count, 5));
        assert_answers("in many statements", &one, &other, [BUDGET, BUDGET]);
    }
    let run = "?".repeat(14);
    let questions = |c| of_resources([format!("*{c}{run}"), format!("*x{c}{run}")]);
    assert_answers("`?`", &questions('a'), &questions('b'), [BUDGET, BUDGET]);
    let (one, other) = (of_resources(tangled(0)), of_resources(tangled(3)));
    assert_answers("tangled", &one, &other, [BUDGET, BUDGET]);
}

#[test]
fn long_lists_end() {
    let actions = |ending: &'static str| {
        of_actions((0..4_000).map(move |n| format!("service{}:Describe{n}{ending}", n % 90)))
    };
    let literals = actions("");
    assert_answers("literals", &literals, &actions("X"), [WITNESS, WITNESS]);
    assert_answers("wildcards", &literals, &actions("*"), [WITNESS, NOTHING]);
    let starred = of_actions((0..4_000).map(|n| format!("*:*{n}*")));
    assert_answers("starred", &literals, &starred, [BUDGET, BUDGET]);
}

#[test]
fn many_conditions_end() {
    for count in [200, 2_000] {
        let accounts = |from| {
            of_values(
                "StringEquals",
                (from..from + count).map(|n| format!("{n:012}")),
            )
        };
        assert_answers("accounts", &accounts(0), &accounts(7), [WITNESS, WITNESS]);
    }
    for count in [200, 2_000] {
        let typed = |operator, spell: fn(usize) -> String| {
            move |from: usize| of_values(operator, (from..from + count).map(spell))
        };
        let ranges = typed("IpAddress", |n| format!("10.{}.{}.0/24", n / 256, n % 256));
        assert_answers("ranges", &ranges(0), &ranges(7), [WITNESS, WITNESS]);
        let numbers = typed("NumericEquals", |n| n.to_string());
        assert_answers("numbers", &numbers(0), &numbers(7), [WITNESS, WITNESS]);
        let dates = typed("DateEquals", |n| (100_000 + n).to_string());
        assert_answers("dates", &dates(0), &dates(7), [WITNESS, WITNESS]);
        let before = typed("DateLessThan", |n| (100_000 + n).to_string());
        assert_answers("days", &before(0), &before(7), [WITNESS, NOTHING]);
    }
    let (one, other) = (
        of_conditions("StringLike", 0..300),
        of_conditions("StringLike", 1..301),
    );
    assert_answers("statements", &one, &other, [WITNESS, WITNESS]);
}

#[test]
fn long_patterns_end() {
    for (count, expected) in [(200, WITNESS), (5_000, WITNESS), (75_000, BUDGET)] {
        let stars = format!("arn:aws:s3:::{}", "*a".repeat(count));
        let (one, other) = (stars.clone(), format!("{stars}*b"));
        let (one, other) = (of_resources([one]), of_resources([other]));
        assert_answers("stars", &one, &other, [expected, expected]);
    }
    let run = |last| of_resources([format!("*{}{last}", "a".repeat(5_000))]);
    assert_answers("a run", &run('b'), &run('?'), [BUDGET, NOTHING]);
    let opened = of_resources(["${a,b".repeat(2_000)]);
    let closed = of_resources(["${a,b".repeat(2_000) + "}"]);
    assert_answers("variables", &opened, &closed, [WITNESS, WITNESS]);
    let digits = |start: &str, c: &str| {
        of_values(
            "NumericLessThan",
            [start.to_owned() + &c.repeat(75_000), "-5".to_owned()],
        )
    };
    let (one, other) = (digits("", "1"), digits("", "9"));
    assert_answers("digits", &one, &other, [WITNESS, NOTHING]);
    let (one, other) = (digits("0.", "1"), digits("0.", "2"));
    assert_answers("places", &one, &other, [WITNESS, NOTHING]);
}

#[test]
fn many_statements_are_equal_to_themselves() {
    for own in [
        (0..2_000)
            .map(|n| statement(&list([format!("s3:*{n}*")]), ANY, "{}"))
            .collect::<Vec<_>>(),
        (0..2_000)
            .map(|n| statement(S3, &list([format!("*b{n}*")]), "{}"))
            .collect(),
    ] {
        let document = identity(&own);
        assert_eq!(compare(&[&document], &[&document]).verdict, Verdict::Equal);
    }
}
