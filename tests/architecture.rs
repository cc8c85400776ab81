//! Imports point one way, and one module knows the SDK.

#![allow(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a failed unwrap is a failed test"
)]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use roledrift::inventory::{Need, OPERATIONS, Permissions};

/// Each module with those that it may import from.
const LAYERS: [(&str, &[&str]); 11] = [
    ("model", &[]),
    ("objects", &["model"]),
    ("policy", &["model"]),
    ("inventory", &["model"]),
    ("lock", &["model", "policy", "inventory"]),
    ("baselines", &["model", "policy", "inventory", "lock"]),
    (
        "audit",
        &["model", "policy", "inventory", "lock", "baselines"],
    ),
    ("waivers", &["model", "policy", "audit"]),
    (
        "store",
        &[
            "model",
            "objects",
            "policy",
            "inventory",
            "audit",
            "waivers",
        ],
    ),
    (
        "report",
        &[
            "model",
            "policy",
            "inventory",
            "lock",
            "baselines",
            "audit",
            "waivers",
            "store",
        ],
    ),
    (
        "organization",
        &[
            "model",
            "objects",
            "policy",
            "inventory",
            "lock",
            "baselines",
            "audit",
            "waivers",
            "store",
            "report",
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
fn only_the_live_source_and_buckets_name_the_sdk() {
    let live = root().join("inventory").join("aws");
    let bucket = root().join("objects").join("bucket.rs");
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
            file.starts_with(&live) || file == bucket || named.is_none(),
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

/// The names of the SDK's clients in the live source, each with the IAM prefix of its service.
const CLIENTS: [(&str, &str); 8] = [
    ("account", "account"),
    ("campaigns", "connect-campaigns"),
    ("campaigns_v2", "connect-campaigns"),
    ("connect", "connect"),
    ("iam", "iam"),
    ("organizations", "organizations"),
    ("profiles", "profile"),
    ("sts", "sts"),
];

/// Returns the operations that the live source calls, as IAM names them.
fn called_operations() -> BTreeSet<String> {
    let mut operations = BTreeSet::new();
    for file in sources(&root().join("inventory").join("aws")) {
        let text = std::fs::read_to_string(&file).unwrap();
        // Chains of calls may be broken into lines.
        let words: Vec<&str> = text.split_whitespace().collect();
        let text = words.join(" ").replace(" .", ".");
        let mut calls = 0;
        for (client, prefix) in CLIENTS {
            for (start, name) in text.match_indices(&format!("{client}.")) {
                let before = text[..start].chars().next_back();
                let call: String = text[start + name.len()..]
                    .chars()
                    .take_while(|c| c.is_alphanumeric() || *c == '_')
                    .collect();
                let is_call = text[start + name.len() + call.len()..].starts_with("()");
                let is_other = before.is_some_and(|c| c.is_alphanumeric() || c == '_');
                if !is_call || is_other || call == "clone" {
                    continue;
                }
                calls += 1;
                let words = call
                    .split('_')
                    .map(|word| word[..1].to_uppercase() + &word[1..]);
                operations.insert(format!("{prefix}:{}", words.collect::<String>()));
            }
        }
        let sent = text.matches(".send()").count();
        assert_eq!(
            calls,
            sent,
            "{}: a request of an unknown client",
            file.display()
        );
    }
    operations
}

#[test]
fn the_listed_operations_are_those_that_the_code_calls() {
    let called = called_operations();
    let listed: BTreeSet<String> = OPERATIONS
        .iter()
        .map(|operation| operation.action.to_owned())
        .collect();
    assert_eq!(called, listed);
}

#[test]
fn the_permissions_are_those_of_the_operations_and_write_nothing() {
    let mut needed = BTreeSet::new();
    for operation in OPERATIONS {
        // AWS asks for no permission to say who one is.
        if operation.need != Need::Identity {
            needed.insert(operation.action);
            needed.extend(operation.dependent);
        }
    }
    let everything = Permissions {
        owners: true,
        organization: true,
    };
    let granted: BTreeSet<&str> = everything
        .grants()
        .into_iter()
        .flat_map(|grant| grant.actions)
        .collect();
    assert_eq!(granted, needed);
    let published = root().join("policy").join("published").join("actions.txt");
    let published = std::fs::read_to_string(published).unwrap();
    for action in granted {
        let (_, name) = action.split_once(':').unwrap();
        let reads = ["Get", "List", "Describe", "Simulate"];
        assert!(
            reads.iter().any(|verb| name.starts_with(verb)) || action == "sts:AssumeRole",
            "{action}"
        );
        let line = format!("\n{action} ");
        assert!(published.contains(&line), "{action} is no published action");
    }
}

#[test]
fn only_the_role_to_assume_needs_more_than_reading() {
    let organization = Permissions {
        owners: false,
        organization: true,
    };
    for grant in organization.grants() {
        let assumes = grant.actions.contains("sts:AssumeRole");
        assert_eq!(assumes, grant.role.is_some());
        assert!(!assumes || grant.actions.len() == 1);
    }
}
