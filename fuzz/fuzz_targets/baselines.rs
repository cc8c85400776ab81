//! Baseline files: a family, a document of it and a catalogue, parted by lines `---`.
#![no_main]

use libfuzzer_sys::fuzz_target;
use roledrift::baselines::{Baselines, Files};

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    let mut parts = text.split("\n---\n");
    let mut files = Files::default();
    for path in ["f/family.json", "f/policies/v1.json", "catalog.json"] {
        if let Some(part) = parts.next().filter(|part| !part.is_empty()) {
            files.insert(path, part);
        }
    }
    let mut baselines = Baselines::default();
    if let Err(error) = baselines.add(&files) {
        assert!(error.position.line > 0 || error.file.ends_with(".json"), "{error}");
    }
});
