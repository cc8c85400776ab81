//! Rules about what a role may do.

use roledrift::audit::{DocumentRef, Origin, Status};
use roledrift::inventory::{Carrier, CarrierKind, Observed};

use crate::support::{
    ACCOUNT, Account, CAMPAIGNS, CLOUDTRAIL, CONNECT, CONNECT_POLICY, Verdicts, allow, baselines,
    denied, read,
};

#[test]
fn reports_a_policy_that_does_not_belong_and_what_it_adds() {
    let mut account = Account::connect();
    let text = allow(r#""iam:CreateUser""#, "*");
    account.attach(
        CONNECT,
        "arn:aws:iam::aws:policy/IAMFullAccess",
        "v2",
        &text,
    );
    let audit = account.audit();
    assert_eq!(audit.rules(), ["unexpected-managed-policy"]);
    let proof = audit
        .finding("unexpected-managed-policy")
        .proof
        .as_ref()
        .unwrap();
    assert_eq!(proof.request.action.to_lowercase(), "iam:createuser");
}

#[test]
fn reports_a_policy_that_does_not_belong_even_where_its_text_was_not_read() {
    let mut account = Account::connect();
    account.attach(CONNECT, "arn:aws:iam::aws:policy/IAMFullAccess", "v2", "{}");
    let arn = "arn:aws:iam::aws:policy/IAMFullAccess".parse().unwrap();
    account.0.policies.get_mut(&arn).unwrap().document = denied("iam:GetPolicyVersion");
    let audit = account.audit();
    assert!(audit.finding("unexpected-managed-policy").proof.is_none());
    assert!(audit.undecided().contains(&"unexpected-managed-policy"));
}

#[test]
fn accepts_a_reserved_policy_where_the_roles_own_are_not_evidenced_and_nothing_else() {
    let role = "AWSServiceRoleForAWSCloud9";
    let with = |policy: &str| {
        let mut account = Account::empty();
        let path = "/aws-service-role/cloud9.amazonaws.com/";
        account.add_role(role, path, "cloud9.amazonaws.com");
        account.attach(role, policy, "v1", &allow(r#""ec2:*""#, "*"));
        account.audit()
    };
    assert_eq!(with("SomethingElsePolicy").rules(), ["uncatalogued-role"]);
    for policy in [
        "arn:aws:iam::aws:policy/AdministratorAccess",
        "arn:aws:iam::111122223333:policy/mine",
        // Known to be another role's.
        "AmazonConnectServiceLinkedRolePolicy",
        // Not of this partition, and not exactly on the reserved path.
        "arn:aws-cn:iam::aws:policy/aws-service-role/AWSCloud9ServiceRolePolicy",
        "arn:aws:iam::aws:policy/aws-service-role/other/AWSCloud9ServiceRolePolicy",
    ] {
        let audit = with(policy);
        assert!(
            audit.rules().contains(&"unexpected-managed-policy"),
            "{policy}"
        );
        assert_eq!(audit.status(), Status::Drifted, "{policy}");
    }
}

#[test]
fn another_roles_policy_explains_no_inline_grant() {
    let mut account = Account::connect();
    let trail = allow(r#""cloudtrail:*""#, "*");
    account.attach(CONNECT, "CloudTrailServiceRolePolicy", "v3", &trail);
    account.inline(CONNECT, "Trail", read(&trail));
    let rules = account.audit().rules();
    for rule in ["inline-grant-beyond-features", "unexpected-managed-policy"] {
        assert!(rules.contains(&rule), "{rule}: {rules:?}");
    }
}

#[test]
fn a_policy_belongs_elsewhere_where_only_other_roles_have_it() {
    let baselines = baselines();
    let family = baselines.families().iter().find(|own| own.id == "connect");
    let family = family.unwrap();
    assert!(!baselines.belongs_elsewhere(CONNECT_POLICY, family));
    assert!(baselines.belongs_elsewhere("CloudTrailServiceRolePolicy", family));
    assert!(!baselines.belongs_elsewhere("NobodysPolicy", family));
}

#[test]
fn an_unknown_role_may_share_a_reserved_policy_but_carry_no_other() {
    let role = "AWSServiceRoleForSomethingNew";
    let with = |policy: &str| {
        let mut account = Account::empty();
        account.add_role(
            role,
            "/aws-service-role/new.amazonaws.com/",
            "new.amazonaws.com",
        );
        account.attach(role, policy, "v1", &allow(r#""ec2:*""#, "*"));
        account.audit()
    };
    assert_eq!(with(CONNECT_POLICY).rules(), ["uncatalogued-role"]);
    let administrator = with("arn:aws:iam::aws:policy/AdministratorAccess");
    assert!(administrator.rules().contains(&"unexpected-managed-policy"));
}

#[test]
fn a_policy_of_another_partition_is_not_the_expected_one() {
    let mut account = Account::cloudtrail();
    let arn = "arn:aws-cn:iam::aws:policy/aws-service-role/CloudTrailServiceRolePolicy";
    account.attach(CLOUDTRAIL, arn, "v1", &allow(r#""*""#, "*"));
    assert!(
        account
            .audit()
            .rules()
            .contains(&"unexpected-managed-policy")
    );
}

#[test]
fn a_policy_that_the_inventory_does_not_hold_was_not_read() {
    let mut account = Account::cloudtrail();
    account.0.policies.clear();
    let audit = account.audit();
    assert_eq!(audit.status(), Status::Inconclusive);
    assert_eq!(
        audit.undecided(),
        ["malformed-policy", "policy-attached-elsewhere"]
    );
}

#[test]
fn a_document_that_was_not_read_cannot_be_called_valid() {
    let mut account = Account::cloudtrail();
    account.policy("CloudTrailServiceRolePolicy").document = denied("iam:GetPolicyVersion");
    let audit = account.audit();
    assert_eq!(audit.status(), Status::Inconclusive);
    assert_eq!(audit.undecided(), ["malformed-policy"]);
}

#[test]
fn a_grant_that_only_a_guessed_feature_explains_is_undecided() {
    let mut account = Account::connect();
    account.inline(
        CONNECT,
        "media",
        read(&allow(r#""kinesisvideo:PutMedia""#, "*")),
    );
    let audit = account.audit();
    assert_eq!(audit.rules(), ["unread-input"]);
    assert_eq!(audit.undecided(), ["inline-grant-beyond-features"]);
}

#[test]
fn a_service_that_lives_on_inline_policies_alone_is_no_drift() {
    let mut account = Account::empty();
    let principal = "s3.data-source.lustre.fsx.amazonaws.com";
    let path = format!("/aws-service-role/{principal}/");
    let role = "AWSServiceRoleForFSxS3Access_fs-0123";
    account.add_role(role, &path, principal);
    account.inline(role, "bucket", read(&allow(r#""s3:GetObject""#, "*")));
    assert_eq!(account.audit().rules(), ["uncatalogued-role"]);
}

#[test]
fn reports_a_missing_policy_only_where_the_list_was_read() {
    let mut account = Account::connect();
    account.role(CONNECT).attached = Observed::Read(Vec::new());
    assert_eq!(account.audit().rules(), ["missing-managed-policy"]);

    account.role(CONNECT).attached = denied("iam:ListAttachedRolePolicies");
    let audit = account.audit();
    assert_eq!(audit.rules(), ["unread-input"]);
    assert!(audit.undecided().contains(&"missing-managed-policy"));
    assert!(audit.undecided().contains(&"look-alike-policy"));
}

#[test]
fn reports_a_policy_of_the_account_that_is_named_like_awss() {
    let mut account = Account::connect();
    account.role(CONNECT).attached = Observed::Read(Vec::new());
    let own = format!("arn:aws:iam::{ACCOUNT}:policy/{CONNECT_POLICY}");
    account.attach(CONNECT, &own, "v1", &allow(r#""iam:CreateUser""#, "*"));
    let audit = account.audit();
    assert_eq!(
        audit.rules(),
        ["look-alike-policy", "missing-managed-policy"]
    );
    let finding = audit.finding("look-alike-policy");
    assert_eq!(finding.origin, Origin::Account);
    assert!(
        finding
            .proof
            .as_ref()
            .unwrap()
            .request
            .action
            .eq_ignore_ascii_case("iam:CreateUser")
    );
}

#[test]
fn a_look_alike_with_the_same_text_is_still_one() {
    let mut account = Account::connect();
    account.role(CONNECT).attached = Observed::Read(Vec::new());
    let own = format!("arn:aws:iam::{ACCOUNT}:policy/{CONNECT_POLICY}");
    account.attach(
        CONNECT,
        &own,
        "v1",
        &crate::support::baseline_file("connect/policies/v55.json"),
    );
    assert!(account.audit().finding("look-alike-policy").proof.is_none());
}

const RECORDINGS: &str = r#"{"Version":"2012-10-17","Statement":[
  {"Effect":"Allow","Action":["s3:GetObject","s3:PutObject"],"Resource":"arn:aws:s3:::example-recordings/*"},
  {"Effect":"Allow","Action":"s3:GetBucketLocation","Resource":"arn:aws:s3:::example-recordings"}]}"#;

#[test]
fn an_inline_policy_that_a_feature_explains_conforms() {
    let mut account = Account::connect();
    account.inline(CONNECT, "CallRecordings", read(RECORDINGS));
    let audit = account.audit();
    assert!(audit.rules().is_empty(), "{:?}", audit.rules());
    assert_eq!(audit.status(), Status::Conforms);
}

#[test]
fn the_campaigns_grant_of_real_accounts_conforms() {
    let mut account = Account::campaigns();
    let text = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":[
      "connect:StartOutboundVoiceContact","connect:GetMetricData","connect:GetCurrentMetricData",
      "connect:GetCurrentUserData"],
      "Resource":"arn:aws:connect:eu-west-2:111122223333:instance/0f1e2d3c-4b5a-6978-8695-a4b3c2d1e0f1*"}]}"#;
    account.inline(
        CAMPAIGNS,
        "ConnectCampaignsServiceConnectIntegrationAccess",
        read(text),
    );
    assert!(account.audit().rules().is_empty());
}

#[test]
fn reports_an_inline_grant_that_no_feature_explains_whatever_its_name() {
    let mut account = Account::connect();
    let name = "AmazonConnectServiceDataStreamAgentEvents";
    account.inline(CONNECT, name, read(&allow(r#""s3:*""#, "*")));
    let audit = account.audit();
    assert_eq!(audit.rules(), ["inline-grant-beyond-features"]);
    let finding = audit.finding("inline-grant-beyond-features");
    assert_eq!(finding.document, Some(DocumentRef::Inline(name.to_owned())));
    assert!(
        finding
            .proof
            .as_ref()
            .unwrap()
            .request
            .action
            .starts_with("s3:")
    );
}

#[test]
fn two_inline_grants_are_two_findings_with_two_ids() {
    let mut account = Account::connect();
    account.inline(CONNECT, "a", read(&allow(r#""s3:*""#, "*")));
    account.inline(CONNECT, "b", read(&allow(r#""iam:*""#, "*")));
    let audit = account.audit();
    assert_eq!(audit.findings.len(), 2);
    assert_ne!(audit.findings[0].id, audit.findings[1].id);
}

#[test]
fn claims_nothing_about_inline_policies_that_were_not_read() {
    let mut account = Account::connect();
    account.role(CONNECT).inline = denied("iam:ListRolePolicies");
    let audit = account.audit();
    assert_eq!(audit.rules(), ["unread-input"]);
    assert_eq!(
        audit.undecided(),
        [
            "cross-account-grant",
            "inline-grant-beyond-features",
            "malformed-policy",
            "permissions-missing",
            "retired-service-grant"
        ]
    );
    assert_eq!(audit.status(), Status::Inconclusive);

    let mut account = Account::connect();
    account.inline(CONNECT, "a", denied("iam:GetRolePolicy"));
    assert_eq!(account.audit().status(), Status::Inconclusive);
}

#[test]
fn an_unread_managed_policy_leaves_only_what_features_alone_explain() {
    let mut account = Account::connect();
    account.policy(CONNECT_POLICY).document = denied("iam:GetPolicyVersion");
    account.inline(CONNECT, "CallRecordings", read(RECORDINGS));
    assert!(
        !account
            .audit()
            .undecided()
            .contains(&"inline-grant-beyond-features")
    );
    account.inline(CONNECT, "more", read(&allow(r#""s3:*""#, "*")));
    let audit = account.audit();
    assert!(!audit.rules().contains(&"inline-grant-beyond-features"));
    assert!(audit.undecided().contains(&"inline-grant-beyond-features"));
}

#[test]
fn an_inline_grant_of_a_service_without_known_features_widens() {
    let mut account = Account::cloudtrail();
    account.inline(
        CLOUDTRAIL,
        "a",
        read(&allow(r#""cloudtrail:CreateTrail""#, "*")),
    );
    assert!(
        account.audit().rules().is_empty(),
        "within the managed policy"
    );
    account.inline(CLOUDTRAIL, "b", read(&allow(r#""iam:PassRole""#, "*")));
    let audit = account.audit();
    assert_eq!(audit.rules(), ["permissions-widened"]);
    assert_eq!(
        audit.finding("permissions-widened").origin,
        Origin::Undetermined
    );

    account.role(CLOUDTRAIL).inline = denied("iam:ListRolePolicies");
    assert_eq!(
        account.audit().undecided(),
        [
            "malformed-policy",
            "permissions-missing",
            "permissions-widened"
        ]
    );
}

#[test]
fn reports_a_deny_that_takes_away_what_the_managed_policy_allows() {
    let mut account = Account::cloudtrail();
    let deny = allow(r#""cloudtrail:CreateTrail""#, "*").replace("Allow", "Deny");
    account.inline(CLOUDTRAIL, "guard", read(&deny));
    let audit = account.audit();
    assert_eq!(audit.rules(), ["permissions-missing"]);
    let finding = audit.finding("permissions-missing");
    assert_eq!(
        finding.document,
        Some(DocumentRef::Inline("guard".to_owned()))
    );
    assert!(!finding.proof.as_ref().unwrap().gained);
}

#[test]
fn a_grant_that_another_document_denies_is_no_access() {
    let mut account = Account::cloudtrail();
    account.inline(CLOUDTRAIL, "a", read(&allow(r#""iam:CreateUser""#, "*")));
    assert_eq!(account.audit().rules(), ["permissions-widened"]);
    let deny = allow(r#""iam:*""#, "*").replace("Allow", "Deny");
    account.inline(CLOUDTRAIL, "b", read(&deny));
    assert!(account.audit().rules().is_empty());
    // What the deny leaves is found, and told of the document that gives it.
    let more = allow(r#"["iam:CreateUser", "s3:DeleteBucket"]"#, "*");
    account.inline(CLOUDTRAIL, "c", read(&more));
    let audit = account.audit();
    let finding = audit.finding("permissions-widened");
    assert_eq!(finding.document, Some(DocumentRef::Inline("c".to_owned())));
    assert_eq!(
        finding.proof.as_ref().unwrap().request.action,
        "s3:DeleteBucket"
    );
}

#[test]
fn a_deny_of_what_nobody_allows_takes_nothing_away() {
    let mut account = Account::cloudtrail();
    let deny = allow(r#""ec2:RunInstances""#, "*").replace("Allow", "Deny");
    account.inline(CLOUDTRAIL, "guard", read(&deny));
    assert!(account.audit().rules().is_empty());
}

#[test]
fn reports_a_reserved_policy_on_a_user_and_names_its_role() {
    let mut account = Account::connect();
    let user = Carrier {
        kind: CarrierKind::User,
        name: "eve".to_owned(),
    };
    let role = Carrier {
        kind: CarrierKind::Role,
        name: CONNECT.to_owned(),
    };
    account.policy(CONNECT_POLICY).carriers = Some(Observed::Read(vec![user, role]));
    let audit = account.audit();
    let finding = audit.finding("policy-attached-elsewhere");
    assert_eq!(finding.role.as_ref().unwrap().name(), CONNECT);
    assert!(
        finding.summary.contains("user `eve`"),
        "{}",
        finding.summary
    );
    assert_eq!(finding.resource.name(), CONNECT_POLICY);
    assert_eq!(
        audit.status(),
        Status::Conforms,
        "the role itself is as it should be"
    );
}

#[test]
fn reports_a_reserved_policy_that_only_a_stranger_carries() {
    let mut account = Account::connect();
    let user = Carrier {
        kind: CarrierKind::Group,
        name: "ops".to_owned(),
    };
    account.policy(CONNECT_POLICY).carriers = Some(Observed::Read(vec![user]));
    account.0.roles.clear();
    assert_eq!(
        account.audit().finding("policy-attached-elsewhere").role,
        None
    );
}

#[test]
fn a_linked_role_that_was_not_listed_is_no_stranger() {
    let mut account = Account::connect();
    let carrier = |name: &str| Carrier {
        kind: CarrierKind::Role,
        name: name.to_owned(),
    };
    let other = "AWSServiceRoleForAmazonConnect_unlisted";
    let carriers = vec![carrier(CONNECT), carrier(other)];
    account.policy(CONNECT_POLICY).carriers = Some(Observed::Read(carriers));
    let audit = account.audit();
    assert!(!audit.rules().contains(&"policy-attached-elsewhere"));
    assert!(!audit.is_complete());

    let carriers = vec![carrier(CONNECT), carrier("payments-api")];
    account.policy(CONNECT_POLICY).carriers = Some(Observed::Read(carriers));
    assert_eq!(account.audit().rules(), ["policy-attached-elsewhere"]);
}

#[test]
fn an_unread_list_of_policies_leaves_carriers_undecided() {
    let mut account = Account::connect();
    account.0.policy_listing = denied("iam:ListPolicies");
    let audit = account.audit();
    assert!(!audit.is_complete());
    assert_eq!(audit.gaps[0].rule, Some("policy-attached-elsewhere"));
}

#[test]
fn claims_nothing_about_carriers_that_were_not_read() {
    let mut account = Account::connect();
    account.policy(CONNECT_POLICY).carriers = Some(denied("iam:ListEntitiesForPolicy"));
    let audit = account.audit();
    assert_eq!(audit.undecided(), ["policy-attached-elsewhere"]);
    assert_eq!(audit.rules(), ["unread-input"]);
}

#[test]
fn reports_a_malformed_document_with_its_place_and_claims_nothing_from_it() {
    let mut account = Account::connect();
    let text = "{\"Version\": \"2012-10-17\",\n \"Statement\": [{\"Effect\": \"Allow\", \"Effect\": \"Deny\"}]}";
    account.inline(CONNECT, "broken", read(text));
    let audit = account.audit();
    let finding = audit.finding("malformed-policy");
    assert!(finding.summary.contains("line 2"), "{}", finding.summary);
    assert_eq!(audit.rules(), ["malformed-policy", "unread-input"]);
    assert_eq!(
        audit.undecided(),
        [
            "cross-account-grant",
            "inline-grant-beyond-features",
            "permissions-missing",
            "retired-service-grant"
        ]
    );
}
