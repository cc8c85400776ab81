//! `roledrift baseline`.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use roledrift::baselines::{
    Baseline, Baselines, Feature, Files, Ledger, LedgerEntry, ResourceTemplate,
};
use roledrift::model::{PolicyVersion, Region, nearest};
use roledrift::policy::{ActionPattern, review, statement_changes};
use roledrift::report::comparison::{Shown, Side};
use roledrift::report::versions::Versions;
use roledrift::report::{escape_for_terminal, escape_json};

use super::args::{AnswerFormat, BaselineCommand, VersionDiffArgs};
use super::exit::{Failure, Outcome};
use super::files::Input;
use super::{files, lock};

pub(super) fn run(command: BaselineCommand) -> Result<Outcome, Failure> {
    match command {
        BaselineCommand::List { folders } => list(&load(&folders.baseline_dir)?),
        BaselineCommand::Show {
            name,
            version,
            folders,
        } => {
            let baselines = load(&folders.baseline_dir)?;
            match version {
                Some(version) => show_version(&baselines, &name, version),
                None => show(&baselines, &name),
            }
        }
        BaselineCommand::Diff(arguments) => {
            diff(&load(&arguments.folders.baseline_dir)?, &arguments)
        }
        BaselineCommand::Lock(arguments) => lock::run(&arguments),
        BaselineCommand::Check { dir } => check(&dir),
    }
}

/// Loads the embedded baselines and those of the folders, later ones over earlier ones.
pub(super) fn load(folders: &[PathBuf]) -> Result<Baselines, Failure> {
    let mut baselines = Baselines::embedded().map_err(Failure::Embedded)?;
    for folder in folders {
        baselines
            .add(&read_folder(folder)?)
            .map_err(|source| Failure::Baseline {
                folder: folder.clone(),
                source,
            })?;
    }
    Ok(baselines)
}

/// The most bytes of all files of a folder together.
const MOST_BYTES: usize = 256 << 20;

/// Reads `catalog.json` and every `<family>/family.json` with its documents.
fn read_folder(folder: &Path) -> Result<Files, Failure> {
    let mut found = Files::default();
    let (mut count, mut bytes) = (0, 0);
    let mut pending = vec![(folder.to_owned(), String::new(), 0)];
    while let Some((path, prefix, depth)) = pending.pop() {
        let failed = |source| Failure::Read {
            path: path.clone(),
            source,
        };
        for entry in std::fs::read_dir(&path).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            let path = entry.path();
            let Ok(name) = entry.file_name().into_string() else {
                return Err(Failure::FileName { path });
            };
            // A family lies one folder deep, its documents two.
            if path.is_dir() && depth < 2 {
                pending.push((path, format!("{prefix}{name}/"), depth + 1));
            } else if Path::new(&name)
                .extension()
                .is_some_and(|extension| extension == "json")
            {
                // A pipe would never end.
                if !path.is_file() {
                    return Err(Failure::NoRegularFile { path });
                }
                let family = name == "family.json" && depth == 1;
                count += usize::from(family || (name == "catalog.json" && depth == 0));
                let text = files::read(&path, Input::Baseline)?;
                bytes += text.len();
                if bytes > MOST_BYTES {
                    return Err(Failure::ManyBaselines {
                        path: folder.to_owned(),
                        most: MOST_BYTES,
                    });
                }
                found.insert(format!("{prefix}{name}"), text);
            }
        }
    }
    if count == 0 {
        return Err(Failure::EmptyBaseline {
            path: folder.to_owned(),
        });
    }
    Ok(found)
}

fn list(baselines: &Baselines) -> Result<Outcome, Failure> {
    let mut text = String::new();
    for family in baselines.families() {
        let _ = writeln!(
            text,
            "{:<26} {:<52} {}",
            family.id,
            family.role.name,
            ledger(family)
        );
    }
    let evidenced = baselines
        .catalog()
        .iter()
        .filter(|role| role.role_evidence.is_evidence())
        .count();
    let _ = writeln!(
        text,
        "\ncatalogue{}: {} further roles, {evidenced} of them evidenced",
        baselines
            .as_of()
            .map(|day| format!(" of {day}"))
            .unwrap_or_default(),
        baselines.catalog().len(),
    );
    for role in baselines.catalog() {
        let _ = writeln!(text, "  {:<60} {}", role.role.name, role.principal);
    }
    print_lines(&text)
}

/// Writes lines whose text may come from strangers' files.
fn print_lines(text: &str) -> Result<Outcome, Failure> {
    let lines = text.lines().map(|line| escape_for_terminal(line) + "\n");
    files::write_stdout(lines.collect::<String>().as_bytes())
}

/// Says which versions of a family's policies are known.
fn ledger(family: &Baseline) -> String {
    let known = family.policies.iter().filter_map(|policy| {
        let ledger = policy.ledger.as_ref()?;
        let newest = ledger.newest()?.version;
        Some(format!(
            "{}, {} versions up to {newest}",
            policy.name,
            ledger.entries().len()
        ))
    });
    known.collect::<Vec<_>>().join("; ")
}

/// Finds every baseline of a name: some names belong to two services.
fn find<'a>(baselines: &'a Baselines, name: &str) -> Result<Vec<&'a Baseline>, Failure> {
    let all = baselines.families().iter().chain(baselines.catalog());
    let found: Vec<&Baseline> = all
        .filter(|baseline| baseline.id == name || baseline.role.name == name)
        .collect();
    if found.is_empty() {
        return Err(Failure::UnknownBaseline {
            name: name.to_owned(),
            hint: match meant(baselines, name) {
                Some(known) => format!("did you mean `{known}`?"),
                None => "`roledrift baseline list` shows all".to_owned(),
            },
        });
    }
    Ok(found)
}

/// Guesses which baseline somebody meant; what nearly all role names start with makes none alike.
fn meant<'a>(baselines: &'a Baselines, name: &str) -> Option<&'a str> {
    fn own(name: &str) -> &str {
        name.strip_prefix("AWSServiceRoleFor").unwrap_or(name)
    }
    let all = baselines.families().iter().chain(baselines.catalog());
    let known = || {
        all.clone()
            .flat_map(|baseline| [baseline.id.as_str(), baseline.role.name.as_str()])
    };
    let found = nearest(own(name), known().map(own))?;
    known().find(|known| own(known) == found)
}

fn show(baselines: &Baselines, name: &str) -> Result<Outcome, Failure> {
    let texts: Vec<String> = find(baselines, name)?.into_iter().map(describe).collect();
    print_lines(&texts.join("\n"))
}

fn describe(baseline: &Baseline) -> String {
    let mut text = format!("{} ({})\n\n", baseline.title, baseline.id);
    let evidence = baseline.role_evidence.as_str();
    let _ = writeln!(text, "role       {} ({evidence})", baseline.role.name);
    let _ = writeln!(text, "principal  {}", baseline.principal);
    if let Some(owner) = baseline.owner {
        let _ = writeln!(text, "serves     {}", owner.title());
    }
    for policy in &baseline.policies {
        let evidence = baseline
            .policy_evidence
            .map_or("not evidenced", |evidence| evidence.as_str());
        let _ = writeln!(text, "policy     {} ({evidence})", policy.name);
        for entry in policy.ledger.iter().flat_map(Ledger::entries) {
            let statements = entry.document.statements().len();
            let created = entry.created.strftime("%Y-%m-%d");
            let _ = writeln!(
                text,
                "  {:<5} {created}  {statements} statements",
                entry.version.to_string()
            );
        }
    }
    if let Some(features) = &baseline.features {
        let _ = writeln!(text, "{} features explain inline grants", features.len());
    }
    for feature in baseline.features.iter().flatten() {
        describe_feature(feature, &mut text);
    }
    if let Some(offered) = &baseline.regions {
        let regions: Vec<&str> = offered.regions.iter().map(Region::as_str).collect();
        let _ = writeln!(
            text,
            "offered in {} ({})",
            regions.join(", "),
            offered.as_of
        );
    }
    for source in &baseline.sources {
        let _ = writeln!(text, "source     {source}");
    }
    text
}

fn describe_feature(feature: &Feature, text: &mut String) {
    let evidence = feature.evidence.as_str();
    let _ = writeln!(text, "  {:<22} {} ({evidence})", feature.id, feature.title);
    let _ = writeln!(text, "    configured by {}", feature.configured_by);
    if let Some(retired) = &feature.retired {
        let _ = writeln!(text, "    ended on {} ({})", retired.on, retired.source);
    }
    for (verb, grants) in [("may", &feature.grants), ("needs", &feature.needs)] {
        for grant in grants {
            let actions: Vec<&str> = grant.actions.iter().map(ActionPattern::text).collect();
            let resources: Vec<&str> = grant
                .resources
                .iter()
                .map(ResourceTemplate::as_str)
                .collect();
            let _ = writeln!(
                text,
                "    {verb:<5} {} on {}",
                actions.join(", "),
                resources.join(", ")
            );
            for resource in &grant.verbatim {
                let _ = writeln!(text, "          or exactly on {}", resource.as_str());
            }
        }
    }
}

fn show_version(
    baselines: &Baselines,
    name: &str,
    version: PolicyVersion,
) -> Result<Outcome, Failure> {
    let (_, entry) = entry(baselines, name, version)?;
    let text = escape_json(&entry.text);
    files::write_stdout(text.as_bytes())
}

/// Finds a version in the ledger of a baseline's policies, and the policy's name.
fn entry<'a>(
    baselines: &'a Baselines,
    name: &str,
    version: PolicyVersion,
) -> Result<(&'a str, &'a LedgerEntry), Failure> {
    find(baselines, name)?
        .into_iter()
        .flat_map(|baseline| &baseline.policies)
        .find_map(|policy| Some((policy.name.as_str(), policy.ledger.as_ref()?.get(version)?)))
        .ok_or_else(|| Failure::UnknownVersion {
            name: name.to_owned(),
            version,
        })
}

/// Compares two versions; exit code 1 when the newer one allows anything new.
fn diff(baselines: &Baselines, arguments: &VersionDiffArgs) -> Result<Outcome, Failure> {
    let VersionDiffArgs { name, from, to, .. } = arguments;
    let (policy, older) = entry(baselines, name, *from)?;
    let (_, newer) = entry(baselines, name, *to)?;
    let side = |entry: &LedgerEntry| Side {
        documents: vec![(entry.version.to_string(), entry.document.clone())],
    };
    let (reference, candidate) = (side(older), side(newer));
    let review = review(&reference.documents(), &candidate.documents(), true);
    let changes = statement_changes(&older.document, &newer.document);
    let versions = Versions {
        policy,
        from: (older.version, older.created),
        to: (newer.version, newer.created),
        shown: Shown {
            review: &review,
            reference: &reference,
            candidate: &candidate,
            called: &newer.version.to_string(),
        },
        changes: &changes,
    };
    let mut text = Vec::new();
    match arguments.format {
        AnswerFormat::Terminal => {
            versions
                .text(arguments.all, &mut text)
                .map_err(Failure::Stdout)?;
            files::write_styled(&text)?;
        }
        AnswerFormat::Json => {
            versions.json(&mut text).map_err(Failure::Stdout)?;
            files::write_stdout(&text)?;
        }
    }
    Ok(Outcome::of_comparison(&review.comparison.gained))
}

fn check(folder: &Path) -> Result<Outcome, Failure> {
    let mut baselines = Baselines::default();
    baselines
        .add(&read_folder(folder)?)
        .map_err(|source| Failure::Baseline {
            folder: folder.to_owned(),
            source,
        })?;
    let text = format!(
        "{}: {} families, {} catalogued roles, no error\n",
        folder.display(),
        baselines.families().len(),
        baselines.catalog().len()
    );
    files::write_stdout(text.as_bytes())
}
