//! Paths of IAM roles, which tell real service-linked roles from look-alikes.

use super::ServicePrincipal;
use super::text::text_type;

/// The path under which only AWS services create roles.
const LINKED_PREFIX: &str = "/aws-service-role/";

text_type!(
    /// Holds the path of a role: `/`, or segments between slashes.
    RolePath,
    "a role path (it begins and ends with `/`)",
    |text| text.starts_with('/') && text.ends_with('/')
);

impl RolePath {
    /// Returns the service that a role on this path is linked to: the one segment behind
    /// `/aws-service-role/`.
    ///
    /// `iam:CreateRole` refuses that prefix, so the segment was written by AWS.
    /// Returns `None` for every other path, also for one with further segments.
    pub fn linked_principal(&self) -> Option<ServicePrincipal> {
        self.0
            .strip_prefix(LINKED_PREFIX)?
            .strip_suffix('/')?
            .parse()
            .ok()
    }

    /// Tells whether the path lies under `/aws-service-role/`, whatever follows.
    pub fn is_reserved(&self) -> bool {
        self.0.starts_with(LINKED_PREFIX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_the_linked_service_from_the_path() {
        let principal = |path: &str| path.parse::<RolePath>().unwrap().linked_principal();
        assert_eq!(
            principal("/aws-service-role/connect.amazonaws.com/")
                .unwrap()
                .as_str(),
            "connect.amazonaws.com"
        );
        for other in [
            "/",
            "/apps/",
            "/aws-service-role/",
            "/aws-service-role/a.com/b/",
            "/aws-service-role-x/a.com/",
        ] {
            assert_eq!(principal(other), None, "{other}");
        }
    }
}
