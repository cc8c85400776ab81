//! Builds small accounts for tests: one conforming role of each kind, and ways to change it.

#![allow(
    dead_code,
    unreachable_pub,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "shared by test files that each use a part; a failed unwrap is a failed test"
)]

pub mod owners;

use std::collections::BTreeMap;
use std::sync::OnceLock;

use roledrift::audit::{Audit, Finding, Selection, Status, audit};
use roledrift::baselines::Baselines;
use roledrift::inventory::{
    Carrier, CarrierKind, DocumentText, InlinePolicy, Inventory, LastUse, ManagedPolicy, Observed,
    Owners, Role, Unread, UnreadReason,
};
use roledrift::model::{AccountId, Arn, Partition, RoleName, RolePath};

pub const ACCOUNT: &str = "111122223333";
pub const CONNECT: &str = "AWSServiceRoleForAmazonConnect_h7Kq2mZx9Vt4Rb6Ny1Lp";
pub const CONNECT_POLICY: &str = "AmazonConnectServiceLinkedRolePolicy";
pub const CAMPAIGNS: &str = "AWSServiceRoleForConnectCampaigns_Tg5Yh2Nj8Km1Vb4Xc7Zq";
pub const CLOUDTRAIL: &str = "AWSServiceRoleForCloudTrail";

/// Returns the embedded baselines, read once.
pub fn baselines() -> &'static Baselines {
    static BASELINES: OnceLock<Baselines> = OnceLock::new();
    BASELINES.get_or_init(|| Baselines::embedded().unwrap())
}

/// Returns the text of an embedded baseline file.
pub fn baseline_file(path: &str) -> String {
    std::fs::read_to_string(format!("{}/baselines/{path}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

/// Says that a fact was denied.
pub fn denied<T>(operation: &str) -> Observed<T> {
    Observed::NotRead(Unread {
        reason: UnreadReason::Denied,
        operation: operation.to_owned(),
        message: "AccessDenied: not authorized".to_owned(),
    })
}

/// Returns a document as read.
pub fn read(text: &str) -> Observed<DocumentText> {
    Observed::Read(DocumentText::new(text))
}

/// Returns a policy document with one allow statement.
pub fn allow(actions: &str, resource: &str) -> String {
    format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Action":{actions},"Resource":"{resource}"}}]}}"#
    )
}

/// Returns the trust policy of a service.
pub fn trust(principal: &str) -> String {
    format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":{{"Service":"{principal}"}},"Action":"sts:AssumeRole"}}]}}"#
    )
}

/// An account under construction.
#[derive(Clone)]
pub struct Account(pub Inventory);

impl Account {
    /// An account without roles.
    pub fn empty() -> Self {
        Self(Inventory {
            account: ACCOUNT.parse::<AccountId>().unwrap(),
            partition: Partition::commercial(),
            collected_at: Some("2026-11-02T06:00:00Z".parse().unwrap()),
            listing: Observed::Read(()),
            policy_listing: Observed::Read(()),
            roles: Vec::new(),
            policies: BTreeMap::new(),
            owners: Owners::skipped(),
        })
    }

    /// An account with one conforming Amazon Connect role.
    pub fn connect() -> Self {
        let mut account = Self::empty();
        account.add_role(
            CONNECT,
            "/aws-service-role/connect.amazonaws.com/",
            "connect.amazonaws.com",
        );
        let text = baseline_file("connect/policies/v55.json");
        account.attach(CONNECT, CONNECT_POLICY, "v55", &text);
        account
    }

    /// An account with one conforming campaigns role.
    pub fn campaigns() -> Self {
        let mut account = Self::empty();
        account.add_role(
            CAMPAIGNS,
            "/aws-service-role/connect-campaigns.amazonaws.com/",
            "connect-campaigns.amazonaws.com",
        );
        let text = baseline_file("connect-campaigns/policies/v5.json");
        account.attach(
            CAMPAIGNS,
            "AmazonConnectCampaignsServiceLinkedRolePolicy",
            "v5",
            &text,
        );
        account.role(CAMPAIGNS).description = Observed::Read(Some(
            "Enables access to AWS Services and Resources used or managed by Amazon Connect Campaigns."
                .to_owned(),
        ));
        account
    }

    /// An account with one conforming role that is in the catalogue only.
    pub fn cloudtrail() -> Self {
        let mut account = Self::empty();
        account.add_role(
            CLOUDTRAIL,
            "/aws-service-role/cloudtrail.amazonaws.com/",
            "cloudtrail.amazonaws.com",
        );
        let text = allow(r#""cloudtrail:*""#, "*");
        account.attach(CLOUDTRAIL, "CloudTrailServiceRolePolicy", "v3", &text);
        account
    }

    /// Adds a role that trusts a service and carries nothing.
    pub fn add_role(&mut self, name: &str, path: &str, principal: &str) {
        let name: RoleName = name.parse().unwrap();
        let path: RolePath = path.parse().unwrap();
        self.0.roles.push(Role {
            arn: Arn::role(&self.0.partition, ACCOUNT, &path, &name),
            name,
            path,
            created_at: Some("2024-02-03T04:05:06Z".parse().unwrap()),
            trust: read(&trust(principal)),
            attached: Observed::Read(Vec::new()),
            inline: Observed::Read(Vec::new()),
            description: Observed::Read(None),
            max_session_seconds: Observed::Read(3600),
            boundary: Observed::Read(None),
            tags: Observed::Read(BTreeMap::new()),
            last_use: Observed::Read(Some(LastUse {
                at: "2026-11-01T12:00:00Z".parse().unwrap(),
                region: "eu-west-2".to_owned(),
            })),
        });
        self.0.roles.sort_by(|a, b| a.arn.cmp(&b.arn));
    }

    /// Attaches one of AWS's service-linked policies, or any policy by ARN.
    pub fn attach(&mut self, role: &str, policy: &str, version: &str, text: &str) {
        let arn: Arn = if policy.starts_with("arn:") {
            policy.parse().unwrap()
        } else {
            Arn::linked_policy(&self.0.partition, policy)
        };
        let carrier = Carrier {
            kind: CarrierKind::Role,
            name: role.to_owned(),
        };
        let carriers = arn
            .is_linked_policy()
            .then(|| Observed::Read(vec![carrier]));
        self.0.policies.insert(
            arn.clone(),
            ManagedPolicy {
                arn: arn.clone(),
                default_version: Observed::Read(version.parse().unwrap()),
                document: read(text),
                carriers,
            },
        );
        if let Observed::Read(attached) = &mut self.role(role).attached {
            attached.push(arn);
            attached.sort();
        }
    }

    /// Adds an inline policy.
    pub fn inline(&mut self, role: &str, name: &str, document: Observed<DocumentText>) {
        if let Observed::Read(inline) = &mut self.role(role).inline {
            inline.push(InlinePolicy {
                name: name.to_owned(),
                document,
            });
        }
    }

    /// Returns a role to change.
    pub fn role(&mut self, name: &str) -> &mut Role {
        self.0
            .roles
            .iter_mut()
            .find(|role| role.name.as_str() == name)
            .unwrap()
    }

    /// Returns one of AWS's service-linked policies to change.
    pub fn policy(&mut self, name: &str) -> &mut ManagedPolicy {
        self.0
            .policies
            .get_mut(&Arn::linked_policy(&Partition::commercial(), name))
            .unwrap()
    }

    /// Audits the account by the embedded baselines.
    pub fn audit(&self) -> Audit {
        audit(&self.0, baselines(), &Selection::default())
    }
}

/// What an audit says, short enough to compare.
pub trait Verdicts {
    /// Rule ids of all findings, in order.
    fn rules(&self) -> Vec<&'static str>;
    /// The one finding of a rule.
    fn finding(&self, rule: &str) -> &Finding;
    /// The status of the one role.
    fn status(&self) -> Status;
    /// Rules that made no claim.
    fn undecided(&self) -> Vec<&'static str>;
}

impl Verdicts for Audit {
    fn rules(&self) -> Vec<&'static str> {
        self.findings
            .iter()
            .map(|finding| finding.rule.id)
            .collect()
    }

    fn finding(&self, rule: &str) -> &Finding {
        let found: Vec<_> = self
            .findings
            .iter()
            .filter(|finding| finding.rule.id == rule)
            .collect();
        assert_eq!(found.len(), 1, "{:?}", self.rules());
        found[0]
    }

    fn status(&self) -> Status {
        assert_eq!(self.roles.len(), 1);
        self.roles[0].status
    }

    fn undecided(&self) -> Vec<&'static str> {
        let mut rules: Vec<_> = self
            .roles
            .iter()
            .flat_map(|role| role.gaps.iter().filter_map(|gap| gap.rule))
            .collect();
        rules.sort_unstable();
        rules.dedup();
        rules
    }
}
