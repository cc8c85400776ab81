//! Accounts to generate: which roles there are, what they serve, what drifted, what was not read.

use proptest::prelude::*;
use roledrift::inventory::{Observed, StorageUse, Switch};
use roledrift::lock::Lock;

use super::drift::Drift;
use super::support::owners::{OTHER, REGION, bucket, domain, instance};
use super::support::{Account, CAMPAIGNS, CLOUDTRAIL, CONNECT, allow, read};

/// Says what an account is made of.
#[derive(Debug, Clone)]
#[expect(clippy::struct_excessive_bools, reason = "each is a choice of its own")]
pub struct Recipe {
    /// What the Connect role serves, if anything is known of that.
    pub serves: Serves,
    pub campaigns: bool,
    pub cloudtrail: bool,
    /// A role that nothing is known of.
    pub unknown: bool,
    pub second_instance: bool,
    pub recordings: bool,
    pub domain: bool,
    pub switches: Vec<Switch>,
    /// What drifted before the test begins.
    pub drifts: Vec<Drift>,
    /// Whether the account is compared with a lock file of its own.
    pub locked: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Serves {
    /// What roles serve was left out.
    Skipped,
    Nothing,
    Instance,
}

pub fn recipes() -> impl Strategy<Value = Recipe> {
    let serves = prop_oneof![
        1 => Just(Serves::Skipped),
        1 => Just(Serves::Nothing),
        4 => Just(Serves::Instance),
    ];
    let switches = proptest::sample::subsequence(Switch::ALL.to_vec(), 0..=2);
    let drifts = proptest::sample::subsequence(Drift::ALL.to_vec(), 0..=3);
    let flags = any::<[bool; 7]>();
    (serves, switches, drifts, flags).prop_map(|(serves, switches, drifts, flags)| Recipe {
        serves,
        campaigns: flags[0],
        cloudtrail: flags[1],
        unknown: flags[2],
        second_instance: flags[3],
        recordings: flags[4],
        domain: flags[5],
        switches,
        drifts,
        locked: flags[6],
    })
}

impl Recipe {
    /// Makes the account, without what drifted.
    pub fn sound(&self) -> Account {
        let mut account = if self.campaigns {
            Account::with_campaigns()
        } else {
            Account::with_instance()
        };
        match self.serves {
            Serves::Skipped => account.0.owners = roledrift::inventory::Owners::skipped(),
            Serves::Nothing => account.asked(&[REGION, "us-east-1"]),
            Serves::Instance => self.configure(&mut account),
        }
        if self.cloudtrail {
            let path = "/aws-service-role/cloudtrail.amazonaws.com/";
            account.add_role(CLOUDTRAIL, path, "cloudtrail.amazonaws.com");
            let text = allow(r#""cloudtrail:*""#, "*");
            account.attach(CLOUDTRAIL, "CloudTrailServiceRolePolicy", "v3", &text);
        }
        if self.unknown {
            let path = "/aws-service-role/nothing.amazonaws.com/";
            account.add_role("AWSServiceRoleForNothing", path, "nothing.amazonaws.com");
        }
        account
    }

    fn configure(&self, account: &mut Account) {
        if self.recordings {
            account.store(StorageUse::CallRecordings, bucket("recordings", "calls"));
            let document = allow(
                r#"["s3:GetObject","s3:GetObjectAcl","s3:PutObject","s3:PutObjectAcl"]"#,
                "arn:aws:s3:::recordings/calls/*",
            );
            account.inline(CONNECT, "AmazonConnectServiceRoleS3", read(&document));
        }
        for switch in &self.switches {
            let switches = &mut account.the_instance().switches;
            switches.insert(*switch, Observed::Read(true));
        }
        if self.domain {
            account.add_domain(REGION, domain("amazon-connect-acme"));
            account.the_instance().domains = Observed::Read(vec!["amazon-connect-acme".to_owned()]);
        }
        if self.second_instance {
            let role = account.arn(CONNECT);
            account.add_instance(REGION, instance(REGION, OTHER, Some(role)));
        }
    }

    /// Makes the account with what drifted.
    pub fn account(&self) -> Account {
        let mut account = self.sound();
        for drift in &self.drifts {
            drift.apply(&mut account);
        }
        account
    }

    /// Returns a lock of the sound account, where there is to be one.
    pub fn lock(&self) -> Option<Lock> {
        let mut lock = Lock::default();
        lock.observe(&self.sound().0, "2026-11-01".parse().unwrap());
        self.locked.then_some(lock)
    }

    /// Tells whether the account has a role.
    pub fn has(&self, role: &str) -> bool {
        match role {
            CAMPAIGNS => self.campaigns,
            CLOUDTRAIL => self.cloudtrail,
            _ => role == CONNECT,
        }
    }
}
