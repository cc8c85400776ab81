//! The snapshot that reports point into: the one that was read, or else the one that was written.

use std::path::{Component, Path, PathBuf};

use roledrift::inventory::snapshot::Places;
use roledrift::report::Recording;

use super::args::ScanArgs;
use super::exit::Failure;
use super::files::{self, Input};

/// Returns the snapshot file with the places in it; `None` where there is no file.
pub(super) fn of(arguments: &ScanArgs) -> Result<Option<Recording>, Failure> {
    let read = arguments.source.snapshot.as_deref();
    let file = read
        .into_iter()
        .chain(arguments.save_snapshot.as_deref())
        .find(|path| path.is_file());
    let Some(path) = file else {
        return Ok(None);
    };
    let text = files::read(path, Input::Account)?;
    let places = Places::find(&text).map_err(|source| Failure::Snapshot {
        path: path.to_owned(),
        source,
    })?;
    let path = named(path);
    Ok(Some(Recording { path, places }))
}

/// Names a file as reports do that point into it.
pub(super) fn named(path: &Path) -> String {
    match std::env::current_dir() {
        Ok(folder) => name(path, &folder),
        Err(_) => joined(path),
    }
}

/// Names a file relative to the working folder where it lies inside, absolute otherwise.
fn name(path: &Path, folder: &Path) -> String {
    let absolute = plain(&folder.join(path));
    joined(absolute.strip_prefix(folder).unwrap_or(&absolute))
}

/// Takes `.` and `..` out without looking at the disk.
fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                plain.pop();
            }
            other => plain.push(other),
        }
    }
    plain
}

fn joined(path: &Path) -> String {
    let text = path.to_string_lossy();
    if std::path::MAIN_SEPARATOR == '/' {
        text.into_owned()
    } else {
        text.replace(std::path::MAIN_SEPARATOR, "/")
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_named_as_the_repository_knows_it() {
        let folder = Path::new("/work/repository");
        for (path, expected) in [
            ("account.json", "account.json"),
            ("./audits/../account.json", "account.json"),
            ("/work/repository/audits/a.json", "audits/a.json"),
            ("../elsewhere/a.json", "/work/elsewhere/a.json"),
            ("/tmp/a.json", "/tmp/a.json"),
        ] {
            assert_eq!(name(Path::new(path), folder), expected);
        }
    }
}
