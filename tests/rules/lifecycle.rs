//! Rules about roles and what they serve, that come and go together.

use roledrift::audit::{Confidence, Selection, Status};
use roledrift::inventory::{
    Campaigns, CampaignsApi, LastUse, Observed, Owners, Unread, UnreadReason,
};
use roledrift::model::Arn;

use crate::support::owners::{INSTANCE, OTHER, REGION, domain, instance, instance_arn};
use crate::support::{
    ACCOUNT, Account, CAMPAIGNS, CLOUDTRAIL, CONNECT, Verdicts, allow, baseline_file, baselines,
    denied, read,
};

const PROFILE: &str = "AWSServiceRoleForProfile_c4f8a1e2d7";
const LEGACY: &str = "AWSServiceRoleForAmazonConnect";

/// Adds a conforming Customer Profiles role.
fn add_profile(account: &mut Account, role: &str) {
    let principal = "profile.amazonaws.com";
    account.add_role(role, &format!("/aws-service-role/{principal}/"), principal);
    let text = baseline_file("customer-profiles/policies/v3.json");
    account.attach(role, "CustomerProfilesServiceLinkedRolePolicy", "v3", &text);
    let policy = account.policy("CustomerProfilesServiceLinkedRolePolicy");
    policy.carriers = Some(Observed::Read(Vec::new()));
}

fn profiles(roles: &[&str], domains: &[&str]) -> Account {
    let mut account = Account::empty();
    account.asked(&[REGION, "us-east-1"]);
    for role in roles {
        add_profile(&mut account, role);
    }
    for name in domains {
        account.add_domain(REGION, domain(name));
    }
    account
}

#[test]
fn a_role_that_an_instance_names_is_no_orphan() {
    let audit = Account::with_instance().audit();
    assert!(audit.findings.is_empty(), "{:?}", audit.findings);
    assert_eq!(audit.status(), Status::Conforms);
}

#[test]
fn reports_a_role_that_nothing_names_once_every_region_was_read() {
    let mut account = Account::connect();
    account.asked(&[REGION, "us-east-1"]);
    let audit = account.audit();
    assert_eq!(audit.rules(), ["orphaned-role"]);
    let finding = audit.finding("orphaned-role");
    assert_eq!(finding.confidence, Confidence::Exact);
    assert!(
        finding.summary.contains("last used 2026-11-01"),
        "{}",
        finding.summary
    );

    let mut account = Account::campaigns();
    account.asked(&[REGION]);
    assert_eq!(account.audit().rules(), ["orphaned-role"]);
}

#[test]
fn claims_no_orphan_while_a_region_or_the_list_of_regions_was_not_read() {
    let mut account = Account::connect();
    account.asked(&[REGION, "us-east-1"]);
    account.region("us-east-1").instances = denied("connect:ListInstances");
    let audit = account.audit();
    assert!(!audit.rules().contains(&"orphaned-role"));
    assert!(audit.undecided().contains(&"orphaned-role"));
    assert_eq!(audit.status(), Status::Inconclusive);

    let mut account = Account::connect();
    account.asked(&[REGION]);
    account.0.owners.listing = denied("account:ListRegions");
    assert!(account.audit().undecided().contains(&"orphaned-role"));

    // Regions that the user narrowed were asked; the others may hold the owner.
    account.0.owners.listing = Observed::NotRead(Unread {
        reason: UnreadReason::Skipped,
        operation: "account:ListRegions".to_owned(),
        message: "only eu-west-2 was asked".to_owned(),
    });
    let audit = account.audit();
    assert!(audit.undecided().contains(&"orphaned-role"));
    assert!(!audit.owners_skipped);
}

#[test]
fn campaigns_that_were_not_read_may_name_a_role() {
    let mut account = Account::with_campaigns();
    for fact in account.the_instance().campaigns.values_mut() {
        *fact = denied("connect-campaigns:GetConnectInstanceConfig");
    }
    let audit = account.audit();
    assert!(!audit.rules().contains(&"orphaned-role"));
    assert!(audit.undecided().contains(&"orphaned-role"));
}

#[test]
fn campaigns_that_name_no_role_may_act_in_any() {
    let with_roles = |first: Option<&str>| {
        let mut account = Account::with_campaigns();
        let named = first.map(|name| account.arn(name));
        let campaigns = &mut account.the_instance().campaigns;
        let known = campaigns[&CampaignsApi::V2].read().cloned().flatten();
        for (version, role) in [(CampaignsApi::V1, named), (CampaignsApi::V2, None)] {
            let known = known.clone().map(|known| Campaigns { role, ..known });
            campaigns.insert(version, Observed::Read(known));
        }
        account.audit()
    };
    let audit = with_roles(None);
    assert!(!audit.rules().contains(&"orphaned-role"));
    assert!(audit.undecided().contains(&"orphaned-role"));

    // One version of the API that names a role answers for the other.
    let audit = with_roles(Some(CAMPAIGNS));
    assert!(!audit.rules().contains(&"orphaned-role"));
    assert!(!audit.undecided().contains(&"orphaned-role"));
    let audit = with_roles(Some(CONNECT));
    assert!(audit.rules().contains(&"orphaned-role"));
    assert!(!audit.undecided().contains(&"orphaned-role"));
}

#[test]
fn a_role_made_minutes_ago_is_undecided() {
    let mut account = Account::connect();
    account.asked(&[REGION]);
    account.role(CONNECT).created_at = Some("2026-11-02T05:30:00Z".parse().unwrap());
    let audit = account.audit();
    assert_eq!(audit.rules(), ["unread-input"]);
    assert_eq!(audit.undecided(), ["orphaned-role"]);
}

#[test]
fn the_old_role_may_serve_an_instance_that_has_none() {
    let legacy = || {
        let mut account = Account::connect();
        let path = "/aws-service-role/connect.amazonaws.com/";
        account.add_role(LEGACY, path, "connect.amazonaws.com");
        let text = baseline_file("connect/policies/v55.json");
        account.attach(LEGACY, crate::support::CONNECT_POLICY, "v55", &text);
        account.0.policies.values_mut().for_each(|policy| {
            policy.carriers = Some(Observed::Read(Vec::new()));
        });
        account.asked(&[REGION]);
        let role = account.arn(CONNECT);
        account.add_instance(REGION, instance(REGION, INSTANCE, Some(role)));
        account
    };
    let mut account = legacy();
    let mut old = instance(REGION, OTHER, None);
    old.created_at = Some("2017-05-01T00:00:00Z".parse().unwrap());
    account.add_instance(REGION, old);
    assert_eq!(
        account.audit().rules(),
        ["instance-without-role", "legacy-role-name"]
    );
    assert_eq!(
        legacy().audit().rules(),
        ["orphaned-role", "legacy-role-name"]
    );

    // Several instances may share it.
    let mut account = legacy();
    let role = account.arn(LEGACY);
    for id in [OTHER, "bbbbbbbb"] {
        account.add_instance(REGION, instance(REGION, id, Some(role.clone())));
    }
    assert_eq!(account.audit().rules(), ["legacy-role-name"]);
}

#[test]
fn tells_why_an_instance_has_no_role() {
    let mut account = Account::with_instance();
    for (created, cause) in [
        (Some("2018-09-30T23:59:59Z"), "before October 2018"),
        (Some("2018-10-01T00:00:00Z"), "the role was deleted"),
        (None, "no day of creation is known"),
    ] {
        let mut other = instance("us-east-1", OTHER, None);
        other.created_at = created.map(|time| time.parse().unwrap());
        account.region("us-east-1").instances = Observed::Read(vec![other]);
        let audit = account.audit();
        assert_eq!(audit.rules(), ["instance-without-role"]);
        let finding = audit.finding("instance-without-role");
        assert!(finding.summary.contains(cause), "{}", finding.summary);
        assert_eq!(finding.resource, instance_arn("us-east-1", OTHER));
        assert_eq!(finding.role, None);
    }
    let absent: Arn = format!(
        "arn:aws:iam::{ACCOUNT}:role/aws-service-role/connect.amazonaws.com/AWSServiceRoleForAmazonConnect_gone"
    )
    .parse()
    .unwrap();
    let other = instance("us-east-1", OTHER, Some(absent));
    account.region("us-east-1").instances = Observed::Read(vec![other]);
    let audit = account.audit();
    let finding = audit.finding("instance-without-role");
    assert!(
        finding
            .summary
            .contains("AWSServiceRoleForAmazonConnect_gone"),
        "{}",
        finding.summary
    );

    account.0.listing = denied("iam:ListRoles");
    let audit = account.audit();
    assert!(!audit.rules().contains(&"instance-without-role"));
    assert!(
        audit
            .gaps
            .iter()
            .any(|gap| gap.rule == Some("instance-without-role"))
    );
}

#[test]
fn an_instance_that_is_not_there_yet_needs_no_role() {
    let mut account = Account::with_instance();
    for (status, open) in [("CREATION_IN_PROGRESS", true), ("CREATION_FAILED", false)] {
        let mut other = instance("us-east-1", OTHER, None);
        other.status = status.to_owned();
        account.region("us-east-1").instances = Observed::Read(vec![other]);
        let audit = account.audit();
        assert!(audit.findings.is_empty(), "{status}");
        assert_eq!(audit.is_complete(), !open, "{status}");
    }
}

#[test]
fn a_campaigns_role_that_is_gone_is_told_of_its_instance() {
    let mut account = Account::with_campaigns();
    account
        .0
        .roles
        .retain(|role| role.name.as_str() != CAMPAIGNS);
    account.0.policies.values_mut().for_each(|policy| {
        policy.carriers = Some(Observed::Read(Vec::new()));
    });
    let audit = account.audit();
    let finding = audit.finding("instance-without-role");
    assert!(
        finding.summary.contains("outbound campaigns name"),
        "{}",
        finding.summary
    );
}

#[test]
fn regions_that_were_not_read_may_hold_instances_without_role() {
    let mut account = Account::with_instance();
    account.region("us-east-1").instances = denied("connect:ListInstances");
    let audit = account.audit();
    assert!(
        audit
            .gaps
            .iter()
            .any(|gap| gap.rule == Some("instance-without-role"))
    );
}

#[test]
fn reports_a_role_that_two_instances_name() {
    let mut account = Account::with_instance();
    let role = account.arn(CONNECT);
    account.add_instance("us-east-1", instance("us-east-1", OTHER, Some(role)));
    let audit = account.audit();
    assert_eq!(audit.rules(), ["shared-role"]);
    let summary = &audit.finding("shared-role").summary;
    assert!(
        summary.contains(INSTANCE) && summary.contains(OTHER),
        "{summary}"
    );
}

#[test]
fn whether_a_role_is_shared_is_open_while_a_region_was_not_read() {
    let mut account = Account::with_instance();
    account.region("us-east-1").instances = denied("connect:ListInstances");
    assert!(account.audit().undecided().contains(&"shared-role"));
}

#[test]
fn compares_profile_roles_and_domains_by_number() {
    let second = "AWSServiceRoleForProfile_b";
    assert!(
        profiles(&[PROFILE, second], &["a", "b"])
            .audit()
            .findings
            .is_empty()
    );
    for (roles, domains, told) in [
        (vec![PROFILE, second], vec!["a"], "2 roles and 1 domain:"),
        (vec![PROFILE], vec!["a", "b"], "1 role and 2 domains:"),
    ] {
        let audit = profiles(&roles, &domains).audit();
        assert_eq!(audit.rules(), ["profile-domain-count-mismatch"]);
        let finding = audit.finding("profile-domain-count-mismatch");
        assert_eq!(finding.confidence, Confidence::ByCount);
        assert!(finding.summary.contains(told), "{}", finding.summary);
        assert_eq!(
            finding.resource.as_str(),
            format!("arn:aws:iam::{ACCOUNT}:root")
        );
    }
    // Domains without any role count too.
    assert_eq!(
        profiles(&[], &["a"]).audit().rules(),
        ["profile-domain-count-mismatch"]
    );
}

#[test]
fn profile_roles_without_any_domain_are_orphans_by_count() {
    let audit = profiles(&[PROFILE], &[]).audit();
    assert_eq!(audit.rules(), ["orphaned-role"]);
    assert_eq!(
        audit.finding("orphaned-role").confidence,
        Confidence::ByCount
    );
}

#[test]
fn numbers_are_not_compared_while_anything_was_not_counted() {
    let rule = "profile-domain-count-mismatch";
    let open = |account: &Account| {
        let audit = account.audit();
        assert!(!audit.rules().contains(&rule));
        audit.gaps.iter().any(|gap| gap.rule == Some(rule))
    };
    let mut account = profiles(&[PROFILE], &["a", "b"]);
    account.region("us-east-1").domains = denied("profile:ListDomains");
    assert!(open(&account));
    let mut account = profiles(&[PROFILE], &["a", "b"]);
    account.0.listing = denied("iam:ListRoles");
    assert!(open(&account));
    let mut account = profiles(&[PROFILE], &["a", "b"]);
    account.role(PROFILE).created_at = Some("2026-11-02T05:00:01Z".parse().unwrap());
    assert!(open(&account));
    // After an hour, what belongs to a role is there.
    account.role(PROFILE).created_at = Some("2026-11-02T05:00:00Z".parse().unwrap());
    assert_eq!(account.audit().rules(), [rule]);
    // A new domain with its new role misses nothing.
    let mut account = profiles(&[PROFILE], &["a"]);
    account.role(PROFILE).created_at = Some("2026-11-02T05:59:00Z".parse().unwrap());
    assert!(!open(&account));
}

#[test]
fn says_how_many_domains_are_older_than_their_roles() {
    let mut account = profiles(&[PROFILE], &["a"]);
    let mut early = domain("b");
    early.created_at = Some("2023-06-07T00:00:00Z".parse().unwrap());
    account.add_domain(REGION, early);
    let audit = account.audit();
    let summary = &audit.finding("profile-domain-count-mismatch").summary;
    assert!(
        summary.contains("1 of them older than 2023-06-08"),
        "{summary}"
    );
}

fn used(at: Option<&str>) -> Observed<Option<LastUse>> {
    Observed::Read(at.map(|at| LastUse {
        at: at.parse().unwrap(),
        region: REGION.to_owned(),
    }))
}

#[test]
fn reports_a_role_that_was_not_used_for_ninety_days() {
    let mut account = Account::cloudtrail();
    for (at, unused) in [
        (Some("2026-08-04T05:00:00Z"), true),
        (Some("2026-08-04T07:00:00Z"), false),
        (None, true),
    ] {
        account.role(CLOUDTRAIL).last_use = used(at);
        let audit = account.audit();
        assert_eq!(audit.rules().contains(&"unused-role"), unused, "{at:?}");
        assert_eq!(audit.status(), Status::Conforms, "information only");
    }
    account.role(CLOUDTRAIL).created_at = Some("2026-10-01T00:00:00Z".parse().unwrap());
    assert!(
        account.audit().findings.is_empty(),
        "too young to be unused"
    );
}

#[test]
fn an_orphan_that_nothing_uses_is_told_once() {
    let mut account = Account::connect();
    account.asked(&[REGION]);
    account.role(CONNECT).last_use = used(None);
    let audit = account.audit();
    assert_eq!(audit.rules(), ["orphaned-role"]);
    let summary = &audit.finding("orphaned-role").summary;
    assert!(summary.contains("not used"), "{summary}");
}

#[test]
fn a_role_that_serves_something_or_may_do_so_is_told_when_nothing_uses_it() {
    let mut account = Account::with_instance();
    account.role(CONNECT).last_use = used(None);
    assert_eq!(account.audit().rules(), ["unused-role"]);

    let mut account = Account::connect();
    account.asked(&[REGION, "us-east-1"]);
    account.region("us-east-1").instances = denied("connect:ListInstances");
    account.role(CONNECT).last_use = used(None);
    assert!(account.audit().rules().contains(&"unused-role"));
}

#[test]
fn use_is_undecided_without_the_times_it_is_measured_by() {
    let mut account = Account::cloudtrail();
    account.role(CLOUDTRAIL).last_use = denied("iam:GetRole");
    assert_eq!(account.audit().undecided(), ["unused-role"]);

    let mut account = Account::cloudtrail();
    account.0.collected_at = None;
    assert_eq!(account.audit().undecided(), ["unused-role"]);

    let mut account = Account::cloudtrail();
    account.role(CLOUDTRAIL).last_use = used(None);
    account.role(CLOUDTRAIL).created_at = None;
    assert_eq!(account.audit().undecided(), ["unused-role"]);
}

#[test]
fn reports_use_and_owners_where_the_service_is_not_offered() {
    let mut account = Account::with_instance();
    account.role(CONNECT).last_use = Observed::Read(Some(LastUse {
        at: "2026-11-01T12:00:00Z".parse().unwrap(),
        region: "eu-south-2".to_owned(),
    }));
    let audit = account.audit();
    assert_eq!(audit.rules(), ["unsupported-region"]);
    let summary = &audit.finding("unsupported-region").summary;
    assert!(summary.contains("last used in eu-south-2"), "{summary}");

    let mut account = Account::connect();
    account.asked(&["eu-south-2"]);
    let role = account.arn(CONNECT);
    account.add_instance("eu-south-2", instance("eu-south-2", INSTANCE, Some(role)));
    assert_eq!(account.audit().rules(), ["unsupported-region"]);

    let mut account = profiles(&[PROFILE], &[]);
    account.asked(&["eu-south-2"]);
    account.add_domain("eu-south-2", domain("a"));
    let audit = account.audit();
    assert_eq!(audit.rules(), ["unsupported-region"]);
    let resource = audit.finding("unsupported-region").resource.as_str();
    assert!(
        resource.ends_with("eu-south-2:111122223333:domains/a"),
        "{resource}"
    );
    let summary = &audit.finding("unsupported-region").summary;
    let service = "Amazon Connect Customer Profiles was not offered";
    assert!(summary.contains(service), "{summary}");

    // Domains are no role's: who asks about some roles only is not told of them.
    let only = Selection::new(&[], &[], &[PROFILE.to_owned()]).unwrap();
    let audit = roledrift::audit::audit(&account.0, baselines(), &only);
    assert!(!audit.rules().contains(&"unsupported-region"));
}

#[test]
fn a_region_that_was_not_read_may_be_one_where_the_service_is_not_offered() {
    let mut account = Account::connect();
    account.asked(&[REGION, "us-east-1"]);
    account.region("us-east-1").instances = denied("connect:ListInstances");
    assert!(account.audit().undecided().contains(&"unsupported-region"));
}

#[test]
fn where_a_service_is_offered_is_known_of_some_partitions_and_services_only() {
    let mut account = Account::cloudtrail();
    account.role(CLOUDTRAIL).last_use = Observed::Read(Some(LastUse {
        at: "2026-11-01T12:00:00Z".parse().unwrap(),
        region: "eu-south-2".to_owned(),
    }));
    assert!(account.audit().findings.is_empty());

    let mut account = Account::connect();
    account.0.partition = "aws-cn".parse().unwrap();
    account.role(CONNECT).last_use = Observed::Read(Some(LastUse {
        at: "2026-11-01T12:00:00Z".parse().unwrap(),
        region: "cn-north-1".to_owned(),
    }));
    assert!(!account.audit().rules().contains(&"unsupported-region"));

    for (region, is_told) in [("us-gov-west-1", false), ("us-gov-east-1", true)] {
        let mut account = Account::connect();
        account.0.partition = "aws-us-gov".parse().unwrap();
        account.role(CONNECT).last_use = Observed::Read(Some(LastUse {
            at: "2026-11-01T12:00:00Z".parse().unwrap(),
            region: region.to_owned(),
        }));
        let rules = account.audit().rules();
        assert_eq!(rules.contains(&"unsupported-region"), is_told, "{region}");
    }
}

#[test]
fn an_unread_last_use_leaves_the_region_of_it_open() {
    let mut account = Account::connect();
    account.role(CONNECT).last_use = denied("iam:GetRole");
    assert_eq!(
        account.audit().undecided(),
        ["unsupported-region", "unused-role"]
    );
}

#[test]
fn a_role_without_owners_is_judged_by_wildcards_so_that_nothing_is_told_twice() {
    let mut account = Account::connect();
    account.asked(&[REGION]);
    let grant = allow(r#""s3:PutObject""#, "arn:aws:s3:::acme-recordings/*");
    account.inline(CONNECT, "Recordings", read(&grant));
    assert_eq!(account.audit().rules(), ["orphaned-role"]);
    account.0.owners = Owners::skipped();
    assert!(account.audit().findings.is_empty());
}
