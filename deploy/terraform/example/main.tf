# The engine in an account of its own, the audit role and the event rule in every account.
#
# `aws.engine` is the account that audits: a delegated administrator of the organization, so that it
# may list accounts. `aws` and `aws.iam_events` are the management account, the latter in the Region of
# IAM's events.

terraform {
  required_version = ">= 1.5"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 6.0, < 7.0"
    }
  }
}

variable "organizational_unit_ids" {
  description = "The root of the organization, or the organizational units to audit; `aws organizations list-roots` tells the root"
  type        = list(string)
}

variable "email" {
  description = "Who is told"
  type        = string
}

provider "aws" {
  region  = "eu-central-1"
  profile = "management"
}

provider "aws" {
  alias   = "iam_events"
  region  = "us-east-1"
  profile = "management"
}

provider "aws" {
  alias   = "engine"
  region  = "eu-central-1"
  profile = "audit"
}

data "aws_organizations_organization" "current" {}

module "engine" {
  source    = "../engine"
  providers = { aws = aws.engine }

  program         = "../../../target/lambda/roledrift-lambda/bootstrap.zip"
  organization_id = data.aws_organizations_organization.current.id
  email           = var.email
}

# StackSets leave out the management account: it gets both by itself.
module "management_role" {
  source = "../audit-role"

  scanner_role_arn = module.engine.scanner_role_arn
  organization_id  = data.aws_organizations_organization.current.id
}

module "management_events" {
  source    = "../iam-events"
  providers = { aws = aws.iam_events }

  event_bus_arn = module.engine.event_bus_arn
}

# Every other account, and each that joins later.
resource "aws_cloudformation_stack_set" "audit_role" {
  name             = "roledrift-audit-role"
  permission_model = "SERVICE_MANAGED"
  capabilities     = ["CAPABILITY_NAMED_IAM"]
  template_body    = file("${path.module}/../../audit-role.yaml")

  parameters = {
    ScannerRoleArn = module.engine.scanner_role_arn
    OrganizationId = data.aws_organizations_organization.current.id
  }

  auto_deployment {
    enabled                          = true
    retain_stacks_on_account_removal = false
  }

  lifecycle {
    ignore_changes = [administration_role_arn]
  }
}

resource "aws_cloudformation_stack_set_instance" "audit_role" {
  stack_set_name            = aws_cloudformation_stack_set.audit_role.name
  stack_set_instance_region = "us-east-1"

  deployment_targets {
    organizational_unit_ids = var.organizational_unit_ids
  }

  operation_preferences {
    failure_tolerance_percentage = 10
    max_concurrent_percentage    = 25
  }
}

resource "aws_cloudformation_stack_set" "iam_events" {
  name             = "roledrift-iam-events"
  permission_model = "SERVICE_MANAGED"
  capabilities     = ["CAPABILITY_IAM"]
  template_body    = file("${path.module}/../../iam-events.yaml")

  parameters = {
    EventBusArn = module.engine.event_bus_arn
  }

  auto_deployment {
    enabled                          = true
    retain_stacks_on_account_removal = false
  }

  lifecycle {
    ignore_changes = [administration_role_arn]
  }
}

resource "aws_cloudformation_stack_set_instance" "iam_events" {
  stack_set_name            = aws_cloudformation_stack_set.iam_events.name
  stack_set_instance_region = "us-east-1"

  deployment_targets {
    organizational_unit_ids = var.organizational_unit_ids
  }

  operation_preferences {
    failure_tolerance_percentage = 10
    max_concurrent_percentage    = 25
  }
}
