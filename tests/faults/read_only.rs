//! The program reads, and does nothing else: every request that it sends is one of those that
//! `roledrift permissions` lists, and none of those changes anything.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Output};

use roledrift::inventory::OPERATIONS;
use roledrift::policy::published::{AccessLevel, find};
use serde_json::{Value, json};

use super::accounts::{clean, drifted, organization};
use super::cell::serve;
use super::client::{configuration, real_time};
use super::fake_account::FakeAccount;

fn roledrift(server: &FakeAccount, folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_roledrift"))
        .args(arguments)
        .current_dir(folder)
        .env_clear()
        .envs(server.environment())
        .output()
        .unwrap()
}

/// Runs the program, which must do its work, whatever it finds.
fn run(server: &FakeAccount, arguments: &[&str]) -> i32 {
    let folder = tempfile::tempdir().unwrap();
    let output = roledrift(server, folder.path(), arguments);
    let code = output.status.code().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(code != 2, "{arguments:?}: {errors}");
    code
}

/// Returns the actions of the policy that the program prints, without those that AWS asks for beside
/// the operations that are called.
fn permitted(server: &FakeAccount) -> BTreeSet<String> {
    let folder = tempfile::tempdir().unwrap();
    let output = roledrift(server, folder.path(), &["permissions", "--deep", "--org"]);
    let policy: Value = serde_json::from_slice(&output.stdout).unwrap();
    let dependent: BTreeSet<&str> = OPERATIONS
        .iter()
        .flat_map(|operation| operation.dependent.iter().copied())
        .collect();
    let statements = policy["Statement"].as_array().unwrap().iter();
    let actions = statements.flat_map(|statement| match &statement["Action"] {
        Value::Array(actions) => actions.clone(),
        action => vec![action.clone()],
    });
    actions
        .map(|action| action.as_str().unwrap().to_owned())
        .filter(|action| !dependent.contains(action.as_str()))
        .collect()
}

#[test]
fn a_run_of_everything_asks_for_what_permissions_lists_and_changes_nothing() {
    let size =
        json!({"operation": "iam:GetAccountAuthorizationDetails", "fault": {"page_size": 3}});
    let server = serve(&organization(&drifted()), &[size]);
    std::thread::scope(|scope| {
        for arguments in [
            &["scan", "--skip-owners"][..],
            &["scan"],
            &["scan", "--inventory", "targeted"],
            &["scan", "--inventory", "bulk", "--skip-owners"],
            &["snapshot", "-o", "account.json"],
            &["scan", "--org"],
            &["scan", "--org", "--ou", "r-fake", "--skip-owners"],
            &["plan", "--org"],
        ] {
            let server = &server;
            scope.spawn(move || run(server, arguments));
        }
    });
    let log = server.log();
    assert_eq!((log.unknown, log.unsigned), (BTreeSet::new(), 0));
    let called: BTreeSet<String> = log
        .ever
        .iter()
        .map(|label| label.replace("connect-campaigns-v2:", "connect-campaigns:"))
        .collect();
    let mut allowed = permitted(&server);
    // AWS asks for no permission to say who somebody is.
    allowed.insert("sts:GetCallerIdentity".to_owned());
    assert_eq!(called, allowed);
    for action in &called {
        let published = find(action).unwrap();
        let reads = matches!(published.level(), AccessLevel::Read | AccessLevel::List);
        // A session is nothing that stays.
        assert!(reads || action == "sts:AssumeRole", "{action}");
        let (_, verb) = action.split_once(':').unwrap();
        let verbs = ["Get", "List", "Describe", "Search"];
        let is_read = verbs.iter().any(|read| verb.starts_with(read));
        assert!(is_read || action == "sts:AssumeRole", "{action}");
    }
}

#[test]
fn a_write_would_be_refused_and_noticed() {
    let server = serve(&clean(), &[]);
    let config = configuration(&server, None, false);
    let (refused, created) = real_time().block_on(async {
        let iam = aws_sdk_iam::Client::new(&config);
        let connect = aws_sdk_connect::Client::new(&config);
        let created = connect
            .create_instance()
            .identity_management_type("SAML".into())
            .inbound_calls_enabled(false)
            .outbound_calls_enabled(false);
        tokio::join!(
            iam.delete_role()
                .role_name("AWSServiceRoleForCloudTrail")
                .send(),
            created.send()
        )
    });
    assert!(refused.is_err() && created.is_err());
    let noticed = ["connect:PUT /instance", "iam:DeleteRole"];
    assert_eq!(server.take_unknown(), noticed.map(ToOwned::to_owned).into());
}

#[test]
fn the_program_ends_as_the_table_says() {
    let cells = [
        ("iam:GetPolicyVersion", "deny", 3),
        ("iam:GetAccountAuthorizationDetails", "truncated_body", 3),
        ("iam:ListRoles", "empty_body", 3),
        ("connect:ListInstances", "empty_body", 3),
        ("connect:ListBots", "truncated_body", 3),
        ("profile:ListDomains", "circling_pages", 3),
        ("profile:GetDomain", "deny", 0),
        ("sts:GetCallerIdentity", "expired_token", 2),
        ("account:ListRegions", "repeated_page", 0),
    ];
    let (account, organization) = (clean(), organization(&clean()));
    let of_many = ["scan", "--org", "--skip-owners"];
    let alone = cells.map(|(operation, fault, code)| (operation, fault, code, &["scan"][..]));
    let of_many = [
        ("organizations:ListAccounts", "deny", 2, &of_many[..]),
        ("sts:AssumeRole", "deny", 3, &of_many[..]),
        ("sts:AssumeRole", "wrong_signature", 3, &of_many[..]),
    ];
    std::thread::scope(|scope| {
        for (operation, fault, code, arguments) in alone.into_iter().chain(of_many) {
            let world = if arguments.len() == 1 {
                &account
            } else {
                &organization
            };
            scope.spawn(move || {
                let rule = json!({"operation": operation, "fault": fault});
                let server = serve(world, &[rule]);
                let folder = tempfile::tempdir().unwrap();
                let output = roledrift(&server, folder.path(), arguments);
                let text = String::from_utf8_lossy(&output.stdout);
                assert_eq!(
                    output.status.code(),
                    Some(code),
                    "{operation}, {fault}: {text}"
                );
            });
        }
    });
}
