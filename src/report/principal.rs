//! How JSON outputs write a principal.

use serde::Serialize;

use crate::policy::Principal;

/// Who makes a request.
#[derive(Serialize, schemars::JsonSchema)]
pub(super) struct PrincipalEntry<'a> {
    /// `aws`, `service`, `federated`, `canonical-user` or `anonymous`.
    kind: &'static str,
    value: Option<&'a str>,
}

impl<'a> PrincipalEntry<'a> {
    pub(super) fn of(principal: &'a Principal) -> Self {
        let (kind, value) = match principal {
            Principal::Aws(arn) => ("aws", Some(arn.as_str())),
            Principal::Service(name) => ("service", Some(name.as_str())),
            Principal::Federated(provider) => ("federated", Some(provider.as_str())),
            Principal::CanonicalUser(id) => ("canonical-user", Some(id.as_str())),
            Principal::Anonymous => ("anonymous", None),
        };
        Self { kind, value }
    }
}
