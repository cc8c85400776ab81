//! One call: who asks which account for which operation, with which parameters.
//!
//! Must not know what any operation answers.

use std::sync::Arc;

use jiff::Timestamp;

use super::account::{Account, Instance};
use super::operation::Operation;
use super::pages::Paging;
use super::principal::Principal;
use super::protocol::{Refusal, Service};
use super::request::Parameters;
use super::settings::Settings;
use super::world::World;

/// Holds a call.
#[derive(Debug)]
pub(crate) struct Call<'a> {
    pub(crate) operation: &'static Operation,
    pub(crate) world: &'a World,
    pub(crate) settings: &'a Settings,
    pub(crate) account: Arc<Account>,
    pub(crate) region: String,
    pub(crate) principal: Principal,
    pub(crate) parameters: Parameters,
    pub(crate) paging: Paging,
    pub(crate) now: Timestamp,
}

impl Call<'_> {
    pub(crate) fn service(&self) -> Service {
        self.operation.service
    }

    /// Returns the operation's name in rules and logs: `connect:ListBots`.
    pub(crate) fn label(&self) -> &'static str {
        self.operation.label
    }

    /// Returns a parameter that the operation cannot do without.
    pub(crate) fn require(&self, name: &str) -> Result<&str, Refusal> {
        self.parameters.get(name).ok_or_else(|| {
            self.service().invalid(format!(
                "1 validation error detected: Value null at '{name}' failed to satisfy constraint: Member must not be null"
            ))
        })
    }

    /// Returns the account whose rules apply: that of the role for `AssumeRole`, the
    /// caller's own otherwise.
    pub(crate) fn target(&self) -> &str {
        let role = self
            .parameters
            .get("RoleArn")
            .filter(|_| self.service() == Service::Sts);
        role.and_then(|arn| arn.split(':').nth(4))
            .unwrap_or(&self.account.id)
    }

    /// Returns the instance that a path names.
    pub(crate) fn instance(&self, parameter: &str) -> Result<&Instance, Refusal> {
        let id = self.require(parameter)?;
        self.account
            .instance(&self.region, id)
            .ok_or_else(|| self.service().not_found("Instance not found"))
    }

    /// Refuses the call as if no policy allowed it.
    pub(crate) fn denied(&self) -> Refusal {
        let resource = match self.service() {
            Service::Iam => {
                let role = self
                    .parameters
                    .get("RoleName")
                    .map(|name| format!("role {name}"));
                let policy = self
                    .parameters
                    .get("PolicyArn")
                    .map(|arn| format!("policy {arn}"));
                role.or(policy).unwrap_or_else(|| self.account.iam_arn("*"))
            }
            Service::Sts => self.parameters.get("RoleArn").unwrap_or("*").to_owned(),
            Service::Connect => {
                let id = self.parameters.get("InstanceId").unwrap_or("*");
                let id = format!("instance/{}", id.rsplit('/').next().unwrap_or(id));
                self.account.regional_arn("connect", &self.region, &id)
            }
            _ => "*".to_owned(),
        };
        let caller = self.principal.arn(&self.account.partition);
        self.service()
            .denied(&caller, self.operation.name, &resource)
    }
}
