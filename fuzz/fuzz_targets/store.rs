//! A run in a folder: its manifest, then the rows of findings and of roles, parted by lines `---`.
//!
//! `DIGEST` and `0` for bytes in the manifest are filled in, so that rows are looked at too.
#![no_main]

use std::fs;
use std::io::Write as _;
use std::path::PathBuf;
use std::sync::OnceLock;

use flate2::{Compression, GzBuilder};
use libfuzzer_sys::fuzz_target;
use roledrift::objects::Objects;
use roledrift::store::{Store, history};
use sha2::{Digest, Sha256};

const RUN: &str = "dt=2026-11-02/run=20261102T060000Z-019a42c8d9b0-5f3c9a21";

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    let mut parts = text.split("\n---\n");
    let mut manifest = parts.next().unwrap_or_default().to_owned();
    for table in ["findings", "roles"] {
        let rows = parts.next().unwrap_or_default();
        let digest: String = Sha256::digest(rows.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
        let blank = format!(r#""table":"{table}","rows":0,"bytes":0,"sha256":"DIGEST""#);
        let filled = format!(
            r#""table":"{table}","rows":{},"bytes":{},"sha256":"{digest}""#,
            rows.lines().count(),
            rows.len()
        );
        manifest = manifest.replace(&blank, &filled);
        let mut file = GzBuilder::new().write(Vec::new(), Compression::fast());
        file.write_all(rows.as_bytes()).expect("memory");
        put(&format!("{table}/{RUN}/111122223333.ndjson.gz"), &file.finish().expect("memory"));
    }
    put(&format!("runs/{RUN}/111122223333.json"), manifest.as_bytes());
    let store = Store::new(Objects::in_folder(folder()).expect("a folder"));
    let found = history(&store, None).expect("a folder that can be read");
    let runs: usize = found.accounts.iter().map(|account| account.runs.len()).sum();
    assert_eq!(runs + found.set_aside.len(), 1, "{found:?}");
});

fn folder() -> PathBuf {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    let make = || {
        let memory = PathBuf::from("/dev/shm");
        let above = if memory.is_dir() { memory } else { std::env::temp_dir() };
        above.join(format!("roledrift-fuzz-{}", std::process::id()))
    };
    FOLDER.get_or_init(make).clone()
}

fn put(path: &str, bytes: &[u8]) {
    let path = folder().join(path);
    fs::create_dir_all(path.parent().expect("a folder above")).expect("a folder");
    fs::write(path, bytes).expect("a file");
}
