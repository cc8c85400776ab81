//! What is kept of an account, and reports that a later run is compared with.
#![no_main]

use std::path::Path;

use libfuzzer_sys::fuzz_target;
use roledrift::report::organization;
use roledrift::store::previous_report;

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    let account = "111122223333".parse().expect("an account id");
    let _ = previous_report(Path::new("report.json"), &text, &account);
    if let Ok(mut result) = organization::read(&text) {
        let ids = result.ids();
        if result.understand().is_err() {
            return;
        }
        let counted: usize = result.summary.findings.values().sum();
        assert!(counted >= ids.expect("what is understood has ids").len());
        result.compare(&Default::default());
        let new = result.summary.new.iter().flat_map(|new| new.values());
        assert_eq!(new.sum::<usize>(), result.summary.unwaived.values().sum::<usize>());
    }
});
