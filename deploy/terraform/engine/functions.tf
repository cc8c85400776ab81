# Three functions of one program, so that each has only its own permissions.

locals {
  functions = {
    plan = {
      description = "Lists the organization's accounts and divides them into shards"
      role        = "${var.name}-plan"
      memory      = var.audit_memory
      environment = {}
    }
    # The one role that the roles in the accounts trust.
    audit = {
      description = "Audits the accounts of a shard, or one account"
      role        = var.scanner_role_name
      memory      = var.audit_memory
      environment = merge(
        {
          ROLEDRIFT_ROLE_NAME       = var.audit_role_name
          ROLEDRIFT_CONCURRENCY     = tostring(var.accounts_at_once)
          ROLEDRIFT_ACCOUNT_TIMEOUT = tostring(var.account_timeout)
        },
        var.external_id == null ? {} : { ROLEDRIFT_EXTERNAL_ID = var.external_id },
      )
    }
    merge = {
      description = "Makes the report of a run"
      role        = "${var.name}-merge"
      memory      = var.merge_memory
      environment = {}
    }
  }
}

resource "aws_lambda_function" "function" {
  for_each = local.functions

  function_name    = "${var.name}-${each.key}"
  description      = each.value.description
  role             = aws_iam_role.function[each.key].arn
  filename         = var.program
  source_code_hash = filebase64sha256(var.program)
  runtime          = "provided.al2023"
  handler          = "bootstrap"
  architectures    = [var.architecture]
  memory_size      = each.value.memory
  timeout          = 900

  environment {
    variables = merge(
      {
        ROLEDRIFT_STORE        = local.store
        ROLEDRIFT_FAIL_ON      = var.fail_on
        ROLEDRIFT_MIN_COVERAGE = tostring(var.min_coverage)
      },
      each.value.environment,
    )
  }

  logging_config {
    log_format = "Text"
    log_group  = aws_cloudwatch_log_group.function[each.key].name
  }

  depends_on = [aws_iam_role_policy.function]
}

resource "aws_cloudwatch_log_group" "function" {
  for_each = local.functions

  name              = "/${var.name}/${each.key}"
  retention_in_days = var.log_days
}

data "aws_iam_policy_document" "trust_lambda" {
  statement {
    effect  = "Allow"
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["lambda.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "function" {
  for_each = local.functions

  name               = each.value.role
  description        = "roledrift: ${each.value.description}"
  assume_role_policy = data.aws_iam_policy_document.trust_lambda.json
}

data "aws_iam_policy_document" "function" {
  for_each = local.functions

  dynamic "statement" {
    for_each = each.key == "plan" ? [true] : []

    content {
      sid    = "ListAccounts"
      effect = "Allow"
      actions = [
        "organizations:ListAccounts",
        "organizations:ListAccountsForParent",
        "organizations:ListOrganizationalUnitsForParent",
      ]
      resources = ["*"]
    }
  }

  dynamic "statement" {
    for_each = each.key == "audit" ? [true] : []

    content {
      sid       = "EnterAccounts"
      effect    = "Allow"
      actions   = ["sts:AssumeRole"]
      resources = ["arn:${local.partition}:iam::*:role/${var.audit_role_name}"]
    }
  }

  statement {
    sid       = "UseStore"
    effect    = "Allow"
    actions   = ["s3:GetObject", "s3:PutObject"]
    resources = ["${aws_s3_bucket.store.arn}/runs/*"]
  }

  # Without a condition on the prefix, because S3 tells that an object is not there only to those who
  # may list the bucket, which holds nothing else.
  statement {
    sid       = "ListStore"
    effect    = "Allow"
    actions   = ["s3:ListBucket"]
    resources = [aws_s3_bucket.store.arn]
  }

  statement {
    sid       = "WriteLogs"
    effect    = "Allow"
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["${aws_cloudwatch_log_group.function[each.key].arn}:*"]
  }
}

resource "aws_iam_role_policy" "function" {
  for_each = local.functions

  name   = each.key
  role   = aws_iam_role.function[each.key].id
  policy = data.aws_iam_policy_document.function[each.key].json
}
