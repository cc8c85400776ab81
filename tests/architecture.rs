//! Imports point one way, and one module knows the SDK.

use std::path::{Path, PathBuf};

/// Each module with those that it may import from.
const LAYERS: [(&str, &[&str]); 6] = [
    ("model", &[]),
    ("policy", &["model"]),
    ("inventory", &["model"]),
    ("baselines", &["model", "policy"]),
    ("audit", &["model", "policy", "inventory", "baselines"]),
    (
        "report",
        &["model", "policy", "inventory", "baselines", "audit"],
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
