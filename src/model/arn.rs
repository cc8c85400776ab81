//! Amazon Resource Names.

use super::text::text_type;
use super::{AccountId, Partition, RoleName, RolePath};

text_type!(
    /// Holds an ARN: `arn:partition:service:region:account:resource`.
    ///
    /// Format: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html>
    Arn,
    "an ARN (`arn:partition:service:region:account:resource`)",
    |text| {
        let mut parts = text.splitn(6, ':');
        parts.next() == Some("arn")
            && parts.next().is_some_and(|partition| !partition.is_empty())
            && parts.next().is_some_and(|service| !service.is_empty())
            && parts.next().is_some()
            && parts.next().is_some()
            && parts.next().is_some_and(|resource| !resource.is_empty())
    }
);

impl Arn {
    /// Builds the ARN of a role.
    pub fn role(partition: &Partition, account: &str, path: &RolePath, name: &RoleName) -> Self {
        Self(format!("arn:{partition}:iam::{account}:role{path}{name}").into())
    }

    /// Builds the ARN of an AWS managed policy under `/aws-service-role/`.
    pub fn linked_policy(partition: &Partition, name: &str) -> Self {
        Self(format!("arn:{partition}:iam::aws:policy/aws-service-role/{name}").into())
    }

    /// Builds the ARN that stands for an account as a whole.
    pub fn account_root(partition: &Partition, account: &AccountId) -> Self {
        Self(format!("arn:{partition}:iam::{account}:root").into())
    }

    /// Returns the partition as written, `aws` for instance.
    pub fn partition(&self) -> &str {
        self.part(1)
    }

    /// Returns the service as written, `iam` for instance.
    pub fn service(&self) -> &str {
        self.part(2)
    }

    /// Returns the Region as written; nothing for global resources.
    pub fn region(&self) -> &str {
        self.part(3)
    }

    /// Returns the account as written: 12 digits, `aws` for what AWS owns, or nothing.
    pub fn account(&self) -> &str {
        self.part(4)
    }

    /// Returns everything behind the account, `role/path/name` for instance.
    pub fn resource(&self) -> &str {
        self.part(5)
    }

    /// Returns what stands behind the last `/` of the resource: the name of a role or policy.
    pub fn name(&self) -> &str {
        self.resource().rsplit('/').next().unwrap_or_default()
    }

    /// Tells whether AWS owns the resource: a managed policy, the same in every account.
    pub fn is_aws_owned(&self) -> bool {
        self.part(2) == "iam" && self.account() == "aws"
    }

    /// Tells whether this is a managed policy that AWS reserves for service-linked roles.
    pub fn is_linked_policy(&self) -> bool {
        self.is_aws_owned()
            && self
                .resource()
                .strip_prefix("policy/aws-service-role/")
                .is_some_and(|name| !name.is_empty() && !name.contains('/'))
    }

    fn part(&self, index: usize) -> &str {
        self.0.splitn(6, ':').nth(index).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_the_parts_of_a_policy_arn() {
        let arn: Arn =
            "arn:aws:iam::aws:policy/aws-service-role/AmazonConnectServiceLinkedRolePolicy"
                .parse()
                .unwrap();
        assert_eq!(arn.partition(), "aws");
        assert_eq!(arn.account(), "aws");
        assert_eq!(arn.name(), "AmazonConnectServiceLinkedRolePolicy");
        assert!(arn.is_linked_policy());
    }

    #[test]
    fn a_customer_policy_on_the_reserved_path_is_not_aws_owned() {
        let arn: Arn = "arn:aws:iam::111122223333:policy/aws-service-role/X"
            .parse()
            .unwrap();
        assert!(!arn.is_aws_owned() && !arn.is_linked_policy());
    }

    #[test]
    fn refuses_what_has_too_few_parts() {
        for wrong in [
            "",
            "arn",
            "arn:aws:iam::1",
            "arn:aws:iam::1:",
            "arn::iam::1:x",
            "urn:aws:iam::1:x",
        ] {
            assert!(wrong.parse::<Arn>().is_err(), "{wrong}");
        }
    }
}
