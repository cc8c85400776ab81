//! Every report format: what it carries, what it says about what was not read, its limits, and what
//! hostile text does to it.

#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a failed unwrap is a failed test"
)]

#[path = "../support/mod.rs"]
mod support;

mod command;
mod content;
mod dossiers;
mod hostile;
mod html;
mod limits;
mod locations;
mod marks;
mod organization;

use roledrift::audit::Audit;
use roledrift::inventory::Inventory;
use roledrift::report::{Format, Report, render};

/// Every format but the terminal's, which has tests of its own.
const MACHINE: [Format; 10] = [
    Format::Json,
    Format::Ndjson,
    Format::Sarif,
    Format::Ocsf,
    Format::Asff,
    Format::Junit,
    Format::Csv,
    Format::Markdown,
    Format::Github,
    Format::Html,
];

fn report(inventory: &Inventory, audit: Audit) -> Report {
    Report::new(audit, inventory.coverage())
}

fn rendered(report: &Report, format: Format) -> String {
    let mut text = Vec::new();
    render(report, format, &mut text).unwrap();
    String::from_utf8(text).unwrap()
}

/// Undoes a format's own encoding: what a reader of the format sees.
fn decoded(text: &str, format: Format) -> String {
    match format {
        Format::Json | Format::Sarif | Format::Ocsf | Format::Asff => {
            strings(&serde_json::from_str(text).unwrap())
        }
        Format::Ndjson => text
            .lines()
            .map(|line| strings(&serde_json::from_str(line).unwrap()))
            .collect(),
        Format::Junit => decode_xml(text),
        Format::Csv => records(text)
            .iter()
            .flatten()
            .flat_map(|cell| [cell.strip_prefix('\'').unwrap_or(cell), "\n"])
            .collect(),
        Format::Markdown => decode_markdown(text),
        Format::Github => text
            .replace("%0A", "\n")
            .replace("%3A", ":")
            .replace("%2C", ",")
            .replace("%25", "%"),
        Format::Html => html::decoded(text),
        Format::Terminal => text.to_owned(),
    }
}

fn strings(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::Object(members) => members.values().map(strings).collect(),
        serde_json::Value::Array(items) => items.iter().map(strings).collect(),
        serde_json::Value::String(text) => format!("{text}\n"),
        other => format!("{other}\n"),
    }
}

fn records(text: &str) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .from_reader(text.as_bytes());
    reader
        .records()
        .map(|record| record.unwrap().iter().map(ToOwned::to_owned).collect())
        .collect()
}

fn decode_xml(text: &str) -> String {
    [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&apos;", "'"),
        ("&amp;", "&"),
    ]
    .iter()
    .fold(text.to_owned(), |text, (entity, character)| {
        text.replace(entity, character)
    })
}

fn decode_markdown(text: &str) -> String {
    let text = [
        ("<span>", ""),
        ("</span>", ""),
        ("&#58;", ":"),
        ("&#35;", "#"),
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&amp;", "&"),
    ]
    .iter()
    .fold(text.to_owned(), |text, (entity, character)| {
        text.replace(entity, character)
    });
    let mut plain = String::new();
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        if character == '\\' && characters.peek().is_some_and(char::is_ascii_punctuation) {
            plain.extend(characters.next());
        } else {
            plain.push(character);
        }
    }
    plain
}
