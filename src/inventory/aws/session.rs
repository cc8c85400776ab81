//! A role's session in another account, renewed before it ends.

use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{self, ProvideCredentials, future};
use aws_sdk_sts::Client;
use tokio::sync::Mutex;

use super::failure::unread;
use crate::inventory::operation::ASSUME_ROLE;
use crate::inventory::{Unread, UnreadReason};
use crate::model::{AccountId, Arn};

/// How long before its end a session is renewed.
const AHEAD: Duration = Duration::from_mins(1);

/// Says which role to assume, and how.
#[derive(Debug, Clone)]
pub(super) struct Role {
    pub(super) account: AccountId,
    pub(super) arn: String,
    pub(super) session_name: String,
    pub(super) external_id: Option<String>,
}

/// Holds a session.
#[derive(Debug)]
pub(super) struct Session {
    sts: Client,
    role: Role,
    current: Mutex<Credentials>,
}

impl Session {
    /// Assumes the role.
    pub(super) async fn begin(sts: Client, role: Role) -> Result<Self, Unread> {
        let current = Mutex::new(assume(&sts, &role).await?);
        Ok(Self { sts, role, current })
    }

    async fn credentials(&self) -> provider::Result {
        let mut current = self.current.lock().await;
        let renew = current
            .expiry()
            .is_some_and(|expiry| expiry <= SystemTime::now() + AHEAD);
        if renew {
            *current = assume(&self.sts, &self.role)
                .await
                .map_err(|unread| CredentialsError::provider_error(unread.to_string()))?;
        }
        Ok(current.clone())
    }
}

impl ProvideCredentials for Session {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(self.credentials())
    }
}

async fn assume(sts: &Client, role: &Role) -> Result<Credentials, Unread> {
    let operation = ASSUME_ROLE.action;
    let request = sts
        .assume_role()
        .role_arn(&role.arn)
        .role_session_name(&role.session_name)
        .set_external_id(role.external_id.clone());
    let answer = request
        .send()
        .await
        .map_err(|error| unread(operation, &error))?;
    let nonsense = |message: String| Unread {
        reason: UnreadReason::Malformed,
        operation: operation.to_owned(),
        message,
    };
    let user: Option<Arn> = answer
        .assumed_role_user()
        .and_then(|user| user.arn().parse().ok());
    let Role {
        account: wanted, ..
    } = role;
    if user.is_none_or(|user| user.account() != wanted.as_str()) {
        return Err(nonsense(
            "the session is not one of that account".to_owned(),
        ));
    }
    let given = answer
        .credentials()
        .ok_or_else(|| nonsense("no credentials in the answer".to_owned()))?;
    Ok(Credentials::new(
        given.access_key_id(),
        given.secret_access_key(),
        Some(given.session_token().to_owned()),
        SystemTime::try_from(*given.expiration()).ok(),
        "roledrift",
    ))
}
