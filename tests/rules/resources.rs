//! Rules about grants and what the owners of a role have configured.

use roledrift::audit::{Audit, Confidence, Origin, Selection, Status, audit};
use roledrift::baselines::{Baselines, Files};
use roledrift::inventory::{
    Bot, Integration, Observed, Onboarding, Owners, StorageTarget, StorageUse, Switch, Unread,
};

use crate::support::owners::{INSTANCE, OTHER, REGION, bucket, instance_arn};
use crate::support::{
    ACCOUNT, Account, CAMPAIGNS, CONNECT, Verdicts, allow, baseline_file, baselines, denied, read,
};

const OBJECTS: &str =
    r#"["s3:GetObject","s3:GetObjectAcl","s3:PutObject","s3:PutObjectAcl","s3:DeleteObject"]"#;
const STREAM: &str = "arn:aws:kinesis:eu-west-2:111122223333:stream/contacts";

/// The two statements of the recordings template.
fn recordings(objects: &str, bucket: &str) -> String {
    format!(
        r#"{{"Version":"2012-10-17","Statement":[
        {{"Effect":"Allow","Action":{OBJECTS},"Resource":"{objects}"}},
        {{"Effect":"Allow","Action":["s3:GetBucketLocation","s3:GetBucketAcl"],"Resource":"{bucket}"}}]}}"#
    )
}

const CONFIGURED: &str = "arn:aws:s3:::acme-recordings/connect/acme/CallRecordings*";
const BUCKET: &str = "arn:aws:s3:::acme-recordings";

/// An instance that keeps recordings under a prefix of a bucket, and a role with this inline policy.
fn recorded_with(policy: &str) -> Account {
    let mut account = Account::with_instance();
    let target = bucket("acme-recordings", "connect/acme/CallRecordings");
    account.store(StorageUse::CallRecordings, target);
    account.inline(CONNECT, "Recordings", read(policy));
    account
}

fn fired(audit: &Audit) -> Vec<&'static str> {
    let all = audit.rules().into_iter();
    all.filter(|rule| *rule != "unread-input").collect()
}

fn witness<'a>(audit: &'a Audit, rule: &str) -> (&'a str, &'a str) {
    let request = &audit.finding(rule).proof.as_ref().unwrap().request;
    (&request.action, request.resource.as_deref().unwrap())
}

#[test]
fn a_template_for_what_is_configured_conforms() {
    for (objects, bucket) in [
        (CONFIGURED, BUCKET),
        // The folder alone, and the whole bucket, for which AWS documents the grant.
        (
            "arn:aws:s3:::acme-recordings/connect/acme/CallRecordings/*",
            BUCKET,
        ),
        ("arn:aws:s3:::acme-recordings/*", BUCKET),
    ] {
        let audit = recorded_with(&recordings(objects, bucket)).audit();
        assert!(audit.findings.is_empty(), "{objects}: {:?}", audit.findings);
        assert_eq!(audit.status(), Status::Conforms, "{objects}");
        assert!(audit.is_complete());
    }
}

#[test]
fn what_is_configured_and_denied_is_not_granted() {
    let denied = r#"{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"s3:PutObject","Resource":"*"}}"#;
    let mut account = recorded_with(&recordings(CONFIGURED, BUCKET));
    account.inline(CONNECT, "Denied", read(denied));
    let rules = fired(&account.audit());
    assert!(
        rules.contains(&"configured-resource-not-granted"),
        "{rules:?}"
    );
}

#[test]
fn what_a_grant_is_about_may_be_too_much_to_decide() {
    let run = "?".repeat(14);
    let resources = format!(r#""arn:aws:s3:::*a{run}","arn:aws:s3:::*xa{run}""#);
    let hard = format!(
        r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Allow","Action":"s3:*","Resource":[{resources}]}}}}"#
    );
    let audit = recorded_with(&hard).audit();
    let undecided = audit.undecided();
    assert!(
        undecided.contains(&"configured-resource-not-granted"),
        "{undecided:?} {:?}",
        audit.findings
    );
}

#[test]
fn a_prefix_may_be_empty_or_end_with_a_slash() {
    for (prefix, granted, is_enough) in [
        ("", "arn:aws:s3:::acme/*", true),
        ("", "arn:aws:s3:::acme/connect/*", false),
        ("connect/", "arn:aws:s3:::acme/connect/*", true),
        ("connect/", "arn:aws:s3:::acme/connect/a*", false),
        ("connect", "arn:aws:s3:::acme/connect/*", true),
    ] {
        let mut account = Account::with_instance();
        account.store(StorageUse::CallRecordings, bucket("acme", prefix));
        let policy = recordings(granted, "arn:aws:s3:::acme");
        account.inline(CONNECT, "Recordings", read(&policy));
        let fired = fired(&account.audit());
        let is_missing = fired.contains(&"configured-resource-not-granted");
        assert_eq!(!is_missing, is_enough, "{prefix} {granted}: {fired:?}");
        assert_eq!(fired.is_empty(), is_enough, "{prefix} {granted}: {fired:?}");
    }
}

#[test]
fn the_same_policy_on_another_bucket_is_unconfigured() {
    let mut account = recorded_with(&recordings(CONFIGURED, BUCKET));
    let other = recordings("arn:aws:s3:::acme-finance/*", "arn:aws:s3:::acme-finance");
    account.inline(CONNECT, "More", read(&other));
    let audit = account.audit();
    assert_eq!(fired(&audit), ["grant-on-unconfigured-resource"]);
    let finding = audit.finding("grant-on-unconfigured-resource");
    assert_eq!(finding.confidence, Confidence::Exact);
    for told in [
        "arn:aws:s3:::acme-finance/*",
        CONFIGURED,
        "instance `acme`",
        "Recorded conv",
    ] {
        assert!(
            finding.summary.contains(told),
            "{told}: {}",
            finding.summary
        );
    }
    let (_, resource) = witness(&audit, "grant-on-unconfigured-resource");
    assert!(
        resource.starts_with("arn:aws:s3:::acme-finance/"),
        "{resource}"
    );
    assert_eq!(finding.statement.as_ref().unwrap().index, 0);
}

#[test]
fn the_same_bucket_under_another_prefix_is_unconfigured() {
    let mut account = recorded_with(&recordings(CONFIGURED, BUCKET));
    let other = recordings("arn:aws:s3:::acme-recordings/finance/*", BUCKET);
    account.inline(CONNECT, "More", read(&other));
    let audit = account.audit();
    assert_eq!(fired(&audit), ["grant-on-unconfigured-resource"]);
    let (_, resource) = witness(&audit, "grant-on-unconfigured-resource");
    assert!(
        resource.starts_with("arn:aws:s3:::acme-recordings/finance/"),
        "{resource}"
    );
}

#[test]
fn one_more_action_is_beyond_every_feature() {
    let policy = recordings(CONFIGURED, BUCKET)
        .replace("\"s3:GetObject\"", "\"s3:GetObject\",\"s3:RestoreObject\"");
    let audit = recorded_with(&policy).audit();
    assert_eq!(fired(&audit), ["inline-grant-beyond-features"]);
    assert_eq!(
        witness(&audit, "inline-grant-beyond-features").0,
        "s3:RestoreObject"
    );
    assert_eq!(
        audit.finding("inline-grant-beyond-features").confidence,
        Confidence::Exact
    );
}

#[test]
fn every_resource_is_unconfigured_where_the_actions_fit() {
    let audit = recorded_with(&recordings("*", "*")).audit();
    assert_eq!(fired(&audit), ["grant-on-unconfigured-resource"]);
    assert!(
        audit
            .finding("grant-on-unconfigured-resource")
            .proof
            .is_some()
    );
}

#[test]
fn a_stream_of_another_account_is_cross_account() {
    let mut account = Account::with_instance();
    let stream = StorageTarget::KinesisStream(STREAM.parse().unwrap());
    account.store(StorageUse::ContactTraceRecords, stream);
    let actions = r#"["kinesis:PutRecord","kinesis:PutRecords","kinesis:DescribeStream"]"#;
    account.inline(CONNECT, "Stream", read(&allow(actions, STREAM)));
    assert!(account.audit().findings.is_empty());

    let abroad = STREAM.replace(ACCOUNT, "444455556666");
    account.inline(CONNECT, "More", read(&allow(actions, &abroad)));
    let audit = account.audit();
    assert_eq!(fired(&audit), ["cross-account-grant"]);
    assert_eq!(witness(&audit, "cross-account-grant").1, abroad);
    assert_eq!(audit.finding("cross-account-grant").origin, Origin::Account);
}

#[test]
fn an_account_is_another_one_whether_or_not_owners_were_read() {
    let abroad = STREAM.replace(ACCOUNT, "444455556666");
    let mut account = Account::connect();
    account.inline(
        CONNECT,
        "More",
        read(&allow(r#""kinesis:PutRecord""#, &abroad)),
    );
    let audit = account.audit();
    assert_eq!(fired(&audit), ["cross-account-grant"]);
    let finding = audit.finding("cross-account-grant");
    assert_eq!(finding.confidence, Confidence::ConfigurationUnread);

    let mut account = Account::connect();
    account.inline(
        CONNECT,
        "More",
        read(&allow(r#""kinesis:PutRecord""#, STREAM)),
    );
    assert!(account.audit().findings.is_empty());
}

#[test]
fn the_account_of_the_role_may_be_written_as_a_variable() {
    let own = STREAM.replace(ACCOUNT, "${aws:PrincipalAccount}");
    let mut account = Account::with_instance();
    let stream = StorageTarget::KinesisStream(STREAM.parse().unwrap());
    account.store(StorageUse::ContactTraceRecords, stream);
    let actions = r#"["kinesis:PutRecord","kinesis:PutRecords"]"#;
    account.inline(CONNECT, "Stream", read(&allow(actions, &own)));
    let audit = account.audit();
    assert!(audit.findings.is_empty(), "{:?}", audit.findings);
    // It stands for nobody else's account.
    let elsewhere = own.replace("stream/", "stream/not-");
    account.inline(CONNECT, "More", read(&allow(actions, &elsewhere)));
    assert_eq!(fired(&account.audit()), ["grant-on-unconfigured-resource"]);
}

#[test]
fn a_stream_of_another_account_that_is_configured_is_none() {
    let abroad = STREAM.replace(ACCOUNT, "444455556666");
    let mut account = Account::with_instance();
    let stream = StorageTarget::KinesisStream(abroad.parse().unwrap());
    account.store(StorageUse::ContactTraceRecords, stream);
    let actions = r#"["kinesis:PutRecord","kinesis:PutRecords"]"#;
    account.inline(CONNECT, "Stream", read(&allow(actions, &abroad)));
    assert!(account.audit().findings.is_empty());
}

#[test]
fn a_stream_of_another_region_that_is_configured_is_none() {
    let elsewhere = STREAM.replace("eu-west-2", "eu-central-1");
    let actions = r#"["kinesis:PutRecord","kinesis:PutRecords"]"#;
    let granted = |configured: &str| {
        let mut account = Account::with_instance();
        let stream = StorageTarget::KinesisStream(configured.parse().unwrap());
        account.store(StorageUse::ContactTraceRecords, stream);
        account.inline(CONNECT, "Stream", read(&allow(actions, &elsewhere)));
        account.audit()
    };
    assert!(granted(&elsewhere).findings.is_empty());
    let rule = "grant-on-unconfigured-resource";
    assert_eq!(granted(STREAM).finding(rule).rule.id, rule);
}

#[test]
fn a_policy_that_is_none_of_the_roles_own_explains_no_grant() {
    let mut account = Account::with_instance();
    let everything = "arn:aws:iam::aws:policy/AdministratorAccess";
    account.attach(CONNECT, everything, "v1", &allow(r#""*""#, "*"));
    account.inline(CONNECT, "More", read(&allow(r#""iam:CreateUser""#, "*")));
    let audit = account.audit();
    assert_eq!(
        fired(&audit),
        ["inline-grant-beyond-features", "unexpected-managed-policy"]
    );
    let (action, _) = witness(&audit, "inline-grant-beyond-features");
    assert_eq!(action, "iam:CreateUser");
}

#[test]
fn what_voice_id_needed_is_retired_and_nothing_else_is_told_of_it() {
    let mut account = Account::with_instance();
    let own = format!("arn:aws:voiceid:eu-west-2:{ACCOUNT}:domain/d");
    account.the_instance().integrations = Observed::Read(vec![Integration {
        kind: "VOICE_ID".to_owned(),
        resource: own.clone(),
    }]);
    account.inline(CONNECT, "VoiceId", read(&allow(r#""voiceid:*""#, &own)));
    let audit = account.audit();
    assert_eq!(fired(&audit), ["retired-service-grant"]);
    let summary = &audit.finding("retired-service-grant").summary;
    assert!(summary.contains("2026-05-20"), "{summary}");

    // Another account, any resource, the rule that served it: still the same heading.
    for (action, resource) in [
        (
            r#""voiceid:EvaluateSession""#,
            "arn:aws:voiceid:eu-west-2:444455556666:domain/d",
        ),
        (r#""voiceid:*""#, "*"),
        (
            r#"["events:PutRule","events:PutTargets"]"#,
            "arn:aws:events:eu-west-2:111122223333:rule/x",
        ),
    ] {
        let mut account = Account::connect();
        account.inline(CONNECT, "VoiceId", read(&allow(action, resource)));
        assert_eq!(
            fired(&account.audit()),
            ["retired-service-grant"],
            "{action}"
        );
    }
}

#[test]
fn an_integration_of_another_kind_configures_nothing() {
    let own = format!("arn:aws:voiceid:eu-west-2:{ACCOUNT}:domain/d");
    let granted = |kind: &str, resource: &str| {
        let mut account = Account::with_instance();
        account.the_instance().integrations = Observed::Read(vec![Integration {
            kind: kind.to_owned(),
            resource: own.clone(),
        }]);
        let grant = allow(r#""voiceid:*""#, resource);
        account.inline(CONNECT, "VoiceId", read(&grant));
        account.0.collected_at = Some("2026-05-19T23:59:59Z".parse().unwrap());
        fired(&account.audit())
    };
    assert!(granted("VOICE_ID", &own).is_empty());
    assert_eq!(granted("EVENT", &own), ["grant-on-unconfigured-resource"]);
    let other = own.replace("domain/d", "domain/e");
    assert_eq!(
        granted("VOICE_ID", &other),
        ["grant-on-unconfigured-resource"]
    );
}

/// The release's baselines, with what Voice ID needs; `ended` says whether AWS ended it.
fn needing_voice_id(ended: bool) -> Baselines {
    let text = baseline_file("connect/family.json");
    let mut family: serde_json::Value = serde_json::from_str(&text).unwrap();
    let features = family["features"].as_array_mut().unwrap();
    let feature = features.iter_mut().find(|own| own["id"] == "voice-id");
    let feature = feature.unwrap();
    feature["needs"] = feature["grants"].clone();
    if !ended {
        feature.as_object_mut().unwrap().remove("retired");
    }
    let mut files = Files::embedded();
    files.insert("connect/family.json", family.to_string());
    let mut baselines = Baselines::embedded().unwrap();
    baselines.add(&files).unwrap();
    baselines
}

#[test]
fn campaigns_read_the_domain_that_they_are_integrated_with() {
    let domain = "arn:aws:profile:eu-west-2:111122223333:domains/acme";
    let judged = |integrations: &[&str]| {
        let mut account = Account::with_campaigns();
        let grant = allow(r#""profile:GetDomain""#, domain);
        account.inline(CAMPAIGNS, "Profiles", read(&grant));
        for fact in account.the_instance().campaigns.values_mut() {
            if let Observed::Read(Some(known)) = fact {
                let arns = integrations.iter().map(|own| own.parse().unwrap());
                known.integrations = Observed::Read(arns.collect());
            }
        }
        fired(&account.audit())
    };
    let knowledge = "arn:aws:wisdom:eu-west-2:111122223333:domains/acme";
    assert!(judged(&[domain]).is_empty());
    assert!(judged(&[domain, knowledge]).is_empty());
    assert_eq!(judged(&[knowledge]), ["inline-grant-beyond-features"]);
}

#[test]
fn nothing_is_missing_that_a_service_needed_before_its_end() {
    let mut account = Account::with_instance();
    account.the_instance().integrations = Observed::Read(vec![Integration {
        kind: "VOICE_ID".to_owned(),
        resource: format!("arn:aws:voiceid:eu-west-2:{ACCOUNT}:domain/d"),
    }]);
    let judged = |ended| audit(&account.0, &needing_voice_id(ended), &Selection::default());
    assert!(fired(&judged(true)).is_empty());
    let audit = judged(false);
    assert_eq!(fired(&audit), ["configured-resource-not-granted"]);
    let finding = audit.finding("configured-resource-not-granted");
    let reference = &finding.proof.as_ref().unwrap().reference;
    assert_eq!(reference, "what the feature needs: voiceid:*");
}

#[test]
fn what_was_read_before_the_end_of_a_service_is_not_retired() {
    let mut account = Account::connect();
    let own = format!("arn:aws:voiceid:eu-west-2:{ACCOUNT}:domain/d");
    account.inline(CONNECT, "VoiceId", read(&allow(r#""voiceid:*""#, &own)));
    account.0.collected_at = Some("2026-05-19T23:59:59Z".parse().unwrap());
    account.role(CONNECT).last_use = Observed::Read(None);
    account.role(CONNECT).created_at = account.0.collected_at;
    assert!(fired(&account.audit()).is_empty());
}

#[test]
fn each_granted_thing_is_told_once_under_its_own_heading() {
    let abroad = STREAM.replace(ACCOUNT, "444455556666");
    let policy = format!(
        r#"{{"Version":"2012-10-17","Statement":[
        {{"Effect":"Allow","Action":{OBJECTS},"Resource":["{CONFIGURED}","arn:aws:s3:::other/*"]}},
        {{"Effect":"Allow","Action":["s3:PutObject","iam:PassRole"],"Resource":"{CONFIGURED}"}},
        {{"Effect":"Allow","Action":["kinesis:PutRecord","voiceid:*"],"Resource":"{abroad}"}}]}}"#
    );
    let mut account = Account::with_instance();
    let target = bucket("acme-recordings", "connect/acme/CallRecordings");
    account.store(StorageUse::CallRecordings, target);
    account.inline(CONNECT, "All", read(&policy));
    let audit = account.audit();
    let mut rules = fired(&audit);
    rules.retain(|rule| *rule != "configured-resource-not-granted");
    assert_eq!(
        rules,
        [
            "cross-account-grant",
            "inline-grant-beyond-features",
            "grant-on-unconfigured-resource",
            "retired-service-grant"
        ]
    );
    let statement = |rule: &str| audit.finding(rule).statement.as_ref().unwrap().index;
    assert_eq!(statement("grant-on-unconfigured-resource"), 0);
    assert_eq!(statement("inline-grant-beyond-features"), 1);
    assert_eq!(statement("cross-account-grant"), 2);
    assert_eq!(statement("retired-service-grant"), 2);
    assert!(
        audit
            .finding("grant-on-unconfigured-resource")
            .summary
            .contains("and 4 more such grants")
    );
}

#[test]
fn values_of_a_configuration_are_no_wildcards() {
    let mut account = Account::with_instance();
    account.store(StorageUse::CallRecordings, bucket("acme-recordings", "*"));
    let policy = recordings("arn:aws:s3:::acme-recordings/finance/*", BUCKET);
    account.inline(CONNECT, "Recordings", read(&policy));
    assert!(fired(&account.audit()).contains(&"grant-on-unconfigured-resource"));
}

#[test]
fn a_role_of_two_instances_may_use_what_either_has() {
    let mut account = recorded_with(&recordings(CONFIGURED, BUCKET));
    let role = account.arn(CONNECT);
    let mut second = crate::support::owners::instance("us-east-1", OTHER, Some(role));
    let reports = Observed::Read(vec![bucket("acme-reports", "")]);
    second.storage.insert(StorageUse::ScheduledReports, reports);
    account.add_instance("us-east-1", second);
    let actions = r#"["s3:PutObject","s3:PutObjectAcl","s3:GetObjectAcl"]"#;
    account.inline(
        CONNECT,
        "Reports",
        read(&allow(actions, "arn:aws:s3:::acme-reports/*")),
    );
    assert_eq!(fired(&account.audit()), ["shared-role"]);
}

#[test]
fn a_switch_that_was_not_asked_for_leaves_its_feature_open() {
    let mut account = Account::with_instance();
    let switches = &mut account.the_instance().switches;
    assert!(switches.remove(&Switch::OutboundCampaigns).is_some());
    let campaign = r#""connect-campaigns:CreateCampaign""#;
    account.inline(CONNECT, "Campaigns", read(&allow(campaign, "*")));
    let audit = account.audit();
    assert!(fired(&audit).is_empty(), "{:?}", audit.findings);
    assert_eq!(audit.status(), Status::Inconclusive);
}

#[test]
fn a_feature_that_is_switched_off_explains_nothing() {
    let mut account = Account::with_instance();
    let bot = "arn:aws:lex:eu-west-2:111122223333:bot:Orders:*";
    account.inline(CONNECT, "Bots", read(&allow(r#""lex:PostContent""#, bot)));
    let audit = account.audit();
    assert_eq!(fired(&audit), ["grant-on-unconfigured-resource"]);
    let summary = &audit.finding("grant-on-unconfigured-resource").summary;
    assert!(summary.contains("is not configured"), "{summary}");
    account.the_instance().bots = Observed::Read(vec![Bot::V1 {
        name: "Orders".to_owned(),
        region: REGION.to_owned(),
    }]);
    assert!(account.audit().findings.is_empty());
    // Another bot, be it of the same version or not, configures nothing for this one.
    let alias = "arn:aws:lex:eu-west-2:111122223333:bot-alias/ORDERS/LIVE";
    for other in [
        Bot::V1 {
            name: "Invoices".to_owned(),
            region: REGION.to_owned(),
        },
        Bot::V2 {
            alias: alias.parse().unwrap(),
        },
    ] {
        account.the_instance().bots = Observed::Read(vec![other]);
        assert_eq!(fired(&account.audit()), ["grant-on-unconfigured-resource"]);
    }

    let mut account = Account::with_instance();
    let campaign = r#""connect-campaigns:CreateCampaign""#;
    account.inline(CONNECT, "Campaigns", read(&allow(campaign, "*")));
    assert_eq!(fired(&account.audit()), ["grant-on-unconfigured-resource"]);
    let on = Observed::Read(true);
    account
        .the_instance()
        .switches
        .insert(Switch::OutboundCampaigns, on);
    assert!(account.audit().findings.is_empty());
}

#[test]
fn what_was_not_read_of_an_instance_leaves_only_that_undecided() {
    let mut account = recorded_with(&recordings("arn:aws:s3:::other/*", "arn:aws:s3:::other"));
    let unread = denied("connect:ListInstanceStorageConfigs");
    account
        .the_instance()
        .storage
        .insert(StorageUse::ChatTranscripts, unread);
    let audit = account.audit();
    assert!(!fired(&audit).contains(&"grant-on-unconfigured-resource"));
    assert!(
        audit
            .undecided()
            .contains(&"grant-on-unconfigured-resource")
    );
    // A stream could not be a bucket of chat transcripts.
    account.inline(
        CONNECT,
        "More",
        read(&allow(r#""kinesis:PutRecord""#, STREAM)),
    );
    assert!(fired(&account.audit()).contains(&"grant-on-unconfigured-resource"));
    // What no configuration could explain is told all the same.
    account.inline(CONNECT, "Still", read(&allow(r#""iam:PassRole""#, "*")));
    let audit = account.audit();
    let finding = audit.finding("inline-grant-beyond-features");
    assert_eq!(finding.confidence, Confidence::ConfigurationUnread);
}

#[test]
fn a_region_that_was_not_read_may_hold_what_a_grant_is_for() {
    let mut account = recorded_with(&recordings("arn:aws:s3:::other/*", "arn:aws:s3:::other"));
    account.store(
        StorageUse::CallRecordings,
        bucket("amazon-connect-acme", "x"),
    );
    account.region("us-east-1").instances = denied("connect:ListInstances");
    let audit = account.audit();
    assert!(fired(&audit).is_empty(), "{:?}", audit.rules());
    assert_eq!(audit.status(), Status::Inconclusive);
    for rule in [
        "grant-on-unconfigured-resource",
        "configured-resource-not-granted",
        "shared-role",
    ] {
        assert!(audit.undecided().contains(&rule), "{rule}");
    }
}

#[test]
fn owners_that_the_user_left_out_leave_no_gap_and_are_told() {
    let mut account = Account::connect();
    account.0.owners = Owners::skipped();
    let audit = account.audit();
    assert_eq!(audit.status(), Status::Conforms);
    assert!(audit.is_complete() && audit.owners_skipped);
    assert!(!audit.rules.contains(&"orphaned-role"));

    let only = Selection::new(&["orphaned-role".to_owned()], &[], &[]).unwrap();
    let audit = roledrift::audit::audit(&account.0, baselines(), &only);
    assert!(audit.rules.is_empty());
}

#[test]
fn owners_that_the_source_cannot_hold_are_a_gap() {
    let mut account = Account::connect();
    let reason = Unread::not_offered("connect:ListInstances", "a dump holds roles only");
    account.0.owners = Owners::unread(reason);
    let audit = account.audit();
    assert_eq!(audit.status(), Status::Inconclusive);
    assert!(!audit.owners_skipped);
    assert!(audit.undecided().contains(&"orphaned-role"));
    // Only families with owners are concerned.
    let mut account = Account::cloudtrail();
    let reason = Unread::not_offered("connect:ListInstances", "");
    account.0.owners = Owners::unread(reason);
    assert_eq!(account.audit().status(), Status::Conforms);
}

#[test]
fn a_configured_resource_without_a_grant_is_told_with_what_fails() {
    let mut account = Account::with_instance();
    let stream = StorageTarget::KinesisStream(STREAM.parse().unwrap());
    account.store(StorageUse::AgentEvents, stream);
    let hose = "arn:aws:firehose:eu-west-2:111122223333:deliverystream/contacts";
    let firehose = StorageTarget::KinesisFirehose(hose.parse().unwrap());
    account.store(StorageUse::ContactTraceRecords, firehose);
    account.store(
        StorageUse::CallRecordings,
        bucket("acme-recordings", "calls"),
    );
    account.store(
        StorageUse::ScheduledReports,
        bucket("amazon-connect-1a2b", "connect/acme/Reports"),
    );
    let audit = account.audit();
    let rule = "configured-resource-not-granted";
    assert_eq!(audit.rules(), [rule; 3]);
    let mut ids: Vec<&str> = audit
        .findings
        .iter()
        .map(|finding| finding.id.as_str())
        .collect();
    ids.dedup();
    assert_eq!(ids.len(), 3);
    for finding in &audit.findings {
        assert!(
            finding.summary.contains("instance `acme`"),
            "{}",
            finding.summary
        );
        let proof = finding.proof.as_ref().unwrap();
        assert!(!proof.gained);
    }
    let told: String = audit
        .findings
        .iter()
        .map(|finding| finding.summary.clone())
        .collect();
    for resource in [STREAM, hose, "acme-recordings/calls"] {
        assert!(told.contains(resource), "{resource}: {told}");
    }
    assert!(!told.contains("1a2b"), "the managed policy covers it");
}

#[test]
fn one_place_for_several_kinds_of_data_is_told_once() {
    let mut account = Account::with_instance();
    for of in [StorageUse::CallRecordings, StorageUse::ChatTranscripts] {
        account.store(of, bucket("acme", "connect"));
    }
    let audit = account.audit();
    assert_eq!(audit.rules(), ["configured-resource-not-granted"]);
}

#[test]
fn a_grant_of_less_than_a_feature_needs_is_told() {
    let mut account = Account::with_instance();
    let stream = StorageTarget::KinesisStream(STREAM.parse().unwrap());
    account.store(StorageUse::AgentEvents, stream);
    account.inline(
        CONNECT,
        "Stream",
        read(&allow(r#""kinesis:PutRecord""#, STREAM)),
    );
    let audit = account.audit();
    assert_eq!(fired(&audit), ["configured-resource-not-granted"]);
    assert_eq!(
        witness(&audit, "configured-resource-not-granted").0,
        "kinesis:PutRecords"
    );
    let both = r#"["kinesis:PutRecord","kinesis:PutRecords"]"#;
    account.inline(CONNECT, "More", read(&allow(both, STREAM)));
    assert!(account.audit().findings.is_empty());
}

#[test]
fn a_deny_is_told_once() {
    let mut account = Account::with_instance();
    account.store(
        StorageUse::CallRecordings,
        bucket("amazon-connect-1a2b", "calls"),
    );
    let deny = allow(r#""s3:PutObject""#, "*").replace("Allow", "Deny");
    account.inline(CONNECT, "Guard", read(&deny));
    assert_eq!(fired(&account.audit()), ["permissions-missing"]);
}

#[test]
fn claims_nothing_about_missing_grants_where_policies_were_not_read() {
    let mut account = Account::with_instance();
    account.store(
        StorageUse::CallRecordings,
        bucket("acme-recordings", "calls"),
    );
    account.role(CONNECT).inline = denied("iam:ListRolePolicies");
    let audit = account.audit();
    assert!(fired(&audit).is_empty());
    assert!(
        audit
            .undecided()
            .contains(&"configured-resource-not-granted")
    );
}

#[test]
fn campaigns_may_call_for_their_own_instance_only() {
    let mut account = Account::with_campaigns();
    assert!(
        account.audit().findings.is_empty(),
        "{:?}",
        account.audit().findings
    );
    let other = format!("{}*", instance_arn(REGION, OTHER));
    let calls = r#""connect:StartOutboundVoiceContact""#;
    account.inline(CAMPAIGNS, "More", read(&allow(calls, &other)));
    let audit = account.audit();
    assert_eq!(fired(&audit), ["grant-on-unconfigured-resource"]);
    let summary = &audit.finding("grant-on-unconfigured-resource").summary;
    assert!(
        summary.contains(INSTANCE) && summary.contains(OTHER),
        "{summary}"
    );
}

#[test]
fn campaigns_without_their_grant_cannot_call_once_they_are_set_up() {
    let mut account = Account::with_campaigns();
    account.role(CAMPAIGNS).inline = Observed::Read(Vec::new());
    let audit = account.audit();
    assert_eq!(fired(&audit), ["configured-resource-not-granted"]);
    let known = account.the_instance().campaigns.values_mut();
    for campaigns in known {
        if let Observed::Read(Some(campaigns)) = campaigns {
            campaigns.onboarding = Observed::Read(Some(Onboarding {
                status: "IN_PROGRESS".to_owned(),
                failure: None,
            }));
        }
    }
    assert!(account.audit().findings.is_empty());
}
