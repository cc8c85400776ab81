# The role that roledrift assumes in an account to audit it: what deploy/audit-role.yaml makes, for one
# account. The whole organization gets it by a StackSet of that template (see ../example).

data "aws_partition" "current" {}

# The account is named and the role is a condition, so that this role can be there before the
# scanner's, and survives that one being made anew.
data "aws_iam_policy_document" "trust" {
  statement {
    sid     = "OnlyTheScanner"
    effect  = "Allow"
    actions = ["sts:AssumeRole"]

    principals {
      type        = "AWS"
      identifiers = ["arn:${data.aws_partition.current.partition}:iam::${split(":", var.scanner_role_arn)[4]}:root"]
    }

    condition {
      test     = "ArnEquals"
      variable = "aws:PrincipalArn"
      values   = [var.scanner_role_arn]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:PrincipalOrgID"
      values   = [var.organization_id]
    }

    dynamic "condition" {
      for_each = var.external_id == null ? [] : [var.external_id]

      content {
        test     = "StringEquals"
        variable = "sts:ExternalId"
        values   = [condition.value]
      }
    }
  }
}

resource "aws_iam_role" "audit" {
  name               = var.role_name
  description        = "Lets roledrift read service-linked roles and what they serve; it can change nothing"
  assume_role_policy = data.aws_iam_policy_document.trust.json
}

resource "aws_iam_role_policy" "audit" {
  name   = "roledrift"
  role   = aws_iam_role.audit.id
  policy = data.aws_iam_policy_document.roledrift.json
}

# What `roledrift permissions --deep --format terraform` prints; scripts/check-deploy compares the two.
data "aws_iam_policy_document" "roledrift" {
  statement {
    sid    = "RoledriftReadsRoles"
    effect = "Allow"
    actions = [
      "iam:GetAccountAuthorizationDetails",
      "iam:GetAccountSummary",
      "iam:GetPolicy",
      "iam:GetPolicyVersion",
      "iam:GetRole",
      "iam:GetRolePolicy",
      "iam:ListAttachedRolePolicies",
      "iam:ListEntitiesForPolicy",
      "iam:ListPolicies",
      "iam:ListRolePolicies",
      "iam:ListRoles",
    ]
    resources = ["*"]
  }

  statement {
    sid    = "RoledriftReadsOwners"
    effect = "Allow"
    actions = [
      "account:ListRegions",
      "connect-campaigns:GetConnectInstanceConfig",
      "connect-campaigns:GetInstanceOnboardingJobStatus",
      "connect-campaigns:ListCampaigns",
      "connect-campaigns:ListConnectInstanceIntegrations",
      "connect:DescribeInstance",
      "connect:DescribeInstanceAttribute",
      "connect:ListBots",
      "connect:ListInstanceStorageConfigs",
      "connect:ListInstances",
      "connect:ListIntegrationAssociations",
      "ds:DescribeDirectories",
      "profile:GetDomain",
      "profile:ListAccountIntegrations",
      "profile:ListDomains",
    ]
    resources = ["*"]
  }
}
