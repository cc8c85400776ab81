//! Serves recorded accounts as AWS would, on loopback, until it is killed.
//!
//! Prints one line of JSON with its URL and the credentials of the first account.

use std::path::PathBuf;

use clap::Parser;

#[path = "mod.rs"]
mod fake_account;

use fake_account::{FakeAccount, Options};

/// Answers like AWS over recorded accounts, on loopback.
#[derive(Debug, Parser)]
struct Arguments {
    /// Recorded accounts or worlds
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// Port; 0 takes any
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// Worker threads
    #[arg(long, default_value_t = 2)]
    threads: usize,
    /// File with what `POST /__control` takes
    #[arg(long, value_name = "FILE")]
    control: Option<PathBuf>,
    /// Number of accounts of the fleet
    #[arg(long, value_name = "N")]
    accounts: Option<u64>,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments = Arguments::parse();
    let control = match &arguments.control {
        Some(file) => std::fs::read_to_string(file)?,
        None => "{}".to_owned(),
    };
    let options = Options {
        port: arguments.port,
        threads: arguments.threads,
        control,
        fleet: arguments.accounts,
    };
    let server = FakeAccount::open(&arguments.files, &options)?;
    announce(&server);
    loop {
        std::thread::park();
    }
}

#[expect(clippy::print_stdout, reason = "what the program is asked for")]
fn announce(server: &FakeAccount) {
    let (access_key, secret) = server.first_credentials();
    let line = serde_json::json!({
        "url": server.url(),
        "access_key": access_key,
        "secret_key": secret,
    });
    println!("{line}");
}
