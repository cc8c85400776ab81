//! What AWS's own formats call the kinds of resources that findings are about.

use crate::model::Arn;

/// Tells what an ARN names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Role,
    Policy,
    Account,
    Other,
}

impl Kind {
    pub(super) fn of(arn: &Arn) -> Self {
        match arn.resource().split('/').next() {
            Some("role") => Self::Role,
            Some("policy") => Self::Policy,
            Some("root") => Self::Account,
            _ => Self::Other,
        }
    }

    /// Returns the resource type that AWS Config and CloudFormation use.
    pub(super) fn cloud_formation(self) -> &'static str {
        match self {
            Self::Role => "AWS::IAM::Role",
            Self::Policy => "AWS::IAM::ManagedPolicy",
            Self::Account => "AWS::::Account",
            Self::Other => "Other",
        }
    }

    /// Returns the resource type that Security Hub uses.
    ///
    /// See <https://docs.aws.amazon.com/securityhub/latest/userguide/asff-resources-attributes.html>.
    pub(super) fn security_hub(self) -> &'static str {
        match self {
            Self::Role => "AwsIamRole",
            Self::Policy => "AwsIamPolicy",
            Self::Account => "AwsAccount",
            Self::Other => "Other",
        }
    }
}
