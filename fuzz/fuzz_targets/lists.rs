//! Lists of accounts, plans and files of shards.
#![no_main]

use std::collections::BTreeSet;

use libfuzzer_sys::fuzz_target;
use roledrift::organization::{Plan, Planned, read_accounts, read_shards, write_shards};

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    if let Ok(accounts) = read_accounts(&text) {
        let ids: BTreeSet<_> = accounts.iter().map(|member| &member.id).collect();
        assert_eq!(ids.len(), accounts.len());
    }
    if let Ok(plan) = Plan::from_json(&text) {
        check(&plan.accounts);
        let again = plan.to_json().expect("nothing to fail");
        assert_eq!(Plan::from_json(&again).ok(), Some(plan));
    }
    if let Ok((plan, lines)) = read_shards(&text) {
        check(&plan.accounts);
        assert_eq!(lines.len(), plan.shards);
        // Which shard an account is of may be told otherwise; which accounts there are may not.
        let again = write_shards(&plan).expect("nothing to fail");
        assert_eq!(read_shards(&again).ok().map(|(plan, _)| plan), Some(plan));
    }
});

fn check(accounts: &[Planned]) {
    let ids: BTreeSet<_> = accounts.iter().map(|account| &account.id).collect();
    assert_eq!(ids.len(), accounts.len());
}
