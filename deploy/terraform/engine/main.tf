# Audits an organization with roledrift on a schedule: what deploy/engine.yaml makes, from the same
# state machines (deploy/*.asl.json). docs/organizations.md tells how it works.

data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

data "aws_region" "current" {}

locals {
  partition = data.aws_partition.current.partition
  account   = data.aws_caller_identity.current.account_id
  region    = data.aws_region.current.region
  store     = "s3://${aws_s3_bucket.store.bucket}/runs"

  # A machine's role names it, so its ARN is made here.
  states_arn = "arn:${local.partition}:states:${local.region}:${local.account}"
}
