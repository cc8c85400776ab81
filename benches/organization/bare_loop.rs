//! The calls that a scan of many accounts makes, and nothing else: what the SDK alone costs.
//!
//!     bare_loop FILE CONCURRENCY
//!
//! FILE has an account id per line. For `benches/organization.py`; credentials and endpoint come
//! from the environment. One pool of connections, as the scan has.

#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a measure that cannot be taken ends"
)]

use aws_config::BehaviorVersion;
use aws_sdk_iam::config::{Credentials, IdentityCache, SharedCredentialsProvider};
use aws_sdk_iam::types::{EntityType, PolicyScopeType};
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};
use futures_util::{StreamExt, stream};

const PATH: &str = "/aws-service-role/";
const PAGE: i32 = 1000;

async fn account(config: &aws_config::SdkConfig, sts: &aws_sdk_sts::Client, id: &str) -> usize {
    let session = sts
        .assume_role()
        .role_arn(format!("arn:aws:iam::{id}:role/roledrift-audit"))
        .role_session_name("bare")
        .send()
        .await
        .expect("AssumeRole");
    let given = session.credentials().expect("credentials");
    let credentials = Credentials::new(
        given.access_key_id(),
        given.secret_access_key(),
        Some(given.session_token().to_owned()),
        None,
        "bare",
    );
    let config = config
        .clone()
        .into_builder()
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .identity_cache(IdentityCache::no_cache())
        .build();
    let iam = aws_sdk_iam::Client::new(&config);
    let (policies, roles, details) = tokio::join!(
        iam.list_policies()
            .scope(PolicyScopeType::Aws)
            .path_prefix(PATH)
            .only_attached(true)
            .max_items(PAGE)
            .send(),
        iam.list_roles().path_prefix(PATH).max_items(PAGE).send(),
        iam.get_account_authorization_details()
            .filter(EntityType::Role)
            .max_items(PAGE)
            .send(),
    );
    policies.expect("ListPolicies");
    let details = details.expect("GetAccountAuthorizationDetails");
    roles.expect("ListRoles").roles().len() + details.role_detail_list().len()
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let mut arguments = std::env::args().skip(1);
    let file = arguments.next().expect("a file of account ids");
    let concurrency = arguments
        .next()
        .expect("a number")
        .parse()
        .expect("a number");
    let ids = std::fs::read_to_string(file).expect("a readable file");
    let client = aws_smithy_http_client::Builder::new()
        .tls_provider(Provider::Rustls(CryptoMode::AwsLc))
        .build_https();
    let config = aws_config::defaults(BehaviorVersion::latest())
        .http_client(client)
        .load()
        .await;
    let sts = aws_sdk_sts::Client::new(&config);
    let roles: usize = stream::iter(ids.lines())
        .map(|id| account(&config, &sts, id))
        .buffer_unordered(concurrency)
        .fold(0, async |sum, roles| sum + roles)
        .await;
    println!("{roles}");
}
