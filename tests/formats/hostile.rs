//! Text of strangers: it breaks out of no format, and none loses it.

use std::sync::LazyLock;

use roledrift::inventory::{Observed, Unread, UnreadReason};
use roledrift::report::{Format, Report};

use crate::support::{Account, CAMPAIGNS, CONNECT, read};
use crate::{MACHINE, decoded, records, rendered, report};

/// Texts that mean something to somebody who shows them.
pub(crate) const HOSTILE: [&str; 16] = [
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "\u{1b}[2J\u{1b}]0;x\u{7}\u{9b}31m\u{7f}\u{0}",
    "\u{202e}gnp.exe\u{2066}\u{200b}\u{2028}\u{feff}",
    "=cmd|'/C calc'!A0",
    "+1+1",
    "-2+3",
    "@SUM(1+1)*cmd",
    "'=1",
    "a\",\"=1\"\r\nb;=2",
    "](https://evil.example) ![x](https://evil.example/y.png) **b** `c` | d | ~~e~~ $\\x$ @octocat",
    "</failure></testcase>]]><!-- & &amp; &#x1b; \u{fffe}\u{ffff} <?x?>",
    "x\n::error file=a::pwned\n::stop-commands::z\r\n##[error]y %0A%25",
    "[link](1) {0} {{1}} \\[a\\]",
    "\\u{1b} \\\\ \\\" \"quoted\" \u{8}",
    "# heading\n| a | b |\n| - | - |\n```\n<!--",
    "\t=1\t",
];

/// An account that carries a text wherever strangers can write it.
pub(crate) fn account(text: &str) -> Account {
    let mut account = Account::connect();
    let json = serde_json::to_string(text).unwrap();
    let policy = format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Sid":{json},"Effect":"Allow","Action":"s3:*","Resource":{json}}}]}}"#
    );
    account.inline(CONNECT, text, read(&policy));
    account.inline(CONNECT, &format!("broken {text}"), read(text));
    let tags = [(text.to_owned(), text.to_owned())];
    account.role(CONNECT).tags = Observed::Read(tags.into());
    let campaigns = Account::campaigns().0;
    account.0.roles.extend(campaigns.roles);
    account.0.policies.extend(campaigns.policies);
    account.role(CAMPAIGNS).description = Observed::Read(Some(text.to_owned()));
    account.role(CAMPAIGNS).boundary = Observed::NotRead(Unread {
        reason: UnreadReason::Failed,
        operation: "iam:GetRole".to_owned(),
        message: format!("message {text}"),
    });
    let name = format!("AWSServiceRoleFor{text}");
    account.add_role(&name, "/", "ec2.amazonaws.com");
    account
}

/// Every hostile text with the report of an account that carries it.
static REPORTS: LazyLock<Vec<(&str, Report)>> =
    LazyLock::new(|| HOSTILE.map(|text| (text, reported(text))).into());

fn reported(text: &str) -> Report {
    let account = account(text);
    let audit = account.audit();
    assert!(audit.findings.len() >= 4, "{:?}", audit.findings);
    report(&account.0, audit)
}

#[test]
fn no_format_writes_a_character_that_acts() {
    for (text, report) in REPORTS.iter() {
        for format in MACHINE {
            let output = rendered(report, format);
            assert_no_acting(&output, format, text);
        }
    }
}

pub(crate) fn assert_no_acting(output: &str, format: Format, text: &str) {
    let acting = output.chars().find(|character| match character {
        '\n' => false,
        '\r' => format != Format::Csv,
        '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}' | '\u{feff}' => true,
        other => other.is_control(),
    });
    assert_eq!(acting, None, "{}: {text:?}", format.as_str());
}

/// Returns the ways in which a format may show a text: as it is, or with what acts written out.
fn ways(text: &str) -> [String; 4] {
    let visible = roledrift::report::escape_for_terminal(text);
    let in_xml = visible
        .replace('\u{fffe}', "\\u{fffe}")
        .replace('\u{ffff}', "\\u{ffff}");
    let in_commands = visible.replace("##[", "#\\u{23}[");
    [text.to_owned(), visible, in_xml, in_commands]
}

#[test]
fn no_format_loses_a_character() {
    for (text, report) in REPORTS.iter() {
        for format in MACHINE {
            let output = decoded(&rendered(report, format), format);
            let shown = |before: &str, after: &str| {
                let ways = ways(text);
                let found = ways
                    .iter()
                    .any(|way| output.contains(&format!("{before}{way}{after}")));
                let name = format.as_str();
                assert!(found, "{name}: {before}{text:?}{after}\n{output}");
            };
            shown("AWSServiceRoleFor", "");
            shown("is described as `", "`, created as");
            shown("iam:GetRole failed: message ", "");
            shown("inline policy `broken ", "` is malformed");
            match format {
                // The statement's Sid is a member, or a cell, of its own.
                Format::Csv | Format::Json | Format::Ndjson | Format::Ocsf => shown("", "\n"),
                _ => shown("statement 1 `", "` (line 1"),
            }
        }
    }
}

#[test]
fn no_text_adds_to_the_structure_of_a_format() {
    let plain = reported("plain");
    for (text, hostile) in REPORTS.iter() {
        for format in MACHINE {
            let shape = |report: &Report| shape(&rendered(report, format), format);
            assert_eq!(
                shape(hostile),
                shape(&plain),
                "{}: {text:?}",
                format.as_str()
            );
        }
    }
}

/// Counts what a format is made of.
pub(crate) fn shape(text: &str, format: Format) -> Vec<usize> {
    match format {
        Format::Json | Format::Sarif | Format::Ocsf | Format::Asff => {
            vec![nodes(&serde_json::from_str(text).unwrap())]
        }
        Format::Ndjson => text
            .lines()
            .map(|line| nodes(&serde_json::from_str(line).unwrap()))
            .collect(),
        Format::Junit => vec![text.matches('<').count(), text.matches('>').count()],
        Format::Csv => records(text).iter().map(Vec::len).collect(),
        Format::Markdown => {
            let bars = |line: &str| line.replace("\\|", "").matches('|').count();
            let mut counts: Vec<usize> = text.lines().map(bars).collect();
            counts.push(
                text.replace("<span>", "")
                    .replace("</span>", "")
                    .matches('<')
                    .count(),
            );
            counts
        }
        Format::Github => {
            let commands = text
                .lines()
                .filter(|line| line.trim_start().starts_with("::"));
            vec![
                commands.count(),
                text.lines().count(),
                text.matches("##[").count(),
            ]
        }
        // Backticks in a text make code of what is between them, whoever wrote it.
        Format::Html => {
            let tags = |tag: &str| text.matches(tag).count();
            vec![tags("<") - tags("<code>") - tags("</code>"), tags("\"")]
        }
        Format::Terminal => vec![text.lines().count()],
    }
}

fn nodes(value: &serde_json::Value) -> usize {
    match value {
        serde_json::Value::Object(members) => 1 + members.values().map(nodes).sum::<usize>(),
        serde_json::Value::Array(items) => 1 + items.iter().map(nodes).sum::<usize>(),
        _ => 1,
    }
}

#[test]
fn no_cell_of_a_spreadsheet_is_a_formula() {
    for (_, report) in REPORTS.iter() {
        for cell in records(&rendered(report, Format::Csv)).concat() {
            let first = cell.trim_start().chars().next();
            assert!(
                !first.is_some_and(|first| "=+-@\t\r".contains(first)),
                "{cell}"
            );
        }
    }
}

#[test]
fn sarif_messages_hold_no_links_and_no_placeholders() {
    for (_, report) in REPORTS.iter() {
        let sarif: serde_json::Value =
            serde_json::from_str(&rendered(report, Format::Sarif)).unwrap();
        for result in sarif["runs"][0]["results"].as_array().unwrap() {
            let message = result["message"]["text"].as_str().unwrap();
            let plain = message
                .replace("\\\\", "")
                .replace("\\[", "")
                .replace("\\]", "")
                .replace("{{", "")
                .replace("}}", "");
            assert!(!plain.contains(['[', ']', '{', '}']), "{message}");
        }
    }
}
