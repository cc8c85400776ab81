//! Lock files: what is read is written and read again as the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use roledrift::lock::Lock;

fuzz_target!(|data: &[u8]| {
    let Ok(lock) = Lock::parse(&String::from_utf8_lossy(data)) else {
        return;
    };
    let written = write(&lock);
    let again = Lock::parse(&written).unwrap_or_else(|error| panic!("{error}: {written}"));
    assert_eq!(write(&again), written);
});

fn write(lock: &Lock) -> String {
    let mut text = Vec::new();
    lock.write(&mut text).expect("nothing to fail");
    String::from_utf8(text).expect("JSON is UTF-8")
}
