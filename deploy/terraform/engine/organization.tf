# Plan, shards side by side, report; started by a schedule.

resource "aws_sfn_state_machine" "organization" {
  name     = "${var.name}-organization"
  type     = "STANDARD"
  role_arn = aws_iam_role.machine["organization"].arn

  definition = templatefile("${path.module}/../../organization.asl.json", {
    Partition                  = local.partition
    PlanFunctionArn            = aws_lambda_function.function["plan"].arn
    AuditFunctionArn           = aws_lambda_function.function["audit"].arn
    MergeFunctionArn           = aws_lambda_function.function["merge"].arn
    TopicArn                   = aws_sns_topic.audits.arn
    AccountsPerShard           = var.accounts_per_shard
    MaxConcurrency             = var.max_concurrency
    ToleratedFailurePercentage = var.tolerated_failure_percentage
    Notify                     = var.notify
    OrganizationalUnits        = jsonencode(var.organizational_units)
    ExcludeAccounts            = jsonencode(var.exclude_accounts)
  })

  depends_on = [aws_iam_role_policy.machine]
}

data "aws_iam_policy_document" "organization" {
  statement {
    sid       = "CallFunctions"
    effect    = "Allow"
    actions   = ["lambda:InvokeFunction"]
    resources = [for function in aws_lambda_function.function : function.arn]
  }

  statement {
    sid       = "ReadShards"
    effect    = "Allow"
    actions   = ["s3:GetObject"]
    resources = ["${aws_s3_bucket.store.arn}/runs/*/shards.jsonl"]
  }

  # A Distributed Map starts, watches, stops and redrives executions of its own machine.
  statement {
    sid       = "StartShards"
    effect    = "Allow"
    actions   = ["states:StartExecution"]
    resources = ["${local.states_arn}:stateMachine:${var.name}-organization"]
  }

  statement {
    sid     = "WatchShards"
    effect  = "Allow"
    actions = ["states:DescribeExecution", "states:StopExecution"]
    resources = [
      "${local.states_arn}:execution:${var.name}-organization:*",
      "${local.states_arn}:execution:${var.name}-organization/shards:*",
    ]
  }

  statement {
    sid       = "RedriveShards"
    effect    = "Allow"
    actions   = ["states:RedriveExecution"]
    resources = ["${local.states_arn}:execution:${var.name}-organization/shards:*"]
  }

  statement {
    sid       = "TellTopic"
    effect    = "Allow"
    actions   = ["sns:Publish"]
    resources = [aws_sns_topic.audits.arn]
  }
}

data "aws_iam_policy_document" "trust" {
  for_each = toset(["pipes", "scheduler", "states"])

  statement {
    effect  = "Allow"
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["${each.key}.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [local.account]
    }
  }
}

locals {
  machines = {
    organization = data.aws_iam_policy_document.organization.json
    account      = data.aws_iam_policy_document.account.json
  }
}

resource "aws_iam_role" "machine" {
  for_each = local.machines

  name               = "${var.name}-states-${each.key}"
  description        = "roledrift's Step Functions: ${each.key}"
  assume_role_policy = data.aws_iam_policy_document.trust["states"].json
}

resource "aws_iam_role_policy" "machine" {
  for_each = local.machines

  name   = each.key
  role   = aws_iam_role.machine[each.key].id
  policy = each.value
}

resource "aws_scheduler_schedule" "audit" {
  name                = "${var.name}-organization"
  description         = "Audits the organization with roledrift"
  schedule_expression = var.schedule_expression
  state               = var.schedule_enabled ? "ENABLED" : "DISABLED"

  flexible_time_window {
    mode = "OFF"
  }

  target {
    arn      = aws_sfn_state_machine.organization.arn
    role_arn = aws_iam_role.schedule.arn
    input    = "{}"
  }
}

data "aws_iam_policy_document" "schedule" {
  statement {
    effect    = "Allow"
    actions   = ["states:StartExecution"]
    resources = [aws_sfn_state_machine.organization.arn]
  }
}

resource "aws_iam_role" "schedule" {
  name               = "${var.name}-schedule"
  description        = "Starts roledrift's audits of the organization"
  assume_role_policy = data.aws_iam_policy_document.trust["scheduler"].json
}

resource "aws_iam_role_policy" "schedule" {
  name   = "start"
  role   = aws_iam_role.schedule.id
  policy = data.aws_iam_policy_document.schedule.json
}
