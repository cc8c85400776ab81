//! Names of IAM roles.

use super::text::text_type;

/// The beginning of every service-linked role's name.
const LINKED_PREFIX: &str = "AWSServiceRoleFor";

text_type!(
    /// Names a role, without its path.
    ///
    /// AWS allows 1 to 64 of `A-Za-z0-9_+=,.@-`; a recorded account may hold anything, and an audit
    /// has to be able to name it, so only the empty name is refused and every output escapes.
    RoleName,
    "a role name",
    |text| !text.is_empty()
);

impl RoleName {
    /// Tells whether the name claims to be a service-linked role's; the path decides whether it is.
    ///
    /// Case does not matter: IAM takes names that differ only in case for the same.
    pub fn claims_to_be_linked(&self) -> bool {
        self.0
            .get(..LINKED_PREFIX.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(LINKED_PREFIX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_claim_does_not_depend_on_case() {
        let claims = |name: &str| name.parse::<RoleName>().unwrap().claims_to_be_linked();
        assert!(claims("AWSServiceRoleForSupport") && claims("AwsServiceRoleForSupport"));
        assert!(!claims("MyAWSServiceRoleForSupport") && !claims("AWSServiceRole"));
    }
}
