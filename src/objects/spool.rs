//! One temporary file with the objects of a process, gone with it.
//!
//! A file for each of ten thousand objects that nobody needs afterwards would be most of the system's work,
//! and the file may lie in memory: objects are compressed, for speed.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use lz4_flex::block::{compress, decompress};

use super::too_large;

/// Holds objects one behind the other; what was replaced stays in the file, unnamed.
#[derive(Debug, Clone)]
pub(super) struct Spool(Arc<Mutex<Content>>);

#[derive(Debug)]
struct Content {
    file: File,
    /// How long the file is as far as whole objects go.
    length: u64,
    objects: BTreeMap<String, Extent>,
}

#[derive(Debug, Clone, Copy)]
struct Extent {
    start: u64,
    /// In the file.
    packed: usize,
    /// Of the object.
    length: usize,
}

impl Spool {
    /// Makes a file that has no name, for its owner only.
    pub(super) fn new() -> io::Result<Self> {
        Ok(Self(Arc::new(Mutex::new(Content {
            file: tempfile::tempfile()?,
            length: 0,
            objects: BTreeMap::new(),
        }))))
    }

    pub(super) fn put(&self, name: &str, bytes: &[u8]) -> io::Result<()> {
        let block = compress(bytes);
        let mut content = self.content();
        let extent = Extent {
            start: content.length,
            packed: block.len(),
            length: bytes.len(),
        };
        // What a full disk cut off lies behind the last whole object, and is written over.
        content.file.seek(SeekFrom::Start(extent.start))?;
        content.file.write_all(&block)?;
        content.length += extent.packed as u64;
        content.objects.insert(name.to_owned(), extent);
        Ok(())
    }

    pub(super) fn get(&self, name: &str, most: u64) -> io::Result<Option<Vec<u8>>> {
        let mut content = self.content();
        let Some(&extent) = content.objects.get(name) else {
            return Ok(None);
        };
        if extent.length as u64 > most {
            return Err(too_large(most));
        }
        content.file.seek(SeekFrom::Start(extent.start))?;
        let mut block = vec![0; extent.packed];
        content.file.read_exact(&mut block)?;
        drop(content);
        let bytes = decompress(&block, extent.length);
        Ok(Some(bytes.map_err(io::Error::other)?))
    }

    pub(super) fn below(&self, name: &str) -> BTreeSet<String> {
        let content = self.content();
        let names = content.objects.keys().filter_map(|object| {
            let rest = object.strip_prefix(name)?;
            let rest = if name.is_empty() {
                rest
            } else {
                rest.strip_prefix('/')?
            };
            rest.split('/').next()
        });
        names.map(str::to_owned).collect()
    }

    pub(super) fn contains(&self, name: &str) -> bool {
        self.content().objects.contains_key(name)
    }

    fn content(&self) -> MutexGuard<'_, Content> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_object_is_there_whole_and_replaced_whole() {
        let spool = Spool::new().unwrap();
        assert_eq!(spool.get("a/b", 9).unwrap(), None);
        for (name, bytes) in [("a/b", "one"), ("ab", "x"), ("a/c/d", ""), ("a/b", "other")] {
            spool.put(name, bytes.as_bytes()).unwrap();
        }
        assert_eq!(spool.get("a/b", 5).unwrap().unwrap(), b"other");
        assert_eq!(spool.get("ab", 5).unwrap().unwrap(), b"x");
        assert_eq!(spool.get("a/c/d", 0).unwrap().unwrap(), b"");
        assert!(spool.contains("a/c/d") && !spool.contains("a/c"));
        assert_eq!(spool.below("a"), ["b".to_owned(), "c".to_owned()].into());
        assert_eq!(spool.below(""), ["a".to_owned(), "ab".to_owned()].into());
        assert_eq!(spool.below("a/b"), BTreeSet::new());
    }

    #[test]
    fn refuses_what_is_larger_than_allowed() {
        let spool = Spool::new().unwrap();
        spool.put("a", b"four").unwrap();
        let error = spool.get("a", 3).unwrap_err();
        assert_eq!(error.to_string(), "larger than 3 bytes");
    }
}
