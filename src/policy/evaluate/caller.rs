//! What the caller of a request settles of its context.
//!
//! Must not know documents.

use std::borrow::Cow;

use crate::policy::language::arn_account;
use crate::policy::{Context, Principal};

/// The key that holds the ARN of the user, role, federated user session or root user that calls.
pub(crate) const PRINCIPAL_ARN: &str = "aws:PrincipalArn";
/// The key that holds the account of the caller.
pub(crate) const PRINCIPAL_ACCOUNT: &str = "aws:PrincipalAccount";

/// Returns the context keys that a caller settles, with their values.
///
/// - A user, a root user and a federated user session have their own ARN; a role session has the ARN of its role.
///   The ARN of a session does not tell the role's path: a role without path is taken.
/// - An anonymous caller has no ARN, and the account `anonymous`.
/// - Nothing is documented of services, identity providers and canonical users, and nothing follows from an AWS caller named by a unique id.
///
/// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html>.
pub(crate) fn settled_keys(caller: &Principal) -> Vec<(&'static str, String)> {
    match caller {
        Principal::Aws(arn) => {
            let Some((account, _)) = arn_account(arn) else {
                return Vec::new();
            };
            let own = role_of_session(arn).unwrap_or_else(|| arn.clone());
            vec![
                (PRINCIPAL_ARN, own),
                (PRINCIPAL_ACCOUNT, account.to_owned()),
            ]
        }
        Principal::Anonymous => vec![(PRINCIPAL_ACCOUNT, "anonymous".to_owned())],
        Principal::Service(_) | Principal::Federated(_) | Principal::CanonicalUser(_) => Vec::new(),
    }
}

/// Returns a context completed with what the caller settles; what the context says itself stands.
pub(super) fn completed<'c>(caller: Option<&Principal>, context: &'c Context) -> Cow<'c, Context> {
    let mut completed = Cow::Borrowed(context);
    for (key, value) in caller.into_iter().flat_map(settled_keys) {
        if context.get(key).is_none() {
            completed.to_mut().insert(key, value);
        }
    }
    completed
}

fn role_of_session(arn: &str) -> Option<String> {
    let (account, resource) = arn_account(arn)?;
    let (name, _) = resource.strip_prefix("assumed-role/")?.split_once('/')?;
    let partition = arn.split(':').nth(1)?;
    Some(format!("arn:{partition}:iam::{account}:role/{name}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_caller_settles_its_arn_and_account() {
        let aws = |arn: &str| Principal::Aws(arn.to_owned());
        let user = "arn:aws:iam::111122223333:user/a";
        let role = "arn:aws-cn:iam::111122223333:role/x";
        let session = "arn:aws-cn:sts::111122223333:assumed-role/x/job";
        for (caller, expected) in [
            (aws(user), vec![user, "111122223333"]),
            (aws(session), vec![role, "111122223333"]),
            (aws("AIDAEXAMPLE"), vec![]),
            (Principal::Anonymous, vec!["anonymous"]),
            (Principal::Service("connect.amazonaws.com".into()), vec![]),
        ] {
            let values: Vec<_> = (settled_keys(&caller).into_iter())
                .map(|(_, value)| value)
                .collect();
            assert_eq!(values, expected, "{caller}");
        }
    }

    #[test]
    fn what_the_context_says_stands() {
        let context: Context = [("AWS:principalarn", "arn:aws:iam::1:role/p/x")]
            .into_iter()
            .collect();
        let caller = Principal::Aws("arn:aws:sts::1:assumed-role/x/s".into());
        let completed = completed(Some(&caller), &context);
        assert_eq!(completed.get(PRINCIPAL_ARN), context.get(PRINCIPAL_ARN));
        assert_eq!(completed.get(PRINCIPAL_ACCOUNT), Some(&"1".into()));
    }
}
