//! Imports point one way, and one module knows the SDK.

#![allow(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a failed unwrap is a failed test"
)]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Each module with those that it may import from.
const LAYERS: [(&str, &[&str]); 8] = [
    ("model", &[]),
    ("policy", &["model"]),
    ("inventory", &["model"]),
    ("baselines", &["model", "policy"]),
    ("audit", &["model", "policy", "inventory", "baselines"]),
    ("waivers", &["model", "policy", "audit"]),
    (
        "store",
        &["model", "policy", "inventory", "audit", "waivers"],
    ),
    (
        "report",
        &[
            "model",
            "policy",
            "inventory",
            "baselines",
            "audit",
            "waivers",
            "store",
        ],
    ),
];

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// Returns the modules that a file names by `crate::…`.
fn imports(text: &str) -> Vec<String> {
    let code: String = text
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .collect::<Vec<_>>()
        .join("\n");
    code.split("crate::")
        .skip(1)
        .map(|rest| {
            rest.chars()
                .take_while(|c| c.is_alphanumeric() || *c == '_')
                .collect()
        })
        .collect()
}

#[test]
fn modules_import_only_from_their_left() {
    for (module, allowed) in LAYERS {
        let files = sources(&root().join(module));
        assert!(!files.is_empty(), "{module} has no files");
        for file in files {
            for import in imports(&std::fs::read_to_string(&file).unwrap()) {
                let known = LAYERS.iter().any(|(name, _)| *name == import);
                assert!(
                    !known || import == module || allowed.contains(&import.as_str()),
                    "{}: {module} may not import {import}",
                    file.display()
                );
            }
        }
    }
}

#[test]
fn only_the_live_source_names_the_sdk() {
    let live = root().join("inventory").join("aws");
    for file in sources(&root()) {
        let text = std::fs::read_to_string(&file).unwrap();
        let named = [
            "aws_sdk_",
            "aws_config",
            "aws_smithy_",
            "aws_types",
            "aws_credential_types",
        ]
        .iter()
        .find(|name| text.contains(*name));
        assert!(
            file.starts_with(&live) || named.is_none(),
            "{} names {named:?}",
            file.display()
        );
    }
}

#[test]
fn the_binary_holds_no_layer_of_its_own() {
    for file in sources(&root().join("cli")) {
        for import in imports(&std::fs::read_to_string(&file).unwrap()) {
            assert!(
                import == "cli" || import.is_empty(),
                "{}: {import}",
                file.display()
            );
        }
    }
}

/// Returns the IAM operations that the live source calls, as IAM names them.
fn called_operations() -> BTreeSet<String> {
    let mut operations = BTreeSet::new();
    for file in sources(&root().join("inventory").join("aws")) {
        let text: String = std::fs::read_to_string(file)
            .unwrap()
            .split_whitespace()
            .collect::<Vec<_>>()
            .concat();
        for call in text.split("iam.").skip(1) {
            let name: String = call
                .chars()
                .take_while(|c| c.is_alphanumeric() || *c == '_')
                .collect();
            if call[name.len()..].starts_with("()") {
                let words = name
                    .split('_')
                    .map(|word| word[..1].to_uppercase() + &word[1..]);
                operations.insert(format!("iam:{}", words.collect::<String>()));
            }
        }
    }
    operations
}

#[test]
fn the_documented_permissions_are_those_that_a_scan_uses() {
    let policy = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/least-privilege-policy.json");
    let policy: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(policy).unwrap()).unwrap();
    let granted: BTreeSet<String> =
        serde_json::from_value(policy["Statement"][0]["Action"].clone()).unwrap();
    assert_eq!(granted, called_operations());
    for operation in granted {
        assert!(
            operation.starts_with("iam:Get") || operation.starts_with("iam:List"),
            "{operation}"
        );
    }
}
