//! Waiving a finding hides no count: what is found is what is waived and what is not, everywhere.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use proptest::prelude::*;
use roledrift::report::organization::AccountSummary;
use roledrift::report::{Format, Report, render};
use roledrift::waivers::{Entry, Waivers};
use serde_json::Value;

use super::recipe::recipes;
use super::{cases, findings};

const FILE: &str = "roledrift.toml";

#[derive(serde::Deserialize)]
struct Tables {
    #[serde(default)]
    waiver: Vec<Entry>,
}

fn waivers(rules: &[(&str, &str, bool)]) -> Waivers {
    let mut text = String::new();
    for (rule, resource, is_past) in rules {
        let expires = if *is_past { "2026-01-01" } else { "2030-01-01" };
        let _ = writeln!(
            text,
            "[[waiver]]\nrule = \"{rule}\"\nresource = \"{resource}\"\n\
             reason = \"r\"\nowner = \"o\"\nexpires = {expires}"
        );
    }
    let tables: Tables = toml::from_str(&text).unwrap();
    Waivers::new(FILE, &text, tables.waiver).unwrap()
}

fn shown(report: &Report, format: Format) -> String {
    let mut text = Vec::new();
    render(report, format, &mut text).unwrap();
    String::from_utf8(text).unwrap()
}

fn sum(counts: &Value) -> u64 {
    counts
        .as_object()
        .unwrap()
        .values()
        .map(|count| count.as_u64().unwrap())
        .sum()
}

proptest! {
    #![proptest_config(cases(100))]

    #[test]
    fn what_is_waived_is_counted(
        recipe in recipes(),
        picks in proptest::collection::btree_map(0_usize..40, any::<[bool; 2]>(), 0..12),
    ) {
        let account = recipe.account();
        let before = account.audit();
        let rules: Vec<&str> = roledrift::audit::all().iter()
            .map(|rule| rule.id)
            .filter(|id| !id.ends_with("-waiver"))
            .collect();
        let chosen: Vec<(&str, &str, bool)> = picks.iter()
            .filter_map(|(place, [everywhere, is_past])| {
                let resource = if *everywhere { "arn:*" } else { "arn:aws:iam::*:role/aws-service-role/*" };
                Some((*rules.get(*place)?, resource, *is_past))
            })
            .collect();
        let mut report = Report::new(before.clone(), account.0.coverage());
        let now = "2026-11-02T06:00:00Z".parse().unwrap();
        report.waived = waivers(&chosen).apply(&mut report.audit, now);

        // Every finding is still there, and beside them only what is said of waivers.
        let (known, found) = (findings(&before), findings(&report.audit));
        prop_assert!(known.keys().all(|id| found.contains_key(id)));
        let more = found.iter().filter(|(id, _)| !known.contains_key(*id));
        prop_assert!(more.into_iter().all(|(_, own)| own.rule.id.ends_with("-waiver")));
        prop_assert_eq!(format!("{:?}", before.roles), format!("{:?}", report.audit.roles));
        prop_assert_eq!(before.is_complete(), report.audit.is_complete());

        let all = report.audit.findings.len();
        let waived = report.waived_count();
        prop_assert_eq!(report.unwaived().count() + waived, all);
        let json: Value = serde_json::from_str(&shown(&report, Format::Json)).unwrap();
        let (all, waived) = (all as u64, waived as u64);
        prop_assert_eq!(sum(&json["summary"]["findings"]), all);
        prop_assert_eq!(json["summary"]["waived"].as_u64(), Some(waived));
        let listed = json["findings"].as_array().unwrap();
        prop_assert_eq!(listed.len() as u64, all);
        let marked = listed.iter().filter(|own| !own["waiver"].is_null()).count();
        prop_assert_eq!(marked as u64, waived);
        let lines = shown(&report, Format::Ndjson);
        let last: Value = serde_json::from_str(lines.lines().last().unwrap()).unwrap();
        prop_assert_eq!(sum(&last["findings"]), all);
        prop_assert_eq!(last["waived"].as_u64(), Some(waived));
        let kept = AccountSummary::of(&report, None);
        let count = |counts: &BTreeMap<String, usize>| counts.values().sum::<usize>() as u64;
        prop_assert_eq!(count(&kept.findings), all);
        prop_assert_eq!(count(&kept.unwaived) + waived, all);
        let rows = shown(&report, Format::Csv);
        let rows = rows.lines().filter(|row| row.trim_start_matches('"').starts_with("finding"));
        prop_assert_eq!(rows.count() as u64, all);
        for format in [Format::Terminal, Format::Markdown] {
            let text = shown(&report, format);
            let told = [format!("{waived} waived"), format!("waived: {waived}")];
            let is_told = told.iter().any(|told| text.contains(told));
            prop_assert!(is_told || waived == 0, "{:?}: {}", format, text);
        }
    }
}
