//! Version ids of managed policies.

use super::InvalidValue;

/// Numbers a version of a managed policy: `v55`.
///
/// AWS counts up from `v1` and never reuses an id; the default version may still go back.
/// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-versioning.html>.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    serde::Serialize,
    serde::Deserialize,
    schemars::JsonSchema,
)]
#[serde(try_from = "String", into = "String")]
#[schemars(with = "String")]
// INVARIANT: the number is at least 1.
pub struct PolicyVersion(u32);

impl PolicyVersion {
    /// Returns the number behind the `v`.
    pub fn number(self) -> u32 {
        self.0
    }
}

impl std::str::FromStr for PolicyVersion {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.strip_prefix('v')
            .filter(|digits| !digits.starts_with(['0', '+']))
            .and_then(|digits| digits.parse().ok())
            .map(Self)
            .ok_or_else(|| InvalidValue {
                value: text.to_owned(),
                expected: "a policy version id such as `v3`",
            })
    }
}

impl TryFrom<String> for PolicyVersion {
    type Error = InvalidValue;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<PolicyVersion> for String {
    fn from(version: PolicyVersion) -> Self {
        version.to_string()
    }
}

impl std::fmt::Display for PolicyVersion {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "v{}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn orders_by_number_and_not_by_text() {
        let older: PolicyVersion = "v9".parse().unwrap();
        let newer: PolicyVersion = "v10".parse().unwrap();
        assert!(older < newer);
        assert_eq!(newer.to_string(), "v10");
    }

    #[test]
    fn refuses_what_aws_never_writes() {
        for wrong in [
            "",
            "v",
            "v0",
            "v01",
            "v+1",
            "1",
            "V1",
            "v1.2",
            "v99999999999",
        ] {
            assert!(wrong.parse::<PolicyVersion>().is_err(), "{wrong}");
        }
    }
}
