//! From files to baselines, every fact checked on the way.

use std::collections::BTreeSet;

use super::catalog::{CatalogEntry, CatalogFile};
use super::family::{FamilyFile, PolicyEntry};
use super::feature::FeatureEntry;
use super::files::{BaselineError, Files};
use super::{
    Baseline, Expected, Feature, Ledger, LedgerEntry, Offered, RolePattern, SCHEMA_VERSION,
};
use crate::policy::{Document, Kind};

const CATALOG: &str = "catalog.json";

/// What a set of files holds.
pub(super) struct Loaded {
    pub(super) families: Vec<Baseline>,
    pub(super) catalog: Vec<Baseline>,
    pub(super) linked_policies: Vec<String>,
    pub(super) as_of: Option<String>,
}

pub(super) fn load(files: &Files) -> Result<Loaded, BaselineError> {
    let mut loaded = Loaded {
        families: Vec::new(),
        catalog: Vec::new(),
        linked_policies: Vec::new(),
        as_of: None,
    };
    for path in files.families() {
        let family = family(files, path)?;
        loaded
            .linked_policies
            .extend(family.policies.iter().map(|policy| policy.name.clone()));
        loaded.families.push(family);
    }
    if let Some(text) = files.get(CATALOG) {
        let file: CatalogFile = parse(CATALOG, text)?;
        check_schema(CATALOG, text, file.schema)?;
        let mut seen = BTreeSet::new();
        for entry in file.roles {
            if !seen.insert((entry.name.clone(), entry.principal.clone())) {
                let problem = format!("`{}` with this principal stands here twice", entry.name);
                return Err(BaselineError::at_value(CATALOG, text, &entry.name, problem));
            }
            loaded.catalog.push(catalogued(text, entry)?);
        }
        loaded.linked_policies.extend(file.linked_policies);
        loaded.as_of = Some(file.as_of.to_string());
    }
    Ok(loaded)
}

fn parse<T: serde::de::DeserializeOwned>(path: &str, text: &str) -> Result<T, BaselineError> {
    serde_json::from_str(text).map_err(|error| BaselineError::json(path, &error))
}

fn check_schema(path: &str, text: &str, found: u32) -> Result<(), BaselineError> {
    if found == SCHEMA_VERSION {
        return Ok(());
    }
    let problem = format!("schema version {found}, and this roledrift reads {SCHEMA_VERSION}");
    Err(BaselineError::at_value(path, text, "schema", problem))
}

fn family(files: &Files, path: &str) -> Result<Baseline, BaselineError> {
    let text = files.get(path).unwrap_or_default();
    let file: FamilyFile = parse(path, text)?;
    check_schema(path, text, file.schema)?;
    let folder = path.strip_suffix("/family.json").unwrap_or_default();
    if file.family != folder {
        let problem = format!("family `{}` lies in folder `{folder}`", file.family);
        return Err(BaselineError::at_value(path, text, &file.family, problem));
    }
    let policy_evidence = Some(file.policy.evidence);
    let expected = Expected {
        name: file.policy.name.clone(),
        ledger: Some(ledger(files, path, folder, file.policy)?),
    };
    Ok(Baseline {
        id: file.family,
        title: file.title,
        role: RolePattern {
            name: file.role.name,
            suffix: file.role.suffix,
            legacy_names: file.role.legacy_names,
        },
        principal: file.role.principal,
        owner: file.role.owner,
        role_evidence: file.role.evidence,
        policies: vec![expected],
        policy_evidence,
        description: file.role.description,
        features: Some(features(path, text, file.features)?),
        regions: file.regions.map(|offered| Offered {
            regions: offered.names.into_iter().collect(),
            evidence: offered.evidence,
            source: offered.source,
            as_of: offered.as_of,
        }),
        sources: file.sources,
    })
}

fn ledger(
    files: &Files,
    path: &str,
    folder: &str,
    policy: PolicyEntry,
) -> Result<Ledger, BaselineError> {
    let text = files.get(path).unwrap_or_default();
    let mut entries: Vec<LedgerEntry> = Vec::new();
    for entry in policy.versions {
        let version = entry.version.to_string();
        if entries
            .last()
            .is_some_and(|last| last.version >= entry.version)
        {
            let problem = format!("`{version}` does not follow an older version");
            return Err(BaselineError::at_value(path, text, &version, problem));
        }
        let document_path = format!("{folder}/{}", entry.document);
        let Some(document) = files.get(&document_path) else {
            let problem = format!("there is no file `{document_path}`");
            return Err(BaselineError::at_value(
                path,
                text,
                &entry.document,
                problem,
            ));
        };
        entries.push(LedgerEntry {
            version: entry.version,
            created: entry.created,
            text: document.to_owned(),
            document: Document::parse(document, Kind::Identity).map_err(|error| BaselineError {
                file: document_path,
                position: error.position(),
                problem: error.problem().to_string(),
            })?,
        });
    }
    Ledger::new(policy.partition, entries)
        .ok_or_else(|| BaselineError::at_value(path, text, "versions", "no version is listed"))
}

fn features(
    path: &str,
    text: &str,
    entries: Vec<FeatureEntry>,
) -> Result<Vec<Feature>, BaselineError> {
    let mut seen = BTreeSet::new();
    entries
        .into_iter()
        .map(|entry| {
            let id = entry.id.clone();
            if !seen.insert(id.clone()) {
                let problem = format!("feature `{id}` stands here twice");
                return Err(BaselineError::at_value(path, text, &id, problem));
            }
            entry.into_feature().map_err(|wrong| {
                let problem = format!("feature `{id}`: {}", wrong.problem);
                BaselineError::at_value(path, text, &wrong.text, problem)
            })
        })
        .collect()
}

fn catalogued(text: &str, entry: CatalogEntry) -> Result<Baseline, BaselineError> {
    Ok(Baseline {
        id: entry.name.clone(),
        title: entry.name.clone(),
        role: RolePattern {
            name: entry.name,
            suffix: entry.suffix,
            legacy_names: Vec::new(),
        },
        principal: entry.principal,
        owner: None,
        role_evidence: entry.evidence,
        policies: entry
            .policies
            .into_iter()
            .map(|name| Expected { name, ledger: None })
            .collect(),
        policy_evidence: entry.policy_evidence,
        description: entry.description,
        features: entry
            .features
            .map(|entries| features(CATALOG, text, entries))
            .transpose()?,
        regions: None,
        sources: Vec::new(),
    })
}
