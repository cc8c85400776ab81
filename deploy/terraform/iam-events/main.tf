# Tells the engine's event bus when a service-linked role of this account changes: what
# deploy/iam-events.yaml makes, for one account. CloudTrail's IAM events appear in one Region of the
# partition only, so the provider's Region must be us-east-1, us-gov-west-1 or cn-north-1, wherever the
# engine is. The account needs a CloudTrail trail; an organization's trail counts.

data "aws_caller_identity" "current" {}

resource "aws_cloudwatch_event_rule" "changes" {
  name        = "${var.name}-iam-events"
  description = "Changes of service-linked roles, for roledrift"

  event_pattern = jsonencode({
    source      = ["aws.iam"]
    detail-type = ["AWS API Call via CloudTrail"]
    detail = {
      eventSource = ["iam.amazonaws.com"]
      # What was refused changed nothing.
      errorCode = [{ exists = false }]
      "$or" = [
        # Its request names the service and not the role.
        { eventName = ["CreateServiceLinkedRole"] },
        # They name the role without its path. A look-alike comes into being by CreateRole.
        {
          eventName = [
            "AttachRolePolicy",
            "CreateRole",
            "DeleteRole",
            "DeleteRolePermissionsBoundary",
            "DeleteRolePolicy",
            "DeleteServiceLinkedRole",
            "DetachRolePolicy",
            "PutRolePermissionsBoundary",
            "PutRolePolicy",
            "TagRole",
            "UntagRole",
            "UpdateAssumeRolePolicy",
            "UpdateRole",
            "UpdateRoleDescription",
          ]
          requestParameters = {
            roleName = [{ prefix = "AWSServiceRoleFor" }]
          }
        },
      ]
    }
  })
}

resource "aws_cloudwatch_event_target" "bus" {
  rule      = aws_cloudwatch_event_rule.changes.name
  target_id = "roledrift"
  arn       = var.event_bus_arn
  role_arn  = aws_iam_role.forwarding.arn
}

data "aws_iam_policy_document" "trust" {
  statement {
    effect  = "Allow"
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["events.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [data.aws_caller_identity.current.account_id]
    }
  }
}

data "aws_iam_policy_document" "forward" {
  statement {
    effect    = "Allow"
    actions   = ["events:PutEvents"]
    resources = [var.event_bus_arn]
  }
}

resource "aws_iam_role" "forwarding" {
  name               = "${var.name}-iam-events"
  description        = "Lets EventBridge send events to roledrift's event bus"
  assume_role_policy = data.aws_iam_policy_document.trust.json
}

resource "aws_iam_role_policy" "forwarding" {
  name   = "forward"
  role   = aws_iam_role.forwarding.id
  policy = data.aws_iam_policy_document.forward.json
}
