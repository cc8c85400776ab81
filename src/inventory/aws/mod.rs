//! A live account, read through the AWS SDK.
//!
//! The only module that names an `aws_*` crate. It asks as few requests as the API allows, runs
//! independent ones side by side with a bound, and turns every refusal into an unread fact.

mod bulk;
mod connect;
mod convert;
mod details;
mod failure;
mod listing;
mod pages;
mod policies;
mod targeted;

use super::{Inventory, Owners, Unread};
use crate::model::{AccountId, Arn, InvalidValue, Partition};
pub use connect::ConnectOptions;
use failure::describe;

/// How many requests each of two sides keeps under way: that of the roles and that of the policies.
///
/// IAM publishes no quota and throttles; more gains nothing at its usual latency.
const PARALLEL: usize = 4;

/// Chooses how roles are read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Strategy {
    /// Whichever needs fewer requests for this account.
    #[default]
    Auto,
    /// `GetAccountAuthorizationDetails`: all roles at once.
    Bulk,
    /// `GetRole` and the listing calls, for each service-linked role.
    Targeted,
}

/// Says why an account could not be read at all.
#[derive(Debug, thiserror::Error)]
pub enum CollectError {
    /// The credentials do not tell who they are.
    #[error(
        "cannot tell which account this is: sts:GetCallerIdentity: {0}; check profile, credentials \
         and endpoint with `aws sts get-caller-identity`, or audit a recording with --snapshot"
    )]
    Identity(String),
    /// The account or partition in the caller's identity is not one.
    #[error("cannot tell which account this is: sts:GetCallerIdentity answered nonsense: {0}")]
    Nonsense(#[source] InvalidValue),
    /// Neither way of listing roles worked.
    #[error("account {account}: the roles could not be listed: {reason}")]
    NoRoles {
        /// The account.
        account: AccountId,
        /// Why the last call that was tried told nothing.
        reason: Unread,
    },
}

/// Reads one account.
#[derive(Debug, Clone)]
pub struct Source {
    iam: aws_sdk_iam::Client,
    sts: aws_sdk_sts::Client,
    strategy: Strategy,
}

impl Source {
    /// Connects through the standard configuration chain: profile, environment, SSO, web identity,
    /// container and instance metadata, and `AWS_ENDPOINT_URL`.
    pub async fn connect(options: &ConnectOptions) -> Self {
        let config = connect::configuration(options).await;
        Self::new(
            aws_sdk_iam::Client::new(&config),
            aws_sdk_sts::Client::new(&config),
        )
    }

    /// Uses clients that exist.
    pub fn new(iam: aws_sdk_iam::Client, sts: aws_sdk_sts::Client) -> Self {
        Self {
            iam,
            sts,
            strategy: Strategy::Auto,
        }
    }

    /// Sets how roles are read.
    #[must_use]
    pub fn with_strategy(mut self, strategy: Strategy) -> Self {
        self.strategy = strategy;
        self
    }

    /// Reads the account; `progress` is told each step in words.
    ///
    /// # Errors
    /// Returns an error when the caller cannot be identified or no role can be listed; everything
    /// less becomes an unread fact.
    pub async fn collect(
        &self,
        now: jiff::Timestamp,
        progress: &(dyn Fn(&str) + Sync),
    ) -> Result<Inventory, CollectError> {
        progress("reading the account's roles and policies");
        // Boxed: each holds every request that it may have under way.
        let (identity, linked, details) = tokio::join!(
            Box::pin(self.identity()),
            Box::pin(policies::linked(&self.iam)),
            Box::pin(details::read(&self.iam, self.strategy))
        );
        let (account, partition) = identity?;
        let details = details.map_err(|reason| CollectError::NoRoles {
            account: account.clone(),
            reason,
        })?;
        let count = details.roles.len();
        progress(&format!("account {account}: completing {count} roles"));
        let policies = policies::complete(&self.iam, &details.roles, &linked, &details.carriers);
        let policies = Box::pin(policies).await;
        Ok(Inventory {
            account,
            partition,
            collected_at: Some(now),
            listing: details.listing,
            policy_listing: linked.complete(),
            roles: details.roles,
            policies,
            owners: Owners::skipped(),
        })
    }

    async fn identity(&self) -> Result<(AccountId, Partition), CollectError> {
        let identity = self
            .sts
            .get_caller_identity()
            .send()
            .await
            .map_err(|error| CollectError::Identity(describe(&error)))?;
        let arn: Arn = identity
            .arn()
            .unwrap_or_default()
            .parse()
            .map_err(CollectError::Nonsense)?;
        let account = identity.account().unwrap_or_default().parse();
        Ok((
            account.map_err(CollectError::Nonsense)?,
            arn.partition().parse().map_err(CollectError::Nonsense)?,
        ))
    }
}
