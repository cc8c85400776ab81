//! Recorded accounts: what is read is written and read again as the same, and judged without a panic.
#![no_main]

use libfuzzer_sys::fuzz_target;
use roledrift::inventory::snapshot;

mod judged;

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    let places = snapshot::Places::find(&text);
    let Ok(inventory) = snapshot::read(&text) else {
        return;
    };
    assert!(places.is_ok(), "{places:?}");
    let mut written = Vec::new();
    snapshot::write(&inventory, &mut written).expect("nothing to fail");
    let written = String::from_utf8(written).expect("JSON is UTF-8");
    assert_eq!(snapshot::read(&written).ok().as_ref(), Some(&inventory));
    judged::judge(&inventory);
});
