# Who is told. A key of AWS's own would keep EventBridge from telling, so the topic has none.

resource "aws_sns_topic" "audits" {
  name         = "${var.name}-audits"
  display_name = "roledrift"
}

data "aws_iam_policy_document" "topic" {
  statement {
    sid       = "FailedExecutions"
    effect    = "Allow"
    actions   = ["sns:Publish"]
    resources = [aws_sns_topic.audits.arn]

    principals {
      type        = "Service"
      identifiers = ["events.amazonaws.com"]
    }

    condition {
      test     = "ArnEquals"
      variable = "aws:SourceArn"
      values   = [aws_cloudwatch_event_rule.failed.arn]
    }
  }

  statement {
    sid       = "OnlyOverTls"
    effect    = "Deny"
    actions   = ["sns:Publish"]
    resources = [aws_sns_topic.audits.arn]

    principals {
      type        = "*"
      identifiers = ["*"]
    }

    condition {
      test     = "Bool"
      variable = "aws:SecureTransport"
      values   = ["false"]
    }
  }
}

resource "aws_sns_topic_policy" "audits" {
  arn    = aws_sns_topic.audits.arn
  policy = data.aws_iam_policy_document.topic.json
}

resource "aws_sns_topic_subscription" "email" {
  count = var.email == null ? 0 : 1

  topic_arn = aws_sns_topic.audits.arn
  protocol  = "email"
  endpoint  = var.email
}

# An audit that did not come to its end is told of too, whatever ended it.
resource "aws_cloudwatch_event_rule" "failed" {
  name        = "${var.name}-failed"
  description = "Audits by roledrift that failed"

  event_pattern = jsonencode({
    source      = ["aws.states"]
    detail-type = ["Step Functions Execution Status Change"]
    detail = {
      status = ["FAILED", "TIMED_OUT", "ABORTED"]
      stateMachineArn = [
        aws_sfn_state_machine.organization.arn,
        aws_sfn_state_machine.account.arn,
      ]
    }
  })
}

resource "aws_cloudwatch_event_target" "failed" {
  rule      = aws_cloudwatch_event_rule.failed.name
  target_id = "topic"
  arn       = aws_sns_topic.audits.arn

  input_transformer {
    input_paths = {
      execution = "$.detail.executionArn"
      status    = "$.detail.status"
    }
    input_template = "\"roledrift: an audit ended with <status>, and nothing is known of what it did not read. Execution: <execution>\""
  }
}
