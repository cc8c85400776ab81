//! Patterns of principals.
//!
//! Must not know which principals exist.

use crate::policy::Principal;

/// Matches callers, as `Principal` and `NotPrincipal` list them.
///
/// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html>.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum PrincipalPattern {
    /// `*` or `{"AWS": "*"}`: every caller, anonymous ones, services and identity providers too.
    Everyone,
    /// An account id or the ARN of its root user: every AWS caller of that account, in any partition.
    Account(String),
    /// The ARN or unique id of a user, role or session; a role's ARN also matches its sessions.
    Aws(String),
    /// A service.
    Service(String),
    /// `{"Service": "*"}`.
    AnyService,
    /// An identity provider.
    Federated(String),
    /// `{"Federated": "*"}`.
    AnyFederated,
    /// An Amazon S3 canonical user id.
    CanonicalUser(String),
    /// `{"CanonicalUser": "*"}`.
    AnyCanonicalUser,
}

impl PrincipalPattern {
    /// Reads a value of the `AWS` list; returns `None` where `*` is only a part of it.
    pub(crate) fn aws(text: &str) -> Option<Self> {
        if text == "*" {
            return Some(Self::Everyone);
        }
        if text.contains(['*', '?']) {
            return None;
        }
        let account = match arn_account(text) {
            Some((account, "root")) => Some(account),
            Some(_) => None,
            None => is_account_id(text).then_some(text),
        };
        Some(match account {
            Some(account) => Self::Account(account.to_owned()),
            None => Self::Aws(text.to_owned()),
        })
    }

    /// Tells whether the pattern matches a caller.
    ///
    /// A session `arn:…:sts::…:assumed-role/NAME/SESSION` is matched by the ARN of the role of that account and name; the session's ARN does not tell the role's path, and names are unique in an account.
    #[must_use]
    pub fn matches(&self, principal: &Principal) -> bool {
        match (self, principal) {
            (Self::Everyone, _)
            | (Self::AnyService, Principal::Service(_))
            | (Self::AnyFederated, Principal::Federated(_))
            | (Self::AnyCanonicalUser, Principal::CanonicalUser(_)) => true,
            (Self::Account(account), Principal::Aws(arn)) => {
                arn_account(arn).is_some_and(|(own, _)| own == account)
            }
            (Self::Aws(listed), Principal::Aws(arn)) => listed == arn || is_session_of(arn, listed),
            (Self::Service(listed), Principal::Service(name))
            | (Self::Federated(listed), Principal::Federated(name))
            | (Self::CanonicalUser(listed), Principal::CanonicalUser(name)) => listed == name,
            _ => false,
        }
    }
}

/// Returns account and resource part of an ARN.
pub(crate) fn arn_account(arn: &str) -> Option<(&str, &str)> {
    let mut parts = arn.splitn(6, ':');
    let account = (parts.next()? == "arn").then(|| parts.nth(3))??;
    Some((account, parts.next()?))
}

fn is_account_id(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_session_of(session: &str, role: &str) -> bool {
    let session_role = arn_account(session).and_then(|(account, resource)| {
        let (name, _) = resource.strip_prefix("assumed-role/")?.split_once('/')?;
        Some((account, name))
    });
    session_role.is_some() && session_role == role_name(role)
}

/// Returns account and name of a role's ARN.
pub(crate) fn role_name(arn: &str) -> Option<(&str, &str)> {
    let (account, resource) = arn_account(arn)?;
    let name = resource.strip_prefix("role/")?.rsplit('/').next()?;
    Some((account, name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_root_arn_is_its_account() {
        let account = PrincipalPattern::Account("111122223333".into());
        assert_eq!(PrincipalPattern::aws("111122223333"), Some(account.clone()));
        assert_eq!(
            PrincipalPattern::aws("arn:aws:iam::111122223333:root"),
            Some(account)
        );
    }

    #[test]
    fn what_is_no_account_id_is_a_unique_id() {
        for text in [
            "11112222333",
            "1111222233334",
            "11112222333x",
            "AIDACKCEVSQ6C2EXAMPLE",
        ] {
            let expected = PrincipalPattern::Aws(text.to_owned());
            assert_eq!(PrincipalPattern::aws(text), Some(expected));
        }
    }

    #[test]
    fn a_wildcard_stands_alone() {
        assert_eq!(PrincipalPattern::aws("*"), Some(PrincipalPattern::Everyone));
        assert_eq!(
            PrincipalPattern::aws("arn:aws:iam::111122223333:role/*"),
            None
        );
    }

    #[test]
    fn a_role_matches_its_sessions() {
        let role = PrincipalPattern::aws("arn:aws:iam::111122223333:role/path/Deploy").unwrap();
        for (arn, expected) in [
            ("arn:aws:iam::111122223333:role/path/Deploy", true),
            ("arn:aws:sts::111122223333:assumed-role/Deploy/job", true),
            ("arn:aws:sts::111122223333:assumed-role/Other/job", false),
            ("arn:aws:sts::444455556666:assumed-role/Deploy/job", false),
            ("arn:aws:iam::111122223333:role/Deploy", false),
        ] {
            assert_eq!(role.matches(&Principal::Aws(arn.into())), expected, "{arn}");
        }
    }
}
