//! Exit codes, as the program itself gives them.

use std::collections::HashMap;
use std::process::{Command, Stdio};
use std::sync::{Mutex, PoisonError};

use roledrift::inventory::{Inventory, snapshot};

/// Remembers what the program said of each inventory.
#[derive(Debug, Default)]
pub(crate) struct Exits {
    known: Mutex<HashMap<Vec<u8>, i32>>,
}

impl Exits {
    /// Returns the exit code of a scan of what was read: a snapshot of an account is the account.
    pub(crate) fn of(&self, inventory: &Inventory) -> i32 {
        let mut text = Vec::new();
        snapshot::write(inventory, &mut text).unwrap();
        let known = || self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(code) = known().get(&text) {
            return *code;
        }
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("account.json");
        std::fs::write(&file, &text).unwrap();
        let status = Command::new(env!("CARGO_BIN_EXE_roledrift"))
            .args(["scan", "--snapshot"])
            .arg(&file)
            .current_dir(folder.path())
            .env_clear()
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        let code = status.unwrap().code().unwrap();
        known().insert(text, code);
        code
    }
}
