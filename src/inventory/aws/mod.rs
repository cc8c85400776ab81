//! A live account, read through the AWS SDK.
//!
//! The only module that names an `aws_*` crate. It asks as few requests as the API allows, runs
//! independent ones side by side with a bound, and turns every refusal into an unread fact.

mod body;
mod bulk;
mod connect;
mod convert;
mod details;
mod documents;
mod failure;
mod fleet;
mod listing;
mod organization;
mod owners;
mod pace;
mod pages;
mod policies;
mod scope;
mod session;
mod targeted;
mod transport;
mod visit;

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use super::{Inventory, ManagedPolicy, Observed, Owners, Role, Unread};
use crate::model::{AccountId, Arn, InvalidValue, Partition};
use body::guarded;
pub use connect::{ConnectOptions, configuration};
use documents::Documents;
use failure::describe;
pub use fleet::{Entry, Fleet, FleetError, Limits};
pub use owners::{OwnerClients, RegionalClients};
pub use scope::{Offered, Scope};

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
    owners: Option<OwnerClients>,
    strategy: Strategy,
    documents: Arc<Documents>,
    /// Whose account it is, where that is known before anybody asks.
    identity: Option<(AccountId, Partition)>,
}

/// Holds what IAM tells.
struct Iam {
    listing: Observed<()>,
    roles: Vec<Role>,
    policy_listing: Observed<()>,
    policies: BTreeMap<Arn, ManagedPolicy>,
}

/// Says which part of an account ended the reading.
enum Stop {
    Identity(CollectError),
    Roles(Unread),
}

impl Source {
    /// Connects through the standard configuration chain: profile, environment, SSO, web identity,
    /// container and instance metadata, and `AWS_ENDPOINT_URL`.
    pub async fn connect(options: &ConnectOptions) -> Self {
        let config = connect::configuration(options).await;
        Self {
            owners: Some(OwnerClients::of(&config, None)),
            ..Self::new(
                aws_sdk_iam::Client::new(&config),
                aws_sdk_sts::Client::new(&config),
            )
        }
    }

    /// Uses clients that exist; what the roles serve is left out.
    pub fn new(iam: aws_sdk_iam::Client, sts: aws_sdk_sts::Client) -> Self {
        Self {
            iam: guarded!(aws_sdk_iam, iam),
            sts: guarded!(aws_sdk_sts, sts),
            owners: None,
            strategy: Strategy::Auto,
            documents: Arc::default(),
            identity: None,
        }
    }

    /// Sets the clients that read what the roles serve.
    #[must_use]
    pub fn with_owners(mut self, clients: OwnerClients) -> Self {
        self.owners = Some(clients);
        self
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
        scope: &Scope,
        progress: &(dyn Fn(&str) + Sync),
    ) -> Result<Inventory, CollectError> {
        let known = OnceLock::new();
        let note = |step: &str| match known.get() {
            Some(account) => progress(&format!("account {account}: {step}")),
            None => progress(step),
        };
        note("reading roles and policies");
        let roles = async { self.roles(&note).await.map_err(Stop::Roles) };
        // Which Regions there are depends on the partition, which the identity tells.
        let owners = async {
            let (account, partition) = self.identity().await.map_err(Stop::Identity)?;
            known.get_or_init(|| account.clone());
            note("reading roles and policies");
            let owners = self.owners(&partition, scope, &note).await;
            Ok((account, partition, owners))
        };
        // Boxed: each holds every request that it may have under way.
        let read = tokio::try_join!(Box::pin(owners), Box::pin(roles));
        let ((account, partition, owners), roles) = match read {
            Ok(read) => read,
            Err(Stop::Identity(error)) => return Err(error),
            Err(Stop::Roles(reason)) => {
                let (account, _) = self.identity().await?;
                return Err(CollectError::NoRoles { account, reason });
            }
        };
        Ok(Inventory {
            account,
            partition,
            collected_at: Some(now),
            listing: roles.listing,
            policy_listing: roles.policy_listing,
            roles: roles.roles,
            policies: roles.policies,
            owners,
        })
    }

    async fn roles(&self, progress: &(dyn Fn(&str) + Sync)) -> Result<Iam, Unread> {
        let (linked, details) = tokio::join!(
            Box::pin(policies::linked(&self.iam, &self.documents)),
            Box::pin(details::read(&self.iam, self.strategy))
        );
        let details = details?;
        progress(&format!("completing {} roles", details.roles.len()));
        let policies = policies::complete(
            &self.iam,
            &self.documents,
            &details.roles,
            &linked,
            &details.carriers,
        );
        let policies = Box::pin(policies).await;
        Ok(Iam {
            listing: details.listing,
            policy_listing: linked.complete(),
            roles: details.roles,
            policies,
        })
    }

    async fn owners(
        &self,
        partition: &Partition,
        scope: &Scope,
        progress: &(dyn Fn(&str) + Sync),
    ) -> Owners {
        match &self.owners {
            Some(clients) if scope.owners => {
                owners::read(clients, partition, scope, progress).await
            }
            _ => Owners::skipped(),
        }
    }

    async fn identity(&self) -> Result<(AccountId, Partition), CollectError> {
        match &self.identity {
            Some(identity) => Ok(identity.clone()),
            None => identity(&self.sts).await,
        }
    }
}

/// Asks whose the credentials are.
async fn identity(sts: &aws_sdk_sts::Client) -> Result<(AccountId, Partition), CollectError> {
    let identity = sts
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
