//! `docs/seeds.md` maps every statement of AWS's pages to something that exists.

#![allow(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a failed unwrap is a failed test"
)]

mod support;

use std::collections::{BTreeMap, BTreeSet};

use roledrift::audit::{Group, all, by_id};
use roledrift::baselines::Feature;

const PAGE: &str = include_str!("../docs/seeds.md");
const SEEDS: [&str; 5] = ["000", "001", "002", "003", "004"];

/// Returns the cells of every table row below a heading.
fn table(heading: &str) -> Vec<Vec<&'static str>> {
    let section = PAGE
        .split("\n## ")
        .find(|text| text.starts_with(heading))
        .unwrap();
    let rows = section.lines().filter(|line| line.starts_with('|')).skip(2);
    rows.map(|row| row.trim_matches('|').split(" | ").map(str::trim).collect())
        .collect()
}

/// Returns the references of a cell: kind and name.
fn references(cell: &str) -> Vec<(&str, &str)> {
    let quoted = cell.split('`').skip(1).step_by(2);
    quoted.filter_map(|text| text.split_once(':')).collect()
}

fn features() -> BTreeMap<String, Feature> {
    let baselines = support::baselines();
    let families = baselines.families().iter().flat_map(|family| {
        let features = family.features.iter().flatten();
        features.map(|feature| (format!("{}/{}", family.id, feature.id), feature.clone()))
    });
    families.collect()
}

fn check(cell: &str) {
    let baselines = support::baselines();
    for (kind, name) in references(cell) {
        let exists = match kind {
            "rule" => by_id(name).is_some(),
            "feature" => features().contains_key(name),
            "family" => baselines.families().iter().any(|family| family.id == name),
            _ => false,
        };
        assert!(exists, "{kind}:{name}");
    }
}

#[test]
fn every_statement_is_checked_by_something_that_exists_or_says_why_not() {
    for row in table("Statements") {
        let [seed, about, says, checked_by] = row[..] else {
            unreachable!("{row:?}")
        };
        assert!(SEEDS.contains(&seed), "{row:?}");
        let kinds = ["permission", "trust", "name", "lifecycle", "region"];
        assert!(kinds.contains(&about) && !says.is_empty(), "{row:?}");
        match checked_by.strip_prefix("not checked: ") {
            Some(reason) => assert!(reason.len() > 10, "{row:?}"),
            None => assert!(!references(checked_by).is_empty(), "{row:?}"),
        }
        check(checked_by);
    }
}

#[test]
fn every_page_and_every_kind_of_statement_is_covered() {
    let pages = table("Pages");
    let seeds: Vec<&str> = pages.iter().map(|row| row[0]).collect();
    assert_eq!(seeds, SEEDS);
    for page in &pages {
        assert!(
            page[1].starts_with("<https://docs.aws.amazon.com/connect/"),
            "{page:?}"
        );
    }
    let rows = table("Statements");
    for seed in SEEDS {
        for about in ["permission", "trust", "name", "lifecycle", "region"] {
            assert!(
                rows.iter().any(|row| row[0] == seed && row[1] == about),
                "{seed}: {about}"
            );
        }
    }
}

#[test]
fn every_rule_about_resources_and_lifecycle_rests_on_a_statement() {
    let rows = table("Statements");
    let named: BTreeSet<&str> = rows
        .iter()
        .flat_map(|row| references(row[3]))
        .filter(|(kind, _)| *kind == "rule")
        .map(|(_, name)| name)
        .collect();
    for rule in all() {
        if matches!(rule.group, Group::Resources | Group::Lifecycle) {
            assert!(named.contains(rule.id), "{}", rule.id);
        }
    }
}

#[test]
fn every_feature_with_an_evidenced_template_rests_on_a_statement_or_an_observation() {
    let cells = table("Statements").into_iter().map(|row| row[3]);
    let cells = cells.chain(table("Seen in real accounts").into_iter().map(|row| row[3]));
    let named: BTreeSet<String> = cells
        .flat_map(references)
        .filter(|(kind, _)| *kind == "feature")
        .map(|(_, name)| name.to_owned())
        .collect();
    // Templates for what the five pages do not name; each says where it comes from.
    let beyond = ["connect/contact-analysis-streams", "connect/lex-v2-bots"];
    for id in features().keys() {
        assert!(named.contains(id) || beyond.contains(&id.as_str()), "{id}");
    }
}

#[test]
fn the_table_of_what_features_need_is_what_their_templates_say() {
    let rows = table("What a feature cannot work without");
    let told: BTreeSet<&str> = rows
        .iter()
        .flat_map(|row| references(row[0]))
        .map(|(_, name)| name)
        .collect();
    let features = features();
    let needing = features
        .iter()
        .filter(|(_, feature)| !feature.needs.is_empty());
    let needing: BTreeSet<&str> = needing.map(|(id, _)| id.as_str()).collect();
    assert_eq!(told, needing);
}
