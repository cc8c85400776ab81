//! A folder of the file system.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, ErrorKind, Read as _, Write as _};
use std::path::{Path, PathBuf};

use super::{ObjectsError, too_large};

/// How the name of an object that is being written begins.
const STAGING: &str = ".writing-";

#[derive(Debug, Clone)]
pub(super) struct Folder {
    path: PathBuf,
}

impl Folder {
    pub(super) fn new(path: &Path) -> Result<Self, ObjectsError> {
        if path.exists() && !path.is_dir() {
            return Err(ObjectsError {
                doing: "open",
                place: path.display().to_string(),
                source: ErrorKind::NotADirectory.into(),
            });
        }
        Ok(Self {
            path: path.to_owned(),
        })
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        // An empty part would end the path with a separator.
        name.split('/')
            .filter(|part| !part.is_empty())
            .fold(self.path.clone(), |path, part| path.join(part))
    }

    /// Writes beside the object, for the owner only, then renames.
    pub(super) fn put(&self, name: &str, bytes: &[u8]) -> io::Result<()> {
        let path = self.path(name);
        let folder = path.parent().unwrap_or(&self.path);
        self.make(folder)?;
        let mut file = tempfile::Builder::new()
            .prefix(STAGING)
            .tempfile_in(folder)?;
        file.write_all(bytes)?;
        file.as_file().sync_all()?;
        file.persist(&path).map_err(|error| error.error)?;
        if cfg!(unix) {
            fs::File::open(folder)?.sync_all()?;
        }
        Ok(())
    }

    pub(super) fn get(&self, name: &str, most: u64) -> io::Result<Option<Vec<u8>>> {
        let path = self.path(name);
        let found = match fs::metadata(&path) {
            Err(error) if is_absent(&error) => return Ok(None),
            found => found?,
        };
        // Of a pipe not even the opening ends.
        if !found.is_file() {
            let kind = io::ErrorKind::InvalidInput;
            return Err(io::Error::new(kind, "it is no regular file"));
        }
        let file = fs::File::open(path)?;
        let mut bytes = Vec::new();
        file.take(most.saturating_add(1)).read_to_end(&mut bytes)?;
        if bytes.len() as u64 > most {
            return Err(too_large(most));
        }
        Ok(Some(bytes))
    }

    pub(super) fn below(&self, name: &str) -> io::Result<BTreeSet<String>> {
        let entries = match fs::read_dir(self.path(name)) {
            Err(error) if is_absent(&error) => return Ok(BTreeSet::new()),
            entries => entries?,
        };
        let mut found = BTreeSet::new();
        for entry in entries {
            // Nothing of ours has a name that is no text.
            found.extend(entry?.file_name().into_string().ok());
        }
        Ok(found)
    }

    /// Makes a folder of the place and those above it, each for its owner only; no link leads out of
    /// the place.
    fn make(&self, folder: &Path) -> io::Result<()> {
        let mut builder = fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&self.path)?;
        let within = folder.strip_prefix(&self.path).unwrap_or(Path::new(""));
        let mut path = self.path.clone();
        for part in within {
            path.push(part);
            match fs::symlink_metadata(&path) {
                Ok(found) if found.is_dir() => {}
                Ok(_) => return Err(ErrorKind::NotADirectory.into()),
                Err(error) if error.kind() == ErrorKind::NotFound => builder.create(&path)?,
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}

fn is_absent(error: &io::Error) -> bool {
    [ErrorKind::NotFound, ErrorKind::NotADirectory].contains(&error.kind())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder() -> (tempfile::TempDir, Folder) {
        let place = tempfile::tempdir().unwrap();
        let folder = Folder::new(place.path()).unwrap();
        (place, folder)
    }

    #[test]
    fn an_object_is_there_whole_and_replaced_whole() {
        let (_place, folder) = folder();
        assert_eq!(folder.get("a/b.json", 9).unwrap(), None);
        folder.put("a/b.json", b"one").unwrap();
        folder.put("a/b.json", b"two").unwrap();
        assert_eq!(folder.get("a/b.json", 3).unwrap().unwrap(), b"two");
        assert_eq!(folder.below("a").unwrap(), ["b.json".to_owned()].into());
        assert_eq!(folder.below("").unwrap(), ["a".to_owned()].into());
        assert_eq!(folder.below("none").unwrap(), BTreeSet::new());
        assert_eq!(folder.below("a/b.json").unwrap(), BTreeSet::new());
    }

    #[test]
    fn refuses_what_is_larger_than_allowed() {
        let (_place, folder) = folder();
        folder.put("a", b"four").unwrap();
        let error = folder.get("a", 3).unwrap_err();
        assert_eq!(error.to_string(), "larger than 3 bytes");
    }

    #[cfg(unix)]
    #[test]
    fn objects_are_for_their_owner_and_no_link_is_followed() {
        use std::os::unix::fs::{PermissionsExt, symlink};

        let ((_place, folder), elsewhere) = (folder(), tempfile::tempdir().unwrap());
        folder.put("a/b", b"x").unwrap();
        let mode = |name| {
            fs::metadata(folder.path(name))
                .unwrap()
                .permissions()
                .mode()
                & 0o777
        };
        assert_eq!((mode("a"), mode("a/b")), (0o700, 0o600));

        let victim = elsewhere.path().join("victim");
        fs::write(&victim, "kept").unwrap();
        symlink(&victim, folder.path("a/link")).unwrap();
        folder.put("a/link", b"x").unwrap();
        assert_eq!(fs::read_to_string(&victim).unwrap(), "kept");

        symlink(elsewhere.path(), folder.path("out")).unwrap();
        let error = folder.put("out/b", b"x").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotADirectory);
    }

    #[test]
    fn a_file_is_no_folder() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let error = Folder::new(file.path()).unwrap_err().to_string();
        assert!(error.contains("not a directory"), "{error}");
    }
}
