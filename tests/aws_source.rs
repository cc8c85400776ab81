//! The live source against scripted SDK answers: pages, encodings, refusals, races.

#![allow(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a failed unwrap is a failed test"
)]

mod support;

use std::sync::Mutex;

use aws_sdk_iam::config::http::HttpResponse;
use aws_sdk_iam::config::retry::RetryConfig;
use aws_sdk_iam::error::ErrorMetadata;
use aws_sdk_iam::operation::get_account_authorization_details::{
    GetAccountAuthorizationDetailsError, GetAccountAuthorizationDetailsOutput,
};
use aws_sdk_iam::operation::get_account_summary::GetAccountSummaryOutput;
use aws_sdk_iam::operation::get_policy::GetPolicyOutput;
use aws_sdk_iam::operation::get_policy_version::GetPolicyVersionOutput;
use aws_sdk_iam::operation::get_role::{GetRoleError, GetRoleOutput};
use aws_sdk_iam::operation::get_role_policy::GetRolePolicyOutput;
use aws_sdk_iam::operation::list_attached_role_policies::ListAttachedRolePoliciesOutput;
use aws_sdk_iam::operation::list_entities_for_policy::ListEntitiesForPolicyOutput;
use aws_sdk_iam::operation::list_policies::{ListPoliciesError, ListPoliciesOutput};
use aws_sdk_iam::operation::list_role_policies::{ListRolePoliciesError, ListRolePoliciesOutput};
use aws_sdk_iam::operation::list_roles::{ListRolesError, ListRolesOutput};
use aws_sdk_iam::primitives::DateTime;
use aws_sdk_iam::types;
use aws_sdk_sts::operation::get_caller_identity::{
    GetCallerIdentityError, GetCallerIdentityOutput,
};
use aws_smithy_mocks::{Rule, RuleMode, mock, mock_client};
use support::ACCOUNT;

use roledrift::inventory::aws::{CollectError, Scope, Source, Strategy};
use roledrift::inventory::{
    Carrier, CarrierKind, DocumentText, Fact, Inventory, Observed, UnreadReason,
};

const SUPPORT: &str = "AWSServiceRoleForSupport";
const BACKUP: &str = "AWSServiceRoleForBackup";
const LINKED: &str = "/aws-service-role/";

fn policy_arn() -> String {
    "arn:aws:iam::aws:policy/aws-service-role/AWSSupportServiceRolePolicy".to_owned()
}

fn path(name: &str) -> String {
    match name {
        SUPPORT => "/aws-service-role/support.amazonaws.com/".to_owned(),
        BACKUP => "/aws-service-role/backup.amazonaws.com/".to_owned(),
        _ => "/".to_owned(),
    }
}

fn arn(name: &str) -> String {
    format!("arn:aws:iam::111122223333:role{}{name}", path(name))
}

/// A document as IAM sends it.
fn encoded(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}

fn role(name: &str) -> types::Role {
    types::Role::builder()
        .role_name(name)
        .path(path(name))
        .arn(arn(name))
        .role_id("AROAEXAMPLE")
        .create_date(DateTime::from_secs(1_700_000_000))
        .assume_role_policy_document(encoded(r#"{"trust": "100% a+b"}"#))
        .description("described")
        .max_session_duration(3600)
        .build()
        .unwrap()
}

fn detail(name: &str) -> types::RoleDetail {
    types::RoleDetail::builder()
        .role_name(name)
        .path(path(name))
        .arn(arn(name))
        .assume_role_policy_document(encoded(r#"{"trust": "100% a+b"}"#))
        .role_policy_list(
            types::PolicyDetail::builder()
                .policy_name("extra")
                .policy_document(encoded(r#"{"inline": 1}"#))
                .build(),
        )
        .attached_managed_policies(
            types::AttachedPolicy::builder()
                .policy_arn(policy_arn())
                .build(),
        )
        .tags(
            types::Tag::builder()
                .key("team")
                .value("voice")
                .build()
                .unwrap(),
        )
        .build()
}

fn identity() -> Rule {
    mock!(aws_sdk_sts::Client::get_caller_identity).then_output(|| {
        GetCallerIdentityOutput::builder()
            .account("111122223333")
            .arn("arn:aws:sts::111122223333:assumed-role/audit/session")
            .build()
    })
}

/// The one service-linked policy in use, with as many carriers; none when nothing carries it.
fn linked_policies(attachments: i32) -> Rule {
    mock!(aws_sdk_iam::Client::list_policies)
        .match_requests(|request| {
            request.path_prefix() == Some(LINKED) && request.only_attached() == Some(true)
        })
        .then_output(move || {
            let policy = types::Policy::builder()
                .arn(policy_arn())
                .default_version_id("v7")
                .attachment_count(attachments)
                .permissions_boundary_usage_count(0)
                .build();
            let policies = (attachments > 0).then_some(policy).into_iter().collect();
            ListPoliciesOutput::builder()
                .set_policies(Some(policies))
                .build()
        })
}

fn document() -> Rule {
    mock!(aws_sdk_iam::Client::get_policy_version)
        .match_requests(|request| request.version_id() == Some("v7"))
        .then_output(|| {
            let version = types::PolicyVersion::builder().document(encoded(r#"{"managed": 1}"#));
            GetPolicyVersionOutput::builder()
                .policy_version(version.build())
                .build()
        })
}

fn list_roles(names: &'static [&'static str]) -> Rule {
    mock!(aws_sdk_iam::Client::list_roles).then_output(move || {
        ListRolesOutput::builder()
            .set_roles(Some(names.iter().map(|name| role(name)).collect()))
            .is_truncated(false)
            .build()
            .unwrap()
    })
}

/// Every role at once, on one page.
fn bulk_of(names: &'static [&'static str]) -> Rule {
    mock!(aws_sdk_iam::Client::get_account_authorization_details).then_output(move || {
        GetAccountAuthorizationDetailsOutput::builder()
            .set_role_detail_list(Some(names.iter().map(|name| detail(name)).collect()))
            .build()
    })
}

fn bulk_denied() -> Rule {
    mock!(aws_sdk_iam::Client::get_account_authorization_details).then_error(|| {
        GetAccountAuthorizationDetailsError::generic(denied("iam:GetAccountAuthorizationDetails"))
    })
}

fn denied(operation: &str) -> ErrorMetadata {
    let message = format!("not authorized to perform: {operation}");
    ErrorMetadata::builder()
        .code("AccessDenied")
        .message(message)
        .build()
}

fn gone() -> ErrorMetadata {
    ErrorMetadata::builder()
        .code("NoSuchEntity")
        .message("cannot be found")
        .build()
}

fn get_role() -> Rule {
    mock!(aws_sdk_iam::Client::get_role).then_output(|| {
        let boundary = types::AttachedPermissionsBoundary::builder()
            .permissions_boundary_arn("arn:aws:iam::111122223333:policy/limit")
            .build();
        let role = types::Role::builder()
            .role_name(SUPPORT)
            .path(path(SUPPORT))
            .arn(arn(SUPPORT))
            .role_id("AROAEXAMPLE")
            .create_date(DateTime::from_secs(1_700_000_000))
            .description("described")
            .max_session_duration(3600)
            .permissions_boundary(boundary)
            .build()
            .unwrap();
        GetRoleOutput::builder().role(role).build()
    })
}

fn attached() -> Rule {
    mock!(aws_sdk_iam::Client::list_attached_role_policies).then_output(|| {
        let policy = types::AttachedPolicy::builder()
            .policy_arn(policy_arn())
            .build();
        ListAttachedRolePoliciesOutput::builder()
            .attached_policies(policy)
            .build()
    })
}

fn inline_names(names: &'static [&'static str]) -> Rule {
    mock!(aws_sdk_iam::Client::list_role_policies).then_output(move || {
        let names = names.iter().map(|name| (*name).to_owned()).collect();
        ListRolePoliciesOutput::builder()
            .set_policy_names(Some(names))
            .build()
            .unwrap()
    })
}

fn entities() -> Rule {
    mock!(aws_sdk_iam::Client::list_entities_for_policy).then_output(|| {
        ListEntitiesForPolicyOutput::builder()
            .policy_roles(types::PolicyRole::builder().role_name(SUPPORT).build())
            .policy_users(types::PolicyUser::builder().user_name("eve").build())
            .build()
    })
}

/// Who carries the one service-linked policy.
fn carriers(inventory: &Inventory) -> &[Carrier] {
    let policy = &inventory.policies[&policy_arn().parse().unwrap()];
    policy.carriers.as_ref().unwrap().read().unwrap()
}

fn inline_document() -> Rule {
    mock!(aws_sdk_iam::Client::get_role_policy).then_output(|| {
        GetRolePolicyOutput::builder()
            .role_name(SUPPORT)
            .policy_name("extra")
            .policy_document(encoded(r#"{"inline": 1}"#))
            .build()
            .unwrap()
    })
}

/// Collects with these answers, each used as often as it matches.
async fn collect(strategy: Strategy, rules: &[Rule]) -> Result<Inventory, CollectError> {
    let rules: Vec<&Rule> = rules.iter().collect();
    let iam = mock_client!(aws_sdk_iam, RuleMode::MatchAny, &rules);
    let identity = identity();
    let sts = mock_client!(aws_sdk_sts, RuleMode::MatchAny, &[&identity]);
    let now = "2026-11-02T06:00:00Z".parse().unwrap();
    Source::new(iam, sts)
        .with_strategy(strategy)
        .collect(now, &Scope::default(), &|_| {})
        .await
}

/// Counts the facts about roles and policies that were not read.
fn unread(inventory: &Inventory) -> usize {
    let coverage = inventory.coverage();
    let unread = coverage.unread();
    unread
        .filter(|(entry, _)| entry.fact != Fact::Regions)
        .count()
}

fn only(inventory: &Inventory) -> &roledrift::inventory::Role {
    assert_eq!(inventory.roles.len(), 1);
    &inventory.roles[0]
}

#[tokio::test]
async fn bulk_reads_everything_in_four_kinds_of_request() {
    let details = mock!(aws_sdk_iam::Client::get_account_authorization_details).then_output(|| {
        let other = types::RoleDetail::builder()
            .role_name("app")
            .path("/")
            .arn(arn("app"))
            .build();
        GetAccountAuthorizationDetailsOutput::builder()
            .role_detail_list(detail(SUPPORT))
            .role_detail_list(other)
            .build()
    });
    let rules = [
        list_roles(&[SUPPORT]),
        details,
        linked_policies(1),
        document(),
    ];
    let inventory = collect(Strategy::Auto, &rules).await.unwrap();
    let role = only(&inventory);
    assert_eq!(inventory.account.as_str(), "111122223333");
    assert_eq!(
        role.trust,
        Observed::Read(DocumentText::new(r#"{"trust": "100% a+b"}"#))
    );
    assert_eq!(
        role.description,
        Observed::Read(Some("described".to_owned()))
    );
    assert_eq!(role.tags.read().unwrap()["team"], "voice");
    let inline = role.inline.read().unwrap();
    assert_eq!(
        inline[0].document,
        Observed::Read(DocumentText::new(r#"{"inline": 1}"#))
    );
    let policy = &inventory.policies[&policy_arn().parse().unwrap()];
    assert_eq!(
        policy.default_version,
        Observed::Read("v7".parse().unwrap())
    );
    assert_eq!(
        policy.document,
        Observed::Read(DocumentText::new(r#"{"managed": 1}"#))
    );
    // As many carriers are known as IAM counts: nobody needs to ask who they are.
    assert_eq!(
        policy.carriers.as_ref().unwrap().read().unwrap()[0].name,
        SUPPORT
    );
    assert_eq!(unread(&inventory), 0);
    for rule in &rules {
        assert_eq!(rule.num_calls(), 1);
    }
}

#[tokio::test]
async fn bulk_follows_pages_to_the_end() {
    let first = mock!(aws_sdk_iam::Client::get_account_authorization_details)
        .match_requests(|request| request.marker().is_none())
        .then_output(|| {
            GetAccountAuthorizationDetailsOutput::builder()
                .role_detail_list(detail(SUPPORT))
                .is_truncated(true)
                .marker("next")
                .build()
        });
    let second = mock!(aws_sdk_iam::Client::get_account_authorization_details)
        .match_requests(|request| request.marker() == Some("next"))
        .then_output(|| {
            GetAccountAuthorizationDetailsOutput::builder()
                .role_detail_list(detail(BACKUP))
                .build()
        });
    let rules = [
        list_roles(&[SUPPORT, BACKUP]),
        first,
        second,
        linked_policies(2),
        document(),
    ];
    let inventory = collect(Strategy::Bulk, &rules).await.unwrap();
    assert_eq!(inventory.roles.len(), 2);
    assert_eq!(rules[4].num_calls(), 1, "one document for two roles");
}

#[tokio::test]
async fn a_page_that_leads_to_itself_ends_and_is_told() {
    let stuck = mock!(aws_sdk_iam::Client::get_account_authorization_details).then_output(|| {
        GetAccountAuthorizationDetailsOutput::builder()
            .role_detail_list(detail(SUPPORT))
            .is_truncated(true)
            .marker("again")
            .build()
    });
    let rules = [
        list_roles(&[SUPPORT]),
        stuck,
        linked_policies(1),
        document(),
    ];
    let inventory = collect(Strategy::Bulk, &rules).await.unwrap();
    assert_eq!(
        inventory.listing.unread().unwrap().reason,
        UnreadReason::Malformed
    );
}

#[tokio::test]
async fn a_role_that_only_the_listing_shows_is_read_by_itself() {
    let details = mock!(aws_sdk_iam::Client::get_account_authorization_details)
        .then_output(|| GetAccountAuthorizationDetailsOutput::builder().build());
    let rules = [
        list_roles(&[SUPPORT]),
        details,
        linked_policies(1),
        document(),
        get_role(),
        attached(),
        inline_names(&["extra"]),
        inline_document(),
        entities(),
    ];
    let inventory = collect(Strategy::Auto, &rules).await.unwrap();
    assert_eq!(only(&inventory).inline.read().unwrap().len(), 1);
    assert_eq!(unread(&inventory), 0);
}

#[tokio::test]
async fn a_list_of_roles_that_breaks_off_is_told() {
    for marker in [None, Some("again")] {
        let broken = mock!(aws_sdk_iam::Client::list_roles).then_output(move || {
            ListRolesOutput::builder()
                .roles(role(SUPPORT))
                .is_truncated(true)
                .set_marker(marker.map(ToOwned::to_owned))
                .build()
                .unwrap()
        });
        let rules = [
            broken,
            linked_policies(1),
            document(),
            get_role(),
            attached(),
            inline_names(&[]),
        ];
        let inventory = collect(Strategy::Targeted, &rules).await.unwrap();
        assert_eq!(only(&inventory).name.as_str(), SUPPORT);
        let unread = inventory.listing.unread().unwrap();
        assert_eq!(unread.reason, UnreadReason::Malformed);
    }
}

#[tokio::test]
async fn counts_that_leave_linked_roles_out_are_not_believed() {
    // One role carries the policy, and IAM lists it as carried by nobody: so it counts others only.
    let details = bulk_of(&[SUPPORT]);
    let default = mock!(aws_sdk_iam::Client::get_policy).then_output(|| {
        let policy = types::Policy::builder().default_version_id("v7").build();
        GetPolicyOutput::builder().policy(policy).build()
    });
    let rules = [
        list_roles(&[SUPPORT]),
        details,
        linked_policies(0),
        default,
        document(),
        entities(),
    ];
    let inventory = collect(Strategy::Auto, &rules).await.unwrap();
    assert_eq!(rules[5].num_calls(), 1);
    assert_eq!(carriers(&inventory).len(), 2);
}

#[tokio::test]
async fn a_denied_list_of_policies_is_told() {
    let details = bulk_of(&[SUPPORT]);
    let refused = mock!(aws_sdk_iam::Client::list_policies)
        .then_error(|| ListPoliciesError::generic(denied("iam:ListPolicies")));
    let rules = [list_roles(&[SUPPORT]), details, refused, entities()];
    let inventory = collect(Strategy::Auto, &rules).await.unwrap();
    assert!(inventory.policy_listing.unread().is_some());
    let policy = &inventory.policies[&policy_arn().parse().unwrap()];
    assert!(policy.document.unread().is_some() && policy.default_version.unread().is_some());
}

#[tokio::test]
async fn auto_reads_one_by_one_where_that_is_fewer_requests() {
    let first = mock!(aws_sdk_iam::Client::get_account_authorization_details).then_output(|| {
        GetAccountAuthorizationDetailsOutput::builder()
            .role_detail_list(detail(SUPPORT))
            .is_truncated(true)
            .marker("next")
            .build()
    });
    let summary = mock!(aws_sdk_iam::Client::get_account_summary).then_output(|| {
        GetAccountSummaryOutput::builder()
            .summary_map(types::SummaryKeyType::Roles, 5000)
            .build()
    });
    let rules = [
        list_roles(&[SUPPORT]),
        first,
        summary,
        linked_policies(1),
        document(),
        get_role(),
        attached(),
        inline_names(&["extra"]),
        inline_document(),
    ];
    let inventory = collect(Strategy::Auto, &rules).await.unwrap();
    assert_eq!(rules[1].num_calls(), 1, "no second page");
    assert!(only(&inventory).boundary.read().unwrap().is_some());
    assert_eq!(unread(&inventory), 0);
}

#[tokio::test]
async fn auto_falls_back_where_the_bulk_call_is_denied() {
    let rules = [
        list_roles(&[SUPPORT]),
        bulk_denied(),
        linked_policies(1),
        document(),
        get_role(),
        attached(),
        inline_names(&["extra"]),
        inline_document(),
    ];
    let inventory = collect(Strategy::Auto, &rules).await.unwrap();
    assert_eq!(unread(&inventory), 0);
    assert_eq!(only(&inventory).inline.read().unwrap().len(), 1);
}

#[tokio::test]
async fn bulk_denied_on_request_leaves_every_detail_unread() {
    let rules = [list_roles(&[SUPPORT]), bulk_denied(), linked_policies(0)];
    let inventory = collect(Strategy::Bulk, &rules).await.unwrap();
    let role = only(&inventory);
    assert_eq!(role.inline.unread().unwrap().reason, UnreadReason::Denied);
    assert_eq!(role.max_session_seconds, Observed::Read(3600));
    assert!(
        inventory.listing.unread().is_some(),
        "look-alikes may be missing"
    );
}

#[tokio::test]
async fn one_denied_call_of_one_role_costs_that_fact_only() {
    let allowed = mock!(aws_sdk_iam::Client::list_role_policies)
        .match_requests(|request| request.role_name() == Some(SUPPORT))
        .then_output(|| {
            ListRolePoliciesOutput::builder()
                .set_policy_names(Some(Vec::new()))
                .build()
                .unwrap()
        });
    let refused = mock!(aws_sdk_iam::Client::list_role_policies)
        .match_requests(|request| request.role_name() == Some(BACKUP))
        .then_error(|| ListRolePoliciesError::generic(denied("iam:ListRolePolicies")));
    let rules = [
        list_roles(&[SUPPORT, BACKUP]),
        linked_policies(2),
        document(),
        get_role(),
        attached(),
        allowed,
        refused,
    ];
    let inventory = collect(Strategy::Targeted, &rules).await.unwrap();
    let unread: Vec<String> = inventory
        .coverage()
        .unread()
        .filter(|(entry, _)| entry.fact != Fact::Regions)
        .map(|(entry, unread)| format!("{}: {unread}", entry.fact))
        .collect();
    assert_eq!(
        unread,
        ["inline policies: iam:ListRolePolicies was denied: \
          AccessDenied: not authorized to perform: iam:ListRolePolicies"]
    );
    assert!(
        inventory
            .roles
            .iter()
            .all(|role| role.boundary.read().is_some())
    );
}

#[tokio::test]
async fn a_role_that_vanished_after_it_was_listed_is_left_out() {
    let vanished = mock!(aws_sdk_iam::Client::get_role)
        .match_requests(|request| request.role_name() == Some(BACKUP))
        .then_error(|| GetRoleError::generic(gone()));
    let rules = [
        list_roles(&[SUPPORT, BACKUP]),
        linked_policies(1),
        document(),
        vanished,
        get_role(),
        attached(),
        inline_names(&[]),
    ];
    let inventory = collect(Strategy::Targeted, &rules).await.unwrap();
    assert_eq!(only(&inventory).name.as_str(), SUPPORT);
    assert_eq!(unread(&inventory), 0);
}

#[tokio::test]
async fn an_inline_policy_that_vanished_is_left_out() {
    let vanished = mock!(aws_sdk_iam::Client::get_role_policy).then_error(|| {
        aws_sdk_iam::operation::get_role_policy::GetRolePolicyError::generic(gone())
    });
    let rules = [
        list_roles(&[SUPPORT]),
        linked_policies(1),
        document(),
        get_role(),
        attached(),
        inline_names(&["extra"]),
        vanished,
    ];
    let inventory = collect(Strategy::Targeted, &rules).await.unwrap();
    assert_eq!(only(&inventory).inline, Observed::Read(Vec::new()));
}

/// Throttling as IAM answers it.
fn throttled() -> HttpResponse {
    let body = "<ErrorResponse><Error><Type>Sender</Type><Code>Throttling</Code>\
                <Message>Rate exceeded</Message></Error></ErrorResponse>";
    HttpResponse::new(400.try_into().unwrap(), body.into())
}

/// Collects one role, one call throttled as the rule says; time flies between retries.
async fn collect_throttled(rule: &Rule) -> Inventory {
    let (roles, policies, document) = (list_roles(&[SUPPORT]), linked_policies(1), document());
    let (attached, inline) = (attached(), inline_names(&[]));
    let answers = [&roles, &policies, &document, &attached, &inline, rule];
    let iam = mock_client!(aws_sdk_iam, RuleMode::MatchAny, &answers, |config| config
        .retry_config(RetryConfig::standard().with_max_attempts(4)));
    let sts = mock_client!(aws_sdk_sts, RuleMode::MatchAny, &[&identity()]);
    let now = "2026-11-02T06:00:00Z".parse().unwrap();
    let source = Source::new(iam, sts).with_strategy(Strategy::Targeted);
    source
        .collect(now, &Scope::default(), &|_| {})
        .await
        .unwrap()
}

#[tokio::test(start_paused = true)]
async fn throttling_that_passes_costs_retries_only() {
    let rule = mock!(aws_sdk_iam::Client::get_role)
        .sequence()
        .http_response(throttled)
        .times(2)
        .output(|| GetRoleOutput::builder().role(role(SUPPORT)).build())
        .build();
    let inventory = collect_throttled(&rule).await;
    assert_eq!(rule.num_calls(), 3);
    assert_eq!(only(&inventory).boundary, Observed::Read(None));
    assert_eq!(unread(&inventory), 0);
}

#[tokio::test(start_paused = true)]
async fn throttling_until_retries_end_is_told() {
    let rule = mock!(aws_sdk_iam::Client::get_role).then_http_response(throttled);
    let inventory = collect_throttled(&rule).await;
    assert_eq!(rule.num_calls(), 4);
    let unread = only(&inventory).boundary.unread().unwrap();
    assert_eq!(unread.reason, UnreadReason::Throttled);
    assert_eq!(unread.message, "Throttling: Rate exceeded");
}

#[tokio::test]
async fn asks_who_carries_a_policy_only_where_the_counts_leave_room() {
    let details = bulk_of(&[SUPPORT]);
    let rules = [
        list_roles(&[SUPPORT]),
        details,
        linked_policies(2),
        document(),
        entities(),
    ];
    let inventory = collect(Strategy::Auto, &rules).await.unwrap();
    let policy = &inventory.policies[&policy_arn().parse().unwrap()];
    let carriers = policy.carriers.as_ref().unwrap().read().unwrap();
    assert!(
        carriers
            .iter()
            .any(|carrier| carrier.kind == CarrierKind::User && carrier.name == "eve")
    );
}

#[tokio::test]
async fn a_look_alike_on_another_path_is_collected_with_its_own_metadata() {
    let details = bulk_of(&["AWSServiceRoleForSupport_backup"]);
    let rules = [
        list_roles(&[]),
        details,
        linked_policies(1),
        document(),
        get_role(),
    ];
    let inventory = collect(Strategy::Auto, &rules).await.unwrap();
    let role = only(&inventory);
    assert_eq!(role.path.as_str(), "/");
    assert_eq!(
        role.description,
        Observed::Read(Some("described".to_owned()))
    );
    assert_eq!(rules[4].num_calls(), 1);
}

#[tokio::test]
async fn a_missing_listing_leaves_description_and_session_unread() {
    let listing = mock!(aws_sdk_iam::Client::list_roles)
        .then_error(|| ListRolesError::generic(denied("iam:ListRoles")));
    let details = bulk_of(&[SUPPORT]);
    let rules = [listing, details, linked_policies(1), document()];
    let inventory = collect(Strategy::Auto, &rules).await.unwrap();
    let role = only(&inventory);
    assert_eq!(
        role.description.unread().unwrap().operation,
        "iam:ListRoles"
    );
    assert!(role.trust.read().is_some());
    assert_eq!(
        inventory.listing,
        Observed::Read(()),
        "the bulk call lists every role"
    );
}

#[tokio::test]
async fn nothing_readable_is_an_error_that_names_account_and_operation() {
    let listing = mock!(aws_sdk_iam::Client::list_roles)
        .then_error(|| ListRolesError::generic(denied("iam:ListRoles")));
    let rules = [listing, bulk_denied(), linked_policies(0)];
    let error = collect(Strategy::Auto, &rules)
        .await
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("111122223333") && error.contains("iam:ListRoles was denied"),
        "{error}"
    );
}

#[tokio::test]
async fn an_unknown_caller_is_an_error() {
    let refused = mock!(aws_sdk_sts::Client::get_caller_identity).then_error(|| {
        let metadata = aws_sdk_sts::error::ErrorMetadata::builder()
            .code("InvalidClientTokenId")
            .message("The security token included in the request is invalid");
        GetCallerIdentityError::generic(metadata.build())
    });
    let sts = mock_client!(aws_sdk_sts, RuleMode::MatchAny, &[&refused]);
    let (roles, policies) = (list_roles(&[]), linked_policies(0));
    let iam = mock_client!(
        aws_sdk_iam,
        RuleMode::MatchAny,
        &[&roles, &policies, &bulk_denied()]
    );
    let now = "2026-11-02T06:00:00Z".parse().unwrap();
    let error = Source::new(iam, sts)
        .collect(now, &Scope::default(), &|_| {})
        .await
        .unwrap_err()
        .to_string();
    assert!(error.contains("InvalidClientTokenId"), "{error}");
}

#[tokio::test]
async fn progress_tells_account_and_steps() {
    let details = bulk_of(&[SUPPORT]);
    let (roles, policies, text) = (list_roles(&[SUPPORT]), linked_policies(1), document());
    let iam = mock_client!(
        aws_sdk_iam,
        RuleMode::MatchAny,
        &[&roles, &details, &policies, &text]
    );
    let sts = mock_client!(aws_sdk_sts, RuleMode::MatchAny, &[&identity()]);
    let steps = Mutex::new(Vec::new());
    let now = "2026-11-02T06:00:00Z".parse().unwrap();
    let note = |step: &str| steps.lock().unwrap().push(step.to_owned());
    Source::new(iam, sts)
        .collect(now, &Scope::default(), &note)
        .await
        .unwrap();
    let steps = steps.into_inner().unwrap();
    assert!(steps.iter().any(|step| step.contains(ACCOUNT)), "{steps:?}");
    assert!(
        steps.last().unwrap().ends_with("completing 1 roles"),
        "{steps:?}"
    );
}
