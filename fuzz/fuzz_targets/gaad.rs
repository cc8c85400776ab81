//! Dumps of `get-account-authorization-details`: what is read makes a snapshot, and is judged.
#![no_main]

use libfuzzer_sys::fuzz_target;
use roledrift::inventory::{gaad, snapshot};

mod judged;

fuzz_target!(|data: &[u8]| {
    let Ok(inventory) = gaad::read(&String::from_utf8_lossy(data)) else {
        return;
    };
    let mut written = Vec::new();
    snapshot::write(&inventory, &mut written).expect("nothing to fail");
    let written = String::from_utf8(written).expect("JSON is UTF-8");
    assert_eq!(snapshot::read(&written).ok(), Some(inventory.clone()));
    judged::judge(&inventory);
});
