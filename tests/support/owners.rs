//! Adds what roles serve to an account under construction.

use std::collections::BTreeMap;

use roledrift::inventory::{
    Campaigns, CampaignsApi, Domain, DomainSettings, Instance, Observed, Onboarding, Owners,
    RegionOwners, StorageTarget, StorageUse, Switch,
};
use roledrift::model::{Arn, Region};

use super::{ACCOUNT, Account};

pub const REGION: &str = "eu-west-2";
pub const INSTANCE: &str = "0f1e2d3c-4b5a-6978-8695-a4b3c2d1e0f1";
pub const OTHER: &str = "aaaaaaaa-4b5a-6978-8695-a4b3c2d1e0f1";

/// Returns a Region by name.
pub fn region(name: &str) -> Region {
    name.parse().unwrap()
}

/// Returns the ARN of an instance.
pub fn instance_arn(region: &str, id: &str) -> Arn {
    format!("arn:aws:connect:{region}:{ACCOUNT}:instance/{id}")
        .parse()
        .unwrap()
}

/// Returns an instance with everything read and nothing configured.
pub fn instance(region: &str, id: &str, role: Option<Arn>) -> Instance {
    Instance {
        arn: instance_arn(region, id),
        id: id.to_owned(),
        alias: Some("acme".to_owned()),
        status: "ACTIVE".to_owned(),
        created_at: Some("2024-02-03T04:00:00Z".parse().unwrap()),
        role,
        storage: StorageUse::ALL
            .iter()
            .map(|of| (*of, Observed::Read(Vec::new())))
            .collect(),
        bots: Observed::Read(Vec::new()),
        integrations: Observed::Read(Vec::new()),
        switches: Switch::ALL
            .iter()
            .map(|switch| (*switch, Observed::Read(false)))
            .collect(),
        domains: Observed::Read(Vec::new()),
        campaigns: [CampaignsApi::V1, CampaignsApi::V2]
            .map(|version| (version, Observed::Read(None)))
            .into(),
    }
}

/// Returns a Customer Profiles domain.
pub fn domain(name: &str) -> Domain {
    Domain {
        name: name.to_owned(),
        created_at: Some("2024-02-03T04:00:00Z".parse().unwrap()),
        settings: Observed::Read(DomainSettings::default()),
    }
}

/// Returns objects of a bucket as a storage target.
pub fn bucket(name: &str, prefix: &str) -> StorageTarget {
    StorageTarget::S3 {
        bucket: name.to_owned(),
        prefix: prefix.to_owned(),
        key: None,
    }
}

impl Account {
    /// Says that every Region was asked, and that these hold nothing.
    pub fn asked(&mut self, regions: &[&str]) {
        let nothing = || RegionOwners {
            instances: Observed::Read(Vec::new()),
            domains: Observed::Read(Vec::new()),
        };
        self.0.owners = Owners {
            listing: Observed::Read(()),
            regions: regions
                .iter()
                .map(|name| (region(name), nothing()))
                .collect::<BTreeMap<_, _>>(),
        };
    }

    /// Returns what a Region holds, to change.
    pub fn region(&mut self, name: &str) -> &mut RegionOwners {
        self.0.owners.regions.get_mut(&region(name)).unwrap()
    }

    /// Adds an instance.
    pub fn add_instance(&mut self, name: &str, instance: Instance) {
        if let Observed::Read(instances) = &mut self.region(name).instances {
            instances.push(instance);
        }
    }

    /// Adds a domain.
    pub fn add_domain(&mut self, name: &str, domain: Domain) {
        if let Observed::Read(domains) = &mut self.region(name).domains {
            domains.push(domain);
        }
    }

    /// Returns the only instance of a Region, to change.
    pub fn the_instance(&mut self) -> &mut Instance {
        match &mut self.region(REGION).instances {
            Observed::Read(instances) => &mut instances[0],
            Observed::NotRead(_) => unreachable!("the test said that they were read"),
        }
    }

    /// Returns the ARN of a role.
    pub fn arn(&mut self, role: &str) -> Arn {
        self.role(role).arn.clone()
    }

    /// Says what outbound campaigns know of the only instance.
    pub fn campaigns_act_in(&mut self, role: &str) {
        let role = self.arn(role);
        let known = Campaigns {
            role: Some(role),
            key: None,
            onboarding: Observed::Read(Some(Onboarding {
                status: "SUCCEEDED".to_owned(),
                failure: None,
            })),
            integrations: Observed::Read(Vec::new()),
            campaigns: Observed::Read(Vec::new()),
        };
        let campaigns = &mut self.the_instance().campaigns;
        campaigns.insert(CampaignsApi::V2, Observed::Read(Some(known)));
    }

    /// An account with one Amazon Connect role and its instance, on which nothing is configured.
    pub fn with_instance() -> Self {
        let mut account = Self::connect();
        account.asked(&[REGION, "us-east-1"]);
        let role = account.arn(super::CONNECT);
        account.add_instance(REGION, instance(REGION, INSTANCE, Some(role)));
        account
    }

    /// An account with one campaigns role and the instance that campaigns were enabled for.
    pub fn with_campaigns() -> Self {
        let mut account = Self::campaigns();
        account.asked(&[REGION]);
        account.add_role(
            super::CONNECT,
            "/aws-service-role/connect.amazonaws.com/",
            "connect.amazonaws.com",
        );
        let text = super::baseline_file("connect/policies/v55.json");
        account.attach(super::CONNECT, super::CONNECT_POLICY, "v55", &text);
        let role = account.arn(super::CONNECT);
        account.add_instance(REGION, instance(REGION, INSTANCE, Some(role)));
        account.campaigns_act_in(super::CAMPAIGNS);
        let text = format!(
            r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Action":[
            "connect:StartOutboundVoiceContact","connect:GetMetricData",
            "connect:GetCurrentMetricData","connect:GetCurrentUserData"],
            "Resource":"{}*"}}]}}"#,
            instance_arn(REGION, INSTANCE)
        );
        account.inline(
            super::CAMPAIGNS,
            "ConnectCampaignsServiceConnectIntegrationAccess",
            super::read(&text),
        );
        account
    }

    /// Configures storage of the only instance.
    pub fn store(&mut self, of: StorageUse, target: StorageTarget) {
        let targets = Observed::Read(vec![target]);
        self.the_instance().storage.insert(of, targets);
    }
}
