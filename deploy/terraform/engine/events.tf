# Changes of service-linked roles, sent here by ../iam-events in each account: one account is audited
# again.

resource "aws_cloudwatch_event_bus" "iam_events" {
  name = "${var.name}-iam-events"
}

data "aws_iam_policy_document" "bus" {
  statement {
    sid       = "organization"
    effect    = "Allow"
    actions   = ["events:PutEvents"]
    resources = [aws_cloudwatch_event_bus.iam_events.arn]

    principals {
      type        = "*"
      identifiers = ["*"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:PrincipalOrgID"
      values   = [var.organization_id]
    }
  }
}

resource "aws_cloudwatch_event_bus_policy" "iam_events" {
  event_bus_name = aws_cloudwatch_event_bus.iam_events.name
  policy         = data.aws_iam_policy_document.bus.json
}

# Nobody can put events that say they are of `aws.iam`: they come from AWS.
resource "aws_cloudwatch_event_rule" "iam_events" {
  name           = "${var.name}-iam-events"
  description    = "Changes of service-linked roles in the organization"
  event_bus_name = aws_cloudwatch_event_bus.iam_events.name

  event_pattern = jsonencode({
    source      = ["aws.iam"]
    detail-type = ["AWS API Call via CloudTrail"]
  })
}

resource "aws_cloudwatch_event_target" "changed_accounts" {
  rule           = aws_cloudwatch_event_rule.iam_events.name
  event_bus_name = aws_cloudwatch_event_bus.iam_events.name
  target_id      = "changed-accounts"
  arn            = aws_sqs_queue.changed_accounts.arn

  sqs_target {
    message_group_id = "accounts"
  }

  input_transformer {
    input_paths = {
      account = "$.account"
    }
    input_template = "{\"account\": <account>}"
  }
}

# A message is its account and nothing else, so that the queue drops all but the first of five minutes;
# that one is delivered after five minutes, so that the audit sees what all of them did.
resource "aws_sqs_queue" "changed_accounts" {
  name                        = "${var.name}-changed-accounts.fifo"
  fifo_queue                  = true
  content_based_deduplication = true
  delay_seconds               = 300
  message_retention_seconds   = 86400
  sqs_managed_sse_enabled     = true
}

data "aws_iam_policy_document" "queue" {
  statement {
    sid       = "IamEvents"
    effect    = "Allow"
    actions   = ["sqs:SendMessage"]
    resources = [aws_sqs_queue.changed_accounts.arn]

    principals {
      type        = "Service"
      identifiers = ["events.amazonaws.com"]
    }

    condition {
      test     = "ArnEquals"
      variable = "aws:SourceArn"
      values   = [aws_cloudwatch_event_rule.iam_events.arn]
    }
  }

  statement {
    sid       = "OnlyOverTls"
    effect    = "Deny"
    actions   = ["sqs:*"]
    resources = [aws_sqs_queue.changed_accounts.arn]

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

resource "aws_sqs_queue_policy" "changed_accounts" {
  queue_url = aws_sqs_queue.changed_accounts.id
  policy    = data.aws_iam_policy_document.queue.json
}

resource "aws_pipes_pipe" "changed_accounts" {
  name        = "${var.name}-changed-accounts"
  description = "Audits an account again after it changed"
  role_arn    = aws_iam_role.pipe.arn
  source      = aws_sqs_queue.changed_accounts.arn
  target      = aws_sfn_state_machine.account.arn

  source_parameters {
    sqs_queue_parameters {
      batch_size = 1
    }
  }

  target_parameters {
    input_template = "{\"account\": \"<$.body.account>\"}"

    step_function_state_machine_parameters {
      invocation_type = "FIRE_AND_FORGET"
    }
  }

  depends_on = [aws_iam_role_policy.pipe]
}

data "aws_iam_policy_document" "pipe" {
  statement {
    effect    = "Allow"
    actions   = ["sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"]
    resources = [aws_sqs_queue.changed_accounts.arn]
  }

  statement {
    effect    = "Allow"
    actions   = ["states:StartExecution"]
    resources = [aws_sfn_state_machine.account.arn]
  }
}

resource "aws_iam_role" "pipe" {
  name               = "${var.name}-pipe"
  description        = "Starts roledrift's audits of changed accounts"
  assume_role_policy = data.aws_iam_policy_document.trust["pipes"].json
}

resource "aws_iam_role_policy" "pipe" {
  name   = "pipe"
  role   = aws_iam_role.pipe.id
  policy = data.aws_iam_policy_document.pipe.json
}

resource "aws_sfn_state_machine" "account" {
  name     = "${var.name}-account"
  type     = "STANDARD"
  role_arn = aws_iam_role.machine["account"].arn

  definition = templatefile("${path.module}/../../account.asl.json", {
    Partition        = local.partition
    AuditFunctionArn = aws_lambda_function.function["audit"].arn
    TopicArn         = aws_sns_topic.audits.arn
  })

  depends_on = [aws_iam_role_policy.machine]
}

data "aws_iam_policy_document" "account" {
  statement {
    sid       = "CallFunction"
    effect    = "Allow"
    actions   = ["lambda:InvokeFunction"]
    resources = [aws_lambda_function.function["audit"].arn]
  }

  statement {
    sid       = "TellTopic"
    effect    = "Allow"
    actions   = ["sns:Publish"]
    resources = [aws_sns_topic.audits.arn]
  }
}
