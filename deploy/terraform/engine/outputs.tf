output "scanner_role_arn" {
  description = "For scanner_role_arn of the audit role, or ScannerRoleArn of audit-role.yaml"
  value       = aws_iam_role.function["audit"].arn
}

output "event_bus_arn" {
  description = "For event_bus_arn of iam-events, or EventBusArn of iam-events.yaml"
  value       = aws_cloudwatch_event_bus.iam_events.arn
}

output "store" {
  description = "The store, for roledrift scan --resume, history and merge"
  value       = local.store
}

output "organization_audit_arn" {
  description = "The state machine to start by hand; any input will do"
  value       = aws_sfn_state_machine.organization.arn
}

output "topic_arn" {
  description = "To subscribe others to"
  value       = aws_sns_topic.audits.arn
}
