//! The way into an account: credentials, Region, retries, time limits.

use std::time::Duration;

use aws_config::environment::EnvironmentVariableRegionProvider;
use aws_config::meta::region::RegionProviderChain;
use aws_config::profile::{ProfileFileCredentialsProvider, ProfileFileRegionProvider};
use aws_config::provider_config::ProviderConfig;
use aws_config::retry::RetryConfig;
use aws_config::sts::AssumeRoleProvider;
use aws_config::timeout::TimeoutConfig;
use aws_config::{AppName, BehaviorVersion, Region, SdkConfig};

use super::transport::Transport;

/// Attempts per request, the first included; throttling is what retries are for.
const ATTEMPTS: u32 = 6;
/// The longest wait between attempts: an endpoint that is not there is told within half a minute.
const MAX_BACKOFF: Duration = Duration::from_secs(5);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
const ATTEMPT_TIMEOUT: Duration = Duration::from_mins(1);
const OPERATION_TIMEOUT: Duration = Duration::from_mins(2);

/// Says how to reach an account; what is left out comes from the environment.
#[derive(Debug, Clone, Default)]
pub struct ConnectOptions {
    /// A profile of the shared configuration files.
    pub profile: Option<String>,
    /// The Region whose endpoints answer for global services.
    pub region: Option<String>,
    /// A role to assume first.
    pub role_arn: Option<String>,
    /// The external id that the role's trust policy asks for.
    pub external_id: Option<String>,
}

/// Finds credentials and Region, and sets time limits and retries.
pub async fn configuration(options: &ConnectOptions) -> SdkConfig {
    let region = region(options).region().await;
    let mut loader = aws_config::defaults(BehaviorVersion::latest())
        .retry_config(
            RetryConfig::standard()
                .with_max_attempts(ATTEMPTS)
                .with_max_backoff(MAX_BACKOFF),
        )
        .timeout_config(
            TimeoutConfig::builder()
                .connect_timeout(CONNECT_TIMEOUT)
                .operation_attempt_timeout(ATTEMPT_TIMEOUT)
                .operation_timeout(OPERATION_TIMEOUT)
                .build(),
        );
    // Named in the user agent, which CloudTrail records.
    if let Ok(name) = AppName::new("roledrift") {
        loader = loader.app_name(name);
    }
    if let Some(profile) = &options.profile {
        // A profile that was asked for wins over credentials in the environment, and one that does
        // not exist is an error: anything else would audit another account than the one meant.
        loader = loader.profile_name(profile).credentials_provider(
            ProfileFileCredentialsProvider::builder()
                .profile_name(profile)
                // A profile may itself assume a role, and ask a Region's endpoint for it.
                .configure(&ProviderConfig::default().with_region(region.clone()))
                .build(),
        );
    }
    // One pool of connections, and one look at the system's certificates, for all clients.
    let config = loader.region(region).load().await;
    let config = config
        .into_builder()
        .http_client(Transport::default())
        .build();
    let Some(role_arn) = &options.role_arn else {
        return config;
    };
    let mut role = AssumeRoleProvider::builder(role_arn)
        .session_name("roledrift")
        .configure(&config);
    if let Some(external_id) = &options.external_id {
        role = role.external_id(external_id);
    }
    let credentials = role.build().await;
    config
        .into_builder()
        .credentials_provider(aws_sdk_iam::config::SharedCredentialsProvider::new(
            credentials,
        ))
        .build()
}

/// Finds the Region: the option, the environment, the profile, or the first of the commercial ones.
///
/// IAM is global, so any Region of the partition will do; instance metadata is not asked for one,
/// because waiting for it costs seconds wherever there is none.
fn region(options: &ConnectOptions) -> RegionProviderChain {
    let mut profile = ProfileFileRegionProvider::builder();
    if let Some(name) = &options.profile {
        profile = profile.profile_name(name);
    }
    RegionProviderChain::first_try(options.region.clone().map(Region::new))
        .or_else(EnvironmentVariableRegionProvider::new())
        .or_else(profile.build())
        .or_else(Region::from_static("us-east-1"))
}
